package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/remote"
)

// urlFlags are the flags for a repository that is not on this machine.
type urlFlags struct {
	maxMegabytes int
}

// defaultMaxFetch is how much is received unless the user says otherwise, in
// megabytes: more than the largest public repositories, less than most disks.
const defaultMaxFetch = 10_000

func (u *urlFlags) add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&u.maxMegabytes, "max-fetch-megabytes", defaultMaxFetch, "of a URL: give up if more has to be received (0: no bound)")
}

// check looks at what the user has typed.
func (u *urlFlags) check() error {
	if u.maxMegabytes < 0 {
		return errors.New("--max-fetch-megabytes can't be negative")
	}
	return nil
}

// isURL says whether an argument means a repository on a server. What exists
// here under that name is meant before any URL.
func isURL(arg string) bool {
	if _, err := os.Lstat(arg); err == nil {
		return false
	}
	return remote.IsURL(arg)
}

// open opens the repository at a path, or receives the one at a URL. target is
// how the report names it; done closes it, and removes what was received.
func (u *urlFlags) open(ctx context.Context, e *env, f *scanFlags, arg string, o gitsource.Options) (repo *gitsource.Repo, target string, done func() error, err error) {
	if !isURL(arg) {
		repo, err = gitsource.Open(arg, o)
		if err != nil {
			return nil, "", nil, err
		}
		return repo, arg, repo.Close, nil
	}
	received, err := u.fetch(ctx, e, f, arg, o.State)
	if err != nil {
		return nil, "", nil, err
	}
	o.Name = remote.Shown(arg)
	if f.ignores.trust {
		err = readyReceived(ctx, e, f, received, &o)
	}
	if err == nil {
		repo, err = openReceived(ctx, received, o)
	}
	if err != nil {
		return nil, "", nil, errors.Join(err, received.Close())
	}
	return repo, o.Name, func() error { return errors.Join(repo.Close(), received.Close()) }, nil
}

// openReceived opens what was received as a repository. Only who looks objects up
// by name before the pack was walked pays for an index.
func openReceived(ctx context.Context, r *remote.Received, o gitsource.Options) (*gitsource.Repo, error) {
	if o.Engine == gitsource.EngineDelta && o.Range == nil && o.State == nil && r.Pack != "" {
		return gitsource.OpenReceived(r.Dir, r.Offsets, o)
	}
	if err := r.Index(ctx); err != nil {
		return nil, err
	}
	return gitsource.Open(r.Dir, o)
}

// readyReceived reads what the tip of a received repository says of how it is scanned,
// because the user trusts it. That needs the names of its objects.
func readyReceived(ctx context.Context, e *env, f *scanFlags, r *remote.Received, o *gitsource.Options) error {
	if err := r.Index(ctx); err != nil {
		return err
	}
	repo, err := gitsource.Open(r.Dir, *o)
	if err != nil {
		return err
	}
	if err := f.ready(e, repoTarget(repo, false), ""); err != nil {
		return err
	}
	f.bound(o)
	return nil
}

// fetch receives a repository, or what of it is new since a state was written. It
// looks at all other flags first: nobody should wait for a download to learn of a
// typing error.
func (u *urlFlags) fetch(ctx context.Context, e *env, f *scanFlags, url string, state *gitsource.State) (*remote.Received, error) {
	if err := u.check(); err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, err
	}
	if _, err := f.scanner(e); err != nil {
		return nil, err
	}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	o := remote.Options{MaxBytes: int64(u.maxMegabytes) * 1_000_000, Getenv: e.getenv}
	if state != nil {
		o.Haves = state.Haves()
	}
	if e.terminal && !f.quiet {
		fmt.Fprint(e.stderr, "connecting …")
		line := fetchProgress{out: e.stderr, now: e.now, begin: e.now()}
		o.Progress = line.show
		defer fmt.Fprint(e.stderr, "\r\x1b[K")
	}
	received, err := remote.Fetch(ctx, url, o)
	var failed *remote.Error
	switch {
	case errors.Is(err, remote.ErrTooLarge):
		return nil, hinted{err, "--max-fetch-megabytes allows more"}
	case errors.As(err, &failed) && failed.Hint != "":
		return nil, hinted{err, failed.Hint}
	case errors.Is(err, context.DeadlineExceeded):
		return nil, hinted{err, "--timeout allows more time"}
	}
	return received, err
}

// fetchProgress shows one line while a repository is received.
type fetchProgress struct {
	out   io.Writer
	now   func() time.Time
	begin time.Time
	last  time.Time
}

// showEvery is the least time between two lines.
const showEvery = 100 * time.Millisecond

func (l *fetchProgress) show(p remote.Progress) {
	t := l.now()
	if t.Sub(l.last) < showEvery {
		return
	}
	l.last = t
	fmt.Fprintf(l.out, "\r\x1b[K%s", fetchLine(p, t.Sub(l.begin)))
}

// fetchLine is one line of at most 80 columns.
func fetchLine(p remote.Progress, elapsed time.Duration) string {
	line := "waiting for the server"
	if p.Server != "" {
		line = "the server: " + p.Server
	}
	if p.Total > 0 {
		seconds := max(elapsed.Seconds(), 0.001)
		line = fmt.Sprintf("receiving: %d %% of %d objects, %s, %s/s", 100*int64(p.Objects)/int64(p.Total), p.Total,
			byteSize(p.Bytes), byteSize(int64(float64(p.Bytes)/seconds)))
	}
	if p.Attempt > 1 {
		line = fmt.Sprintf("attempt %d: ", p.Attempt) + line
	}
	if r := []rune(line); len(r) > 79 {
		line = strings.TrimSpace(string(r[:78])) + "…"
	}
	return line
}
