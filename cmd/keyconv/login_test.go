package main

import (
	"bytes"
	"io/fs"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh"
)

// program runs keyconv and fails the test unless it exits with 0.
func program(t *testing.T, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(append([]string{"keyconv"}, args...), strings.NewReader(""), &stdout, &stderr); code != 0 {
		t.Fatalf("keyconv %q exits with %d:\n%s", args, code, &stderr)
	}
	return stdout.Bytes()
}

// TestLogin is the main job, judged by a real sshd: PuTTY's plink logs in with
// a PPK that keyconv made of an OpenSSH key, ssh logs in with an OpenSSH key
// that keyconv made of an encrypted PPK 3, both against a line of
// authorized_keys that keyconv wrote.
func TestLogin(t *testing.T) {
	keytest.Set(t, func(t *testing.T, keys fs.FS) {
		for _, name := range []string{"rsa2048", "ecdsa256", "ecdsa384", "ecdsa521", "ed25519"} {
			t.Run(name, func(t *testing.T) { login(t, keys, name) })
		}
	})
}

func login(t *testing.T, keys fs.FS, name string) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	save := func(from, to string) string {
		if err := os.WriteFile(file(to), keytest.Read(t, keys, from), 0o600); err != nil {
			t.Fatal(err)
		}
		return file(to)
	}
	pass := save("passphrase", "passphrase")
	opensshKey, puttyKey := save(name+"/openssh", "openssh"), save(name+"/argon2id.ppk", "putty.ppk")

	program(t, "convert", opensshKey, "-o", file("new.ppk"))
	program(t, "convert", puttyKey, "-o", file("new"), "--passphrase-file", pass, "--no-passphrase")
	program(t, "convert", puttyKey, "-o", file("protected"), "--passphrase-file", pass)
	program(t, "convert", puttyKey, "--to", "authorized-keys", "-o", file("authorized_keys"))

	server := keytest.StartSshd(t, file("authorized_keys"))
	host, port, err := net.SplitHostPort(server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	ssh := []string{"-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=" + os.DevNull, "-o", "IdentitiesOnly=yes", "-p", port}
	logsIn(t, server, "plink", "-batch", "-ssh", "-noagent", "-i", file("new.ppk"), "-hostkey", hostKey(t, server.Addr), "-P", port, me.Username+"@"+host, "echo welcome")
	logsIn(t, server, "ssh", append(ssh, "-o", "BatchMode=yes", "-i", file("new"), me.Username+"@"+host, "echo welcome")...)

	askpass := file("askpass")
	if err := os.WriteFile(askpass, []byte("#!/bin/sh\necho '"+testdata.Passphrase+"'\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SSH_ASKPASS", askpass)
	t.Setenv("SSH_ASKPASS_REQUIRE", "force")
	logsIn(t, server, "ssh", append(ssh, "-i", file("protected"), me.Username+"@"+host, "echo welcome")...)
}

func logsIn(t *testing.T, server *keytest.Sshd, name string, args ...string) {
	t.Helper()
	out, errs, ok := keytest.Try(t, nil, name, args...)
	if !ok || !bytes.Contains(out, []byte("welcome")) {
		t.Errorf("%s does not log in: %s%s\nsshd says:\n%s", name, out, errs, server.Log())
	}
}

// hostKey is the fingerprint of the server's key, for plink.
func hostKey(t *testing.T, addr string) (fingerprint string) {
	t.Helper()
	config := &ssh.ClientConfig{User: "nobody", Timeout: 10 * time.Second,
		HostKeyCallback: func(_ string, _ net.Addr, key ssh.PublicKey) error {
			fingerprint = ssh.FingerprintSHA256(key)
			return nil
		}}
	if c, err := ssh.Dial("tcp", addr, config); err == nil {
		c.Close()
	}
	return fingerprint
}
