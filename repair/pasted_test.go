package repair

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

const pastedDir = "../testdata/pasted"

// TestPasted reads the catalogue of damages: NAME.txtar has, for three keys,
// what was pasted, what comes out, and the findings with their places. With
// PASTED_UPDATE=1 it writes what comes out now; look at the difference.
func TestPasted(t *testing.T) {
	update := os.Getenv("PASTED_UPDATE") != ""
	if update {
		writeCases(t)
	}
	files, _ := filepath.Glob(filepath.Join(pastedDir, "*.txtar"))
	if len(files) < 60 {
		t.Fatalf("only %d cases", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			a := must(txtar.ParseFile(file))
			for _, f := range a.Files {
				kind, part, _ := strings.Cut(f.Name, ".")
				if part != "in" && part != "in.quoted" {
					continue
				}
				res := must(Text(caseInput(part, f.Data), Options{}))
				compare(t, a, kind+".out", string(res.Text))
				compare(t, a, kind+".findings", findingText(res))
			}
		})
	}
}

// caseInput undoes the quoting of inputs that are not lines of plain text.
func caseInput(part string, data []byte) []byte {
	if part == "in" {
		return data
	}
	return []byte(must(strconv.Unquote(strings.TrimSpace(string(data)))))
}

func compare(t *testing.T, a *txtar.Archive, name, got string) {
	for _, f := range a.Files {
		if f.Name == name {
			if string(f.Data) != got {
				t.Errorf("%s: got\n%s\nwant\n%s", name, got, f.Data)
			}
			return
		}
	}
	t.Errorf("%s is missing", name)
}

func findingText(res *Result) string {
	var b strings.Builder
	for _, f := range res.Findings {
		fmt.Fprintf(&b, "%s: %s: %s: %s\n", f.Pos, f.Severity, f.Code, f.Msg)
	}
	return b.String()
}

// writeCases makes the files anew from the damages and the keys in KEYS.
func writeCases(t *testing.T) {
	keys := map[string]string{}
	for line := range strings.Lines(string(must(os.ReadFile(filepath.Join(pastedDir, "KEYS"))))) {
		typ, _, _ := strings.Cut(line, " ")
		keys[map[string]string{"ssh-rsa": "rsa", "ssh-ed25519": "ed25519", "ecdsa-sha2-nistp256": "ecdsa"}[typ]] = strings.TrimSpace(line)
	}
	for _, c := range catalogue() {
		a := &txtar.Archive{Comment: []byte(c.title + "\n")}
		for _, kind := range []string{"rsa", "ecdsa", "ed25519"} {
			in := c.do([]byte(keys[kind]), rand.New(rand.NewPCG(7, 7)))
			a.Files = append(a.Files, inputFile(kind, in))
			res := must(Text(in, Options{}))
			a.Files = append(a.Files, txtar.File{Name: kind + ".out", Data: res.Text}, txtar.File{Name: kind + ".findings", Data: []byte(findingText(res))})
		}
		if err := os.WriteFile(filepath.Join(pastedDir, c.name+".txtar"), txtar.Format(a), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func inputFile(kind string, in []byte) txtar.File {
	s := string(in)
	if strings.HasSuffix(s, "\n") && !strings.ContainsAny(s, "\r\x00\x1b\v\f\ufeff\u200b\u00a0") && !strings.Contains(s, "-- ") {
		return txtar.File{Name: kind + ".in", Data: in}
	}
	return txtar.File{Name: kind + ".in.quoted", Data: []byte(strconv.Quote(s) + "\n")}
}

// A row is a case of the catalogue.
type row struct {
	damage
	title string
}

// catalogue is every damage of the tables, and cases that are no function of
// one line.
func catalogue() (rows []row) {
	for _, d := range lossless() {
		rows = append(rows, row{d, "A damage that loses nothing: " + d.name})
	}
	for _, d := range losses {
		rows = append(rows, row{d, "Not to be repaired: " + d.name})
	}
	other := sample{}.other
	for _, d := range []damage{
		str("two-on-a-line", func(s string, _ *rand.Rand) string { return s + other() + "\n" }),
		str("two-on-a-line-no-comment", func(s string, _ *rand.Rand) string { t, b, _ := cut(s); return t + " " + b + other() + "\n" }),
		str("reflowed", func(s string, _ *rand.Rand) string {
			return strings.Replace(s+" "+other(), " AAAA", "\nAAAA", 2) + "\n"
		}),
		str("vi-empty-file", func(s string, _ *rand.Rand) string { return s[strings.Index(s, " "):] + "\n" }),
		str("vi-other-line", func(s string, _ *rand.Rand) string { return s[2:] + "\n" + other()[1:] + "\n" }),
		str("utf-16-tail", func(s string, rng *rand.Rand) string { return other() + "\n" + string(utf16Bytes(s+"\r\n", false)) }),
		str("options-behind", func(s string, _ *rand.Rand) string { return s + ` no-pty,command="/bin/x"` + "\n" }),
		str("options-kept-wrapped", func(s string, _ *rand.Rand) string { return fold(`no-pty,command="/bin/x" `+s, 76, "\n") + "\n" }),
		str("duplicate-other-options", func(s string, _ *rand.Rand) string { return "no-pty " + s + "\n" + s + "\n" }),
		str("fingerprint", func(string, *rand.Rand) string {
			return "2048 SHA256:qXn2sBq7ZzC4bTn2mJt0s0uVQmJw0Zl9mQ0p6s1w2xY fred@box (RSA)\n"
		}),
		str("fingerprint-md5", func(string, *rand.Rand) string {
			return "2048 MD5:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00 fred@box (RSA)\n"
		}),
		str("placeholder", func(string, *rand.Rand) string { return "ssh-rsa AAAAB3NzaC1yc2E... user@host\n" }),
		str("redacted", func(string, *rand.Rand) string { return "ssh-ed25519 /REDACTED/\n" }),
		str("file-name", func(string, *rand.Rand) string { return "~/.ssh/id_rsa.pub\n" }),
		str("no-such-file", func(string, *rand.Rand) string { return "cat: /root/.ssh/id_rsa.pub: No such file or directory\n" }),
		str("html-page", func(string, *rand.Rand) string {
			return "<!DOCTYPE html>\n<html><head><title>404 Not Found</title></head></html>\n"
		}),
		str("ssh1", func(string, *rand.Rand) string {
			return "1024 65537 " + strings.Repeat("1234567890", 30) + " fred@box\n"
		}),
		str("pgp", func(string, *rand.Rand) string {
			return "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nmQENBF\n-----END PGP PUBLIC KEY BLOCK-----\n"
		}),
		str("x509", func(string, *rand.Rand) string {
			return "-----BEGIN CERTIFICATE-----\nMIIBkTCB+wIJAKHHIG11\n-----END CERTIFICATE-----\n"
		}),
		str("csr", func(string, *rand.Rand) string {
			return "-----BEGIN CERTIFICATE REQUEST-----\nMIIBkTCB+wIJAKHHIG11\n-----END CERTIFICATE REQUEST-----\n"
		}),
		str("comment-alone", func(string, *rand.Rand) string { return "rsa-key-20250101\n" }),
		str("group-with-junk", func(s string, _ *rand.Rand) string { return "```\n" + s + "\nEOF\n:wq\n```\n" }),
		str("not-an-e-mail", func(s string, _ *rand.Rand) string { t, b, _ := cut(s); return t + " " + b + " née Müller, PC 2\n" }),
	} {
		rows = append(rows, row{d, d.name})
	}
	return rows
}

// other is a second key.
func (sample) other() string {
	return "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea bob@other"
}
