package doctor

import (
	"strings"

	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
)

// fixes is the advice to have the lines of a file repaired; "" is the default
// file, "-" standard input.
func fixes(file string) string {
	switch file {
	case "":
		return "keyconv check --fix repairs it"
	case "-":
		return "keyconv normalize prints it repaired"
	}
	return "keyconv check --fix " + safetext.ShellWord(file) + " repairs it"
}

// Adds is the advice to put a key into a file.
func Adds(file string) string {
	if file == "" || file == "-" {
		return "keyconv add --key KEYFILE"
	}
	return "keyconv add --key KEYFILE " + safetext.ShellWord(file)
}

// trusts is the advice to have a file let in what the authority of a certificate
// has signed.
func trusts(certificate sshkey.PublicKey, file string) string {
	c, err := certificate.Certificate()
	if err != nil {
		return "" // of no certificate it is not asked for
	}
	where := "the file"
	if file != "" && file != "-" {
		where = safetext.ShellWord(file)
	}
	return "put this line into " + where + ": cert-authority " + c.CA.String() + " (or the key alone into the file of TrustedUserCAKeys)"
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return strings.TrimSpace(text[strings.LastIndexByte(text, '\n')+1:])
}

// splitArgs is argv_split: words as sshd_config and the commands in it have
// them. ok is false for a quote left open.
func splitArgs(text string, comments bool) (words []string, ok bool) {
	for i := 0; i < len(text); {
		switch {
		case text[i] == ' ' || text[i] == '\t':
			i++
			continue
		case comments && text[i] == '#':
			return words, true
		}
		word, n, ok := cutArg(text[i:])
		if !ok {
			return words, false
		}
		words = append(words, word)
		i += n
	}
	return words, true
}

// cutArg reads a word and returns how much of the text it took.
func cutArg(text string) (word string, n int, ok bool) {
	var b strings.Builder
	quoted := byte(0)
	for ; n < len(text); n++ {
		c := text[n]
		switch {
		case c == '\\' && n+1 < len(text) && escapable(text[n+1], quoted):
			n++
			b.WriteByte(text[n])
		case quoted == 0 && (c == ' ' || c == '\t'):
			return b.String(), n, true
		case quoted == 0 && (c == '"' || c == '\''):
			quoted = c
		case quoted != 0 && c == quoted:
			quoted = 0
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), n, quoted == 0
}

func escapable(c, quoted byte) bool {
	return c == '\'' || c == '"' || c == '\\' || c == ' ' && quoted == 0
}
