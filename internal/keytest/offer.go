package keytest

import (
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"
)

var foundAt = regexp.MustCompile(`Accepted (?:key|certificate) .* found at \S+:(\d+)`)

// Offer offers identities from an address of this machine. It returns how many
// sshd looked at, and the line of authorized_keys that let the last of them in,
// 0 for none. The server needs LogLevel VERBOSE or more; calls come one after
// the other.
func (s *Sshd) Offer(t testing.TB, name, client string, offers []Identity) (tried, line int) {
	t.Helper()
	var signers []ssh.Signer
	last := -1
	for i, o := range offers {
		signers = append(signers, witness{o.Signer.(ssh.AlgorithmSigner), func() { last = i }})
	}
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(client)}, Timeout: 20 * time.Second}
	c, err := d.Dial("tcp", s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	conn, _, _, err := ssh.NewClientConn(c, s.Addr, &ssh.ClientConfig{User: name, Auth: []ssh.AuthMethod{ssh.PublicKeys(signers...)}, HostKeyCallback: ssh.InsecureIgnoreHostKey()})
	if err == nil {
		conn.Close()
	} else if !strings.Contains(err.Error(), "unable to authenticate") {
		t.Fatal(err)
	}
	c.Close()
	log := s.wait(t, err == nil)
	if err != nil {
		return len(offers), 0
	}
	all := foundAt.FindAllStringSubmatch(log, -1)
	if all == nil {
		t.Fatalf("let in, and no line in the log:\n%s", log)
	}
	line, _ = strconv.Atoi(all[len(all)-1][1])
	return last + 1, line
}

// wait returns what sshd has logged of a login.
func (s *Sshd) wait(t testing.TB, in bool) string {
	t.Helper()
	end := "Connection closed by authenticating user"
	if in {
		end = "Accepted publickey for "
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(time.Millisecond) {
		log := s.Log()
		if i := strings.Index(log[s.seen:], end); i >= 0 {
			start := s.seen
			s.seen += i + len(end)
			return log[start:s.seen]
		}
	}
	t.Fatalf("sshd has not logged %q:\n%s", end, s.Log()[s.seen:])
	return ""
}

// A witness tells when sshd has asked for a signature.
type witness struct {
	ssh.AlgorithmSigner
	asked func()
}

func (w witness) Sign(r io.Reader, data []byte) (*ssh.Signature, error) {
	w.asked()
	return w.AlgorithmSigner.Sign(r, data)
}

func (w witness) SignWithAlgorithm(r io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	w.asked()
	return w.AlgorithmSigner.SignWithAlgorithm(r, data, algorithm)
}
