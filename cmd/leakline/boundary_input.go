package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/remediate/org"
	"leakline/scanner"
	"leakline/scanner/filesource"
	"leakline/scanner/gitsource"
	"leakline/scanner/inventory"
)

// boundaryInput is what was read of a tree, with the account of it.
type boundaryInput struct {
	boundary.Input
	summaries []scanner.Summary
	left      []scanner.Skip // repositories that are not read
	reader    *inventory.Reader
	// tips are the findings in files as they are now, pasts those of histories.
	tips, pasts []scanner.Finding
}

func newBoundaryInput(target string, now time.Time) (*boundaryInput, error) {
	reader, err := inventory.NewReader()
	if err != nil {
		return nil, err
	}
	return &boundaryInput{Input: boundary.Input{Target: target, Now: now}, reader: reader}, nil
}

// finish takes what the inventory has read, with what it left out, and joins what was
// found.
func (in *boundaryInput) finish(allow map[string]string) {
	in.Findings = joinedFindings(in.pasts, in.tips)
	in.Sightings, in.Files = in.reader.Sightings()
	for _, x := range in.reader.Left() {
		account := &in.summaries[len(in.summaries)-1]
		account.Errors = append(account.Errors, scanner.Failure{Class: "bound", What: x.Path, Why: x.Why, Allowed: allow["bound"]})
		account.Complete = account.Complete && allow["bound"] != ""
	}
	in.count()
}

func (in *boundaryInput) complete() bool {
	return !slices.ContainsFunc(in.summaries, func(s scanner.Summary) bool { return !s.Complete })
}

// count counts what was not read.
func (in *boundaryInput) count() {
	in.Unread = 0
	for _, s := range in.summaries {
		n := 0
		for _, x := range s.Errors {
			if x.Allowed == "" {
				n++
			}
		}
		if n == 0 && !s.Complete {
			n = 1 // it was stopped
		}
		in.Unread += n
	}
}

// missing names what was not read.
func (in *boundaryInput) missing() string {
	for _, s := range in.summaries {
		if !s.Complete {
			return incomplete(s)
		}
	}
	return ""
}

// folder is one of the folders that are read together.
type folder struct {
	path   string // as the user wrote it
	prefix string // of its paths in the inventory: "" if it is the only one
}

// targets gives what arguments mean: folders, which are read as one tree, and
// repositories without a work tree here. If there are several of either, each stands
// under its own name.
func (f *boundaryFlags) targets(e *env, args []string) (folders []folder, repos []repository, err error) {
	taken := map[string]int{}
	prefix := func(name string) string {
		if len(args) == 1 && len(f.accounts) == 0 {
			return ""
		}
		if taken[name]++; taken[name] > 1 {
			name += "-" + strconv.Itoa(taken[name])
		}
		return name + "/"
	}
	for _, path := range args {
		if isURL(path) {
			r := f.urlRepository(e, path)
			r.prefix = prefix(nameOfURL(path))
			repos = append(repos, r)
			continue
		}
		if isFile(path) {
			return nil, nil, hinted{fmt.Errorf("%q is a file, which has no boundary", path), "name the folder of the program"}
		}
		if _, err := os.Stat(path); err != nil {
			return nil, nil, err
		}
		full, err := absolute(path)
		if err != nil {
			return nil, nil, err
		}
		if r, ok := f.bareRepository(path); ok {
			r.prefix = prefix(strings.TrimSuffix(filepath.Base(full), ".git"))
			repos = append(repos, r)
			continue
		}
		folders = append(folders, folder{path: path, prefix: prefix(filepath.Base(full))})
	}
	return folders, repos, nil
}

// relative gives the path in the inventory of a file as a scan names it.
func relative(folders []folder) func(string) (string, bool) {
	return func(p string) (string, bool) {
		best, name := -1, ""
		for _, x := range folders {
			at := filepath.ToSlash(filepath.Clean(x.path)) + "/"
			if at == "./" && !filepath.IsAbs(p) && !strings.HasPrefix(p, "../") {
				at = ""
			}
			if rest, ok := strings.CutPrefix(p, at); ok && len(at) > best {
				best, name = len(at), x.prefix+rest
			}
		}
		return name, best >= 0
	}
}

