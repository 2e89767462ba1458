package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
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
// milliseconds.
type measured struct{ wall, cpu bench.Times }

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
}

// peak is the most memory that a command has, in MiB, looked at every
// millisecond. (What the kernel tells at the end counts the parent's too.)
func (r *report) peak(c command) string {
	cmd := exec.Command(c.argv[0], c.argv[1:]...)
	if err := cmd.Start(); err != nil {
		r.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	most := 0
	for {
		select {
		case <-ended:
			return strconv.Itoa((most + 512) >> 10)
		case <-time.After(time.Millisecond):
			most = max(most, highWater(cmd.Process.Pid))
		}
	}
}

// highWater is the VmHWM of a process in KiB; 0 where there is no /proc.
func highWater(pid int) (kib int) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
		fmt.Sscan(rest, &kib)
	}
	return kib
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
