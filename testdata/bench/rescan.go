package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// rescanLimit is what a scan may cost when nothing is new, of the first one.
const rescanLimit = 5.0 // %

// rescan measures a second scan of the same history, with the state that the
// first one left.
func (b *bench) rescan() error {
	r := b.find("git", "git")
	if r == nil {
		if r = b.find("gitleaks", "gitleaks"); r == nil {
			return nil
		}
	}
	if err := warm(r.dir); err != nil {
		return err
	}
	state := filepath.Join(b.scratch, "state")
	first, _ := b.scan("first scan", r.path, "--state", state)
	first.before = func() error { return os.RemoveAll(state) }
	again, account := b.scan("nothing new", r.path, "--state", state)
	again.before = func() error {
		if _, err := os.Stat(state); err != nil {
			return errors.New("the first scan left no state")
		}
		return nil
	}
	race(0, b.runs, []*contender{first, again})
	table(r.name+", all refs, with --state", []*contender{first, again})
	target("wall of a re-scan, of the first", 100*ratio(again, first, wall), rescanLimit, " %")
	target("CPU of a re-scan, of the first", 100*ratio(again, first, cpu), rescanLimit, " %")
	if first.failed != "" || again.failed != "" {
		return nil
	}
	s, err := account.read()
	if err != nil {
		return err
	}
	fmt.Printf("  the re-scan: %d blobs, %.1f MB scanned\n", s.Objects["blobs"], float64(s.Bytes)/1e6)
	return nil
}
