package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"leakline/remediate/hooklog"
	"leakline/scanner"
	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/changes"
	"leakline/scanner/report"
)

// hookKind is one of git's hooks, as leakline runs it.
// https://git-scm.com/docs/githooks
type hookKind struct {
	name  string
	stage report.Stage
	log   hooklog.Stage
	// stdin says that git tells what is to be judged on standard input.
	stdin bool
	// start begins to ask git what is new.
	start func(ctx context.Context, h *hookRun, stdin []byte) (*changes.Source, error)
	again string // what the developer does after mending
	past  string // how to go past the hook; "" if there is no way
}

// hookKinds lists the hooks that leakline can be.
func hookKinds() []hookKind {
	commit := hookKind{
		name: "pre-commit", stage: report.StageCommit, log: hooklog.PreCommit, start: startStaged,
		again: "git commit", past: "git commit --no-verify",
	}
	merge := commit
	merge.name, merge.start, merge.again, merge.past = "pre-merge-commit", startMerged, "git merge", "git merge --no-verify"
	push := hookKind{
		name: "pre-push", stage: report.StagePush, log: hooklog.PrePush, stdin: true, start: startPushed,
		again: "git push", past: "git push --no-verify",
	}
	receive := hookKind{
		name: "pre-receive", stage: report.StageReceive, log: hooklog.PreReceive, stdin: true, start: startReceived, again: "git push",
	}
	update := receive
	update.name, update.stdin, update.start = "update", false, startUpdated
	return []hookKind{commit, merge, push, receive, update}
}

// hookRun is one run of a hook.
type hookRun struct {
	scanFlags
	hookKind
	args  []string // git's
	chain string   // the hook that was here before, or ""
	// honour says that the comments and ignore files of what is judged count: not
	// where it comes from others, unless they are trusted.
	honour bool
	silent bool // --quiet
}

func newHookRunCommand(e *env) *cobra.Command {
	var h hookRun
	cmd := &cobra.Command{
		Use:   "run [pre-commit | pre-merge-commit | pre-push | pre-receive | update] [-- ARGS]",
		Short: "Judge what a commit or push adds, as git's hook of that name",
		Long: `Judge what a commit or push adds, as git's hook of that name (default: pre-commit).
The arguments and the standard input are those that git gives to the hook.

  pre-commit, pre-merge-commit   what the index adds to HEAD and what is merged
  pre-push                       every commit that the remote has not got
  pre-receive, update            every commit that no ref holds yet

What is found goes to standard error, which git shows. A report in another form
is written if --report-path or --report-format is given.
` + exitHelp,
		Example: "  leakline hook run pre-commit\n  leakline hook run pre-push \"$@\"",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := h.parse(args); err != nil {
				return err
			}
			if cmd.Flags().Changed("ledger") {
				return hinted{
					errors.New("a hook records in no ledger: what it stops has not leaked"),
					"leave out --ledger; 'leakline hook status --rates' lists what hooks stopped and what came past them",
				}
			}
			return h.run(cmd.Context(), e, cmd)
		},
	}
	h.add(cmd)
	cmd.Flags().StringVar(&h.chain, "chain", "", "then run the hook in `FILE`, with the same arguments and standard input")
	return cmd
}

// parse tells the name of the hook from its arguments.
func (h *hookRun) parse(args []string) error {
	name := "pre-commit"
	if len(args) > 0 {
		name, h.args = args[0], args[1:]
	}
	kinds := hookKinds()
	i := slices.IndexFunc(kinds, func(k hookKind) bool { return k.name == name })
	if i < 0 {
		var names []string
		for _, k := range kinds {
			names = append(names, k.name)
		}
		return hinted{fmt.Errorf("leakline is no %q hook", name), "it can be " + strings.Join(names, ", ")}
	}
	h.hookKind = kinds[i]
	h.honour = h.stage != report.StageReceive
	return nil
}

// run judges and, if nothing is to be stopped, runs the earlier hook.
func (h *hookRun) run(ctx context.Context, e *env, cmd *cobra.Command) error {
	debug.SetGCPercent(hookGCPercent)
	var stdin []byte
	if h.hookKind.stdin {
		var err error
		if stdin, err = h.read(e); err != nil {
			return h.explain(err)
		}
	}
	if err := h.judge(ctx, e, cmd, stdin); err != nil {
		return h.explain(err)
	}
	if h.chain == "" {
		return nil
	}
	in := e.stdin
	if h.hookKind.stdin {
		in = bytes.NewReader(stdin)
	}
	return h.explain(h.runChain(ctx, e, in))
}

