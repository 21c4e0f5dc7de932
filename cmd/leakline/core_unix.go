//go:build unix

package main

import "syscall"

// forbidCoreDumps keeps the memory of a crash, which may hold secrets, off the
// disk. It is a precaution: where it is refused, the run goes on.
func forbidCoreDumps() {
	_ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{})
}
