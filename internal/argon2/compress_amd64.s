//go:build amd64 && !purego

#include "textflag.h"

// Bytes in the order that rotates each word of 8 by 24 and by 16 bits.
DATA rotate24<>+0(SB)/8, $0x0201000706050403
DATA rotate24<>+8(SB)/8, $0x0a09080f0e0d0c0b
DATA rotate24<>+16(SB)/8, $0x0201000706050403
DATA rotate24<>+24(SB)/8, $0x0a09080f0e0d0c0b
GLOBL rotate24<>(SB), RODATA|NOPTR, $32

DATA rotate16<>+0(SB)/8, $0x0100070605040302
DATA rotate16<>+8(SB)/8, $0x09080f0e0d0c0b0a
DATA rotate16<>+16(SB)/8, $0x0100070605040302
DATA rotate16<>+24(SB)/8, $0x09080f0e0d0c0b0a
GLOBL rotate16<>(SB), RODATA|NOPTR, $32

// A 4x4 matrix of words is in Y0..Y7, two rows' words each: a in Y0 and Y1, b
// in Y2 and Y3, c in Y4 and Y5, d in Y6 and Y7. The lower and the upper half of
// each register are two matrices that have nothing to do with each other.

// MULADD is mulAdd for two registers: a += b + 2*low(a)*low(b).
#define MULADD(a0, b0, a1, b1) \
	VPMULUDQ a0, b0, Y8; \
	VPMULUDQ a1, b1, Y9; \
	VPADDQ   b0, a0, a0; \
	VPADDQ   b1, a1, a1; \
	VPADDQ   Y8, Y8, Y8; \
	VPADDQ   Y9, Y9, Y9; \
	VPADDQ   Y8, a0, a0; \
	VPADDQ   Y9, a1, a1

// XOR is d ^= a for two registers.
#define XOR(a0, d0, a1, d1) \
	VPXOR a0, d0, d0; \
	VPXOR a1, d1, d1

// MIX is mix for four columns.
#define MIX(a0, b0, c0, d0, a1, b1, c1, d1) \
	MULADD(a0, b0, a1, b1); \
	XOR(a0, d0, a1, d1); \
	VPSHUFD $0xB1, d0, d0; \
	VPSHUFD $0xB1, d1, d1; \
	MULADD(c0, d0, c1, d1); \
	XOR(c0, b0, c1, b1); \
	VPSHUFB Y14, b0, b0; \
	VPSHUFB Y14, b1, b1; \
	MULADD(a0, b0, a1, b1); \
	XOR(a0, d0, a1, d1); \
	VPSHUFB Y15, d0, d0; \
	VPSHUFB Y15, d1, d1; \
	MULADD(c0, d0, c1, d1); \
	XOR(c0, b0, c1, b1); \
	VPADDQ  b0, b0, Y8; \
	VPADDQ  b1, b1, Y9; \
	VPSRLQ  $63, b0, b0; \
	VPSRLQ  $63, b1, b1; \
	VPXOR   Y8, b0, b0; \
	VPXOR   Y9, b1, b1

// PERMUTE is permute: the columns, then the diagonals, for which row b moves by
// one word, c by two (its registers change places) and d by three, and back.
#define PERMUTE \
	MIX(Y0, Y2, Y4, Y6, Y1, Y3, Y5, Y7); \
	VPALIGNR $8, Y2, Y3, Y10; \
	VPALIGNR $8, Y3, Y2, Y11; \
	VPALIGNR $8, Y7, Y6, Y12; \
	VPALIGNR $8, Y6, Y7, Y13; \
	MIX(Y0, Y10, Y5, Y12, Y1, Y11, Y4, Y13); \
	VPALIGNR $8, Y11, Y10, Y2; \
	VPALIGNR $8, Y10, Y11, Y3; \
	VPALIGNR $8, Y12, Y13, Y6; \
	VPALIGNR $8, Y13, Y12, Y7

// LOAD reads four words of two rows, which are 128 bytes apart, of x XOR y,
// adds them to out, and parts them: the first two words of both, the last two.
#define LOAD(offset, first, last) \
	VMOVDQU    (offset)(SI), Y8; \
	VMOVDQU    (offset+128)(SI), Y9; \
	VPXOR      (offset)(DX), Y8, Y8; \
	VPXOR      (offset+128)(DX), Y9, Y9; \
	VPXOR      (offset)(DI), Y8, Y10; \
	VPXOR      (offset+128)(DI), Y9, Y11; \
	VMOVDQU    Y10, (offset)(DI); \
	VMOVDQU    Y11, (offset+128)(DI); \
	VPERM2I128 $0x20, Y9, Y8, first; \
	VPERM2I128 $0x31, Y9, Y8, last

// STORE is the way back, to the block at R8.
#define STORE(offset, first, last) \
	VPERM2I128 $0x20, last, first, Y8; \
	VPERM2I128 $0x31, last, first, Y9; \
	VMOVDQA    Y8, (offset)(R8); \
	VMOVDQA    Y9, (offset+128)(R8)

// ROWS permutes two rows.
#define ROWS(offset) \
	LOAD(offset+0, Y0, Y1); \
	LOAD(offset+32, Y2, Y3); \
	LOAD(offset+64, Y4, Y5); \
	LOAD(offset+96, Y6, Y7); \
	PERMUTE; \
	STORE(offset+0, Y0, Y1); \
	STORE(offset+32, Y2, Y3); \
	STORE(offset+64, Y4, Y5); \
	STORE(offset+96, Y6, Y7)

#define ADD(offset, reg) \
	VPXOR   (offset)(DI), reg, reg; \
	VMOVDQU reg, (offset)(DI)

// COLUMNS permutes two columns, which are two words wide each, and adds them to out.
#define COLUMNS(offset) \
	VMOVDQA (offset+0)(R8), Y0; \
	VMOVDQA (offset+128)(R8), Y1; \
	VMOVDQA (offset+256)(R8), Y2; \
	VMOVDQA (offset+384)(R8), Y3; \
	VMOVDQA (offset+512)(R8), Y4; \
	VMOVDQA (offset+640)(R8), Y5; \
	VMOVDQA (offset+768)(R8), Y6; \
	VMOVDQA (offset+896)(R8), Y7; \
	PERMUTE; \
	ADD(offset+0, Y0); \
	ADD(offset+128, Y1); \
	ADD(offset+256, Y2); \
	ADD(offset+384, Y3); \
	ADD(offset+512, Y4); \
	ADD(offset+640, Y5); \
	ADD(offset+768, Y6); \
	ADD(offset+896, Y7)

// func compressAVX2(out, x, y *block)
TEXT ·compressAVX2(SB), 0, $1056-24
	MOVQ out+0(FP), DI
	MOVQ x+8(FP), SI
	MOVQ y+16(FP), DX
	LEAQ 31(SP), R8
	ANDQ $~31, R8
	VMOVDQU rotate24<>(SB), Y14
	VMOVDQU rotate16<>(SB), Y15
	ROWS(0)
	ROWS(256)
	ROWS(512)
	ROWS(768)
	COLUMNS(0)
	COLUMNS(32)
	COLUMNS(64)
	COLUMNS(96)
	VZEROUPPER
	RET
