package servertest

import (
	"fmt"
	"io/fs"
	"slices"
)

// A State is a change to a server that lets the key in, and what comes of it.
type State struct {
	Name   string
	Reason string // the code of what refuses first; "" where the key gets in
	change func(*Scene)
}

// States lists the states: those of one change, then pairs of them, which have
// a plus between their names.
func States() []State {
	list := slices.Concat(modeStates(), fileStates(), placeStates(), lineStates(), accountStates(), allowStates(), rootStates(),
		methodStates(), keyStates(), commandStates(), certificateStates(), principalStates(), authorityStates(), matchStates(), sessionStates(), agentStates())
	return append(list, pairs(list)...)
}

// LetIn reports whether the key gets in.
func (s State) LetIn() bool { return s.Reason == "" }

// set is a change of sshd_config alone.
func set(lines ...string) func(*Scene) { return func(s *Scene) { s.Set(lines...) } }

// and is one change after the other.
func and(changes ...func(*Scene)) func(*Scene) {
	return func(s *Scene) {
		for _, c := range changes {
			if c != nil {
				c(s)
			}
		}
	}
}

func fileMode(mode uint32) fs.FileMode { return fs.FileMode(mode) }

func chmod(name string, mode uint32) func(*Scene) {
	return func(s *Scene) { s.Chmod(name, fileMode(mode)) }
}

func chown(name string, uid, gid int) func(*Scene) {
	return func(s *Scene) { s.Chown(name, uid, gid) }
}

func usermod(args ...string) func(*Scene) {
	return func(s *Scene) { s.Usermod(slices.Clone(args)...) }
}

// together lists pairs of states that go together; what refuses first in
// sshd's order stands first.
var together = [...][2]string{
	{"DenyUsers with the user", "PubkeyAuthentication no"},
	{"a wrong user name", "PubkeyAuthentication no"},
	{"locked", "AllowUsers without the user"},
	{"expired account", "shell missing"},
	{"shell missing", "DenyGroups with the group"},
	{"AllowUsers without the user", "AllowGroups without the group"},
	{"AllowGroups without the group", "file writable by everybody"},
	{"PubkeyAuthentication no", "file writable by everybody"},
	{"PubkeyAuthentication no", "RevokedKeys with the key"},
	{"Ed25519 not accepted", "no file"},
	{"Ed25519 not accepted", "RevokedKeys with the key"},
	{"RequiredRSASize", "RevokedKeys missing"},
	{"RevokedKeys with the key", "file writable by everybody"},
	{"RevokedKeys missing", "expired"},
	{"file writable by everybody", "folder writable by everybody"},
	{"folder writable by everybody", "home writable by everybody"},
	{"file writable by everybody", "shell nologin"},
	{"another key", "shell nologin"},
	{"expired", "AuthenticationMethods publickey,password"},
	{"from another host", "file readable by everybody"},
	{"file of root, mode 600", "home writable by everybody"},
	{"no file", "AuthenticationMethods publickey,password"},
	{"AuthenticationMethods publickey,password", "shell nologin"},
	{"an agent with many keys", "file writable by everybody"},
	{"locked", "an agent with many keys"},
	{"certificate expired", "shell nologin"},
	{"Match User", "file writable by everybody"},
	{"another key", "expired account, with PAM"},
	{"expired account, with PAM", "shell nologin"},
	{"StrictModes no", "shell nologin"},
}

// pairs makes the states of two changes.
func pairs(list []State) (out []State) {
	find := func(name string) State {
		for _, s := range list {
			if s.Name == name {
				return s
			}
		}
		panic("no state " + name)
	}
	for _, p := range together {
		first, second := find(p[0]), find(p[1])
		s := State{Name: fmt.Sprintf("%s + %s", first.Name, second.Name), Reason: first.Reason, change: and(second.change, first.change)}
		if s.Reason == "" {
			s.Reason = second.Reason
		}
		out = append(out, s)
	}
	return out
}
