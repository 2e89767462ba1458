package authkeys_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	mathrand "math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/internal/keytest"
)

// sshdLines are forms of a line; KEY is "type base64", TYPE and BLOB its two
// halves. Each gets a key of its own.
var sshdLines = []string{
	"KEY", "KEY c", " KEY", "\tKEY", "  \t KEY c d ", "TYPE  BLOB", "TYPE\tBLOB", "TYPE \t BLOB\tc", "KEY\r", "KEY c\r",
	"BLOB", "TYPE", "TYPE ", "rsa BLOB", "SSH-ED25519 BLOB", "ssh-rsa BLOB", "ssh-ed448 BLOB", "TYPE TYPE BLOB",
	"TYPE BLOB=", "TYPE BLOB==", "TYPE BLOB====", "TYPE BLOBA", "TYPE BLOBAAAA", "TYPE BLOB,", "TYPE \"BLOB\"", "'KEY'", "\"KEY\"",
	"TYPE\fBLOB", "TYPE \fBLOB", "TYPE BLOB\v", "TYPE BLOB\v\f\r c", "\ufeffKEY", "TYPE\u00a0BLOB", "#KEY", " # KEY", "host KEY", "host,1.2.3.4 KEY", "@cert-authority host KEY", "|1|a=|b= KEY",
	"TYPE BLOB\x00c", "KEY c\x00d", "\x00KEY", "restrict\x00 KEY", "> KEY", "1 KEY", "user@h:~$ KEY", "KEY KEY",
	"restrict KEY", "RESTRICT KEY", "restrict\tKEY", "restrict  \tKEY", " restrict KEY", "restrict, KEY", ",restrict KEY", "restrict,,pty KEY", ", KEY", ",,, KEY",
	"restrict pty KEY", "restrict, pty KEY", "restrict ,pty KEY", "restrictKEY", "restrictx KEY", "ptyx KEY", "pty-x KEY", "no-restrict KEY", "no-cert-authority KEY", "no-no-pty KEY", "NO-PTY KEY",
	"pty= KEY", `pty="x" KEY`, `pty"x" KEY`, "\\\"pty KEY", `pty\" KEY`, `"pty" KEY`,
	"cert-authority KEY", `cert-authority,principals="a,b" KEY`, `principals="a" KEY`, `principals="" KEY`,
	`command="x" KEY`, `command="a b" KEY`, `command="" KEY`, `command=x KEY`, `command='x' KEY`, `command=“x” KEY`, `command KEY`, `command= KEY`, `command="x KEY`, `command=x" KEY`, `command="a\"b" KEY`,
	`command="a\\" KEY`, `command="a\" KEY`, `command="a\\\"b" KEY`, `command="x"pty KEY`, `command="x",pty KEY`, `command="x",command="y" KEY`, `COMMAND="x" KEY`, `command ="x" KEY`, `command= "x" KEY`, `command=\"x\" KEY`, `command=""x"" KEY`, "command=\"a\tb\" KEY", `no-command="x" KEY`,
	`from="127.0.0.1" KEY`, `from="127.0.0.0/8" KEY`, `from="*" KEY`, `from="!10.0.0.1,*" KEY`, `from="127.0.0.1,"`, `from="" KEY`, `from="127.0.0.1/8" KEY`, `from="::1/64,127.0.0.1" KEY`, `from="127.0.0.1/33" KEY`, `from="*",from="*" KEY`,
	`from=",127.0.0.1" KEY`, `from="127.0.0.0/x,*" KEY`,
	`environment="A=b" KEY`, `environment="A=" KEY`, `environment="=b" KEY`, `environment="A" KEY`, `environment="A-B=c" KEY`, `environment="_1=c=d" KEY`, `environment="é=c" KEY`, `environment="A=1",environment="A=2" KEY`,
	`expiry-time="20990101" KEY`, `expiry-time="209901011200" KEY`, `expiry-time="20990101120000" KEY`, `expiry-time="20990101Z" KEY`, `expiry-time="20990101z" KEY`, `expiry-time="20990101utc" KEY`, `expiry-time="2099010" KEY`, `expiry-time="20991301" KEY`, `expiry-time="20990132" KEY`,
	`expiry-time="20990231" KEY`, `expiry-time="2099010124" KEY`, `expiry-time="209901012400" KEY`, `expiry-time="20990101236000" KEY`, `expiry-time="20990101235960" KEY`, `expiry-time="20990101235961" KEY`, `expiry-time="20990101235962" KEY`, `expiry-time="" KEY`, `expiry-time="2099-01-01" KEY`, `expiry-time="19690101Z" KEY`, `expiry-time="19700101Z" KEY`, `expiry-time="20990101",expiry-time="20980101" KEY`, `expiry-time="20990101+1" KEY`,
	`permitopen="a:1" KEY`, `permitopen="a:*" KEY`, `permitopen="*:80" KEY`, `permitopen="[::1]:80" KEY`, `permitopen="::1:80" KEY`, `permitopen="80" KEY`, `permitopen="a:0" KEY`, `permitopen="a:65536" KEY`, `permitopen="a:x!" KEY`, `permitopen="a" KEY`, `permitopen=":80" KEY`, `permitopen="a/80" KEY`, `permitopen="[a]80" KEY`, `permitopen="[a:80" KEY`, `permitopen="a: 80" KEY`, `permitopen="a:+80" KEY`, `permitopen="a:80 " KEY`, `permitopen="a:80",permitopen="b:81" KEY`, `permitopen="a:" KEY`, `permitopen="" KEY`,
	`permitlisten="80" KEY`, `permitlisten="a:80" KEY`, `permitlisten="*" KEY`, `permitlisten="0" KEY`, `permitlisten="" KEY`, `permitlisten="[::]:80" KEY`, `permitlisten="-1" KEY`, `permitopen="a:ssh" KEY`,
	`tunnel="0" KEY`, `tunnel="any" KEY`, `tunnel="ANY" KEY`, `tunnel="x" KEY`, `tunnel="-1" KEY`, `tunnel="2147483645" KEY`, `tunnel="2147483646" KEY`, `tunnel="" KEY`,
	"no-touch-required KEY", "verify-required KEY", "touch-required,no-verify-required KEY", "no-user-rc,user-rc,no-pty,no-x11-forwarding,no-agent-forwarding,no-port-forwarding KEY",
	"bogus KEY", "bogus=\"x\" KEY", "restrict,bogus KEY", "restrict;pty KEY", "KEY\\", "restrict\\ KEY", "restrict\rKEY", "restrict\r KEY",
}

