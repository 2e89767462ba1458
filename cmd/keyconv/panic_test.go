package main

import (
	"errors"
	"strings"
	"testing"
)

// TestCaught: a panic is an error with places and without values.
func TestCaught(t *testing.T) {
	if err := caught(func() error { return nil }); err != nil {
		t.Error(err)
	}
	plain := errors.New("plain")
	if err := caught(func() error { return plain }); err != plain {
		t.Error(err)
	}
	secret := "the secret number"
	err := caught(func() error { panic(secret) })
	if err == nil || strings.Contains(err.Error(), secret) || !strings.Contains(err.Error(), "panic_test.go:") || hintOf(err) == "" {
		t.Error(err)
	}
	var list []int
	if err := caught(func() error { list[len(secret)] = 1; return nil }); err == nil || !strings.Contains(err.Error(), "index out of range") || !strings.Contains(err.Error(), "panic_test.go:") {
		t.Error(err)
	}
}
