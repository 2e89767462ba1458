package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/safefile"
	"github.com/keyconv/keyconv/ppk"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func convertCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "convert", Usage: "give a key back in another format", ArgsUsage: "[FLAGS] [FILE...]",
		Description: `EXAMPLES:
   keyconv convert id.ppk -o id_rsa              PuTTY's key for OpenSSH
   keyconv convert id_ed25519 -o id.ppk          OpenSSH's key for PuTTY
   keyconv convert id.ppk --to authorized-keys   the line for the server
   keyconv convert --to ppk2 key -o old.ppk      for a PuTTY before 0.75
   keyconv convert --output-dir out *.ppk        many at once

Without --to a PPK becomes openssh, any other private key ppk, an RFC 4716 file
authorized-keys and any other public key rfc4716. The name behind -o does not
choose; one in .pub for a private key, or in .ppk for no PPK, is refused where
--to does not say so. A protected key stays protected under the same passphrase;
of many, each passphrase is asked for once. "keyconv formats" lists the formats.`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "to", Aliases: []string{"t"}, Usage: "write this `FORMAT`"}, fromFlag(),
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write to `FILE`; - is standard output"},
			&cli.StringFlag{Name: "output-dir", Usage: "write each result to a file in `DIR`"},
			boolFlag("force", "replace existing files", "f"),
			boolFlag("dry-run", "do everything but give the output its name", "n"),
			passphraseFlag(),
			&cli.StringFlag{Name: "new-passphrase-file", Usage: "the first line of `FILE` protects the output"},
			boolFlag("new-passphrase", "ask for a passphrase that protects the output"),
			boolFlag("no-passphrase", "take the protection off"),
			&cli.StringFlag{Name: "comment", Aliases: []string{"C"}, Usage: "replace the comment by `TEXT`"},
			&cli.StringFlag{Name: "certificate", Usage: "put the OpenSSH certificate in `FILE` into the PPK"},
			boolFlag("remove-certificate", "take the certificate out"),
			boolFlag("strict", "refuse all damage, also what can be repaired with certainty, and a file with another key in it"),
			&cli.StringFlag{Name: "ppk-kdf", Usage: "`KDF` of an encrypted PPK 3: argon2id, argon2i or argon2d"},
			intFlag("ppk-memory", "Argon2 memory in `KiB`", "8192"),
			intFlag("ppk-passes", "`N` Argon2 passes", "21"),
			intFlag("ppk-parallelism", "`N` Argon2 lanes", "1"),
			&cli.StringFlag{Name: "cipher", Usage: "encrypt openssh, pem or pkcs8 with `NAME`"},
			intFlag("rounds", "`N` rounds of the KDF of openssh or pkcs8", "24 for openssh"),
			&cli.StringFlag{Name: "host", Usage: "the `NAME` in SSHFP records"},
			expensiveFlag(), jsonFlag(), quietFlag(),
		},
		Action: func(c *cli.Context) error { return runConvert(e, c) },
	}
}

// A conversion is one run of the command, over one or several files.
type conversion struct {
	*env
	c       *cli.Context
	options keyconv.Options
	secrets *secrets
	claimed map[string]string // output file -> the input that writes it
	sources map[string]string // path -> the input, once somebody asked
}

func runConvert(e *env, c *cli.Context) error {
	e.begin(c)
	v := &conversion{env: e, c: c, secrets: newSecrets(e, c), claimed: map[string]string{}}
	defer v.secrets.clear()
	if err := v.prepare(); err != nil {
		return err
	}
	return v.all(inputs(c))
}

// inputs are the file names, or standard input where there are none.
func inputs(c *cli.Context) []string {
	if c.Args().Present() {
		return c.Args().Slice()
	}
	return []string{"-"}
}

