package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/internal/formats/knownhosts"
	"github.com/keyconv/keyconv/internal/formats/pemkey"
	"github.com/keyconv/keyconv/internal/safetext"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/urfave/cli/v2"
)

func fingerprintCommand(e *env) *cli.Command {
	return &cli.Command{
		Name: "fingerprint", Usage: "print fingerprints as ssh-keygen -l does", ArgsUsage: "[FLAGS] [FILE...]",
		Description: `EXAMPLES:
   keyconv fingerprint id.ppk                              as sshd logs it
   keyconv fingerprint --hash md5 ~/.ssh/authorized_keys   as old ones did
   keyconv fingerprint --aws my-ec2-key.pem                as the EC2 console shows it
   keyconv fingerprint --art id_ed25519.pub                with its picture`,
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "hash", Value: "sha256", Usage: "`NAME`: sha256, md5, sha1, bubblebabble, or jwk (RFC 7638)"},
			boolFlag("aws", "the fingerprints that AWS EC2 shows"), boolFlag("art", "the picture of ssh-keygen -v as well"),
			fromFlag(), passphraseFlag(), expensiveFlag(), quietFlag(),
		},
		Action: func(c *cli.Context) error {
			e.begin(c)
			hash, ok := fingerprints[strings.ToLower(c.String("hash"))]
			if !ok {
				return usagef("--hash %q: there are sha256, md5, sha1, bubblebabble and jwk", c.String("hash"))
			}
			f := &fingerprinter{env: e, c: c, hash: hash, secrets: newSecrets(e, c)}
			defer f.secrets.clear()
			if err := f.secrets.check(); err != nil {
				return err
			}
			return e.eachFile(c, f.file)
		},
	}
}

var fingerprints = map[string]func(sshkey.PublicKey) string{
	"sha256": sshkey.PublicKey.Fingerprint, "md5": sshkey.PublicKey.FingerprintMD5, "sha1": sshkey.PublicKey.FingerprintSHA1,
	"bubblebabble": sshkey.PublicKey.BubbleBabble, "jwk": sshkey.PublicKey.Thumbprint,
}

// A fingerprinter is one run of the command.
type fingerprinter struct {
	*env
	c       *cli.Context
	hash    func(sshkey.PublicKey) string
	secrets *secrets
}

func (f *fingerprinter) file(name string) error {
	data, err := f.read(name)
	if err != nil {
		return err
	}
	keys, format, damage := keyconv.ParseLenient(data, f.c.String("from"))
	for _, k := range keys {
		f.findings(name, k.Findings)
		if k.Encrypted() && (isSet(f.c, "passphrase-file") || k.Public.IsZero()) {
			if k, err = f.secrets.unlock(name, k, format); err != nil {
				return err
			}
		}
		if err := f.print(k); err != nil {
			return err
		}
	}
	return ofLines(damage, name, len(keys))
}

// ofLines adds to the error of a file of lines, of which n were sound, what tells of all.
func ofLines(err error, name string, n int) error {
	if err == nil || n == 0 {
		return err
	}
	if name != "-" {
		name = safetext.ShellWord(name)
	}
	return sshkey.WithHint(err, "keyconv check "+name+" tells of every line")
}

func (f *fingerprinter) print(k *sshkey.Key) error {
	if f.c.Bool("aws") {
		return f.aws(k)
	}
	sum := f.hash(k.Public)
	if sum == "" {
		return hint("this fingerprint is not defined for keys of type "+k.Public.Algorithm(), "take another --hash")
	}
	f.line(k, sum, k.Public.Label())
	if f.c.Bool("art") {
		fmt.Fprintln(f.stdout, strings.TrimSuffix(k.Public.Randomart(), "\n"))
	}
	return nil
}

// hostOf is the first column of a line of known_hosts.
func hostOf(k *sshkey.Key) string {
	for _, h := range k.Headers {
		if h.Name == knownhosts.HeaderHost {
			return h.Value
		}
	}
	return ""
}

func (f *fingerprinter) line(k *sshkey.Key, sum, about string) {
	comment := cmp.Or(k.Comment, hostOf(k), "no comment") // as ssh-keygen -lf
	fmt.Fprintf(f.stdout, "%d %s %s (%s)\n", k.Public.Bits(), sum, safetext.Printable(comment), about)
}

// aws prints what the EC2 console shows: one thing for a key that was imported
// there, another for one that EC2 made, which takes the private half.
func (f *fingerprinter) aws(k *sshkey.Key) error {
	if p, ok := k.Public.Parts().(sshkey.EdDSAPublicKey); ok && p.Curve == "Ed25519" {
		f.line(k, strings.TrimPrefix(k.Public.Fingerprint(), "SHA256:")+"=", k.Public.Label()+", EC2")
		return nil
	}
	imported, err := pemkey.AWSImported(k)
	if err != nil {
		return err
	}
	f.line(k, imported, k.Public.Label()+", imported to EC2")
	if _, rsa := k.Private.(*sshkey.RSAPrivateKey); rsa {
		created, err := pemkey.AWSCreated(k)
		if err != nil {
			return err
		}
		f.line(k, created, k.Public.Label()+", made by EC2")
	}
	return nil
}
