package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// The targets of growth, from one copy of a history to eight. Linear is a ratio
// of 1, and the rest is the noise of one machine; memory may grow by what
// historyAnon leaves for each of the 849,014 objects of git/git.
const (
	growthCPU    = 1.1
	growthMemory = historyAnon * 1e6 / 849_014 // bytes for each object that is added
)

var copies = []int{1, 2, 4, 8}

// growth measures how cost grows with history: repositories of 1, 2, 4 and 8
// copies of one history that share no object. One history holds hardly a secret,
// the other is full of them.
func (b *bench) growth() error {
	for _, base := range []struct {
		owner, name string
		revisions   []string
	}{
		{"spf13", "cobra", []string{"--branches", "--tags"}},
		{"gitleaks", "gitleaks", []string{"--all"}},
	} {
		r := b.find(base.owner, base.name)
		if r == nil {
			continue
		}
		if n, err := missing(r.dir, base.revisions...); err != nil || n > 0 {
			absent("growth: "+r.name, fmt.Sprintf("%d of its objects are not in the repository (%v)", n, err))
			continue
		}
		if err := b.grow(r, base.revisions); err != nil {
			return err
		}
	}
	return nil
}

// grow measures the growth of one history.
func (b *bench) grow(r *repo, revisions []string) error {
	dir, err := b.copies(r, revisions)
	if err != nil {
		return err
	}
	var cs []*contender
	var counts []int
	for _, k := range copies {
		path := filepath.Join(dir, fmt.Sprintf("%d.git", k))
		n, err := objects(path)
		if err != nil {
			return err
		}
		if err := warm(path); err != nil {
			return err
		}
		c, _ := b.scan(fmt.Sprintf("leakline, %d x, %d objects", k, n), path)
		cs, counts = append(cs, c), append(counts, n)
	}
	race(0, b.runs, cs)
	table("growth: copies of the history of "+r.name+" that share no object", cs)
	for i, c := range cs {
		fmt.Printf("  %d x: %.1f µs of CPU and %.0f bytes of anonymous memory for each object\n",
			copies[i], c.median(cpu)/float64(counts[i])*1e6, c.median(anon)/float64(counts[i]))
	}
	last := len(cs) - 1
	more := float64(counts[last]) / float64(counts[0])
	target("CPU for each object, 8 copies of 1 copy's", ratio(cs[last], cs[0], cpu)/more, growthCPU, " x")
	if grown := cs[last].median(anon) - cs[0].median(anon); grown != 0 {
		target("anonymous memory for each object that is added", grown/float64(counts[last]-counts[0]), growthMemory, " bytes")
	}
	return nil
}

// copies makes the repositories, named 1.git, 2.git and so on.
func (b *bench) copies(r *repo, revisions []string) (string, error) {
	n, err := objects(r.dir)
	if err != nil {
		return "", err
	}
	name := fmt.Sprintf("growth-%s-%d", strings.ReplaceAll(r.name, "/", "-"), n)
	return b.derive(name, func(dir string) error {
		most := copies[len(copies)-1]
		for k := 1; k <= most; k++ {
			if err := retell(r.dir, filepath.Join(dir, fmt.Sprintf("copy-%d.git", k)), k, revisions); err != nil {
				return fmt.Errorf("copy %d: %w", k, err)
			}
		}
		for _, k := range copies {
			if err := gather(dir, k); err != nil {
				return fmt.Errorf("%d copies: %w", k, err)
			}
		}
		for k := 1; k <= most; k++ {
			if err := os.RemoveAll(filepath.Join(dir, fmt.Sprintf("copy-%d.git", k))); err != nil {
				return err
			}
		}
		return nil
	})
}

