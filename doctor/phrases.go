package doctor

// Phrases are texts that stand in many lines. The garbage collector looks at each
// text once, and at no standing.
type phrases struct {
	texts []string
	size  int // of all texts
	found map[string]phrase
}

// A phrase stands for one of them; 0 for "".
type phrase uint32

func (p *phrases) of(text string) phrase {
	if text == "" {
		return 0
	}
	n, ok := p.found[text]
	if !ok {
		p.texts = append(p.texts, text)
		p.size += len(text)
		n = phrase(len(p.texts))
		p.found[text] = n
	}
	return n
}

func (p *phrases) text(n phrase) string {
	if n == 0 {
		return ""
	}
	return p.texts[n-1]
}
