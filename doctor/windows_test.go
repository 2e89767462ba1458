package doctor_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/keyconv/keyconv"
	"github.com/keyconv/keyconv/doctor"
	"github.com/keyconv/keyconv/sshkey"
	"github.com/keyconv/keyconv/testdata"
)

// A windowsMachine is one of bob's, where no user has a number.
type windowsMachine struct {
	*machine
	rights map[string]doctor.Rights
	admin  bool
}

func newWindows() windowsMachine {
	m := newMachine()
	m.uid = -1
	delete(m.files, "/etc/passwd")
	m.set(`C:\ProgramData\ssh\sshd_config`, 0o644, -1, "Match Group administrators\r\n  AuthorizedKeysFile __PROGRAMDATA__/ssh/administrators_authorized_keys\r\n")
	return windowsMachine{m, map[string]doctor.Rights{keys: {}, "/home/bob/.ssh/id": {}}, false}
}

func (m windowsMachine) Rights(path string, own bool) (doctor.Rights, error) {
	r, ok := m.rights[path]
	if !ok {
		return r, errors.New("no such file")
	}
	if !own {
		r.Writers = append(r.Writers, `PC\bob`) // he is another to the administrators' file
	}
	return r, nil
}

func (m windowsMachine) Caller() (string, bool) { return `PC\bob`, m.admin }

var (
	users    = `BUILTIN\Users`
	mayRead  = doctor.Rights{Readers: []string{users}}
	mayWrite = doctor.Rights{Readers: []string{users}, Writers: []string{users}}
	another  = doctor.Rights{Owner: `PC\eve`}
)

// TestDoctorOnWindows: doctor does not know the way of sshd there, and says so.
func TestDoctorOnWindows(t *testing.T) {
	r := doctor.Diagnose(newWindows(), doctor.Request{User: "bob", Key: key(t)})
	if r.LetIn() || !r.Unknown || len(r.Refusals) > 0 {
		t.Errorf("an answer:\n%s", told(r))
	}
	if len(r.Unseen) != 1 || !strings.Contains(r.Unseen[0].Msg, "this is Windows") {
		t.Errorf("not said:\n%s", told(r))
	}
	if len(r.Notes) != 1 || r.Notes[0].Code != "windows" {
		t.Errorf("no note:\n%s", told(r))
	}
}

// TestKeysFileOnWindows is sshd's check_secure_file_permission, and where it
// looks for the keys of an administrator.
func TestKeysFileOnWindows(t *testing.T) {
	const adminKeys = `C:\ProgramData\ssh\administrators_authorized_keys`
	for name, c := range map[string]struct {
		file   string
		change func(windowsMachine)
		codes  []string
		fix    string // a part of the last one
		judged bool
	}{
		"no rights at all":              {keys, func(m windowsMachine) { m.rights[keys] = doctor.Rights{None: true} }, []string{"file-modes"}, "NTFS", true},
		"the administrators', a user's": {adminKeys, func(m windowsMachine) { m.rights[adminKeys] = another }, []string{"file-modes"}, "takeown.exe /F \"" + adminKeys + "\" /A", true},
		"bob's own":                     {keys, func(windowsMachine) {}, nil, "", true},
		"others may read it":            {keys, func(m windowsMachine) { m.rights[keys] = mayRead }, nil, "", true},
		"others may write":              {keys, func(m windowsMachine) { m.rights[keys] = mayWrite }, []string{"file-modes"}, `/inheritance:r /grant:r "PC\bob:F" /grant:r "*S-1-5-18:F" /remove "BUILTIN\Users"`, true},
		"another's":                     {keys, func(m windowsMachine) { m.rights[keys] = another }, []string{"file-modes"}, "takeown.exe /F", true},
		"not bob's":                     {"/home/eve/.ssh/authorized_keys", func(windowsMachine) {}, nil, "", false},
		"the administrators'":           {adminKeys, func(m windowsMachine) { m.rights[adminKeys] = doctor.Rights{} }, []string{"file-modes"}, `/grant:r "*S-1-5-18:F" /grant:r "*S-1-5-32-544:F" /remove "PC\bob"`, true},
		"an account that is gone":       {keys, func(m windowsMachine) { m.rights[keys] = doctor.Rights{Writers: []string{"*S-1-5-21-1-2-3-1001"}} }, []string{"file-modes"}, `/remove "*S-1-5-21-1-2-3-1001"`, true},
		"a name with a dollar":          {keys, func(m windowsMachine) { m.rights[keys] = doctor.Rights{Writers: []string{"$(calc)"}} }, []string{"file-modes"}, `/remove NAME`, true},
	} {
		m := newWindows()
		c.change(m)
		f, err := doctor.FindKeysFile(m, c.file, "/home/bob", doctor.Server{})
		var codes []string
		for _, fault := range f.Faults {
			codes = append(codes, fault.Code)
		}
		if err != nil || !slices.Equal(codes, c.codes) || f.Judged != c.judged {
			t.Errorf("%s: %v, judged %v, %v", name, codes, f.Judged, err)
		}
		if len(f.Faults) > 0 && !strings.Contains(f.Faults[len(f.Faults)-1].Fix, c.fix) {
			t.Errorf("%s: %s", name, f.Faults[len(f.Faults)-1].Fix)
		}
	}
}

