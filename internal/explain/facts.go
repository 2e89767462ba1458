package explain

// maxFacts bounds each list of facts.
const maxFacts = 1000

// words is a list without duplicates.
type words struct {
	list []string
	have map[string]bool
}

func (w *words) add(s string) {
	if w.have[s] || len(w.list) == maxFacts {
		return
	}
	if w.have == nil {
		w.have = map[string]bool{}
	}
	w.have[s] = true
	w.list = append(w.list, s)
}

// offers are told apart by user and fingerprint.
type offers struct {
	list []Offer
	have map[[2]string]int // index + 1
}

func (o *offers) add(f Offer) {
	if o.have == nil {
		o.have = map[[2]string]int{}
	}
	id := [2]string{f.User, f.Fingerprint}
	switch at := o.have[id]; {
	case at > 0:
		o.list[at-1].Accepted = o.list[at-1].Accepted || f.Accepted
	case len(o.list) < maxFacts:
		o.list = append(o.list, f)
		o.have[id] = len(o.list)
	}
}
