package main

import (
	"slices"
	"strings"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/sshkey"
)

// throughInput is the next step where a variable holds a key and not the name of its
// file, as in many a CI.
const throughInput = `printf '%s\n' "$KEY" | keyconv COMMAND -`

// privateArgument refuses a command line with the text of a private key on it, whole or in
// words, before anything is said that quotes it.
func privateArgument(args []string) error {
	text := strings.Join(args[min(len(args), 1):], " ")
	if !sshkey.IsPrivateText(text) {
		return nil
	}
	if text = strings.Join(slices.DeleteFunc(slices.Clone(args[1:]), exists), " "); !sshkey.IsPrivateText(text) {
		return nil
	}
	return usageError{hint("the text of a PRIVATE key stands on the command line, where the name of its file belongs",
		"every user of the machine can read arguments; through standard input none can: "+throughInput)}
}

// isPublicText reports whether the name of a file is a public key.
func isPublicText(name string) bool {
	_, err := authkeys.ParseLine([]byte(name))
	return err == nil
}
