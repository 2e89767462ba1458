package keyconv_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestParseEvery: the keys of a text are those of its parts, in the same order and
// with the places that they have in the whole.
func TestParseEvery(t *testing.T) {
	for name, files := range map[string][]string{
		"one":          {"ed25519/openssh"},
		"PPKs":         {"ed25519/plain.ppk", "rsa2048/argon2id.ppk", "ecdsa256/plain2.ppk"},
		"PEM":          {"rsa2048/private-pem", "dsa1024/private-pem", "ed25519/openssh"},
		"with lines":   {"rsa2048/private-sshcom", "ed25519/id.pub", "rsa2048/id-cert.pub", "ecdsa256/private-pem"},
		"lines before": {"rsa2048/id.pub", "ed25519/openssh", "rsa2048/id.rfc4716"},
	} {
		text, starts := "", []int(nil)
		var want []string
		for _, file := range files {
			starts = append(starts, 1+strings.Count(text, "\n"))
			part := string(read(file))
			text += part + "\n"
			keys, f, err := keyconv.Parse([]byte(part))
			if err != nil {
				t.Fatal(err)
			}
			want = append(want, f.Name+" "+keys[0].Public.Fingerprint())
		}
		found, err := keyconv.ParseEvery([]byte(text), "")
		var got []string
		for i, k := range found {
			got = append(got, k.Format.Name+" "+k.Key.Public.Fingerprint())
			if i < len(starts) && k.Key.Pos.Line != starts[i] {
				t.Errorf("%s: %s in line %d, not %d", name, k.Format.Name, k.Key.Pos.Line, starts[i])
			}
			if at := sshkey.PosAt([]byte(text), k.Key.Pos.Offset); at != k.Key.Pos {
				t.Errorf("%s: %s at %+v, which is %+v", name, k.Format.Name, k.Key.Pos, at)
			}
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %v, %v; want %v", name, got, err, want)
		}
	}
}

// TestParseEveryRestricted: a private key beside a line with its options, in the same text,
// does not become a line without them; of an encrypted one that hides its public half, any
// options may be its own. The other keys do.
func TestParseEveryRestricted(t *testing.T) {
	line := "restrict " + string(read("rsa2048/id.pub"))
	for _, file := range []string{"rsa2048/plain.ppk", "rsa2048/openssh", "rsa2048/argon2id.ppk", "rsa2048/private-pem-encrypted"} {
		key, other := string(read(file))+"\n", string(read("ed25519/openssh"))+"\n"
		for _, text := range []string{key + line, line + key, other + key + line, line + other + key, key + other + line} {
			found, err := keyconv.ParseEvery([]byte(text), "")
			if err != nil || len(found) < 2 {
				t.Fatal(file, found, err)
			}
			for _, f := range found {
				if f.Key.Private == nil {
					continue
				}
				k, err := f.Unlock([]byte(testdata.Passphrase), sshkey.Limits{})
				if err != nil {
					t.Fatal(err)
				}
				err = keyconv.Widens(k)
				if restricted := k.Public.Algorithm() == "ssh-rsa"; restricted != (err != nil) {
					t.Errorf("%s in\n%.60q: %v", f.Key.Public.Fingerprint(), text, err)
				}
			}
		}
	}
}

// TestParseEveryMany: of many private keys with their lines the text is not repaired for each;
// where an option is named in it, what it restricts may be any of them.
func TestParseEveryMany(t *testing.T) {
	pair := func(name, front string) string {
		return string(read(name+"/openssh")) + "\n" + front + strings.Join(strings.Fields(string(read(name + "/id.pub")))[:2], " ")
	}
	many := strings.Repeat(pair("ed25519", "")+"\n", 40)
	for text, want := range map[string][2]bool{
		many + pair("rsa2048", "") + "\n":            {false, false},
		many + pair("rsa2048", "restrict ") + "\n":   {true, true},
		many + pair("rsa2048", "") + " x,no-pty x\n": {true, true},
	} {
		found, err := keyconv.ParseEvery([]byte(text), "")
		if err != nil || len(found) != 82 {
			t.Fatal(len(found), err)
		}
		for i, want := range map[int]bool{78: want[0], 80: want[1]} {
			if got := keyconv.Widens(found[i].Key) != nil; got != want {
				t.Errorf("key %d of\n%.40q: %v", i, text[len(text)-60:], got)
			}
		}
	}
}

// TestParseEveryBroken: where one of the keys cannot be read, the one that is read says
// that there is another.
func TestParseEveryBroken(t *testing.T) {
	broken := strings.Replace(string(read("rsa2048/plain.ppk")), "Private-MAC: ", "Private-MAC: 0", 1)
	found, err := keyconv.ParseEvery([]byte(string(read("ed25519/plain.ppk"))+broken), "")
	if err != nil || len(found) != 1 || !slices.ContainsFunc(found[0].Key.Findings, func(f sshkey.Finding) bool { return f.Code == "more-keys" && f.Pos.Line == 10 }) {
		t.Errorf("%v, %v", found, err)
	}
}

// TestUnlockPlaces: what is told when a key is opened has the place of that key, once.
func TestUnlockPlaces(t *testing.T) {
	res, err := keyconv.Convert(read("ed25519/plain.ppk"), "ppk2", &keyconv.Options{NewPassphrase: func() ([]byte, error) { return []byte("\xfcbel"), nil }})
	if err != nil {
		t.Fatal(err)
	}
	found, err := keyconv.ParseEvery(slices.Concat(read("rsa2048/plain.ppk"), res.Data), "")
	if err != nil || len(found) != 2 {
		t.Fatal(found, err)
	}
	open, err := found[1].Unlock([]byte("übel"), sshkey.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if f := open.Findings[len(open.Findings)-1]; f.Code != "passphrase-encoding" || f.Pos != found[1].Key.Pos {
		t.Errorf("%+v; the key is at %v", f, found[1].Key.Pos)
	}
}

// TestUnlockOpen: a key that needs no passphrase is given back, and nothing in it changes.
func TestUnlockOpen(t *testing.T) {
	k := &sshkey.Key{Findings: []sshkey.Finding{{Code: "x"}}, Pos: sshkey.Pos{Line: 3, Column: 1}}
	for name, unlock := range map[string]func() (*sshkey.Key, error){
		"Unlock":       func() (*sshkey.Key, error) { return keyconv.Unlock(k, keyconv.Format{}, nil, sshkey.Limits{}) },
		"Found.Unlock": func() (*sshkey.Key, error) { return keyconv.Found{Key: k}.Unlock(nil, sshkey.Limits{}) },
	} {
		if open, err := unlock(); err != nil || open != k || k.Findings[0].Pos.IsValid() {
			t.Errorf("%s: %v: %+v", name, err, k.Findings)
		}
	}
}
