package sshkey_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// TestPublicKeyInJSON: it is the line of puttygen's and ssh-keygen's .pub, without
// the comment, and comes back.
func TestPublicKeyInJSON(t *testing.T) {
	for _, name := range shippedNames {
		k := shippedKey(t, name)
		data, err := json.Marshal(k)
		if err != nil {
			t.Fatal(err)
		}
		var out struct{ Public sshkey.PublicKey }
		var text struct{ Public string }
		if err := json.Unmarshal(data, &out); err != nil || out.Public != k.Public {
			t.Errorf("%s: %v, %v", name, out.Public, err)
		}
		line := string(keytest.Read(t, testdata.Keys, "keys/"+name+"/id.pub"))
		if json.Unmarshal(data, &text); text.Public == "" || !strings.HasPrefix(line, text.Public+" ") {
			t.Errorf("%s: %q", name, text.Public)
		}
	}
	var zero sshkey.PublicKey
	data, err := json.Marshal(map[sshkey.PublicKey]sshkey.PublicKey{zero: zero})
	if err != nil || string(data) != `{"":""}` || json.Unmarshal([]byte(`""`), &zero) != nil || !zero.IsZero() {
		t.Errorf("the zero value: %s, %v", data, err)
	}
}

func TestPublicKeyTextRefuses(t *testing.T) {
	k := shippedKey(t, "ed25519").Public
	good := k.String()
	for _, wrong := range []string{
		"(no public key)", "ssh-ed25519", " ", good + " comment", good + "\n", " " + good, strings.Replace(good, " ", "  ", 1), good[:len(good)-4],
		strings.Replace(good, "ssh-ed25519", "ssh-rsa", 1), strings.Replace(good, "ssh-ed25519 ", "", 1), good[:40] + "\n" + good[40:],
	} {
		got := k
		if err := got.UnmarshalText([]byte(wrong)); err == nil || got != k {
			t.Errorf("%q is read as %v: %v", wrong, got, err)
		}
	}
}
