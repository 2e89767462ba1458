package fuzz

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/armor"
	"github.com/keyconv/keyconv/internal/ciphers"
	"github.com/keyconv/keyconv/internal/formats/pemkey/der"
	"github.com/keyconv/keyconv/internal/formats/pemkey/pbe"
	"github.com/keyconv/keyconv/internal/wire"
	"github.com/keyconv/keyconv/repair/transit"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// The layers below the formats.

// inside wants an error of a layer to point into the data.
func inside(t *testing.T, data []byte, err error) {
	t.Helper()
	var w *wire.Error
	if !errors.As(err, &w) {
		t.Fatalf("not a *wire.Error: %T %v", err, err)
	}
	if w.Offset < 0 || w.Offset > len(data) {
		t.Fatalf("%v at %d of %d bytes", err, w.Offset, len(data))
	}
}

// FuzzArmor: what is decoded is written and decoded again; each byte is said
// to stand inside the text; encoding/pem, where it reads too, sees the same.
func FuzzArmor(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, s := range []armor.Style{armor.PEM, armor.SSH2} {
			start, label := armor.Find(data, s)
			if start < 0 {
				continue
			}
			b, err := armor.Decode(data, start, s)
			if err != nil {
				inside(t, data, err)
				continue
			}
			for i := range b.Data {
				if at := b.At(i); at < b.Start || at >= b.End {
					t.Fatalf("byte %d is at %d, the block from %d to %d", i, at, b.Start, b.End)
				}
			}
			again, err := armor.Decode(armor.Encode(s, label, nil, b.Data, 70), 0, s)
			if err != nil || !bytes.Equal(again.Data, b.Data) || again.Label != b.Label {
				t.Fatalf("not the same again: %v", err)
			}
			if theirs, _ := pem.Decode(data[start:b.End]); s == armor.PEM && theirs != nil && theirs.Type == label && len(theirs.Headers) == 0 && len(b.Headers) == 0 && !bytes.Equal(theirs.Bytes, b.Data) {
				t.Fatalf("encoding/pem sees other bytes")
			}
		}
	})
}

// FuzzWire: a program of reads stays inside, and numbers are canonical.
func FuzzWire(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5}, []byte("\x00\x00\x00\x07ssh-rsa\x00\x00\x00\x03\x01\x00\x01"))
	f.Add([]byte{0, 0, 0}, []byte("\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x02\x00\x80\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, code, data []byte) {
		r := wire.NewReader(data)
		for _, c := range code {
			switch c % 7 {
			case 0:
				if b := r.String(); r.Err() == nil && !bytes.Contains(data, b) {
					t.Fatal("a string from nowhere")
				}
			case 1:
				if b := r.Mpint(); len(b) > 0 && b[0] == 0 {
					t.Fatal("zeros in front")
				}
			case 2:
				r.Uint32()
			case 3:
				r.Uint64()
			case 4:
				r.Byte()
			case 5:
				r.Next(int(c), "bytes")
			case 6:
				n := r.Int()
				if again := wire.NewReader(wire.AppendInt(nil, n)); again.Int().Cmp(n) != 0 || again.End() != nil || again.Loose() {
					t.Fatal("not the same number again")
				}
			}
		}
		if r.Offset() < 0 || r.Offset()+r.Len() != len(data) {
			t.Fatal("the reader has left its data")
		}
		if r.End() != nil {
			inside(t, data, r.Err())
		}
	})
}

// FuzzDER: offsets stay inside whatever is asked for, and an object identifier
// is written as it was read.
func FuzzDER(f *testing.F) {
	for _, name := range []string{"keys/rsa2048/private-pkcs8", "keys/ecdsa256/private-pem", "keys/dsa1024/private-pkcs8-encrypted", "other/x509.pem"} {
		f.Add([]byte{0, 4, 0, 3, 0, 4, 1, 5}, unarmor(file(name), armor.PEM))
	}
	f.Fuzz(func(t *testing.T, code, data []byte) {
		r := der.NewReader(data)
		stack := []*der.Reader{r}
		for _, c := range code {
			in := stack[len(stack)-1]
			switch c % 9 {
			case 0:
				stack = append(stack, in.Sequence("a sequence"))
			case 1:
				stack = append(stack, in.Enter(der.OctetString, "a string"))
			case 2:
				stack = append(stack, in.EnterBits(der.BitString, "bits"))
			case 3:
				if dotted := in.OID("an identifier"); in.Err() == nil {
					_, _ = der.Dotted([]byte(dotted))
				}
			case 4:
				in.Int("a number")
			case 5:
				in.Skip("a value")
			case 6:
				in.Count("a count")
			case 7:
				in.Next()
			case 8:
				in.End("it")
				stack = stack[:max(1, len(stack)-1)]
			}
			if in.Offset() < 0 || in.Offset() > len(data) {
				t.Fatalf("at %d of %d", in.Offset(), len(data))
			}
		}
		if r.Err() != nil {
			inside(t, data, r.Err())
		}
	})
}

