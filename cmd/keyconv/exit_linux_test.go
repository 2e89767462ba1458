package main

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestSignals: each ends the program as a shell expects it, and prints nothing;
// nohup's is ignored.
func TestSignals(t *testing.T) {
	for _, c := range []struct {
		sent  []os.Signal
		nohup bool
	}{
		{sent: []os.Signal{os.Interrupt}},
		{sent: []os.Signal{syscall.SIGTERM}},
		{sent: []os.Signal{syscall.SIGHUP}},
		{sent: []os.Signal{syscall.SIGQUIT}},
		{sent: []os.Signal{syscall.SIGHUP, syscall.SIGTERM}, nohup: true},
	} {
		fifo := filepath.Join(t.TempDir(), "key")
		if err := syscall.Mkfifo(fifo, 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := again(t, 0, "inspect", fifo)
		if c.nohup {
			cmd.Args = append([]string{"sh", "-c", `trap "" HUP; exec "$@"`, "sh", cmd.Path}, cmd.Args[1:]...)
			cmd.Path = "/bin/sh"
		}
		var said bytes.Buffer
		cmd.Stdout, cmd.Stderr = &said, &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		w, err := os.OpenFile(fifo, os.O_WRONLY, 0) // when it has opened the other end
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range c.sent {
			cmd.Process.Signal(s)
		}
		cmd.Wait()
		w.Close()
		if last := c.sent[len(c.sent)-1]; !endedBy(cmd.ProcessState.Sys().(syscall.WaitStatus), last) || said.Len() > 0 {
			t.Errorf("%v: it ended with %v and said %s", c.sent, cmd.ProcessState, said.Bytes())
		}
	}
}
