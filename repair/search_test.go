package repair

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/keyconv/keyconv/internal/keytest"
	"github.com/keyconv/keyconv/sshkey"
)

// TestSearchEnds: where many keys are damaged, those behind the first ones are not
// searched, and say so. A few damaged keys all are.
func TestSearchEnds(t *testing.T) {
	key := string(keytest.Shipped(t, "rsa2048/id.pub"))
	expected := must(sshkey.ParsePublicKey(must(base64.StdEncoding.DecodeString(strings.Fields(key)[1])))).Fingerprint()
	cut := "ssh-rsa " + strings.Fields(key)[1][:200] + "\n"
	long := strings.Replace(key[:100], "AQABAAABAQ", "AQABAAAPAQ", 1) + strings.Repeat("AAAB", 2000) + "\n" // no key is as long: not searched
	text := []byte(strings.Repeat(long, 5) + strings.Repeat(cut, 20) + key[:150] + key[151:])
	for before, found := range map[int]bool{0: true, mostSearched - 1<<18: false, mostSearched: false} {
		o := Options{Expect: expected, Memory: &Memory{searched: before}}
		res, err := Text(text, o)
		if err != nil {
			t.Fatal(err)
		}
		last := res.Findings[len(res.Findings)-1]
		ended := strings.Contains(last.Msg, "not searched") && strings.Contains(last.Hint, "a text of its own")
		if (len(res.Entries) == 1) != found || ended == found {
			t.Errorf("%d were searched before: %q, %s: %s", before, res.Text, last.Msg, last.Hint)
		}
		if o.Memory.searched > mostSearched+1<<24 {
			t.Errorf("%d were searched before, %d behind", before, o.Memory.searched)
		}
	}
	o := Options{Expect: expected, Memory: NewMemory()}
	if _, err := Text([]byte(strings.Repeat("AAAAB3NzaC1yc2E", 1000)), o); err != nil || o.Memory.searched > 0 {
		t.Errorf("pieces that are shorter than any key: %v, %d were searched", err, o.Memory.searched)
	}
}

// TestSearchKeepsComment: the comment of a key that the search found is whole, though
// its first letter reads as the character that is missing.
func TestSearchKeepsComment(t *testing.T) {
	key := string(keytest.Shipped(t, "rsa2048/id.pub"))
	expected := must(sshkey.ParsePublicKey(must(base64.StdEncoding.DecodeString(strings.Fields(key)[1])))).Fingerprint()
	for i := 100; i < 300; i += 7 {
		res, err := Text([]byte(key[:i]+key[i+1:]), Options{Expect: expected})
		if err != nil || string(res.Text) != key {
			t.Errorf("without character %d: %v, %q", i, err, res.Text)
		}
	}
}
