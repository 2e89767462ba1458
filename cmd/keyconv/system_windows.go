package main

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"strings"
	"unsafe"

	"golang.org/x/sys/windows"
)

var cryptProtectMemory = windows.NewLazySystemDLL("crypt32.dll").NewProc("CryptProtectMemory")

// dialPageant connects to PuTTY's agent, which since 0.75 listens on a pipe too.
func dialPageant() (conn *os.File, err error) {
	for _, user := range userNames() {
		if conn, err = os.OpenFile(`\\.\pipe\pageant.`+user+"."+obfuscated("Pageant"), os.O_RDWR, 0); err == nil {
			return conn, nil
		}
	}
	return nil, err
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
