package explain

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/keyconv/keyconv/internal/keytest"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// A bench is a folder with keys, sound and damaged, for tools to stumble over.
type bench struct {
	t   *testing.T
	dir string
}

func (b bench) path(name string) string { return filepath.Join(b.dir, name) }

func (b bench) write(name string, data []byte) {
	b.t.Helper()
	if err := os.WriteFile(b.path(name), data, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b bench) read(name string) []byte {
	b.t.Helper()
	data, err := os.ReadFile(b.path(name))
	if err != nil {
		b.t.Fatal(err)
	}
	return data
}

// newBench makes the keys.
func newBench(t *testing.T) bench {
	b := bench{t, t.TempDir()}
	run := func(name string, args ...string) { keytest.Run(t, nil, name, args...) }
	run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "c", "-f", b.path("ed"))
	run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-C", "c", "-f", b.path("encrypted"))
	run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-C", "c", "-f", b.path("pem"))
	run("openssl", "genpkey", "-algorithm", "ed25519", "-out", b.path("pkcs8"))
	run("openssl", "pkcs8", "-topk8", "-nocrypt", "-in", b.path("pem"), "-out", b.path("pkcs8rsa"))
	run("puttygen", b.path("ed"), "-O", "private", "-o", b.path("ed.ppk"))
	run("puttygen", b.path("ed"), "-O", "public", "-o", b.path("ed.rfc4716"))
	run("puttygen", b.path("pem"), "-O", "private-sshcom", "-o", b.path("sshcom"))
	b.write("crlf", bytes.ReplaceAll(b.read("ed"), []byte("\n"), []byte("\r\n")))
	b.write("short", b.read("ed")[:200])
	b.write("junk", []byte("hello\n"))
	b.write("empty", nil)
	b.write("new.ppk", bytes.Replace(b.read("ed.ppk"), []byte("File-3"), []byte("File-4"), 1))
	mac := bytes.LastIndex(b.read("ed.ppk"), []byte("Private-MAC: ")) + 13
	b.write("mac.ppk", append(append([]byte{}, b.read("ed.ppk")[:mac]...), bytes.Repeat([]byte("0"), 64)...))
	b.write("cut.ppk", b.read("ed.ppk")[:120])
	b.write("label", bytes.ReplaceAll(b.read("ed"), []byte("OPENSSH PRIVATE"), []byte("RSA PRIVATE")))
	for name, text := range map[string]string{"config": "UseKeychain yes", "match/ssh_config": "Match foo", "quote/ssh_config": `IdentityFile "x`} {
		if err := os.MkdirAll(filepath.Dir(b.path(".ssh/"+name)), 0o700); err != nil {
			t.Fatal(err)
		}
		b.write(".ssh/"+name, []byte("Host *\n"+text+"\n"))
	}
	b.write("open", b.read("ed"))
	if err := os.Chmod(b.path("open"), 0o644); err != nil {
		t.Fatal(err)
	}
	return b
}