// scanned reads what arguments mean, "" being the folder at hand: credentials and inventory
// in one scan, history in another.
func (f *boundaryFlags) scanned(ctx context.Context, e *env, args []string) (_ *boundaryInput, err error) {
	if len(args)+len(f.accounts) == 0 {
		args = []string{"."}
	}
	now, err := f.now(e)
	if err != nil {
		return nil, err
	}
	folders, repos, err := f.targets(e, args)
	if err != nil {
		return nil, err
	}
	if f.scan.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.scan.timeout)
		defer cancel()
	}
	if len(args) == 1 && len(repos) == 1 && len(f.accounts) == 0 {
		return f.alone(ctx, e, repos[0], now)
	}
	called := slices.Clone(args)
	for i, arg := range called { // "." says nothing to whoever is shown the map
		if clean := filepath.Clean(arg); !isURL(arg) && (clean == "." || filepath.Base(clean) == "..") {
			if full, err := absolute(arg); err == nil {
				called[i] = filepath.Base(full)
			}
		}
	}
	in, err := newBoundaryInput(strings.Join(append(called, f.accounts...), " "), now)
	if err != nil {
		return nil, err
	}
	s, err := f.prepared(e, in, folders)
	if err != nil {
		return nil, err
	}
	listed, done, err := f.ofAccounts(ctx, e, in)
	if err != nil {
		return nil, err
	}
	defer done()
	if err := f.folders(ctx, e, s, folders, in); err != nil {
		return nil, err
	}
	for _, r := range append(repos, listed...) {
		if r.prefix == "" {
			r.prefix = r.name + "/"
		}
		if err := f.received(ctx, e, s, r, in); err != nil {
			return nil, err
		}
	}
	if len(folders)+len(repos)+len(listed) > 1 { // each has begun on its own day
		in.Begun = nil
	}
	in.finish(s.Allow)
	return in, nil
}

// prepared reads the configuration of what is read together, and gives its scanner.
func (f *boundaryFlags) prepared(e *env, in *boundaryInput, folders []folder) (*scanner.Scanner, error) {
	target, root := ignoreTarget{}, ""
	if len(folders) > 0 {
		var err error
		if target, err = folderTarget(pathsOf(folders)); err != nil {
			return nil, err
		}
		if root = folders[0].path; len(folders) > 1 {
			root = target.folder
		}
	}
	if err := f.ready(e, target, root); err != nil {
		return nil, err
	}
	in.Policy = f.scan.conf.boundaryPolicy(root, in.Now)
	return f.asOn(e, in.Now)
}

// asOn gives the scanner of flags that are ready, as on a day.
func (f *boundaryFlags) asOn(e *env, now time.Time) (*scanner.Scanner, error) {
	s, err := f.scan.scanner(e)
	if err == nil {
		s.Now = func() time.Time { return now }
	}
	return s, err
}

func pathsOf(folders []folder) []string {
	var out []string
	for _, x := range folders {
		out = append(out, x.path)
	}
	return out
}

// folders reads folders as one tree.
func (f *boundaryFlags) folders(ctx context.Context, e *env, s *scanner.Scanner, folders []folder, in *boundaryInput) error {
	if len(folders) == 0 {
		return nil
	}
	for _, x := range folders {
		in.Codeowners += ownersBelow(x.prefix, codeowners(readerOf(x.path)))
		in.Roots = append(in.Roots, strings.TrimSuffix(x.prefix, "/"))
	}
	src := filesource.New(pathsOf(folders), filesource.Options{Tracked: tracked, Measure: e.terminal && !f.scan.quiet})
	if err := f.tree(ctx, e, s, src, in, relative(folders)); err != nil {
		return err
	}
	for _, x := range folders {
		if !f.history {
			break
		}
		repo, err := gitsource.Open(x.path, f.atTip("")) // the other engine leaves out what holds no secret
		if err != nil {
			return err
		}
		within := withinRepository(repo, x)
		if err := errors.Join(f.past(ctx, e, s, repo, within, in), repo.Close()); err != nil {
			return err
		}
	}
	return nil
}

