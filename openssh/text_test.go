package openssh_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/openssh"
	"github.com/keyconv/keyconv/sshkey"
)

// TestTextFaults marks with § where the error must point; the mark is taken
// out before the text is read.
func TestTextFaults(t *testing.T) {
	for _, c := range []struct{ name, old, new string }{
		{"no BEGIN line", begin, "§"},
		{"another label", begin, "-----BEGIN RSA PRIVATE KEY-----\n"},
		{"a broken BEGIN line", begin, "§----BEGIN OPENSSH PRIVATE KEY-----\n"},
		{"no END line", end, "§"},
		{"another END line", end, "§-----END RSA PRIVATE KEY-----\n"},
		{"a broken END line", end, "§----END OPENSSH PRIVATE KEY-----\n"},
		{"half an END line", end, "§-----END OPENSSH\n"},
		{"text behind", end, end + "§more\n"},
		{"another key behind", end, end + "§" + begin},
		{"a header", begin, "§" + begin + "Comment: x\n"},
		{"a foreign character", "5NYwm6", "5NYw§*m6"},
		{"URL base64", "e/884Q", "e§_884Q"},
		{"padding in the middle", "5NYwm6UN", "5NY=§m6UN"},
		{"a character lost", "wEC\n", "wE\n"},
		{"a CR alone", "5NYwm6", "5NYw§\rm6"},
		{"a space inside a line", "5NYwm6", "5NYw§ m6"},
	} {
		base := vector(t, "none")
		if !strings.Contains(base, c.old) {
			t.Fatalf("%s: %q is not in the vector", c.name, c.old)
		}
		text := strings.Replace(base, c.old, c.new, 1)
		at := strings.Index(text, "§")
		text = strings.Replace(text, "§", "", 1)
		_, err := openssh.Parse([]byte(text))
		pos, ok := keytest.Place(err)
		if err == nil || !ok {
			t.Errorf("%s: %v", c.name, err)
		} else if at >= 0 && pos.Offset != at {
			t.Errorf("%s: %v is said to be at %d, it is at %d", c.name, err, pos.Offset, at)
		}
	}
}

// TestFindings: what ssh-keygen refuses and is read all the same is told, once.
func TestFindings(t *testing.T) {
	replace := strings.NewReplacer
	for _, c := range []struct {
		name, want string
		change     *strings.Replacer
	}{
		{"as it is", "", replace()},
		{"CR LF", "crlf", replace("\n", "\r\n")},
		{"no final line end", "no-final-newline", replace(end, strings.TrimSpace(end))},
		{"both", "crlf no-final-newline", replace(end, strings.TrimSpace(end), "\n", "\r\n")},
	} {
		for _, file := range []string{"none", "aes256-ctr"} {
			text := c.change.Replace(vector(t, file))
			k, err := open(text)
			if err != nil {
				t.Errorf("%s, %s: %v", c.name, file, err)
				continue
			}
			if codes(k) != c.want {
				t.Errorf("%s, %s: findings %q", c.name, file, codes(k))
			}
			pass := map[string]string{"none": "", "aes256-ctr": passphrase}[file]
			if read := sshKeygenReads(t, text, pass) != ""; read != (c.want == "") {
				t.Errorf("%s, %s: ssh-keygen reads it: %v", c.name, file, read)
			}
		}
	}
}

// TestWidths: lines of any width, blank lines and spaces at their ends are read
// by ssh-keygen and by us.
func TestWidths(t *testing.T) {
	base := vector(t, "none")
	body := strings.ReplaceAll(strings.TrimSuffix(strings.TrimPrefix(base, begin), end), "\n", "")
	for _, text := range []string{
		begin + body + "\n" + end,
		begin + body[:1] + "\n" + body[1:5] + "\n\n" + body[5:] + "\n" + end,
		begin + body[:64] + " \n" + body[64:] + "\t\n" + end,
	} {
		k, err := open(text)
		if err != nil || k.Public.Fingerprint() != vectorPrint || codes(k) != "" {
			t.Errorf("%q: %v", text, err)
			continue
		}
		sameAsSSHKeygen(t, text, "", k)
	}
}

func TestSniff(t *testing.T) {
	for text, want := range map[string]bool{vector(t, "none"): true, vector(t, "aes256-ctr"): true, "": false,
		"x" + begin: false, "-----BEGIN RSA PRIVATE KEY-----\n": false} {
		if openssh.Sniff([]byte(text)) != want {
			t.Errorf("%.40q", text)
		}
	}
}

// TestRounds: what a file asks for is refused before it is paid.
func TestRounds(t *testing.T) {
	l, _, _ := edLayout(t)
	l.cipher, l.kdf, l.private = "aes256-ctr", "bcrypt", make([]byte, 160)
	for _, c := range []struct {
		rounds uint32
		lim    sshkey.Limits
	}{{1 << 31, sshkey.Limits{}}, {1<<32 - 1, sshkey.Limits{}}, {2049, sshkey.Limits{}}, {3, sshkey.Limits{BcryptRounds: 2}}} {
		l.options = keytest.Fields("0123456789abcdef", c.rounds)
		k, err := openssh.Parse([]byte(l.String()))
		if err != nil {
			t.Fatal(err)
		}
		_, err = k.Decrypt([]byte("x"), c.lim)
		var limit *sshkey.LimitError
		if !errors.As(err, &limit) || limit.Asked != uint64(c.rounds) || sshkey.Hint(err) == "" {
			t.Errorf("%d: %v", c.rounds, err)
		}
	}
}
