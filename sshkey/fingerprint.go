package sshkey

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// Fingerprint is "SHA256:" and 43 characters of base64, as ssh-keygen -l and
// PuTTY show it. A certificate has the fingerprint of the key in it. The zero
// value is no key and has none: "".
func (k PublicKey) Fingerprint() string {
	if k.IsZero() {
		return ""
	}
	sum := sha256.Sum256([]byte(k.Plain().blob))
	return "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// FingerprintSHA1 is "SHA1:" and base64, as ssh-keygen -l -E sha1 shows it;
// "" for the zero value.
func (k PublicKey) FingerprintSHA1() string {
	if k.IsZero() {
		return ""
	}
	sum := sha1.Sum([]byte(k.Plain().blob))
	return "SHA1:" + base64.RawStdEncoding.EncodeToString(sum[:])
}

// FingerprintMD5 is "MD5:" and 16 pairs of hexadecimal digits. PuTTY shows it
// without the "MD5:". It is "" for the zero value.
func (k PublicKey) FingerprintMD5() string {
	if k.IsZero() {
		return ""
	}
	sum := md5.Sum([]byte(k.Plain().blob))
	pairs := make([]string, len(sum))
	for i := range sum {
		pairs[i] = hex.EncodeToString(sum[i : i+1])
	}
	return "MD5:" + strings.Join(pairs, ":")
}
