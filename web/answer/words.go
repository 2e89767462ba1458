package answer

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/keyconv/keyconv/sshkey"
)

// phrases are what the library says to a person at a command line, and what
// the same is called on the page.
var phrases = strings.NewReplacer(
	"give its passphrase (--passphrase-file FILE)", "type its passphrase into the field below",
	"; --allow-expensive lifts the limit for a file that you trust", "; the keyconv program on your computer has higher limits than this page",
	"give another one: --comment TEXT", "give another one in the field Comment",
	"--passphrase-file FILE opens it; --comment TEXT gives another one", "give one in the field Comment",
	": --passphrase-file FILE opens it, which proves the public half", "; copy it again from where it came from",
	"keyconv fingerprint FILE lists what is there; is it", "is it",
	"for PuTTY's programs give a shorter one: --comment TEXT", "for PuTTY's programs give a shorter one",
	", or let keyconv normalize repair a public key", "",
	"keyconv normalize FILE repairs what can be repaired with certainty", "copy it again, whole, from where it came from",
	"keyconv normalize FILE puts it back", "copy it again, whole, from where it came from",
	"; a public key damaged by pasting: keyconv normalize FILE", "; and public keys in nearly any damage",
	"give a file, or paste the key and end with Ctrl-D, on Windows Ctrl-Z and Enter", "paste a key, or open a file",
	"write it beside the key, as NAME-cert.pub: keyconv convert --to authorized-keys", "keep the certificate's own file beside the key",
	"choose another format, or take the protection off: --no-passphrase", "choose another format, or no passphrase",
	"--no-passphrase writes the key in clear", "without a passphrase the key is written in clear",
	"print the file and paste its content: cat FILE", "open the file in an editor and paste what is in it",
	"ssh-keygen -y -f KEY prints it, and so does keyconv for a .ppk", "PuTTYgen shows it at the top when you load the .ppk, and ssh-keygen -y -f KEY prints it",
	"ssh-keygen -y -f KEY prints the public key of the file, and so does keyconv convert KEY --to authorized-keys", "open the file itself here, or load it in PuTTYgen, to have its public key",
	"print the file with cat and copy again; or ", "open the file in an editor, copy all of it and paste it here; or ",
	"--expect settles it", "its fingerprint, in the field below, settles it",
	"give its fingerprint with --expect", "give its fingerprint in the field below",
	"with --expect", "with the fingerprint, in the field below",
	"--to authorized-keys", "the line for the server",
	"--to ", "",
	"keyconv does not guess", "this page does not guess",
	"that keyconv knows", "that this page knows",
	"keyconv reads ", "this page reads ",
	"keyconv writes ", "this page writes ",
)

// titles say what a text is that was refused, by the code of the refusal.
var titles = map[string]string{
	"ambiguous":       "This can be read in two ways.",
	"blob-damaged":    "This key is damaged.",
	"case-changed":    "This key was changed to capitals or small letters, which destroys it.",
	"certificate":     "This is a certificate, not a key.",
	"comment-alone":   "This is the comment of a key. The key itself is missing.",
	"commented-out":   "This key is commented out.",
	"diff-removed":    "This line was taken out in a diff.",
	"file-error":      "This is an error message, not a key.",
	"file-name":       "This is the name of a file, not what is in it.",
	"fingerprint":     "This is a fingerprint, not a key.",
	"host-key":        "This is a server’s key, not yours.",
	"html-page":       "This is a web page, not a key.",
	"key-missing":     "The type of a key stands here, and no key.",
	"marked-revoked":  "This key is marked as one that is not to be let in.",
	"no-key":          "There is no SSH key in this text.",
	"not-accepted":    "This key is whole, and servers do not take it.",
	"options-alone":   "Options stand here, and no key.",
	"options-apart":   "Options stand on another line than their key.",
	"options-damaged": "What stands in front of the key cannot be taken over with certainty.",
	"pgp":             "This is a PGP key or message, not an SSH key.",
	"placeholder":     "There is an ellipsis or a placeholder where the key belongs.",
	"prefix-unknown":  "What stands in front of the key cannot be taken over with certainty.",
	"private-key":     "This is a private key that cannot be read.",
	"ssh1-key":        "This is a key of SSH protocol 1, which no server of today takes.",
	"start-missing":   "The start of this key is missing.",
	"truncated":       "The end of this key is missing.",
	"x509":            "This is an X.509 certificate or a signature, not an SSH key.",
}

func refusedTitle(list []Finding) string {
	for _, f := range list {
		switch {
		case f.Severity != string(sshkey.Refused):
		case f.Code == "":
			return "This cannot be read as a key."
		case titles[f.Code] != "":
			return titles[f.Code]
		}
	}
	return "There is no key here that can be repaired with certainty."
}

// sentence begins a hint with a capital, unless it begins with a command.
func sentence(s string) string {
	for _, command := range []string{"ssh", "gpg", "puttygen"} {
		if strings.HasPrefix(s, command) {
			return s
		}
	}
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// forPage puts a message of the library in the words of the page.
func forPage(s string) string { return phrases.Replace(s) }

// title says in a sentence what the text is.
func title(r *Report) string {
	one := len(r.Keys)+r.More == 1
	switch r.Verdict {
	case Sound:
		if slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity == string(sshkey.Warning) }) {
			return "The server can read this, but there is a warning."
		}
		return choose(one, "This key is in good order.", "These keys are in good order.")
	case Repaired:
		return choose(one, "Repaired. This is the line for the server.", "Repaired. These are the lines for the server.")
	case Partly:
		return "Not everything could be repaired. What is sound is below."
	case Idle:
		return "Every line here is a comment, with # in front. The server skips them."
	case Refused:
		return refusedTitle(r.Findings)
	case Private:
		return fmt.Sprintf("This is a private key%s.", choose(r.Private.Encrypted, ", protected by a passphrase", ""))
	}
	return ""
}

const keepIt = "Keep it to yourself. Only the line below, its public half, belongs on a server."

// advice is the next step.
func advice(r *Report) string {
	switch {
	case r.Verdict == Sound || r.Verdict == Repaired:
		return "Put it into the file .ssh/authorized_keys on the server, as one line."
	case r.Verdict == Idle:
		return "To let a key in, take the # away from its line."
	case r.Verdict == Refused:
		return "Nothing is guessed here: a wrong key is worse than none."
	case r.Verdict == Private && r.Lines != "":
		return keepIt
	case r.Verdict == Private:
		return "Keep it to yourself. Its public half is encrypted too: give the passphrase and convert it, and the line for the server appears."
	}
	return ""
}

func choose(yes bool, a, b string) string {
	if yes {
		return a
	}
	return b
}
