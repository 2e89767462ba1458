package repair

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestTailByChance has a key in which three characters and a length look like the end of
// the start of an ssh-dss key, as one of 260,000 of its type does.
func TestTailByChance(t *testing.T) {
	const line = "sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAICnI2VkJXUOqv15tfmS30E67VcKDHXR8RajiFQi2Cc3MAAAABHNzaDo="
	_, blob, _ := strings.Cut(line, " ")
	for _, in := range []string{blob, "  - " + line + " me\n", "ssh-ed25519 " + blob + " me\n", base64.StdEncoding.EncodeToString([]byte("x: 1\n" + line + " me\n"))} {
		if got, res := printed(t, []byte(in)); len(got) != 1 || got[0] != line {
			t.Errorf("%q gives %q\n%v", in, got, res.Findings)
		}
	}
	for _, in := range []string{blob[:60] + "\n" + blob[80:], blob[:70] + blob[72:]} {
		if got, _ := printed(t, []byte(in)); len(got) > 0 {
			t.Errorf("WRONG: %q gives %q", in, got)
		}
	}
}