// FuzzPBE reads a scheme, pays for it only within the limits, and opens noise
// with it. Where that succeeds, sealing gives the noise again.
func FuzzPBE(f *testing.F) {
	for _, m := range makePKCS8("seed", file("keys/ecdsa256/private-pkcs8"))[1:] {
		root := m.root.kids[0]
		f.Add(root.kids[0].bytes(), root.kids[1].content())
	}
	f.Add([]byte("AES-128-CBC,000102030405060708090A0B0C0D0E0F"), make([]byte, 32))
	f.Add([]byte("DES-EDE3-CBC,0001020304050607"), make([]byte, 32))
	f.Fuzz(func(t *testing.T, data, ciphertext []byte) {
		scheme, err := pbe.ParseDEK("pem", string(data))
		if err != nil {
			r := der.NewReader(data)
			if scheme = pbe.Read("pkcs8", r); r.Err() != nil {
				inside(t, data, r.Err())
				return
			}
		}
		_ = scheme.Protection()
		keys, err := scheme.Derive([]byte("pass"), cheap)
		if err != nil || scheme.Check(ciphertext) != nil {
			return
		}
		plain, err := scheme.Open(keys, ciphertext)
		if err != nil {
			return
		}
		if again, err := scheme.Seal(keys, plain); err == nil && !bytes.Equal(again, ciphertext) {
			t.Fatalf("sealing does not undo opening")
		}
	})
}

// FuzzCiphers: opening undoes sealing, a wrong tag or size is an error.
func FuzzCiphers(f *testing.F) {
	for i := range 10 {
		f.Add(byte(i), fixedKeys, bytes.Repeat([]byte("0123456789abcdef"), 3), byte(0))
	}
	f.Fuzz(func(t *testing.T, i byte, keys, plain []byte, flip byte) {
		names := strings.Split(ciphers.Names(), ", ")
		c, _ := ciphers.ByName(names[int(i)%len(names)])
		if len(keys) < c.Key+c.IV {
			return
		}
		key, iv := keys[:c.Key], keys[c.Key:c.Key+c.IV]
		sealed, tag, err := c.Seal(key, iv, plain)
		if (err == nil) != (len(plain)%c.Block == 0) {
			t.Fatalf("%d bytes: %v", len(plain), err)
		}
		if err != nil {
			return
		}
		again, err := c.Open(key, iv, sealed, tag)
		if err != nil || !bytes.Equal(again, plain) {
			t.Fatalf("not the same again: %v", err)
		}
		if c.Tag > 0 && flip > 0 {
			tag[int(flip)%len(tag)] ^= flip
			if _, err := c.Open(key, iv, sealed, tag); !errors.Is(err, ciphers.ErrTag) {
				t.Fatalf("a wrong tag: %v", err)
			}
		}
	})
}

// FuzzOptions: the options of an entry are written as they were read, and
// whatever they are, the entry stays one line.
func FuzzOptions(f *testing.F) {
	for _, s := range []string{`no-pty`, `command="a \"b\" c",from="10.0.0.0/8"`, `restrict,permitopen="[::1]:22",environment="A=b"`, `expiry-time="20300101Z"`, `tunnel="any"`} {
		f.Add(s, "comment")
	}
	key := strings.Join(strings.Fields(string(file("keys/ed25519/id.pub")))[:2], " ")
	f.Fuzz(func(t *testing.T, options, comment string) {
		line := []byte(options + " " + key + " " + comment)
		k, err := authkeys.ParseLine(line)
		if err != nil {
			checkError(t, line, err)
			return
		}
		out, err := authkeys.Marshal(k)
		if err != nil {
			return
		}
		if bytes.ContainsAny(bytes.TrimSuffix(out, []byte("\n")), "\n\x00") {
			t.Fatalf("more than a line: %q", out)
		}
		again, err := authkeys.ParseLine(bytes.TrimSuffix(out, []byte("\n")))
		if err != nil || sshkey.Same(again, k) != nil || len(again.Options) != len(k.Options) {
			t.Fatalf("%q was written as %q: %v", line, out, err)
		}
		for i, o := range k.Options {
			if a := again.Options[i]; a.Name != o.Name || a.Value != o.Value || a.HasValue != o.HasValue {
				t.Fatalf("%+v was written as %+v", o, a)
			}
		}
		_ = authkeys.Accepted(k)
	})
}

