package sshkey

import "math"

// Limits bounds what a file may ask for. A zero field stands for the default.
// All are checked before any of the cost is paid, so a refusal costs nothing.
type Limits struct {
	BcryptRounds     int // default 2048: 17 s on one core of 2026; x/crypto/ssh has the same bound
	Argon2MemoryKiB  int // default 1 GiB
	Argon2WorkKiB    int // memory x passes, default 16 GiB: about 10 s
	Argon2Lanes      int // default 255
	PBKDF2Iterations int // default 20 million: about 3 s with SHA-256
	ScryptMemoryKiB  int // 128*N*r bytes, default 1 GiB
	ScryptWorkKiB    int // memory x p, default 4 GiB: about 10 s
}

// MaxRSABits is the largest RSA or DSA modulus that is read; OpenSSH has the
// same bound (SSHBUF_MAX_BIGNUM). Checking one costs about 20 ms.
const MaxRSABits = 16384

// MaxDSAOrder is the most bits of a DSA key's q in a private key; FIPS 186-4
// has 160 to 256. Checking a key with a q as long as a p of 16384 bits would
// cost a second, and no one has such a key.
const MaxDSAOrder = 512

// NoLimits returns Limits that let a trusted file ask for anything that its
// format and the libraries below can express.
func NoLimits() Limits {
	return Limits{math.MaxInt, math.MaxInt, math.MaxInt, 255, math.MaxInt, math.MaxInt, math.MaxInt}
}

// WithDefaults returns l with its zero fields filled in.
func (l Limits) WithDefaults() Limits {
	set := func(v *int, def int) {
		if *v == 0 {
			*v = def
		}
	}
	set(&l.BcryptRounds, 2048)
	set(&l.Argon2MemoryKiB, 1<<20)
	set(&l.Argon2WorkKiB, 16<<20)
	set(&l.Argon2Lanes, 255)
	set(&l.PBKDF2Iterations, 20_000_000)
	set(&l.ScryptMemoryKiB, 1<<20)
	set(&l.ScryptWorkKiB, 4<<20)
	return l
}

// Within returns a *LimitError when asked is over limit.
func Within(what string, asked uint64, limit int) error {
	if asked > uint64(limit) {
		return &LimitError{what, asked, uint64(limit)}
	}
	return nil
}
