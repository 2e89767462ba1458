package fuzz

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/ciphers"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/sshkey"
)

// The models of containers that encrypt.

// open reads a file and opens it with the constant keys.
func (m *model) open(format string, data []byte) (*sshkey.Key, error) {
	keys, _, err := keyconv.ParseAs(data, format)
	if err != nil {
		return nil, err
	}
	return m.unseal(keys[0])
}

func (m *model) unseal(k *sshkey.Key) (*sshkey.Key, error) {
	s, ok := k.Private.(*sshkey.Sealed)
	if !ok || m.keys == nil {
		return k, nil
	}
	keys := m.keys(k.Protection)
	if keys == nil {
		return k, nil
	}
	open, err := s.Lock().Open(keys)
	if err == nil {
		open.Protection = k.Protection
	}
	return open, err
}

// ppkFields takes a shipped PPK 3 in clear apart.
func ppkFields(data []byte) (values map[string]string, blobs map[string][]byte) {
	values, blobs = map[string]string{}, map[string][]byte{}
	var last string
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if name, value, ok := strings.Cut(line, ": "); ok {
			values[name], last = value, name
		} else {
			blobs[last] = append(blobs[last], mustBase64(line)...)
		}
	}
	return values, blobs
}

func makePPK(what string, data []byte) (all []*model) {
	values, blobs := ppkFields(data)
	for version := 1; version <= 3; version++ {
		for _, encrypted := range []bool{false, true} {
			all = append(all, ppkModel(fmt.Sprintf("%s %d %v", what, version, encrypted), version, encrypted, values, blobs))
		}
	}
	return all
}

func ppkModel(what string, version int, encrypted bool, values map[string]string, blobs map[string][]byte) *model {
	keys := plainPPKKeys(version)
	algorithm := text(fmt.Sprintf("PuTTY-User-Key-File-%d", version), values["PuTTY-User-Key-File-3"])
	encryption, comment := text("Encryption", "none"), text("Comment", values["Comment"])
	public := &node{name: "Public-Lines", kids: wireTree(blobs["Public-Lines"], 1)}
	private := &node{name: "Private-Lines", kids: wireTree(blobs["Private-Lines"], 0)}
	m := &model{what: what, write: writePPK, root: list(algorithm, encryption, comment, public)}
	if encrypted {
		keys = fixedKeys[:80]
		m.keys = func(*sshkey.Protection) []byte { return keys }
		encryption.data = []byte("aes256-cbc")
		private.kids = append(private.kids, padding(private, func() int { return 16 }, 0x5a))
		private.sealed = func(plain []byte) []byte { return cbcSeal(aes.NewCipher, keys[:32], keys[32:48], plain) }
	}
	if encrypted && version == 3 {
		m.root.kids = append(m.root.kids, text("Key-Derivation", "Argon2id"), text("Argon2-Memory", "256"), text("Argon2-Passes", "3"),
			text("Argon2-Parallelism", "2"), text("Argon2-Salt", "00112233445566778899aabbccddeeff"))
	}
	mac := &node{name: "Private-MAC"}
	mac.auto = func() []byte {
		plain := *private
		plain.sealed = nil
		if version == 1 {
			return ppkMAC(version, keys, plain.content())
		}
		var b []byte
		for _, n := range []*node{algorithm, encryption, comment, public, &plain} {
			b = wire.AppendString(b, n.content())
		}
		return ppkMAC(version, keys, b)
	}
	m.root.kids = append(m.root.kids, private, mac)
	return m
}

// plainPPKKeys are the keys of a file in clear: those of no passphrase.
func plainPPKKeys(version int) []byte {
	keys := make([]byte, 48)
	if version < 3 {
		sum := sha1.Sum([]byte("putty-private-key-file-mac-key"))
		keys = append(keys, sum[:]...)
	}
	return keys
}

func ppkMAC(version int, keys, data []byte) []byte {
	h := func() hash.Hash { return sha1.New() }
	if version == 3 {
		h = sha256.New
	}
	m := hmac.New(h, keys[48:])
	m.Write(data)
	return []byte(hex.EncodeToString(m.Sum(nil)))
}

