package repair

import "strings"

// describe notes every change.
func describe(it *item, t *text, e *element, pre prefix) {
	b, at := e.blob, t.src(e.at)
	add := func(src int, code, msg string, args ...any) { it.notes.add(src, code, msg, args...) }
	if e.boxed {
		add(at, "rfc4716", "the key stood in SSH2 form (RFC 4716, as PuTTYgen saves it) or in a PPK")
	}
	if pre.dropped && !e.boxed {
		add(at, "prefix-dropped", "what stood in front of the key on its line was taken away")
	}
	if !e.boxed || e.said.how != missing {
		describeType(it, t, e)
	}
	start := t.src(b.start)
	if b.lost > 0 {
		add(start, "start-restored", "the first %d characters of the base64 were missing; every %s key begins with them. Compare the fingerprint: %s", b.lost, b.name, b.public.Fingerprint())
	}
	switch {
	case b.crossed&overLine != 0 && !e.boxed:
		add(start, "wrapped", "the key was broken over several lines")
	case b.crossed&overSpace != 0:
		add(start, "spaced", "spaces stood inside the base64")
	}
	if b.crossed&overJunk != 0 {
		add(start, "line-marks", "quotes, quote marks or backslashes stood at the line ends inside the base64")
	}
	if b.plus {
		add(start, "plus-lost", "spaces stood in the base64 where plus signs belong (a web form does that)")
	}
	if b.url {
		add(start, "base64url", "the base64 had - and _ for + and /")
	}
	if b.padding {
		add(t.src(b.end), "padding", "the equal signs at the end of the base64 were not as they must be")
	}
	if b.glued {
		add(t.src(b.end), "comment-glued", "the comment stood directly behind the base64; it begins where the key's length says")
	}
}

func describeType(it *item, t *text, e *element) {
	at := t.src(e.at)
	switch e.said.how {
	case missing:
		it.notes.add(at, "type-missing", "the key type was missing in front of the base64; the key says %s", e.blob.name)
	case broken:
		it.notes.add(at, "type-apart", "the key type stood on another line or was broken")
	case twice:
		it.notes.add(at, "type-twice", "the key type stood there twice")
	case other, damaged:
		it.notes.add(at, "type-wrong", "the line says %.40q and the key is %s", e.said.word, e.blob.name)
	}
	if e.said.how == right && strings.HasPrefix(e.said.word, "rsa-sha2-") {
		it.notes.add(at, "type-wrong", "%s is the name of a signature; the key is ssh-rsa", e.said.word)
	}
}
