// Package moduli reduces a number of 2048 bits, which an RSA modulus usually has, by
// several small ones at once: with vectors, where the processor has them.
package moduli

// Count is how many moduli are taken together.
const Count = 5

// Size is the length of the numbers in bytes.
const Size = 256

// A Table is of small numbers to reduce others by. What is kept of them is what each
// word of 32 bits counts: a power of 2^32, reduced.
type Table struct {
	// As the vectors take them: of each four words of 64 bits, the highest first, the
	// low halves and the high halves.
	weights [Size / 32][Count][2][4]uint64
}

// New panics where a sum of words times their weights might not fit 64 bits. Moduli
// below 2^26 are always small enough.
func New(moduli [Count]uint64) *Table {
	var t Table
	for i, modulus := range moduli {
		all, weight := uint64(0), 1%modulus
		for word := Size/4 - 1; word >= 0; word-- { // the last counts 1
			t.weights[word/8][i][1-word%2][word/2%4] = weight
			all += weight
			weight = weight << 32 % modulus
		}
		if modulus > 1<<32 || all > 1<<32 {
			panic("moduli: a modulus is too large")
		}
	}
	return &t
}