// TestKeyFiles: what the tools say about key files that they do not like. Each
// row is provoked in this run; the first answer has to be its code.
func TestKeyFiles(t *testing.T) {
	b := newBench(t)
	for _, row := range []struct{ code, command string }{
		{"libcrypto", "ssh-keygen -y -P '' -f ed.ppk"},
		{"libcrypto", "ssh-keygen -y -P '' -f crlf"},
		{"libcrypto", "ssh-keygen -y -P '' -f short"},
		{"libcrypto", "chmod 600 ed.rfc4716; ssh-keygen -y -P '' -f ed.rfc4716"},
		{"libcrypto", "ssh-keygen -y -P '' -f junk"},
		{"invalid-format", "ssh-keygen -y -P '' -f pkcs8"},
		{"passphrase-wrong", "ssh-keygen -y -P wrong -f encrypted"},
		{"bad-permissions", "ssh-keygen -y -P '' -f open"},
		{"key-is-not-there", "ssh-keygen -y -P '' -f missing"},
		{"not-a-key-file", "ssh-keygen -lf ed.ppk"},
		{"not-a-key-file", "ssh-keygen -lf pkcs8"},
		{"not-a-key-file", "ssh-keygen -lf ed.rfc4716"},
		{"import-failed", "ssh-keygen -i -f ed.ppk"},
		{"import-failed", "ssh-keygen -i -f junk"},
		{"import-failed", "ssh-keygen -i -m PKCS8 -f pkcs8rsa"},
		{"no-agent", "SSH_AUTH_SOCK= ssh-add -l"},
		{"no-agent", "SSH_AUTH_SOCK=/no/such/socket ssh-add -l"},
		{"agent-empty", "ssh-agent ssh-add -l"},
		{"copy-id", "ssh-copy-id -i nothing h"},
		{"copy-id", "SSH_AUTH_SOCK= HOME=$PWD/none ssh-copy-id h"},
		{"ssh-config", "ssh -F $PWD/.ssh/config h"},
		{"ssh-config", "ssh -F $PWD/.ssh/match/ssh_config h"},
		{"ssh-config", "ssh -F $PWD/.ssh/quote/ssh_config h"},
		{"ssh-config", "ssh -o Foo=1 h"},
		{"ssh-config", "ssh -o PubkeyAcceptedAlgorithms=+foo h"},
		{"security-key", "ssh-keygen -t ed25519-sk -N '' -f new_sk"},
		{"security-key-unknown", "ssh-keygen -t none-sk -N '' -f new_sk"},
		{"libcrypto", "ssh-agent ssh-add crlf"},
		{"invalid-format", "ssh-agent ssh-add pkcs8"},
		{"bad-permissions", "ssh-agent ssh-add open"},
		{"key-is-not-there", "ssh-agent ssh-add missing"},
		{"key-is-not-there", "ssh-agent ssh-add -d missing"},
		{"ppk-too-new", "puttygen new.ppk -L"},
		{"ppk-mac", "puttygen mac.ppk -O private-openssh -o out"},
		{"ppk-mac", "echo wrong >pass; puttygen encrypted --old-passphrase pass -o out.ppk"},
		{"puttygen-fails", "puttygen cut.ppk -O private-openssh -o out"},
		{"puttygen-fails", "puttygen junk -o out.ppk"},
		{"ppk-missing", "puttygen missing -o out.ppk"},
		{"key-type-unknown", "puttygen pkcs8 -o out.ppk"},
		{"key-type-unknown", "puttygen pkcs8rsa -o out.ppk"},
		{"pem-damaged", "puttygen label -o out.ppk"},
		{"openssl-decode", "openssl pkey -noout -in ed"},
		{"openssl-decode", "openssl rsa -noout -in ed.ppk"},
	} {
		t.Run(row.command, func(t *testing.T) {
			keytest.Tool(t, toolOf(row.command))
			said := shell(t, b.dir, row.command)
			expect(t, row.code, said)
		})
	}
}

// toolOf is the first word of a command that is neither a setting nor echo.
func toolOf(command string) string {
	for _, w := range strings.Fields(command[strings.LastIndex(command, ";")+1:]) {
		if !strings.Contains(w, "=") {
			return w
		}
	}
	return ""
}

// shell runs a command that has to fail, or say something, in dir.
func shell(t *testing.T, dir, command string) []byte {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "timeout", "20", "sh", "-c", command)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "LC_ALL=C", "SSH_ASKPASS_REQUIRE=never", "HOME="+dir)
	out, _ := cmd.CombinedOutput()
	return out
}

// expect wants the code as the first answer to what a program said.
func expect(t *testing.T, code string, said []byte) {
	t.Helper()
	if r := explainReal(said); first(r) != code {
		t.Errorf("explained by %v, not by %s:\n%s", codes(r), code, said)
	}
}

// TestLibraries: what libraries for Python say about the same files.
func TestLibraries(t *testing.T) {
	b := newBench(t)
	const paramiko = `import paramiko,sys
try: getattr(paramiko,sys.argv[1]).from_private_key_file(sys.argv[2])
except Exception as e: print(type(e).__module__+"."+type(e).__name__+": "+str(e))`
	const asyncssh = `import asyncssh,sys
try: asyncssh.read_private_key(sys.argv[1])
except Exception as e: print(type(e).__name__+": "+str(e))`
	for _, row := range []struct {
		code, module, program string
		args                  []string
	}{
		{"paramiko-format", "paramiko", paramiko, []string{"RSAKey", "ed.ppk"}},
		{"paramiko-format", "paramiko", paramiko, []string{"Ed25519Key", "pkcs8"}},
		{"paramiko-format", "paramiko", paramiko, []string{"RSAKey", "ed"}},
		{"paramiko-format", "paramiko", paramiko, []string{"ECDSAKey", "junk"}},
		{"paramiko-format", "paramiko", paramiko, []string{"RSAKey", "empty"}},
		{"paramiko-format", "paramiko", paramiko, []string{"Ed25519Key", "pem"}},
		{"key-encrypted", "paramiko", paramiko, []string{"Ed25519Key", "encrypted"}},
		{"key-encrypted", "paramiko", paramiko, []string{"RSAKey", "encrypted"}},
		{"asyncssh-format", "asyncssh", asyncssh, []string{"ed.ppk"}},
		{"asyncssh-format", "asyncssh", asyncssh, []string{"short"}},
		{"key-encrypted", "asyncssh", asyncssh, []string{"encrypted"}},
	} {
		t.Run(row.module+" "+strings.Join(row.args, " "), func(t *testing.T) {
			python := keytest.Python(t, row.module)
			cmd := exec.CommandContext(t.Context(), python, append([]string{"-W", "ignore", "-c", row.program}, row.args...)...)
			cmd.Dir = b.dir
			said, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			expect(t, row.code, said)
		})
	}
}

