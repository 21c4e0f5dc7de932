package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"leakline/detectors"
	"leakline/remediate/hooklog"
	"leakline/remediate/incident"
	"leakline/scanner"
	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/hooks"
)

// hookFolder is where the journal of hooks lies, and the key of its fingerprints.
func hookFolder(e *env) (string, error) {
	state, err := stateFolder(e)
	return filepath.Join(state, "hooks"), err
}

// hookKey is the key of the journal's fingerprints. It is made when it is needed
// first, and leaves the folder never.
func hookKey(e *env, dir string) (detectors.Key, error) {
	path := filepath.Join(dir, "journal.key")
	key, _, err := readKey(e, path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return key, fmt.Errorf("make the folder of the journal of hooks: %w", err)
	}
	if err := writeNew(path, newKeyText()+"\n"); err != nil && !errors.Is(err, fs.ErrExist) {
		return key, fmt.Errorf("write the key of the journal of hooks: %w", err)
	}
	key, _, err = readKey(e, path)
	return key, err
}

// noteHook keeps in the journal what one run of a hook came to: the findings of the
// result and whether the commit or push was stopped. It is called when the result is
// final. A journal that can't be written stops nobody's work: that is said in one
// line, if there was something to note.
func (e *env) noteHook(ctx context.Context, stage hooklog.Stage, result *scanner.Result, stopped bool) {
	err := e.writeHook(ctx, stage, result, stopped)
	if err != nil && len(result.Findings) > 0 {
		fmt.Fprintf(e.stderr, "leakline: warning: this is not noted for 'leakline hook status --rates': %v\n", err)
	}
}

func (e *env) writeHook(ctx context.Context, stage hooklog.Stage, result *scanner.Result, stopped bool) error {
	folder, err := hookFolder(e)
	if err != nil {
		return err
	}
	run := hooklog.Run{At: e.now(), Stage: stage, Stopped: stopped, Incomplete: !result.Summary.Complete}
	at, err := e.here(ctx)
	if err != nil {
		return err
	}
	run.Clone = at.CommonDir
	if stage == hooklog.PreCommit {
		run.Head = hooks.Head(at.GitDir, at.CommonDir)
	}
	journal := hooklog.Journal{Dir: folder}
	if len(result.Findings) > 0 {
		if err := e.addSecrets(ctx, &run, result, journal); err != nil {
			return err
		}
	}
	return journal.Append(run)
}

// here finds the repository of this folder, or the one that git names in the
// environment, without running git where that is possible.
func (e *env) here(ctx context.Context) (*hooks.Repo, error) {
	dir := e.getenv("GIT_DIR")
	if dir == "" {
		dir = "."
	}
	repo, err := gitsource.Open(dir, gitsource.Options{})
	if err != nil { // a format that only git can read
		return hooks.Find(ctx, "")
	}
	common := repo.CommonDir()
	if real, err := filepath.EvalSymlinks(common); err == nil {
		common = real // the same from every work tree
	}
	return &hooks.Repo{GitDir: repo.GitDir(), CommonDir: common}, nil
}

// addSecrets adds the findings to a run and, at every stage but the first, how they
// came past the first.
func (e *env) addSecrets(ctx context.Context, run *hooklog.Run, result *scanner.Result, journal hooklog.Journal) error {
	key, err := hookKey(e, journal.Dir)
	if err != nil {
		return err
	}
	run.Repo = repoOfClone(run.Clone)
	past := func(string, string) hooklog.Past { return hooklog.Either }
	switch run.Stage {
	case hooklog.PreCommit:
		past = func(string, string) hooklog.Past { return "" }
	case hooklog.PrePush:
		if past, err = e.pastHook(ctx, run.Clone, journal); err != nil {
			return err
		}
	}
	for i := range result.Findings {
		f := &result.Findings[i]
		fingerprint := key.Fingerprint(f.Plain)
		run.Secrets = append(run.Secrets, hooklog.Secret{
			Fingerprint: fingerprint, Detector: f.Detector, Layer: f.Layer, Past: past(fingerprint, f.Commit),
		})
	}
	return nil
}

// pastHook gives what says of a secret and the commit that brought it how it came
// past the hook pre-commit of this clone.
func (e *env) pastHook(ctx context.Context, clone string, journal hooklog.Journal) (func(fingerprint, commit string) hooklog.Past, error) {
	repo, err := hooks.Find(ctx, "")
	if err != nil {
		return nil, err
	}
	all, _, err := journal.Runs()
	if err != nil {
		return nil, err
	}
	var runs []hooklog.Run
	var seen []time.Time
	for _, r := range all {
		if r.Clone == clone && r.Stage == hooklog.PreCommit {
			runs, seen = append(runs, r), append(seen, r.At)
		}
	}
	origins := map[string]hooklog.Origin{}
	return func(fingerprint, commit string) hooklog.Past {
		origin, ok := origins[commit]
		if !ok {
			origin = originOf(repo, commit, seen)
			origins[commit] = origin
		}
		return hooklog.Judge(fingerprint, origin, runs)
	}, nil
}

// originOf says what a clone knows of a commit. What can't be read is not known.
func originOf(repo *hooks.Repo, commit string, seen []time.Time) (o hooklog.Origin) {
	made, err := repo.Made(commit)
	if err != nil || !made.Committed {
		return o
	}
	o = hooklog.Origin{Committed: true, At: made.At, Head: made.Head, Since: made.Since}
	switch presence, err := repo.Presence(hooks.PreCommit, made.At, seen); {
	case err != nil:
	case presence == hooks.There:
		o.Hook = hooklog.There
	case presence == hooks.Absent:
		o.Hook = hooklog.Absent
	}
	return o
}

// repoOfClone names the repository of a clone as a ledger on this machine does; ""
// if the clone is gone or can't be read.
func repoOfClone(clone string) string {
	repo, err := gitsource.Open(clone, gitsource.Options{})
	if err != nil {
		return ""
	}
	base, from := clone, repo.Origin()
	if work := repo.WorkDir(); work != "" {
		base = work
	}
	if from == "" {
		from = clone
	}
	return incident.RepoOf(filepath.ToSlash(from), filepath.ToSlash(base), "")
}

// behindHooks says of a scan that is recorded that the hooks of developers stand
// before it, as they do before a CI job: what the ledger has not met yet in this
// repository came past them.
func (r *recording) behindHooks() {
	if r != nil {
		r.scan.PastHook = string(hooklog.Either)
	}
}
