package ssh1

import (
	"bytes"
	"math/big"

	"github.com/keyconv/keyconv/internal/lazyre"
	"github.com/keyconv/keyconv/sshkey"
)

// maxDigits are those of a number of 16384 bits.
const maxDigits = 4933

// publicLine is "bits e n [comment]".
var publicLine = lazyre.New(`^([0-9]{1,5}) ([0-9]+) ([0-9]+)(?: ([^\r\n]*))?\r?(?:\n|$)`)

// parsePublic reads the public line; blank lines may follow.
func parsePublic(data []byte) (*sshkey.Key, error) {
	m := publicLine.FindSubmatchIndex(data)
	if m == nil {
		return nil, sshkey.Errorf(Name, data, 0, "neither an SSH-1 private key nor a line \"bits e n comment\"")
	}
	if digits := max(m[5]-m[4], m[7]-m[6]); digits > maxDigits {
		return nil, sshkey.Errorf(Name, data, m[4], "a number of %d digits; a key has %d at most", digits, maxDigits)
	}
	field := func(i int) string { return string(data[m[2*i]:m[2*i+1]]) }
	number := func(i int) *big.Int {
		n, _ := new(big.Int).SetString(field(i), 10) // the pattern lets digits through only
		return n
	}
	n := number(3)
	if number(1).Cmp(big.NewInt(int64(n.BitLen()))) != 0 {
		return nil, sshkey.Errorf(Name, data, 0, "the key is said to have %s bits and has %d", field(1), n.BitLen())
	}
	if rest := bytes.TrimSpace(data[m[1]:]); len(rest) > 0 {
		return nil, sshkey.Errorf(Name, data, m[1], "there is more behind the key's line")
	}
	pub, err := sshkey.RSAPublicKey{E: number(2), N: n}.PublicKey()
	if err != nil {
		return nil, sshkey.Locate(Name, data, func(int) int { return m[4] }, err)
	}
	k := &sshkey.Key{Public: pub, Version: 1, Pos: sshkey.PosAt(data, 0)}
	if m[8] >= 0 {
		k.Comment = field(4)
	}
	return k, nil
}
