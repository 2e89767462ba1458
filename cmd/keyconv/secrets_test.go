package main

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
	"github.com/urfave/cli/v2"
)

// TestSecretsNotShown: no command prints a passphrase, right or wrong, or a
// private number, but where it was told to write the key.
func TestSecretsNotShown(t *testing.T) {
	dir := t.TempDir()
	wrong := "wrong horse battery staple"
	pass, bad, fresh := filepath.Join(dir, "pass"), filepath.Join(dir, "bad"), filepath.Join(dir, "fresh")
	for name, text := range map[string]string{pass: testdata.Passphrase, bad: wrong, fresh: "fresh horse battery staple"} {
		if err := os.WriteFile(name, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tried := 0
	for _, file := range []string{"rsa2048/argon2id.ppk", "ed25519/plain.ppk", "ecdsa256/openssh", "ed448/encrypted2.ppk", "rsa2048/private-pem-encrypted", "dsa1024/private-sshcom-encrypted", "ecdsa521/private-dropbear", "ed25519/openssh-aes128-ctr"} {
		data := keytest.Read(t, testdata.Keys, "keys/"+file)
		keys, format, err := keyconv.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		open, err := keyconv.Unlock(keys[0], format, []byte(testdata.Passphrase), sshkey.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		secrets := []string{}
		for _, s := range append(keytest.Secrets(open), []byte(testdata.Passphrase), []byte(wrong), []byte("fresh horse battery staple")) {
			secrets = append(secrets, keytest.Spellings(s, 9)...)
		}
		for what, text := range map[string][]byte{"sound": data, "cut": data[:len(data)*3/4], "bent": bent(data), "doubled": append(bytes.Clone(data), data...)} {
			name := filepath.Join(dir, "key")
			if err := os.WriteFile(name, text, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{{"inspect"}, {"inspect", "--json", "--passphrase-file", pass}, {"inspect", "--passphrase-file", bad}, {"fingerprint", "--passphrase-file", pass},
				{"normalize"}, {"normalize", "--json"}, {"convert"}, {"convert", "--passphrase-file", bad}, {"convert", "--passphrase-file", pass, "--to", "authorized-keys"},
				{"convert", "--passphrase-file", pass, "--to", "x509"}, {"convert", "--passphrase-file", pass, "--comment", "a\nb", "--no-passphrase"},
				{"convert", "--passphrase-file", pass, "--new-passphrase-file", fresh, "--to", "ppk", "--ppk-memory", "64", "--ppk-passes", "1", "-n"},
				{"convert", "--passphrase-file", pass, "--no-passphrase", "--json", "-n", "-o", filepath.Join(dir, "out")}, {"convert", "--passphrase-file", pass, "--to", "dropbear"}} {
				var stdout, stderr bytes.Buffer
				run(append([]string{"keyconv"}, append(args, name)...), strings.NewReader(""), &stdout, &stderr)
				tried++
				shown := stderr.String()
				if args[0] != "convert" || strings.Contains(strings.Join(args, " "), "authorized-keys") || strings.Contains(strings.Join(args, " "), " -n") {
					shown += stdout.String()
				}
				for _, s := range secrets {
					if strings.Contains(shown, s) {
						t.Errorf("%s %s: keyconv %q shows %q:\n%s", what, file, args, s, shown)
					}
				}
			}
		}
	}
	t.Logf("reliability:\tsecrets\t%d", tried)
}

// bent has a wrong byte in the second half.
func bent(data []byte) []byte {
	out := bytes.Clone(data)
	for i := len(out) * 3 / 4; i < len(out); i++ {
		if out[i] >= 'a' && out[i] < 'z' {
			out[i]++
			break
		}
	}
	return out
}

// TestKeyAsArgument: where the text of a private key stands in the place of a file's name,
// whole, in words or encoded, nothing quotes it.
func TestKeyAsArgument(t *testing.T) {
	for _, file := range []string{"rsa2048/plain.ppk", "ed25519/openssh", "ecdsa256/private-pem", "ecdsa521/private-pkcs8", "rsa2048/private-pkcs8-encrypted", "dsa1024/private-sshcom"} {
		key := string(keytest.Read(t, testdata.Keys, "keys/"+file))
		packed := base64.StdEncoding.EncodeToString([]byte(key))
		for _, args := range [][]string{{key}, strings.Fields(key), {packed}, {strings.ReplaceAll(key, "\n", `\n`)}} {
			for _, command := range [][]string{{}, {"convert"}, {"convert", "--to"}, {"convert", "-o", "x", "--"}, {"convert", "--json", "--output-dir", "x", "--"}, {"inspect"}, {"inspect", "--json"},
				{"fingerprint"}, {"normalize"}, {"normalize", "--expect"}, {"check", "--key"}, {"add", "--key"}, {"explain"}, {"doctor", "--log"}, {"agent", "add"}, {"help"}, {"convert", "--nosuch"}} {
				var stdout, stderr bytes.Buffer
				status := run(append(append([]string{"keyconv"}, command...), args...), strings.NewReader(""), &stdout, &stderr)
				if said := stderr.String(); status != exitUsage || stdout.Len() > 0 || !strings.Contains(said, "PRIVATE key stands on the command line") || strings.Count(said, "\n") != 2 {
					t.Fatalf("%s, %q: %d %.200q %.200q", file, command, status, stdout.String(), said)
				}
			}
		}
	}
	name := filepath.Join(t.TempDir(), "PRIVATE", "KEYS", "production", "serverOfProduction")
	if err := privateArgument([]string{"keyconv", "convert", name, "--expect", "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU"}); err != nil {
		t.Error(err)
	}
}

// TestNoSecretArguments: the arguments of a process are for all to see, so no
// flag takes a passphrase, only the name of a file.
func TestNoSecretArguments(t *testing.T) {
	for _, c := range newApp(&env{}).Commands {
		for _, f := range c.Flags {
			name := f.Names()[0]
			if _, takesText := f.(*cli.StringFlag); takesText && strings.Contains(name, "pass") && !strings.HasSuffix(name, "-file") && !strings.HasPrefix(name, "ppk-") {
				t.Errorf("%s --%s takes a secret", c.Name, name)
			}
		}
	}
}

// TestPassphraseFile: its first line, of a bounded length.
func TestPassphraseFile(t *testing.T) {
	for _, c := range []struct{ text, want string }{{"a b \nc", "a b "}, {"a\r\n", "a"}, {"a", "a"}, {"", ""}, {"\n", ""}, {strings.Repeat("x", maxPassphrase) + "\n", strings.Repeat("x", maxPassphrase)}, {strings.Repeat("x", maxPassphrase+1), ""}} {
		name := filepath.Join(t.TempDir(), "pass")
		if err := os.WriteFile(name, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := passphraseFile(oldFlag, name)
		if string(got) != c.want || (err == nil) != (c.want != "") {
			t.Errorf("%.20q of %d bytes: %.20q, %v", c.text, len(c.text), got, err)
		}
	}
	if _, err := os.Stat("/dev/zero"); err == nil {
		if _, err := passphraseFile(oldFlag, "/dev/zero"); err == nil {
			t.Error("a line without end is a passphrase")
		}
	}
}
