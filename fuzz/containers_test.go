package fuzz

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"io/fs"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// A container is a kind of file that the structured targets mutate. What it
// makes are sound files as trees, for each kind of key, in clear and encrypted.
type container struct {
	name   string
	format string  // the row that reads it
	makers []maker // one for each kind of key
}

// A maker makes the models of one kind of key, anew each time: a program
// changes them.
type maker func() []*model

// A model is one file as a tree, and how the tree is written.
type model struct {
	what  string
	root  *node
	write func(root *node) []byte
	// keys opens what was mutated, without a key derivation: the tree was
	// sealed with constants. nil for a file in clear.
	keys   func(p *sshkey.Protection) []byte
	secret secretList // the private numbers of the sound file
}

// fixedKeys stand for the output of every key derivation.
var fixedKeys = bytes.Repeat([]byte("keyconv fuzzing "), 8)

func containers() []container {
	return []container{
		{"PPK", "ppk", perKey("plain.ppk", makePPK)},
		{"OpenSSH", "openssh", perKey("openssh", makeOpenSSH)},
		{"SSHCom", "sshcom", perKey("private-sshcom", makeSSHCom)},
		{"SSH1", "ssh1", []maker{ssh1Models}},
		{"Dropbear", "dropbear", perKey("private-dropbear", makeDropbear)},
		{"PEM", "pem", perKey("private-pem", makePEM)},
		{"PKCS8", "pkcs8", perKey("private-pkcs8", makePKCS8)},
		{"SPKI", "spki", perKey("public-spki", derModel("PUBLIC KEY"))},
		{"X509", "x509", []maker{x509Models}},
		{"JWK", "jwk", jwkMakers()},
		{"Certificate", "authorized-keys", perKey("id-cert.pub", makeLine)},
		{"AuthorizedKeys", "authorized-keys", perKey("id.pub", makeLine)},
		{"RFC4716", "rfc4716", perKey("id.rfc4716", makeRFC4716)},
		{"KnownHosts", "known-hosts", []maker{knownHostsModels}},
	}
}

// file reads a shipped file; nil where that kind of key has none.
func file(name string) []byte {
	for _, keys := range []fs.FS{testdata.Keys, testdata.Other} {
		if data, err := fs.ReadFile(keys, name); err == nil {
			return data
		}
	}
	return nil
}

// perKey makes models of a file that keys/NAME/ has.
func perKey(name string, models func(what string, data []byte) []*model) (all []maker) {
	files, _ := fs.Glob(testdata.Keys, "keys/*/"+name)
	for _, f := range files {
		all = append(all, func() []*model { return models(f, file(f)) })
	}
	return all
}

// pick takes a model as a program says.
func (c container) pick(p *program) *model {
	models := c.makers[p.byte()%len(c.makers)]()
	return models[p.byte()%len(models)]
}

func unarmor(data []byte, s armor.Style) []byte {
	start, _ := armor.Find(data, s)
	b, err := armor.Decode(data, start, s)
	if err != nil {
		panic(err) // a shipped file
	}
	return b.Data
}

func makeDropbear(what string, data []byte) []*model {
	return []*model{{what: what, root: list(wireTree(data, 1)...), write: (*node).bytes}}
}

func makeRFC4716(what string, data []byte) []*model {
	root := list(text("Comment", "\"a comment\""), text("x-private", "value"), list(wireTree(unarmor(data, armor.SSH2), 1)...))
	return []*model{{what: what, root: root, write: func(root *node) []byte {
		headers, body := headersAndBody(root)
		return armor.Encode(armor.SSH2, "SSH2 PUBLIC KEY", headers, body, 70)
	}}}
}

// headersAndBody writes nodes with a name as headers, the others as the body.
func headersAndBody(root *node) (headers []string, body []byte) {
	for _, k := range root.kids {
		if k.name != "" {
			headers = append(headers, k.name+": "+string(k.content()))
		} else {
			body = append(body, k.bytes()...)
		}
	}
	return headers, body
}

func x509Models() []*model { return derModel("CERTIFICATE")("x509", file("other/x509.pem")) }

func derModel(label string) func(what string, data []byte) []*model {
	return func(what string, data []byte) []*model {
		kids, ok := derTree(unarmor(data, armor.PEM))
		if !ok {
			panic(what)
		}
		return []*model{{what: what, root: list(kids...), write: func(root *node) []byte {
			return armor.Encode(armor.PEM, label, nil, root.bytes(), 64)
		}}}
	}
}

// makeLine makes authorized_keys lines, with options and without.
func makeLine(what string, data []byte) []*model {
	f := strings.Fields(string(data))
	tree := func() *node { return list(blobTree(mustBase64(f[1]))...) }
	plain := &model{what: what, root: list(text("type", f[0]), tree(), text("comment", "a comment")), write: writeLine}
	options := &model{what: what + " options", write: writeLine, root: list(
		text("options", `no-pty,command="echo \"x\"",from="10.0.0.0/8,!10.1.1.1",environment="A=b",permitopen="host:22",expiry-time="20300101"`),
		text("type", f[0]), tree(), text("comment", "a comment"))}
	return []*model{plain, options}
}

