package explain

import (
	"fmt"
	"strings"
	"testing"
)

// TestTexts: what people paste, as programs of many versions wrote it, and all the
// answers to it. A wrong one costs more than none.
func TestTexts(t *testing.T) {
	for _, row := range []struct{ want, text string }{
		// OpenSSH 7 looks for files that need not be there.
		{"", "key_load_public: No such file or directory\ndebug1: key_load_public: No such file or directory\ndebug1: key_load_private: No such file or directory"},
		{"denied", "debug1: key_load_private_type: incorrect passphrase supplied to decrypt private key\nu@h: Permission denied (publickey)."},
		{"key-refused", `debug1: identity file /home/u/.ssh/id_rsa type 0
debug1: key_load_public: No such file or directory
debug1: identity file /home/u/.ssh/id_rsa-cert type -1
debug1: Authentications that can continue: publickey
debug1: Next authentication method: publickey
debug1: Offering public key: RSA ` + print1 + ` /home/u/.ssh/id_rsa
debug1: Authentications that can continue: publickey
u@h: Permission denied (publickey).`},
		// A key without a .pub is signed with at once; ssh says no "Offering".
		{"key-refused", `debug1: Authentications that can continue: publickey
debug1: Next authentication method: publickey
debug1: Trying private key: key.pem
debug1: Authentications that can continue: publickey
debug1: No more authentication methods to try.
u@h: Permission denied (publickey).`},
		{"no-key-offered", `debug1: Authentications that can continue: publickey,password
debug1: Next authentication method: publickey
debug1: Trying private key: /home/u/.ssh/id_rsa
debug1: Next authentication method: password
debug1: Authentications that can continue: publickey,password
u@h: Permission denied (publickey,password).`},
		// OpenSSH up to 8.3 tries the private file as a public key first.
		{"pubkey-not-read", `load pubkey "root_key.pem": invalid format`},
		{"pubkey-not-read", "debug1: key_load_public: invalid format"},
		{"key-refused pubkey-not-read", `load pubkey "root_key.pem": invalid format
debug1: Next authentication method: publickey
debug1: Trying private key: root_key.pem
debug1: Authentications that can continue: publickey
root@192.0.2.1: Permission denied (publickey).`},
		{"invalid-format", "load pubkey \"x\": invalid format\nLoad key \"x\": invalid format\nu@h: Permission denied (publickey)."},
		// OpenSSL fails at other things than key files.
		{"host-signature", "ssh_dispatch_run_fatal: Connection to 192.0.2.2 port 22: error in libcrypto"},
		{"key-exchange-breaks", "ssh_dispatch_run_fatal: Connection to 192.0.2.2 port 22: invalid format"},
		{"server-forbids-sha1", "sshd[1234]: debug1: mm_answer_keyverify: publickey RSA signature unverified: error in libcrypto"},
		{"server-forbids-sha1", "Feb  7 10:00:00 h sshd[1234]: debug3: mm_answer_keyverify: publickey RSA signature using ssh-rsa unverified: error in libcrypto"},
		{"signing-forbidden", `sign_and_send_pubkey: signing failed for RSA "/home/u/.ssh/id_rsa": error in libcrypto`},
		{"signing-forbidden", "Couldn't certify key /root/id_key.pub: error in libcrypto"},
		{"openssl-fails", "it says: error in libcrypto"},
		{"libcrypto", `[Test/test]   | Load key "/root/.ssh/id": error in libcrypto`},
		{"libcrypto", `Error: Error loading key "(stdin)": error in libcrypto`},
		// ssh's own settings are not those of sshd.
		{"ssh-config", "/Users/u/.ssh/config: line 5: Bad configuration option: usekeychain\n/Users/u/.ssh/config: terminating, 1 bad configuration options"},
		{"ssh-config", `C:\\Users\\u/.ssh/config: line 5: Bad configuration option: usekeychain`},
		{"ssh-config", "command-line: line 0: Bad configuration option: pubkeyacceptedalgorithms"},
		{"ssh-config", "Bad key types '+ssh-rsa'."},
		{"sshd-config", "/etc/ssh/sshd_config: line 5: Bad configuration option: Foo"},
		// What did not sign was not refused.
		{"agent-breaks", `debug1: Server accepts key: k ECDSA ` + print1 + ` agent
debug3: sign_and_send_pubkey: signing using ecdsa-sha2-nistp256 ` + print1 + `
sign_and_send_pubkey: signing failed for ECDSA "k" from agent: communication with agent failed
debug1: Authentications that can continue: publickey`},
		{"agent-breaks", "error fetching identities: agent refused operation"},
		{"security-key", "debug1: ssh_sk_sign: couldn't find device for key handle\n" +
			`sign_and_send_pubkey: signing failed for ECDSA-SK "/home/u/.ssh/id_ecdsa_sk": invalid format`},
		{"security-key", `sign_and_send_pubkey: signing failed for ED25519-SK "/home/u/.ssh/id_ed25519_sk": incorrect passphrase supplied to decrypt private key`},
		{"security-key", "Enter PIN for authenticator: \nKey enrollment failed: invalid format"},
		{"security-key", `Could not add identity "/home/u/.ssh/id_ed25519_sk": invalid format`},
		{"agent-refuses", `sign_and_send_pubkey: signing failed for ED25519-SK "/home/u/.ssh/id_ed25519_sk" from agent: agent refused operation`},
		{"security-key-unknown", `sign_and_send_pubkey: signing failed for ECDSA-SK "/Users/u/.ssh/id_ecdsa_sk": unknown or unsupported key type`},
		{"security-key-unknown", `Load key "/Users/u/.ssh/id_ed25519_sk": unknown or unsupported key type`},
		{"security-key-unknown", "You requested to generate ed25519-sk but No FIDO SecurityKeyProvider specified\nNo FIDO SecurityKeyProvider specified\nKey enrollment failed: invalid format"},
		{"key-is-not-there denied", "id_x: No such file or directory\nu@h: Permission denied (publickey)."},
	} {
		if got := strings.Join(codes(Explain([]byte(row.text+"\n"))), " "); got != row.want {
			t.Errorf("explained by %q, not by %q:\n%s", got, row.want, row.text)
		}
	}
}

// print1 is some key's fingerprint.
const print1 = "SHA256:nYxOSrVfHAEaEdoUSDqCQ/L+VLGpdOrp8Lb3Y7ujfLo"

// TestTextValues: the words that the answers name.
func TestTextValues(t *testing.T) {
	for _, row := range []struct{ text, want string }{
		{"debug1: Next authentication method: publickey\ndebug1: Trying private key: key.pem\ndebug1: Authentications that can continue: publickey\ndebug1: Trying private key: other", `the key "key.pem" for`},
	} {
		r := Explain([]byte(row.text + "\n"))
		if said := fmt.Sprint(r.Answers); !strings.Contains(said, row.want) {
			t.Errorf("%q is not in %s, for\n%s", row.want, said, row.text)
		}
	}
}
