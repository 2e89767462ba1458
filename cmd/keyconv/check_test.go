package main

import (
	"bytes"
	"encoding/json"
	"encoding/pem"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/testdata"
)

// TestCheckKey: for files made at random, "check --key" answers as sshd does,
// exit status and line number included, for keys of every container and for
// certificates.
func TestCheckKey(t *testing.T) {
	keytest.Tool(t, "sshd")
	home := t.TempDir()
	t.Setenv("HOME", home)
	file := filepath.Join(home, ".ssh", "authorized_keys")
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, file, nil)
	server := keytest.StartSshd(t, file, "LogLevel VERBOSE", "MaxAuthTries 1000")
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	identities := keytest.NewIdentities(t)
	g := keytest.NewGenerator(identities, 7, 7, time.Local)
	names := map[string]string{}
	files := 40
	if testing.Short() {
		files = 10
	}
	agree, all, in := 0, 0, 0
	for range files {
		data := g.File()
		write(t, file, data)
		client := keytest.Pick(g, "127.0.0.1", "127.0.0.5")
		for offers := g.Offers(4); len(offers) > 0; {
			tried, line := server.Offer(t, me.Username, client, offers)
			for i, o := range offers[:tried] {
				want := 0
				if i == tried-1 {
					want = line
				}
				got, text := checkKey(t, keyFileOf(t, names, o), client)
				all++
				if want > 0 {
					in++
				}
				if got == want {
					agree++
					continue
				}
				t.Errorf("%s from %s: sshd lets it in by line %d, check says %d\n%s\n%q", o.Name, client, want, got, text, bytes.SplitAfter(data, []byte("\n")))
			}
			offers = offers[tried:]
		}
	}
	t.Logf("sshd and check --key agree on %d of %d offers in %d files (%.2f %%), %d of them let in", agree, all, files, 100*float64(agree)/float64(all), in)
}

func write(t *testing.T, file string, data []byte) {
	t.Helper()
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// keyFileOf writes an identity as a file, once: a certificate as its .pub, a
// key as its private half in one of the containers.
func keyFileOf(t *testing.T, names map[string]string, i keytest.Identity) string {
	t.Helper()
	if names[i.Name] != "" {
		return names[i.Name]
	}
	text := []byte(i.Line() + "\n")
	name := filepath.Join(t.TempDir(), "id")
	if i.Private != nil {
		block, err := ssh.MarshalPrivateKey(i.Private, "")
		if err != nil {
			t.Fatal(err)
		}
		text = pem.EncodeToMemory(block)
	}
	write(t, name, text)
	if i.Private != nil && len(names)%2 == 1 {
		program(t, "convert", name, "-o", name+".ppk")
		name += ".ppk"
	}
	names[i.Name] = name
	return name
}

// checkKey gives the line by which the default file lets a key in, 0 for none.
func checkKey(t *testing.T, key, client string) (line int, text string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run([]string{"keyconv", "check", "--json", "--key", key, "--address", client}, strings.NewReader(""), &stdout, &stderr)
	var doc checkJSON
	if err := json.Unmarshal(stdout.Bytes(), &doc); err != nil || doc.Key == nil {
		t.Fatalf("%s: exit %d: %v\n%s%s", key, code, err, &stdout, &stderr)
	}
	if doc.Key.LetIn != (code == exitDone) || doc.Key.LetIn != (doc.Key.Line > 0) {
		t.Errorf("%s: exit %d, let in %v by line %d\n%s", key, code, doc.Key.LetIn, doc.Key.Line, &stderr)
	}
	return doc.Key.Line, stdout.String() + stderr.String()
}

// TestCheckLargeFile: a fleet's file is longer than any file of one key.
func TestCheckLargeFile(t *testing.T) {
	line, err := testdata.Keys.ReadFile("keys/rsa2048/id.pub")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(file, bytes.Repeat(line, keyconv.MaxInput/len(line)+1), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	run([]string{"keyconv", "check", "--quiet", file}, strings.NewReader(""), &stdout, &stderr)
	if n, want := strings.Count(stdout.String(), "accepted: "), keyconv.MaxInput/len(line)+1; n != want {
		t.Errorf("%d of %d lines were accepted\n%.300s", n, want, stderr.String())
	}
}