// read reads what git tells the hook. The hook that is run next gets it too.
func (h *hookRun) read(e *env) ([]byte, error) {
	if f, ok := e.stdin.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return nil, errors.New("git tells a " + h.name + " hook on standard input what it is to judge, and that is a terminal")
	}
	data, err := io.ReadAll(e.stdin)
	if err != nil {
		return nil, fmt.Errorf("read what git tells on standard input: %w", err)
	}
	return data, nil
}

// judge scans what is new, and says what it came to.
func (h *hookRun) judge(ctx context.Context, e *env, cmd *cobra.Command, stdin []byte) error {
	src, err := h.start(ctx, h, stdin)
	if err != nil {
		return err
	}
	defer src.Close()
	if err := h.ready(e); err != nil {
		return err
	}
	h.silent, h.quiet = h.quiet, true // no progress: git shows what a hook says, not a terminal
	if !cmd.Flags().Changed("report-path") && !cmd.Flags().Changed("report-format") {
		h.reportPath = os.DevNull
	}
	h.settle = func(ctx context.Context, s *scanner.Scanner, r *scanner.Result) error {
		if err := src.Settle(ctx, s, r); err != nil {
			return err
		}
		h.advise(s, r)
		return h.tell(e, src.Account(), r)
	}
	h.after = func(r *scanner.Result) error {
		e.noteHook(ctx, h.log, r, !r.Summary.Complete || len(r.Findings) > 0 && !h.exitZero)
		return nil
	}
	return runScan(ctx, e, &h.scanFlags, src, h.name)
}

// ready reads what says how the changes are judged: what the work tree says of itself
// counts, and of what others push only with --trust-target.
func (h *hookRun) ready(e *env) error {
	if h.honour {
		return readyWork(e, &h.scanFlags, ".")
	}
	h.narrowed = true
	repo, err := gitsource.Open(".", gitsource.Options{})
	if err != nil {
		return h.scanFlags.ready(e, ignoreTarget{}, "")
	}
	return h.scanFlags.ready(e, repoTarget(repo, false), "")
}

// tell says on standard error what is new, or in one line that nothing is.
func (h *hookRun) tell(e *env, a changes.Account, r *scanner.Result) error {
	if len(r.Findings) == 0 && r.Summary.Complete {
		if !h.silent {
			fmt.Fprintf(e.stderr, "leakline: %s\n", h.clean(a, r))
		}
		return nil
	}
	return report.WriteStop(e.stderr, r, report.Options{
		Version: buildVersion(), Now: e.now(), Width: e.width, Stage: h.stage, Prefix: e.getenv("GIT_PREFIX"),
		Color: e.terminal && !h.noColor && e.colours(),
	})
}

// clean says how much was looked at, and that nothing is new.
func (h *hookRun) clean(a changes.Account, r *scanner.Result) string {
	if text := h.nothing(a); text != "" {
		return text + ": " + a.String() + " checked"
	}
	text := fmt.Sprintf("%s, %s checked, nothing new", a, byteSize(r.Summary.Bytes))
	var beside []string
	for _, why := range changes.Known() {
		if n := r.Summary.Hidden[why]; n > 0 {
			beside = append(beside, fmt.Sprintf("%d %s", n, why))
		}
	}
	ignored := 0
	for _, layers := range r.Summary.Ignored {
		for _, n := range layers {
			ignored += n
		}
	}
	if ignored > 0 {
		beside = append(beside, fmt.Sprintf("%d ignored as known", ignored))
	}
	if len(beside) > 0 {
		text += " (" + strings.Join(beside, ", ") + ")"
	}
	return text
}

// nothing says why there was nothing to look at; "" if there was.
func (h *hookRun) nothing(a changes.Account) string {
	switch {
	case h.stage == report.StageCommit:
		return nothingStaged(a)
	case a.Refs == 0:
		return "no ref is pushed, or only deletions"
	case a.Commits+a.Tags+a.Files == 0 && h.stage == report.StagePush:
		return "the remote has all that is pushed"
	case a.Commits+a.Tags+a.Files == 0:
		return "all that was pushed was here"
	}
	return ""
}

