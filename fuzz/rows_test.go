package fuzz

import (
	"testing"

	"github.com/keyconv/keyconv"
)

// A target for each row of the table that reads.
var rows = map[string]func(*testing.F){
	"ppk": FuzzPPK, "openssh": FuzzOpenSSH, "pem": FuzzPEM, "pkcs8": FuzzPKCS8, "sshcom": FuzzSSHCom, "ssh1": FuzzSSH1,
	"dropbear": FuzzDropbear, "rfc4716": FuzzRFC4716, "spki": FuzzSPKI, "pkcs1-public": FuzzPKCS1Public, "x509": FuzzX509,
	"jwk": FuzzJWK, "known-hosts": FuzzKnownHosts, "authorized-keys": FuzzAuthorizedKeys,
}

func FuzzPPK(f *testing.F)            { fuzzRow(f, "ppk") }
func FuzzOpenSSH(f *testing.F)        { fuzzRow(f, "openssh") }
func FuzzPEM(f *testing.F)            { fuzzRow(f, "pem") }
func FuzzPKCS8(f *testing.F)          { fuzzRow(f, "pkcs8") }
func FuzzSSHCom(f *testing.F)         { fuzzRow(f, "sshcom") }
func FuzzSSH1(f *testing.F)           { fuzzRow(f, "ssh1") }
func FuzzDropbear(f *testing.F)       { fuzzRow(f, "dropbear") }
func FuzzRFC4716(f *testing.F)        { fuzzRow(f, "rfc4716") }
func FuzzSPKI(f *testing.F)           { fuzzRow(f, "spki") }
func FuzzPKCS1Public(f *testing.F)    { fuzzRow(f, "pkcs1-public") }
func FuzzX509(f *testing.F)           { fuzzRow(f, "x509") }
func FuzzJWK(f *testing.F)            { fuzzRow(f, "jwk") }
func FuzzKnownHosts(f *testing.F)     { fuzzRow(f, "known-hosts") }
func FuzzAuthorizedKeys(f *testing.F) { fuzzRow(f, "authorized-keys") }

// TestRows: no row without a target.
func TestRows(t *testing.T) {
	for _, f := range keyconv.Formats() {
		if f.Reads() && rows[f.Name] == nil {
			t.Errorf("%s has no fuzz target", f.Name)
		}
	}
	for _, c := range containers() {
		if trees[c.name] == nil {
			t.Errorf("%s has no structured fuzz target", c.name)
		}
	}
}
