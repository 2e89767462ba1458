// Package testdata embeds the keys that the tests and the fuzz targets start
// from; generate.sh made them with the real tools.
package testdata

import "embed"

// Keys holds keys/NAME/…, see generate.sh.
//
//go:embed keys
var Keys embed.FS

// Other holds other/…: containers that hold one key or two, see generate.sh.
//
//go:embed other
var Other embed.FS

// Script is generate.sh, with which a test makes a fresh set.
//
//go:embed generate.sh
var Script []byte

// Passphrase opens every encrypted key here.
const Passphrase = "open sesame"
