package repair

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// inTwo are texts in columns that once gave a key made of two.
var inTwo = []string{
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOAV/b5l4kD9HigDR4FopZD/b7xkJfKur8│ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIF/yhK62qg7nz4v8gAYUMOxxiCnTb1BfwR\n" +
		"D6eexJL8kK fred@box                                                   │Xaw7B3ZwAI bob@box\n",
	"\tssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICke2xWbxzylJg\t\n" +
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKTx6Bd0vBMd8J\tCHHLFHldKHaFkmMlVllduMnIIJ/COI bob\n" +
		"EunKcwLWoBiK/DjMsotQN/YTa82xTx my key 2024\t\n",
	"                                                   ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICHe4laOU1fYhP\n" +
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDbaLyxojJvGqU spjvIB3qPJ2gxy3gV9SZjnB/BTaaBk fred@box\n" +
		"OzicCWDLCGS8mFfUNw1jI7EUqzH6Bu my key 2024\n",
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFAy3nbMgT81Nm\tGZqA06YPomRwvKq1Gbxr4WA/NZTF7z ci/cd\n" +
		"11XohZHLF0F3M24UMJpdxSA99NJbIc fred\t\n",
	"                                                                                ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIO13oirnQtBmqXsYs+pNkgdRmLFRu8UToFOPO1hU    8yQ9 my old rsa\n" +
		"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKcgoB3Y9voW7DMQlrF54es04KJDc/PA6ltojul/    DnRL test key ed25519\n0vZG ssh key of fred\n",
}

func TestInTwo(t *testing.T) {
	for _, in := range inTwo {
		if got, res := printed(t, []byte(in)); len(got) > 0 {
			t.Errorf("%q gives %q", in, res.Text)
		}
	}
}

// inColumns puts texts beside each other, as two panes of a terminal are copied, or as
// paste and pr -m print files.
func inColumns(texts []string, rng *rand.Rand) string {
	width, between := pick(rng, 20, 30, 38, 50, 60, 64, 70, 76, 79, 100, 120, 200), pick(rng, "│", " │ ", "|", " | ", "\t", " ", "  ", "    ")
	var columns [][]string
	rows := 0
	for _, text := range texts {
		column := slices.Repeat([]string{""}, max(0, rng.IntN(5)-2))
		column = append(column, strings.Split(fold(text, width, "\n"), "\n")...)
		columns, rows = append(columns, column), max(rows, len(column))
	}
	var lines []string
	for row := range rows {
		var cells []string
		for _, column := range columns {
			cell := ""
			if row < len(column) {
				cell = column[row]
			}
			if between != "\t" {
				cell += strings.Repeat(" ", width-len([]rune(cell)))
			}
			cells = append(cells, cell)
		}
		lines = append(lines, strings.TrimRight(strings.Join(cells, between), " "))
	}
	return strings.Join(lines[min(rng.IntN(6)/4, len(lines)-1):], "\n") + "\n" // the first may be off the screen
}

// TestColumns: of keys that stand beside each other no key is made of two. The lines of
// one go on with those of the other.
func TestColumns(t *testing.T) {
	rng := random(t)
	whole := 0
	for range rounds(2000) {
		var texts, keys []string
		for range 2 + rng.IntN(2) {
			s := freshSample(rng)
			if rng.IntN(2) == 0 { // it shows least what is wrong with it
				s.key = edKey(rng)
			}
			texts, keys = append(texts, s.line()), append(keys, s.key.String())
		}
		in := inColumns(texts, rng)
		got, res := printed(t, []byte(in))
		for _, k := range got {
			whole++
			if !slices.Contains(keys, k) {
				t.Errorf("WRONG: %q gives %q", in, res.Text)
			}
		}
	}
	if whole == 0 {
		t.Error("no key was read at all")
	}
}
