package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	apps "leakline/testdata/boundary"
)

// The target of the identity boundary, and the tree that it is measured on.
const (
	boundaryLimit  = 2.0     // of leakline dir
	boundaryFiles  = 100_000 // of the tree
	boundaryShare  = 20      // one in so many comes from an application
	boundaryPiece  = 800     // bytes of the others, at least
	boundaryFormat = "1"     // of the tree that is kept; it changes with what builds it
)

// boundary measures the map and the check of a tree, beside a scan of it for
// credentials alone.
func (b *bench) boundary() error {
	source, err := goSource()
	if err != nil {
		return err
	}
	name := fmt.Sprintf("boundary-%s-%d-files", boundaryFormat, boundaryFiles)
	tree, err := b.derive(name, func(dir string) error { return boundaryTree(dir, source) })
	if err != nil {
		return err
	}
	b.boundaryRace(fmt.Sprintf("the identity boundary of a tree of %d files", boundaryFiles), tree)
	b.boundaryRace("the identity boundary of the Go source tree", source)
	return nil
}

func (b *bench) boundaryRace(title, tree string) {
	cs := []*contender{
		{name: "leakline dir", args: []string{b.leakline, "dir"}},
		{name: "leakline boundary map", args: []string{b.leakline, "boundary", "map"}},
		{name: "leakline boundary check", args: []string{b.leakline, "boundary", "check"}},
	}
	for _, c := range cs {
		c.args = append(c.args, "-q", "--allow-incomplete", brokenArchives, tree)
	}
	race(1, b.runs, cs)
	table(title, cs)
	for _, c := range cs[1:] {
		target("wall of "+strings.TrimPrefix(c.name, "leakline ")+", of leakline dir", ratio(c, cs[0], wall), boundaryLimit, " x")
		target("CPU of "+strings.TrimPrefix(c.name, "leakline ")+", of leakline dir", ratio(c, cs[0], cpu), boundaryLimit, " x")
	}
}

// brokenArchives allows for what the Go source tree tests its readers of archives with.
const brokenArchives = "corrupt=broken on purpose"

// goSource is the source tree of Go, which whoever runs this has.
func goSource() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("find the Go source tree: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "src"), nil
}

// boundaryTree makes a tree of small files: pieces of a source tree, and among them
// the applications of testdata/boundary, again and again.
func boundaryTree(dir, source string) error {
	all, err := apps.Load("")
	if err != nil {
		return err
	}
	n := 0
	for i := 0; n < boundaryFiles/boundaryShare; i++ {
		a := &all[i%len(all)]
		if err := a.Write(filepath.Join(dir, "services", fmt.Sprintf("%s-%d", a.Name, i/len(all)))); err != nil {
			return err
		}
		n += len(a.Files)
	}
	piece := func(ext string, text []byte) error {
		folder := filepath.Join(dir, "lib", fmt.Sprint(n%100), fmt.Sprint(n%37))
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return err
		}
		n++
		return os.WriteFile(filepath.Join(folder, fmt.Sprintf("part%d%s", n, ext)), text, 0o644)
	}
	err = filepath.WalkDir(source, func(p string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() == "testdata" { // archives, and what is broken on purpose
			return fs.SkipDir
		}
		if err != nil || !e.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		if bytes.IndexByte(text, 0) >= 0 {
			return nil
		}
		for len(text) > 0 && n < boundaryFiles {
			end := min(boundaryPiece, len(text))
			if more := bytes.IndexByte(text[end:], '\n'); more >= 0 {
				end += more + 1
			} else {
				end = len(text)
			}
			if err := piece(filepath.Ext(p), text[:end]); err != nil {
				return err
			}
			text = text[end:]
		}
		if n >= boundaryFiles {
			return fs.SkipAll
		}
		return nil
	})
	if err == nil && n < boundaryFiles {
		err = fmt.Errorf("the source tree gives %d of %d files", n, boundaryFiles)
	}
	return err
}
