package doctor_test

import (
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/internal/servertest"
	"github.com/keyconv/keyconv/sshkey"
)

// TestJudge: in every state a real sshd is asked, and doctor says "let in"
// exactly where it lets in, and else names the reason that the state was made
// for.
func TestJudge(t *testing.T) {
	m := servertest.New(t)
	states := servertest.States()
	var played, agree atomic.Int32
	t.Run("states", func(t *testing.T) {
		for _, state := range states {
			t.Run(state.Name, func(t *testing.T) {
				t.Parallel()
				played.Add(1)
				if judge(t, m.Set(t, state, "DEBUG3"), state) {
					agree.Add(1)
				}
			})
		}
	})
	t.Logf("sshd and doctor agree on %d of %d states (%.1f %%)", agree.Load(), played.Load(), 100*float64(agree.Load())/float64(max(1, played.Load())))
}

func judge(t *testing.T, s *servertest.Scene, state servertest.State) bool {
	report := doctor.Diagnose(doctor.WithAgent(s.Agent), ask(t, s)) // before the login, which could change something
	byFile(t, s, state)
	played := s.Login()
	switch {
	case played.LetIn != state.LetIn():
		t.Errorf("the state is not what it says: sshd lets in: %v\n%s\n%s", played.LetIn, played.Log, played.Client)
	case report.LetIn() != played.LetIn || first(report) != state.Reason:
		t.Errorf("sshd lets in: %v (%q); doctor says %v:\n%s\n%s", played.LetIn, state.Reason, report.LetIn(), told(report), grep(played.Log))
	case !tellsLater(report, state):
		t.Errorf("doctor does not tell what refuses later:\n%s", told(report))
	case !report.Certain():
		t.Errorf("root cannot see everything:\n%s", told(report))
	default:
		return true
	}
	return false
}

// tellsLater: of a pair of states the second is told too, unless nothing can
// be known behind the first.
func tellsLater(r *doctor.Report, state servertest.State) bool {
	_, second, pair := strings.Cut(state.Name, " + ")
	if !pair || state.Reason == "user-unknown" {
		return true
	}
	for _, s := range servertest.States() {
		if s.Name == second && !s.LetIn() {
			return slices.ContainsFunc(r.Refusals, func(c doctor.Cause) bool { return c.Code == s.Reason })
		}
	}
	return true
}

// A noSshd is a system whose sshd does not tell its settings, as it does not
// tell them to anybody but root before 9.3.
type noSshd struct{ doctor.System }

func (s noSshd) Run(c doctor.Command) ([]byte, error) {
	if len(c.Args) > 0 && (c.Args[0] == "-T" || c.Args[0] == "-G") {
		return nil, &doctor.ExitError{Status: 1, Stderr: "sshd: no hostkeys available -- exiting."}
	}
	return s.System.Run(c)
}

// byFile asks again, with the settings from our own reading of sshd_config.
// Whether sshd takes a setting at all is only for sshd to say.
func byFile(t *testing.T, s *servertest.Scene, state servertest.State) {
	report := doctor.Diagnose(noSshd{doctor.WithAgent(s.Agent)}, ask(t, s))
	if got := first(report); got != state.Reason && state.Reason != "sshd-config" {
		t.Errorf("with the settings from the file doctor says %q, not %q:\n%s", got, state.Reason, told(report))
	}
	if report.Certain() && state.Reason != "sshd-config" {
		t.Error("doctor does not say that it could not ask sshd")
	}
}

func first(r *doctor.Report) string {
	if len(r.Refusals) == 0 {
		return ""
	}
	return r.Refusals[0].Code
}

func ask(t *testing.T, s *servertest.Scene) doctor.Request {
	return doctor.Request{User: s.User, Config: s.Config, Key: offered(t, s), Addr: netip.MustParseAddr("127.0.0.1"), Agent: true}
}

// offered is the key that the client offers.
func offered(t *testing.T, s *servertest.Scene) sshkey.PublicKey {
	text, err := os.ReadFile(s.Public())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := authkeys.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return keys[0].Public
}

func told(r *doctor.Report) string {
	var b strings.Builder
	for _, list := range [][]doctor.Cause{r.Refusals, r.Unseen, r.Notes} {
		for _, c := range list {
			b.WriteString("  " + c.Code + ": " + c.Msg + " -> " + c.Fix + "\n")
		}
		b.WriteString("  --\n")
	}
	return b.String()
}

// grep leaves out of a log what is not about the login.
func grep(log string) string {
	var b strings.Builder
	for line := range strings.Lines(log) {
		if !strings.Contains(line, "debug3") && !strings.Contains(line, "kex") {
			b.WriteString(line)
		}
	}
	return b.String()
}
