package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var cryptProtectMemory = windows.NewLazySystemDLL("crypt32.dll").NewProc("CryptProtectMemory")

// dialPageant connects to PuTTY's agent, which since 0.75 listens on a pipe too. As
// PuTTY does, it trusts a pipe of the user's alone: everybody may make one of that name
// (windows/named-pipe-client.c).
func dialPageant() (conn *os.File, err error) {
	err = fs.ErrNotExist
	for _, user := range userNames() {
		conn, err = dialPipe(`\\.\pipe\pageant.` + user + "." + obfuscated("Pageant"))
		if err != nil {
			continue
		}
		if err = ownPipe(conn); err == nil {
			return conn, nil
		}
		conn.Close()
	}
	return nil, err
}

// dialPipe waits for a pipe that serves others. Whoever listens there may know who
// calls, and not do anything in his name.
func dialPipe(name string) (*os.File, error) {
	path, err := windows.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		h, err := windows.CreateFile(path, windows.GENERIC_READ|windows.GENERIC_WRITE, 0, nil, windows.OPEN_EXISTING,
			windows.SECURITY_SQOS_PRESENT|windows.SECURITY_IDENTIFICATION, 0)
		if err == nil {
			return os.NewFile(uintptr(h), name), nil
		}
		if !errors.Is(err, windows.ERROR_PIPE_BUSY) || time.Now().After(end) {
			return nil, err
		}
	}
}

func ownPipe(conn *os.File) error {
	sd, err := windows.GetSecurityInfo(windows.Handle(conn.Fd()), windows.SE_KERNEL_OBJECT, windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return err
	}
	owner, _, err := sd.Owner()
	if err != nil {
		return err
	}
	me, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return err
	}
	if owner == nil || !owner.Equals(me.User.Sid) {
		return hint("another user has Pageant's place: "+conn.Name()+" is not yours", "tell an administrator: who listens there is given the keys of others")
	}
	return nil
}

// isInUse reports whether another program has the file open and lets nobody read it.
func isInUse(err error) bool { return errors.Is(err, windows.ERROR_SHARING_VIOLATION) }

// userNames are the names under which PuTTY knows the user: of a domain's
// account, or else of the machine's (windows/utils/get_username.c).
func userNames() (names []string) {
	for _, format := range []uint32{windows.NameUserPrincipal, windows.NameSamCompatible} {
		size := uint32(256)
		name := make([]uint16, size)
		if windows.GetUserNameEx(format, &name[0], &size) != nil {
			continue
		}
		user, _, _ := strings.Cut(windows.UTF16ToString(name), "@")
		names = append(names, user[strings.LastIndexByte(user, '\\')+1:])
	}
	return names
}

// obfuscated is a name as PuTTY hides it from other users: encrypted for this one,
// where the system can, and hashed as a string of SSH (capi_obfuscate_string in
// windows/utils/cryptoapi.c).
func obfuscated(name string) string {
	const blockSize, crossProcess = 16, 1 // CRYPTPROTECTMEMORY_BLOCK_SIZE, CRYPTPROTECTMEMORY_CROSS_PROCESS
	block := make([]byte, (len(name)/blockSize+1)*blockSize)
	copy(block, name)
	if cryptProtectMemory.Find() == nil {
		cryptProtectMemory.Call(uintptr(unsafe.Pointer(&block[0])), uintptr(len(block)), crossProcess)
	}
	return fmt.Sprintf("%x", sha256.Sum256(append(binary.BigEndian.AppendUint32(nil, uint32(len(block))), block...)))
}
