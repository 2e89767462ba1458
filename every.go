package keyconv

import (
	"bytes"
	"errors"
	"slices"
	"sync"

	"github.com/keyconv/keyconv/repair"
	"github.com/keyconv/keyconv/repair/transit"
	"github.com/keyconv/keyconv/sshkey"
)

// A Found key is one of a text, with the format that it was read from.
type Found struct {
	Key    *sshkey.Key
	Format Format
	at     sshkey.Pos // where its part of the text begins
}

// Unlock is [Unlock] for the key; places are those in the whole text.
func (f Found) Unlock(passphrase []byte, lim sshkey.Limits) (*sshkey.Key, error) {
	open, by, err := unlock(f.Key, f.Format, passphrase, lim)
	clear(by)
	var syntax *sshkey.SyntaxError
	if errors.As(err, &syntax) {
		return nil, sshkey.WithHint(&sshkey.SyntaxError{Format: syntax.Format, Pos: below(f.at, syntax.Pos), Err: syntax.Err}, sshkey.Hint(err))
	}
	if err != nil || open == f.Key {
		return open, err
	}
	for i := len(f.Key.Findings); i < len(open.Findings); i++ {
		open.Findings[i].Pos = below(f.at, open.Findings[i].Pos)
	}
	located(open)
	return open, nil
}

// ParseEvery is ParseLenient for text in which keys of several formats, or containers
// of one key each, stand one behind the other: where ParseLenient reads one and notes
// more-keys, it reads them all. If one of them cannot be read, it is ParseLenient.
func ParseEvery(data []byte, from string) ([]Found, error) {
	keys, f, err := ParseLenient(data, from)
	var list []Found
	for _, k := range keys {
		list = append(list, Found{k, f, sshkey.PosAt(data, 0)})
	}
	if err != nil || len(keys) == 1 && slices.ContainsFunc(keys[0].Findings, isMoreKeys) {
		if all := apart(data, from); len(all) > 1 {
			besideOthers(all, data)
			return all, nil
		}
	}
	return list, err
}

func isMoreKeys(f sshkey.Finding) bool { return f.Code == moreKeys }

// apart reads the keys of a text each by itself; nil where one cannot be read.
func apart(data []byte, from string) (list []Found) {
	if len(data) > sshkey.MaxKeyFile {
		return nil
	}
	all := openings(data)
	at := sshkey.PosAt(data, 0)
	for i := range all {
		start, end := all[i].at, len(data)
		if i == 0 {
			start = 0 // what stands in front of a key may belong to it
		}
		if i+1 < len(all) {
			end = all[i+1].at
		}
		part := bytes.TrimRight(data[start:end], " \t\r\n")
		keys, f, err := ParseAs(data[start:min(start+len(part)+2, end)], from) // with its line end
		if err != nil || slices.ContainsFunc(keys, func(k *sshkey.Key) bool { return slices.ContainsFunc(k.Findings, isMoreKeys) }) {
			return nil
		}
		at = at.Advance(data, start)
		for _, k := range keys {
			k.Pos = below(at, k.Pos)
			for n := range k.Findings {
				k.Findings[n].Pos = below(at, k.Findings[n].Pos)
			}
			list = append(list, Found{k, f, at})
		}
	}
	return list
}

// besideOthers notes on private keys that another part of the text restricts them, as is
// noted where ParseLenient reads the one and not the other. Whether a line that cannot be
// read does takes a repair of the whole text for each: of many it is noted unseen, where an
// option is named.
func besideOthers(list []Found, data []byte) {
	const seen = 8
	all, near := openings(data), 0
	named := sync.OnceValue(func() bool { return repair.NamesOption(uncommented(transit.Peel(data))) })
	for _, f := range list {
		if f.Key.Private == nil || f.Format.many || widens(f.Key) != nil {
			continue
		}
		if n := slices.IndexFunc(all, func(o opening) bool { return o.restricts(f.Key.Public) }); n >= 0 {
			noteOptions(f.Key, sshkey.PosAt(data, all[n].at))
			continue
		}
		if !slices.ContainsFunc(all, func(o opening) bool { return o.isOf(f.Key.Public) }) {
			continue
		}
		if near++; near <= seen {
			f.Format.optionsNear([]*sshkey.Key{f.Key}, data)
		} else if named() {
			noteOptions(f.Key, f.Key.Pos)
		}
	}
}

// below is place p of the text that begins at at.
func below(at, p sshkey.Pos) sshkey.Pos {
	if !p.IsValid() {
		return p
	}
	if p.Line == 1 {
		p.Column += at.Column - 1
	}
	return sshkey.Pos{Offset: at.Offset + p.Offset, Line: at.Line + p.Line - 1, Column: p.Column}
}
