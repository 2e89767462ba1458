package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"time"

	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/web"
	"github.com/urfave/cli/v2"
)

func webCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "web", Usage: "repair and convert keys in the browser, on this computer", ArgsUsage: "[FLAGS]",
		Description: `EXAMPLES:
   keyconv web                          serve the page and open it
   keyconv web --port 8022 --no-open    only serve it, at that port

The page is served on 127.0.0.1 only, until Ctrl-C. What is pasted into it stays
in the browser: the page makes no request, and its policy forbids it to.`,
		Flags: []cli.Flag{
			intFlag("port", "listen at `PORT`", "one that is free"),
			boolFlag("no-open", "do not open a browser"), quietFlag(),
		},
		Action: func(c *cli.Context) error { return serveWeb(e, c) },
	}
}

func serveWeb(e *env, c *cli.Context) error {
	e.begin(c)
	port := c.Int("port")
	switch {
	case c.Args().Present():
		return usagef("web takes no files: paste or drop them into the page")
	case isSet(c, "port") && (port < 1 || port > 65535):
		return usagef("--port %d: a port is a number from 1 to 65535", port)
	}
	page, err := web.Built()
	if errors.Is(err, web.ErrNoPage) {
		err = sshkey.WithHint(err, `"go install" cannot build it: take a released keyconv, or run "make build" in its source`)
	}
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return sshkey.WithHint(err, "choose another --port, or none")
	}
	address := "http://" + listener.Addr().String() + "/"
	fmt.Fprintln(e.stdout, address)
	if !c.Bool("no-open") {
		if err := openBrowser(address); err != nil {
			e.note("no browser could be opened (%v): open the address yourself", err)
		}
	}
	e.note("Ctrl-C ends it")
	forget, err := e.exit.first(func() error { return nil }, func() { os.Exit(exitDone) }) // Ctrl-C is how it is meant to end
	if err != nil {
		return err
	}
	defer forget()
	server := &http.Server{Handler: page, ReadHeaderTimeout: 5 * time.Second}
	return server.Serve(listener)
}

// openers open an address in the browser that the user has chosen.
var openers = map[string][]string{
	"windows": {"rundll32", "url.dll,FileProtocolHandler"},
	"darwin":  {"open"},
}

func openBrowser(address string) error {
	opener := openers[runtime.GOOS]
	if opener == nil {
		opener = []string{"xdg-open"}
	}
	cmd := exec.Command(opener[0], append(opener[1:], address)...)
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait()
	return nil
}
