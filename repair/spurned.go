package repair

import "github.com/keyconv/keyconv/sshkey"

// spurn remembers a key that was refused with the options in front of it, unless it
// stands above: sshd would come to that line first.
func (w *walker) spurn(k sshkey.PublicKey) {
	key := w.seen.Hash(k.Blob())
	if _, above := w.seen.Find(key); above || w.o.Piece {
		return
	}
	if w.spurned == nil {
		w.spurned = map[uint64]bool{}
	}
	w.spurned[key] = true
}

// isSpurned is quick where there are none.
func (w *walker) isSpurned(k sshkey.PublicKey) bool {
	return len(w.spurned) > 0 && w.spurned[w.seen.Hash(k.Blob())]
}

var twinOfRefused = objection{"options-apart", "the same key stands above in a line with options, which was refused: this line alone would let it in without them",
	"mend that line first, and take this one out if it is not meant"}
