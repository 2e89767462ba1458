package keytest

import (
	"net"
	"testing"
)

// Listen listens on a Unix socket until the test ends and has serve speak to
// everyone who comes.
func Listen(t testing.TB, socket string, serve func(net.Conn)) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	if err != nil {
		Missing(t, "there are no Unix sockets: %v", err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				serve(c)
			}()
		}
	}()
}