// alone reads one repository without a work tree. Its own configuration counts if it is
// the user's, or if the user trusts it.
func (f *boundaryFlags) alone(ctx context.Context, e *env, r repository, now time.Time) (_ *boundaryInput, err error) {
	if !r.local { // before anything is received
		if err := f.ready(e, ignoreTarget{}, ""); err != nil {
			return nil, err
		}
	}
	repo, done, err := r.open(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	trusted := r.local || f.scan.ignores.trust
	if trusted {
		if err := f.ready(e, repoTarget(repo, true), ""); err != nil {
			return nil, err
		}
	}
	s, err := f.asOn(e, now)
	if err != nil {
		return nil, err
	}
	tip, ok := repo.Tip()
	if !ok {
		return nil, fmt.Errorf("%q has no commit yet", r.name)
	}
	in, err := f.side(ctx, e, s, repo, tip, now, trusted)
	if err != nil {
		return nil, err
	}
	in.Target = r.name
	return in, nil
}

// received reads one of several repositories. One that can't be had is in the account.
func (f *boundaryFlags) received(ctx context.Context, e *env, s *scanner.Scanner, r repository, in *boundaryInput) (err error) {
	repo, done, err := r.open(ctx)
	if err != nil {
		if ctx.Err() != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return ctx.Err()
		}
		in.summaries = append(in.summaries, scanner.Summary{Errors: []scanner.Failure{{
			Class: classAway, What: r.name, Why: org.FailureOf(err).Text, Allowed: s.Allow[classAway],
		}}, Complete: s.Allow[classAway] != ""})
		return nil
	}
	defer func() { err = errors.Join(err, done()) }()
	tip, ok := repo.Tip()
	if !ok {
		in.left = append(in.left, scanner.Skip{What: r.name, Why: "it has no commit yet"})
		return nil
	}
	in.Roots = append(in.Roots, strings.TrimSuffix(r.prefix, "/"))
	in.Codeowners += ownersBelow(r.prefix, codeowners(func(name string) ([]byte, error) { return repo.FileAt(tip, name) }))
	within := func(p string) (string, bool) { return r.prefix + p, true }
	if err = f.tree(ctx, e, s, repo.CommitFiles(tip), in, within); err == nil && f.history {
		err = f.past(ctx, e, s, repo, within, in)
	}
	return err
}

// everyPath is a path of a repository that is read whole.
func everyPath(p string) (string, bool) { return p, true }

// ownersBelow is a file CODEOWNERS as it counts for a folder: its patterns begin there.
// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
func ownersBelow(prefix, text string) string {
	if prefix == "" || text == "" {
		return text
	}
	var b strings.Builder
	for line := range strings.Lines(text) {
		pattern := strings.TrimLeft(line, " \t")
		switch fields := strings.Fields(pattern); {
		case len(fields) == 0 || strings.HasPrefix(pattern, "#") || strings.HasPrefix(pattern, "["):
			continue
		case fields[0] == "*" || fields[0] == "**":
			pattern = "/" + prefix + pattern[len(fields[0]):]
		case strings.HasPrefix(pattern, "/"):
			pattern = "/" + prefix + pattern[1:]
		case strings.Contains(strings.TrimSuffix(fields[0], "/"), "/"):
			pattern = "/" + prefix + pattern
		default:
			pattern = "/" + prefix + "**/" + pattern
		}
		b.WriteString(strings.TrimRight(pattern, "\r\n") + "\n")
	}
	return b.String()
}

// codeowners is the file CODEOWNERS of a tree, "" if it has none.
func codeowners(read func(string) ([]byte, error)) string {
	for _, name := range boundary.CodeownersPaths {
		if text, err := read(name); err == nil {
			return string(text)
		}
	}
	return ""
}