func startStaged(ctx context.Context, h *hookRun, _ []byte) (*changes.Source, error) {
	return changes.Staged(ctx, h.options())
}

// startMerged: git runs this hook before it notes what is merged, and names that in
// the environment only, as GITHEAD_ID=NAME.
func startMerged(ctx context.Context, h *hookRun, _ []byte) (*changes.Source, error) {
	o := h.options()
	for _, v := range os.Environ() {
		if rest, ok := strings.CutPrefix(v, "GITHEAD_"); ok {
			id, _, _ := strings.Cut(rest, "=")
			o.Heads = append(o.Heads, id)
		}
	}
	return changes.Staged(ctx, o)
}

// startPushed: the arguments are the name of the remote, or its URL if it has none,
// and its URL.
func startPushed(ctx context.Context, h *hookRun, stdin []byte) (*changes.Source, error) {
	updates, err := changes.ReadPushed(bytes.NewReader(stdin))
	if err != nil {
		return nil, err
	}
	remote := ""
	if len(h.args) > 0 {
		remote = h.args[0]
	}
	return changes.Pushed(ctx, remote, updates, h.options())
}

func startReceived(ctx context.Context, h *hookRun, stdin []byte) (*changes.Source, error) {
	updates, err := changes.ReadReceived(bytes.NewReader(stdin))
	if err != nil {
		return nil, err
	}
	return changes.Received(ctx, updates, h.options())
}

// startUpdated: the arguments are the ref, and the ids of what it was and will be.
func startUpdated(ctx context.Context, h *hookRun, _ []byte) (*changes.Source, error) {
	if len(h.args) != 3 {
		return nil, hinted{errors.New("git gives an update hook three arguments: the ref, the old id and the new one"), `write: leakline hook run update -- "$@"`}
	}
	update, err := changes.NewUpdate(h.args[0], h.args[1], h.args[2])
	if err != nil {
		return nil, err
	}
	return changes.Received(ctx, []changes.Update{update}, h.options())
}

func (h *hookRun) options() changes.Options {
	return changes.Options{MaxBytes: int64(h.maxMegabytes) * 1_000_000}
}

// explain says of a failure how to go on: what is stopped is not lost.
func (h *hookRun) explain(err error) error {
	var said outcome
	var hint hinted
	if err = explainGit(err); err == nil || errors.As(err, &said) || errors.Is(err, context.Canceled) {
		return err
	}
	text := fmt.Sprintf("nothing was checked, so that this was stopped; mend it and run %s again", h.again)
	if h.past != "" {
		text += ", or go past the check: " + h.past
	}
	if errors.As(err, &hint) {
		text = hint.hint + "; " + text
	}
	return hinted{err, text}
}

// runChain runs the hook that was here before leakline's, as git would.
func (h *hookRun) runChain(ctx context.Context, e *env, stdin io.Reader) error {
	path, err := filepath.Abs(h.chain)
	if err != nil {
		return fmt.Errorf("find the hook %q: %w", h.chain, err)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, os.ErrNotExist): // it was taken away
		return nil
	case err != nil:
		return fmt.Errorf("find the hook %q: %w", h.chain, err)
	case runtime.GOOS != "windows" && info.Mode().Perm()&0o111 == 0:
		fmt.Fprintf(e.stderr, "leakline: warning: the hook %q is not run: it is not executable\n", h.chain)
		return nil
	}
	err = command(ctx, e, stdin, path, h.args...).Run()
	if errors.Is(err, syscall.ENOEXEC) || runtime.GOOS == "windows" && errors.Is(err, os.ErrInvalid) { // git takes it for a script of sh, too
		err = command(ctx, e, stdin, "sh", append([]string{path}, h.args...)...).Run()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return outcome(statusOf(exit))
	}
	if err != nil {
		return fmt.Errorf("run the hook %q: %w", h.chain, err)
	}
	return nil
}

func command(ctx context.Context, e *env, stdin io.Reader, name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, e.stdout, e.stderr
	return cmd
}

// statusOf is the exit status of a process, as a shell gives it.
func statusOf(exit *exec.ExitError) int {
	if code := exit.ExitCode(); code >= 0 {
		return code
	}
	if w, ok := exit.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return exitFailure
}
