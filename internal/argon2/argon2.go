// Package argon2 is Argon2 (RFC 9106), the key derivation of PPK 3, in all
// three variants: x/crypto has no way to Argon2d, no code for AVX2, and leaves
// its memory as it is.
package argon2

import (
	"encoding/binary"
	"math"
	"runtime"
	"sync"

	"golang.org/x/crypto/blake2b"
)

// Variant is the type y of section 3.1.
type Variant uint32

// The variants differ in where the references to older blocks come from.
const (
	D  Variant = 0 // from the data
	I  Variant = 1 // from a counter
	ID Variant = 2 // from a counter in the first half of the first pass, then from the data
)

const (
	version = 0x13
	slices  = 4 // SL of section 3.4: the lanes wait for each other after each
)

// block is 1024 bytes in little-endian words, a matrix of 8 rows of 16.
type block [128]uint64

// Params are the public parameters. Without a pass or a lane, Key panics.
type Params struct {
	Variant Variant
	Memory  uint32 // KiB; fewer than 8 for each lane count as 8
	Passes  uint32
	Lanes   uint32 // computed side by side on all cores
}

// Key derives size bytes, at least 1. Its cost is Memory times Passes.
func (p Params) Key(password, salt []byte, size int) []byte {
	return p.derive(password, salt, nil, nil, size)
}

// derive has the two inputs that PuTTY leaves empty, too.
func (p Params) derive(password, salt, secret, data []byte, size int) []byte {
	if p.Passes < 1 || p.Lanes < 1 {
		panic("argon2: no pass or no lane")
	}
	m := p.matrix()
	defer clear(m.blocks)
	m.start(p.seed(uint32(size), password, salt, secret, data))
	for pass := range p.Passes {
		for slice := range slices {
			m.fillSlice(pass, slice)
		}
	}
	return m.key(size)
}

// seed is H_0.
func (p Params) seed(size uint32, inputs ...[]byte) []byte {
	var b []byte
	for _, n := range []uint32{p.Lanes, size, p.Memory, p.Passes, version, uint32(p.Variant)} {
		b = binary.LittleEndian.AppendUint32(b, n)
	}
	h := newHash(blake2b.Size)
	defer wipe(h)
	h.Write(b)
	for _, input := range inputs {
		h.Write(binary.LittleEndian.AppendUint32(nil, uint32(len(input))))
		h.Write(input)
	}
	return h.Sum(nil)
}

// matrix is the memory: lanes of columns blocks, each in segments of one slice.
type matrix struct {
	Params
	blocks           []block
	columns, segment int
}

func (p Params) matrix() *matrix {
	segment := max(int(uint64(p.Memory)/(slices*uint64(p.Lanes))), 2)
	columns := slices * segment
	return &matrix{Params: p, blocks: make([]block, columns*int(p.Lanes)), columns: columns, segment: segment}
}

// start computes the first two blocks of every lane.
func (m *matrix) start(seed []byte) {
	in := append(seed, make([]byte, 8)...)
	defer clear(in)
	defer clear(seed)
	for lane := range m.Lanes {
		for i := range uint32(2) {
			binary.LittleEndian.PutUint32(in[len(seed):], i)
			binary.LittleEndian.PutUint32(in[len(seed)+4:], lane)
			long := longHash(in, 1024)
			b := &m.blocks[int(lane)*m.columns+int(i)]
			for w := range b {
				b[w] = binary.LittleEndian.Uint64(long[8*w:])
			}
			clear(long)
		}
	}
}

// fillSlice computes one slice of all lanes, side by side.
func (m *matrix) fillSlice(pass uint32, slice int) {
	lanes := int(m.Lanes)
	workers := min(lanes, runtime.GOMAXPROCS(0))
	if workers == 1 {
		m.fillLanes(pass, slice, 0, 1)
		return
	}
	var wg sync.WaitGroup
	for worker := range workers {
		wg.Go(func() { m.fillLanes(pass, slice, worker, workers) })
	}
	wg.Wait()
}

// fillLanes computes every step-th lane from the first on.
func (m *matrix) fillLanes(pass uint32, slice, first, step int) {
	for lane := first; lane < int(m.Lanes); lane += step {
		m.fillSegment(pass, slice, lane)
	}
}

// fillSegment computes the blocks of one slice of one lane, each from the one
// in front of it and a reference. Those of later passes are added to the old
// ones; in the first, these are zero.
func (m *matrix) fillSegment(pass uint32, slice, lane int) {
	first := 0
	if pass == 0 && slice == 0 {
		first = 2 // start made them
	}
	var addresses *counter
	if m.Variant == I || m.Variant == ID && pass == 0 && slice < slices/2 {
		addresses = &counter{input: block{uint64(pass), uint64(lane), uint64(slice),
			uint64(len(m.blocks)), uint64(m.Passes), uint64(m.Variant)}}
	}
	own := m.blocks[lane*m.columns:][:m.columns]
	for i := first; i < m.segment; i++ {
		column := slice*m.segment + i
		last := &own[(column+m.columns-1)%m.columns]
		random := last[0]
		if addresses != nil {
			random = addresses.at(i)
		}
		compress(&own[column], last, &m.blocks[m.reference(random, pass, slice, lane, i)])
	}
	var zero, none block
	compress(&none, &zero, &zero) // leaves zeros on the stack where the last block's were
}

// reference maps a random number to a block that is there already and is not
// the one just computed (section 3.4.2): block i of the segment may refer to the
// other segments of the last round, in its own lane to what it has of this one, too.
func (m *matrix) reference(random uint64, pass uint32, slice, lane, i int) int {
	size, start := (slices-1)*m.segment, (slice+1)%slices*m.segment
	if pass == 0 {
		size, start = slice*m.segment, 0
	}
	from := int((random >> 32) % uint64(m.Lanes))
	if pass == 0 && slice == 0 {
		from = lane
	}
	switch {
	case from == lane:
		size += i - 1
	case i == 0:
		size--
	}
	x := random & math.MaxUint32
	x = x * x >> 32
	x = x * uint64(size) >> 32
	return from*m.columns + (start+size-1-int(x))%m.columns
}

// key is the tag: the hash of all lanes' last blocks.
func (m *matrix) key(size int) []byte {
	var sum block
	defer clear(sum[:])
	for lane := range int(m.Lanes) {
		for w, v := range m.blocks[(lane+1)*m.columns-1] {
			sum[w] ^= v
		}
	}
	in := make([]byte, 8*len(sum))
	defer clear(in)
	for i, w := range sum {
		binary.LittleEndian.PutUint64(in[8*i:], w)
	}
	return longHash(in, size)
}

// counter makes the random numbers that do not depend on the data (section
// 3.4.1.2), a block of them at a time.
type counter struct{ input, output block }

// at gives number i of a segment. They are asked for in ascending order.
func (c *counter) at(i int) uint64 {
	const each = len(c.output)
	if n := uint64(i/each + 1); c.input[6] != n {
		c.input[6] = n
		var zero, once block
		compress(&once, &zero, &c.input)
		c.output = block{}
		compress(&c.output, &zero, &once)
	}
	return c.output[i%each]
}
