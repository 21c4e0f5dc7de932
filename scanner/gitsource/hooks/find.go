package hooks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Name is the name of a hook: https://git-scm.com/docs/githooks
type Name string

// The hooks that leakline has an answer for.
const (
	PreCommit  Name = "pre-commit"
	PrePush    Name = "pre-push"
	PreReceive Name = "pre-receive"
)

// Names lists the hooks, in the order in which a secret passes them.
func Names() []Name { return []Name{PreCommit, PrePush, PreReceive} }

// Repo is a repository as git sees it. Paths are absolute.
type Repo struct {
	// Dir is where git runs hooks: the top of the work tree or, of a bare
	// repository, its git directory.
	Dir       string
	GitDir    string // of this work tree
	CommonDir string // of all work trees
	Bare      bool
	// Folder is where git looks for hooks, whether or not it is there.
	Folder string
	// HooksPath is the value of core.hooksPath, "" if it is not set, and Scope where
	// it is set: system, global, local, worktree or command.
	HooksPath, Scope string
}

// ErrNoGit is what Find's errors wrap if there is no git.
var ErrNoGit = errors.New("git is not in PATH")

// Find asks git about the repository of a folder; "" is this folder, with what the
// environment says of it (GIT_DIR and the like), as for git itself.
func Find(ctx context.Context, dir string) (*Repo, error) {
	g := git{ctx: ctx, dir: dir}
	if dir == "" {
		g.dir = "."
	} else {
		g.env = withoutRepository(os.Environ())
	}
	facts, err := g.lines("rev-parse", "--is-bare-repository", "--is-inside-work-tree", "--absolute-git-dir")
	if err != nil {
		return nil, err
	}
	if len(facts) != 3 {
		return nil, fmt.Errorf("git does not say where the repository of %q is", g.dir)
	}
	r := &Repo{Dir: facts[2], GitDir: facts[2], Bare: facts[0] == "true"}
	if !r.Bare {
		if facts[1] != "true" { // inside .git
			g.dir = filepath.Dir(r.GitDir)
		}
		top, err := g.lines("rev-parse", "--show-toplevel")
		if err != nil {
			return nil, err
		}
		r.Dir = top[0]
	}
	// Only there is what git prints relative to the folder in which it runs hooks.
	g.dir = r.Dir
	paths, err := g.lines("rev-parse", "--git-common-dir", "--git-path", "hooks")
	if err != nil {
		return nil, err
	}
	r.CommonDir, r.Folder = r.abs(paths[0]), r.abs(paths[1])
	r.Scope, r.HooksPath, err = g.hooksPath()
	return r, err
}

// abs makes a path absolute that git printed.
func (r *Repo) abs(path string) string {
	path = filepath.FromSlash(path)
	if !filepath.IsAbs(path) {
		path = filepath.Join(r.Dir, path)
	}
	return filepath.Clean(path)
}

// Own is the folder of the repository's own hooks, which is not where git looks
// if core.hooksPath is set.
func (r *Repo) Own() string { return filepath.Join(r.CommonDir, "hooks") }

// File is the file of a hook that git will run, if it is there.
func (r *Repo) File(name Name) string { return filepath.Join(r.Folder, string(name)) }

// Default gives the hooks that make sense here: those of a server if it is bare.
func (r *Repo) Default() []Name {
	if r.Bare {
		return []Name{PreReceive}
	}
	return []Name{PreCommit, PrePush}
}

// Off says that core.hooksPath turns hooks off: what it names is there, and is no
// folder, as /dev/null.
func (r *Repo) Off() bool {
	info, err := os.Stat(r.Folder)
	return err == nil && !info.IsDir()
}

// git runs git in a folder.
type git struct {
	ctx context.Context
	dir string
	env []string // nil: as it is
}

// lines gives what git prints.
func (g git) lines(args ...string) ([]string, error) {
	cmd := exec.CommandContext(g.ctx, "git", append([]string{"-C", g.dir, "-c", "core.fsmonitor=false"}, args...)...)
	cmd.Env = g.env
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	err := cmd.Run()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("ask git where its hooks are: %w", ErrNoGit)
	case err != nil && complaint.Len() > 0:
		first, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n")
		return nil, fmt.Errorf("ask git about %q: %s: %w", g.dir, strings.TrimPrefix(first, "fatal: "), err)
	case err != nil:
		return nil, fmt.Errorf("ask git about %q: %w", g.dir, err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n"), nil
}

// hooksPath gives core.hooksPath and where it is set.
func (g git) hooksPath() (scope, value string, err error) {
	out, err := g.lines("config", "--show-scope", "--get", "core.hooksPath")
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		return "", "", nil // it is not set
	}
	if err != nil {
		return "", "", err
	}
	scope, value, _ = strings.Cut(strings.Join(out, "\n"), "\t")
	return scope, value, nil
}

// withoutRepository takes out of an environment what makes git look at another
// repository than that of the folder it is run in: git rev-parse --local-env-vars
// lists them. Configuration that is given by GIT_CONFIG_COUNT stays.
func withoutRepository(env []string) []string {
	return slices.DeleteFunc(env, func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains([]string{
			"GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY",
			"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_PREFIX", "GIT_NAMESPACE", "GIT_IMPLICIT_WORK_TREE",
		}, name)
	})
}
