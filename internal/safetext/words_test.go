package safetext

import "testing"

// TestWindowsShellWord: a word is one for cmd.exe and PowerShell, or for PowerShell where
// no quotes say it to both.
func TestWindowsShellWord(t *testing.T) {
	for word, want := range map[string]string{
		"id":                     `id`,
		`C:\Users\bob\id`:        `C:\Users\bob\id`,
		"my key.ppk":             `"my key.ppk"`,
		"schl\u00fcssel.ppk":     "\"schl\u00fcssel.ppk\"",
		`\\server\share\`:        `\\server\share\`,
		`\\server\my share\`:     `"\\server\my share\\"`,
		`C:\Users\*`:             `'C:\Users\*'`,
		"O'Neil & Co":            `"O'Neil & Co"`,
		"~/.ssh/authorized_keys": `"~/.ssh/authorized_keys"`,
		"-o":                     `.\-o`,
		"@id":                    `"@id"`,
		"a,b":                    `"a,b"`,
		"$(calc)":                `'$(calc)'`,
		"%PATH%":                 `'%PATH%'`,
		"a`b'c":                  "'a`b''c'",
		"$x\u2019; calc":         "'$x\u2019\u2019; calc'",
		"":                       `""`,
	} {
		if got := windowsShellWord(word); got != want {
			t.Errorf("%q: %s, not %s", word, got, want)
		}
	}
}
