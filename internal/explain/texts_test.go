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
		// A key in PEM without a .pub is signed with at once; ssh says no "Offering".
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
		// What the programs of jobs, clouds and libraries say of a key that they cannot read.
		{"go-no-key", "│ Error: Failed to read ssh private key: no key found"},
		{"content-for-name", "Error: stat -----BEGIN PRIVATE KEY-----\\nMIIE: no such file or directory"},
		{"openssl-decode", "139:error:0480006C:PEM routines::no start line:crypto/pem/pem_lib.c:763:"},
		{"openssl-decode", "Error: error:0480006C:PEM routines::no start line { code: 'ERR_OSSL_PEM_NO_START_LINE' }"},
		{"openssl-decode", "140:error:09FFF06C:PEM routines:CRYPTO_internal:no start line:/usr/src/pem_lib.c:694"},
		{"openssl-decode", "Could not find private key of key from id.ppk"},
		{"openssl-decode", "OpenSSL::PKey::PKeyError: Could not parse PKey: no start line"},
		{"openssl-decode", "OpenSSL::PKey::RSAError: Neither PUB key nor PRIV key: nested asn1 error"},
		{"ruby-openssl3", "OpenSSL::PKey::PKeyError: rsa#set_key= is incompatible with OpenSSL 3.0"},
		{"java-format", "java.io.IOException: PEM problem: it is of unknown type"},
		{"java-format", "net.schmizz.sshj.common.SSHException: Unknown key type ssh-ed25519"},
		{"ssh2-format", "Error: Malformed private key (expected sequence)"},
		{"russh-format", "Failed to decode SSH private key: Could not read key"},
		{"web-public-key", "Invalid SSH Key (ssh-keygen)."},
		{"web-public-key", "Invalid key. Required format: <protocol> <key-blob> <username@example.com>"},
		{"web-public-key", "Keypair data is invalid: failed to generate fingerprint"},
		{"key-in-variables", "bash: export: `-----END RSA PRIVATE KEY-----': not a valid identifier"},
		{"key-in-variables", "docker: poorly formatted environment: variable '-----END RSA PRIVATE KEY-----' has white spaces."},
		{"no-key-given", "2023/01/01 error: can't connect without a private SSH key or password"},
		{"awx-credential", "Invalid certificate or key: -----BEGIN"},
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
		// OpenSSH for Windows and its rights.
		{"windows-keys-file", "Authentication refused."},
		{"windows-admin-file sshd-closed", "debug1: trying public key file __PROGRAMDATA__/ssh/administrators_authorized_keys\nConnection closed by authenticating user u 192.0.2.1 port 1 [preauth]"},
		{"windows-keys-file", "sshd: Authentication refused.\nsshd: Failed publickey for u from 192.0.2.1 port 51616 ssh2: RSA " + print1},
		{"windows-keys-file windows-admin-file", `debug1: trying public key file __PROGRAMDATA__/ssh/administrators_authorized_keys
debug3: Bad permissions. Try removing permissions for user: S-1-5-11 on file C:/ProgramData/ssh/administrators_authorized_keys.
Authentication refused.`},
		{"windows-host-key", "Permissions for '__PROGRAMDATA__\\\\ssh/ssh_host_rsa_key' are too open."},
		{"windows-host-key", "debug3: Bad permissions. Try removing permissions for user: PC\\\\bob (S-1-5-21-1) on file C:/ProgramData/ssh/ssh_host_rsa_key."},
		{"windows-host-key", "Permissions for 'C:\\\\Windows\\\\system32\\\\config\\\\systemprofile/.ssh/id_rsa' are too open."},
		{"windows-keys-rights", "Bad permissions. Try removing permissions for user: BUILTIN\\\\Users (S-1-5-32-545) on file C:/Users/alice/.ssh/authorized_keys."},
		{"windows-keys-rights", "Bad permissions. Try removing permissions for user: PC\\\\bob (S-1-5-21-1) on file C:/ProgramData/ssh/administrators_authorized_keys."},
		{"windows-modes", "Permissions for 'C:\\\\Users\\\\u/.ssh/id_rsa' are too open."},
		{"windows-rights", "Bad permissions. Try removing permissions for user: UNKNOWN (S-1-5-21-1) on file C:/Users/u/.ssh/id_rsa.\nPermissions for 'C:\\\\Users\\\\u/.ssh/id_rsa' are too open."},
		{"config-modes", "debug3: Bad permissions. Try removing permissions for user: S-1-5-21-1 on file C:/Users/u/.ssh/config.\nBad owner or permissions on C:\\\\Users\\\\u/.ssh/config"},
		{"config-modes", "Bad owner or permissions on /home/u/.ssh/config"},
		// As PowerShell's Get-WinEvent shows the log.
		{"windows-keys-file", "5/12/2023 10:11:12 AM              4 Information      sshd: Authentication refused."},
		{"windows-keys-file", "12.05.2023 10:11:12              4 Informationen    sshd: Authentication refused."},
		{"windows-keys-file", "Message : sshd: Authentication refused."},
		{"windows-admin-file", `debug1: trying public key file C:\\ProgramData\\ssh\\administrators_authorized_keys`},
		{"windows-folder-modes", "Directory already exists but folder permissions are invalid"},
		{"windows-no-token", "debug1: get_user_token - unable to generate token on 2nd attempt for user bob"},
		{"windows-agent-off", "unable to start ssh-agent service, error :1058"},
		{"windows-agent-missing", "unable to open service handle"},
		{"windows-agent-start", "Start-Service : Service 'OpenSSH Authentication Agent (ssh-agent)' cannot be started due to the following error"},
		{"windows-agent-missing", "Set-Service : Cannot find any service with service name 'ssh-agent'."},
		{"windows-agent-denied", "unable to start ssh-agent service, error :5"},
		{"agent-refuses-add", `Could not add identity "C:\\Users\\u\\.ssh\\id": agent refused operation`},
		{"key-is-not-there", `C:\Users\bob\.ssh\id: No such file or directory`},
		{"windows-server-file putty-refused", "Remote version: SSH-2.0-OpenSSH_for_Windows_9.5\nServer refused our key"},
		{"windows-server-file key-refused", "debug1: Remote protocol version 2.0, remote software version OpenSSH_for_Windows_9.5\ndebug1: Offering public key: id ED25519 " + print1 + "\nu@h: Permission denied (publickey,keyboard-interactive)."},
		{"putty-refused", "Remote version: SSH-2.0-OpenSSH_9.2p1\nServer refused our key"},
		// PuTTY and Pageant.
		{"plink-passphrase", "Offer of public key accepted\nFATAL ERROR: Cannot answer interactive prompts in batch mode"},
		{"plink-prompts", "FATAL ERROR: Cannot answer interactive prompts in batch mode"},
		{"public-key-for-putty", "Key file contains public key only"},
		{"putty-refused", "Key file contains public key only\nPageant key #0 matches configured key file\nServer refused our key"},
		{"ppk-missing", "Couldn't load private key (unable to open file)"},
		{"ppk-missing", "Couldn't load this key (unable to open file)"},
		{"public-key-for-putty", "Couldn't load private key (SSH-2 public key (OpenSSH format))"},
		{"public-key-for-putty", "Couldn't load this key (SSH-2 public key (RFC 4716 format))"},
		{"openssh-for-putty", "Couldn't load this key (ssh.com SSH-2 private key)"},
		{"unrecognised-cipher", "puttygen: error loading `cc': unrecognised cipher name"},
		{"putty-certificate", "Unable to use certificate file \"x\" (key type 'ssh-ed25519' is not a certificate)"},
		// A certificate of the server's own key.
		{"host-certificate", "debug1: Server host certificate: ssh-ed25519-cert-v01@openssh.com " + print1 + `, serial 0 ID "h" CA ssh-ed25519 ` + print1 + ` valid forever
Certificate invalid: name is not a listed principal
debug1: No matching CA found. Retry with plain key
Host key verification failed.`},
		{"certificate-invalid", "  stderr: Certificate invalid: name is not a listed principal"},
		{"certificate-principal", "Jul 18 18:55:54 h sshd[1850]: error: Certificate invalid: name is not a listed principal"},
		{"certificate-expired", "Certificate invalid: expired\nConnection closed by authenticating user u 192.0.2.1 port 1 [preauth]"},
		{"host-key-refused", "Host key verification failed."},
		{"host-key-unknown", "No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed."},
		// In a server's log it is the client that closes.
		{"client-left", "Feb  6 02:32:46 h sshd[1615]: Connection closed by 192.0.2.1 port 5123 [preauth]"},
		{"client-left", "Connection closed by 192.0.2.1 port 5123 [preauth]"},
		{"client-left", "Feb  6 02:32:46 h sshd[1615]: Connection reset by 192.0.2.1 port 5123 [preauth]"},
		{"server-closes", "Connection closed by 192.0.2.1 port 22"},
		{"account-locked", "User git not allowed because account is locked\nFailed none for invalid user git from 192.0.2.1 port 51234 ssh2\nConnection closed by 192.0.2.1 port 51234"},
		// Other libraries say nearly the same.
		{"sshnet-format", "Renci.SshNet.Common.SshException: Invalid private key file."},
		{"format-not-read", "ValueError: ('Invalid private key', [_OpenSSLErrorWithText(code=67764350)])"},
		{"sha1-refused", `userauth_pubkey: signature algorithm ssh-rsa not in PubkeyAcceptedAlgorithms [preauth]
Received disconnect from 192.0.2.1 port 52569:14: No supported authentication methods available [preauth]
Disconnected from authenticating user root 192.0.2.1 port 52569 [preauth]`},
		{"file-modes", "Authentication refused: bad ownership or modes for file /home/git/.ssh/authorized_keys\nReceived disconnect from 192.0.2.1 port 53148:3: com.jcraft.jsch.JSchException: Auth fail [preauth]"},
		{"dropbear-algorithms", "authpriv.info dropbear[8624]: Exit before auth: No matching algo hostkey"},
		{"command-gives-nothing file-missing", `debug3: subprocess: AuthorizedKeysCommand command "/usr/bin/octopass u" running as root
debug2: key not found
debug1: trying public key file /home/u/.ssh/authorized_keys
debug1: Could not open authorized keys '/home/u/.ssh/authorized_keys': No such file or directory
Failed publickey for u from 192.0.2.1 port 53158 ssh2: RSA ` + print1},
		{"identity-missing", "no such identity: /home/u/.ssh/deploy: No such file or directory"},
		{"agent-refuses identity-missing", `sign_and_send_pubkey: signing failed for RSA "/home/u/.ssh/id" from agent: agent refused operation
no such identity: /home/u/.ssh/id_ecdsa: No such file or directory
u@h: Permission denied (publickey).`},
		{"identity-missing", "[13:55:07.123] stderr> no such identity: c:\\Users\\u\\.ssh\\id_rsa: No such file or directory\n[13:55:07.123] stderr> u@h: Permission denied (publickey)."},
		{"denied", "debug3: no such identity: /home/u/.ssh/id_dsa: No such file or directory\nu@h: Permission denied (publickey)."},
		// Before a key is asked for.
		{"host-key-algorithms", "Unable to negotiate with 192.0.2.1 port 22: no matching host key type found. Their offer: ssh-rsa"},
		{"host-key-algorithms", "fatal: Unable to negotiate with 192.0.2.1 port 1: no matching host key type found. Their offer: ssh-dss [preauth]"},
		{"kex-algorithms", "Unable to negotiate with 192.0.2.1 port 22: no matching key exchange method found. Their offer: diffie-hellman-group1-sha1"},
		{"cipher-algorithms", "Unable to negotiate with 192.0.2.1 port 22: no matching cipher found. Their offer: aes128-cbc,3des-cbc"},
		{"no-connection", "ssh: connect to host h port 22: Connection timed out"},
		{"no-connection", "FATAL ERROR: Network error: Connection refused"},
		{"no-connection", "ssh: Could not resolve hostname h: Temporary failure in name resolution\nfatal: Could not read from remote repository."},
		{"login-as", `Please login as the user "ubuntu" rather than the user "root".`},
		// Git hosts.
		{"deploy-key-reads", "ERROR: The key you are authenticating with has been marked as read only.\nfatal: Could not read from remote repository."},
		{"deploy-key-reads", "Gogs: Key permission denied\nCannot push with deployment key: 7\nfatal: Could not read from remote repository."},
		{"deploy-key-reads", "load pubkey \"/root/.ssh/id_rsa\": invalid format\nAccess deined: DeployKey does not support push code"},
		{"repository-hidden", "ERROR: Repository not found.\nfatal: Could not read from remote repository."},
		{"project-hidden", "remote: ERROR: The project you were looking for could not be found or you don't have permission to view it."},
		{"azure-devops-refuses", "remote: Public key authentication failed.\nfatal: Could not read from remote repository."},
		{"git-host-refuses", "git@gitlab.com: Permission denied (publickey).\nfatal: Could not read from remote repository."},
		{"denied", "git@gitlab.example.com: Permission denied (publickey,password)."},
		// Nobody to ask, and agents.
		{"askpass", "$ ssh-add <(echo \"$SSH_PRIVATE_KEY\")\nEnter passphrase for /dev/fd/63: ERROR: Job failed: exit code 1"},
		{"askpass", "debug1: read_passphrase: can't open /dev/tty: No such device or address\nu@h: Permission denied (publickey)."},
		{"host-key-refused", "debug1: read_passphrase: can't open /dev/tty: No such device or address\nHost key verification failed."},
		{"windows-agent-off", "unable to start ssh-agent service, error :1058"},
		{"agent-breaks", "error fetching identities: communication with agent failed"},
		{"agent-refuses", "Agent admitted failure to sign using the key.\nPermission denied (publickey)."},
		{"no-agent", "Caused by:\n  [23/-1] error authenticating: failed connecting agent"},
		// Files.
		{"key-unreadable", "Load key \"/home/u/.ssh/id_rsa\": Permission denied\nu@h: Permission denied (publickey)."},
		{"public-key-given", "Permissions 0644 for '/home/u/.ssh/id_rsa.pub' are too open.\nLoad key \"/home/u/.ssh/id_rsa.pub\": bad permissions"},
		{"public-key-given", `Load key "/home/u/.ssh/id_rsa.pub": error in libcrypto`},
		{"wsl-modes", "Permissions 0777 for '/mnt/c/Users/u/key.pem' are too open.\nLoad key \"/mnt/c/Users/u/key.pem\": bad permissions\nu@h: Permission denied (publickey)."},
		{"sshd-config", "sshd: no hostkeys available -- exiting."},
		{"host-key-short", "Bad server host key: Invalid key length"},
		{"rsa-short-for-client", "Skipping RSA key /home/u/.ssh/id_rsa - Invalid key length"},
		{"copy-id", "/usr/bin/ssh-copy-id: ERROR: failed to open ID file '/home/u/.pub': No such file"},
		// Libraries and programs with one of their own.
		{"netssh-gems", "NotImplementedError: unsupported key type `ssh-ed25519'\nnet-ssh requires the following gems for ed25519 support:\n * ed25519 (>= 1.2, < 2.0)"},
		{"netssh-gems", "lib/net/ssh/authentication/ed25519_loader.rb:19:in `raiseUnlessLoaded': OpenSSH keys only supported if ED25519 is available (NotImplementedError)"},
		{"library-refused", "Net::SSH::AuthenticationFailed: Authentication failed for user deploy@192.0.2.1"},
		{"vagrant-key-type", "INFO ssh: SSH not up: #<Vagrant::Errors::SSHKeyTypeNotSupported: The private key you're attempting to use with this Vagrant box uses an unsupported encryption type."},
		{"sshnet-refused", "Renci.SshNet.Common.SshAuthenticationException: 'Permission denied (publickey).'"},
		{"dropbear-key-type", "[1894] Aug 20 11:56:51 Pubkey auth attempt with unknown algo for 'root' from 192.0.2.7:33484\n[1894] Aug 20 11:56:52 Exit before auth (user 'root', 0 fails): Exited normally"},
		{"host-key-unknown", "rpc error: code = Unknown desc = ssh: handshake failed: knownhosts: key is unknown"},
		{"stale-host-key", "rpc error: code = Unknown desc = ssh: handshake failed: knownhosts: key mismatch"},
		{"go-no-key", "2020/05/03 ssh.ParsePrivateKey: no PEM block found"},
		{"go-no-key", "* Failed to read key '/home/u/.ssh/id_rsa.pub': no key found"},
		{"go-unable", "timeout - last error: ssh: handshake failed: ssh: \nunable to authenticate, attempted methods [none publickey], no supported methods remain"},
		{"key-file-missing", "getKeyFile error: open PATH/KEY: no such file or directory"},
		{"key-file-missing", "failed to read private key file: open /root/.ssh/id: no such file or directory"},
		{"library-refused", "[2021/02/03 09:11:41.369764, 1] ssh_packet_userauth_failure:  Access denied for 'publickey'. Authentication that can continue: publickey"},
		{"library-refused", "net.schmizz.sshj.userauth.UserAuthException: Exhausted available authentication methods"},
		{"library-refused", "org.apache.sshd.common.SshException: No more authentication methods available"},
		{"library-refused", "asyncssh.misc.PermissionDenied: Permission denied for user root on host 192.0.2.1"},
		{"library-refused", "curl: (67) Authentication failure"},
		{"library-refused", "Status:\tConnecting to 192.0.2.1...\nError:\tAuthentication failed."},
		{"jsch-auth", "Can't initialize tunnel\n  Cannot establish tunnel\n    Auth fail"},
		{"phpseclib-format", "PHP Fatal error:  Uncaught phpseclib3\\Exception\\NoKeyLoadedException: Unable to read key in /x.php:64"},
		{"libssh2-refused", "failed to authenticate SSH session: ; class=Ssh (23)"},
		{"russh-key-type", "ERROR - Unsupported key type ssh-rsa"},
		{"russh-format", "Failed to load private key file://C:\\id_ecdsa: Error: Keys(CouldNotReadKey)"},
		{"key-encrypted", "SFTP: The key is encrypted"},
		{"host-key-unknown", "com.jcraft.jsch.JSchException: UnknownHostKey: h. RSA key fingerprint is 16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48"},
		{"host-key-refused", "com.jcraft.jsch.JSchException: reject HostKey: 192.0.2.1"},
		{"host-key-unknown", "paramiko.ssh_exception.SSHException: Server '192.0.2.1' not found in known_hosts"},
		{"putty-denied", ". 2023-01-01 10:00:00.123 Using username \"root\".\n. 2023-01-01 10:00:00.223 Access denied"},
		{"openssh-for-putty", "Couldn't load this key (OpenSSH SSH-2 private key (new format))"},
		{"ppk-unreadable", "Could not load keyfile: The file 'C:\\x.pem' could not be loaded or does not contain a private key."},
		{"passphrase-not-needed", "TypeError: Password was given but private key is not encrypted."},
		{"passphrase-wrong", "Error: Cannot parse privateKey: error:1e000065:Cipher functions:OPENSSL_internal:BAD_DECRYPT"},
		{"paramiko-wants-file", "AttributeError: 'str' object has no attribute 'readlines'"},
		{"paramiko-format", "ValueError: q must be exactly 160, 224, or 256 bits long"},
		{"azure-key", "Could not parse public key. Error: Public key is not ssh-rsa algorithm (ssh-ed25519)"},
		{"", "sudo: a password is required\nPermission denied\nmake: x: No such target"},
		// A key that was not loaded was not refused by the git host.
		{"libcrypto", "Load key \"/root/.ssh/id\": error in libcrypto\ngit@github.com: Permission denied (publickey).\nfatal: Could not read from remote repository."},
		{"identity-missing", "no such identity: /root/.ssh/deploy: No such file or directory\ngit@github.com: Permission denied (publickey)."},
		{"key-exchange-breaks", "ssh_dispatch_run_fatal: Connection to 192.0.2.2 port 22: incorrect signature"},
		{"putty-refused", "Server refused our key.\nAuthentication failed."},
		{"client-gives-up", "Feb  6 02:32:46 h sshd[1]: Received disconnect from 192.0.2.1 port 5123:14: No supported authentication methods available [preauth]\nFeb  6 02:32:46 h sshd[1]: Disconnected from 192.0.2.1 port 5123 [preauth]"},
		{"keys-file-closed", "AddDeployKey, addKey: open /data/git/.ssh/authorized_keys: permission denied"},
		{"git-host-refuses", "git@ssh.dev.azure.com's password: \nPermission denied, please try again.\nPermission denied (password,publickey).\nfatal: Could not read from remote repository."},
		{"sshnet-refused denied", "Permission denied (publickey).\n   at Renci.SshNet.ClientAuthentication.Authenticate(IConnectionInfoInternal connectionInfo, ISession session)"},
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
		{`Permissions for 'C:\\Users\\a b\\k.pem' are too open.`, `{icacls "C:\Users\a b\k.pem" /inheritance:r /grant:r "%USERNAME%:F" } {icacls "C:\Users\a b\k.pem" /inheritance:r /grant:r "${env:USERNAME}:F" }`},
		{"Permissions for 'C:/%TEMP%/k.pem' are too open.", "{icacls KEYFILE "},
		{`Load key "C:/Users/u/k": bad permissions`, `[{icacls "C:\Users\u\k" `},
		{"git@bitbucket.org: Permission denied (publickey).", "{ssh -vT git@bitbucket.org }"},
		{"No ED25519 host key is known for h and you have requested strict checking.", "{ssh-keyscan -t ed25519 h }"},
		{`Warning: Identity file C:\\k not accessible: No such file or directory.`, `[{dir "C:\k" }]`},
		{`Load key "k": bad permissions`, "[{chmod 600 k }]"},
		{`Could not open authorized keys 'C:\\Users\\u\\.ssh/authorized_keys': Permission denied`, `"C:\Users\u\.ssh/authorized_keys" } {icacls "C:\Users\u\.ssh\authorized_keys" }]`},
	} {
		r := Explain([]byte(row.text + "\n"))
		if said := fmt.Sprint(r.Answers); !strings.Contains(said, row.want) {
			t.Errorf("%q is not in %s, for\n%s", row.want, said, row.text)
		}
	}
}

