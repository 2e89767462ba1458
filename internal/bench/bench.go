// Package bench compares the speed of functions on machines where other work
// runs too: only ratios of what was measured side by side mean anything there.
package bench

import (
	"slices"
	"time"
)

// slice is how long a function runs before the next has its turn: long enough
// for the clock, short enough to fall between the turns of other processes.
const slice = 200 * time.Microsecond

// A Times is how long one call of a function took, in each round.
type Times []float64 // nanoseconds

// Best is the shortest time: what the function costs when nothing disturbs.
func (t Times) Best() float64 { return slices.Min(t) }

// Median is the time in the middle.
func (t Times) Median() float64 {
	sorted := slices.Sorted(slices.Values(t))
	return sorted[len(sorted)/2]
}

// Race runs the functions in turn, so many rounds.
func Race(rounds int, functions ...func()) []Times {
	calls := make([]int, len(functions))
	times := make([]Times, len(functions))
	for i, f := range functions {
		calls[i] = 1
		for took := timed(1, f); took < slice && calls[i] < 1<<20; took = timed(calls[i], f) {
			calls[i] *= 2
		}
	}
	for range rounds {
		for i, f := range functions {
			times[i] = append(times[i], float64(timed(calls[i], f).Nanoseconds())/float64(calls[i]))
		}
	}
	return times
}

func timed(calls int, f func()) time.Duration {
	start := time.Now()
	for range calls {
		f()
	}
	return time.Since(start)
}
