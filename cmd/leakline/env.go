package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"leakline/remediate/outbound"
)

// env is what a command may touch of the outside world.
type env struct {
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
	now    func() time.Time
	// width is the number of columns of standard output, 0 if it is no terminal.
	width int
	// terminal says that standard error is a terminal: progress may be shown.
	terminal bool
	// outbound says where the hosts of providers are, for tests; nil: where everybody
	// finds them.
	outbound func() outbound.Options
}

// colours says that a terminal wants colours. https://no-color.org
func (e *env) colours() bool { return e.getenv("NO_COLOR") == "" && e.getenv("TERM") != "dumb" }

func osEnv() *env {
	e := &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, now: time.Now}
	if w, _, err := term.GetSize(int(os.Stdout.Fd())); err == nil {
		e.width = w
	}
	e.terminal = term.IsTerminal(int(os.Stderr.Fd()))
	return e
}

// run is the whole program.
func run(args []string, e *env) (status int) {
	defer func() {
		if r := recover(); r != nil {
			// A panic's value may hold bytes of what was scanned: only its kind and
			// place are printed.
			fmt.Fprintf(e.stderr, "leakline: internal error (%T) at %s; please report it\n", r, panicPlace())
			status = exitFailure
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRootCommand(e)
	root.SetArgs(args)
	root.SetIn(e.stdin)
	root.SetOut(e.stdout)
	root.SetErr(e.stderr)
	return exitStatus(e, root.ExecuteContext(ctx))
}

// panicPlace is the innermost function of leakline on the stack of a panic.
func panicPlace() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "leakline/") {
			return fmt.Sprintf("%s:%d", f.Function, f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}
