package repair

import "github.com/keyconv/keyconv/sshkey"

// A Memory keeps what was found out about keys, which each reading of a text asks
// again. The zero value is an empty one.
type Memory struct {
	answers map[sshkey.PublicKey]answer
	asked   int
	// searched is how much was searched for wrong characters: for each key its
	// characters, which are so many places, times what is hashed for one.
	searched int
}

// mostSearched is some 5 s: 40 damaged RSA keys of 2048 bits with words behind them,
// 240 without, 3,400 Ed25519 keys.
const mostSearched = 90_000_000

type answer struct {
	err  error
	with care
}

// mostAnswers are kept; then all are forgotten.
const mostAnswers = 256

// NewMemory is empty.
func NewMemory() *Memory { return &Memory{answers: map[sshkey.PublicKey]answer{}} }

// insane is thorough where few keys are asked about; behind them, it takes the
// care that is asked for.
func (o *Options) insane(k sshkey.PublicKey, c care) error {
	a, ok := o.Memory.answers[k]
	if ok && (a.err != nil || a.with >= c) {
		return a.err
	}
	if o.Memory.asked++; o.Memory.asked <= careful {
		c = thorough
	}
	if len(o.Memory.answers) >= mostAnswers {
		clear(o.Memory.answers)
	}
	err := insane(k, c)
	o.Memory.answers[k] = answer{err, c}
	return err
}

// suspect is for a key that stands as it was given, and may have been proven with
// more care.
func (o *Options) suspect(k sshkey.PublicKey, c care) error {
	if a, ok := o.Memory.answers[k]; ok && a.err == nil {
		return nil
	}
	return suspect(k, c)
}
