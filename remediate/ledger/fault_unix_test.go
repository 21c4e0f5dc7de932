//go:build unix

package ledger_test

import (
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
)

// nobody is the user that has no rights: 65534 on Linux.
const nobody = 65534

// runAs lets a program that is this test binary open a ledger as another user, and
// gives what it says.
func runAs(t *testing.T, program, url string) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	c := exec.Command(program, "-test.run", "^TestChild$")
	c.Dir = "/"
	c.Env = append(os.Environ(), childURL+"="+url, childWork+"=open it")
	c.ExtraFiles = []*os.File{w}
	c.Stderr = os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	said, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Wait(); err != nil {
		t.Errorf("%v", err)
	}
	return string(said)
}
