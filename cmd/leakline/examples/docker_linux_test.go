package examples

import (
	"debug/elf"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// instruction is one line of a Dockerfile, in the stage that it belongs to.
type instruction struct {
	stage      int
	name, rest string
}

// readDockerfile reads instructions.
// https://docs.docker.com/reference/dockerfile/
func readDockerfile(t *testing.T, path string) []instruction {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var out []instruction
	stage := -1
	for _, line := range strings.Split(strings.ReplaceAll(string(text), "\\\n", " "), "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if name == "FROM" {
			stage++
		}
		out = append(out, instruction{stage, name, strings.TrimSpace(rest)})
	}
	return out
}

// TestDockerfile holds what the images promise: bases with a version, users that are
// numbers and not root, nothing fetched by ADD, entry points without a shell.
func TestDockerfile(t *testing.T) {
	stages := map[int][]instruction{}
	for _, x := range readDockerfile(t, filepath.Join(root, "Dockerfile")) {
		stages[x.stage] = append(stages[x.stage], x)
	}
	if len(stages) != 3 {
		t.Fatalf("%d stages", len(stages))
	}
	user := regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`)
	for n, list := range stages {
		from := list[0].rest
		if image := strings.Fields(from)[0]; image != "scratch" && (!strings.Contains(image, ":") || strings.HasSuffix(image, ":latest")) {
			t.Errorf("the base %q has no version", image)
		}
		var users []string
		for i, x := range list {
			switch x.name {
			case "USER":
				users = append(users, x.rest)
			case "ADD":
				t.Errorf("stage %d uses ADD", n)
			case "RUN":
				if len(users) > 0 {
					t.Errorf("stage %d runs commands as its user", n)
				}
			case "ENTRYPOINT", "CMD":
				if !strings.HasPrefix(x.rest, "[") {
					t.Errorf("%s %s goes through a shell", x.name, x.rest)
				}
				if len(users) == 0 {
					t.Errorf("stage %d names no user before instruction %d", n, i)
				}
			}
		}
		if n > 0 && (len(users) != 1 || !user.MatchString(users[0])) {
			t.Errorf("stage %d: users %q", n, users)
		}
	}
}

// TestIntegrationDockerfile builds as the first stage does, from what the build's
// context holds, and runs the result as the last stage does: in a root that holds only
// what is copied there, as its user.
func TestIntegrationDockerfile(t *testing.T) {
	var copied, runs []string
	args := map[string]string{}
	last := map[string]string{}
	for _, x := range readDockerfile(t, filepath.Join(root, "Dockerfile")) {
		switch {
		case x.stage == 0 && x.name == "COPY":
			fields := strings.Fields(x.rest)
			copied = append(copied, fields[:len(fields)-1]...)
		case x.stage == 0 && x.name == "ARG":
			k, v, _ := strings.Cut(x.rest, "=")
			args[k] = v
		case x.stage == 0 && x.name == "RUN" && x.rest != "go mod download": // they are here
			runs = append(runs, x.rest)
		}
		last[x.name] = x.rest
	}
	out, build := filepath.Join(t.TempDir(), "out"), t.TempDir()
	ignored := ignoredByDocker(t)
	for _, name := range copied {
		copyTree(t, filepath.Join(root, name), filepath.Join(build, name), ignored)
	}
	env := map[string]string{}
	for _, set := range goEnv(t) {
		k, v, _ := strings.Cut(set, "=")
		env[k] = v
	}
	for k, v := range args {
		env[k] = v
	}
	for _, script := range runs {
		if end := shell(t, build, env, "sh", "-ec", strings.ReplaceAll(script, "/out", out)); end.status != 0 {
			t.Fatalf("RUN %s: status %d:\n%s", script, end.status, end.output)
		}
	}
	binary := filepath.Join(out, "leakline")
	f, err := elf.Open(binary)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			t.Error("the binary is not static: it names an interpreter")
		}
	}
	if libs, err := f.ImportedLibraries(); err != nil || len(libs) > 0 {
		t.Errorf("the binary needs %v, %v", libs, err)
	}
	runImage(t, out, last)
}

// runImage runs the binary with nothing else around it.
func runImage(t *testing.T, rootfs string, last map[string]string) {
	if os.Geteuid() != 0 {
		missing(t, "only root may change its root directory: run the tests as root")
	}
	p := newProject(t, true)
	for d := rootfs; strings.HasPrefix(d, os.TempDir()+"/"); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil { // TempDir's are closed to others
			t.Fatal(err)
		}
	}
	copyTree(t, p.checkout(0, p.head, allBranches), filepath.Join(rootfs, last["WORKDIR"]), nil)
	var id uint32
	if _, err := fmt.Sscanf(last["USER"], "%d:", &id); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		status int
	}{
		{[]string{"git"}, 1}, // CMD
		{[]string{"git", "--since-commit", p.base, "--branch", "HEAD", "-f", "sarif", "-r", "/tmp/leakline.sarif"}, 1},
		{[]string{"git", "-r", "/report.txt"}, 2}, // what is no place to write
		{[]string{"version"}, 0},
	} {
		cmd := exec.Command("/leakline", c.args...)
		cmd.Dir, cmd.Env = last["WORKDIR"], []string{"HOME=/tmp"}
		cmd.SysProcAttr = &syscall.SysProcAttr{Chroot: rootfs, Credential: &syscall.Credential{Uid: id, Gid: id}}
		text, err := cmd.CombinedOutput()
		if cmd.ProcessState == nil {
			t.Fatal(err)
		}
		if got := cmd.ProcessState.ExitCode(); got != c.status {
			t.Errorf("leakline %s: status %d, want %d:\n%s", strings.Join(c.args, " "), got, c.status, text)
		}
		if strings.Contains(string(text), p.leak) {
			t.Error("a secret's plaintext was written")
		}
	}
	if _, err := os.Stat(filepath.Join(rootfs, "tmp", "leakline.sarif")); err != nil {
		t.Error(err)
	}
}

// ignoredByDocker are the names that .dockerignore leaves out at every depth.
func ignoredByDocker(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, line := range strings.Fields(string(text)) {
		if name, ok := strings.CutPrefix(line, "**/"); ok {
			names = append(names, name)
		}
	}
	return names
}

// copyTree copies files and folders, without those of some names.
func copyTree(t *testing.T, from, to string, without []string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if slices.Contains(without, e.Name()) {
			return filepath.SkipDir
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if e.IsDir() {
			return os.MkdirAll(target, 0o755)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, text, 0o644)
	})
	if err != nil {
		t.Fatal(err)
	}
}
