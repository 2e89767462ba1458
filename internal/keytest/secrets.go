package keytest

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"math/big"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// Secrets are the private bytes of a key, apart from package sshkey's own list.
func Secrets(k *sshkey.Key) [][]byte {
	switch p := k.Private.(type) {
	case *sshkey.RSAPrivateKey:
		return [][]byte{p.D.Bytes(), p.P.Bytes(), p.Q.Bytes(), p.Iqmp.Bytes()}
	case *sshkey.DSAPrivateKey:
		return [][]byte{p.X.Bytes()}
	case *sshkey.ECDSAPrivateKey:
		return [][]byte{p.D.Bytes()}
	case *sshkey.EdDSAPrivateKey:
		return [][]byte{p.Seed}
	case *sshkey.SKPrivateKey:
		return [][]byte{p.Handle, p.Reserved}
	case *sshkey.MLDSAPrivateKey:
		return [][]byte{p.Seeds}
	case *sshkey.Opaque:
		return [][]byte{p.Bytes}
	}
	return nil
}

// Spellings are the ways in which a secret of more than nine bytes could be
// printed. It counts as shown by its first bytes, six or more, so many that
// none turns up by chance; in base64 at any place.
func Spellings(secret []byte, first int) []string {
	number, part := new(big.Int).SetBytes(secret), secret[:first]
	list := []string{
		string(part), strings.Trim(fmt.Sprintf("%q", part), `"`), number.String()[:12], number.Text(2)[:40], number.Text(8)[:14],
		hex.EncodeToString(part), strings.ToUpper(hex.EncodeToString(part)), strings.Trim(fmt.Sprint(part), "[]"),
		fmt.Sprintf("% x", part), strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", part), "[]byte{"), "}"),
	}
	for shift := range 3 { // what stands in front moves the groups of three
		list = append(list, base64.StdEncoding.EncodeToString(secret[shift:shift+6]), base64.RawURLEncoding.EncodeToString(secret[shift:shift+6]))
	}
	return list
}
