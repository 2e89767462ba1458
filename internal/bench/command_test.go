package bench_test

import (
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"github.com/keyconv/keyconv/internal/bench"
)

// A command is a contestant that is a process.
type command struct {
	name    string
	argv    []string
	env     []string
	refuses bool // it may exit 1: some of the input is refused
}

// A measured command has the time on the clock and of the cores, in
// milliseconds, and the most memory of all runs, in bytes.
type measured struct {
	wall, cpu bench.Times
	memory    int64
}

// run runs a command once. What it prints goes to the null device.
func (r *report) run(c command, m *measured) {
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	cmd.Env = append(cmd.Environ(), c.env...)
	start := time.Now()
	if err := cmd.Run(); err != nil && !(c.refuses && cmd.ProcessState.ExitCode() == 1) {
		r.Fatalf("%v: %v", c.argv, err)
	}
	m.wall = append(m.wall, time.Since(start).Seconds()*1000)
	m.cpu = append(m.cpu, (cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime()).Seconds()*1000)
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.memory = max(m.memory, u.Maxrss<<10)
	}
}

// race runs commands in turns.
func (r *report) race(runs int, commands ...command) []measured {
	out := make([]measured, len(commands))
	for range runs {
		for i, c := range commands {
			r.run(c, &out[i])
		}
	}
	return out
}

func (r *report) ours(args ...string) command {
	return command{name: "keyconv", argv: append([]string{r.keyconv}, args...)}
}

func theirs(argv ...string) command { return command{name: argv[0], argv: argv} }

// A row compares us with a peer: the goal is on the ratio of the two.
type row struct {
	work, peer string
	us, them   float64
	unit       string
	goal       float64
	faster     bool // the goal is how many times as fast we are at least, not what part of the time we take at most
}

func (r *report) row(w row) {
	verb, ratio, met := "at most %.2fx", w.us/w.them, w.us <= w.goal*w.them
	if w.faster {
		verb, ratio, met = "%.0f times as fast", w.them/w.us, w.us*w.goal <= w.them
	}
	word := "**no**"
	if met {
		word = "yes"
	}
	r.page("| %s | %s %s | %s: %s %s | "+verb+" | %.2f | %s |\n", w.work, number(w.us), w.unit, w.peer, number(w.them), w.unit, w.goal, ratio, word)
}

// number has three digits that count.
func number(x float64) string {
	switch {
	case x >= 1000:
		return fmt.Sprintf("%.0f", x)
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}
