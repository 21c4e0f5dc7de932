package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/filesource"
)

// newUnstagedCommand makes the command that protect runs without --staged: it scans
// what the files that git tracks have, in the work tree, beside the index.
func newUnstagedCommand(e *env) *cobra.Command {
	var f scanFlags
	cmd := &cobra.Command{
		Use:  "protect",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			path := "."
			if len(args) == 1 {
				path = args[0]
			}
			if isURL(path) {
				return hinted{errors.New("protect needs a repository on this machine"), "scan a URL with: leakline git URL"}
			}
			if cmd.Flags().Changed("ledger") {
				return hinted{errors.New("--ledger can't be used with protect: what is changed is no history"), "leave out --ledger"}
			}
			if err := readyRepository(e, &f, path); err != nil {
				return err
			}
			u := &unstaged{dir: path, most: int64(f.maxMegabytes) * 1_000_000}
			if err := u.list(cmd.Context()); err != nil {
				return err
			}
			f.settle, f.narrowed = u.settle, true
			if len(u.files) == 0 && !f.quiet {
				fmt.Fprintln(e.stderr, "leakline: nothing is changed in the work tree that is not staged: 0 files checked")
			}
			return runScan(cmd.Context(), e, &f, u.source(), "the unstaged changes")
		},
	}
	f.add(cmd)
	return cmd
}

// unstaged is what differs between a work tree and its index.
type unstaged struct {
	dir    string
	most   int64             // larger contents are left out; 0 for none
	files  []string          // that differ, as they are found from here
	staged map[string]string // the ids of the contents that the index has of them, by path in it
}

// list asks git for the files that differ.
// https://git-scm.com/docs/git-diff-files, git-ls-files
func (u *unstaged) list(ctx context.Context) error {
	top, err := u.git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return err
	}
	root := strings.TrimSuffix(string(top), "\n")
	out, err := u.git(ctx, "-C", root, "diff-files", "-z", "--name-only", "--no-renames", "--ignore-submodules=all")
	if err != nil {
		return err
	}
	changed := map[string]bool{}
	for path := range strings.SplitSeq(string(out), "\x00") {
		if path == "" || changed[path] { // an unmerged file is named more than once
			continue
		}
		changed[path] = true
		// What was deleted has nothing, and a link is no content of its own.
		if info, err := os.Lstat(filepath.Join(root, path)); err == nil && info.Mode().IsRegular() {
			u.files = append(u.files, fromHere(filepath.Join(root, path)))
		}
	}
	if len(u.files) == 0 {
		return nil
	}
	slices.Sort(u.files)
	return u.index(ctx, root, changed)
}

// source is one for the files that differ.
func (u *unstaged) source() scanner.Source {
	if len(u.files) == 0 {
		return indexed{u} // of nothing
	}
	return filesource.New(u.files, filesource.Options{MaxBytes: u.most})
}

// index notes what the index has of the changed files.
func (u *unstaged) index(ctx context.Context, root string, changed map[string]bool) error {
	out, err := u.git(ctx, "-C", root, "ls-files", "--stage", "-z")
	if err != nil {
		return err
	}
	u.staged = map[string]string{}
	for entry := range strings.SplitSeq(string(out), "\x00") {
		head, path, _ := strings.Cut(entry, "\t")
		if fields := strings.Fields(head); len(fields) == 3 && changed[path] { // mode, id, stage
			u.staged[path+"\x00"+fields[2]] = fields[1]
		}
	}
	return nil
}

// fromHere is a path from the current folder, if it leads below it.
func fromHere(path string) string {
	here, err := os.Getwd()
	if err != nil {
		return path
	}
	if real, err := filepath.EvalSymlinks(here); err == nil { // as git has it
		here = real
	}
	if rel, err := filepath.Rel(here, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// git runs a command of git that starts no other program.
func (u *unstaged) git(ctx context.Context, args ...string) ([]byte, error) {
	out, err := u.command(ctx, args...).Output()
	var failed *exec.ExitError
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, hinted{errors.New("git is not on the PATH: it is asked what is changed"), "install git, or add its folder to PATH"}
	case errors.As(err, &failed):
		said, _, _ := strings.Cut(strings.TrimSpace(string(failed.Stderr)), "\n")
		return nil, fmt.Errorf("ask git what is changed: %s", scanner.Printable(said))
	case err != nil:
		return nil, fmt.Errorf("ask git what is changed: %w", err)
	}
	return out, nil
}

func (u *unstaged) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-c", "core.fsmonitor=false", "--no-replace-objects", "-C", u.dir}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0", "LC_ALL=C", "GIT_TERMINAL_PROMPT=0")
	return cmd
}