// FuzzCertificate: a certificate is carried to the byte, and what it says can
// be shown.
func FuzzCertificate(f *testing.F) {
	for _, c := range containers() {
		if c.name != "Certificate" {
			continue
		}
		for _, make := range c.makers {
			f.Add(make()[0].root.kids[1].bytes())
		}
	}
	f.Fuzz(func(t *testing.T, blob []byte) {
		k, err := sshkey.ParsePublicKey(blob)
		if err != nil || !k.IsCertificate() {
			return
		}
		c, err := k.Certificate()
		if err != nil || !bytes.Equal(k.Blob(), blob) || k.Plain().IsZero() || c.Plain != k.Plain() || c.CA.IsZero() {
			t.Fatalf("taken, and not whole: %v", err)
		}
		_ = c.Validity()
	})
}

// FuzzTransit: mending adds no base64, says where it mended, and leaves sound
// text alone.
func FuzzTransit(f *testing.F) {
	seed(f)
	for _, name := range []string{"keys/ed25519/openssh", "keys/ecdsa256/private-pem", "keys/ed25519/plain.ppk"} {
		key := string(file(name))
		f.Add([]byte(strings.ReplaceAll(key, "\n", `\n`)))
		f.Add([]byte(strings.ReplaceAll(key, "\n", " ")))
		f.Add([]byte(`"` + strings.ReplaceAll(key, "\n", "\r\n") + `"`))
		f.Add([]byte(base64.StdEncoding.EncodeToString([]byte(key))))
		f.Add([]byte("data:\n  key: " + base64.StdEncoding.EncodeToString([]byte(key)) + "\n"))
		f.Add([]byte(strings.ReplaceAll("\n"+key, "\n", "\n10:12 | ")))
		f.Add([]byte(strings.ReplaceAll(key, "\n", "&#xA;")))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, data, func() {
			for _, a := range transit.Mend(bytes.Clone(data)) {
				for _, f := range a.Findings {
					if !f.Pos.IsValid() || f.Pos.Offset > len(data) || f.Code == "" {
						t.Fatalf("%+v", f)
					}
				}
				again := transit.Mend(bytes.Clone(a.Text))
				if len(again) == 0 || !bytes.Equal(again[0].Text, a.Text) {
					t.Fatalf("not stable:\n%q\n%q", a.Text, again)
				}
			}
		})
	})
}

// FuzzLenient: what is mended is a key that proves itself, or the error of the
// strict reader.
func FuzzLenient(f *testing.F) {
	seed(f)
	f.Add(slices.Concat(file("keys/ed25519/plain.ppk"), file("keys/rsa2048/private-pem"), file("keys/ed25519/id.pub")))
	f.Fuzz(func(t *testing.T, data []byte) {
		bounded(t, data, func() {
			keys, _, err := keyconv.ParseLenient(data, "")
			every(t, data, keys)
			if err != nil {
				checkError(t, data, err)
				return
			}
			for _, k := range keys[:min(len(keys), 4)] {
				if open, err := k.Decrypt([]byte(testdata.Passphrase), cheap); err == nil && open.Check() != nil {
					t.Fatalf("read, and not a key: %v", open.Check())
				}
			}
		})
	})
}

// every wants the keys among those of ParseEvery, each in its place.
func every(t *testing.T, data []byte, keys []*sshkey.Key) {
	found, err := keyconv.ParseEvery(data, "")
	if err != nil {
		checkError(t, data, err)
	}
	for _, k := range keys {
		if !slices.ContainsFunc(found, func(f keyconv.Found) bool { return f.Key.Public == k.Public }) {
			t.Fatalf("%s is not among %d keys", k.Public, len(found))
		}
	}
	for _, f := range found {
		if p := f.Key.Pos; p.IsValid() && p != sshkey.PosAt(data, p.Offset) && len(found) > len(keys) {
			t.Fatalf("%s is at %+v", f.Key.Public, p)
		}
	}
}

// FuzzConvert: whatever is converted is read again as one key.
func FuzzConvert(f *testing.F) {
	names := []string{"ppk", "openssh", "authorized-keys", "rfc4716", "pkcs8", "jwk"}
	for i, name := range []string{"keys/ed25519/plain.ppk", "keys/ecdsa256/openssh", "keys/rsa2048/id.pub", "keys/ed448/plain.ppk", "other/known_hosts"} {
		f.Add(file(name), byte(i), "a comment")
	}
	f.Fuzz(func(t *testing.T, data []byte, to byte, comment string) {
		name := names[int(to)%len(names)]
		res, err := keyconv.Convert(data, name, &keyconv.Options{Comment: &comment, Limits: cheap})
		if err != nil {
			return
		}
		keys, _, err := keyconv.ParseAs(res.Data, name)
		if err != nil || len(keys) != len(res.Keys) {
			t.Fatalf("%d keys were written and %d read: %v\n%q", len(res.Keys), len(keys), err, res.Data)
		}
	})
}
