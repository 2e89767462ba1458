package sshkey_test

import (
	"strings"
	"testing"

	"github.com/keyconv/keyconv/sshkey"
)

// TestHoldsPrivate: what looks like a private key in a comment, and what does not.
func TestHoldsPrivate(t *testing.T) {
	const body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW"
	const blob = "AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93"
	const random = "5K9rENfWDHOZmBBX2xjzEl93TUQYx0aQ"
	for _, text := range []string{
		body, "me@host " + body, "me\t" + strings.ToLower(body[:4]) + " " + body,
		"-----BEGIN RSA PRIVATE KEY----- " + random, "——-BEGIN RSA PRIVATE KEY——- " + random, "BEGIN RSA PRIVATE KEY " + random, random + " -----END EC PRIVATE KEY-----",
		"BEGIN PRIVATE&nbsp;KEY " + random, "BEGIN%20PRIVATE%20KEY " + random, "begin rsa private key " + random, "Private-Lines: 1 " + random, "Private–Lines: 1 " + random,
		random + " Private-MAC: 1e36", random + " Private Hash: 1e36", "PuTTY-User-Key-File-3: ssh-ed25519 Private-Lnes: 1 " + random,
		"MC4CAQAwBQYDK2VwBCIEIFzW6Wk0e4qQCADWNBPMeRT1duUpiu3Q19d0nhM13oyy",                                     // PKCS#8
		"MIIFHDBOBgkqhkiG9w0BBQ0wQTApBgkqhkiG9w0BBQwwHAQI",                                                     // PKCS#8, encrypted
		"MHcCAQEEIDeD3C52pMXNMHrsLSJxTs2gsTBaLhJkGkGJz7lURr9soAoGCCqGSM49", "P2/56wAAAi4AAAA3aWYtbW9kbntzaWdu", // SEC 1, ssh.com
		"LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZLS0tLS0K", "LS0tLSBCRUdJTiBTU0gyIEVOQ1JZUFRFRCBQUklWQVRFIEtFWSAtLS0tCg", "UHVUVFktVXNlci1LZXktRmlsZS0zOiBzc2g",
	} {
		if !sshkey.HoldsPrivate(text) {
			t.Errorf("not seen: %s", text)
		}
	}
	for _, text := range []string{
		"", "me@host", "my private key of the laptop", "the private key is in the vault " + blob, "PRIVATE KEY: see " + blob, "no-private-key-in-this-long-comment-of-mine",
		"SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo", blob,
		"MCowBQYDK2VwAyEAYThu3bdr6RAYUrRaD/Qr2sT419YMc5mYEFfbGPMSX3c=",     // SubjectPublicKeyInfo
		"MIIBCgKCAQEAz5QB2PY5uEVmy5x2Xc8RIS/s+xMckAcQNud6svh/fAS7yWJ/29iG", // PKCS#1, public
		"LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUNvd0JRWURLMlZ3QXlFQQ", "MI", strings.Repeat("M", 100), strings.Repeat("private ", 1000),
	} {
		if sshkey.HoldsPrivate(text) {
			t.Errorf("seen: %s", text)
		}
	}
}