// now is the time as of which ages count.
func (f *boundaryFlags) now(e *env) (time.Time, error) {
	now := e.now()
	asOf, err := parseAsOf(f.asOf, now)
	if err != nil || asOf.IsZero() {
		return now, err
	}
	return asOf, nil
}

// ready reads the configuration. What it leaves out for reports is in the map all the
// same: a layer, or what is less sure.
func (f *boundaryFlags) ready(e *env, target ignoreTarget, root string) error {
	if err := f.scan.ready(e, target, root); err != nil {
		return err
	}
	f.scan.layers, f.scan.minConfidence, f.scan.authors = nil, string(detectors.Low), string(scanner.AuthorsShow)
	f.scan.narrowed = true // nothing is said of entries that select nothing
	return nil
}

// tree scans a source once, for credentials and for the inventory.
func (f *boundaryFlags) tree(ctx context.Context, e *env, s *scanner.Scanner, src scanner.Source, in *boundaryInput, relative func(string) (string, bool)) error {
	s.Look = func(c *scanner.Chunk) {
		if c.Source != "" && c.Source != scanner.SourceBlob || c.Archive != "" || len(c.Decoded) > 0 {
			return
		}
		for _, l := range append([]scanner.Location{c.Location}, c.Also...) {
			if name, ok := relative(l.Path); ok {
				in.reader.Read(name, c.Data)
			}
		}
	}
	result, err := f.run(ctx, e, s, src, in)
	s.Look = nil
	if err != nil {
		return err
	}
	in.tips = append(in.tips, placed(result.Findings, relative)...)
	return nil
}

// run scans a source and keeps the account of it.
func (f *boundaryFlags) run(ctx context.Context, e *env, s *scanner.Scanner, src scanner.Source, in *boundaryInput) (*scanner.Result, error) {
	done := f.scan.progress(e, s)
	result, err := s.Scan(ctx, src)
	done()
	if result == nil || err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return nil, err
	}
	in.summaries = append(in.summaries, result.Summary)
	return result, f.scan.settled(ctx, s, result)
}

// placed gives findings the places that lie in a tree, by their paths in it.
func placed(fs []scanner.Finding, relative func(string) (string, bool)) []scanner.Finding {
	var out []scanner.Finding
	for _, x := range fs {
		var all []scanner.Place
		for _, p := range x.Occurrences {
			name, ok := relative(p.Path)
			if p.Path == "" || !ok || !ofTree(p.Source) {
				continue
			}
			p.Path = name
			all = append(all, p)
		}
		if len(all) == 0 {
			continue
		}
		name, ok := relative(x.Path)
		if ok = ok && x.Path != "" && ofTree(x.Source); ok {
			x.Path = name
		} else {
			x.Place = all[0]
		}
		x.Occurrences = all
		out = append(out, x)
	}
	return out
}

// ofTree says that a place is a file, and no message, note or name of a ref.
func ofTree(kind scanner.SourceKind) bool {
	return kind == "" || kind == scanner.SourceBlob || kind == scanner.SourcePath
}

// past scans the history of a repository, for its credentials and for the days on which
// the layers began, and adds what it knows to the input.
func (f *boundaryFlags) past(ctx context.Context, e *env, s *scanner.Scanner, repo *gitsource.Repo, within func(string) (string, bool), in *boundaryInput) error {
	reader, err := inventory.NewReader()
	if err != nil {
		return err
	}
	debug.SetGCPercent(gcPercent)
	b := beginnings{reader: reader, within: within}
	s.Look = b.look
	result, err := f.run(ctx, e, s, repo, in)
	s.Look = nil
	if err != nil {
		return err
	}
	in.History, in.Begun = true, b.begun.Reckon(in.Now)
	in.pasts = append(in.pasts, placed(result.Findings, within)...)
	return nil
}

