package changes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"time"

	"leakline/scanner"
)

// ErrNoGit says that there is no git to ask.
var ErrNoGit = errors.New("git is not on the PATH")

// Error is a failure of a git process.
type Error struct {
	Command string // "git diff-index"
	Said    string // the first line that matters of its standard error; may be empty
	Err     error
}

// Error is one line.
func (e *Error) Error() string {
	if e.Said != "" {
		return e.Command + ": " + e.Said
	}
	return e.Command + ": " + e.Err.Error()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// runner starts git in one folder.
type runner struct{ dir string }

// patience is how long a process that was told to stop may take.
const patience = 2 * time.Second

// environment is ours with what git must do alike for everybody: no lock for the
// refresh of an index, words in English, no question asked, and no parents of
// commits but those that they name. What git told the hook (GIT_DIR,
// GIT_INDEX_FILE, the quarantine of a push) stays.
func environment() []string {
	return append(os.Environ(),
		"GIT_OPTIONAL_LOCKS=0", "LC_ALL=C", "LANGUAGE=C", "GIT_TERMINAL_PROMPT=0", "GIT_GRAFT_FILE="+os.DevNull)
}

// process is one git process.
type process struct {
	name string
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	said head

	ended sync.Once
	err   error // of its end
}

// start starts git with a standard input that is empty, or ours to write.
func (r runner) start(ctx context.Context, feed bool, args ...string) (*process, error) {
	p := &process{name: "git " + args[0]}
	all := []string{"-c", "core.fsmonitor=false", "-c", "advice.graftFileDeprecated=false", "--no-replace-objects"}
	if r.dir != "" {
		all = append(all, "-C", r.dir)
	}
	p.cmd = exec.CommandContext(ctx, "git", append(all, args...)...)
	p.cmd.Env = environment()
	p.cmd.Stderr = &p.said
	p.cmd.WaitDelay = patience
	out, err := p.cmd.StdoutPipe()
	if err == nil && feed {
		p.in, err = p.cmd.StdinPipe()
	}
	if err == nil {
		err = p.cmd.Start()
	}
	if errors.Is(err, exec.ErrNotFound) {
		return nil, ErrNoGit
	}
	if err != nil {
		return nil, &Error{Command: p.name, Err: err}
	}
	p.out = bufio.NewReaderSize(out, 64<<10)
	return p, nil
}

// wait ends a process whose output was read, and says how it failed.
func (p *process) wait() error {
	if p.in != nil {
		_ = p.in.Close()
	}
	p.ended.Do(func() { p.err = p.cmd.Wait() })
	if p.err == nil {
		return nil
	}
	return &Error{Command: p.name, Said: p.said.line(), Err: p.err}
}

// stop ends a process whose output nobody wants any more. It may be called while
// another goroutine reads or waits.
func (p *process) stop() {
	_ = p.cmd.Process.Kill()
	_ = p.wait()
}

// output runs git to its end and gives what it printed, without the last newline.
func (r runner) output(ctx context.Context, args ...string) (string, error) {
	p, err := r.start(ctx, false, args...)
	if err != nil {
		return "", err
	}
	out, err := io.ReadAll(p.out)
	if err := errors.Join(err, p.wait()); err != nil {
		return "", err
	}
	return strings.TrimSuffix(string(out), "\n"), nil
}

// exitCode is the exit status of a process that failed, else -1.
func exitCode(err error) int {
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return exit.ExitCode()
	}
	return -1
}

// head keeps the beginning of what is written to it.
type head struct{ kept []byte }

// maxSaid is how much of a process's standard error is kept.
const maxSaid = 4 << 10

func (h *head) Write(p []byte) (int, error) {
	if room := maxSaid - len(h.kept); room > 0 {
		h.kept = append(h.kept, p[:min(room, len(p))]...)
	}
	return len(p), nil
}

// line is the line in which git says what is wrong, else the first.
func (h *head) line() string {
	lines := strings.Split(strings.TrimSpace(string(h.kept)), "\n")
	said := lines[0]
	if i := slices.IndexFunc(lines, func(l string) bool { return strings.HasPrefix(l, "fatal: ") }); i >= 0 {
		said = strings.TrimPrefix(lines[i], "fatal: ")
	}
	return scanner.Printable(strings.TrimPrefix(said, "error: "))
}

// cut says that a process ended in the middle of an answer.
func cut(name string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("its answer ends in the middle")
	}
	return fmt.Errorf("%s: %w", name, err)
}