// retell writes the k-th copy of what revisions reach into a new repository and
// packs it: the same commits, but every file has one line more, so that no object is
// another copy's.
func retell(from, to string, k int, revisions []string) error {
	if out, err := exec.Command("git", "init", "--quiet", "--bare", to).CombinedOutput(); err != nil {
		return fmt.Errorf("git init: %w: %s", err, out)
	}
	export := exec.Command("git", append([]string{"--git-dir=" + from, "fast-export", "--reencode=no", "--signed-tags=strip"}, revisions...)...)
	load := exec.Command("git", "--git-dir="+to, "fast-import", "--quiet", "--force")
	said := &head{}
	export.Stderr, load.Stderr = said, said
	out, err := export.StdoutPipe()
	if err != nil {
		return err
	}
	in, err := load.StdinPipe()
	if err != nil {
		return err
	}
	if err := errors.Join(export.Start(), load.Start()); err != nil {
		return err
	}
	err = vary(in, out, k)
	in.Close()
	io.Copy(io.Discard, out) // so that the writer ends, whatever went wrong
	if err = errors.Join(err, export.Wait(), load.Wait()); err != nil {
		return fmt.Errorf("copy by fast-export and fast-import: %w: %s", err, said.line())
	}
	_, err = git(to, "repack", "-a", "-d", "-f", "-q")
	return err
}

// vary copies a stream of git fast-export and gives every file one line more and
// every ref a folder of its own. https://git-scm.com/docs/git-fast-import
func vary(w io.Writer, r io.Reader, k int) error {
	in, out := bufio.NewReaderSize(r, 1<<20), bufio.NewWriterSize(w, 1<<20)
	blob := false // the next data is a file's
	for {
		line, err := in.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return out.Flush()
		}
		if err != nil {
			return err
		}
		verb, rest, _ := bytes.Cut(line, []byte(" "))
		switch string(verb) {
		case "data":
			n, err := strconv.Atoi(strings.TrimSpace(string(rest)))
			if err != nil {
				return fmt.Errorf("read the length of data: %w", err)
			}
			more := ""
			if blob {
				more, blob = fmt.Sprintf("\ncopy %d\n", k), false
			}
			fmt.Fprintf(out, "data %d\n", n+len(more))
			if _, err := io.CopyN(out, in, int64(n)); err != nil {
				return err
			}
			out.WriteString(more)
			continue
		case "commit", "reset":
			if kind, name, ok := bytes.Cut(bytes.TrimPrefix(rest, []byte("refs/")), []byte("/")); ok {
				line = fmt.Appendf(nil, "%s refs/%s/copy%d/%s", verb, kind, k, name)
			}
		case "tag":
			line = fmt.Appendf(nil, "tag copy%d/%s", k, rest)
		}
		blob = blob || string(line) == "blob\n"
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
}

// gather makes one repository with one pack of the first k copies. No delta is
// looked for, so that each copy keeps those that it has.
func gather(dir string, k int) error {
	to := filepath.Join(dir, fmt.Sprintf("%d.git", k))
	if out, err := exec.Command("git", "init", "--quiet", "--bare", to).CombinedOutput(); err != nil {
		return fmt.Errorf("git init: %w: %s", err, out)
	}
	var refs bytes.Buffer
	for i := 1; i <= k; i++ {
		from := filepath.Join(dir, fmt.Sprintf("copy-%d.git", i))
		packs, err := filepath.Glob(filepath.Join(from, "objects", "pack", "pack-*"))
		if err != nil {
			return err
		}
		for _, path := range packs {
			if err := os.Link(path, filepath.Join(to, "objects", "pack", filepath.Base(path))); err != nil {
				return err
			}
		}
		out, err := git(from, "for-each-ref", "--format=create %(refname) %(objectname)")
		if err != nil {
			return err
		}
		refs.Write(out)
	}
	update := exec.Command("git", "--git-dir="+to, "update-ref", "--stdin")
	update.Stdin = &refs
	if out, err := update.CombinedOutput(); err != nil {
		return fmt.Errorf("git update-ref: %w: %s", err, out)
	}
	if _, err := git(to, "pack-refs", "--all"); err != nil {
		return err
	}
	_, err := git(to, "repack", "-a", "-d", "-q", "--window=0")
	return err
}
