package der

import (
	"encoding/asn1"
	"math/big"
	"strconv"
	"strings"

	"golang.org/x/crypto/cryptobyte"
)

// A Builder writes DER.
type Builder = cryptobyte.Builder

// Build runs f on a new Builder and gives what it wrote.
func Build(f func(*Builder)) []byte {
	var b Builder
	f(&b)
	return b.BytesOrPanic() // fails only for lengths over 2^32 and wrong OIDs of ours
}

// Ints writes INTEGERs.
func Ints(b *Builder, v ...*big.Int) {
	for _, n := range v {
		b.AddASN1BigInt(n)
	}
}

// AddOID writes an OBJECT IDENTIFIER given in dotted form.
func AddOID(b *Builder, dotted string) {
	var id asn1.ObjectIdentifier
	for part := range strings.SplitSeq(dotted, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			panic(err) // all of them are constants
		}
		id = append(id, n)
	}
	b.AddASN1ObjectIdentifier(id)
}

// maxOID bounds the arcs of an identifier; real ones have about ten.
const maxOID = 64

// Dotted is the contents of an OBJECT IDENTIFIER in dotted form.
func Dotted(b []byte) (string, bool) {
	if len(b) > maxOID {
		return "", false
	}
	tagged := Build(func(w *Builder) { w.AddASN1(OID, func(w *Builder) { w.AddBytes(b) }) })
	var id asn1.ObjectIdentifier
	s := cryptobyte.String(tagged)
	if !s.ReadASN1ObjectIdentifier(&id) {
		return "", false
	}
	return id.String(), true
}