// TestUnseenOnWindows: what cannot be looked at is no answer.
func TestUnseenOnWindows(t *testing.T) {
	m := newWindows()
	delete(m.rights, keys)
	if f, err := doctor.FindKeysFile(m, keys, "/home/bob", doctor.Server{}); err == nil || f.Judged {
		t.Errorf("%v, %v", f, err)
	}
}

// TestAdministratorOnWindows: an administrator's own file is not looked at, as long as
// sshd is there and its settings are those it comes with.
func TestAdministratorOnWindows(t *testing.T) {
	const config = `C:\ProgramData\ssh\sshd_config`
	for name, c := range map[string]struct {
		change func(windowsMachine)
		want   int
	}{
		"as it comes": {func(windowsMachine) {}, 1},
		"no sshd":     {func(m windowsMachine) { delete(m.files, config) }, 0},
		"a group's name in another case": {func(m windowsMachine) {
			m.set(config, 0o644, -1, "Match Group \"Administrators\" User bob\nAuthorizedKeysFile __PROGRAMDATA__/ssh/administrators_authorized_keys\n")
		}, 1},
		"settings mended": {func(m windowsMachine) { m.set(config, 0o644, -1, "AuthorizedKeysFile .ssh/authorized_keys\n") }, 0},
	} {
		m := newWindows()
		m.admin = true
		c.change(m)
		f, err := doctor.FindKeysFile(m, keys, "/home/bob", doctor.Server{})
		if err != nil || len(f.Faults) != c.want || c.want == 1 && f.Faults[0].Code != "windows-admin-file" {
			t.Errorf("%s: %v %v", name, f.Faults, err)
		}
	}
}

// TestKeyFileOnWindows: ssh suffers nobody else on a private key, not to read it either.
func TestKeyFileOnWindows(t *testing.T) {
	const file = "/home/bob/.ssh/id"
	data, err := testdata.Keys.ReadFile("keys/ed25519/openssh")
	if err != nil {
		t.Fatal(err)
	}
	private, format, err := keyconv.ParseLenient(data, "")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		rights doctor.Rights
		fix    string
	}{
		"closed":    {doctor.Rights{}, ""},
		"read":      {mayRead, `icacls.exe "\home\bob\.ssh\id" /inheritance:r /grant:r "PC\bob:F" /remove "BUILTIN\Users"`},
		"written":   {mayWrite, `/remove "BUILTIN\Users"`},
		"another's": {another, "takeown.exe /F"},
		"no rights": {doctor.Rights{None: true}, "NTFS"},
	} {
		m := newWindows()
		m.rights[file] = c.rights
		k := doctor.KeyFile{Path: file, Key: private[0], FormatName: format.Name, Data: data}
		found := slices.DeleteFunc(k.Check(m), func(f sshkey.Finding) bool { return f.Code != "key-file-modes" })
		if (c.fix != "") != (len(found) == 1) || c.fix != "" && !strings.Contains(found[0].Hint, c.fix) {
			t.Errorf("%s: %v", name, found)
		}
	}
}
