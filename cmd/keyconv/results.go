package main

import (
	"errors"
	"io"

	"github.com/keyconv/keyconv/internal/safefile"
)

// results is standard output. It keeps its first error: who prints a line may
// not look at it, and a result that was lost must not end with 0.
type results struct {
	w     io.Writer
	begun bool
	err   error
}

// An outputError is about standard output, and no fault of an input.
type outputError struct{ error }

func (e outputError) Unwrap() error { return e.error }

func (r *results) Write(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	r.begun = true
	n, err := r.w.Write(p)
	if err != nil {
		r.err = outputError{safefile.Plain(err)}
	}
	return n, r.err
}

func isOutputError(err error) bool {
	var out outputError
	return errors.As(err, &out)
}