func writePPK(root *node) []byte {
	var out bytes.Buffer
	for _, k := range root.kids {
		body := k.content()
		if !strings.HasSuffix(k.name, "-Lines") {
			fmt.Fprintf(&out, "%s: %s\n", k.name, body)
			continue
		}
		wrapped := armor.Wrap(body, 64)
		fmt.Fprintf(&out, "%s: %d\n%s", k.name, k.count(uint64(bytes.Count(wrapped, []byte("\n")))), wrapped)
	}
	return out.Bytes()
}

// cbcSeal encrypts; what is not whole blocks stays as it is.
func cbcSeal(block func([]byte) (cipher.Block, error), key, iv, plain []byte) []byte {
	b, err := block(key)
	if err != nil || len(plain)%b.BlockSize() != 0 {
		return plain
	}
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(b, iv).CryptBlocks(out, plain)
	return out
}

func makeOpenSSH(what string, data []byte) (all []*model) {
	blob := unarmor(data, armor.PEM)
	all = append(all, opensshModel(what, blob, "none"))
	for _, name := range strings.Split(ciphers.Names(), ", ") {
		all = append(all, opensshModel(what+" "+name, blob, name))
	}
	return all
}

func opensshModel(what string, blob []byte, cipherName string) *model {
	const magic = "openssh-key-v1\x00"
	r := wire.NewReader(blob[len(magic):])
	r.String()
	r.String()
	r.String()
	r.Uint32()
	public, plain := r.String(), r.String()
	name, kdf, opts := str([]byte(cipherName)), str([]byte("none")), str(nil)
	find := func() ciphers.Cipher {
		c, ok := ciphers.ByName(string(name.content()))
		if !ok {
			c = ciphers.None
		}
		return c
	}
	private := strOf(leaf(plain[:4]), leaf(plain[4:8]))
	inside := wireTree(plain[8:], 1)
	if inside[len(inside)-1].length == bare {
		inside = inside[:len(inside)-1] // the padding
	}
	private.kids = append(private.kids, inside...)
	private.kids = append(private.kids, padding(private, func() int { return find().Block }, 0xff))
	m := &model{what: what, write: func(root *node) []byte {
		return armor.Encode(armor.PEM, "OPENSSH PRIVATE KEY", nil, root.bytes(), 70)
	}}
	m.root = list(leaf([]byte(magic)), name, kdf, opts, leaf(u32Bytes(1)), strOf(wireTree(public, 1)...), private)
	if cipherName == "none" {
		return m
	}
	kdf.data = []byte("bcrypt")
	opts.kids = []*node{str(fixedKeys[:16]), leaf(u32Bytes(1))}
	tag := &node{}
	private.sealed = func(plain []byte) []byte {
		c := find()
		if c.Name == ciphers.None.Name {
			return plain
		}
		out, sum, err := c.Seal(fixedKeys[:c.Key], fixedKeys[c.Key:c.Key+c.IV], plain)
		if err != nil {
			return plain
		}
		tag.auto = func() []byte { return sum }
		return out
	}
	m.root.kids = append(m.root.kids, tag)
	m.keys = func(p *sshkey.Protection) []byte {
		c, _ := ciphers.ByName(p.Cipher)
		return fixedKeys[:c.Key+c.IV]
	}
	return m
}

func makeSSHCom(what string, data []byte) []*model {
	r := wire.NewReader(unarmor(data, armor.SSH2))
	r.Uint32()
	r.Uint32()
	kind := r.String()
	r.String()
	payload := wire.NewReader(r.String()).String()
	build := func(what, cipherName string) *model {
		payload := wire.NewReader(payload)
		inner := strOf()
		if strings.HasPrefix(string(kind), "dl-modp") {
			inner.kids = append(inner.kids, leaf(payload.Next(4, "")))
		}
		for payload.Len() > 0 {
			inner.kids = append(inner.kids, &node{length: bits32, data: payload.Next(int(payload.Uint32()+7)/8, "")})
		}
		sealed := strOf(inner)
		m := &model{what: what, write: func(root *node) []byte {
			headers, body := headersAndBody(root)
			return armor.Encode(armor.SSH2, "SSH2 ENCRYPTED PRIVATE KEY", headers, body, 70)
		}}
		m.root = list(text("Comment", `"a comment"`), leaf(u32Bytes(0x3f6ff9eb)), leaf(u32Bytes(0)), str(kind), str([]byte(cipherName)), sealed)
		if cipherName != "none" {
			sealed.kids = append(sealed.kids, padding(sealed, func() int { return 8 }, 0))
			sealed.sealed = func(plain []byte) []byte {
				return cbcSeal(des.NewTripleDESCipher, fixedKeys[:24], make([]byte, 8), plain)
			}
			m.keys = func(*sshkey.Protection) []byte { return fixedKeys[:24] }
		}
		return m
	}
	return []*model{build(what, "none"), build(what+" 3des", "3des-cbc")}
}

