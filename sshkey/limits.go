package sshkey

import "math"

// Limits bounds what a file may ask of a key derivation. A zero field, or a negative
// one, stands for the default. All are checked before any of the cost is paid, so a refusal
// costs nothing. The times are those of one core of 2026.
type Limits struct {
	// BcryptRounds, of an openssh key. Default 2048: 8 s. x/crypto/ssh has
	// the same bound; OpenSSH has none, and ssh-keygen writes 16 or 24.
	BcryptRounds int
	// Argon2MemoryKiB, of a PPK 3. Default 1 GiB; PuTTY has none and writes
	// 8 MiB.
	Argon2MemoryKiB int
	// Argon2WorkKiB is memory times passes. Default 16 GiB: 10 s.
	Argon2WorkKiB int
	// Argon2Lanes. Default 255, more than anybody has cores; so has
	// golang.org/x/crypto/argon2. PuTTY has none but Argon2's own 2^24-1, and
	// writes 1.
	Argon2Lanes int
	// PBKDF2Iterations, of PKCS#8; also those of PBES1 and PKCS#12. Default
	// 20 million: 3 s with SHA-256. OpenSSL has none and writes 2048.
	PBKDF2Iterations int
	// ScryptMemoryKiB is 128*N*r bytes, of PKCS#8. Default 1 GiB; OpenSSL's is
	// 32 MiB.
	ScryptMemoryKiB int
	// ScryptWorkKiB is memory times p. Default 4 GiB: 10 s.
	ScryptWorkKiB int
}

// The bounds of what is read at all. No sound file comes near them, and no flag
// lifts them. docs/reliability.md has what a file at each of them costs.
const (
	// MaxInput is the largest input that is read as a whole: an
	// authorized_keys of some ten thousand keys. Larger ones are read line by
	// line, see the packages authkeys and repair.
	MaxInput = 8 << 20
	// MaxKeyFile is the largest file of one key. OpenSSH has the same bound
	// (MAX_KEY_FILE_SIZE in authfile.c), PuTTY's is 350 KiB.
	MaxKeyFile = 1 << 20
	// MaxLine is the longest line of authorized_keys or known_hosts. OpenSSH
	// has none.
	MaxLine = 512 << 10
	// MaxPastedLine is the longest line of a text that package repair streams.
	// Looking for keys in one of them costs 5 s at worst.
	MaxPastedLine = 4 << 20
	// MaxKeys is the most keys in one input that is read as a whole.
	MaxKeys = 100_000
	// MaxRSABits is the largest number in a key, such as an RSA or DSA
	// modulus. OpenSSH has the same bound (SSHBUF_MAX_BIGNUM). Checking one
	// costs 20 ms.
	MaxRSABits = 16384
	// MaxDSAOrder is the most bits of a DSA key's q where the key is checked; FIPS
	// 186-4 has 160 to 256. Checking a key with a q as long as a p of 16384
	// bits would cost a second, and no one has such a key.
	MaxDSAOrder = 512
)

// NoLimits returns Limits that let a trusted file ask for anything that its
// format, the libraries below and an int can express: where an int has 32 bits,
// 2^31-1 of each.
func NoLimits() Limits {
	return Limits{math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt, math.MaxInt}
}

// WithDefaults returns l with the default where a field is not positive.
func (l Limits) WithDefaults() Limits {
	set := func(v *int, def int) {
		if *v <= 0 {
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

// ForWriting returns l with the default where a field is less: who reads with narrower
// limits still writes what others read, and with wider ones what only they do.
func (l Limits) ForWriting() Limits {
	def := Limits{}.WithDefaults()
	return Limits{
		BcryptRounds:     max(l.BcryptRounds, def.BcryptRounds),
		Argon2MemoryKiB:  max(l.Argon2MemoryKiB, def.Argon2MemoryKiB),
		Argon2WorkKiB:    max(l.Argon2WorkKiB, def.Argon2WorkKiB),
		Argon2Lanes:      max(l.Argon2Lanes, def.Argon2Lanes),
		PBKDF2Iterations: max(l.PBKDF2Iterations, def.PBKDF2Iterations),
		ScryptMemoryKiB:  max(l.ScryptMemoryKiB, def.ScryptMemoryKiB),
		ScryptWorkKiB:    max(l.ScryptWorkKiB, def.ScryptWorkKiB),
	}
}

// Within returns a *LimitError when asked is over limit, one of Limits.
func Within(what string, asked uint64, limit int) error {
	limit = max(limit, 0)
	if asked > uint64(limit) {
		return &LimitError{What: what, Asked: asked, Limit: uint64(limit)}
	}
	return nil
}

// Bound is Within for a bound that no flag lifts.
func Bound(what string, asked uint64, limit int) error {
	limit = max(limit, 0)
	if asked > uint64(limit) {
		return &LimitError{What: what, Asked: asked, Limit: uint64(limit), Fixed: true}
	}
	return nil
}
