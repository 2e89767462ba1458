package explain

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
)

// TestHostKeys: the server's own key, before any other is asked for.
func TestHostKeys(t *testing.T) {
	b := newBench(t)
	b.write("authorized_keys", b.read("ed.pub"))
	run := func(args ...string) { keytest.Run(t, nil, "ssh-keygen", args...) }
	for _, name := range []string{"host", "authority"} {
		run("-q", "-t", "ed25519", "-N", "", "-f", b.path(name))
	}
	run("-q", "-h", "-s", b.path("authority"), "-I", "h", "-n", "another.example", b.path("host.pub"))
	b.write("known", append([]byte("@cert-authority * "), b.read("authority.pub")...))
	if err := os.WriteFile(b.path("nothing_known"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	run("-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", b.path("host_rsa"))
	server := keytest.StartSshd(t, b.path("authorized_keys"), "HostKey "+b.path("host"), "HostCertificate "+b.path("host-cert.pub"), "HostKey "+b.path("host_rsa"))
	host, port, err := net.SplitHostPort(server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	ssh := func(args string) []byte {
		return shell(t, b.dir, "ssh -F none -T -o BatchMode=yes -o StrictHostKeyChecking=yes "+args+" -p "+port+" "+host+" true")
	}
	expect(t, "host-certificate", ssh("-o UserKnownHostsFile=known"))
	expect(t, "host-certificate", ssh("-vvv -o UserKnownHostsFile=known"))
	expect(t, "host-key-short", ssh("-o UserKnownHostsFile=nothing_known -o HostKeyAlgorithms=rsa-sha2-512 -o RequiredRSASize=4096"))
	expect(t, "host-key-unknown", ssh("-o UserKnownHostsFile=nothing_known"))
	log := ""
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && !strings.Contains(log, "Connection closed by"); time.Sleep(10 * time.Millisecond) {
		log = server.Log()
	}
	var closed []string
	for line := range strings.Lines(log) {
		if strings.Contains(line, "Connection closed by") {
			closed = append(closed, line)
		}
	}
	if len(closed) == 0 {
		t.Fatalf("sshd does not say that the client has gone:\n%s", log)
	}
	expect(t, "client-left", []byte(closed[len(closed)-1]))
}

// TestNoHostKeys: an sshd without a key of its own.
func TestNoHostKeys(t *testing.T) {
	sshd := keytest.Tool(t, "sshd")
	keytest.PrivilegeSeparation(t)
	expect(t, "sshd-config", shell(t, t.TempDir(), sshd+" -t -f /dev/null -h "+filepath.Join(t.TempDir(), "nothing")))
}