// ssh1Seal is SSH-1's three layers of CBC.
func ssh1Seal(plain []byte) []byte {
	out := bytes.Clone(plain)
	if len(out)%8 != 0 {
		return out
	}
	for i, mode := range []func(cipher.Block, []byte) cipher.BlockMode{cipher.NewCBCEncrypter, cipher.NewCBCDecrypter, cipher.NewCBCEncrypter} {
		b, _ := des.NewCipher(fixedKeys[8*(i%2) : 8*(i%2)+8])
		mode(b, make([]byte, 8)).CryptBlocks(out, out)
	}
	return out
}

// pkcs7 is the padding of PEM's ciphers.
func pkcs7(plain []byte, block int) []byte {
	n := block - len(plain)%block
	return append(bytes.Clone(plain), bytes.Repeat([]byte{byte(n)}, n)...)
}

func makePEM(what string, data []byte) []*model {
	start, label := armor.Find(data, armor.PEM)
	block, err := armor.Decode(data, start, armor.PEM)
	kids, ok := derTree(block.Data)
	if err != nil || !ok {
		panic(what)
	}
	write := func(root *node) []byte {
		headers, body := headersAndBody(root)
		if headers != nil {
			headers = append(headers, "")
		}
		return armor.Encode(armor.PEM, label, headers, body, 64)
	}
	plain := &model{what: what, root: list(list(kids...)), write: write}
	again, _ := derTree(block.Data)
	body := list(again...)
	body.sealed = func(plain []byte) []byte {
		return cbcSeal(aes.NewCipher, fixedKeys[:16], fixedKeys[:16], pkcs7(plain, 16))
	}
	info := text("DEK-Info", fmt.Sprintf("AES-128-CBC,%X", fixedKeys[:16]))
	sealed := &model{what: what + " DEK-Info", root: list(text("Proc-Type", "4,ENCRYPTED"), info, body), write: write}
	sealed.keys = func(p *sshkey.Protection) []byte {
		_, iv, _ := strings.Cut(string(info.content()), ",")
		b, _ := hex.DecodeString(strings.TrimSpace(iv))
		return pemKeys(p, b)
	}
	return []*model{plain, sealed}
}

// pemKeys are a key of the cipher's size and the IV; nil where the IV is not
// the one that the reader must have seen.
func pemKeys(p *sshkey.Protection, iv []byte) []byte {
	sizes := map[string][2]int{"aes128-cbc": {16, 16}, "aes192-cbc": {24, 16}, "aes256-cbc": {32, 16}, "3des-cbc": {24, 8}, "des-cbc": {8, 8},
		"3des-2key-cbc": {16, 8}, "rc2-40-cbc": {5, 8}, "rc2-64-cbc": {8, 8}, "rc2-128-cbc": {16, 8}, "3des-cfb": {24, 8}}
	size, ok := sizes[p.Cipher]
	if !ok || len(iv) != size[1] {
		return nil
	}
	return slices.Concat(fixedKeys[:size[0]], iv)
}

