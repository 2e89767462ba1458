package fuzz

import (
	"os"
	"testing"
)

// mutations is how many structured mutations of a container are read: all that
// make reliability asks for, a sample otherwise.
func mutations() int {
	switch {
	case os.Getenv("KEYCONV_RELIABILITY") != "":
		return 12_000
	case testing.Short():
		return 200
	}
	return 1000
}