// prepare checks the command line and makes the library's options of it.
func (v *conversion) prepare() error {
	c := v.c
	if err := v.checkFlags(); err != nil {
		return err
	}
	kdf, err := kdfName(c.String("ppk-kdf"))
	if err != nil {
		return err
	}
	v.options = keyconv.Options{
		From: c.String("from"), NoPassphrase: c.Bool("no-passphrase"), RemoveCertificate: c.Bool("remove-certificate"), Strict: c.Bool("strict"),
		Prove: isSet(c, "passphrase-file"), Cipher: c.String("cipher"), Rounds: c.Int("rounds"), Host: c.String("host"), Limits: limits(c),
		PPK: ppk.Encoder{KDF: kdf, MemoryKiB: c.Int("ppk-memory"), Passes: c.Int("ppk-passes"), Parallelism: c.Int("ppk-parallelism")},
	}
	if isSet(c, "comment") {
		text := c.String("comment")
		v.options.Comment = &text
	}
	if v.secrets.wantsNew() {
		v.options.NewPassphrase = v.secrets.new
	}
	if name := c.String("certificate"); name != "" {
		if v.options.Certificate, err = v.certificate(name); err != nil {
			v.failure(name, err)
			return errReported
		}
	}
	return nil
}

// certificate reads the file of one. Its faults are told of it, and not of each input.
func (v *conversion) certificate(name string) ([]byte, error) {
	data, err := v.read(name)
	if err != nil {
		return nil, err
	}
	_, err = keyconv.ParseCertificate(data)
	return data, err
}

// put writes an output. The folder of a batch is made once there is something to
// write; not those above it, where a name may be mistyped.
func (v *conversion) put(out output, data []byte) error {
	if dir := v.c.String("output-dir"); dir != "" && !isFolder(dir) {
		if out.dryRun && !exists(dir) && isFolder(filepath.Dir(filepath.Clean(dir))) {
			return nil
		}
		if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) { // another file's
			return sshkey.WithHint(safefile.Plain(err), "make the folder first, or choose another")
		}
	}
	return v.write(out, data)
}

func (v *conversion) toStdout(input, target string, res *keyconv.Result) error {
	if res.Private && target != "-" && isTerminal(v.stdout) {
		return hint("a private key is not shown on a terminal", "write it to a file: -o FILE; or insist: -o -")
	}
	if v.c.Bool("dry-run") {
		return v.report(input, "standard output", res)
	}
	if target != "-" && isTerminal(v.stdout) && !harmless(res.Data) {
		return hint("the comment or another field holds characters that act on a terminal", "write it to a file: -o FILE; or insist: -o -")
	}
	_, err := v.stdout.Write(res.Data)
	return safefile.Plain(err)
}

// outputName is the input's base name with the ending of the target format.
func outputName(input, ending string) string {
	base := filepath.Base(input)
	if input == "-" {
		base = "key"
	}
	for _, f := range keyconv.Formats() {
		if f.Ending != "" && len(base) > len(f.Ending) && strings.HasSuffix(strings.ToLower(base), f.Ending) {
			base = base[:len(base)-len(f.Ending)]
			break
		}
	}
	return base + ending
}

// A conversionReport is a line of --json.
type conversionReport struct {
	File        string        `json:"file"`
	Output      string        `json:"output,omitempty"`
	From        string        `json:"from,omitempty"`
	To          string        `json:"to,omitempty"`
	Encrypted   *bool         `json:"encrypted,omitempty"` // of the output; an error has none
	Fingerprint string        `json:"fingerprint_sha256,omitempty"`
	DryRun      bool          `json:"dry_run,omitempty"`
	Findings    []findingJSON `json:"findings,omitempty"`
	Error       string        `json:"error,omitempty"`
	Hint        string        `json:"hint,omitempty"`
}

func (v *conversion) report(name, target string, res *keyconv.Result) error {
	k := res.Keys[0]
	if v.c.Bool("json") {
		return v.encode(conversionReport{File: name, Output: target, From: res.From.Name, To: res.To.Name, Encrypted: &res.Encrypted,
			Fingerprint: k.Public.Fingerprint(), DryRun: v.c.Bool("dry-run"), Findings: findingsJSON(res.Findings)})
	}
	protection := ""
	if res.Private {
		protection = ", not protected by a passphrase"
		if res.Encrypted {
			protection = ", protected by its passphrase"
		}
	}
	verb := "wrote"
	if v.c.Bool("dry-run") {
		verb = "would write"
	}
	more := ""
	if n := len(res.Keys) - 1; n > 0 {
		more = fmt.Sprintf(" and %d more", n)
	}
	v.note("%s: %s %s: %s, %s %d %s%s%s", name, verb, target, res.To.Name, k.Public.Label(), k.Public.Bits(), k.Public.Fingerprint(), more, protection)
	return nil
}