// TestJSON: what a program said stands in some fields of a JSON object, whole or cut
// off; in the others stand names.
func TestJSON(t *testing.T) {
	long := strings.Repeat(`debug2: nothing\r\n`, MaxLine/10)
	for text, want := range map[string]string{
		`fatal: [h]: UNREACHABLE! => {"changed": false, "msg": "Failed to connect to the host via ssh: OpenSSH_7.2p2\r\n` + long + `Load key \"/k.pem\": Permission denied\r\nu@h: Permission denied (publickey).\r\n", "unreachable": true}`: "key-unreadable",
		`h | UNREACHABLE! => {"changed": false, "msg": "Failed to connect to the host via ssh: u@h: Permission denied (publickey)."`:                                                                                                          "denied",
		`{"log":"Authentication refused: bad ownership or modes for directory /home/u\r\n","stream":"stderr"}`:                                                                                                                                "folder-modes",
		`{"MESSAGE":"Authentication refused: bad ownership or modes for directory /home/\u0075"`:                                                                                                                                              "folder-modes",
		`{"user":"Authentication refused: bad ownership or modes for directory /home/u","msg":"no"}`:                                                                                                                                          "",
		`{"msg":"x\\nAuthentication refused: bad ownership or modes for directory /home/u"}`:                                                                                                                                                  "",
		`{"msg":"\u00`: "",
	} {
		if got := strings.Join(codes(Explain([]byte(text))), " "); got != want {
			t.Errorf("explained by %q, not by %q:\n%.200s", got, want, text)
		}
	}
}
