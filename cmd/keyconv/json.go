package main

import "github.com/keyconv/keyconv/sshkey"

// The JSON that scripts rely on: names here are stable.
type (
	keyJSON struct {
		File        string         `json:"file"`
		Line        int            `json:"line"`
		Format      string         `json:"format"`
		Version     int            `json:"version,omitempty"`
		Kind        string         `json:"kind"`
		Algorithm   string         `json:"algorithm"`
		Bits        int            `json:"bits"`
		Comment     string         `json:"comment"`
		Encrypted   bool           `json:"encrypted"`
		Cipher      string         `json:"cipher,omitempty"`
		KDF         map[string]any `json:"kdf,omitempty"`
		Proven      bool           `json:"private_verified,omitempty"`
		SHA256      string         `json:"fingerprint_sha256"`
		MD5         string         `json:"fingerprint_md5"`
		PublicKey   string         `json:"public_key"`
		Options     []string       `json:"options"`
		Headers     []headerJSON   `json:"headers,omitempty"`
		Certificate *certJSON      `json:"certificate,omitempty"`
		Findings    []findingJSON  `json:"findings"`
	}
	certJSON struct {
		Type        string            `json:"type"`
		Serial      uint64            `json:"serial"`
		KeyID       string            `json:"key_id"`
		Principals  []string          `json:"principals"`
		ValidAfter  uint64            `json:"valid_after"`
		ValidBefore uint64            `json:"valid_before"`
		Critical    map[string]string `json:"critical_options"`
		Extensions  map[string]string `json:"extensions"`
		CA          string            `json:"ca_fingerprint_sha256"`
	}
	headerJSON struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
	findingJSON struct {
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
		Message  string `json:"message"`
		Hint     string `json:"hint,omitempty"`
	}
)

func (i inspected) json() keyJSON {
	k := i.key
	j := keyJSON{File: i.file, Line: k.Pos.Line, Format: i.format.Name, Version: k.Version, Kind: i.kind(), Algorithm: k.Public.Algorithm(),
		Bits: k.Public.Bits(), Comment: k.Comment, Encrypted: k.Protection != nil, Proven: i.key.Proven(),
		Options: []string{}, Findings: findingsJSON(k.Findings)}
	if !k.Public.IsZero() {
		j.SHA256, j.MD5, j.PublicKey = k.Public.Fingerprint(), k.Public.FingerprintMD5(), k.Public.String()
	}
	if p := k.Protection; p != nil {
		j.Cipher, j.KDF = p.Cipher, map[string]any{"name": p.KDF}
		for _, v := range p.Params {
			j.KDF[v.Name] = v.Value
		}
	}
	j.Certificate = certificateJSON(k.Public)
	for _, o := range k.Options {
		j.Options = append(j.Options, o.Raw)
	}
	for _, h := range k.Headers {
		j.Headers = append(j.Headers, headerJSON{h.Name, h.Value})
	}
	return j
}

func certificateJSON(k sshkey.PublicKey) *certJSON {
	c, err := k.Certificate()
	if err != nil {
		return nil
	}
	options := func(list []sshkey.CertOption) map[string]string {
		m := map[string]string{}
		for _, o := range list {
			m[o.Name] = o.Value
		}
		return m
	}
	return &certJSON{Type: certType(c), Serial: c.Serial, KeyID: c.KeyID, Principals: append([]string{}, c.Principals...), ValidAfter: c.ValidAfter,
		ValidBefore: c.ValidBefore, Critical: options(c.Critical), Extensions: options(c.Extensions), CA: c.CA.Fingerprint()}
}

func findingsJSON(list []sshkey.Finding) []findingJSON {
	out := []findingJSON{}
	for _, f := range list {
		out = append(out, findingJSON{f.Code, string(f.Severity), f.Pos.Line, f.Pos.Column, f.Msg, f.Hint})
	}
	return out
}

// failureJSON is the document of a run that ends before there is another one.
type failureJSON struct {
	File   string `json:"file,omitempty"`
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Error  string `json:"error"`
	Hint   string `json:"hint,omitempty"`
}