// makePKCS8 makes PrivateKeyInfo and, of the same, EncryptedPrivateKeyInfo
// under PBES2 with PBKDF2 and scrypt and under a scheme of PKCS#12.
func makePKCS8(what string, data []byte) []*model {
	der := unarmor(data, armor.PEM)
	octets := func(b []byte) *node { return &node{length: tlv, tag: 0x04, data: b} }
	integer := func(b ...byte) *node { return &node{length: tlv, tag: 0x02, data: b} }
	oid := func(h string) *node { b, _ := hex.DecodeString(h); return &node{length: tlv, tag: 0x06, data: b} }
	seq := func(kids ...*node) *node { return &node{length: tlv, tag: 0x30, kids: kids} }
	salt, iv := octets(fixedKeys[:8]), octets(fixedKeys[:16])
	pbes2 := func(kdf *node) *node {
		return seq(oid("2a864886f70d01050d"), seq(kdf, seq(oid("60864801650304012a"), iv)))
	}
	schemes := []struct {
		name string
		alg  *node
		aes  bool
	}{
		{"", nil, false},
		{" PBKDF2", pbes2(seq(oid("2a864886f70d01050c"), seq(salt, integer(2), seq(oid("2a864886f70d0209"), &node{length: tlv, tag: 5})))), true},
		{" scrypt", pbes2(seq(oid("2b06010401da47040b"), seq(salt, integer(2), integer(1), integer(1)))), true},
		{" PKCS12", seq(oid("2a864886f70d010c0103"), seq(salt, integer(2))), false},
	}
	var all []*model
	for _, s := range schemes {
		kids, ok := derTree(der)
		if !ok {
			panic(what)
		}
		m := &model{what: what + s.name, root: list(kids...)}
		label := "PRIVATE KEY"
		if s.alg != nil {
			label = "ENCRYPTED PRIVATE KEY"
			body := octets(nil)
			body.kids = kids
			body.sealed = func(plain []byte) []byte {
				if s.aes {
					return cbcSeal(aes.NewCipher, fixedKeys[:32], fixedKeys[:16], pkcs7(plain, 16))
				}
				return cbcSeal(des.NewTripleDESCipher, fixedKeys[:24], fixedKeys[:8], pkcs7(plain, 8))
			}
			m.root = list(seq(s.alg, body))
			m.keys = func(p *sshkey.Protection) []byte {
				if s.aes {
					return pemKeys(p, iv.content())
				}
				return pemKeys(p, fixedKeys[:8])
			}
		}
		m.write = func(root *node) []byte { return armor.Encode(armor.PEM, label, nil, root.bytes(), 64) }
		all = append(all, m)
	}
	return all
}

// jwkMakers take the shipped keys and some that are written first.
func jwkMakers() (all []maker) {
	for _, name := range []string{"other/ed25519.jwk", "other/rsa2048.jwk"} {
		all = append(all, func() []*model { return []*model{jwkModel(name, file(name))} })
	}
	jwk, _ := keyconv.Lookup("jwk")
	for _, name := range []string{"ecdsa256", "ecdsa521", "ed25519", "rsa2048"} {
		keys, _, err := keyconv.Parse(file("keys/" + name + "/openssh"))
		if err != nil {
			panic(err)
		}
		out, err := jwk.Marshal(keys[0], nil)
		if err != nil {
			panic(err)
		}
		all = append(all, func() []*model { return []*model{jwkModel(name, out)} })
	}
	return all
}

// jwkModel has nodes for members; what a tag marks is written in base64url.
func jwkModel(what string, data []byte) *model {
	var members map[string]string
	if err := json.Unmarshal(data, &members); err != nil {
		panic(err)
	}
	root := list()
	for name, value := range members {
		n := text(name, value)
		if b, err := base64.RawURLEncoding.DecodeString(value); err == nil && name != "kty" && name != "crv" && name != "kid" {
			n = &node{name: name, tag: 1, data: b}
		}
		root.kids = append(root.kids, n)
	}
	slices.SortFunc(root.kids, func(a, b *node) int { return strings.Compare(a.name, b.name) })
	return &model{what: what, root: root, write: writeJWK}
}

func writeJWK(root *node) []byte {
	var members []string
	for _, k := range root.kids {
		value, _ := json.Marshal(string(k.content()))
		if k.tag == 1 {
			value, _ = json.Marshal(base64.RawURLEncoding.EncodeToString(k.content()))
		}
		name, _ := json.Marshal(k.name)
		members = append(members, string(name)+":"+string(value))
	}
	return []byte("{" + strings.Join(members, ",") + "}\n")
}
