package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/remediate/github"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/remediate/mirror"
	"leakline/remediate/org"
	"leakline/scanner"
	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/remote"
)

// orgScan scans repositories of GitHub in this process, each as "leakline git URL
// --ledger" would, several at once. Its fields but asked do not change while it does.
type orgScan struct {
	e      *env
	flags  *scanFlags // ready; copied for each repository
	whole  *scanner.Scanner
	all    *engine.Set // the whole catalogue, which hides secrets in what is told
	opened *opened
	// catalogue is the digest of what whole scans with.
	catalogue string
	hub       *github.Client
	store     *mirror.Store  // nil: what is received is discarded
	link      *remote.Client // to the git server; nil: a connection for each repository
	with      string         // stands for what is scanned with
	jobs      int            // of one scan of usual size
	bytes     int64          // that may be received of one repository; 0: no bound
	web       string         // the address of GitHub
	wikis     bool
	asked     int  // how often, about what is gone
	pushed    bool // GitHub's time of the last push says whether a repository has changed
	texts     []github.TextKind
	// ballast is never touched, so that it takes no memory. It has the collector wait
	// until so much more garbage has come: the heap of small repositories is so small
	// that it would be collected after each few of them.
	ballast []byte
}

// ballastBytes are 64 MB.
const ballastBytes = 64 << 20

// newOrgScan makes one of flags that are ready.
func newOrgScan(e *env, f *scanFlags, o *opened) (*orgScan, error) {
	x := &orgScan{e: e, flags: f, opened: o, jobs: 1, ballast: make([]byte, ballastBytes)}
	f.recording = &recording{opened: o}
	var err error
	if x.whole, err = f.scanner(e); err != nil {
		return nil, err
	}
	if x.all, err = f.recording.whole(); err != nil {
		return nil, err
	}
	if x.catalogue, err = f.recording.digestOf(x.whole); err != nil {
		return nil, err
	}
	f.recording = nil
	if f.verify.on {
		if f.verify.shared, err = newAsker(e, &f.conf, true); err != nil {
			return nil, err
		}
	}
	if x.link, err = remote.NewClient(e.getenv); err != nil {
		return nil, err
	}
	digest, err := f.digest(e)
	if err != nil {
		return nil, err
	}
	allow := slices.Sorted(slices.Values(f.allow))
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%q\x00%t\x00%t\x00%s", digest, f.maxMegabytes, allow, f.ignores.trust, f.verify.on, x.whole.Key.ID()))
	x.with = hex.EncodeToString(sum[:12])
	return x, nil
}

// close releases what the scans share.
func (x *orgScan) close() {
	if x.flags.verify.shared != nil {
		x.flags.verify.shared.close()
	}
	x.link.Close()
	x.hub.Close()
	x.ballast = nil
}

// largeKB is the size from which on a repository is scanned on all processors.
const largeKB = 200_000

// Scan scans one repository and what belongs to it. It is for org.Runner and for
// workers.
func (x *orgScan) Scan(ctx context.Context, r github.Repo) (org.Done, error) {
	last, err := org.LastOf(ctx, x.opened.Ledger, &r)
	if err != nil {
		return org.Done{}, err
	}
	was := last
	d := org.Done{With: x.with, Parts: map[string]org.Part{}, Same: true, Was: &was}
	if d.Name, err = org.NameOf(ctx, x.opened.Ledger, &r, &last); err != nil {
		return d, err
	}
	if last.With != x.with {
		last.Parts = nil
	}
	if r.Name != "" {
		if err := x.git(ctx, &r, r.CloneURL, d.Name, org.PartGit, &last, &d); err != nil {
			return d, x.unreachable(ctx, &r, d.Name, refusal(&r, err))
		}
		if err := x.wiki(ctx, &r, &last, &d); err != nil {
			return d, err
		}
	}
	return d, x.readTexts(ctx, &r, &last, &d)
}

// pushedFor is for how long the time of the last push alone may say that nothing has
// changed, at least; refs of pull requests may change without it.
const pushedFor = 6 * 24 * time.Hour

// known says of a repository that was just listed that nobody has pushed to it since it
// was scanned as a whole, as far as GitHub tells, and that its refs were compared not long
// ago. Not all are due on the same day.
func (x *orgScan) known(ctx context.Context, r github.Repo) (org.Done, bool, error) {
	if !x.byPush() {
		return org.Done{}, false, nil
	}
	last, err := org.LastOf(ctx, x.opened.Ledger, &r)
	if err != nil {
		return org.Done{}, false, err
	}
	return x.knownBy(ctx, r, last)
}

