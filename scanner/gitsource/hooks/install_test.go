package hooks

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestGitRunsIt: in every layout, what is installed is what git runs.
func TestGitRunsIt(t *testing.T) {
	for name, layout := range map[string]func(t *testing.T) (install, commit string){
		"plain": func(t *testing.T) (string, string) { dir := repository(t); return dir, dir },
		"from a subfolder": func(t *testing.T) (string, string) {
			dir := filepath.Join(repository(t), "sub", "folder")
			ok(t, os.MkdirAll(dir, 0o777))
			return dir, dir
		},
		"from the git directory": func(t *testing.T) (string, string) {
			dir := repository(t)
			return filepath.Join(dir, ".git"), dir
		},
		"no folder of hooks": func(t *testing.T) (string, string) {
			dir := repository(t, "--template=")
			return dir, dir
		},
		"from a linked work tree": func(t *testing.T) (string, string) {
			dir := repository(t)
			run(t, dir, "commit", "-q", "--allow-empty", "-m", "first")
			run(t, dir, "worktree", "add", "-q", "../linked")
			return filepath.Join(dir, "..", "linked"), dir
		},
		"for a linked work tree": func(t *testing.T) (string, string) {
			dir := repository(t)
			run(t, dir, "commit", "-q", "--allow-empty", "-m", "first")
			run(t, dir, "worktree", "add", "-q", "../linked")
			return dir, filepath.Join(dir, "..", "linked")
		},
		"a submodule": func(t *testing.T) (string, string) {
			inner, dir := repository(t), repository(t)
			run(t, inner, "commit", "-q", "--allow-empty", "-m", "first")
			run(t, dir, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", inner, "part")
			return filepath.Join(dir, "part"), filepath.Join(dir, "part")
		},
		"a separate git directory": func(t *testing.T) (string, string) {
			dir := repository(t, "--separate-git-dir", filepath.Join(folder(t), "apart"))
			return dir, dir
		},
		"core.hooksPath, relative": func(t *testing.T) (string, string) {
			dir := repository(t)
			run(t, dir, "config", "core.hooksPath", "tools/hooks")
			ok(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o777))
			return filepath.Join(dir, "sub"), dir
		},
		"core.hooksPath, absolute": func(t *testing.T) (string, string) {
			dir := repository(t)
			run(t, dir, "config", "core.hooksPath", filepath.Join(folder(t), "shared hooks"))
			return dir, dir
		},
		"core.hooksPath, at home, in all of the configuration": func(t *testing.T) (string, string) {
			home := folder(t)
			t.Setenv("HOME", home)
			t.Setenv("GIT_CONFIG_GLOBAL", filepath.Join(home, ".gitconfig"))
			dir := repository(t)
			run(t, dir, "config", "--global", "core.hooksPath", "~/hooks")
			return dir, dir
		},
		"core.hooksPath of a work tree": func(t *testing.T) (string, string) {
			dir := repository(t)
			run(t, dir, "config", "extensions.worktreeConfig", "true")
			run(t, dir, "config", "--worktree", "core.hooksPath", "own")
			return dir, dir
		},
	} {
		t.Run(name, func(t *testing.T) {
			install, commit := layout(t)
			binary, log := witness(t)
			r := find(t, install)
			for range 2 {
				for _, name := range r.Default() {
					_, err := r.Install(name, options(binary))
					ok(t, err)
				}
			}
			run(t, commit, "commit", "-q", "--allow-empty", "-m", "one")
			if got, want := read(t, log), "hook\nrun\npre-commit\n--\n"; got != want {
				t.Fatalf("the hook was called with %q, want %q", got, want)
			}
			for _, name := range r.Default() {
				h, err := r.Inspect(name)
				ok(t, err)
				if !h.Runs || h.Seal != Intact || h.Version != "1.2.3" || h.Binary != binary || !h.Found {
					t.Errorf("inspected: %+v", h)
				}
				_, err = r.Uninstall(name, options(binary))
				ok(t, err)
			}
			run(t, commit, "commit", "-q", "--allow-empty", "-m", "two")
			if got := read(t, log); strings.Count(got, "run\n") != 1 {
				t.Errorf("it ran after it was removed: %q", got)
			}
			if name == "no folder of hooks" && exists(r.Folder) {
				t.Error("the folder that was made is still there")
			}
		})
	}
}