// beginnings looks for the oldest commit that shows each layer.
type beginnings struct {
	reader *inventory.Reader
	within func(string) (string, bool)
	mu     sync.Mutex
	begun  boundary.Begun
}

// look reads one version of a file.
func (b *beginnings) look(c *scanner.Chunk) {
	if c.Source != scanner.SourceBlob || c.Reach != scanner.ReachBranch || c.Commit.CommittedAt.IsZero() {
		return
	}
	if !b.older(c.Commit.CommittedAt) { // both layers began before it
		return
	}
	name, ok := b.within(c.Path)
	if !ok {
		return
	}
	for _, x := range b.reader.Of(name, c.Data) {
		b.note(c, &x)
	}
}

func (b *beginnings) older(at time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c := &b.begun; c.AI != nil && c.Auth != nil {
		return at.Before(c.AI.At) || at.Before(c.Auth.At)
	}
	return true
}

func (b *beginnings) note(c *scanner.Chunk, x *inventory.Sighting) {
	b.mu.Lock()
	defer b.mu.Unlock()
	begun := &b.begun.AI
	switch {
	case x.How == inventory.ByName: // a setting uses nothing yet
		return
	case x.Layer == detectors.AIPlatform && x.Kind == inventory.Provider:
	case x.Layer == detectors.ApplicationAuth && (x.Kind == inventory.System || x.Kind == inventory.Control):
		begun = &b.begun.Auth
	default:
		return
	}
	one := boundary.Beginning{
		Commit: c.Commit.ID, At: c.Commit.CommittedAt.UTC(), Name: x.Name,
		Shown: boundary.Where{Path: x.Path, Line: x.Line, Text: x.Text, How: string(x.How)},
	}
	if y := *begun; y == nil || cmp.Or(one.At.Compare(y.At), cmp.Compare(one.Shown.Path, y.Shown.Path), one.Shown.Line-y.Shown.Line, cmp.Compare(one.Name, y.Name)) < 0 {
		*begun = &one
	}
	b.begun.Shallow = b.begun.Shallow || c.Boundary == "shallow"
}

// withinRepository gives the path in the inventory of a file of the repository that a
// folder is in.
func withinRepository(repo *gitsource.Repo, x folder) func(string) (string, bool) {
	below := ""
	root, err := absolute(x.path)
	work := repo.WorkDir()
	if err == nil && work != "" {
		if full, err := absolute(work); err == nil {
			work = full
		}
		if rel, err := filepath.Rel(work, root); err == nil && rel != "." {
			below = filepath.ToSlash(rel) + "/"
		}
	}
	return func(p string) (string, bool) {
		rest, ok := strings.CutPrefix(p, below)
		return x.prefix + rest, ok
	}
}

// joinedFindings adds to the findings of histories those of the files as they are now. A
// secret of several of either is one finding, with the places of all.
func joinedFindings(past, now []scanner.Finding) []scanner.Finding {
	type key struct{ detector, fingerprint string }
	var out []scanner.Finding
	at := map[key]int{}
	for _, x := range past {
		if i, known := at[key{x.Detector, x.Fingerprint}]; known {
			out[i].Occurrences = append(out[i].Occurrences, x.Occurrences...)
			continue
		}
		at[key{x.Detector, x.Fingerprint}] = len(out)
		out = append(out, x)
	}
	for _, x := range now {
		for k := range x.Occurrences {
			x.Occurrences[k].AtTip = true
		}
		i, known := at[key{x.Detector, x.Fingerprint}]
		if !known {
			x.AtTip = true
			at[key{x.Detector, x.Fingerprint}] = len(out)
			out = append(out, x)
			continue
		}
		y := &out[i]
		for _, p := range x.Occurrences {
			same := slices.IndexFunc(y.Occurrences, func(q scanner.Place) bool { return q.AtTip && q.Path == p.Path && q.StartLine == p.StartLine })
			if same < 0 {
				y.Occurrences = append(y.Occurrences, p)
			}
		}
	}
	return out
}