// TestGo: what golang.org/x/crypto/ssh says.
func TestGo(t *testing.T) {
	b := newBench(t)
	for _, row := range []struct{ code, file string }{
		{"go-no-key", "ed.ppk"},
		{"go-no-key", "ed.pub"},
		{"key-encrypted", "encrypted"},
	} {
		_, err := ssh.ParsePrivateKey(b.read(row.file))
		expect(t, row.code, fmt.Append(nil, "Error: Failed to parse: ", err))
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "FOO PRIVATE KEY", Bytes: []byte("x")})
	_, err := ssh.ParsePrivateKey(block)
	expect(t, "go-no-key", fmt.Append(nil, err))
	block = pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: []byte("x")})
	_, err = ssh.ParsePrivateKey(block)
	expect(t, "go-no-key", fmt.Append(nil, err))

	b.write("authorized_keys", nil)
	server := keytest.StartSshd(t, b.path("authorized_keys"))
	hosts := map[string]string{"host-key-unknown": "", "stale-host-key": knownhosts.Normalize(server.Addr) + " " + string(b.read("ed.pub"))}
	for code, text := range hosts {
		b.write("hosts", []byte(text))
		check, err := knownhosts.New(b.path("hosts"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = ssh.Dial("tcp", server.Addr, &ssh.ClientConfig{User: me(t), HostKeyCallback: check, Timeout: time.Minute})
		expect(t, code, fmt.Append(nil, "rpc error: ", err))
	}
	signer, err := ssh.ParsePrivateKey(b.read("ed"))
	if err != nil {
		t.Fatal(err)
	}
	for code, auth := range map[string][]ssh.AuthMethod{"go-refused": nil, "go-unable": {ssh.PublicKeys(signer)}} {
		config := &ssh.ClientConfig{User: me(t), Auth: auth, HostKeyCallback: ssh.InsecureIgnoreHostKey(), Timeout: time.Minute}
		_, err := ssh.Dial("tcp", server.Addr, config)
		expect(t, code, fmt.Append(nil, "2025/01/01 00:00:00 ", err))
	}
}

func me(t *testing.T) string {
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return u.Username
}

// TestClients: what ssh and plink say about their own part, before the server
// has a say or without a log of it.
func TestClients(t *testing.T) {
	b := newBench(t)
	b.write("authorized_keys", b.read("ed.pub"))
	b.write("other", b.read("ed"))
	b.write("other.pub", b.read("encrypted.pub"))
	b.write("stale", b.read("pem"))
	b.write("stale.pub", b.read("ed.pub"))
	b.write("locked", b.read("ed"))
	b.write("locked.pub", b.read("ed.pub"))
	keytest.Run(t, nil, "ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", b.path("locked"))
	b.write("alone", b.read("pem")) // PEM holds no public key that ssh could offer
	server := keytest.StartSshd(t, b.path("authorized_keys"))
	host, port, err := net.SplitHostPort(server.Addr)
	if err != nil {
		t.Fatal(err)
	}
	line := string(keytest.Run(t, nil, "ssh-keyscan", "-t", "ed25519", "-p", port, host))
	b.write("known", []byte(line))
	b.write("wrong_known", []byte(strings.Fields(line)[0]+" "+string(b.read("ed.pub"))))
	b.write("hostkey.pub", []byte(strings.SplitN(line, " ", 2)[1]))
	fingerprint := strings.Fields(string(keytest.Run(t, nil, "ssh-keygen", "-lf", b.path("hostkey.pub"))))[1]
	common := "ssh -F none -T -o BatchMode=yes -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes -o UserKnownHostsFile=known -p " + port + " -l " + me(t) + " "
	plink := "plink -batch -ssh -T -noagent -v -P " + port + " -l " + me(t) + " "
	for _, row := range []struct{ code, command string }{
		{"stale-host-key", strings.Replace(common, "=known", "=wrong_known", 1) + "-i ed " + host + " true"},
		{"host-key-unknown", strings.Replace(common, "=known", "=/dev/null", 1) + "-i ed " + host + " true"},
		{"identity-missing", common + "-i nothing " + host + " true"},
		{"libcrypto", common + "-i ed.ppk " + host + " true"},
		{"bad-permissions", common + "-i open " + host + " true"},
		{"pubkey-no-match", common + "-i stale " + host + " true"},
		{"key-refused", common + "-v -i encrypted " + host + " true"},
		{"public-key-given", "cp open given.pub; chmod 644 given.pub; " + common + "-i given.pub " + host + " true"},
		{"identity-missing", common + "-o IdentityFile=absent " + host + " true"},
		{"askpass", strings.Replace(common, "BatchMode=yes", "BatchMode=no", 1) + "-v -i locked " + host + " true"},
		{"host-key-algorithms", common + "-o HostKeyAlgorithms=rsa-sha2-512 " + host + " true"},
		{"kex-algorithms", common + "-o KexAlgorithms=diffie-hellman-group1-sha1 " + host + " true"},
		{"cipher-algorithms", common + "-o Ciphers=3des-cbc " + host + " true"},
		{"mac-algorithms", common + "-o MACs=hmac-md5 -o Ciphers=aes128-ctr " + host + " true"},
		{"no-connection", "ssh -F none -o BatchMode=yes -p 1 127.0.0.1 true"},
		{"no-connection", "ssh -F none -o BatchMode=yes no-such.invalid true"},
		{"no-connection", "plink -batch -P 1 127.0.0.1 true"},
		{"no-connection", "plink -batch no-such.invalid true"},
		{"key-not-used", common + "-v -i locked " + host + " true"},
		{"key-not-used", common + "-vvv -i locked " + host + " true"},
		{"key-refused", common + "-v -i alone " + host + " true"},
		{"key-refused", common + "-vvv -i alone " + host + " true"},
		{"no-key-offered", common + "-v -o IdentityFile=none " + host + " true"},
		{"client-let-in", common + "-v -i ed " + host + " true"},
		{"host-key-uncached", "HOME=$PWD " + plink + "-i ed.ppk " + host + " true"},
		{"stale-host-key", plink + "-hostkey SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA -i ed.ppk " + host + " true"},
		{"openssh-for-putty", plink + "-hostkey " + fingerprint + " -i ed " + host + " true"},
		{"openssh-for-putty", plink + "-hostkey " + fingerprint + " -i sshcom " + host + " true"},
		{"ppk-too-new", plink + "-hostkey " + fingerprint + " -i new.ppk " + host + " true"},
		{"ppk-unreadable", plink + "-hostkey " + fingerprint + " -i cut.ppk " + host + " true"},
		{"ppk-missing", plink + "-hostkey " + fingerprint + " -i missing.ppk " + host + " true"},
		{"public-key-for-putty", plink + "-hostkey " + fingerprint + " -i ed.rfc4716 " + host + " true"},
		{"ppk-mac", plink + "-hostkey " + fingerprint + " -i mac.ppk " + host + " true"},
		{"no-methods", plink + "-hostkey " + fingerprint + " " + host + " true"},
		{"client-let-in", plink + "-hostkey " + fingerprint + " -i ed.ppk " + host + " true"},
	} {
		t.Run(row.code, func(t *testing.T) {
			keytest.Tool(t, toolOf(row.command))
			expect(t, row.code, shell(t, b.dir, row.command))
		})
	}
}

// TestDamagedLines: what sshd at DEBUG2 says about lines that are damaged.
func TestDamagedLines(t *testing.T) {
	b := newBench(t)
	pub := strings.TrimSpace(string(b.read("ed.pub")))
	utf16 := []byte{0xFF, 0xFE}
	for _, c := range []byte(pub + "\r\n") {
		utf16 = append(utf16, c, 0)
	}
	for name, row := range map[string]struct{ code, text string }{
		"RFC 4716":            {"line-rfc4716", string(b.read("ed.rfc4716"))},
		"private key":         {"line-private-key", string(b.read("ed"))},
		"no type":             {"line-type-missing", strings.TrimPrefix(pub, "ssh-ed25519 ")},
		"first letter lost":   {"line-type-missing", pub[1:]},
		"UTF-16":              {"utf16-file", string(utf16)},
		"byte order mark":     {"byte-order-mark-in-file", "\ufeff" + pub},
		"prompt":              {"options-unknown", "user@host:~$ " + pub},
		"quote missing":       {"options-unquoted", "command=/bin/x " + pub},
		"quote not closed":    {"options-unbalanced-quote", `command="/bin/x ` + pub},
		"expiry":              {"options-expiry", `expiry-time="soon" ` + pub},
		"environment":         {"options-bad", `environment="=x" ` + pub},
		"cert-authority line": {"key-not-listed", "cert-authority " + pub},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := keytest.File(t, "authorized_keys", []byte(row.text+"\n"))
			server := keytest.StartSshd(t, file)
			login(t, b, server.Addr, "-i ed")
			expect(t, row.code, ended(t, server))
		})
	}
}

// ended waits for sshd to write that the client has gone, and returns its log.
func ended(t *testing.T, server *keytest.Sshd) []byte {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if log := server.Log(); strings.Contains(log, "by authenticating user ") {
			return []byte(log)
		}
	}
	t.Fatalf("sshd does not end:\n%s", server.Log())
	return nil
}
