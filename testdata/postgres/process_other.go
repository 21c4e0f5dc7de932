//go:build !unix

package postgres

import (
	"errors"
	"os/exec"
)

// Nothing below is reached: binaries finds no server whose processes could be
// told apart.

func (a *account) apply(*exec.Cmd) {}

func kill(int) error { return errors.ErrUnsupported }
