package rfc4716

import (
	"fmt"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/sshkey"
)

// width is how long a line of base64 is: that of ssh-keygen -e.
const width = 70

// An Encoder writes SSH2 public key files. Its zero value keeps to the 72 bytes
// a line that RFC 4716 asks for.
type Encoder struct {
	// Unfolded writes every header on one line, however long, as PuTTY does:
	// PuTTY cannot read a folded one.
	Unfolded bool
}

// Marshal writes the public half of k.
func Marshal(k *sshkey.Key) ([]byte, error) { return Encoder{}.Marshal(k) }

// Marshal writes the public half of k. What it returns has been read again and
// compared with k. It fails for a comment or header that the format cannot
// hold, and for a key with options, which would be lost.
func (e Encoder) Marshal(k *sshkey.Key) ([]byte, error) {
	if err := check(k); err != nil {
		return nil, err
	}
	lines := headerLines(k)
	if !e.Unfolded {
		lines = folded(lines)
	}
	out := armor.Encode(armor.SSH2, label, lines, k.Public.Blob(), width)
	if err := prove(out, k); err != nil {
		return nil, err
	}
	return out, nil
}

// Folds reports whether Marshal folds a header of k over several lines, which
// PuTTY cannot read.
func Folds(k *sshkey.Key) bool {
	lines := headerLines(k)
	return len(folded(lines)) > len(lines)
}

// Misread reports whether ssh-keygen -i takes a header that Marshal writes for the
// end of the file, or for the beginning of a private key (its do_convert_from_ssh2).
func Misread(k *sshkey.Key) bool {
	return slices.ContainsFunc(folded(headerLines(k)), func(line string) bool {
		return strings.Contains(line, ": ") && (strings.Contains(line, " END ") || strings.Contains(line, "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"))
	})
}

func headerLines(k *sshkey.Key) (lines []string) {
	for _, h := range k.Headers {
		lines = append(lines, h.Name+": "+h.Value)
	}
	if k.Comment != "" {
		lines = append(lines, "Comment: "+quote(k.Comment))
	}
	return lines
}

func folded(lines []string) (out []string) {
	for _, l := range lines {
		out = append(out, fold(l)...)
	}
	return out
}

// check refuses what the format cannot hold.
func check(k *sshkey.Key) error {
	if k.Public.IsZero() {
		return fmt.Errorf("rfc4716: no public key to write")
	}
	if err := sshkey.RefuseOptions(Name, k); err != nil {
		return err
	}
	if err := checkValue("Comment", quote(k.Comment)); err != nil {
		return sshkey.WithHint(err, "give another one: --comment TEXT")
	}
	for _, h := range k.Headers {
		if err := checkValue(h.Name, h.Value); err != nil {
			return err
		}
		if isComment(h.Name) || h.Value != strings.TrimLeft(h.Value, " \t") || strings.HasSuffix(h.Value, `\`) {
			return fmt.Errorf("rfc4716: the header %q with the value %q would not read back", h.Name, h.Value)
		}
	}
	return nil
}

func checkValue(tag, value string) error {
	if strings.ContainsAny(value, "\r\n\x00") {
		return fmt.Errorf("rfc4716: a line end or a NUL in the header %q", tag)
	}
	if err := checkHeader(tag, value); err != nil {
		return fmt.Errorf("rfc4716: %w", err)
	}
	return nil
}

// prove reads what was written and compares.
func prove(out []byte, want *sshkey.Key) error {
	got, err := Parse(out)
	if err != nil {
		return fmt.Errorf("rfc4716: the written file does not read back: %w", err)
	}
	if err := sshkey.Same(got, want.PublicOnly()); err != nil {
		return fmt.Errorf("rfc4716: the written file holds another key: %w", err)
	}
	if !slices.Equal(got.Headers, want.Headers) {
		return fmt.Errorf("rfc4716: the written file holds other headers")
	}
	return nil
}
