//go:build amd64 && !purego

package argon2

import "golang.org/x/sys/cpu"

// compressAVX2 is compressGo on vectors of four words, and needs AVX2.
//
//go:noescape
func compressAVX2(out, x, y *block)

var hasAVX2 = cpu.X86.HasAVX2

func compress(out, x, y *block) {
	if hasAVX2 {
		compressAVX2(out, x, y)
		return
	}
	compressGo(out, x, y)
}
