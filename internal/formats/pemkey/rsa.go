package pemkey

import (
	"math/big"

	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/sshkey"
)

// readPKCS1 reads an RSAPrivateKey (RFC 8017 appendix A.1.2).
func readPKCS1(r *der.Reader, m *material) {
	at := r.Offset()
	if version := r.Count("the version"); version != 0 {
		r.Fail(at, &sshkey.UnsupportedError{Format: m.format, What: "an RSA key of more than two primes", Unknown: "keyconv", Next: "no other format of SSH holds it; ssh-keygen -y -f FILE prints its public line"})
	}
	n, e, d := r.Int("n"), r.Int("e"), r.Int("d")
	p, q := r.Int("p"), r.Int("q")
	dp, dq := r.Int("d mod p-1"), r.Int("d mod q-1")
	m.public = sshkey.RSAPublicKey{E: e, N: n}
	k := &sshkey.RSAPrivateKey{D: d, P: p, Q: q, Iqmp: r.Int("q^-1 mod p")}
	m.private = k
	if r.Err() != nil {
		return
	}
	if rightDP, rightDQ := k.Exponents(); dp.Cmp(rightDP) != 0 || dq.Cmp(rightDQ) != 0 {
		m.warn("rsa-crt", "d mod p-1 or d mod q-1 was wrong; nothing in SSH uses them, and they are computed anew")
	}
}

var one = big.NewInt(1)

func buildPKCS1(pub sshkey.RSAPublicKey, k *sshkey.RSAPrivateKey) []byte {
	dp, dq := k.Exponents()
	return der.Build(func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) {
			b.AddASN1Uint64(0)
			der.Ints(b, pub.N, pub.E, k.D, k.P, k.Q, dp, dq, k.Iqmp)
		})
	})
}

// readPKCS1Public reads an RSAPublicKey (RFC 8017 appendix A.1.1).
func readPKCS1Public(r *der.Reader, m *material) {
	n, e := r.Int("n"), r.Int("e")
	m.public = sshkey.RSAPublicKey{E: e, N: n}
}

func buildPKCS1Public(pub sshkey.RSAPublicKey) []byte {
	return der.Build(func(b *der.Builder) {
		b.AddASN1(der.Sequence, func(b *der.Builder) { der.Ints(b, pub.N, pub.E) })
	})
}
