// Package nearest finds the word that somebody meant who misspelt it.
package nearest

import "strings"

// Of is the one of names that word most likely is; "" where none is near, or
// two are as near as each other.
func Of(word string, names []string) string {
	word = strings.ToLower(word)
	most := 2
	if len(word) < 5 {
		most = 1
	}
	if len(word) < 3 {
		return ""
	}
	best, least := "", most+1
	for _, name := range names {
		switch d := Distance(word, name, most); {
		case d < least:
			best, least = name, d
		case d > most || name == best:
		case d == least && strings.HasPrefix(word, name): // "ppk" of "ppk3"
			best = name
		case d == least && !strings.HasPrefix(word, best):
			best = ""
		}
	}
	return best
}

// Distance is the number of characters to change, add, drop or swap (with the
// neighbour) to make b of a; anything above most is most+1.
func Distance(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(row[j-1]+1, last[j]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return min(last[len(b)], most+1)
}
