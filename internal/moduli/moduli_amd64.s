//go:build amd64 && !purego

#include "textflag.h"

// Bytes in the order that makes words of 8 bytes of big-endian ones.
DATA swap<>+0(SB)/8, $0x0001020304050607
DATA swap<>+8(SB)/8, $0x08090a0b0c0d0e0f
DATA swap<>+16(SB)/8, $0x0001020304050607
DATA swap<>+24(SB)/8, $0x08090a0b0c0d0e0f
GLOBL swap<>(SB), RODATA|NOPTR, $32

// ADD adds four words, of which Y5 has the low halves and Y6 the high ones, times
// their weights to the sums of one modulus.
#define ADD(weights, sums) \
	VPMULUDQ (weights+0)(DX), Y5, Y8; \
	VPMULUDQ (weights+32)(DX), Y6, Y9; \
	VPADDQ   Y8, sums, sums; \
	VPADDQ   Y9, sums, sums

// func Sums(sums *[Count]uint64, n *[Size]byte, t *Table)
TEXT ·Sums(SB), NOSPLIT, $0-24
	MOVQ sums+0(FP), DI
	MOVQ n+8(FP), SI
	MOVQ t+16(FP), DX
	VMOVDQU swap<>(SB), Y7
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	MOVQ $8, CX

four:
	VMOVDQU (SI), Y5
	VPSHUFB Y7, Y5, Y5
	VPSRLQ $32, Y5, Y6
	ADD(0, Y0)
	ADD(64, Y1)
	ADD(128, Y2)
	ADD(192, Y3)
	ADD(256, Y4)
	ADDQ $32, SI
	ADDQ $320, DX
	DECQ CX
	JNZ four

	// The four sums of each modulus become one: of the first two, of the next two,
	// then of these; last those of the fifth.
	VPUNPCKLQDQ Y1, Y0, Y8
	VPUNPCKHQDQ Y1, Y0, Y9
	VPADDQ Y9, Y8, Y8
	VPUNPCKLQDQ Y3, Y2, Y10
	VPUNPCKHQDQ Y3, Y2, Y11
	VPADDQ Y11, Y10, Y10
	VPERM2I128 $0x20, Y10, Y8, Y0
	VPERM2I128 $0x31, Y10, Y8, Y1
	VPADDQ Y1, Y0, Y0
	VMOVDQU Y0, (DI)
	VEXTRACTI128 $1, Y4, X5
	VPADDQ X5, X4, X4
	VPSRLDQ $8, X4, X5
	VPADDQ X5, X4, X4
	VMOVQ X4, 32(DI)
	VZEROUPPER
	RET