// byPush says that known can say yes.
func (x *orgScan) byPush() bool { return x.pushed && !x.wikis && len(x.texts) == 0 }

// knownBy is known for who has read what the ledger keeps.
func (x *orgScan) knownBy(_ context.Context, r github.Repo, last org.Last) (org.Done, bool, error) {
	part, ok := last.Parts[org.PartGit]
	if !x.byPush() || r.PushedAt.IsZero() || !ok || last.With != x.with || last.FullName != r.FullName() || !last.Pushed.Equal(r.PushedAt) {
		return org.Done{}, false, nil
	}
	// GitHub gives the time in seconds: another push of the same one could have come.
	until := part.At.Add(pushedFor + time.Duration(r.ID%48)*time.Hour)
	if x.e.now().After(until) || part.At.Sub(r.PushedAt) < time.Minute {
		return org.Done{}, false, nil
	}
	return org.Done{Name: last.Name, With: last.With, Parts: last.Parts, Same: true}, true, nil
}

// storeOf is how the ledger calls the server that has a repository: the same after it was
// renamed.
func storeOf(r *github.Repo, name string) string {
	scheme, _, _ := strings.Cut(r.CloneURL, "://")
	return scheme + "://" + name
}

// getenv is the environment of git for one repository: the credential is the client's.
func (x *orgScan) getenv(token detectors.Secret) func(string) string {
	return func(name string) string {
		switch {
		case name == "GITHUB_TOKEN":
			return ""
		case name == "LEAKLINE_GIT_TOKEN" && token.Len() > 0:
			return token.Reveal()
		}
		return x.e.getenv(name)
	}
}

// git receives a repository and scans it, unless nothing has changed.
func (x *orgScan) git(ctx context.Context, r *github.Repo, url, name, part string, last *org.Last, d *org.Done) error {
	o, err := x.options(ctx, r)
	if err != nil {
		return err
	}
	was, known := last.Parts[part]
	if known && was.Refs != "" {
		o.Known = []string{was.Refs}
	}
	if len(o.Known) > 0 && last.Pushed.Equal(r.PushedAt) {
		// Nobody has pushed, so it is as it was, most likely. The mirror is neither locked
		// nor looked at for that: what was scanned is in the ledger, and who scans this
		// repository at the same moment records it there.
		refs, err := remote.Refs(ctx, url, o)
		if err != nil {
			return err
		}
		if refs == was.Refs {
			x.keep(part, was, d)
			return nil
		}
	}
	at := x.e.now()
	for again := false; ; again = true {
		m, err := x.receive(ctx, url, o)
		if err != nil {
			return err
		}
		if known && m.Refs == was.Refs {
			x.keep(part, was, d)
			return m.Close()
		}
		d.Same = false
		refs := m.Refs
		found, err := x.received(ctx, r, m, url, name, again, d)
		if errors.Is(err, errLeftovers) && !again {
			m.Drop("it holds what its server does not show any more")
			if err := m.Close(); err != nil {
				return err
			}
			continue
		}
		if err = errors.Join(err, m.Close()); err == nil {
			d.Parts[part] = org.Part{Refs: refs, Findings: found, At: at}
		}
		return err
	}
}

// keep notes that a part is as it was.
func (x *orgScan) keep(part string, was org.Part, d *org.Done) {
	if x.pushed {
		was.At = x.e.now()
	}
	d.Parts[part] = was
}

// errLeftovers says that a mirror holds secrets of a history that was replaced, or of
// another repository that had the same name. A server shows nothing that no ref leads to.
var errLeftovers = errors.New("the mirror holds leftovers")

func leftovers(r *scanner.Result) bool {
	old := func(f scanner.Finding) bool {
		return f.Reach == scanner.ReachUnreachable ||
			slices.ContainsFunc(f.Occurrences, func(p scanner.Place) bool { return p.Reach == scanner.ReachUnreachable })
	}
	return slices.ContainsFunc(r.Findings, old) || slices.ContainsFunc(r.Ignored, old)
}

// options say how a repository is received.
func (x *orgScan) options(ctx context.Context, r *github.Repo) (remote.Options, error) {
	token, err := x.hub.GitToken(ctx, r.Owner)
	return remote.Options{MaxBytes: x.bytes, Getenv: x.getenv(token), Client: x.link, Offer: r.Visibility != "public", Pause: x.pause()}, err
}