// An offer is a line and the key that is offered for it.
type offer struct {
	line     string
	signer   ssh.Signer
	accepted bool // by sshd
}

func TestAgreesWithSshd(t *testing.T) {
	keytest.Tool(t, "sshd")
	offers := makeOffers(t)
	var file bytes.Buffer
	for _, o := range offers {
		file.WriteString(o.line + "\n")
	}
	path := filepath.Join(t.TempDir(), "authorized_keys")
	if err := os.WriteFile(path, file.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	login(t, keytest.StartSshd(t, path).Addr, offers)

	agree, in, at := 0, 0, 0
	for l := range authkeys.Lines(file.Bytes()) {
		o, ours, why := offers[at], l.Kind == authkeys.Entry, l.Err
		if ours {
			why = authkeys.Accepted(l.Key)
			ours = why == nil
		}
		at++
		if o.accepted {
			in++
		}
		if ours == o.accepted {
			agree++
			continue
		}
		t.Errorf("line %d %.90q: sshd lets the key in: %v; here: %v (%v)", l.Number, o.line, o.accepted, ours, why)
	}
	if at != len(offers) {
		t.Fatalf("%d lines read of %d", at, len(offers))
	}
	t.Logf("sshd and Lines agree on %d of %d lines (%.1f %%), %d of them let in", agree, at, 100*float64(agree)/float64(at), in)
}

func makeOffers(t *testing.T) []*offer {
	var offers []*offer
	for _, form := range append(sshdLines, randomForms(60)...) {
		_, priv, err := ed25519.GenerateKey(rand.Reader)
		offers = append(offers, newOffer(t, form, priv, err))
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	return append(offers, newOffer(t, "rsa-sha2-512 BLOB", key, err))
}

func newOffer(t *testing.T, form string, priv any, err error) *offer {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(priv)
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey())))
	word, blob, _ := strings.Cut(key, " ")
	return &offer{line: strings.NewReplacer("KEY", key, "TYPE", word, "BLOB", blob).Replace(form), signer: signer}
}

// randomForms joins items, separators and faults at random, the same each run.
func randomForms(n int) (forms []string) {
	r := mathrand.New(mathrand.NewPCG(1, 2))
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	for range n {
		form := pick("", "", " ", "\t")
		for i := range r.IntN(5) {
			if i > 0 {
				form += pick(",", ",", ",", ",", ",,", " ", ", ")
			}
			form += pick("restrict", "Pty", "no-pty", "no-user-rc", "X11-Forwarding", "environment=\"A=b c\"", "command=\"echo \\\"hi, you\\\"\"",
				"permitopen=\"h:1\"", "tunnel=\"1\"", "from=\"127.0.0.1\"", "expiry-time=\"20990101\"", "principals=\"x\"", "cert-authority", "", "nopty", "command=\"a")
		}
		forms = append(forms, form+pick(" ", " ", " ", "\t", "  ", "")+"TYPE"+pick(" ", " ", "\t", " \t ")+"BLOB"+pick("", " c", "\tc d", " \r", "=", " \"q"))
	}
	return forms
}

// login offers every key in a connection of its own.
func login(t *testing.T, addr string, offers []*offer) {
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, 8)
	for _, o := range offers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			slots <- struct{}{}
			defer func() { <-slots }()
			in, err := offered(addr, me.Username, o.signer)
			if err != nil {
				t.Errorf("line %.60q: %v", o.line, err)
			}
			o.accepted = in
		}()
	}
	wg.Wait()
}

// offered reports whether the server let the key in; an error is one of the
// network.
func offered(addr, name string, signer ssh.Signer) (bool, error) {
	client, err := ssh.Dial("tcp", addr, &ssh.ClientConfig{User: name, Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)},
		HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: 20 * time.Second})
	switch {
	case err == nil:
		return true, client.Close()
	case strings.Contains(err.Error(), "unable to authenticate"):
		return false, nil
	}
	return false, fmt.Errorf("no answer: %w", err)
}