// settle takes out of the result what the index has already, of the files that differ.
func (u *unstaged) settle(ctx context.Context, s *scanner.Scanner, r *scanner.Result) error {
	if len(r.Findings) == 0 || len(u.staged) == 0 {
		return nil
	}
	all := *s
	all.MinConfidence, all.Layers, all.Progress = detectors.Low, nil, nil
	all.Ignore = nil
	before, err := all.Scan(ctx, indexed{u})
	if err != nil {
		return fmt.Errorf("read what is staged: %w", err)
	}
	known := map[string]bool{}
	for _, f := range before.Findings {
		known[f.Fingerprint] = true
	}
	r.Drop("already staged", func(f *scanner.Finding) bool { return known[f.Fingerprint] })
	r.Summary.Complete = r.Summary.Complete && before.Summary.Complete
	r.Summary.Errors = append(r.Summary.Errors, before.Summary.Errors...)
	return nil
}

// indexed is a source for what the index has of the files that differ.
type indexed struct{ *unstaged }

// Chunks implements scanner.Source.
func (x indexed) Chunks(ctx context.Context) iter.Seq2[scanner.Chunk, error] {
	return func(yield func(scanner.Chunk, error) bool) {
		if len(x.staged) == 0 {
			return
		}
		var keys []string
		for key := range x.staged {
			keys = append(keys, key)
		}
		slices.Sort(keys)
		var ask bytes.Buffer
		for _, key := range keys {
			fmt.Fprintln(&ask, x.staged[key])
		}
		cmd := x.command(ctx, "cat-file", "--batch")
		cmd.Stdin = &ask
		pipe, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			yield(scanner.Chunk{}, fmt.Errorf("read what is staged: %w", err))
			return
		}
		defer func() { _ = cmd.Wait() }()
		defer func() { _, _ = io.Copy(io.Discard, pipe) }()
		out := bufio.NewReader(pipe)
		for _, key := range keys {
			path, _, _ := strings.Cut(key, "\x00")
			chunk, err := nextObject(out, path)
			var unread *scanner.Unread
			whole := err == nil || errors.As(err, &unread) // what follows can be read
			if !whole {
				err = &scanner.Unread{Class: "unreadable", What: path, Err: err}
			}
			if !yield(chunk, err) || !whole {
				return
			}
		}
	}
}

// nextObject reads one answer of git cat-file --batch. The error is an *Unread if only
// this object is not read.
// https://git-scm.com/docs/git-cat-file#_batch_output
func nextObject(out *bufio.Reader, path string) (scanner.Chunk, error) {
	head, err := out.ReadString('\n')
	if err != nil {
		return scanner.Chunk{}, err
	}
	var id, kind string
	var size int64
	if _, err := fmt.Sscanf(head, "%s %s %d\n", &id, &kind, &size); err != nil {
		return scanner.Chunk{}, fmt.Errorf("git says %q of it", scanner.Printable(strings.TrimSpace(head)))
	}
	if size > filesource.DefaultWindow {
		if _, err := io.CopyN(io.Discard, out, size+1); err != nil {
			return scanner.Chunk{}, err
		}
		return scanner.Chunk{}, &scanner.Unread{
			Class: "bound", What: path, Err: fmt.Errorf("what is staged has %d bytes: what is reported may be staged already", size),
		}
	}
	data := make([]byte, size+1) // with the line end
	if _, err := io.ReadFull(out, data); err != nil {
		return scanner.Chunk{}, err
	}
	return scanner.Chunk{Data: data[:size], Location: scanner.Location{Source: scanner.SourceBlob, Path: path, Blob: id}}, nil
}

// Tally implements scanner.Source.
func (x indexed) Tally() scanner.Tally { return scanner.Tally{Objects: map[string]int{}} }
