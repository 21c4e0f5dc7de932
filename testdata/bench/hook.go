package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// The targets of the hook before a commit.
const (
	hookLimit  = 0.5  // of gitleaks' hook
	hookWall   = 25.0 // ms, 10 files in a repository of 20,000
	hookGap    = 20.0 // ms beyond git diff-index, 10 files in a repository of 100,000
	hookMany   = 1.0  // s, 5,000 files
	hookFormat = "1"  // of the repositories that are kept; it changes with what builds them
)

// A hookRepo is a generated repository in which something is staged.
type hookRepo struct{ files, commits, staged int }

// name says all that the repository depends on.
func (h hookRepo) name() string {
	return fmt.Sprintf("hook-%s-%d-files-%d-commits-%d-staged", hookFormat, h.files, h.commits, h.staged)
}

// hook measures the hook before a commit, beside those of others.
func (b *bench) hook() error {
	small, err := b.hookRace(hookRepo{20_000, 1, 10}, true)
	if err != nil {
		return err
	}
	for _, c := range small {
		if c.name == "gitleaks" {
			target("wall of the hook, of gitleaks'", ratio(small[0], c, wall), hookLimit, " x")
		}
	}
	target("wall of the hook", 1000*small[0].median(wall), hookWall, " ms")

	large, err := b.hookRace(hookRepo{100_000, 1, 10}, false)
	if err != nil {
		return err
	}
	target("wall beyond git diff-index", 1000*gap(large[0], large[1]), hookGap, " ms")

	many, err := b.hookRace(hookRepo{20_000, 1, 5_000}, false)
	if err != nil {
		return err
	}
	target("wall with 5,000 files", many[0].median(wall), hookMany, " s")
	return b.hookHistory()
}

// hookHistory measures the same commit on top of one commit and of many. On many git
// itself is slower, for it reads trees that are packed as deltas: what is beyond it
// must not be.
func (b *bench) hookHistory() error {
	var cs []*contender
	for _, h := range []hookRepo{{20_000, 1, 10}, {20_000, 5_000, 10}} {
		dir, err := b.derive(h.name(), h.build)
		if err != nil {
			return err
		}
		on := fmt.Sprintf(" (commits: %d)", h.commits)
		cs = append(cs, b.at(dir, "leakline"+on, b.leakline, "hook", "run", "pre-commit"),
			b.at(dir, "git diff-index"+on, "git", "diff-index", "--cached", "--raw", "HEAD"))
	}
	race(2, 4*b.runs, cs)
	table("a hook: 10 files of 200 lines, on little and on much history", cs)
	target("wall beyond git diff-index, one commit", 1000*gap(cs[0], cs[1]), hookGap, " ms")
	target("wall beyond git diff-index, 5,000 commits", 1000*gap(cs[2], cs[3]), hookGap, " ms")
	return nil
}

// hookRace runs the hooks in one repository. leakline's stands first, git diff-index
// second.
func (b *bench) hookRace(h hookRepo, all bool) ([]*contender, error) {
	dir, err := b.derive(h.name(), h.build)
	if err != nil {
		return nil, err
	}
	cs := []*contender{
		b.at(dir, "leakline hook run", b.leakline, "hook", "run", "pre-commit"),
		b.at(dir, "git diff-index", "git", "diff-index", "--cached", "--raw", "HEAD"),
		b.at(dir, "git diff --cached --raw", "git", "diff", "--cached", "--raw"),
		b.at(dir, "leakline git --staged", b.leakline, "git", "--staged", "-q"),
	}
	for _, name := range []string{"gitleaks", "betterleaks"} {
		if !all {
			continue
		}
		if path := b.peer(name); path != "" {
			cs = append(cs, b.at(dir, name, path, "git", "--pre-commit", "--staged", "--no-banner"))
		}
	}
	rounds := 4 * b.runs
	if h.staged > 1000 {
		rounds = b.runs
	}
	race(2, rounds, cs)
	table(fmt.Sprintf("a hook: %d files of 200 lines staged, in a repository of %d files", h.staged, h.files), cs)
	if path := b.peer("trufflehog"); all && path != "" { // it clones the repository: once is enough
		slow := b.at(dir, "trufflehog", path, "git", "file://"+dir, "--since-commit", "HEAD", "--no-verification", "--no-update", "--fail")
		race(0, 1, []*contender{slow})
		table("the same, in a hook that clones first", []*contender{slow})
	}
	return cs, nil
}

// at is a contender that runs in a folder, and keeps its state in the scratch folder.
func (b *bench) at(dir, name string, args ...string) *contender {
	script := `cd "$1" && shift && exec "$@"`
	state := "XDG_STATE_HOME=" + filepath.Join(b.scratch, "state")
	return &contender{name: name, args: append([]string{"env", state, "sh", "-c", script, "sh", dir}, args...)}
}

// gap is the median of what one contender takes beyond another, in seconds.
func gap(a, b *contender) float64 {
	var xs []float64
	for i := range min(len(a.took), len(b.took)) {
		xs = append(xs, wall(a.took[i])-wall(b.took[i]))
	}
	return middle(xs)
}

// build makes the repository: all files in the first commit, a few lines of some of
// them in each of the others, and new files staged.
func (h hookRepo) build(dir string) error {
	git := func(args ...string) *exec.Cmd {
		return exec.Command("git", append([]string{"-C", dir, "-c", "core.hooksPath=" + os.DevNull}, args...)...)
	}
	if out, err := exec.Command("git", "init", "--quiet", "--initial-branch=main", dir).CombinedOutput(); err != nil {
		return fmt.Errorf("git init: %w: %s", err, out)
	}
	load := git("fast-import", "--quiet")
	in, err := load.StdinPipe()
	if err != nil {
		return err
	}
	if err := load.Start(); err != nil {
		return err
	}
	w := bufio.NewWriter(in)
	h.history(w)
	if err := w.Flush(); err != nil {
		return err
	}
	in.Close()
	if err := load.Wait(); err != nil {
		return fmt.Errorf("git fast-import: %w", err)
	}
	if out, err := git("reset", "--quiet", "--hard").CombinedOutput(); err != nil {
		return fmt.Errorf("git reset: %w: %s", err, out)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for i := range h.staged {
		path := filepath.Join(dir, "staged", fmt.Sprintf("file%d.go", i))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(functions(r, 200)), 0o644); err != nil {
			return err
		}
	}
	if out, err := git("add", "--all").CombinedOutput(); err != nil {
		return fmt.Errorf("git add: %w: %s", err, out)
	}
	return nil
}

// history writes the commits, for git fast-import.
func (h hookRepo) history(w io.Writer) {
	r := rand.New(rand.NewPCG(5, 6))
	file := func(i int) {
		text := functions(r, 20)
		fmt.Fprintf(w, "M 100644 inline dir%d/sub%d/file%d.go\ndata %d\n%s\n", i%100, i%37, i, len(text), text)
	}
	for n := range h.commits {
		fmt.Fprintf(w, "commit refs/heads/main\ncommitter A U Thor <author@example.com> %d +0000\ndata 6\nchange\n", 1_600_000_000+60*n)
		if n > 0 {
			for range 3 {
				file(r.IntN(h.files))
			}
			continue
		}
		for i := range h.files {
			file(i)
		}
	}
}

// functions is harmless Go code of some lines.
func functions(r *rand.Rand, lines int) string {
	var b strings.Builder
	for range lines {
		fmt.Fprintf(&b, "func f%d(x int) int { return x + %d } // line\n", r.IntN(1_000_000), r.IntN(1_000_000))
	}
	return b.String()
}
