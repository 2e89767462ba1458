//go:build amd64 && !purego

package moduli

import "golang.org/x/sys/cpu"

// Available reports whether the processor has what Sums needs, which is AVX2.
var Available = cpu.X86.HasAVX2

// Sums sets sums to a number for each modulus that leaves the same remainder as n,
// a big-endian number. It is not to be called where it is not Available.
//
//go:noescape
func Sums(sums *[Count]uint64, n *[Size]byte, t *Table)
