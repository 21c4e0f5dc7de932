package hooklog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Journal is the folder in which runs are kept, a file for each month.
type Journal struct{ Dir string }

// The bounds of a journal. A month that is full keeps no more runs that met no
// secret and then, at twice the size, none at all.
const (
	maxMonths = 24
	maxMonth  = 2 << 20 // bytes
)

const monthForm = "hooks-2006-01.jsonl"

// ErrFull says that a month is full.
var ErrFull = errors.New("the journal of hooks is full for this month")

// Append adds a run.
func (j Journal) Append(r Run) error {
	r.At = r.At.UTC().Truncate(time.Millisecond)
	if n := len(r.Secrets); n > MaxSecrets {
		r.Secrets, r.More = r.Secrets[:MaxSecrets], n-MaxSecrets
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	name := filepath.Join(j.Dir, r.At.Format(monthForm))
	f, err := j.open(name)
	if err != nil {
		return fmt.Errorf("journal of hooks: %w", err)
	}
	err = func() error {
		info, err := f.Stat()
		switch {
		case err != nil:
			return err
		case info.Size() > maxMonth && len(r.Secrets) == 0:
			return nil
		case info.Size() > 2*maxMonth:
			return ErrFull
		}
		_, err = f.Write(append(line, '\n')) // one call: lines of others stand before or after
		return err
	}()
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("journal of hooks %q: %w", name, err)
	}
	return nil
}

// open opens the file of a month. A new month takes away what is too old.
func (j Journal) open(name string) (*os.File, error) {
	const flags = os.O_WRONLY | os.O_APPEND
	f, err := os.OpenFile(name, flags, 0)
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if err := os.MkdirAll(j.Dir, 0o700); err != nil {
		return nil, err
	}
	if f, err = os.OpenFile(name, flags|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	files, err := j.files()
	for _, old := range files[:max(len(files)-maxMonths, 0)] {
		if old != name {
			err = errors.Join(err, os.Remove(old))
		}
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// files lists the months, oldest first.
func (j Journal) files() ([]string, error) {
	entries, err := os.ReadDir(j.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if _, err := time.Parse(monthForm, e.Name()); err == nil && e.Type().IsRegular() {
			files = append(files, filepath.Join(j.Dir, e.Name()))
		}
	}
	slices.Sort(files)
	return files, nil
}

// Runs gives all runs, oldest first, and how many lines could not be read.
func (j Journal) Runs() (runs []Run, broken int, err error) {
	files, err := j.files()
	for _, name := range files {
		text, readErr := os.ReadFile(name)
		if readErr != nil && !errors.Is(readErr, fs.ErrNotExist) {
			err = errors.Join(err, readErr)
		}
		for line := range bytes.Lines(text) {
			r, ok := parseLine(line)
			if ok {
				runs = append(runs, r)
			} else if len(bytes.TrimSpace(line)) > 0 {
				broken++
			}
		}
	}
	if err != nil {
		return runs, broken, fmt.Errorf("read the journal of hooks: %w", err)
	}
	slices.SortStableFunc(runs, func(a, b Run) int { return a.At.Compare(b.At) })
	return runs, broken, nil
}

// parseLine reads a line. What stands before its last run is the begin of one that
// was never finished.
func parseLine(line []byte) (r Run, ok bool) {
	if json.Unmarshal(line, &r) == nil && !r.At.IsZero() {
		return r, true
	}
	r = Run{}
	i := bytes.LastIndex(line, []byte(`{"at":`))
	return r, i > 0 && json.Unmarshal(line[i:], &r) == nil && !r.At.IsZero()
}
