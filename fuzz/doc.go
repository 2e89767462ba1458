// Package fuzz holds the fuzz targets of the parsers and what they must hold:
// an error is typed and its place lies inside the input; what is read, written
// and read again is the same key; a second reader that accepts the same input
// sees the same numbers.
package fuzz
