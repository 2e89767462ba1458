package pemkey

import (
	"crypto/md5"
	"crypto/sha1"
	"encoding/hex"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// AWSImported is the fingerprint that AWS EC2 shows of an RSA key that was
// imported: MD5 of the SubjectPublicKeyInfo.
func AWSImported(k *sshkey.Key) (string, error) {
	body, err := publicDER(SPKI.Name, &sshkey.Key{Public: k.Public.Plain()})
	if err != nil {
		return "", err
	}
	sum := md5.Sum(body)
	return pairs(sum[:]), nil
}

// AWSCreated is the fingerprint that AWS EC2 shows of an RSA key that it made
// itself: SHA-1 of the unencrypted PKCS#8 key. It takes the private half.
func AWSCreated(k *sshkey.Key) (string, error) {
	body, err := privateDER(PKCS8.Name, &sshkey.Key{Public: k.Public.Plain(), Private: k.Private})
	if err != nil {
		return "", err
	}
	defer clear(body)
	sum := sha1.Sum(body)
	return pairs(sum[:]), nil
}

func pairs(sum []byte) string {
	out := make([]string, len(sum))
	for i := range sum {
		out[i] = hex.EncodeToString(sum[i : i+1])
	}
	return strings.Join(out, ":")
}
