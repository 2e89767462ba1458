package authkeys_test

import (
	"bytes"
	"flag"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"os"
	"os/user"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

var (
	filesFlag = flag.Int("decide.files", 200, "authorized_keys files that TestDecide makes")
	seedFlag  = flag.Uint64("decide.seed", 1, "the seed of TestDecide")
)

// zones: wherever the test runs in the year, one of them has summer time.
var zones = []string{"Europe/Berlin", "Australia/Sydney"}

// TestDecide makes authorized_keys files at random and offers keys and
// certificates to a real sshd for them. Decide must say of each whether it is
// let in, and by which line.
func TestDecide(t *testing.T) {
	keytest.Tool(t, "sshd")
	keys := keytest.NewIdentities(t)
	files := *filesFlag
	if testing.Short() {
		files /= 4
	}
	totals := make([]score, len(zones))
	t.Run("files", func(t *testing.T) {
		for i, zone := range zones {
			location := keytest.Zone(t, zone)
			t.Setenv("TZ", zone) // for the sshd that is started next
			s := newServer(t, location)
			totals[i].names = map[string]bool{}
			g := keytest.NewGenerator(keys, *seedFlag, uint64(i), location)
			t.Run(zone, func(t *testing.T) {
				t.Parallel()
				for range files / len(zones) {
					s.judge(t, g, &totals[i])
				}
			})
		}
	})
	sum := score{names: map[string]bool{}}
	for _, s := range totals {
		sum.all, sum.agree, sum.in, sum.refused = sum.all+s.all, sum.agree+s.agree, sum.in+s.in, sum.refused+s.refused
		maps.Copy(sum.names, s.names)
	}
	for _, k := range keys.Plain {
		if !sum.names[k.Name] && !testing.Short() {
			t.Errorf("%s was never let in: the test tries too little", k.Name)
		}
	}
	t.Logf("sshd and Decide agree on %d of %d offers in %d files (%.2f %%), %d of them let in, %d refused by a line that holds the key",
		sum.agree, sum.all, files, 100*float64(sum.agree)/float64(sum.all), sum.in, sum.refused)
}

type score struct {
	all, agree, in, refused int
	names                   map[string]bool // of the identities that were let in
}

func isService(name string) bool {
	_, err := net.LookupPort("tcp", name)
	return err == nil
}

// A server is an sshd whose authorized_keys file changes.
type server struct {
	*keytest.Sshd
	file    string
	zone    *time.Location
	version authkeys.Version
	user    string
}

func newServer(t *testing.T, zone *time.Location, extra ...string) *server {
	file := keytest.File(t, "authorized_keys", nil)
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	daemon := keytest.StartSshd(t, file, append(extra, "LogLevel VERBOSE", "MaxAuthTries 1000", "LoginGraceTime 0")...)
	return &server{Sshd: daemon, file: file, zone: zone, version: sshdVersion(t), user: me.Username}
}

// sshdVersion asks ssh, which comes with sshd; sshd 9.2 has no -V.
func sshdVersion(t *testing.T) (v authkeys.Version) {
	_, text, _ := keytest.Try(t, nil, "ssh", "-V")
	if _, err := fmt.Sscanf(string(text), "OpenSSH_%d.%d", &v.Major, &v.Minor); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return v
}

// judge makes a file and offers every identity in a random order. A connection
// ends with the first that is let in, the next one goes on behind it.
func (s *server) judge(t *testing.T, g *keytest.Generator, total *score) {
	data := g.File()
	if err := os.WriteFile(s.file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	client := keytest.Pick(g, "127.0.0.1", "127.0.0.1", "127.0.0.5", "127.1.2.3")
	offers := g.Offers(6)
	for len(offers) > 0 {
		tried, line := s.Offer(t, s.user, client, offers)
		for i, o := range offers[:tried] {
			got := 0
			if i == tried-1 {
				got = line
			}
			s.compare(t, data, authkeys.Login{Key: blobOf(t, o), User: s.user, Addr: netip.MustParseAddr(client), Now: time.Now().In(s.zone), Server: s.version, Service: isService}, got, o.Name, total)
		}
		offers = offers[tried:]
	}
}

func (s *server) compare(t *testing.T, data []byte, l authkeys.Login, line int, name string, total *score) {
	t.Helper()
	d := authkeys.Decide(data, l)
	ours := 0
	if by := d.By(); by != nil {
		ours = by.Line.Number
	}
	total.all++
	if line > 0 {
		total.in++
		total.names[name] = true
	}
	if d.Verdict == authkeys.Refused {
		total.refused++
	}
	if ours == line && d.Verdict != authkeys.Depends {
		total.agree++
		return
	}
	for _, m := range d.Matches {
		t.Logf("line %d: %v, if %q", m.Line.Number, m.Err, m.Unknown)
	}
	t.Errorf("%s from %s: sshd lets it in by line %d, Decide says %v, line %d (%v)\n%s", name, l.Addr, line, d.Verdict, ours, d.Err, numbered(data))
}

func blobOf(t *testing.T, i keytest.Identity) sshkey.PublicKey {
	t.Helper()
	k, err := sshkey.ParsePublicKey(i.Signer.PublicKey().Marshal())
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func numbered(data []byte) string {
	var b strings.Builder
	for i, l := range bytes.SplitAfter(data, []byte("\n")) {
		fmt.Fprintf(&b, "%3d %q\n", i+1, l)
	}
	return b.String()
}