// blobTree takes a public key apart, a certificate as PROTOCOL.certkeys says.
func blobTree(blob []byte) []*node {
	r := wire.NewReader(blob)
	name := string(r.String())
	fields := map[string]int{"ssh-rsa": 2, "ssh-dss": 4, "ssh-ed25519": 1}
	base, cert := strings.CutSuffix(name, "-cert-v01@openssh.com")
	if !cert {
		return wireTree(blob, 1)
	}
	kids := []*node{str([]byte(name)), str(r.String())}
	for range cmp.Or(fields[base], 2) {
		kids = append(kids, str(r.String()))
	}
	kids = append(kids, leaf(r.Next(8, "serial")), leaf(r.Next(4, "type")), str(r.String()), strOf(wireTree(r.String(), 0)...),
		leaf(r.Next(8, "after")), leaf(r.Next(8, "before")))
	for range 5 { // critical options, extensions, reserved, the CA's key, its signature
		b := r.String()
		s := str(b)
		s.kids = wireTree(b, 0)
		kids = append(kids, s)
	}
	return kids
}

func writeLine(root *node) []byte {
	var fields []string
	for _, k := range root.kids {
		if k.name != "" {
			fields = append(fields, string(k.content()))
		} else {
			fields = append(fields, base64.StdEncoding.EncodeToString(k.bytes()))
		}
	}
	return []byte(strings.Join(fields, " ") + "\n")
}

func knownHostsModels() []*model {
	blob := wireTree(mustBase64(strings.Fields(string(file("keys/ed25519/id.pub")))[1]), 1)
	line := func(what string, front ...*node) *model {
		return &model{what: what, root: list(append(front, list(blob...), text("comment", "c"))...), write: writeLine}
	}
	return []*model{
		line("plain", text("hosts", "host,[other]:2222,*.example.com,!no.example.com"), text("type", "ssh-ed25519")),
		line("hashed", text("hosts", "|1|"+strings.Repeat("A", 27)+"=|"+strings.Repeat("B", 27)+"="), text("type", "ssh-ed25519")),
		line("marker", text("marker", "@cert-authority"), text("hosts", "*"), text("type", "ssh-ed25519")),
	}
}

func mustBase64(s string) []byte {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

// ssh1Models is SSH-1's private key file, in clear and under its 3DES.
func ssh1Models() []*model {
	const magic = "SSH PRIVATE KEY FILE FORMAT 1.1\n\x00"
	data := file("other/ssh1")[len(magic):]
	number := func() *node {
		n := (int(binary.BigEndian.Uint16(data)) + 7) / 8
		k := &node{length: bits16, data: data[2 : 2+n : 2+n]}
		data = data[2+n:]
		return k
	}
	take := func(n int) *node {
		k := leaf(data[:n:n])
		data = data[n:]
		return k
	}
	build := func(what string, cipher byte, seal func([]byte) []byte) *model {
		data = file("other/ssh1")[len(magic):]
		take(1)
		root := list(leaf([]byte(magic)), leaf([]byte{cipher}), take(4), take(4), number(), number())
		comment := str(take(int(binary.BigEndian.Uint32(take(4).data))).data)
		private := list(take(4), number(), number(), number(), number())
		private.kids = append(private.kids, padding(private, func() int { return 8 }, 0))
		private.sealed = seal
		root.kids = append(root.kids, comment, private)
		return &model{what: what, root: root, write: (*node).bytes}
	}
	sealed := build("ssh1 3DES", 3, ssh1Seal)
	sealed.keys = func(*sshkey.Protection) []byte { return fixedKeys[:16] }
	return []*model{build("ssh1", 0, nil), sealed}
}

// padding fills the kids of a node up to a block: with one byte repeated, or
// with 1, 2, 3 where that is 0xff.
func padding(parent *node, block func() int, with byte) *node {
	pad := &node{}
	pad.auto = func() []byte {
		total := 0
		for _, k := range parent.kids {
			if k != pad {
				total += len(k.bytes())
			}
		}
		out := []byte{}
		for i := byte(1); (total+len(out))%block() != 0; i++ {
			if with == 0xff {
				out = append(out, i)
			} else {
				out = append(out, with)
			}
		}
		return out
	}
	return pad
}

// TestContainers: the trees as they are written are sound, so that a mutation
// is the only thing wrong with a file.
func TestContainers(t *testing.T) {
	for _, c := range containers() {
		n := 0
		for _, make := range c.makers {
			for _, m := range make() {
				data := m.write(m.root)
				if k, err := m.open(c.format, data); err != nil || m.keys != nil && k.Protection == nil {
					t.Errorf("%s %s: %v\n%s", c.name, m.what, err, data)
				}
				n++
			}
		}
		if n == 0 {
			t.Errorf("%s: no models", c.name)
		}
	}
}
