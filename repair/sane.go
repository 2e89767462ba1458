package repair

import (
	"fmt"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keyconv/keyconv/sshkey"
)

// Suspicion is a warning about what reads as a key and no program can have made,
// as one with a wrong character. It is false for all real keys, for 5 of 6 wrong
// ones of RSA and 15 of 16 of Ed25519 it is true.
func Suspicion(k sshkey.PublicKey) (sshkey.Finding, bool) {
	err := suspect(k, usual)
	if err == nil {
		return sshkey.Finding{}, false
	}
	return suspicion(err), true
}

func suspicion(err error) sshkey.Finding {
	return sshkey.Finding{Code: "key-suspicious", Severity: sshkey.Warning, Hint: copyAgain,
		Msg: "this reads as a key, but no program makes such a one; a character may be wrong: " + err.Error()}
}

// insane says why a key that was repaired cannot be one that OpenSSH made: a
// changed character nearly always shows here.
func insane(k sshkey.PublicKey, c care) error {
	switch p := k.Parts().(type) {
	case sshkey.RSAPublicKey:
		if p.E.BitLen() > 64 {
			return fmt.Errorf("its RSA exponent has %d bits", p.E.BitLen())
		}
	case sshkey.DSAPublicKey:
		if p.P.BitLen() > maxDSA {
			return fmt.Errorf("its DSA number p has %d bits", p.P.BitLen())
		}
	case sshkey.SKPublicKey:
		// A sign too many in the last field of the blob shows in nothing else.
		// Browsers make other applications, and OpenSSH none (PROTOCOL.u2f).
		if !strings.HasPrefix(p.Application, "ssh:") || strings.ContainsFunc(p.Application, func(r rune) bool { return r < ' ' || r >= 0x7f }) {
			return fmt.Errorf("its application %q is not one that OpenSSH makes", p.Application)
		}
	}
	return suspect(k, c)
}

// suspect says why a key whose structure is right cannot be one that a program
// made. Points of ECDSA keys are proven on their curves when they are parsed.
//
// c is how many small factors of a modulus are tried, and how well a point is.
func suspect(k sshkey.PublicKey, c care) error {
	switch p := k.Parts().(type) {
	case sshkey.RSAPublicKey:
		return insaneRSA(p, c)
	case sshkey.EdDSAPublicKey:
		return insaneEdDSA(p, c)
	case sshkey.SKPublicKey:
		if !utf8.ValidString(p.Application) || strings.ContainsFunc(p.Application, unicode.IsControl) {
			return fmt.Errorf("its application %q is no name", p.Application)
		}
		if ed, ok := p.Key.(sshkey.EdDSAPublicKey); ok {
			return insaneEdDSA(ed, c)
		}
	case sshkey.DSAPublicKey:
		return insaneDSA(p)
	}
	return nil
}

func insaneRSA(p sshkey.RSAPublicKey, c care) error {
	switch {
	case p.E.Bit(0) == 0 || p.E.Cmp(big.NewInt(3)) < 0:
		return fmt.Errorf("its RSA exponent %s is not odd and 3 or more", p.E)
	case p.N.Bit(0) == 0:
		return fmt.Errorf("its RSA modulus is even")
	}
	if d := smallFactor(p.N.Bytes(), c); d != 0 {
		return fmt.Errorf("its RSA modulus has the small factor %d", d)
	}
	return nil
}

var one = big.NewInt(1)

// maxDSA is the most bits of a p with which g and y are proven: raising to a power costs
// 2 ms there, and 36 where p has the 16,384 that sshkey reads. FIPS 186-4 ends at 3072.
const maxDSA = 4096

func insaneDSA(p sshkey.DSAPublicKey) error {
	r := new(big.Int).Sub(p.P, one)
	switch {
	case p.Q.BitLen() > sshkey.MaxDSAOrder: // raising y to it would take a second
		return fmt.Errorf("its DSA number q has %d bits", p.Q.BitLen())
	case p.P.Bit(0) == 0 || p.Q.Bit(0) == 0 || r.Mod(r, p.Q).Sign() != 0:
		return fmt.Errorf("its DSA numbers do not belong together (q does not divide p-1)")
	case p.Y.Cmp(one) <= 0 || p.G.Cmp(one) <= 0 || p.Y.Cmp(p.P) >= 0 || p.G.Cmp(p.P) >= 0:
		return fmt.Errorf("its DSA numbers are out of range")
	case p.P.BitLen() <= maxDSA && r.Exp(p.G, p.Q, p.P).Cmp(one) != 0:
		return fmt.Errorf("its DSA number g has not the order q")
	case p.P.BitLen() <= maxDSA && r.Exp(p.Y, p.Q, p.P).Cmp(one) != 0:
		return fmt.Errorf("its DSA number y is not a power of g")
	}
	return nil
}
