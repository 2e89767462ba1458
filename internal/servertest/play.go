package servertest

import (
	"bytes"
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
)

// Played is how a login went.
type Played struct {
	LetIn    bool   // the client ran a command
	Accepted bool   // the key was accepted, whatever came then
	Log      string // sshd's, complete
	Client   string // what ssh -vvv, or plink -v, said
}

// Play sets a state up, tries to log in with ssh, and returns what happened.
func (m *Machine) Play(t testing.TB, state State, logLevel string) Played {
	t.Helper()
	return m.Set(t, state, logLevel).Login()
}

// Login tries to log in with ssh.
func (s *Scene) Login() Played {
	s.t.Helper()
	host, port, _ := net.SplitHostPort(s.Addr)
	args := []string{"-vvv", "-F", "none", "-T", "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=no",
		"-o", "UserKnownHostsFile=" + os.DevNull, "-p", port, "-l", s.User, "-i", s.Key}
	if s.Agent == "" {
		args = append(args, "-o", "IdentitiesOnly=yes")
	}
	if s.Offer != s.Key {
		args = append(args, "-o", "CertificateFile="+s.Offer)
	}
	return s.try("ssh", append(append(args, s.Client...), host, "echo welcome; exit 0")...)
}

// Plink tries to log in with PuTTY's plink.
func (s *Scene) Plink() Played {
	s.t.Helper()
	host, port, _ := net.SplitHostPort(s.Addr)
	ppk := s.Key + ".ppk"
	keytest.Run(s.t, nil, "puttygen", s.Key, "-o", ppk)
	text := keytest.Run(s.t, nil, "ssh-keygen", "-lf", s.m.hostKey+".pub")
	fingerprint := strings.Fields(string(text))[1]
	return s.try(keytest.Tool(s.t, "plink"), "-v", "-batch", "-ssh", "-T", "-noagent", "-i", ppk, "-hostkey", fingerprint,
		"-P", port, "-l", s.User, host, "echo welcome; exit 0")
}

// try runs a client against one run of sshd and waits for the ends of both.
func (s *Scene) try(client string, args ...string) Played {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, client, args...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + s.dir, "LC_ALL=C", "SSH_AUTH_SOCK=" + s.Agent}
	var out, said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &said
	err := cmd.Run()
	if ctx.Err() != nil {
		s.t.Fatalf("%s does not end:\n%s", client, &said)
	}
	log := s.log()
	return Played{LetIn: err == nil, Accepted: strings.Contains(log, "Accepted publickey for "), Log: log, Client: said.String()}
}

// serve answers every connection with a run of sshd, as inetd would: the end
// of that run is the end of its log.
func (s *Scene) serve() {
	path := keytest.Tool(s.t, "sshd")
	logs := make(chan string, 16)
	s.logs = logs
	var runs sync.WaitGroup
	runs.Go(func() {
		for {
			conn, err := s.listener.Accept()
			if err != nil {
				return
			}
			logs <- s.answer(path, conn.(*net.TCPConn))
		}
	})
	s.t.Cleanup(func() { s.listener.Close(); runs.Wait() })
}

func (s *Scene) answer(path string, conn *net.TCPConn) string {
	defer conn.Close()
	file, err := conn.File()
	if err != nil {
		return err.Error()
	}
	defer file.Close()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "-i", "-e", "-f", s.Config)
	cmd.Stdin, cmd.Stdout = file, file
	cmd.WaitDelay = 5 * time.Second
	var log bytes.Buffer
	cmd.Stderr = &log
	if err := cmd.Run(); err != nil && log.Len() == 0 {
		return err.Error()
	}
	return log.String()
}

// log is that of the connection that has just ended.
func (s *Scene) log() string {
	select {
	case log := <-s.logs:
		return strings.ReplaceAll(log, "\r\n", "\n")
	case <-time.After(time.Minute):
		s.t.Fatal("sshd does not end")
	}
	return ""
}
