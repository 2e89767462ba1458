package keyconv_test

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
	"golang.org/x/crypto/ssh"
)

// What people ask.

// How do I log in with a .ppk, using golang.org/x/crypto/ssh?
func Example_logInWithPPK() {
	key, err := ppk.Parse(read("rsa2048/argon2id.ppk"))
	if err != nil {
		log.Fatal(err)
	}
	if key, err = key.Decrypt([]byte(testdata.Passphrase), sshkey.Limits{}); err != nil {
		log.Fatal(err)
	}
	signer, err := key.Signer()
	if err != nil {
		log.Fatal(err)
	}
	config := &ssh.ClientConfig{
		User: "fred",
		Auth: []ssh.AuthMethod{ssh.PublicKeys(signer)},
		// HostKeyCallback: knownhosts.New(...)
	}
	fmt.Println(config.User, signer.PublicKey().Type())
	// Output: fred ssh-rsa
}

// How do I sign with a .ppk?
func Example_signWithPPK() {
	key, err := ppk.Parse(read("ed25519/plain.ppk"))
	if err != nil {
		log.Fatal(err)
	}
	signer, err := key.Signer()
	if err != nil {
		log.Fatal(err)
	}
	message := []byte("release 1.0")
	signature, err := signer.Sign(rand.Reader, message)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signature.Format, signer.PublicKey().Verify(message, signature))
	// Output: ssh-ed25519 <nil>
}

// How do I get a private key out of a CI secret? Its line ends tend to arrive
// as \n, or not at all.
func Example_secretOfACIJob() {
	secret := strings.ReplaceAll(string(read("ed25519/openssh")), "\n", `\n`) // os.Getenv("DEPLOY_KEY")
	res, err := keyconv.Convert([]byte(secret), "openssh", nil)
	if err != nil { // its text is the cause; the place and the next step are asked for
		if at, ok := errors.AsType[*sshkey.SyntaxError](err); ok {
			log.Printf("line %d, column %d", at.Pos.Line, at.Pos.Column)
		}
		log.Fatalf("%v: %s", err, sshkey.Hint(err))
	}
	for _, f := range res.Findings {
		fmt.Println(f.Severity, f.Code)
	}
	_, err = ssh.ParsePrivateKey(res.Data) // os.WriteFile("id", res.Data, 0o600)
	fmt.Println(err)
	// Output:
	// repaired escaped-newlines
	// <nil>
}

// How do I check a public key that somebody pasted into a web form?
func Example_publicKeyInAWebForm() {
	form := func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		res, err := keyconv.Normalize([]byte(r.FormValue("key")))
		switch {
		case err != nil:
			http.Error(w, err.Error(), http.StatusBadRequest)
		case res.Refused() || len(res.Keys) != 1:
			w.WriteHeader(http.StatusBadRequest)
			for _, f := range res.Findings {
				fmt.Fprintf(w, "line %d: %s\n%s\n", f.Pos.Line, f.Msg, f.Hint)
			}
		case len(res.Keys[0].Options) > 0: // command=, cert-authority: who pastes must not choose them
			http.Error(w, "a key alone, please, without options in front", http.StatusBadRequest)
		default:
			line, err := authkeys.Marshal(res.Keys[0])
			if err == nil {
				err = authkeys.Accepted(res.Keys[0])
			}
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			fmt.Fprintf(w, "%s", line) // this is what to store, and no more of the text
		}
	}
	paste := func(text string) {
		request := httptest.NewRequest("POST", "/keys", strings.NewReader(url.Values{"key": {text}}.Encode()))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer := httptest.NewRecorder()
		form(answer, request)
		body, _ := io.ReadAll(answer.Body)
		fmt.Printf("%d %s", answer.Code, body)
	}
	paste("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE\n  +NfWDHOZmBBX2xjzEl93 fred@box")
	paste("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE fred@box")
	paste("cert-authority ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93")
	// Output:
	// 200 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGE4bt23a+kQGFK0Wg/0K9rE+NfWDHOZmBBX2xjzEl93 fred@box
	// 400 line 1: 39 of 51 bytes are here
	// print the file with cat and copy again; or ssh-keygen -y -f KEY prints it, and so does keyconv for a .ppk
	// 400 a key alone, please, without options in front
}
