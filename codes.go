package keyconv

import (
	"slices"
	"strings"

	"github.com/keyconv/keyconv/internal/explain"
	"github.com/keyconv/keyconv/repair"
)

// Codes lists every code that a finding or an answer of explain can have, with
// its meaning, by name. A code that two of them have, has both meanings.
func Codes() (all []repair.Code) {
	list := slices.Concat(repair.Codes(), codes)
	for _, c := range explain.Codes() {
		list = append(list, repair.Code(c))
	}
	slices.SortStableFunc(list, func(a, b repair.Code) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range list {
		if n := len(all); n > 0 && all[n-1].Name == c.Name {
			if all[n-1].Meaning != c.Meaning {
				all[n-1].Meaning += "; or " + c.Meaning
			}
			continue
		}
		all = append(all, c)
	}
	return all
}

// codes are those that are not package repair's.
var codes = []repair.Code{
	// A private key whose text was mended.
	{Name: "base64-of-file", Meaning: "the file was in base64, once or twice, alone or in a text such as a Kubernetes Secret; undone"},
	{Name: "begin-end-missing", Meaning: "the BEGIN and END lines were missing; they follow from the content"},
	{Name: "begin-missing", Meaning: "the BEGIN line was missing or misspelt"},
	{Name: "end-missing", Meaning: "the END line was missing or misspelt"},
	{Name: "crlf", Meaning: "lines ended with CR LF, with which ssh-keygen reads no openssh key (\"error in libcrypto\")"},
	{Name: "escaped-newlines", Meaning: "line ends were written as \\n, as in JSON or in an environment variable"},
	{Name: "indented", Meaning: "the lines were indented, as in YAML"},
	{Name: "layout", Meaning: "BEGIN and END lines, blank lines or spaces were not as they must be"},
	{Name: "mail-quoted", Meaning: "every line had a > in front"},
	{Name: "newlines-lost", Meaning: "the line ends were missing or had become spaces"},
	{Name: "no-final-newline", Meaning: "the last line had no end, with which ssh-keygen reads no openssh key (\"error in libcrypto\")"},
	{Name: "private-padding", Meaning: "an openssh file was padded in a way that ssh-keygen refuses"},
	{Name: "proc-type", Meaning: "the header that says that a PEM key is encrypted was missing or misspelt"},
	{Name: "text-before", Meaning: "there was text in front of the key"},
	{Name: "text-behind", Meaning: "there was text behind the key"},
	{Name: "wrapped-in-marks", Meaning: "the lines had the same signs around them: quotes, numbers, the time of a log"},
	{Name: "wrong-label", Meaning: "the BEGIN line named another format than the content has"},
	// What is unusual about a key or its container.
	{Name: "certificate-left-out", Meaning: "the format has no place for a certificate; the plain key was written"},
	{Name: "cipher-unknown", Meaning: "an openssh file is encrypted with a cipher of which only its public half can be read"},
	{Name: "comment-breaks", Meaning: "a line end stands in the comment, which ssh-keygen -y prints"},
	{Name: "comment-folded", Meaning: "the comment takes several lines of an RFC 4716 file, which PuTTY cannot read"},
	{Name: "comment-lines-lost", Meaning: "convert leaves out the comment lines of an authorized_keys file"},
	{Name: "comment-long", Meaning: "PuTTY reads less of the comment of an ssh.com file"},
	{Name: "comment-lost", Meaning: "the format has no place for a comment, or the comment is encrypted"},
	{Name: "comment-misread", Meaning: "ssh-keygen takes the comment of an RFC 4716 file for the end of it"},
	{Name: "dsa", Meaning: "a DSA key; servers refuse it since OpenSSH 7.0, and 10.0 has no DSA left"},
	{Name: "ed448", Meaning: "an Ed448 key, which PuTTY knows and OpenSSH does not"},
	{Name: "headers-lost", Meaning: "the format has no place for the headers of an RFC 4716 file or the host of a known_hosts line"},
	{Name: "jwk-member", Meaning: "the JSON Web Key has members that no other format holds"},
	{Name: "jwk-padding", Meaning: "a member of the JSON Web Key had equal signs behind its base64url"},
	{Name: "known-hosts-hash", Meaning: "a hashed host name is damaged, so that no host matches it"},
	{Name: "known-hosts-line", Meaning: "a line of a known_hosts file is no host key"},
	{Name: "known-hosts-marker", Meaning: "the key is marked @cert-authority or @revoked"},
	{Name: "mldsa", Meaning: "an ML-DSA key, which OpenSSH knows since 10.5"},
	{Name: "more-keys", Meaning: "the file holds another key or certificate than the one that was read; each needs a file of its own"},
	{Name: "not-encrypted", Meaning: "an openssh file made with a passphrase and the cipher none: the key lies in it in clear"},
	{Name: "options-beside", Meaning: "a line with options for the key, or options alone, stand beside or in front of the file that holds it"},
	{Name: "passphrase-encoding", Meaning: "the passphrase opened the key in the code page of Windows or in Latin-1, not as it was typed"},
	{Name: "passphrase-long", Meaning: "the passphrase is longer than ssh-keygen and openssl can take"},
	{Name: "pem-label", Meaning: "the BEGIN line named another kind of key than the content is"},
	{Name: "pkcs8-attributes", Meaning: "the PKCS#8 key carries attributes, which no other format holds"},
	{Name: "private-half-missing", Meaning: "a PPK that ends behind its public half"},
	{Name: "rsa-crt", Meaning: "d mod p-1 or d mod q-1 was wrong and has been computed anew"},
	{Name: "rsa-iqmp", Meaning: "q^-1 mod p was wrong and has been computed anew"},
	{Name: "rsa-short", Meaning: "an RSA key that is too short for today"},
	{Name: "service-name", Meaning: "an option names a port by its service; the server's /etc/services decides"},
	{Name: "trailing-bytes", Meaning: "there are bytes behind the key's structure"},
	{Name: "x509-unchecked", Meaning: "the public key of an X.509 certificate, of which nothing else was looked at"},
	// What sshd makes of an authorized_keys file, and how near it is to holding a key.
	{Name: "duplicate-line", Meaning: "the same key stands in an earlier line with the same options"},
	{Name: "entry-expired", Meaning: "the time of expiry-time= has passed"},
	{Name: "from-name", Meaning: "a name in from= matches nothing under UseDNS no, the default"},
	{Name: "options-refuse", Meaning: "a line holds the key and its options refuse the login"},
	{Name: "line-end-missing", Meaning: "the last line of authorized_keys has no end, so that what is appended stands on the same line"},
	{Name: "line-ignored", Meaning: "sshd passes over the line in silence"},
	{Name: "line-refuses", Meaning: "sshd reads the line and lets nobody in by it"},
	{Name: "near-authority", Meaning: "the key stands in the file as a certificate authority's, behind cert-authority"},
	{Name: "near-certificate", Meaning: "a certificate for the key stands in the file, where it matches nothing"},
	{Name: "near-commented-out", Meaning: "the key stands in the file, commented out"},
	{Name: "near-cut-short", Meaning: "the file holds the beginning of the key"},
	{Name: "near-damaged", Meaning: "the key stands in the file damaged, and a repair finds it"},
	{Name: "near-ignored", Meaning: "the key stands whole on a line that sshd passes over"},
	{Name: "near-not-authority", Meaning: "the certificate's authority stands in the file without cert-authority in front"},
	{Name: "near-plain", Meaning: "a certificate was asked about, and the file holds its plain key, which alone it lets in"},
	{Name: "near-same-comment", Meaning: "another key stands in the file under the same comment"},
	{Name: "near-same-line", Meaning: "the key stands behind another one on the same line, as its comment"},
	// What doctor says beside the causes that explain knows too.
	{Name: "depends", Meaning: "whether the key gets in depends on what is not known here, such as the client's address"},
	{Name: "home-missing", Meaning: "the account's home does not exist"},
	{Name: "key-unfit", Meaning: "sshd takes this key, or certificate, from no line at all"},
	{Name: "not-seen", Meaning: "what could not be looked at, mostly because only root may"},
	{Name: "selinux-label", Meaning: "a file has another SELinux label than it should, so that sshd may not read it"},
	{Name: "shell-refuses", Meaning: "the key is taken, but the account's shell (nologin, false) ends every session"},
	{Name: "windows", Meaning: "on Windows the keys of administrators stand in a file of their own"},
	// What keeps a client from using a private key file.
	{Name: "encrypted", Meaning: "the private key needs its passphrase"},
	{Name: "key-file-modes", Meaning: "others may read the private key file, and ssh refuses it"},
	{Name: "ppk-for-putty", Meaning: "a PPK, which ssh cannot read"},
	{Name: "ppk3", Meaning: "a PPK of version 3, which PuTTY before 0.75 and many others cannot read"},
	{Name: "stale-certificate", Meaning: "the -cert.pub beside a private key is of another key"},
	{Name: "stale-pub", Meaning: "the .pub beside a private key is of another key; ssh offers that one and cannot sign"},
}