// TestPushRunsIt: the hooks of a push get what git gives them.
func TestPushRunsIt(t *testing.T) {
	dir, server := repository(t), repository(t, "--bare")
	binary, log := witness(t)
	for _, at := range []string{dir, server} {
		r := find(t, at)
		for _, name := range r.Default() {
			write(t, r.File(name), "#!/bin/sh\nexit 1\n", 0o755)
			_, err := r.Install(name, options(binary))
			ok(t, err)
		}
		ok(t, os.Remove(filepath.Join(r.Folder, string(r.Default()[0])+Beside)))
	}
	run(t, dir, "commit", "-q", "--allow-empty", "-m", "one")
	ok(t, os.Remove(log))
	run(t, dir, "push", "-q", server, "main")
	want := "hook\nrun\npre-push\n--chain\n" + filepath.Join(".git/hooks/pre-push"+Beside) + "\n--\n" + server + "\n" + server + "\n" +
		"hook\nrun\npre-receive\n--\n"
	if got := read(t, log); got != want {
		t.Errorf("called with\n%s\nwant\n%s", got, want)
	}
	head := run(t, dir, "rev-parse", "HEAD")
	stdin := read(t, filepath.Join(filepath.Dir(log), "stdin"))
	if want := "refs/heads/main " + head + " refs/heads/main " + zeros + "\n" + zeros + " " + head + " refs/heads/main\n"; stdin != want {
		t.Errorf("standard input was %q, want %q", stdin, want)
	}
}

const zeros = "0000000000000000000000000000000000000000"

// TestNoLeakline: the hook finds a leakline in PATH; without any it refuses.
func TestNoLeakline(t *testing.T) {
	dir := repository(t)
	binary, log := witness(t)
	r := find(t, dir)
	_, err := r.Install(PreCommit, options(`/nowhere/it's "gone"/leakline`))
	ok(t, err)
	out, err := try(dir, "commit", "-q", "--allow-empty", "-m", "one")
	if err == nil || strings.Count(out, "\n") != 1 || !strings.Contains(out, "leakline hook install pre-commit") ||
		!strings.Contains(out, `/nowhere/it's "gone"/leakline`) {
		t.Errorf("without leakline: %v\n%s", err, out)
	}
	t.Setenv("PATH", filepath.Dir(binary)+string(filepath.ListSeparator)+os.Getenv("PATH"))
	run(t, dir, "commit", "-q", "--allow-empty", "-m", "one")
	if read(t, log) != "hook\nrun\npre-commit\n--\n" {
		t.Error("the leakline in PATH was not run")
	}
	if h, err := r.Inspect(PreCommit); err != nil || h.Found {
		t.Errorf("found: %v, %v", h.Found, err)
	}
}

// state is a folder as it stands: modes, contents, where links lead.
func state(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	ok(t, filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		text := info.Mode().String()
		switch {
		case info.Mode().IsRegular():
			text += read(t, path)
		case info.Mode()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			ok(t, err)
			text += target
		}
		out[path] = text
		return nil
	}))
	return out
}