func (x *orgScan) receive(ctx context.Context, url string, o remote.Options) (m *mirror.Mirror, err error) {
	if x.store == nil {
		m, err = mirror.Discard(ctx, url, o)
	} else {
		m, err = x.store.Update(ctx, url, o)
	}
	if errors.Is(err, remote.ErrTooLarge) {
		err = fmt.Errorf("%w (--max-fetch-megabytes allows more)", err)
	}
	return m, err
}

// received scans what was received.
func (x *orgScan) received(ctx context.Context, r *github.Repo, m *mirror.Mirror, url, name string, again bool, d *org.Done) (found map[detectors.Layer]int, err error) {
	f := x.copied()
	o := gitsource.Options{Engine: gitsource.EngineDelta, Jobs: x.jobs, Name: remote.Shown(url)}
	if r.SizeKB >= largeKB {
		o.Jobs = runtime.GOMAXPROCS(0)
	}
	f.bound(&o)
	repo, err := m.Open(ctx, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, repo.Close()) }()
	if f.ignores.trust {
		if err := f.ready(x.e, repoTarget(repo, false), ""); err != nil {
			return nil, err
		}
	}
	if err := f.recording.ofRepository(repo, storeOf(r, name), false); err != nil {
		return nil, err
	}
	f.recording.scan.Repo = name
	f.settle = func(_ context.Context, _ *scanner.Scanner, r *scanner.Result) error {
		if !again && leftovers(r) {
			return errLeftovers
		}
		return nil
	}
	return x.scan(ctx, f, repo, o.Name, o.Jobs, d)
}

// copied gives flags that a scan may change, and that tell nobody anything.
func (x *orgScan) copied() *scanFlags {
	f := *x.flags
	f.quiet, f.timeout = true, 0
	f.ignores.once = maps.Clone(f.ignores.once)
	f.recording = &recording{opened: x.opened, all: x.all, catalogue: x.catalogue}
	return &f
}

// scan scans a source and records what it finds. A scan that is interrupted is not
// recorded: it is done again. It gives the reported secrets by layer.
func (x *orgScan) scan(ctx context.Context, f *scanFlags, src scanner.Source, target string, jobs int, d *org.Done) (map[detectors.Layer]int, error) {
	s, err := x.scanner(f, jobs)
	if err != nil {
		return nil, err
	}
	result, err := s.Scan(ctx, src)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	result.Summary.Target = target
	if err := f.settled(ctx, s, result); err != nil {
		return nil, err
	}
	f.prove(x.e, s, result)
	if err := f.verify.run(ctx, x.e, f, result); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f.advise(s, result)
	told, err := x.record(ctx, f, s, result)
	if err != nil {
		return nil, err
	}
	d.New += told.New
	d.Reopened += told.Events[incident.Reopened]
	d.Removed += told.Removed + told.Events[incident.Gone]
	if !result.Summary.Complete && d.Incomplete == "" {
		d.Incomplete = f.recording.scan.Failure
	}
	return maps.Clone(result.Summary.Findings), nil
}

// record tells the ledger what was found.
func (x *orgScan) record(ctx context.Context, f *scanFlags, s *scanner.Scanner, result *scanner.Result) (ledger.Recorded, error) {
	r := f.recording
	if err := r.finish(ctx, f, s, result); err != nil {
		return ledger.Recorded{}, err
	}
	told, err := r.Record(ctx, r.scan, r.people)
	if err != nil {
		return told, fmt.Errorf("the scan is not recorded in the ledger: %w", err)
	}
	r.begun()
	_, err = r.judge(ctx, r.verdicts)
	return told, err
}

// scanner gives the scanner of one scan: of a target that says itself how it is scanned,
// one of its own.
func (x *orgScan) scanner(f *scanFlags, jobs int) (*scanner.Scanner, error) {
	if f.ignores.trust && f.conf.path != "" {
		s, err := f.scanner(x.e)
		if err == nil {
			s.Jobs, f.recording.catalogue = jobs, ""
		}
		return s, err
	}
	s := *x.whole
	s.Jobs = jobs
	return &s, f.accept(x.e, &s)
}

// unreachable records that a repository could not be received: nothing in it is gone for
// that, and its target shows since when it has not been read. It gives the error back.
func (x *orgScan) unreachable(ctx context.Context, r *github.Repo, name string, why error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	scan := incident.Scan{ID: rand.Text()[:16], At: incident.Stamp(x.e.now()), Remote: true}
	scan.Source, scan.Repo, scan.Store = "git", veiled(x.all, name), veiled(x.all, storeOf(r, name))
	scan.Failure = veiled(x.all, org.FailureOf(why).Text)
	if _, err := x.opened.Record(ctx, scan); err != nil {
		return fmt.Errorf("that %q was not reached is not recorded in the ledger: %w", r.FullName(), err)
	}
	x.opened.begun()
	return why
}

