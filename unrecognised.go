package keyconv

import (
	"bytes"
	"errors"
	"strings"

	"github.com/keyconv/keyconv/sshkey"
)

// strangers are things that people take for a key file, and what to do instead.
// They are looked for in the first bytes.
var strangers = []struct{ prefix, what, next string }{
	{"\xef\xbb\xbf", "the text begins with a byte order mark, which no SSH program reads", "save it as UTF-8 without BOM, or let keyconv normalize repair a public key"},
	{"\xff\xfe", "the text is UTF-16", "save it as ASCII or UTF-8, or let keyconv normalize repair a public key"},
	{"\xfe\xff", "the text is UTF-16", "save it as ASCII or UTF-8, or let keyconv normalize repair a public key"},
	{"-----BEGIN PGP", "this is a PGP key or message, not an SSH key", "gpg --export-ssh-key USER prints the SSH form of a PGP key"},
	{"-----BEGIN SSH SIGNATURE", "this is a signature made with an SSH key, not the key", "give the file of the key"},
	{"-----BEGIN CERTIFICATE REQUEST", "this is a request for a certificate, not a key", "give the file of the private key"},
	{"ssh-", "the line begins like a public key and is damaged", "keyconv normalize FILE repairs what can be repaired with certainty"},
	{"ecdsa-", "the line begins like a public key and is damaged", "keyconv normalize FILE repairs what can be repaired with certainty"},
	{"AAAA", "the key type is missing in front of the base64", "keyconv normalize FILE puts it back"},
	{"<", "this is an HTML or XML page, not a key", "download the key itself"},
	{"SHA256:", "this is a fingerprint; a key cannot be made from it", "give the file of the key"},
	{"MD5:", "this is a fingerprint; a key cannot be made from it", "give the file of the key"},
}

// unrecognised says what data is instead of a key.
func unrecognised(data []byte) error {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 {
		return sshkey.WithHint(errors.New("the input is empty"), "give a file, or paste the key and end with Ctrl-D")
	}
	for _, s := range strangers {
		if bytes.HasPrefix(trimmed, []byte(s.prefix)) {
			return sshkey.WithHint(errors.New(s.what), s.next)
		}
	}
	msg := "this is no key in a format that keyconv knows"
	if bytes.Contains(data, []byte("PRIVATE KEY")) || bytes.Contains(data, []byte(ppkMagic)) {
		msg = "there is a private key in this text, but it does not begin with it"
	}
	hint := "keyconv reads " + names(Format.Reads)
	if !strings.Contains(msg, "private") {
		hint += "; a public key damaged by pasting: keyconv normalize FILE"
	}
	return sshkey.WithHint(errors.New(msg), hint)
}

const ppkMagic = "PuTTY-User-Key-File-"
