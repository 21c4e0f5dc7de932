package main

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/remediate/hooklog"
	"leakline/testdata/integration"
)

// workbench is a clone with a server, in which a tool of others runs leakline.
type workbench struct {
	*testing.T
	dir, server, state string
	env                []string
	secrets            int
}

// newBench makes one. Nothing of whoever runs the tests is used or changed; path
// comes before PATH.
func newBench(t *testing.T, path ...string) *workbench {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	w := &workbench{
		T: t, dir: filepath.Join(root, "an app's clone"), server: filepath.Join(root, "server.git"), state: filepath.Join(root, "state"),
	}
	for _, v := range os.Environ() {
		name, _, _ := strings.Cut(v, "=")
		if !strings.HasPrefix(name, "GIT_") && !strings.HasPrefix(name, "PRE_COMMIT") && !strings.HasPrefix(name, "LEAKLINE") &&
			name != "HOME" && name != "PATH" && name != "CI" {
			w.env = append(w.env, v)
		}
	}
	w.env = append(w.env, "PATH="+strings.Join(append(path, os.Getenv("PATH")), string(filepath.ListSeparator)),
		"HOME="+filepath.Join(root, "home"), "XDG_STATE_HOME="+w.state, "XDG_CONFIG_HOME="+filepath.Join(root, "config"),
		"PRE_COMMIT_HOME="+filepath.Join(root, "pre-commit"), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A U Thor", "GIT_AUTHOR_EMAIL=author@example.com", "GIT_COMMITTER_NAME=A U Thor", "GIT_COMMITTER_EMAIL=author@example.com",
	)
	w.must(root, "git", "init", "-q", "--bare", "-b", "main", w.server)
	w.must(root, "git", "init", "-q", "-b", "main", w.dir)
	w.must(w.dir, "git", "remote", "add", "origin", w.server)
	return w
}