// TestUninstallRestores: whatever stood there, install and uninstall leave it as it
// was, however often and with other versions in between.
func TestUninstallRestores(t *testing.T) {
	dir := repository(t)
	r := find(t, dir)
	rapid.Check(t, func(rt *rapid.T) {
		ok(t, os.RemoveAll(r.Folder))
		for _, name := range Names() {
			file := r.File(name)
			switch rapid.SampledFrom([]string{"none", "file", "link"}).Draw(rt, string(name)) {
			case "file":
				text := rapid.SliceOfN(rapid.Byte(), 0, 60).Draw(rt, "text")
				write(t, file, string(text), os.FileMode(rapid.SampledFrom([]int{0o755, 0o644, 0o700, 0o500}).Draw(rt, "mode")))
			case "link":
				write(t, filepath.Join(r.Folder, "target"), "#!/bin/sh\n", 0o755)
				ok(t, os.Symlink("target", file))
			}
		}
		if !exists(r.Folder) {
			ok(t, os.MkdirAll(r.Folder, 0o750))
		}
		before := state(t, r.Folder)
		for range rapid.IntRange(1, 3).Draw(rt, "times") {
			for _, name := range Names() {
				o := options("/bin/leakline")
				o.Version = rapid.SampledFrom([]string{"1", "2", "a\nb"}).Draw(rt, "version")
				res, err := r.Install(name, o)
				ok(t, err)
				h, err := r.Inspect(name)
				ok(t, err)
				if h.Seal != Intact || !h.Runs || (res.Before != "") != (h.Before != "") {
					rt.Fatalf("after install: %+v, %+v", res, h)
				}
			}
		}
		for range 2 {
			for _, name := range Names() {
				_, err := r.Uninstall(name, options(""))
				ok(t, err)
			}
		}
		after := state(t, r.Folder)
		for path, was := range before {
			if after[path] != was {
				rt.Fatalf("%s was %q and is %q", path, was, after[path])
			}
		}
		if len(after) != len(before) {
			rt.Fatalf("left behind: %q, before %q", after, before)
		}
	})
}

// TestRefusals: nothing is lost that somebody wrote.
func TestRefusals(t *testing.T) {
	o := options("/bin/leakline")
	forced := o
	forced.Force = true
	setup := func(t *testing.T) (*Repo, string) {
		r := find(t, repository(t))
		return r, r.File(PreCommit)
	}
	refuse := func(t *testing.T, file string, want error, do func() (Result, error)) {
		t.Helper()
		before := state(t, filepath.Dir(file))
		_, err := do()
		var refused *Refused
		if !errors.Is(err, want) || !errors.As(err, &refused) || refused.Hook.File != file {
			t.Fatalf("error %v, want %v", err, want)
		}
		after := state(t, filepath.Dir(file))
		for path := range before {
			if after[path] != before[path] {
				t.Errorf("%s was changed", path)
			}
		}
	}
	t.Run("changed", func(t *testing.T) {
		r, file := setup(t)
		_, err := r.Install(PreCommit, o)
		ok(t, err)
		write(t, file, read(t, file)+"echo mine\n", 0o755)
		if h, err := r.Inspect(PreCommit); err != nil || h.Seal != Changed || h.Version != "1.2.3" {
			t.Errorf("inspected: %+v, %v", h, err)
		}
		refuse(t, file, ErrChanged, func() (Result, error) { return r.Uninstall(PreCommit, o) })
		refuse(t, file, ErrChanged, func() (Result, error) { return r.Install(PreCommit, o) })
		_, err = r.Uninstall(PreCommit, forced)
		ok(t, err)
		if exists(file) {
			t.Error("it is still there")
		}
	})
	t.Run("replaced", func(t *testing.T) {
		r, file := setup(t)
		write(t, file, "first", 0o755)
		_, err := r.Install(PreCommit, o)
		ok(t, err)
		ok(t, os.Remove(file))
		write(t, file, "second", 0o755)
		refuse(t, file, ErrBoth, func() (Result, error) { return r.Install(PreCommit, forced) })
		refuse(t, file, ErrBoth, func() (Result, error) { return r.Uninstall(PreCommit, forced) })
		ok(t, os.Remove(file)) // half of an uninstall
		_, err = r.Uninstall(PreCommit, o)
		ok(t, err)
		if read(t, file) != "first" {
			t.Error("the first hook is not back")
		}
	})
	t.Run("foreign", func(t *testing.T) {
		r, file := setup(t)
		write(t, file, "mine", 0o755)
		res, err := r.Uninstall(PreCommit, forced)
		if err != nil || res.Done != Unchanged || read(t, file) != "mine" {
			t.Errorf("%+v, %v", res, err)
		}
	})
	t.Run("lefthook", func(t *testing.T) {
		r, file := setup(t)
		write(t, file, "#!/bin/sh\ncall_lefthook run pre-commit\n", 0o755)
		refuse(t, file, ErrManaged, func() (Result, error) { return r.Install(PreCommit, o) })
		_, err := r.Install(PreCommit, forced)
		ok(t, err)
	})
	t.Run("pre-commit", func(t *testing.T) {
		r, file := setup(t)
		_, err := r.Install(PreCommit, o)
		ok(t, err)
		ok(t, os.Rename(file, file+".legacy")) // as pre-commit install does
		write(t, file, "#!/usr/bin/env bash\n# File generated by pre-commit\n", 0o755)
		h, err := r.Inspect(PreCommit)
		if err != nil || h.Manager != Framework || h.Mentions != "pre-commit.legacy" {
			t.Errorf("inspected: %+v, %v", h, err)
		}
	})
	t.Run("husky", func(t *testing.T) {
		r, _ := setup(t)
		write(t, filepath.Join(r.Dir, ".husky", "_", "h"), "", 0o644)
		run(t, r.Dir, "config", "core.hooksPath", ".husky/_")
		r = find(t, r.Dir)
		refuse(t, r.File(PreCommit), ErrManaged, func() (Result, error) { return r.Install(PreCommit, o) })
	})
	t.Run("off", func(t *testing.T) {
		r, _ := setup(t)
		run(t, r.Dir, "config", "core.hooksPath", os.DevNull)
		r = find(t, r.Dir)
		if _, err := r.Install(PreCommit, forced); !errors.Is(err, ErrOff) {
			t.Errorf("error %v", err)
		}
		if r.Scope != "local" || r.HooksPath != os.DevNull {
			t.Errorf("core.hooksPath is %q of %q", r.HooksPath, r.Scope)
		}
	})
	t.Run("a link that leads nowhere", func(t *testing.T) {
		r, file := setup(t)
		ok(t, os.Symlink("gone", file))
		if _, err := r.Install(PreCommit, o); err == nil || !strings.Contains(err.Error(), "leads nowhere") {
			t.Errorf("error %v", err)
		}
	})
}

