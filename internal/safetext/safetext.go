// Package safetext makes text of strangers harmless where it is shown: on a
// terminal, and as a word of a command that a user may copy.
package safetext

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Printable escapes what could act on a terminal or turn its text around:
// control and format characters, and bytes that are not UTF-8.
func Printable(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r != ' ' && !unicode.IsPrint(r):
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// bare are the bytes that no shell gives a meaning, but for "~" and zsh's "="
// at the beginning of a word.
const bare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-@:=+,%~"

// ShellWord is a name or a path as the shells of this system take it: one word,
// and no option.
func ShellWord(word string) string {
	if runtime.GOOS == "windows" {
		return windowsShellWord(word)
	}
	return posixWord(word)
}

// posixWord is for a POSIX shell. A path of Windows is one word for cmd.exe and
// PowerShell too.
func posixWord(word string) string {
	if strings.HasPrefix(word, "-") {
		word = "./" + word
	}
	if word != "" && strings.Trim(word, bare) == "" && word[0] != '~' && word[0] != '=' {
		return word
	}
	if isWindowsPath(word) {
		return `"` + word + `"`
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

// windowsShellWord is for cmd.exe and PowerShell; what no quotes say to both is for
// PowerShell.
func windowsShellWord(word string) string {
	if strings.HasPrefix(word, "-") {
		word = `.\` + word
	}
	if word != "" && strings.Trim(word, bare[:62]+`/\._-:+`) == "" {
		return word
	}
	if quoted, ok := WindowsWord(word); ok {
		return quoted
	}
	return PowerShellWord(word)
}

// PowerShellWord is a word in single quotes, of which PowerShell knows five.
func PowerShellWord(word string) string {
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune("'\u2018\u2019\u201a\u201b", r) {
			b.WriteRune(r)
		}
		b.WriteRune(r)
	}
	return "'" + b.String() + "'"
}

// WindowsWord is a path or a name in double quotes, which cmd.exe and PowerShell both
// know. It is false where something in it has a meaning there.
func WindowsWord(word string) (quoted string, ok bool) {
	odd := strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(`/\:._- ()~+,;=@#[]{}'&^`, r)
	})
	if strings.HasSuffix(word, `\`) {
		word += `\` // one before a quote is the quote's
	}
	return `"` + word + `"`, !odd
}

// isWindowsPath reports whether a word is a path of Windows that stands in double
// quotes, which every shell knows, and has nothing in it that one of them gives a
// meaning there. A POSIX shell leaves a lone backslash as it is.
func isWindowsPath(word string) bool {
	drive := len(word) > 2 && word[1] == ':' && strings.IndexByte(`\/`, word[2]) >= 0 && strings.IndexByte(bare[:52], word[0]) >= 0
	if !drive && !strings.Contains(word, `\`) || strings.HasSuffix(word, `\`) || strings.Contains(word, `\\`) {
		return false
	}
	return !strings.ContainsFunc(word, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(bare+`\ ()&,;'#+[]{}`, r)
	})
}
