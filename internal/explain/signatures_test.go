package explain

import (
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// A liar is a key whose signatures are of something else.
type liar struct{ ssh.Signer }

func (l liar) Sign(rand io.Reader, _ []byte) (*ssh.Signature, error) {
	return l.Signer.Sign(rand, []byte("something else"))
}

// TestSignatures: what sshd says of a signature that does not fit, and of one
// with SHA-1.
func TestSignatures(t *testing.T) {
	b := newBench(t)
	b.write("authorized_keys", append(b.read("ed.pub"), b.read("pem.pub")...))
	t.Run("of something else", func(t *testing.T) {
		server := keytest.StartSshd(t, b.path("authorized_keys"), "LogLevel DEBUG3")
		signer, err := ssh.ParsePrivateKey(b.read("ed"))
		if err != nil {
			t.Fatal(err)
		}
		config := &ssh.ClientConfig{User: me(t), Auth: []ssh.AuthMethod{ssh.PublicKeys(liar{signer})}, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: time.Minute}
		if c, err := ssh.Dial("tcp", server.Addr, config); err == nil {
			c.Close()
			t.Fatal("a false signature gets in")
		}
		expect(t, "signature-unverified", ended(t, server))
	})
	t.Run("SHA-1", func(t *testing.T) {
		server := keytest.StartSshd(t, b.path("authorized_keys"))
		login(t, b, server.Addr, "-o PubkeyAcceptedAlgorithms=ssh-rsa -i pem")
		expect(t, "sha1-refused", ended(t, server))
	})
}

// login tries to log in with ssh and returns what it says.
func login(t *testing.T, b bench, addr, args string) []byte {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return shell(t, b.dir, "ssh -F none -T -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "+
		args+" -p "+port+" -l "+me(t)+" "+host+" true")
}

// ring is the keyring of an agent with a key in it.
func (b bench) ring() agent.Agent {
	key, err := ssh.ParseRawPrivateKey(b.read("ed"))
	if err != nil {
		b.t.Fatal(err)
	}
	ring := agent.NewKeyring()
	if err := ring.Add(agent.AddedKey{PrivateKey: key, Comment: "c"}); err != nil {
		b.t.Fatal(err)
	}
	return ring
}

// A mule is an agent that has keys and does not sign.
type mule struct{ agent.Agent }

func (mule) Sign(ssh.PublicKey, []byte) (*ssh.Signature, error) { return nil, errors.New("no") }

// TestAgentRefuses: an agent that has the key and does not sign with it.
func TestAgentRefuses(t *testing.T) {
	b := newBench(t)
	b.write("authorized_keys", b.read("ed.pub"))
	ring := b.ring()
	socket := filepath.Join(b.dir, "agent")
	keytest.Listen(t, socket, func(c net.Conn) { agent.ServeAgent(mule{ring}, c) })
	server := keytest.StartSshd(t, b.path("authorized_keys"))
	t.Setenv("SSH_AUTH_SOCK", socket)
	expect(t, "agent-refuses", login(t, b, server.Addr, "-i ed.pub"))
	expect(t, "agent-refuses", login(t, b, server.Addr, "-vvv -i ed.pub"))
}

// TestAgentBreaks: an agent that hangs up where it should sign, and one that
// hangs up at once.
func TestAgentBreaks(t *testing.T) {
	b := newBench(t)
	b.write("authorized_keys", b.read("ed.pub"))
	ring := b.ring()
	server := keytest.StartSshd(t, b.path("authorized_keys"))
	for name, serve := range map[string]func(net.Conn){
		"signs": func(c net.Conn) { agent.ServeAgent(quitter{ring, c}, c) },
		"deaf":  func(c net.Conn) { io.ReadFull(c, make([]byte, 5)) }, // or ssh-add may die of a broken pipe
	} {
		keytest.Listen(t, b.path(name), serve)
	}
	t.Setenv("SSH_AUTH_SOCK", b.path("signs"))
	expect(t, "agent-breaks", login(t, b, server.Addr, "-i ed.pub"))
	expect(t, "agent-breaks", login(t, b, server.Addr, "-vvv -i ed.pub"))
	t.Setenv("SSH_AUTH_SOCK", b.path("deaf"))
	expect(t, "agent-breaks", shell(t, b.dir, "ssh-add -l"))
	expect(t, "agent-breaks", shell(t, b.dir, "ssh-add ed"))
}

// A quitter is an agent that hangs up when it is asked to sign.
type quitter struct {
	agent.Agent
	net.Conn
}

func (q quitter) Sign(ssh.PublicKey, []byte) (*ssh.Signature, error) {
	q.Conn.Close()
	return nil, errors.New("no")
}

// TestSecurityKey: a file of a security key, without the security key.
func TestSecurityKey(t *testing.T) {
	b := newBench(t)
	type public struct {
		Type        string
		Key         []byte
		Application string
	}
	pub := public{"sk-ssh-ed25519@openssh.com", make([]byte, 32), "ssh:"}
	blob := ssh.Marshal(pub)
	private := append(append([]byte{0, 0, 0, 1, 0, 0, 0, 1}, blob...), ssh.Marshal(struct {
		Flags            byte
		Handle, Reserved []byte
		Comment          string
	}{1, []byte("handle"), nil, "c"})...)
	for i := byte(1); len(private)%8 != 0; i++ {
		private = append(private, i)
	}
	b.write("sk", pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: append([]byte("openssh-key-v1\x00"), ssh.Marshal(struct {
		Cipher, KDF, Options string
		Keys                 uint32
		Public, Private      []byte
	}{"none", "none", "", 1, blob, private})...)}))
	b.write("authorized_keys", []byte(pub.Type+" "+base64.StdEncoding.EncodeToString(blob)+"\n"))
	server := keytest.StartSshd(t, b.path("authorized_keys"))
	expect(t, "security-key", login(t, b, server.Addr, "-i sk"))
	expect(t, "security-key", login(t, b, server.Addr, "-vvv -i sk"))
}
