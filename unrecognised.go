package keyconv

import (
	"bytes"
	"errors"
	"regexp"
	"sync"

	"github.com/keyconv/keyconv/sshkey"
)

// strangers are things that people take for a key file, and what to do instead.
// They are looked for in the first bytes.
var strangers = []struct{ prefix, what, next string }{
	{"\xef\xbb\xbf", "the text begins with a byte order mark, which no SSH program reads", "save it as UTF-8 without BOM, or let keyconv normalize repair a public key"},
	{"\xff\xfe\x00\x00", "the text is UTF-32", "save it as ASCII or UTF-8"},
	{"\xff\xfe", "the text is UTF-16", "save it as ASCII or UTF-8, or let keyconv normalize repair a public key"},
	{"\xfe\xff", "the text is UTF-16", "save it as ASCII or UTF-8, or let keyconv normalize repair a public key"},
	{"-----BEGIN PGP", "this is a PGP key or message, not an SSH key", "gpg --export-ssh-key USER prints the SSH form of a PGP key"},
	{"-----BEGIN SSH SIGNATURE", "this is a signature made with an SSH key, not the key", "give the file of the key"},
	{"-----BEGIN CERTIFICATE REQUEST", "this is a request for a certificate, not a key", "give the file of the private key"},
	{"ssh-", "the line begins like a public key and is damaged", "keyconv normalize FILE repairs what can be repaired with certainty"},
	{"ecdsa-", "the line begins like a public key and is damaged", "keyconv normalize FILE repairs what can be repaired with certainty"},
	{"AAAA", "the key type is missing in front of the base64", "keyconv normalize FILE puts it back"},
	{"<RSAKeyValue", "this is an RSA key as .NET writes it in XML, a private one where it has <D>", "in .NET: rsa.FromXmlString(text), and rsa.ExportPkcs8PrivateKeyPem() gives what keyconv reads"},
	{"$ANSIBLE_VAULT;", "this is encrypted by Ansible Vault", "ansible-vault view FILE > KEY, and give that"},
	{"\x00GITCRYPT\x00", "this is encrypted by git-crypt", "git-crypt unlock, in the repository"},
	{"version https://git-lfs", "this is Git LFS's pointer to a file, not the file", "git lfs pull, in the repository"},
	{"ENC[", "this is encrypted by sops", "sops --decrypt FILE > KEY, and give that"},
	{"age-encryption.org/", "this is encrypted by age", "age --decrypt -i IDENTITY FILE > KEY, and give that"},
	{"-----BEGIN AGE ENCRYPTED FILE", "this is encrypted by age", "age --decrypt -i IDENTITY FILE > KEY, and give that"},
	{"Salted__", "this is encrypted by openssl enc", "openssl enc -d, with the cipher and the options that it was encrypted with, and give what comes out"},
	{"U2FsdGVkX1", "this is encrypted by openssl enc", "openssl enc -d -base64, with the cipher and the options that it was encrypted with, and give what comes out"},
	{"<", "this is an HTML or XML page, not a key", "download the key itself"},
	{"SHA256:", "this is a fingerprint; a key cannot be made from it", "give the file of the key"},
	{"MD5:", "this is a fingerprint; a key cannot be made from it", "give the file of the key"},
}

// packages are files that hold others, or keys with a password around them: no
// repair finds anything in them.
var packages = []struct{ prefix, what, next string }{
	{"PK\x03\x04", "this is a ZIP archive, not a key", "unzip FILE, and give the key that comes out"},
	{"\x1f\x8b", "this is compressed (gzip), not a key", "gunzip -c FILE > KEY, and give that; or, of a .tar.gz: tar xzf FILE"},
	{"\xfd7zXZ\x00", "this is compressed (xz), not a key", "xz -dc FILE > KEY, and give that"},
	{"7z\xbc\xaf\x27\x1c", "this is a 7-Zip archive, not a key", "7z x FILE, and give the key that comes out"},
}

// longestPrefix is enough of a file to tell a package.
const longestPrefix = 16

