package doctor

import (
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// A standing is what a line of a key can do to a later one of the same key.
type standing struct {
	line    uint32
	options uint32 // a hash; 0 for none
	may     phrase // for which option it may leave a login to that
	inForce phrase
}

// standings are those of lines with options, in pieces of memory: a new one moves
// none.
type standings struct {
	pieces [][]standing
	n      uint32
}

const standingsPiece = 1 << 12

func (s *standings) add(t standing) {
	if s.n%standingsPiece == 0 {
		s.pieces = append(s.pieces, make([]standing, 0, standingsPiece))
	}
	last := len(s.pieces) - 1
	s.pieces[last] = append(s.pieces[last], t)
	s.n++
}

func (s *standings) at(i uint32) standing { return s.pieces[i/standingsPiece][i%standingsPiece] }

// What stands in lineCheck.seen is the number of a line without options, or with
// this bit that of a standing.
const hasStanding = 1 << 31

func (c *lineCheck) valueOf(t standing) uint32 {
	if t.options == 0 {
		return min(t.line, hasStanding-1)
	}
	return hasStanding | c.standings.n
}

func (c *lineCheck) standingOf(value uint32) standing {
	if value&hasStanding != 0 {
		return c.standings.at(value &^ hasStanding)
	}
	return standing{line: value, inForce: c.phrases.of(noRestrictions)}
}

// decides remembers a line for the later ones of its key, if there is room. Of
// all its options it keeps the hash only.
func (c *lineCheck) decides(role uint64, t standing, terms *authkeys.Terms) {
	value := c.valueOf(t)
	c.seen.Set(role, value)
	if now, _ := c.seen.Find(role); now == value {
		c.stand(t, terms)
	}
}

// isNew is decides for a plain key that has no line yet; else it is false. The
// terms are nil for a line without options.
func (c *lineCheck) isNew(role uint64, line uint32, t *plainTerms) bool {
	this := standing{line: line}
	if t == nil {
		return c.seen.New(role, c.valueOf(this))
	}
	this.options, this.may = t.options, c.phrases.of(mayRefuse(&t.Terms))
	full := c.seen.Full()
	if !c.seen.New(role, c.valueOf(this)) {
		return false
	}
	if !full {
		c.stand(this, &t.Terms)
	}
	return true
}

// stand remembers the standing of a line that decides.
func (c *lineCheck) stand(t standing, terms *authkeys.Terms) {
	const told, size = 1 << 16, 4 << 20 // standings of which the restrictions are told, and bytes of those
	if t.options == 0 {
		return
	}
	text := "has other options"
	if c.standings.n < told && c.phrases.size < size {
		text = inForce(terms)
	}
	t.inForce = c.phrases.of(text)
	c.standings.add(t)
}

// mayRefuse is the option for which an entry may refuse a login and leave it to
// a later line; "" where it takes all.
func mayRefuse(t *authkeys.Terms) string {
	switch {
	case t.From != nil:
		return "from="
	case !t.Expires.IsZero():
		return "expiry-time="
	case t.Authority:
		return "principals, names and dates of the certificate"
	}
	return ""
}

// passedOverFor names a port that not every server knows by its name: for want of it sshd
// passes over the line.
func passedOverFor(k *sshkey.Key) string {
	if slices.ContainsFunc(k.Findings, func(f sshkey.Finding) bool { return f.Code == "service-name" }) {
		return "the port's name"
	}
	return ""
}

const noRestrictions = "has no restrictions"

// inForce tells the restrictions in a line, not at any length: every later
// line of the same key repeats them.
func inForce(t *authkeys.Terms) string {
	const most = 300
	list := t.List()
	if len(list) == 0 {
		return noRestrictions
	}
	text := strings.Join(list, "; ")
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return "has the restrictions: " + text
}
