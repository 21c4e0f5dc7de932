package filesource

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asNobody runs f without the right to read everything. A test run by root gives
// it up for its own thread only: setfsuid(2) also drops the capabilities that
// override file permissions. A source reads on the goroutine that ranges over it.
func asNobody(t *testing.T, f func()) {
	if os.Geteuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	must(t, syscall.Setfsuid(65534))
	defer func() { must(t, syscall.Setfsuid(0)) }()
	f()
}

func TestUnreadable(t *testing.T) {
	dir := t.TempDir()
	for d := dir; strings.HasPrefix(d, os.TempDir()+"/"); d = filepath.Dir(d) {
		must(t, os.Chmod(d, 0o755))
	}
	t.Chdir(dir)
	for _, p := range []string{"a/x", "b", "c", "closed/x", "closed/y", "unlisted/x"} {
		write(t, p, "content")
	}
	must(t, os.Chmod("b", 0))
	must(t, os.Chmod("closed", 0))
	must(t, os.Chmod("unlisted", 0o711))
	defer os.Chmod("closed", 0o755)
	asNobody(t, func() {
		w := collect(t, New([]string{".", "b", "closed/x", "unlisted/x"}, Options{}), nil)
		want := []string{
			"b: unreadable: open: permission denied",
			"closed: unreadable: open: permission denied",
			"unlisted: unreadable: open: permission denied",
			"closed/x: unreadable: open: permission denied",
		}
		if os.Geteuid() != 0 { // its owner may list it
			want = slices.Delete(want, 2, 3)
		}
		var got []string
		for _, err := range w.errors {
			got = append(got, err.Error())
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff([]string{"a/x", "c", "unlisted/x"}, w.paths()); d != "" {
			t.Error(d)
		}
	})
}

// A process's memory is a regular file whose first page cannot be read.
func TestReadError(t *testing.T) {
	w := collect(t, New([]string{"/proc/self/mem", "/proc/self/status"}, Options{}), nil)
	if len(w.errors) != 1 || w.errors[0].Error() != "/proc/self/mem: unreadable: read: input/output error" {
		t.Error(w.errors)
	}
	// The kernel says that its files are empty; they are read nevertheless.
	last := w.chunks[len(w.chunks)-1]
	if last.Path != "/proc/self/status" || !strings.Contains(string(last.Data), "Pid:") {
		t.Errorf("%s: %d bytes", last.Path, len(last.Data))
	}
}

func TestKernelFileSystems(t *testing.T) {
	info, err := os.Stat("/")
	must(t, err)
	proc, err := os.OpenRoot("/proc")
	must(t, err)
	defer proc.Close()
	if why := pseudo(proc, device(info)); why != "a file system of the kernel (proc), no stored files" {
		t.Errorf("/proc: %q", why)
	}
	w := collect(t, New([]string{"/proc/self"}, Options{}), nil)
	if d := cmp.Diff([]string{"special /proc/self"}, w.unread); d != "" || w.chunks != nil {
		t.Error(d)
	}
	here, err := os.OpenRoot(t.TempDir())
	must(t, err)
	defer here.Close()
	for _, above := range []uint64{device(info), 0} {
		if why := pseudo(here, above); why != "" {
			t.Errorf("a folder: %q", why)
		}
	}
}
