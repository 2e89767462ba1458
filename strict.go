package keyconv

import (
	"errors"
	"fmt"
	"slices"

	"github.com/keyconv/keyconv/sshkey"
)

// strict makes an error of the first damage, and of a key that is left behind, where
// Options.Strict asks for it.
func (c *converter) strict() error {
	if !c.o.Strict {
		return nil
	}
	for _, f := range c.findings {
		if f.Severity == sshkey.Repaired || slices.Contains(damages, f.Code) {
			return &sshkey.SyntaxError{Format: c.from.Name, Pos: f.Pos, Err: fmt.Errorf("damaged: %s", f.Msg)}
		}
		if f.Code == moreKeys {
			return &sshkey.SyntaxError{Format: c.from.Name, Pos: f.Pos, Err: sshkey.WithHint(errors.New(f.Msg), f.Hint)}
		}
	}
	return nil
}

// damages are the codes that tell of damage and not of a repair of the text:
// what they are about is not used, computed anew or passed on as it is.
var damages = []string{"key-suspicious", "known-hosts-hash", "pem-label", "private-half-missing", "rsa-crt", "rsa-iqmp", "trailing-bytes"}