// try runs a program in a folder.
func (w *workbench) try(dir, name string, args ...string) (string, error) {
	w.Helper()
	cmd := exec.CommandContext(w.Context(), name, args...)
	cmd.Dir, cmd.Env = dir, w.env
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func (w *workbench) must(dir, name string, args ...string) string {
	w.Helper()
	out, err := w.try(dir, name, args...)
	if err != nil {
		w.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(out)
}

func (w *workbench) git(args ...string) string {
	w.Helper()
	return w.must(w.dir, "git", args...)
}

func (w *workbench) write(file, text string) {
	w.Helper()
	path := filepath.Join(w.dir, filepath.FromSlash(file))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		w.Fatal(err)
	}
}

// leak is a line with a secret that was never used before.
func (w *workbench) leak() string {
	w.Helper()
	for _, d := range detectors.Catalogue() {
		if d.ID == "openai-project-key" {
			text, err := sample.Example(d, 0, w.secrets)
			if err != nil {
				w.Fatal(err)
			}
			w.secrets++
			return "key = \"" + text.Value + "\"\n"
		}
	}
	w.Fatal("there is no detector openai-project-key")
	return ""
}

// runs counts the runs of a hook, of which the journal tells.
func (w *workbench) runs(stage hooklog.Stage) int {
	w.Helper()
	runs, broken, err := hooklog.Journal{Dir: filepath.Join(w.state, "leakline", "hooks")}.Runs()
	if err != nil || broken > 0 {
		w.Fatalf("%d broken lines, %v", broken, err)
	}
	n := 0
	for _, r := range runs {
		if r.Stage == stage {
			n++
		}
	}
	return n
}

// passes fails the test unless a command succeeds, and a hook of the stage ran in it.
func (w *workbench) passes(stage hooklog.Stage, name string, args ...string) {
	w.Helper()
	before := w.runs(stage)
	w.must(w.dir, name, args...)
	if stage != "" && w.runs(stage) == before {
		w.Fatalf("%s %s: leakline did not run as %s", name, strings.Join(args, " "), stage)
	}
}

// stops fails the test unless a command is stopped by a finding that is shown, and
// without its plaintext.
func (w *workbench) stops(leak, name string, args ...string) {
	w.Helper()
	head, _ := w.try(w.dir, "git", "rev-parse", "-q", "--verify", "HEAD")
	refs := w.must(w.server, "git", "for-each-ref")
	out, err := w.try(w.dir, name, args...)
	secret := strings.Split(leak, `"`)[1]
	if err == nil || !strings.Contains(out, "OpenAI project API key") {
		w.Fatalf("%s %s was not stopped: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	if strings.Contains(out, secret) {
		w.Fatalf("the secret is shown:\n%s", out)
	}
	after, _ := w.try(w.dir, "git", "rev-parse", "-q", "--verify", "HEAD")
	if after != head || w.must(w.server, "git", "for-each-ref") != refs {
		w.Fatalf("%s %s did its work", name, strings.Join(args, " "))
	}
}

// day is what every integration must stop and let pass.
func (w *workbench) day() {
	w.Helper()
	w.write("README", "an app\n")
	w.git("add", "-A")
	w.passes(hooklog.PreCommit, "git", "commit", "-qm", "first")
	w.passes(hooklog.PrePush, "git", "push", "-q", "origin", "main")

	leak := w.leak()
	w.write("config.py", leak)
	w.git("add", "-A")
	w.stops(leak, "git", "commit", "-qm", "leak")

	// What is staged counts, not what stands in the work tree.
	w.write("config.py", "import os\n")
	w.stops(leak, "git", "commit", "-qm", "leak")
	w.git("add", "-A")
	w.write("config.py", "import os\n"+leak)
	w.passes(hooklog.PreCommit, "git", "commit", "-qm", "clean")
	if text, err := os.ReadFile(filepath.Join(w.dir, "config.py")); err != nil || string(text) != "import os\n"+leak {
		w.Fatalf("the work tree is not as it was: %v", err)
	}

	// The push finds what was bypassed, in whatever commit it is.
	w.git("commit", "-qam", "leak", "--no-verify")
	bypassed := w.git("rev-parse", "HEAD")
	w.write("config.py", "import os\n")
	w.passes(hooklog.PreCommit, "git", "commit", "-qam", "taken out")
	w.stops(leak, "git", "push", "-q", "origin", "main")
	w.judged(hooklog.Bypassed)
	w.git("checkout", "-q", "-b", "side", bypassed+"~")
	w.write("more", "text\n")
	w.git("add", "-A")
	w.passes(hooklog.PreCommit, "git", "commit", "-qm", "more")
	w.passes(hooklog.PrePush, "git", "push", "-q", "origin", "side")
}

// judged checks how the last secret that arrived came past the hook.
func (w *workbench) judged(want hooklog.Past) {
	w.Helper()
	runs, _, err := hooklog.Journal{Dir: filepath.Join(w.state, "leakline", "hooks")}.Runs()
	if err != nil || len(runs) == 0 {
		w.Fatalf("%d runs, %v", len(runs), err)
	}
	last := runs[len(runs)-1]
	if len(last.Secrets) != 1 || last.Secrets[0].Past != want {
		w.Errorf("it was judged %+v, want %q", last.Secrets, want)
	}
}

// examples is the folder of the files that users copy.
var examples = filepath.Join("..", "..", "testdata", "examples")

// copied copies a folder into the work tree.
func (w *workbench) copied(folder string) {
	w.Helper()
	if err := os.CopyFS(w.dir, os.DirFS(filepath.Join(examples, folder))); err != nil {
		w.Fatal(err)
	}
}

// TestIntegrationHooks: git runs leakline's own hooks, and the server's.
func TestIntegrationHooks(t *testing.T) {
	git := integration.Need(t, "git")
	w := newBench(t)
	w.must(w.dir, "leakline", "hook", "install")
	w.must(w.dir, "leakline", "hook", "install", "--repo", w.server)
	w.day()
	before := w.runs(hooklog.PreReceive)
	leak := w.leak()
	w.write("config.py", leak)
	w.git("commit", "-qam", "leak", "--no-verify")
	w.stops(leak, git, "push", "-q", "--no-verify", "origin", "side")
	if w.runs(hooklog.PreReceive) != before+1 {
		t.Error("the server's hook did not run")
	}
	w.judged(hooklog.Either)
}

// TestIntegrationLefthook runs the example with the real lefthook.
func TestIntegrationLefthook(t *testing.T) {
	lefthook := integration.Need(t, "lefthook")
	w := newBench(t)
	w.copied("lefthook")
	w.must(w.dir, lefthook, "install")
	out, err := w.try(w.dir, "leakline", "hook", "install")
	if err == nil || !strings.Contains(out, "lefthook.yml") {
		t.Errorf("it was installed in lefthook's place: %v\n%s", err, out)
	}
	out = w.must(w.dir, "leakline", "hook", "status")
	if strings.Count(out, "a hook of lefthook, and leakline stands in lefthook.yml") != 2 {
		t.Errorf("status:\n%s", out)
	}
	w.day()
}

// TestIntegrationHusky runs the example with the real husky.
func TestIntegrationHusky(t *testing.T) {
	husky := integration.Need(t, "husky")
	w := newBench(t)
	w.copied("husky")
	w.must(w.dir, husky)
	out, err := w.try(w.dir, "leakline", "hook", "install")
	if err == nil || !strings.Contains(out, "add this line to .husky/pre-commit: leakline hook run pre-commit") {
		t.Errorf("it was installed in husky's place: %v\n%s", err, out)
	}
	out = w.must(w.dir, "leakline", "hook", "status")
	if !strings.Contains(out, "a hook of husky, and leakline stands in .husky/pre-push") {
		t.Errorf("status:\n%s", out)
	}
	w.day()
}

// TestIntegrationPreCommit runs the example with the real pre-commit framework.
func TestIntegrationPreCommit(t *testing.T) {
	framework := integration.Need(t, "pre-commit")
	w := newBench(t)
	w.copied("pre-commit")
	w.must(w.dir, framework, "install", "--hook-type", "pre-commit", "--hook-type", "pre-push")
	out := w.must(w.dir, "leakline", "hook", "status")
	if strings.Count(out, "a hook of pre-commit, and leakline stands in .pre-commit-config.yaml") != 2 {
		t.Errorf("status:\n%s", out)
	}
	w.day()
	w.wholeFiles(framework)
}

// TestIntegrationPreCommitBeside: leakline's own hook and the framework's stand in one
// repository, whichever came first.
func TestIntegrationPreCommitBeside(t *testing.T) {
	framework := integration.Need(t, "pre-commit")
	for name, order := range map[string][][]string{
		"leakline first":  {{"leakline", "hook", "install"}, {framework, "install"}},
		"framework first": {{framework, "install"}, {"leakline", "hook", "install"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newBench(t)
			w.write(".pre-commit-config.yaml", "repos:\n  - repo: local\n    hooks:\n"+
				"      - {id: none, name: none, entry: touch ran, language: system, pass_filenames: false}\n")
			for _, c := range order {
				w.must(w.dir, c[0], c[1:]...)
			}
			w.write("README", "an app\n")
			w.git("add", "README", ".pre-commit-config.yaml")
			w.passes(hooklog.PreCommit, "git", "commit", "-qm", "first")
			if !there(filepath.Join(w.dir, "ran")) {
				t.Error("the framework did not run")
			}
			if out := w.must(w.dir, "leakline", "hook", "status", "-f", "json"); !strings.Contains(out, `"checks": true`) {
				t.Errorf("status:\n%s", out)
			}
			leak := w.leak()
			w.write("config.py", leak)
			w.git("add", "config.py")
			w.stops(leak, "git", "commit", "-qm", "leak")
		})
	}
}

// wholeFiles: in CI nothing is staged, and everything is looked at.
func (w *workbench) wholeFiles(framework string) {
	w.Helper()
	w.must(w.dir, framework, "run", "--all-files")
	leak := w.leak()
	w.write("old.py", leak)
	w.git("add", "-A")
	w.git("commit", "-qm", "old debt", "--no-verify")
	base := w.git("rev-parse", "HEAD")
	w.stops(leak, framework, "run", "--all-files")
	w.stops(leak, framework, "run", "--files", "README", "old.py")
	w.must(w.dir, framework, "run", "--files", "README")
	w.write("new.py", "import os\n")
	w.git("add", "-A")
	w.stops(leak, framework, "run", "--all-files") // though something else is staged
	w.must(w.dir, framework, "run")
	w.passes(hooklog.PreCommit, "git", "commit", "-qm", "clean")
	w.git("push", "-q", "--no-verify", "origin", "side") // as in CI: a remote has it all
	w.passes(hooklog.PrePush, framework, "run", "--from-ref", base, "--to-ref", "HEAD")
	w.stops(leak, framework, "run", "--from-ref", "HEAD~2", "--to-ref", "HEAD")
}

// TestIntegrationPreCommitRepository has the framework fetch this module as a
// repository of hooks: it builds leakline by itself, or takes the one in PATH.
func TestIntegrationPreCommitRepository(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds leakline")
	}
	framework := integration.Need(t, "pre-commit")
	hooks := t.TempDir()
	copyModule(t, hooks)
	for _, id := range []string{"leakline", "leakline-system"} {
		t.Run(id, func(t *testing.T) {
			w := newBench(t)
			w.env = append(w.env, "GOFLAGS=-trimpath", "GOPROXY=off", "GOTOOLCHAIN=local", // what is built is in the caches already
				"GOCACHE="+goEnv(t, "GOCACHE"), "GOMODCACHE="+goEnv(t, "GOMODCACHE"))
			if !there(filepath.Join(hooks, ".git")) {
				w.must(hooks, "git", "init", "-q")
				w.must(hooks, "git", "add", "-A")
				w.must(hooks, "git", "commit", "-qm", "release")
				w.must(hooks, "git", "tag", "v0.0.1")
			}
			w.write(".pre-commit-config.yaml", "repos:\n  - repo: "+hooks+"\n    rev: v0.0.1\n    hooks:\n      - id: "+id+"\n")
			w.must(w.dir, framework, "install", "--install-hooks")
			if id == "leakline" {
				w.env = append(w.env, "PATH="+withoutLeakline())
			}
			w.write("README", "an app\n")
			w.git("add", "-A")
			w.passes(hooklog.PreCommit, "git", "commit", "-qm", "first")
			leak := w.leak()
			w.write("config.py", leak)
			w.git("add", "-A")
			w.stops(leak, "git", "commit", "-qm", "leak")
		})
	}
}

// goEnv asks go for a setting of whoever runs the tests.
func goEnv(t *testing.T, name string) string {
	t.Helper()
	out, err := exec.Command("go", "env", name).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func there(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// withoutLeakline is PATH without the folders that hold a leakline.
func withoutLeakline() string {
	var kept []string
	for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
		if !there(filepath.Join(dir, "leakline")) {
			kept = append(kept, dir)
		}
	}
	return strings.Join(kept, string(filepath.ListSeparator))
}

// copyModule copies what a release of this module is built of.
func copyModule(t *testing.T, to string) {
	t.Helper()
	root := filepath.Join("..", "..")
	for _, part := range []string{"go.mod", "go.sum", ".pre-commit-hooks.yaml", "cmd", "detectors", "remediate", "scanner"} {
		err := filepath.WalkDir(filepath.Join(root, part), func(path string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if e.IsDir() && e.Name() == "testdata" {
				return filepath.SkipDir
			}
			if e.IsDir() || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o777); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(to, rel), text, 0o666)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestExamplesInManual: the manual shows the examples as they are.
func TestExamplesInManual(t *testing.T) {
	page, err := docs.ReadFile("docs/hooks.md")
	if err != nil {
		t.Fatal(err)
	}
	flat := regexp.MustCompile(`[ \t]*\n[ \t]*`)
	for _, file := range []string{"pre-commit/.pre-commit-config.yaml", "lefthook/lefthook.yml", "husky/.husky/pre-commit", "husky/.husky/pre-push"} {
		text, err := os.ReadFile(filepath.Join(examples, filepath.FromSlash(file)))
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if line = bytes.TrimSpace(line); len(line) > 0 && line[0] != '#' && !bytes.Contains(flat.ReplaceAll(page, []byte("\n")), line) {
				t.Errorf("%s: the manual has no %q", file, line)
			}
		}
	}
}
