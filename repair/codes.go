package repair

// A Code is what a finding is called, and what it means.
type Code struct{ Name, Meaning string }

// Codes lists every code that findings of this package have.
func Codes() []Code {
	return append([]Code(nil), codes...)
}

var codes = []Code{
	// repaired
	{"backslash-escapes", "signs or line ends stood as text, such as \\n or \\u003d; undone"},
	{"base64-twice", "the text was base64 once more; undone"},
	{"base64url", "the base64 had - and _ for + and /; put right"},
	{"byte-order-mark", "a byte order mark was taken out"},
	{"comment-glued", "a space was put between the base64 and the comment, where the key's own length says"},
	{"control-characters", "control characters were taken out"},
	{"diff", "the plus signs of a diff were taken off"},
	{"found-by-fingerprint", "one wrong or missing character was found by the expected fingerprint"},
	{"hex", "the key was written in hexadecimal"},
	{"html-breaks", "line ends stood as <br>, or a key had <wbr> in it; undone"},
	{"html-entities", "HTML entities such as &#43; were undone"},
	{"keys-together", "several keys on one line were parted"},
	{"line-marks", "quotes, quote marks or backslashes at the line ends inside the base64 were taken out"},
	{"line-numbers", "line numbers were taken off"},
	{"lone-cr", "a carriage return without a line feed was taken for a line end"},
	{"look-alikes", "look-alikes of ASCII (no-break space, long dash, curly quote, full width) were replaced, invisible characters taken out"},
	{"other-format", "a key in another format was written as a line"},
	{"padding", "the equal signs at the end of the base64 were put right"},
	{"plus-lost", "spaces in the base64 were plus signs and are again"},
	{"prefix-dropped", "what stood in front of the key and was no option was taken away"},
	{"quoted-printable", "the =3D and soft line breaks of a mail were undone"},
	{"rfc4716", "a key in SSH2 form (RFC 4716) was written as a line"},
	{"spaced", "spaces were taken out of the base64"},
	{"start-restored", "the first characters, which are the same in every key of the type, were put back"},
	{"terminal-codes", "codes for a terminal were taken out"},
	{"text-dropped", "text that belongs to no key was left out"},
	{"type-apart", "the key type was brought back to the line of its key"},
	{"type-missing", "the key type was put in front of the base64"},
	{"type-twice", "the key type stood there twice"},
	{"type-wrong", "the key type was put right; the key itself says it"},
	{"url-encoding", "%2B and the like, and + for a space, were undone"},
	{"utf-16", "UTF-16 was turned into UTF-8"},
	{"wrapped", "lines were joined"},
	// warnings
	{"duplicate-key", "the same key stands in two lines with different options"},
	{"key-suspicious", "it reads as a key, but its numbers are not those of a real one: a character may be wrong"},
	{"options-behind", "options stand behind a key, where they are a comment"},
	{"private-key-exposed", "the text holds a private key"},
	// refused
	{"ambiguous", "two readings fit, or where the key ends cannot be told; --expect settles it"},
	{"blob-damaged", "the key has the right shape and the wrong content, or lengths that are impossible"},
	{"case-changed", "the key was changed to capitals or small letters"},
	{"certificate", "a certificate stands where a key belongs"},
	{"comment-alone", "a key's comment without its key"},
	{"commented-out", "the key is commented out in a way that authorized_keys does not know, on its line or above"},
	{"diff-removed", "the line was taken out in a diff, a plan of changes or a change of LDIF"},
	{"file-error", "a program's message that there is no such file"},
	{"file-name", "the name of a file, not its content"},
	{"fingerprint", "a fingerprint, not a key"},
	{"host-key", "a line of known_hosts: a server's key"},
	{"html-page", "a web page instead of a key"},
	{"key-missing", "a key type without a key"},
	{"marked-revoked", "the key is crossed out, or marked as removed, revoked or disabled"},
	{"no-key", "there is no public key in the text, or not the expected one"},
	{"not-accepted", "the key is whole but sshd does not take it"},
	{"options-alone", "options stand on a line without a key"},
	{"options-apart", "options, or a date on which the key ends, stand on another line than their key, or beside it; sshd would not see them"},
	{"options-damaged", "what stands in front of the key cannot be read as options as sshd reads them"},
	{"pgp", "a PGP key or message"},
	{"placeholder", "a placeholder or an ellipsis stands where the key belongs"},
	{"prefix-unknown", "too much stands in front of the key"},
	{"private-key", "a private key whose public half cannot be had from the text"},
	{"ssh1-key", "a key of SSH protocol 1"},
	{"start-missing", "base64 without its start: the tail of a key"},
	{"truncated", "the end of the key is missing; the message says how much"},
	{"x509", "an X.509 certificate, a request for one, or a signature"},
}
