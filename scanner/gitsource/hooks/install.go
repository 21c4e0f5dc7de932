package hooks

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Options say how hooks are installed and taken away.
type Options struct {
	Binary  string // absolute path of leakline
	Version string
	Now     time.Time
	// Force replaces a hook of leakline that somebody has changed, and installs where
	// another tool writes the hooks.
	Force bool
}

// Done says what became of a hook.
type Done string

// What may become of one.
const (
	Installed Done = "installed"
	Updated   Done = "updated"   // it was leakline's, of another version or at another place
	Unchanged Done = "unchanged" // it was there already, or was not there
	Removed   Done = "removed"
)

// Result is what was done to one hook.
type Result struct {
	Name Name
	File string
	Done Done
	// Before is the file of the hook that was there before: where it is kept or, of
	// one that was removed, where it was put back.
	Before string
}

// Refused is the error of a hook that is not touched. Its reason is one of the
// sentinels below.
type Refused struct {
	Hook   Hook
	Reason error
}

func (r *Refused) Error() string { return fmt.Sprintf("the hook %q: %v", r.Hook.File, r.Reason) }

func (r *Refused) Unwrap() error { return r.Reason }

// Why a hook is not touched.
var (
	ErrChanged = errors.New("somebody has changed it since leakline wrote it")
	ErrManaged = errors.New("another tool writes this file")
	ErrBoth    = errors.New("it is not leakline's, and the hook from before leakline's is still beside it")
	ErrOff     = errors.New("core.hooksPath turns hooks off here: git runs none")
)

// Install puts a hook of leakline where git will run it. A hook that is there is
// moved aside, and run after it. That leakline's hook is there already is no error.
func (r *Repo) Install(name Name, o Options) (res Result, err error) {
	h, err := r.Inspect(name)
	if r.Off() {
		return res, &Refused{h, ErrOff}
	}
	if err != nil {
		return res, err
	}
	res = Result{Name: name, File: h.File, Done: Installed, Before: h.Before}
	text := Script(name, o.Binary, o.Version)
	switch {
	case h.Seal == Changed && !o.Force:
		return res, &Refused{h, ErrChanged}
	case h.Seal == Foreign && h.Present && h.Before != "":
		return res, &Refused{h, ErrBoth}
	case (h.Manager == Husky || h.Manager == Lefthook) && !o.Force:
		return res, &Refused{h, ErrManaged}
	case h.Seal != Foreign:
		res.Done = Updated
		if old, _, err := readHook(h.File); err == nil && bytes.Equal(old, text) && h.Runs {
			res.Done = Unchanged
		}
	}
	made := !exists(r.Folder)
	if res.Done != Unchanged {
		if err := r.put(&res, h, text); err != nil {
			return res, fmt.Errorf("install the hook %q: %w", h.File, err)
		}
	}
	return res, r.noteInstalled(name, h, made, o.Now)
}

// put writes a hook beside its place, moves what stands there aside, and gives it
// the name.
func (r *Repo) put(res *Result, h Hook, text []byte) error {
	if err := os.MkdirAll(r.Folder, 0o777); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(r.Folder, ".leakline-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(text)
	err = errors.Join(err, tmp.Chmod(0o755), tmp.Sync())
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if h.Present && h.Seal == Foreign {
		res.Before = h.File + Beside
		if err := os.Rename(h.File, res.Before); err != nil {
			return err
		}
	}
	return os.Rename(tmp.Name(), h.File)
}

// Uninstall takes leakline's hook away and puts back what was there before it. That
// it is not there is no error.
func (r *Repo) Uninstall(name Name, o Options) (res Result, err error) {
	h, err := r.Inspect(name)
	if err != nil {
		return res, err
	}
	res = Result{Name: name, File: h.File, Done: Removed, Before: h.Before}
	switch {
	case h.Seal == Foreign && h.Present && h.Before != "":
		return res, &Refused{h, ErrBoth}
	case h.Seal == Changed && !o.Force:
		return res, &Refused{h, ErrChanged}
	case h.Seal == Foreign && (h.Present || h.Before == ""):
		res.Done = Unchanged
		return res, r.noteRemoved(name, o.Now)
	}
	if h.Before != "" {
		err = os.Rename(h.Before, h.File) // in one step: git finds one or the other
	} else {
		err = os.Remove(h.File)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return res, fmt.Errorf("remove the hook %q: %w", h.File, err)
	}
	return res, r.noteRemoved(name, o.Now)
}

// Template is a folder that git copies into new repositories, as if it were one:
// https://git-scm.com/docs/git-init#_template_directory
// Since when hooks are there is not noted: the copies are made by git.
func Template(dir string) *Repo { return &Repo{Dir: dir, Folder: filepath.Join(dir, "hooks")} }
