package keyconv_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/sshkey"
)

// TestPrivateInComment: where line ends were lost, a private key stands in the comment
// of a public one. It is printed by nothing that is given away.
func TestPrivateInComment(t *testing.T) {
	line := strings.TrimSpace(string(read("rsa2048/id.pub")))
	for _, name := range []string{"openssh", "openssh-aes256-ctr", "private-pem", "private-pem-encrypted", "private-pkcs8", "private-sshcom", "plain.ppk", "argon2id.ppk"} {
		file := string(read("rsa2048/" + name))
		whole := strings.Fields(file)
		for _, words := range [][]string{whole, whole[:len(whole)-6], whole[:len(whole)/2], whole[1:], whole[2:], nil} {
			for _, options := range []string{"", "restrict "} {
				text := options + line + " " + strings.Join(words, " ") + "\n"
				if words == nil { // the line ends as text
					words, text = whole, options+line+strings.ReplaceAll("\n"+file, "\n", `\n`)+"\n"
				}
				given(t, name, words, text, func() []byte {
					n, err := keyconv.Normalize([]byte(text))
					if err != nil || len(n.Keys) == 0 {
						return nil
					}
					return n.Text
				})
				given(t, name, words, text, func() []byte {
					res, err := keyconv.Convert([]byte(text), authkeys.Name, nil)
					if err != nil {
						return nil
					}
					return res.Data
				})
			}
		}
	}
}

// TestPrivateTail: the end of a private key's file is told of, and nothing of it printed:
// in OpenSSH's container the private numbers of ECDSA and DSA follow a whole public half.
func TestPrivateTail(t *testing.T) {
	for _, name := range []string{"ecdsa256/openssh", "ecdsa384/openssh", "dsa1024/openssh", "rsa2048/openssh", "rsa2048/private-pem", "rsa2048/private-sshcom", "rsa2048/argon2id.ppk"} {
		file := read(name)
		lines := bytes.SplitAfter(file, []byte("\n"))
		for n := 2; n < len(lines)-4; n++ {
			if res, err := keyconv.Normalize(slices.Concat(lines[n:]...)); err != nil || !slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Code == "private-key-exposed" }) {
				t.Errorf("%s without its first %d lines: %v", name, n, err)
			}
		}
		body := bytes.Join(bytes.Fields(file[bytes.IndexByte(file, '\n'):max(bytes.LastIndex(file, []byte("-----END")), bytes.IndexByte(file, '\n'))]), nil)
		for at := len(body) / 4; strings.HasPrefix(string(lines[0]), "-----BEGIN OPENSSH") && at < len(body)-40; at++ {
			for _, width := range []int{70, 99, len(body)} {
				var text []byte
				for rest := body[at:]; len(rest) > 0; rest = rest[min(len(rest), width):] {
					text = append(append(text, rest[:min(len(rest), width)]...), '\n')
				}
				res, err := keyconv.Normalize(text)
				if err != nil || len(res.Keys) > 0 && res.Keys[0].Comment != "" {
					t.Fatalf("%s from character %d on: %v, %q", name, at, err, res.Text)
				}
			}
		}
	}
}

// TestPrivateTailJoined: the same where line ends were lost, for a key whose fingerprint is
// expected, and for a field of more than 255 bytes, as the encrypted part is.
func TestPrivateTailJoined(t *testing.T) {
	rest := bytes.SplitN(read("rsa2048/openssh"), []byte("\n"), 10)[9]
	for _, joint := range []string{" ", "\r", `\n`} {
		res, err := keyconv.Normalize(bytes.ReplaceAll(bytes.TrimSpace(rest), []byte("\n"), []byte(joint)))
		if err != nil || !slices.ContainsFunc(res.Findings, func(f sshkey.Finding) bool { return f.Code == "private-key-exposed" }) {
			t.Errorf("joined by %q: %v", joint, err)
		}
	}
	for _, name := range []string{"ecdsa256/openssh", "ecdsa521/openssh-aes256-ctr"} {
		lines := bytes.Split(bytes.TrimSpace(read(name)), []byte("\n"))
		body := string(bytes.Join(lines[1:len(lines)-1], nil))
		public := strings.Fields(string(read(strings.Split(name, "/")[0] + "/id.pub")))
		keys, _, err := keyconv.Parse([]byte(public[0] + " " + public[1]))
		if err != nil {
			t.Fatal(err)
		}
		at, n := strings.LastIndex(body, public[1][:60]), len(strings.TrimRight(public[1], "="))
		for at > 0 && at < len(body)-40 {
			for _, expect := range []string{"", keys[0].Public.Fingerprint()} {
				for _, text := range []string{body[at:], body[at:at+n] + " " + body[at+n:], body[at:at+80] + "\n" + body[at+80:]} {
					res, err := keyconv.NormalizeExpecting([]byte(text+"\n"), expect)
					if err != nil || len(res.Keys) > 0 && res.Keys[0].Comment != "" {
						t.Errorf("%s from %d on, expecting %q: %v, %q", name, at, expect, err, res.Text)
					}
				}
			}
			at++
			if at%4 == 0 {
				break
			}
		}
	}
}

