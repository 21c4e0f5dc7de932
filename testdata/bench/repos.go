package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// repo is a repository that is scanned.
type repo struct {
	name string // owner/name
	path string // as leakline gets it
	dir  string // the git directory; path itself if bare
}

func (r *repo) bare() bool { return r.path == r.dir }

// find looks a repository up in LEAKLINE_BENCH_REPOS; nil if it isn't there,
// which it says.
func (b *bench) find(owner, name string) *repo {
	full := owner + "/" + name
	if b.repos == "" {
		absent(full, "LEAKLINE_BENCH_REPOS names no folder")
		return nil
	}
	for _, at := range []string{full + ".git", full, owner + "+" + name + "/repo", owner + "+" + name, name + ".git", name} {
		path := filepath.Join(b.repos, filepath.FromSlash(at))
		for _, dir := range []string{path, filepath.Join(path, ".git")} {
			if info, err := os.Stat(filepath.Join(dir, "objects")); err == nil && info.IsDir() {
				return &repo{name: full, path: path, dir: dir}
			}
		}
	}
	absent(full, "not below LEAKLINE_BENCH_REPOS")
	return nil
}

// peer finds another scanner; "" if it isn't there, which it says.
func (b *bench) peer(name string) string {
	if b.peers != "" {
		if path, err := exec.LookPath(filepath.Join(b.peers, name)); err == nil {
			return path
		}
		absent(name, "not in LEAKLINE_BENCH_PEERS")
		return ""
	}
	path, err := exec.LookPath(name)
	if err != nil {
		absent(name, "not on the PATH, and LEAKLINE_BENCH_PEERS is not set")
		return ""
	}
	return path
}

// git runs git in a repository and gives what it prints.
func git(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("git", append([]string{"--git-dir=" + dir}, args...)...)
	said := &head{}
	cmd.Stderr = said
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("git %s: %w: %s", args[0], err, said.line())
	}
	return out, nil
}

// objects is how many objects the packs of a repository hold.
func objects(dir string) (int, error) {
	out, err := git(dir, "count-objects", "-v")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(out)) {
		if n, ok := strings.CutPrefix(line, "in-pack: "); ok {
			return strconv.Atoi(strings.TrimSpace(n))
		}
	}
	return 0, fmt.Errorf("git count-objects prints no line in-pack")
}

// missing is how many objects a repository should have for these revisions and
// hasn't (a partial clone).
func missing(dir string, revisions ...string) (int, error) {
	out, err := git(dir, append([]string{"rev-list", "--objects", "--missing=print"}, revisions...)...)
	if err != nil {
		return 0, err
	}
	n := bytes.Count(out, []byte("\n?"))
	if bytes.HasPrefix(out, []byte("?")) {
		n++
	}
	return n, nil
}

// warm brings the packs of a repository into the page cache, so that no
// contender is the first to read them.
func warm(dir string) error {
	packs, err := filepath.Glob(filepath.Join(dir, "objects", "pack", "*"))
	if err != nil {
		return err
	}
	buf := make([]byte, 1<<20)
	for _, path := range packs {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		for {
			if _, err := f.Read(buf); err != nil {
				break
			}
		}
		f.Close()
	}
	return nil
}

// derive makes a repository below the cache folder once, under a name that says
// all that it depends on. What is half made never gets the name.
func (b *bench) derive(name string, build func(dir string) error) (string, error) {
	dir := filepath.Join(b.cache, name)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(b.cache, 0o755); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(b.cache, ".making-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	fmt.Printf("\nmaking %s (once)\n", name)
	if err := build(tmp); err != nil {
		return "", fmt.Errorf("make %s: %w", name, err)
	}
	return dir, os.Rename(tmp, dir)
}
