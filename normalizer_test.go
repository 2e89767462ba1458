package keyconv_test

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
)

// TestZeroNormalizer: the zero value answers as NewNormalizer("") does.
func TestZeroNormalizer(t *testing.T) {
	for _, name := range []string{"rsa2048/id.pub", "rsa2048/public-spki", "rsa2048/public-pkcs1", "rsa2048/id.rfc4716", "ed25519/plain.ppk", "ed25519/openssh", "rsa2048/id-cert.pub"} {
		text := []byte("from=\"10.0.0.1\" " + strings.Replace(string(read("ed25519/id.pub")), "AAAA", "AAA", 1) + string(read(name)) + string(read("ed25519/id.pub")))
		got, err := new(keyconv.Normalizer).Normalize(text)
		want, err2 := keyconv.NewNormalizer("").Normalize(text)
		if err != nil || err2 != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v\nwant %+v, %v", name, got, err, want, err2)
		}
		var out, out2 strings.Builder
		var findings, findings2 []sshkey.Finding
		err = new(keyconv.Normalizer).Stream(bytes.NewReader(text), &out, func(f sshkey.Finding) { findings = append(findings, f) })
		err2 = keyconv.NewNormalizer("").Stream(bytes.NewReader(text), &out2, func(f sshkey.Finding) { findings2 = append(findings2, f) })
		if err != nil || err2 != nil || out.String() != out2.String() || !reflect.DeepEqual(findings, findings2) {
			t.Errorf("%s streamed: %v, %q, %v\nwant %v, %q, %v", name, err, &out, findings, err2, &out2, findings2)
		}
	}
}

// TestNormalizedPlaces: a key knows where it stands in the text, repaired or not.
func TestNormalizedPlaces(t *testing.T) {
	first, second := strings.TrimSpace(string(read("ecdsa256/id.pub"))), strings.TrimSpace(string(read("ed25519/id.pub")))
	n, err := keyconv.Normalize([]byte("# a comment\n" + first + "\n" + second[:40] + "\n" + second[40:] + "\n\n\n" + strings.TrimSpace(string(read("rsa2048/id.rfc4716"))) + "\n"))
	if err != nil || len(n.Keys) != 3 {
		t.Fatal(err, n)
	}
	for i, line := range []int{2, 3, 9} {
		if pos := n.Keys[i].Pos; pos.Line != line || pos.Offset != n.Offsets[i] {
			t.Errorf("key %d: %v, offset %d, not %d", i, pos, pos.Offset, n.Offsets[i])
		}
	}
}

// TestWithCommentKeeps: lines that are no key stay as they are, with their line ends.
func TestWithCommentKeeps(t *testing.T) {
	line := "ssh-ed25519 " + strings.Fields(string(read("ed25519/id.pub")))[1]
	n, err := keyconv.Normalize([]byte("# head\r\n" + line + " me\n# between\r\n" + line + " me too\n# below\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	changed, err := n.WithComment("new")
	if err != nil || string(changed.Text) != "# head\r\n"+line+" new\n# between\r\n"+line+" new\n# below\r\n" {
		t.Errorf("%v %q", err, changed.Text)
	}
}

// TestWithCommentOfText: a Normalized that somebody made of a text has no keys to go by.
func TestWithCommentOfText(t *testing.T) {
	n := &keyconv.Normalized{Text: read("ed25519/id.pub")}
	if changed, err := n.WithComment("new"); err != nil || len(changed.Keys) != 1 || changed.Keys[0].Pos.Line != 1 {
		t.Errorf("%v, %+v", err, changed)
	}
}

// TestWithCommentPlaces: the keys stand where they stood.
func TestWithCommentPlaces(t *testing.T) {
	n, err := keyconv.Normalize([]byte("\n\nHello,\n> " + string(read("ed25519/id.pub")) + "> " + string(read("rsa2048/id.pub"))))
	if err != nil {
		t.Fatal(err)
	}
	changed, err := n.WithComment("new")
	if err != nil || len(changed.Keys) != 2 {
		t.Fatal(err, changed)
	}
	for i, k := range changed.Keys {
		if k.Pos != n.Keys[i].Pos || k.Pos.Line != 4+i {
			t.Errorf("%v, not %v", k.Pos, n.Keys[i].Pos)
		}
	}
}
