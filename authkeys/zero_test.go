package authkeys_test

import (
	"testing"
	"time"

	"github.com/keyconv/keyconv/authkeys"
)

// TestTermsWithoutZone: no zone is UTC.
func TestTermsWithoutZone(t *testing.T) {
	options, err := authkeys.ParseOptions(`expiry-time="202601020304"`)
	if err != nil {
		t.Fatal(err)
	}
	terms, err := authkeys.TermsOf(options, nil)
	if want := time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC); err != nil || !terms.Expires.Equal(want) {
		t.Errorf("%v, %v", terms.Expires, err)
	}
}

// TestStrangeDecision: values that nobody decided are printed, and let nobody in.
func TestStrangeDecision(t *testing.T) {
	if got := authkeys.Verdict(99).String(); got != "verdict 99" {
		t.Error(got)
	}
	if by := (authkeys.Decision{Verdict: authkeys.LetIn}).By(); by != nil {
		t.Error(by)
	}
}
