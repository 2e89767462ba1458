package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/formats/sshfp"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/ppk"
)

// checkFlags refuses what can be seen to be wrong before anything is read.
func (v *conversion) checkFlags() error {
	for _, check := range []func() error{v.checkFormats, v.checkValues, v.checkOutput, v.secrets.check} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func (v *conversion) checkFormats() error {
	if isSet(v.c, "from") {
		if _, err := keyconv.LookupSource(v.c.String("from")); err != nil {
			return usageError{err}
		}
	}
	if !isSet(v.c, "to") {
		return nil
	}
	f, err := keyconv.LookupTarget(v.c.String("to"))
	if err != nil {
		return usageError{err}
	}
	return v.tunes(f)
}

func (v *conversion) checkValues() error {
	c := v.c
	for _, pair := range [][2]string{{"output", "output-dir"}, {"new-passphrase-file", "no-passphrase"}, {"new-passphrase", "no-passphrase"},
		{"new-passphrase", "new-passphrase-file"}, {"certificate", "remove-certificate"}} {
		if isSet(c, pair[0]) && isSet(c, pair[1]) {
			return usagef("--%s and --%s exclude each other", pair[0], pair[1])
		}
	}
	for _, name := range []string{"ppk-memory", "ppk-passes", "ppk-parallelism", "rounds"} {
		if isSet(c, name) && (c.Int(name) < 1 || c.Int(name) > 1<<31-1) {
			return usagef("--%s must be a number from 1 on", name)
		}
	}
	if memory, lanes := cmp.Or(c.Int("ppk-memory"), ppk.DefaultMemoryKiB), max(c.Int("ppk-parallelism"), 1); memory < 8*lanes {
		return usageError{hint(fmt.Sprintf("--ppk-memory %d is too little: Argon2 needs 8 KiB for each of its lanes, here %d", memory, lanes), fmt.Sprintf("--ppk-memory %d or more; PuTTYgen's is %d", 8*lanes, ppk.DefaultMemoryKiB))}
	}
	return nil
}

func (v *conversion) checkOutput() error {
	c := v.c
	switch {
	case isSet(c, "output-dir"):
		return nil
	case c.NArg() > 1 && !exists(v.behind("--new-passphrase")): // it may be the passphrase
		return usageError{hint("--new-passphrase asks for the passphrase and takes no value", "from a file: --new-passphrase-file FILE; every user of the machine can read arguments")}
	case c.NArg() == 2 && !isSet(c, "output") && c.Args().Get(1) == "-":
		return usageError{hint("several files need --output-dir DIR, and - as one of them is standard input", "to write to standard output: -o -")}
	case c.NArg() == 2 && !isSet(c, "output") && isFile(c.Args().Get(0)) && !exists(c.Args().Get(1)): // as cp has it
		name := safetext.ShellWord(c.Args().Get(1))
		return usageError{hint("several files need --output-dir DIR, and there is no file "+name, "to write to "+name+": -o "+name)}
	case c.NArg() > 1 && !slices.ContainsFunc(c.Args().Slice(), exists):
		return usageError{hint("several files need --output-dir DIR, and none of these is there", "a name with spaces goes into quotes")}
	case c.NArg() > 1:
		return usagef("several files need --output-dir DIR")
	case c.Bool("json") && (c.String("output") == "" || c.String("output") == "-"):
		return usagef("--json tells what was written where: it needs -o FILE or --output-dir DIR")
	}
	return nil
}

// behind is the argument behind a flag that takes no value, if it is no flag; else ".".
func (v *conversion) behind(flag string) string {
	if n := slices.Index(v.args, flag) + 1; n > 0 && n < len(v.args) && !strings.HasPrefix(v.args[n], "-") {
		return v.args[n]
	}
	return "."
}

func exists(name string) bool {
	_, err := os.Lstat(name)
	return err == nil
}

// THE TABLE of flags that say something to some formats only.
var forFormats = []struct {
	flag      string
	formats   []string
	protected bool  // and only to a protected key
	missing   error // where they cannot do without it
}{
	{"cipher", []string{"openssh", "pem", "pkcs8"}, true, nil},
	{"rounds", []string{"openssh", "pkcs8"}, true, nil},
	{"ppk-kdf", []string{ppk.Name}, true, nil},
	{"ppk-memory", []string{ppk.Name}, true, nil},
	{"ppk-passes", []string{ppk.Name}, true, nil},
	{"ppk-parallelism", []string{ppk.Name}, true, nil},
	{"host", []string{sshfp.Name}, false, sshfp.ErrHost},
}

// tunes refuses flags that say nothing to the format to, for who chooses a cipher is
// not to get a file without one, and the lack of one that it needs.
func (v *conversion) tunes(to keyconv.Format) error {
	for _, f := range forFormats {
		set, takes := isSet(v.c, f.flag), slices.Contains(f.formats, to.Name)
		if takes && !set && f.missing != nil {
			return usageError{f.missing}
		}
		if set && !takes {
			return usageError{hint(fmt.Sprintf("--%s says nothing to %s: it is for %s", f.flag, to.Name, strings.Join(f.formats, ", ")),
				"leave it out, or choose the format: --to "+f.formats[0])}
		}
	}
	if v.secrets.wantsNew() && !to.Private {
		return usageError{hint("a new passphrase says nothing to "+to.Name+": a public key is not protected",
			"leave it out, or choose a format for the private key, such as --to openssh")}
	}
	return nil
}

// protects refuses flags that say how to encrypt what is not encrypted.
func (v *conversion) protects(res *keyconv.Result) error {
	if v.secrets.wantsNew() && !res.Private {
		return usageError{hint("a new passphrase protects a private key, and the result is a public one", "leave it out, or give the file of the private key")}
	}
	for _, f := range forFormats {
		if isSet(v.c, f.flag) && f.protected && !res.Encrypted {
			return usageError{hint(fmt.Sprintf("--%s says how to encrypt, and the result would not be protected by a passphrase", f.flag),
				"--new-passphrase asks for one, --new-passphrase-file FILE reads it; else leave it out")}
		}
	}
	return nil
}

// fits refuses a result that is not what the command line speaks of: without
// --to the input decides what it is.
func (v *conversion) fits(res *keyconv.Result) error {
	if err := v.named(res); err != nil {
		return err
	}
	if err := v.tunes(res.To); err != nil {
		return err
	}
	return v.protects(res)
}

// named refuses a name that says something else than the content would be: what
// is called .pub is given away, and nothing but a PPK is looked for in a .ppk.
// --to says that it is meant.
func (v *conversion) named(res *keyconv.Result) error {
	name := v.c.String("output")
	ending := strings.ToLower(filepath.Ext(name))
	what, next := "", ""
	switch {
	case isSet(v.c, "to"):
		return nil
	case ending == ".pub" && res.Private:
		what, next = "hold a private key", "for the public key: --to authorized-keys, or --to rfc4716; for the private one "
	case ending == ".ppk" && res.To.Ending != ending && res.Private:
		what, next = "be no PPK", "for a PPK: --to ppk; else "
	case ending == ".ppk" && res.To.Ending != ending:
		what, next = "be no PPK, which takes the private key", "give the file of the private key; for the public one "
	default:
		return nil
	}
	return usageError{hint(fmt.Sprintf("%s would %s: without --to a %s becomes %s", name, what, res.From.Name, res.To.Name),
		next+"another name, or --to "+res.To.Name)}
}

var kdfs = []string{ppk.Argon2id, ppk.Argon2i, ppk.Argon2d}

func kdfName(flag string) (string, error) {
	for _, name := range append([]string{""}, kdfs...) {
		if strings.EqualFold(flag, name) {
			return name, nil
		}
	}
	return "", usagef("--ppk-kdf %q: there are %s", flag, strings.Join(kdfNames(), ", "))
}

// kdfNames are those of an encrypted PPK 3, as they are typed.
func kdfNames() (names []string) {
	for _, name := range kdfs {
		names = append(names, strings.ToLower(name))
	}
	return names
}
