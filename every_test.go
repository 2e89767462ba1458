package keyconv_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
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

// TestParseEveryBroken: where one of the keys cannot be read, the one that is read says
// that there is another.
func TestParseEveryBroken(t *testing.T) {
	broken := strings.Replace(string(read("rsa2048/plain.ppk")), "Private-MAC: ", "Private-MAC: 0", 1)
	found, err := keyconv.ParseEvery([]byte(string(read("ed25519/plain.ppk"))+broken), "")
	if err != nil || len(found) != 1 || !slices.ContainsFunc(found[0].Key.Findings, func(f sshkey.Finding) bool { return f.Code == "more-keys" && f.Pos.Line == 10 }) {
		t.Errorf("%v, %v", found, err)
	}
}
