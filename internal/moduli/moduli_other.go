//go:build !amd64 || purego

package moduli

// Available reports whether the processor has what Sums needs.
const Available = false

// Sums is not to be called where it is not Available.
func Sums(sums *[Count]uint64, n *[Size]byte, t *Table) { panic("moduli: not available") }
