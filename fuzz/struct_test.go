package fuzz

import (
	"math/rand/v2"
	"testing"
)

// The structured targets: an input is a program that changes a sound container
// (see program), which is then encrypted and given its MAC again.

func FuzzTreePPK(f *testing.F)            { fuzzTree(f, "PPK") }
func FuzzTreeOpenSSH(f *testing.F)        { fuzzTree(f, "OpenSSH") }
func FuzzTreeSSHCom(f *testing.F)         { fuzzTree(f, "SSHCom") }
func FuzzTreeSSH1(f *testing.F)           { fuzzTree(f, "SSH1") }
func FuzzTreeDropbear(f *testing.F)       { fuzzTree(f, "Dropbear") }
func FuzzTreePEM(f *testing.F)            { fuzzTree(f, "PEM") }
func FuzzTreePKCS8(f *testing.F)          { fuzzTree(f, "PKCS8") }
func FuzzTreeSPKI(f *testing.F)           { fuzzTree(f, "SPKI") }
func FuzzTreeX509(f *testing.F)           { fuzzTree(f, "X509") }
func FuzzTreeJWK(f *testing.F)            { fuzzTree(f, "JWK") }
func FuzzTreeCertificate(f *testing.F)    { fuzzTree(f, "Certificate") }
func FuzzTreeAuthorizedKeys(f *testing.F) { fuzzTree(f, "AuthorizedKeys") }
func FuzzTreeRFC4716(f *testing.F)        { fuzzTree(f, "RFC4716") }
func FuzzTreeKnownHosts(f *testing.F)     { fuzzTree(f, "KnownHosts") }

// trees has a target for each container; TestRows looks that none is missing.
var trees = map[string]func(*testing.F){
	"PPK": FuzzTreePPK, "OpenSSH": FuzzTreeOpenSSH, "SSHCom": FuzzTreeSSHCom, "SSH1": FuzzTreeSSH1, "Dropbear": FuzzTreeDropbear,
	"PEM": FuzzTreePEM, "PKCS8": FuzzTreePKCS8, "SPKI": FuzzTreeSPKI, "X509": FuzzTreeX509, "JWK": FuzzTreeJWK,
	"Certificate": FuzzTreeCertificate, "AuthorizedKeys": FuzzTreeAuthorizedKeys, "RFC4716": FuzzTreeRFC4716, "KnownHosts": FuzzTreeKnownHosts,
}

func containerNamed(name string) container {
	for _, c := range containers() {
		if c.name == name {
			return c
		}
	}
	panic(name)
}

func fuzzTree(f *testing.F, name string) {
	c := containerNamed(name)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 60 { // each model and operation comes up
		f.Add(randomProgram(rng, i))
	}
	f.Fuzz(func(t *testing.T, code []byte) {
		m, data := mutate(c, code)
		bounded(t, data, func() { judge(t, c, m, data) })
	})
}

// mutate makes the file that a program describes. A last byte may damage the
// finished text, where no MAC is mended any more.
func mutate(c container, code []byte) (*model, []byte) {
	p := &program{code}
	m := c.pick(p).remember(c.format)
	late, at := p.byte(), p.word()
	p.run(m.root)
	data := m.write(m.root)
	if late > 240 && len(data) > 0 {
		data[at%len(data)] ^= byte(late)
	}
	return m, data
}

func randomProgram(rng *rand.Rand, i int) []byte {
	code := []byte{byte(rng.Uint32()), byte(rng.Uint32()), byte(rng.Uint32()), byte(rng.Uint32()), byte(rng.Uint32())}
	for range 1 + rng.IntN(4) {
		code = append(code, byte(i), byte(rng.Uint32()), byte(rng.Uint32()))
		for range 2 + rng.IntN(4) {
			code = append(code, byte(rng.Uint32()))
		}
	}
	return code
}
