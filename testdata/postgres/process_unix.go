//go:build unix

package postgres

import (
	"os/exec"
	"syscall"
)

// apply lets the user run a command, in a process group of its own: a signal from
// the terminal is for the tests, which then end the server.
func (a *account) apply(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.other {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
}

// kill ends a process by SIGKILL. It may have ended by itself, since the others
// were killed.
func kill(pid int) error {
	if err := syscall.Kill(pid, syscall.SIGKILL); err != syscall.ESRCH {
		return err
	}
	return nil
}
