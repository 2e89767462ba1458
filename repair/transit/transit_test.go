package transit_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/repair/transit"
)

// TestAttemptRedacted: the text of an attempt is a private key, which no log gets.
func TestAttemptRedacted(t *testing.T) {
	file := string(keytest.Shipped(t, "ed25519/openssh"))
	list := transit.Mend([]byte("  " + file))
	if len(list) != 1 {
		t.Fatalf("%d texts", len(list))
	}
	secret := strings.Split(string(list[0].Text), "\n")[3]
	text, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{fmt.Sprint(list), fmt.Sprintf("%+v %s %q", list, list[0], list[0]), fmt.Sprintf("%x %d", list, list[0]), string(text)} {
		for _, form := range []string{secret, fmt.Sprintf("%x", secret), base64.StdEncoding.EncodeToString(list[0].Text)[:40], strings.Trim(fmt.Sprint([]byte(secret)), "[]")} {
			if strings.Contains(printed, form) {
				t.Errorf("%.200s", printed)
			}
		}
	}
	if _, err := list[0].GobEncode(); err == nil {
		t.Error("gob")
	}
}
