package repair

import (
	"errors"
	"fmt"
	"sync"

	"filippo.io/edwards25519"
	"github.com/cloudflare/circl/ecc/goldilocks"

	"github.com/keyconv/keyconv/sshkey"
)

// A key is a multiple of the base point, RFC 8032 sections 5.1.5 and 5.2.5, and
// so it lies in the subgroup of prime order: of all Ed25519 bytes one of 16 does,
// of all Ed448 bytes one of 8, where every second one is a point. The rest is a
// key with a wrong character, for which there is no private half.
var (
	errPoint    = errors.New("point is not on the curve")
	errSubgroup = errors.New("point is no multiple of the base point")
)

// insaneEdDSA misses a quarter of the Ed25519 keys that are wrong with quick care,
// else a 16th, and an 8th of those of Ed448.
func insaneEdDSA(p sshkey.EdDSAPublicKey, c care) (err error) {
	switch {
	case p.Curve == "Ed448":
		err = insaneEd448(p.Key)
	case c == quick:
		err = suspectEd25519(p.Key)
	default:
		err = insaneEd25519(p.Key)
	}
	if err != nil {
		return fmt.Errorf("its %s %w", p.Curve, err)
	}
	return nil
}

func insaneEd25519(key []byte) error {
	if err := suspectEd25519(key); err != nil {
		return err // most of them, for little
	}
	p, err := new(edwards25519.Point).SetBytes(key)
	if err != nil {
		return errPoint
	}
	if multiple := new(edwards25519.Point).MultByCofactor(p); multiple.ScalarMult(eighth(), multiple).Equal(p) == 0 {
		return errSubgroup
	}
	return nil
}

// eighth gives a point of the subgroup back after its cofactor, 8. What is outside
// of the subgroup is lost on the way.
var eighth = sync.OnceValue(func() *edwards25519.Scalar {
	eight, err := edwards25519.NewScalar().SetCanonicalBytes([]byte{0: 8, 31: 0})
	if err != nil {
		panic(err)
	}
	return eight.Invert(eight)
})

func insaneEd448(key []byte) error {
	p, err := goldilocks.FromBytes(key)
	if err != nil {
		return errPoint
	}
	// A product is in the subgroup, also where the point is not.
	once := goldilocks.Curve{}.ScalarMult(&goldilocks.Scalar{1}, p)
	if p.IsIdentity() || !once.IsEqual(p) {
		return errSubgroup
	}
	return nil
}