// maxAsked bounds how often GitHub is asked about a repository that is gone.
const maxAsked = 100

// gone records that a repository is not listed any more, with what GitHub says of it.
func (x *orgScan) gone(ctx context.Context, r github.Repo, name string) error {
	if r.Name == "" { // gists of somebody
		return nil
	}
	why := "it is not listed any more"
	var (
		now    github.Repo
		err    error
		failed *github.Error
	)
	x.asked++
	if x.asked <= maxAsked {
		now, err = x.hub.Repository(ctx, r.FullName())
	}
	switch {
	case x.asked > maxAsked:
		why += ": as many others; see whether the credential may still read them"
	case errors.As(err, &failed) && failed.Kind == github.NotFound:
		why += ": it was deleted, or the credential may not see it"
	case err != nil:
		why += ", and whether it is there is not known: " + org.FailureOf(err).Text
	case now.ID != r.ID:
		why += ": it was deleted, and its name belongs to another repository"
	case now.Archived && !r.Archived:
		why += ": it is archived (--archived has it scanned)"
	case now.FullName() != r.FullName():
		why += fmt.Sprintf(": it is %q now", now.FullName())
	default:
		why += ": what was asked for does not include it now"
	}
	if err := x.unreachable(ctx, &r, name, errors.New(why)); err != nil && err.Error() != why {
		return err
	}
	return nil
}

// wiki scans the wiki, if there is one: GitHub says only that there may be. What is in
// it is told under the name that "leakline git" gives it.
func (x *orgScan) wiki(ctx context.Context, r *github.Repo, last *org.Last, d *org.Done) error {
	if !x.wikis || !r.HasWiki {
		return nil
	}
	err := x.git(ctx, r, r.WikiURL(), d.Name+".wiki", org.PartWiki, last, d)
	if errors.Is(err, remote.ErrNotFound) || errors.Is(err, remote.ErrAuthentication) { // the repository could be read
		return nil
	}
	if err != nil {
		return fmt.Errorf("its wiki: %w", err)
	}
	return nil
}

// readTexts scans what people wrote beside the repository since the last time.
func (x *orgScan) readTexts(ctx context.Context, r *github.Repo, last *org.Last, d *org.Done) error {
	kinds := slices.DeleteFunc(slices.Clone(x.texts), func(k github.TextKind) bool { return (k == github.TextGists) != (r.Name == "") })
	if len(kinds) == 0 {
		return nil
	}
	began := incident.Stamp(x.e.now())
	which := textNames(kinds)
	was := last.Parts[org.PartTexts]
	if was.Refs != which {
		was = org.Part{}
	}
	f := x.copied()
	name := d.Name + "#" + org.PartTexts
	f.recording.scan.Source, f.recording.scan.Repo, f.recording.scan.Store = org.PartTexts, name, storeOf(r, name)
	read, before := *d, d.Incomplete
	read.Incomplete = ""
	_, err := x.scan(ctx, f, x.hub.Texts(ctx, *r, kinds, was.At), name, x.jobs, &read)
	if err != nil {
		return fmt.Errorf("its issues and comments: %w", err)
	}
	open, err := x.open(ctx, name)
	if err != nil {
		return err
	}
	part := org.Part{Refs: which, At: began, Findings: open}
	if read.Incomplete != "" {
		part.At = was.At
	}
	d.Same = d.Same && read.Incidents == d.Incidents
	d.Incidents, d.Parts[org.PartTexts] = read.Incidents, part
	if d.Incomplete = before; before == "" {
		d.Incomplete = read.Incomplete
	}
	return nil
}

// open counts the open incidents of texts by layer. What a reading finds is not all: it
// has only what was written since the one before.
func (x *orgScan) open(ctx context.Context, name string) (map[detectors.Layer]int, error) {
	by := map[detectors.Layer]int{}
	now := x.e.now()
	for inc, err := range x.opened.List(ctx, ledger.Filter{Repos: []string{name}, Now: now}) {
		if err != nil {
			return nil, err
		}
		if o := inc.Occurrences[name]; o != nil && inc.State(now) == incident.Open && slices.Contains(detectors.Layers(), o.Facts.Layer) {
			by[o.Facts.Layer]++
		}
	}
	return by, nil
}

func textNames(kinds []github.TextKind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, string(k))
	}
	slices.Sort(names)
	return strings.Join(names, ",")
}
