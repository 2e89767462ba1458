package answer

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/rfc4716"
	"github.com/keyconv/keyconv/sshkey"
)

func keyOf(k *sshkey.Key) Key {
	p := k.Public
	return Key{
		Algorithm: p.Algorithm(), Label: p.Label(), Bits: p.Bits(), Comment: visible(k.Comment),
		SHA256: p.Fingerprint(), MD5: p.FingerprintMD5(),
		PuTTY:    puttyWay(p, p.Fingerprint()),
		OldPuTTY: puttyWay(p, strings.TrimPrefix(p.FingerprintMD5(), "MD5:")),
	}
}

// puttyWay is a fingerprint as PuTTYgen, Pageant and puttygen -l write it. An
// Ed25519 key has 255 bits there (PuTTY counts the bits of the field's prime),
// and 256 in OpenSSH.
func puttyWay(k sshkey.PublicKey, sum string) string {
	bits := k.Bits()
	if k.Plain().Algorithm() == "ssh-ed25519" {
		bits = 255
	}
	return fmt.Sprintf("%s %d %s", k.Algorithm(), bits, sum)
}

// rfc4716Of is the first key as PuTTYgen's "Save public key" writes it, or
// nothing where it has options, which the format cannot hold.
func rfc4716Of(keys []*sshkey.Key) string {
	if len(keys[0].Options) > 0 {
		return ""
	}
	text, err := rfc4716.Marshal(keys[0].PublicOnly())
	if err != nil {
		return ""
	}
	return string(text)
}

// A PrivateHalf tells about a private key, and what it can become.
type PrivateHalf struct {
	Container  string   `json:"container"` // "PuTTY private key, version 3"
	Encrypted  bool     `json:"encrypted"`
	Protection string   `json:"protection"`
	Targets    []Target `json:"targets"`
	Default    string   `json:"default"` // of the targets
}

// A Target is a format of private keys that the page writes.
type Target struct {
	Name  string `json:"name"`
	Title string `json:"title"`
}

// targets are the formats that people ask for, in the words of their programs.
var targets = []Target{
	{"ppk", "PuTTY (.ppk version 3)"},
	{"ppk2", "PuTTY before 0.75, old WinSCP and FileZilla (.ppk version 2)"},
	{"openssh", "OpenSSH (ssh, git, VS Code)"},
	{"pem", "PEM, for older programs (BEGIN RSA PRIVATE KEY)"},
	{"pkcs8", "PKCS#8 (BEGIN PRIVATE KEY)"},
}

// privateKey tells about a private key, and gives the line of its public half.
// What else is in the text comes from the repairer.
func (q *question) privateKey(k *sshkey.Key, f keyconv.Format, n *keyconv.Normalized) {
	p := &PrivateHalf{Container: container(k, f), Encrypted: k.Encrypted(), Protection: protection(k.Protection), Targets: targets, Default: "ppk"}
	if f.Name == "ppk" {
		p.Default = "openssh"
	}
	if k.Openable() != nil {
		p.Targets = []Target{}
	}
	q.report.Private, q.report.Verdict = p, Private
	q.find(k.Findings)
	if others(k, n) {
		q.find(n.Findings)
		q.keys(n.Keys)
		q.report.Lines = string(n.Text)
		return
	}
	if !k.Public.IsZero() {
		q.line(k)
	}
}

// others reports whether the text holds a public key besides this one.
func others(k *sshkey.Key, n *keyconv.Normalized) bool {
	for _, other := range n.Keys {
		if other.Public.Plain() != k.Public.Plain() {
			return true
		}
	}
	return false
}

// line gives the line of one key; a certificate in a PPK is left out, because
// no authorized_keys takes one.
func (q *question) line(k *sshkey.Key) {
	plain := *k.PublicOnly()
	plain.Public, plain.Headers = k.Public.Plain(), nil
	f, err := keyconv.Lookup("authorized-keys")
	if err == nil {
		var text []byte
		text, err = f.Marshal(&plain, nil)
		q.report.Lines = string(text)
	}
	if err != nil { // a comment that no line can hold
		q.find([]sshkey.Finding{refusal(err)})
	}
	q.keys([]*sshkey.Key{&plain})
}

func container(k *sshkey.Key, f keyconv.Format) string {
	if f.Name == "ppk" && k.Version > 0 {
		return fmt.Sprintf("PuTTY private key, version %d", k.Version)
	}
	return f.Title
}

func protection(p *sshkey.Protection) string {
	if p == nil {
		return "none: whoever has the file has the key"
	}
	text := p.Cipher + ", " + p.KDF
	for _, v := range p.Params {
		text += fmt.Sprintf(", %s %d", strings.ReplaceAll(v.Name, "_", " "), v.Value)
	}
	return text
}

// secrets are words of files that hold private keys, also of those that are too
// damaged to be read.
var secrets = [][]byte{[]byte("PRIVATE KEY"), []byte("Private-Lines:"), []byte("PuTTY-User-Key-File"), []byte("b3BlbnNzaC1rZXktdjE")}

// hasSecret reports whether a text looks as if it held a private key.
func hasSecret(data []byte) bool {
	if bytes.IndexByte(data, 0) >= 0 {
		data = bytes.ReplaceAll(data, []byte{0}, nil) // UTF-16
	}
	for _, s := range secrets {
		if bytes.Contains(data, s) {
			return true
		}
	}
	return false
}
