package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// credential generates an example of a detector: the n-th of its first sample.
func credential(t testing.TB, detector string, n int) string {
	t.Helper()
	all := detectors.Catalogue()
	i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == detector })
	if i < 0 {
		t.Fatalf("no detector %q", detector)
	}
	text, err := sample.Example(all[i], 0, n)
	if err != nil {
		t.Fatal(err)
	}
	return text.Value
}

// required ends a test whose real part is not here.
func required(t testing.TB, tool, how string) string {
	t.Helper()
	path, err := exec.LookPath(tool)
	if err == nil {
		return path
	}
	text := fmt.Sprintf("NOT RUN: %s is not installed (%s)", tool, how)
	if os.Getenv("LEAKLINE_TEST_ALL") == "1" {
		t.Fatal(text)
	}
	t.Skip(text)
	return ""
}

// developer is somebody with a repository in which leakline's hooks are installed.
type developer struct {
	t   testing.TB
	dir string
	env []string
}

// newDeveloper makes a repository with the hooks, as the installer writes them.
func newDeveloper(t testing.TB) *developer {
	t.Helper()
	d := bareDeveloper(t)
	d.must("leakline", "hook", "install")
	return d
}

// bareDeveloper makes a repository without hooks.
func bareDeveloper(t testing.TB) *developer {
	t.Helper()
	required(t, "git", "apt-get install git")
	d := &developer{t: t, dir: filepath.Join(t.TempDir(), "shop")}
	d.env = append(os.Environ(),
		"HOME="+t.TempDir(), "XDG_STATE_HOME="+t.TempDir(), "GIT_CONFIG_GLOBAL="+os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A U Thor", "GIT_AUTHOR_EMAIL=author@example.com", "GIT_COMMITTER_NAME=A U Thor",
		"GIT_COMMITTER_EMAIL=author@example.com", "GIT_EDITOR=true", "GIT_MERGE_AUTOEDIT=no", "LEAKLINE_KEY=", "NO_COLOR=", "GIT_ALLOW_PROTOCOL=file",
	)
	if err := os.Mkdir(d.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	d.git("init", "-q", "-b", "main")
	return d
}

// run runs a program in the repository and gives what it printed.
func (d *developer) run(name string, args ...string) (string, error) {
	d.t.Helper()
	return d.runIn(d.dir, "", name, args...)
}

func (d *developer) runIn(dir, stdin, name string, args ...string) (string, error) {
	d.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, d.env, strings.NewReader(stdin)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	return out.String(), err
}

// must runs a program that is to succeed.
func (d *developer) must(name string, args ...string) string {
	d.t.Helper()
	out, err := d.run(name, args...)
	if err != nil {
		d.t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return out
}

func (d *developer) git(args ...string) string {
	d.t.Helper()
	return d.must("git", args...)
}

// stops runs a command of git that leakline is to stop, and gives what it says.
func (d *developer) stops(args ...string) string {
	d.t.Helper()
	out, err := d.run("git", args...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !strings.HasPrefix(out, "leakline: this ") || !strings.Contains(out, "was stopped") {
		d.t.Fatalf("git %q was not stopped: %v\n%s", args, err, out)
	}
	return out
}

// write writes a file of the repository.
func (d *developer) write(name, text string) {
	d.t.Helper()
	path := filepath.Join(d.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		d.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		d.t.Fatal(err)
	}
}

// shell runs lines that a text of leakline holds, as a developer who pastes them.
func (d *developer) shell(lines ...string) {
	d.t.Helper()
	if out, err := d.run("sh", "-e", "-c", strings.Join(lines, "\n")); err != nil {
		d.t.Fatalf("%q: %v\n%s", lines, err, out)
	}
}

// after gives the first line of a text behind one that begins so, without blanks
// around it.
func after(t testing.TB, text, begin string) string {
	t.Helper()
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		if strings.HasPrefix(strings.TrimSpace(l), begin) && i+1 < len(lines) {
			return strings.TrimSpace(lines[i+1])
		}
	}
	t.Fatalf("no line begins with %q in:\n%s", begin, text)
	return ""
}

// TestIntegrationStopped: what a stopped commit says, followed to the letter, lets
// the next commit pass: the edit, the comment, the entry of the ignore file.
func TestIntegrationStopped(t *testing.T) {
	t.Parallel()
	d := newDeveloper(t)
	key := credential(t, "openai-service-account-key", 3)
	source := "import os\n\nOPENAI_API_KEY = \"" + key + "\"\n"
	d.write("my app/settings.py", source)
	d.git("add", ".")
	said := d.stops("commit", "-m", "settings")
	if strings.Contains(said, key) || strings.Contains(said, key[len(key)/2:]) {
		t.Fatal("the text shows the secret")
	}
	for _, want := range []string{
		"my app/settings.py:3:19: OpenAI service account API key\n", "\n  opens:    one of your organisation's OpenAI projects as a service account",
		"\n  layer:    AI platform access\n", "\n  owner:    the team that owns the AI platform account at OpenAI\n", "\n  1. It is real:",
		"(1 file, ", " checked)", "https://platform.openai.com/", "\nThen commit again.",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the text does not say %q:\n%s", want, said)
		}
	}

	d.write("my app/settings.py", "import os\n\n"+after(t, said, "1. It is real")+"\n")
	d.shell("git add 'my app/settings.py'")
	if !strings.Contains(said, "       git add 'my app/settings.py'\n") {
		t.Errorf("the text does not say how to stage the edit:\n%s", said)
	}
	d.git("commit", "-q", "-m", "settings from the environment")

	d.write("my app/settings.py", source)
	said = d.stops("commit", "-a", "-m", "again")
	comment := after(t, said, "2. It is a test value")
	d.write("my app/settings.py", strings.Replace(source, "\"\n", "\"  "+comment+"\n", 1))
	said = d.stops("commit", "-a", "-m", "an unfinished reason")
	if !strings.Contains(said, "  note:     ") || !strings.Contains(said, "does not count") {
		t.Errorf("the text does not say why the comment does not count:\n%s", said)
	}
	if again := after(t, said, "2. It is a test value: complete its comment"); again != comment {
		t.Errorf("to complete the comment %q it says %q", comment, again)
	}
	comment = strings.Replace(comment, "...", "revoked, kept as an example", 1)
	d.write("my app/settings.py", strings.Replace(source, "\"\n", "\"  "+comment+"\n", 1))
	d.git("commit", "-q", "-a", "-m", "an example with its reason")

	d.write("settings.json", `{"anthropic_key": "`+credential(t, "anthropic-api-key", 3)+`"}`+"\n")
	d.git("add", ".")
	said = d.stops("commit", "-m", "json")
	d.write(".leaklineignore", strings.Replace(after(t, said, "2. It is a test value"), "...", "an example", 1)+"\n")
	d.shell("git add .leaklineignore")
	d.git("commit", "-q", "-m", "json with an entry")
}

// TestIntegrationStoppedPush: the commands that a stopped push gives take the secret
// out of the commit that has it, the last or an earlier one, and keep all others.
func TestIntegrationStoppedPush(t *testing.T) {
	t.Parallel()
	for _, last := range []bool{true, false} {
		d := newDeveloper(t)
		remote := filepath.Join(t.TempDir(), "shop.git")
		d.git("init", "-q", "--bare", remote)
		d.git("remote", "add", "origin", remote)
		d.write("README.md", "The shop.\n")
		d.git("add", ".")
		d.git("commit", "-q", "-m", "first")
		d.git("push", "-q", "origin", "main")
		key := credential(t, "stripe-live-secret-key", 3)
		d.write("pay.js", "const stripe = require('stripe')('"+key+"');\n")
		d.git("add", ".")
		d.git("commit", "-q", "--no-verify", "-m", "second")
		if !last {
			d.write("README.md", "The shop, and its cart.\n")
			d.git("commit", "-q", "-a", "-m", "third")
		}
		said := d.stops("push", "-q", "origin", "main")
		d.write("pay.js", after(t, said, "1. It is real")+"\n")
		d.shell("git add pay.js")
		if last {
			d.shell(after(t, said, "one so:"))
		} else {
			first := after(t, said, "An earlier one so:")
			d.shell(first, after(t, said, first))
		}
		d.git("push", "-q", "origin", "main")
		want := "second\nfirst\n"
		if !last {
			want = "third\n" + want
		}
		if got := d.git("log", "--format=%s", "origin/main"); got != want {
			t.Errorf("history is %q, want %q, after:\n%s", got, want, said)
		}
		if strings.Contains(d.git("log", "-p", "origin/main"), key) {
			t.Errorf("the secret was pushed after:\n%s", said)
		}
	}
}

// TestIntegrationStoppedInFolder: who commits in a folder is told where the paths
// begin.
func TestIntegrationStoppedInFolder(t *testing.T) {
	t.Parallel()
	d := newDeveloper(t)
	d.write("a/b/x.env", "ANTHROPIC_API_KEY="+credential(t, "anthropic-api-key", 4)+"\n")
	d.git("add", "-A")
	said, err := d.runIn(filepath.Join(d.dir, "a", "b"), "", "git", "commit", "-m", "x")
	if err == nil || !strings.Contains(said, "a/b/x.env:1:19") || !strings.Contains(said, "cd ../..\n") {
		t.Errorf("%v:\n%s", err, said)
	}
}

// terminal is a tmux server of a test's own, with one window.
type terminal struct {
	t      testing.TB
	socket string
}

// tmux runs a command of this server.
func (w *terminal) tmux(args ...string) (string, error) {
	cmd := exec.Command("tmux", append([]string{"-L", w.socket, "-f", os.DevNull}, args...)...)
	cmd.Env = append(os.Environ(), "TMUX=", "LC_ALL=C.UTF-8")
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// window runs a command of the shell in a window of a size, and gives its text when
// the command has ended: with colours, without, and without but with wrapped lines
// joined again.
func window(t testing.TB, d *developer, columns int, command string, env ...string) (colored, plain, joined string) {
	t.Helper()
	w := &terminal{t: t, socket: fmt.Sprintf("leakline-test-%d-%d", os.Getpid(), time.Now().UnixNano())}
	// With a history, so that what a window of 24 lines scrolls away is kept.
	args := []string{"new-session", "-d", "-x", fmt.Sprint(columns), "-y", "24"}
	script := "cd '" + d.dir + "'; " + command + "; echo \"status $?\"; exec cat"
	full := append(slices.Clone(d.env), env...)
	args = append(args, append(append([]string{"env", "-i"}, keep(full)...), "sh", "-c", script)...)
	t.Cleanup(func() { _, _ = w.tmux("kill-server") })
	if out, err := w.tmux(args...); err != nil {
		t.Fatalf("tmux: %v\n%s", err, out)
	}
	for range 600 {
		plain, _ = w.tmux("capture-pane", "-p", "-S", "-")
		if regexp.MustCompile(`(?m)^status \d+$`).MatchString(plain) {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	colored, _ = w.tmux("capture-pane", "-p", "-e", "-S", "-")
	joined, _ = w.tmux("capture-pane", "-p", "-J", "-S", "-")
	return colored, unpadded(plain), unpadded(joined)
}

// keep is what of an environment a window gets; the last of two counts.
func keep(env []string) []string {
	values := map[string]string{}
	for _, kv := range env {
		if k, v, ok := strings.Cut(kv, "="); ok && (strings.HasPrefix(k, "GIT_") || slices.Contains([]string{"PATH", "HOME", "XDG_STATE_HOME", "NO_COLOR", "TERM"}, k)) {
			values[k] = v
		}
	}
	if values["TERM"] == "" || values["TERM"] == "dumb" && !slices.Contains(env[len(env)-1:], "TERM=dumb") {
		values["TERM"] = "screen"
	}
	values["LC_ALL"] = "C.UTF-8"
	var out []string
	for k, v := range values {
		out = append(out, k+"="+v)
	}
	slices.Sort(out)
	return out
}

// unpadded is a screen without the blanks with which it is filled up.
func unpadded(screen string) string {
	var lines []string
	for l := range strings.SplitSeq(screen, "\n") {
		lines = append(lines, strings.TrimRight(l, " "))
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n") + "\n"
}

// TestIntegrationTmux: in a real terminal the text of a stopped commit is whole, no
// line is wrapped by the terminal but for what is never broken, and it has colours
// only where they are wanted.
func TestIntegrationTmux(t *testing.T) {
	required(t, "tmux", "apt-get install tmux")
	d := newDeveloper(t)
	d.write("app/settings.py", "import os\n\nOPENAI_API_KEY = \""+credential(t, "openai-service-account-key", 5)+"\"\n")
	d.write("deploy/compose.yaml", "services:\n  shop:\n    environment:\n      JWT_SECRET: "+credential(t, "jwt-signing-secret", 5)+"\n")
	d.git("add", ".")
	const escape = "\x1b["
	for _, c := range []struct {
		name    string
		columns int
		env     string
		color   bool
	}{
		{"80 columns", 80, "TERM=screen-256color", true},
		{"40 columns", 40, "TERM=screen-256color", true},
		{"NO_COLOR", 80, "NO_COLOR=1", false},
		{"TERM=dumb", 80, "TERM=dumb", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			colored, plain, joined := window(t, d, c.columns, "git commit -m settings", c.env)
			if !strings.HasPrefix(plain, "leakline: this commit would add 2") || !strings.HasSuffix(plain, "status 1\n") {
				t.Fatalf("the message is not whole:\n%s", plain)
			}
			if strings.Contains(colored, escape) != c.color {
				t.Errorf("colours: %v, want %v:\n%q", !c.color, c.color, colored)
			}
			if c.columns == 80 {
				said := d.stops("commit", "-m", "settings")
				if plain != said+"status 1\n" {
					t.Errorf("the terminal shows\n%s\nand a pipe gets\n%s", plain, said)
				}
				if joined != plain {
					t.Errorf("the terminal wraps lines:\n%s", plain)
				}
			}
			for l := range strings.SplitSeq(joined, "\n") {
				unbroken := strings.Contains(l, "/") || strings.Contains(l, "os.environ")
				if n := len([]rune(l)); n > c.columns && !unbroken {
					t.Errorf("%d columns: %q", n, l)
				}
			}
			if os.Getenv("LEAKLINE_SHOW") != "" {
				t.Logf("\n%s", colored)
			}
		})
	}
}