// TestTemplate: what git copies from a template folder is what it runs.
func TestTemplate(t *testing.T) {
	binary, log := witness(t)
	template := Template(filepath.Join(folder(t), "template"))
	for _, name := range template.Default() {
		_, err := template.Install(name, options(binary))
		ok(t, err)
	}
	dir := repository(t, "--template="+template.Dir)
	run(t, dir, "commit", "-q", "--allow-empty", "-m", "one")
	if read(t, log) != "hook\nrun\npre-commit\n--\n" {
		t.Error("the hook of the template was not run")
	}
	r := find(t, dir)
	res, err := r.Install(PreCommit, options(binary))
	if err != nil || res.Done != Unchanged {
		t.Errorf("%+v, %v", res, err)
	}
	_, err = template.Uninstall(PreCommit, options(""))
	ok(t, err)
	if exists(template.File(PreCommit)) || !exists(r.File(PreCommit)) {
		t.Error("the wrong hook was removed")
	}
}

// TestNoRepository: an error says what git said.
func TestNoRepository(t *testing.T) {
	if _, err := Find(t.Context(), folder(t)); err == nil || !strings.Contains(err.Error(), "not a git repository") {
		t.Errorf("error %v", err)
	}
	t.Setenv("PATH", folder(t))
	if _, err := Find(t.Context(), folder(t)); !errors.Is(err, ErrNoGit) {
		t.Errorf("error %v", err)
	}
}

// TestFindElsewhere: the environment of a hook does not lead to another repository
// than the one that is named.
func TestFindElsewhere(t *testing.T) {
	one, two := repository(t), repository(t)
	t.Setenv("GIT_DIR", filepath.Join(one, ".git"))
	t.Setenv("GIT_WORK_TREE", one)
	if r := find(t, two); r.Dir != two {
		t.Errorf("%q was named, and %q found", two, r.Dir)
	}
	if r := find(t, ""); r.Dir != one {
		t.Errorf("git means %q, and %q was found", one, r.Dir)
	}
}
