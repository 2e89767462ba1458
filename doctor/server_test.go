package doctor_test

import (
	"testing"

	"github.com/keyconv/keyconv/authkeys"
	"github.com/keyconv/keyconv/doctor"
)

// TestNoServer: of no server nothing is known.
func TestNoServer(t *testing.T) {
	var s doctor.Server
	if s.Version() != (authkeys.Version{}) || s.Lenient() {
		t.Errorf("%v, %v", s.Version(), s.Lenient())
	}
}