// TestKeysInColumn: base64 that goes on with the next key is no private one.
func TestKeysInColumn(t *testing.T) {
	first, second := strings.Fields(string(read("ed25519/id.pub")))[1], strings.Fields(string(read("ed25519/id-cert.pub")))[1]
	for _, next := range []string{second, strings.Fields(string(read("rsa2048/id.pub")))[1], "AAAAdmin"} {
		if n, err := keyconv.Normalize([]byte(first + "\n" + next + "\n")); err != nil || len(n.Keys) == 0 || !strings.HasSuffix(n.Keys[0].Public.String(), first) {
			t.Errorf("above %.20s: %v, %q", next, err, n.Findings)
		}
	}
}

// TestPrivateBentInComment: the same where its BEGIN line was changed on the way, or the
// file was encoded. check does not show it either.
func TestPrivateBentInComment(t *testing.T) {
	line := strings.TrimSpace(string(read("rsa2048/id.pub")))
	for _, name := range []string{"openssh", "private-pem", "private-pkcs8", "plain.ppk"} {
		file := strings.TrimSpace(string(read("rsa2048/" + name)))
		for how, bend := range map[string]func(string) string{
			"long dashes":  strings.NewReplacer("-----", "——-", "Private-", "Private–").Replace,
			"no dashes":    strings.NewReplacer("-----", "").Replace,
			"entities":     strings.NewReplacer("-----", "&#45;&#45;&#45;&#45;&#45;").Replace,
			"no-break":     strings.NewReplacer(" ", "\u00a0").Replace,
			"small":        strings.NewReplacer("BEGIN", "begin", "PRIVATE KEY", "private key").Replace,
			"percent":      url.PathEscape,
			"tags":         strings.NewReplacer("\n", "<br>").Replace,
			"base64":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
			"not its head": func(s string) string { return s[strings.Index(s, "\n")+1:] },
		} {
			text := line + " " + strings.Join(strings.Fields(bend(file)), " ") + "\n"
			if how == "not its head" && name == "plain.ppk" {
				continue // its comment and its public half are left
			}
			words := strings.FieldsFunc(bend(file), func(r rune) bool { return r < '0' || r > 'z' || r == '<' || r == '>' })
			given(t, name+", "+how, words, text, func() []byte {
				n, err := keyconv.Normalize([]byte(text))
				if err != nil {
					return nil
				}
				return fmt.Appendf(n.Text, "%v", n.Findings)
			})
			given(t, name+", "+how, words, text, func() []byte {
				if res, err := keyconv.Convert([]byte(text), authkeys.Name, nil); err == nil {
					return res.Data
				}
				return nil
			})
			given(t, name+", "+how, words, text, func() (said []byte) {
				for _, r := range doctor.CheckLines([]byte(text), time.Now(), "") {
					said = fmt.Appendf(said, "%s %v", r.Verdict(), r.Findings)
				}
				return said
			})
		}
	}
}

// TestPrivateInCommentLine: a private key that was commented out stays where it is, as all
// of a comment does, and normalize says so.
func TestPrivateInCommentLine(t *testing.T) {
	public := string(read("rsa2048/id.pub"))
	for _, name := range []string{"openssh", "private-pem", "private-pkcs8", "plain.ppk"} {
		file := strings.TrimSpace(string(read("rsa2048/" + name)))
		for _, text := range []string{public + "# " + strings.ReplaceAll(file, "\n", "\n# ") + "\n", "# " + strings.ReplaceAll(file, "\n", " ") + "\nxxx " + public} {
			n, err := keyconv.Normalize([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(n.Findings, func(f sshkey.Finding) bool { return f.Code == "private-key-exposed" })
			if at < 0 {
				t.Errorf("%s: %+v", name, n.Findings)
			} else if line := strings.Split(text, "\n")[n.Findings[at].Pos.Line-1]; !strings.HasPrefix(line, "# ") {
				t.Errorf("%s: it stands in %q", name, line)
			}
		}
	}
	for _, clean := range []string{"# the private key is in the vault\n# " + public, "# PRIVATE KEY: see the vault\n# " + public} {
		if n, err := keyconv.Normalize([]byte(clean)); err != nil || len(n.Findings) > 0 || string(n.Text) != clean {
			t.Errorf("%q: %v, %+v", clean, err, n)
		}
	}
}

// given looks for pieces of a private key in what is given away.
func given(t *testing.T, name string, words []string, text string, give func() []byte) {
	t.Helper()
	out := give()
	for _, w := range words {
		if len(w) > 48 && bytes.Contains(out, []byte(w)) && !strings.Contains(string(read("rsa2048/id.pub")), w[8:40]) {
			t.Errorf("%s, from %.30q on: %.1000q\n gives %.1000q", name, words[0], text, out)
			return
		}
	}
}
