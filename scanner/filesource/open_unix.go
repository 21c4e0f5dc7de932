//go:build unix

package filesource

import (
	"io/fs"
	"syscall"
)

// openFlags keep an open from waiting for a writer if a regular file was
// replaced by a named pipe since its folder was listed, and from making a
// terminal the program's own.
const openFlags = syscall.O_NONBLOCK | syscall.O_NOCTTY

// device is the device that a file lies on.
func device(info fs.FileInfo) uint64 {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Dev)
	}
	return 0
}
