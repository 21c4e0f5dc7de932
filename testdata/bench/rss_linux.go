package main

import (
	"os"
	"syscall"
)

// maxRSS is the peak resident memory of a process, in bytes (getrusage(2) counts
// in KiB on Linux).
func maxRSS(s *os.ProcessState) int64 {
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss << 10
	}
	return 0
}
