package keyconv_test

import (
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/sshkey"
)

// TestUnrecognised: what people give in the place of a key is called by its name.
func TestUnrecognised(t *testing.T) {
	for text, want := range map[string]string{
		"$ANSIBLE_VAULT;1.1;AES256\n3365\n":                            "ansible-vault view",
		"\x00GITCRYPT\x00xyz":                                          "git-crypt unlock",
		"version https://git-lfs.github.com/spec/v1\noid sha256:00\n":  "git lfs pull",
		"ENC[AES256_GCM,data:abc,type:str]\n":                          "sops --decrypt",
		"age-encryption.org/v1\n-> X25519 x\n":                         "age --decrypt",
		"U2FsdGVkX18xMjM0NTY3OA==\n":                                   "openssl enc -d -base64",
		"<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>":           "ExportPkcs8PrivateKeyPem",
		"~/.ssh/id_rsa\n":                                              "give the file",
		"/home/bob/.ssh/id_rsa":                                        "give the file",
		`C:\Users\bob\id.ppk`:                                          "give the file",
		"${{ secrets.SSH_KEY }}\n":                                     "give the file",
		"$SSH_PRIVATE_KEY":                                             "give the file",
		`file("~/.ssh/id_rsa")`:                                        "give the file",
		"{{ lookup('file', 'id_rsa') }}":                               "give the file",
		"$argon2id$v=19$m=65536":                                       "keyconv normalize FILE",
		"%PDF-1.4\n":                                                   "keyconv normalize FILE",
		"/user ssh-keys add key=\"x\"":                                 "keyconv normalize FILE",
		"some words\n":                                                 "keyconv normalize FILE",
		"<html><body>404</body></html>":                                "download the key itself",
		"/* a comment of a program */\nint main(void) { return 0; }\n": "keyconv normalize FILE",
	} {
		_, _, err := keyconv.Parse([]byte(text))
		if err == nil || !strings.Contains(sshkey.Hint(err), want) {
			t.Errorf("%q: %v\n%s", text, err, sshkey.Hint(err))
		}
	}
}