// packed says what data is where it is one of the packages, from its first bytes;
// nil where it is none.
func packed(data []byte) error {
	for _, p := range packages {
		if bytes.HasPrefix(data, []byte(p.prefix)) {
			return notKey(data, p.what, p.next)
		}
	}
	if isBzip2(data) {
		return notKey(data, "this is compressed (bzip2), not a key", "bunzip2 -c FILE > KEY, and give that")
	}
	if isPKCS12(data) {
		return notKey(data, "this is a PKCS#12 file (.p12, .pfx), which holds certificates and keys", "openssl pkcs12 -in FILE -nodes -nocerts -out KEY (with -legacy for an old file), and give that; the new file is not protected")
	}
	return nil
}

// isBzip2 reports whether data begins with bzip2's head and its first block: the first
// three letters alone can be those of a name.
func isBzip2(data []byte) bool {
	const block = 4 // behind the size of the blocks, a digit
	return len(data) > block && bytes.HasPrefix(data, []byte("BZh")) && '1' <= data[3] && data[3] <= '9' && bytes.HasPrefix(data[block:], []byte("1AY&SY"))
}

// isPKCS12 reports whether data begins as RFC 7292's PFX does: a sequence, of which
// the length has up to 5 bytes, with the version 3 and another sequence in it.
func isPKCS12(data []byte) bool {
	if len(data) < 2 || data[0] != 0x30 {
		return false
	}
	length := 0
	if data[1] > 0x80 {
		length = int(data[1] - 0x80)
	}
	return length <= 4 && len(data) > 2+length && bytes.HasPrefix(data[2+length:], []byte{2, 1, 3, 0x30})
}

func notKey(data []byte, what, next string) error {
	return &sshkey.SyntaxError{Pos: sshkey.PosAt(data, 0), Err: sshkey.WithHint(errors.New(what), next)}
}

// unrecognised says what data is instead of a key.
func unrecognised(data []byte) error {
	trimmed := bytes.TrimLeft(data, " \t\r\n")
	if len(trimmed) == 0 {
		return sshkey.WithHint(errors.New("the input is empty"), "give a file, or paste the key and end with Ctrl-D, on Windows Ctrl-Z and Enter")
	}
	for _, s := range strangers {
		if bytes.HasPrefix(trimmed, []byte(s.prefix)) {
			return sshkey.WithHint(errors.New(s.what), s.next)
		}
	}
	if isReference(trimmed) {
		return sshkey.WithHint(errors.New("this is the name of a file or of a variable, not what is in it"), "give the file that is meant; where a program should have put the key in its place, look at how it is written there")
	}
	msg := "this is no key in a format that keyconv knows"
	if bytes.Contains(data, []byte("PRIVATE KEY")) || bytes.Contains(data, []byte(ppkMagic)) {
		return sshkey.WithHint(errors.New("there is a private key in this text, but it does not begin with it, or is damaged"), "put its lines alone into a file, from BEGIN to END, or of a PPK to Private-MAC, as they were made")
	}
	return sshkey.WithHint(errors.New(msg), "keyconv reads "+names(Format.Reads)+"; a public key damaged by pasting: keyconv normalize FILE; a private key whose lines were lost: copy it once more, with its BEGIN and END")
}

// reference matches the name of a file, or a place that a program fills in: of a shell, of
// CI, of Terraform and of templates.
var reference = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^["']?(?:(?:~[/\\]|\.{0,2}/|[A-Za-z]:\\)[^\s:;=]{1,200}|file\([^\n]{1,200}\)|\$[A-Za-z_][A-Za-z0-9_]*|\$?\{\{?[^\n{}]{1,200}\}\}?|%[A-Za-z_][A-Za-z0-9_]*%)["']?$`)
})

// isReference reports whether a text is nothing but one.
func isReference(text []byte) bool {
	return len(text) < 256 && reference().Match(bytes.TrimRight(text, " \t\r\n"))
}

const ppkMagic = "PuTTY-User-Key-File-"
