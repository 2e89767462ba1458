package sshcom

import (
	"math/big"
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// A kind is a type of key: its name, by whose beginning it is known, and the
// order of its numbers.
type kind struct {
	name, prefix string
	read         func(*reader) (sshkey.Parts, sshkey.PrivateKey)
	write        func(sshkey.Parts, sshkey.PrivateKey) (payload []byte, ok bool)
}

func kinds() []kind {
	return []kind{
		{"if-modn{sign{rsa-pkcs1-sha1},encrypt{rsa-pkcs1v2-oaep}}", "if-modn{sign{rsa", readRSA, writeRSA},
		{"dl-modp{sign{dsa-nist-sha1},dh{plain}}", "dl-modp{sign{dsa", readDSA, writeDSA},
	}
}

func kindOf(name string) (kind, bool) {
	all := kinds()
	i := slices.IndexFunc(all, func(k kind) bool { return strings.HasPrefix(name, k.prefix) })
	if i < 0 {
		return kind{}, false
	}
	return all[i], true
}

// A reader adds ssh.com's numbers to the wire's: a count of bits, then the
// bytes.
type reader struct{ *wire.Reader }

func (r *reader) number() *big.Int {
	at := r.Offset()
	bits := r.Uint32()
	if err := sshkey.Bound("bits of a number in a key", uint64(bits), sshkey.MaxRSABits); err != nil {
		r.Fail(at, err)
	}
	return new(big.Int).SetBytes(r.Next(int(bits+7)/8, "a number"))
}

func appendNumbers(b []byte, numbers ...*big.Int) []byte {
	for _, n := range numbers {
		b = append(wire.AppendUint32(b, uint32(n.BitLen())), n.Bytes()...)
	}
	return b
}

func readRSA(r *reader) (sshkey.Parts, sshkey.PrivateKey) {
	e, d, n := r.number(), r.number(), r.number()
	iqmp, q, p := r.number(), r.number(), r.number()
	return sshkey.RSAPublicKey{E: e, N: n}, &sshkey.RSAPrivateKey{D: d, P: p, Q: q, Iqmp: iqmp}
}

func writeRSA(pub sshkey.Parts, priv sshkey.PrivateKey) ([]byte, bool) {
	p, ok := pub.(sshkey.RSAPublicKey)
	k, ok2 := priv.(*sshkey.RSAPrivateKey)
	if !ok || !ok2 {
		return nil, false
	}
	return appendNumbers(nil, p.E, k.D, p.N, k.Iqmp, k.Q, k.P), true
}

func readDSA(r *reader) (sshkey.Parts, sshkey.PrivateKey) {
	at := r.Offset()
	if r.Uint32() != 0 {
		r.Fail(at, &sshkey.UnsupportedError{Format: Name, Unknown: "keyconv", What: "DSA keys with predefined parameters"})
	}
	p, g, q := r.number(), r.number(), r.number()
	return sshkey.DSAPublicKey{P: p, Q: q, G: g, Y: r.number()}, &sshkey.DSAPrivateKey{X: r.number()}
}

func writeDSA(pub sshkey.Parts, priv sshkey.PrivateKey) ([]byte, bool) {
	p, ok := pub.(sshkey.DSAPublicKey)
	k, ok2 := priv.(*sshkey.DSAPrivateKey)
	if !ok || !ok2 {
		return nil, false
	}
	return appendNumbers(wire.AppendUint32(nil, 0), p.P, p.G, p.Q, p.Y, k.X), true
}
