package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/github"
	"leakline/remediate/mirror"
	"leakline/remediate/org"
	"leakline/scanner/gitsource/remote"
)

// hubFlags say which GitHub is asked, as whom, and where its answers are kept.
type hubFlags struct {
	url     string
	cache   string
	noCache bool
}

func (h *hubFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringVar(&h.url, "github-url", "", "the `URL` of a GitHub Enterprise Server (else LEAKLINE_GITHUB_URL, else GitHub itself)")
	fl.StringVar(&h.cache, "cache", "", "keep what was received in `DIR` (else leakline's folder in XDG_CACHE_HOME)")
	fl.BoolVar(&h.noCache, "no-cache", false, "keep nothing: receive each changed repository as a whole, and discard it")
}

// folder is where a kind of thing is cached.
func (h *hubFlags) folder(e *env, kind string) (string, error) {
	if h.cache != "" {
		return filepath.Join(h.cache, kind), nil
	}
	if dir := e.getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "leakline", kind), nil
	}
	home := e.getenv("HOME")
	if home == "" {
		var err error
		if home, err = os.UserHomeDir(); err != nil {
			return "", hinted{fmt.Errorf("find the folder for the cache: %w", err), "name it with --cache DIR, or keep nothing: --no-cache"}
		}
	}
	return filepath.Join(home, ".cache", "leakline", kind), nil
}

// web is the address of the GitHub that is meant, as far as the user says.
func (h *hubFlags) web(e *env) string {
	return cmp.Or(h.url, e.getenv("LEAKLINE_GITHUB_URL"), "https://github.com")
}

// client gives who asks GitHub. Tell gets a line about what is waited for.
func (h *hubFlags) client(e *env, tell func(string)) (*github.Client, error) {
	o := github.Options{URL: cmp.Or(h.url, e.getenv("LEAKLINE_GITHUB_URL")), Now: e.now, Tell: tell}
	o.Sleep = hubSleep(e)
	var err error
	if o.App, err = hubApp(e); err != nil {
		return nil, err
	}
	if o.App == nil {
		o.Token = detectors.NewSecret(e.getenv("GITHUB_TOKEN"))
	}
	if !h.noCache {
		dir, err := h.folder(e, "api")
		if err != nil {
			return nil, err
		}
		if o.Cache, err = github.OpenCache(dir, 0); err != nil {
			return nil, hinted{err, "name another folder with --cache DIR, or keep nothing: --no-cache"}
		}
	}
	c, err := github.New(o)
	if err != nil {
		return nil, fmt.Errorf("ask GitHub: %w", err)
	}
	return c, nil
}

// hubSleep waits for whoever asks GitHub: in tests by their clock; nil: by this machine's.
func hubSleep(e *env) func(context.Context, time.Duration) error {
	if e.outbound == nil {
		return nil
	}
	return e.outbound().Sleep
}

// hubApp is the GitHub App of the environment, nil if there is none.
func hubApp(e *env) (*github.App, error) {
	id, key, file := e.getenv("LEAKLINE_GITHUB_APP_ID"), e.getenv("LEAKLINE_GITHUB_APP_KEY"), e.getenv("LEAKLINE_GITHUB_APP_KEY_FILE")
	if id == "" && key == "" && file == "" {
		return nil, nil
	}
	number, err := strconv.ParseInt(strings.TrimSpace(id), 10, 64)
	if err != nil || number <= 0 {
		return nil, hinted{fmt.Errorf("LEAKLINE_GITHUB_APP_ID is %q, and no App's id", id), "it is the number App ID on the settings page of the GitHub App"}
	}
	if key == "" {
		if file == "" {
			return nil, hinted{errors.New("the GitHub App has no key"), "name the file of its private key in LEAKLINE_GITHUB_APP_KEY_FILE"}
		}
		text, err := readBounded(file)
		if err != nil {
			return nil, fmt.Errorf("read the key of the GitHub App: %w", err)
		}
		key = text
	}
	app := &github.App{ID: number, Key: detectors.NewSecret(key)}
	if text := e.getenv("LEAKLINE_GITHUB_APP_INSTALLATION"); text != "" {
		if app.Installation, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, fmt.Errorf("LEAKLINE_GITHUB_APP_INSTALLATION is %q, and no id of an installation", text)
		}
	}
	return app, nil
}

// orgFlags say which repositories of GitHub are scanned, and what beside them.
type orgFlags struct {
	teams, topics, visibility []string
	forks, archived           bool
	include, exclude          []string // globs
	kinds                     []string // what else is read
	shard                     string
}

// kindWikis is what --include calls wikis, beside the kinds of texts.
const kindWikis = "wikis"

func includeKinds() []string {
	kinds := []string{kindWikis}
	for _, k := range github.TextKinds() {
		kinds = append(kinds, string(k))
	}
	return kinds
}

func (o *orgFlags) add(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringSliceVar(&o.teams, "team", nil, "scan what this `ORG/TEAM` sees, repeatable")
	fl.StringSliceVar(&o.topics, "topic", nil, "only repositories with one of these topics (`TOPIC`, repeatable)")
	fl.StringSliceVar(&o.visibility, "visibility", nil, "only these: public, private, internal")
	fl.BoolVar(&o.forks, "forks", false, "forks too")
	fl.BoolVar(&o.archived, "archived", false, "archived repositories too")
	fl.StringSliceVar(&o.include, "include-repo", nil, "only repositories that match one of these `GLOB`s over NAME or OWNER/NAME")
	fl.StringSliceVar(&o.exclude, "exclude-repo", nil, "leave out repositories that match this `GLOB`, repeatable")
	fl.StringSliceVar(&o.kinds, "include", nil, "read these too (`KIND`, repeatable): "+strings.Join(includeKinds(), ", "))
	fl.StringVar(&o.shard, "shard", "", "scan one part of n: `I/N`, I from 0, or N with JOB_COMPLETION_INDEX")
}

// query gives what is meant by the flags and arguments, of the GitHub at an address.
func (o *orgFlags) query(web string, args []string) (github.Query, error) {
	q := github.Query{
		Teams: o.teams, Topics: o.topics, Visibility: o.visibility, Forks: o.forks, Archived: o.archived, Include: o.include, Exclude: o.exclude,
	}
	for _, arg := range args {
		if err := sameServer(web, arg); err != nil {
			return q, err
		}
		owner, isOwner := accountOf(arg)
		if isOwner {
			q.Owners = append(q.Owners, owner)
		} else {
			q.Repos = append(q.Repos, arg)
		}
	}
	for _, k := range o.kinds {
		if !slices.Contains(includeKinds(), k) {
			return q, hinted{fmt.Errorf("unknown kind %q in --include", k), "the kinds are " + strings.Join(includeKinds(), ", ")}
		}
	}
	return q, q.Check()
}

// accountOf gives the owner that an argument means, if it is no repository: acme, or the
// URL of acme's page.
func accountOf(arg string) (string, bool) {
	if u, err := url.Parse(arg); err == nil && u.Scheme != "" && u.Host != "" {
		owner := strings.Trim(u.Path, "/")
		owner = strings.TrimPrefix(owner, "orgs/") // as of https://github.com/orgs/acme
		return owner, owner != "" && !strings.Contains(owner, "/")
	}
	return arg, !strings.Contains(arg, "/") && !strings.Contains(arg, ":")
}

// sameServer refuses the URL of another server than the one that is asked.
func sameServer(web, arg string) error {
	u, err := url.Parse(arg)
	if err != nil || u.Scheme == "" || u.Host == "" {
		return nil
	}
	if own, err := url.Parse(web); err == nil && !strings.EqualFold(u.Hostname(), own.Hostname()) {
		return hinted{
			fmt.Errorf("%q is not on %s, which is the GitHub that is asked", u.Redacted(), own.Host),
			"name the server with --github-url, or scan one repository with 'leakline git URL'",
		}
	}
	return nil
}

// spec names what is scanned: two commands with the same one mean the same run.
func (o *orgFlags) spec(web string, args []string, shard org.Shard) string {
	u, err := url.Parse(web)
	host := web
	if err == nil && u.Host != "" {
		host = u.Host
	}
	text := []string{strings.ToLower(host) + ":"}
	list := func(flag string, values []string) {
		sorted := slices.Clone(values)
		for i := range sorted {
			sorted[i] = strings.ToLower(sorted[i])
			if parsed, err := url.Parse(sorted[i]); err == nil && parsed.User != nil {
				parsed.User = nil
				sorted[i] = parsed.String()
			}
		}
		slices.Sort(sorted)
		for _, v := range slices.Compact(sorted) {
			if flag != "" {
				text = append(text, flag)
			}
			text = append(text, v)
		}
	}
	list("", args)
	list("--team", o.teams)
	list("--topic", o.topics)
	list("--visibility", o.visibility)
	if o.forks {
		text = append(text, "--forks")
	}
	if o.archived {
		text = append(text, "--archived")
	}
	list("--include-repo", o.include)
	list("--exclude-repo", o.exclude)
	list("--include", o.kinds)
	if s := shard.String(); s != "" {
		text = append(text, "--shard", s)
	}
	return strings.Join(text, " ")
}

// leftOut says why a repository that was listed is not scanned, "" if it is.
func (o *orgFlags) leftOut(r *github.Repo, named bool, shard org.Shard) string {
	matches := func(glob string) bool {
		name := strings.ToLower(r.FullName())
		if !strings.Contains(glob, "/") {
			name = strings.ToLower(r.Name)
		}
		ok, _ := path.Match(strings.ToLower(glob), name)
		return ok
	}
	hasTopic := func(t string) bool {
		return slices.ContainsFunc(r.Topics, func(has string) bool { return strings.EqualFold(has, t) })
	}
	switch {
	case slices.ContainsFunc(o.exclude, matches):
		return "excluded by --exclude-repo"
	case named:
	case r.Fork && !o.forks:
		return "a fork: --forks has it scanned"
	case r.Archived && !o.archived:
		return "archived: --archived has it scanned"
	case len(o.visibility) > 0 && !slices.Contains(o.visibility, r.Visibility):
		return "it is " + r.Visibility
	case len(o.topics) > 0 && !slices.ContainsFunc(o.topics, hasTopic):
		return "it has none of the topics"
	case len(o.include) > 0 && !slices.ContainsFunc(o.include, matches):
		return "no --include-repo matches"
	}
	if !shard.Has(r) {
		return "it is of another part than --shard " + shard.String()
	}
	return ""
}

// githubFlags are those of leakline github.
type githubFlags struct {
	scanFlags
	hub      hubFlags
	org      orgFlags
	cacheMB  int
	changed  string
	maxFetch int
	dryRun   bool
}

// defaultCacheMB bounds the mirrors, in megabytes.
const defaultCacheMB = 10_000

func newGitHubCommand(e *env) *cobra.Command {
	var f githubFlags
	cmd := &cobra.Command{
		Use:   "github [ORG | USER | OWNER/REPO | URL]...",
		Short: "Scan many repositories of GitHub into the ledger",
		Long: `Scan all repositories of organizations, users and teams, several at once, and
record in the ledger what is found, as "leakline git URL --ledger" does. A
repository whose refs have not changed since its last scan costs one request. If
it was killed or stopped, the same command goes on where it was (see: leakline
help github).

Asked with GITHUB_TOKEN, or as a GitHub App: LEAKLINE_GITHUB_APP_ID and
LEAKLINE_GITHUB_APP_KEY_FILE. An App without arguments scans all repositories that
it is installed at.
` + exitHelp,
		Example: `  leakline github acme
  leakline github acme --exclude-repo 'legacy-*' --include wikis,issues,comments
  leakline github --team acme/platform --dry-run
  leakline github acme --shard 0/4`,
		RunE: func(cmd *cobra.Command, args []string) error {
			debug.SetGCPercent(gcPercent)
			return f.run(cmd.Context(), e, args)
		},
	}
	f.add(cmd)
	return cmd
}

// addCacheBound adds the flag of how much is kept of repositories.
func addCacheBound(cmd *cobra.Command, megabytes *int) {
	cmd.Flags().IntVar(megabytes, "cache-megabytes", defaultCacheMB, "what is kept of repositories takes so much at most; what has not changed for longest goes (0: no bound)")
}

// add adds the flags: of those of every scan the ones that make sense for many.
func (f *githubFlags) add(cmd *cobra.Command) {
	f.cmd = cmd
	fl := cmd.Flags()
	fl.SortFlags = false
	f.org.add(cmd)
	fl.BoolVar(&f.dryRun, "dry-run", false, "only list what would be scanned, and why the rest is left out")
	f.hub.add(cmd)
	addCacheBound(cmd, &f.cacheMB)
	fl.StringVar(&f.changed, "changed", changedRefs, "what says that a repository has changed: refs, which is a request for each, or pushed, GitHub's time of the last push")
	fl.IntVar(&f.maxFetch, "max-fetch-megabytes", defaultMaxFetch, "give a repository up if more of it has to be received (0: no bound)")
	f.config.add(cmd)
	fl.StringVarP(&f.format, "report-format", "f", "text", "one of "+strings.Join(orgFormats(), ", "))
	fl.StringVarP(&f.reportPath, "report-path", "r", "-", "write the report to `FILE`; - is standard output")
	fl.StringVar(&f.summaryPath, "summary-path", "", "write the account without the repositories to `FILE`, as JSON")
	f.addSelection(cmd)
	f.verify.add(cmd)
	fl.StringVar(&f.authors, "authors", "show", "people in reports: show, team (e-mail domain only) or hide")
	fl.IntVar(&f.exitCode, "exit-code", exitFindings, "exit status when there are findings")
	fl.BoolVar(&f.exitZero, "exit-zero", false, "exit 0 when there are findings")
	fl.IntVar(&f.maxMegabytes, "max-target-megabytes", 0, "leave out larger files and objects (0: none)")
	fl.Var((*limit)(&f.timeout), "timeout", "stop after this `TIME`, as 6h; the same command goes on then (0: never)")
	fl.IntVarP(&f.jobs, "jobs", "j", 0, "how many repositories are scanned at once (0: one per processor, at least 4)")
	fl.StringVar(&f.ledger, "ledger", "", "the ledger: sqlite:`PATH` or postgres://… (else LEAKLINE_LEDGER, else the one of this user)")
	fl.StringVar(&f.keyFile, "key-file", "", "read the ledger's key from `FILE` (else LEAKLINE_KEY, else the ledger's key file)")
	fl.StringArrayVar(&f.allow, "allow-incomplete", nil, "accept a class of unread things: `CLASS=REASON`, repeatable")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "print no progress and no account on standard error")
	fl.BoolVar(&f.noColor, "no-color", false, "no colour (also NO_COLOR)")
}

// run does what the flags ask for.
func (f *githubFlags) run(ctx context.Context, e *env, args []string) error {
	if err := f.ready(e, ignoreTarget{}, ""); err != nil {
		return err
	}
	q, shard, err := f.checked(e, args)
	if err != nil {
		return err
	}
	view := newOrgView(e, f.quiet)
	hub, err := f.hub.client(e, view.tell)
	if err != nil {
		return err
	}
	isApp := e.getenv("LEAKLINE_GITHUB_APP_ID") != ""
	if len(args) == 0 && len(f.org.teams) == 0 && !isApp {
		return hinted{errors.New("nobody is named whose repositories are meant"), "name an organization, a user, a repository or a --team; only a GitHub App knows where it is installed"}
	}
	if !isApp && e.getenv("GITHUB_TOKEN") == "" { // a night that lost it would pass over all that is private
		return noGitHubCredential()
	}
	if f.dryRun {
		return f.list(ctx, e, hub, q, shard)
	}
	l := ledgerFlags{url: f.ledger, keyFile: f.keyFile}
	opened, err := l.create(ctx, e)
	if err != nil {
		return err
	}
	x, err := f.scan(e, opened, hub)
	if err != nil {
		return errors.Join(err, opened.Close())
	}
	defer x.close()
	return errors.Join(f.runOn(ctx, e, x, view, q, f.org.spec(f.hub.web(e), args, shard), shard), opened.Close())
}

// noGitHubCredential says that GitHub would be asked as nobody.
func noGitHubCredential() error {
	return hinted{
		errors.New("there is no credential for GitHub, which then shows public repositories only, and few of them an hour"),
		"set GITHUB_TOKEN (with --visibility public one without any scope will do), or LEAKLINE_GITHUB_APP_ID and LEAKLINE_GITHUB_APP_KEY_FILE",
	}
}

// checked looks at what the user has typed before anybody is asked.
func (f *githubFlags) checked(e *env, args []string) (github.Query, org.Shard, error) {
	q, err := f.org.query(f.hub.web(e), args)
	if err != nil {
		return q, org.Shard{}, err
	}
	shard, err := org.ParseShard(f.org.shard, e.getenv("JOB_COMPLETION_INDEX"))
	switch {
	case err != nil:
		return q, shard, fmt.Errorf("--shard: %w", err)
	case !slices.Contains(orgFormats(), f.format):
		return q, shard, unknownFormat(f.format, orgFormats())
	case f.changed != changedRefs && f.changed != changedPushed:
		return q, shard, hinted{fmt.Errorf("unknown value %q of --changed", f.changed), "use refs or pushed"}
	case f.cacheMB < 0 || f.maxFetch < 0:
		return q, shard, errors.New("--cache-megabytes and --max-fetch-megabytes can't be negative")
	}
	return q, shard, nil
}

// What says that a repository has changed.
const (
	changedRefs   = "refs"
	changedPushed = "pushed"
)

// minJobs are scanned at once even by few processors: some wait for the network.
const minJobs = 4

// scan gives what scans one repository.
func (f *githubFlags) scan(e *env, opened *opened, hub *github.Client) (*orgScan, error) {
	if f.jobs == 0 {
		f.jobs = max(minJobs, runtime.GOMAXPROCS(0))
	}
	x, err := newOrgScan(e, &f.scanFlags, opened)
	if err != nil {
		return nil, err
	}
	x.hub, x.web, x.bytes = hub, f.hub.web(e), int64(f.maxFetch)*1_000_000
	x.pushed = f.changed == changedPushed
	for _, k := range f.org.kinds {
		if k == kindWikis {
			x.wikis = true
		} else {
			x.texts = append(x.texts, github.TextKind(k))
		}
	}
	if f.hub.noCache {
		return x, nil
	}
	dir, err := f.hub.folder(e, "mirrors")
	if err != nil {
		return nil, err
	}
	if x.store, err = mirror.Open(dir, int64(f.cacheMB)*1_000_000); err != nil {
		return nil, hinted{err, "name another folder with --cache DIR, or keep nothing: --no-cache"}
	}
	return x, nil
}

// runOn scans the repositories, reports, and gives the exit status.
func (f *githubFlags) runOn(ctx context.Context, e *env, x *orgScan, view *orgView, q github.Query, spec string, shard org.Shard) error {
	interrupt := ctx
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	view.stats = x.hub.Stats
	var left leftOut
	runner := org.Runner{
		Repos: x.listed(ctx, q, &left), Scan: x.Scan, Known: x.knownBy, Gone: x.gone, Ledger: x.opened.Ledger, Spec: spec, Shard: shard,
		Jobs: f.jobs, Now: e.now, Sleep: hubSleep(e), Progress: view.show, Tell: view.tell,
	}
	report, err := runner.Run(ctx)
	view.end()
	if err != nil {
		return err
	}
	told := orgReport{Report: report, api: x.hub.Stats(), now: e.now(), ledger: x.opened.Ledger, web: f.hub.web(e), left: left}
	if err := f.writeOrg(context.WithoutCancel(ctx), e, &told); err != nil {
		return err
	}
	return f.orgOutcome(e, interrupt, &told)
}

// orgOutcome turns a report into the exit status of cli.md.
func (f *githubFlags) orgOutcome(e *env, interrupt context.Context, r *orgReport) error {
	switch {
	case interrupt.Err() != nil:
		fmt.Fprintf(e.stderr, "leakline: interrupted: %d repositories are left; the same command goes on there\n", r.Total-r.Finished())
		return outcome(exitInterrupted)
	case r.Stopped:
		fmt.Fprintf(e.stderr, "leakline: --timeout %s is over: %d repositories are left; the same command goes on there\n", f.timeout, r.Total-r.Finished())
		return outcome(exitFailure)
	case len(r.Listing) > 0 || r.Failed > 0:
		if !f.quiet {
			fmt.Fprintf(e.stderr, "leakline: the scan is incomplete: %s%s\n", r.failures(), r.next())
		}
		return outcome(exitFailure)
	case r.Finished() < r.Total:
		return fmt.Errorf("%d repositories are left to another leakline that is at work on the same run", r.Total-r.Finished())
	case r.Seen == 0:
		return hinted{errors.New("no repository was scanned: none is listed"), "check the names and the token's scopes; --dry-run lists what is left out, and why"}
	case r.lost():
		return hinted{
			fmt.Errorf("%d repositories of the last run are not listed any more, more than can be by chance", r.GoneTotal),
			"see whether the credential may still read them; if they are really gone, the next run says nothing",
		}
	case findings(r.Findings) > 0 && !f.exitZero:
		return outcome(f.exitCode)
	}
	return nil
}

func findings(by map[detectors.Layer]int) (n int) {
	for _, x := range by {
		n += x
	}
	return n
}

// leftOut counts the repositories of a list that are left out unless somebody asks for
// them.
type leftOut struct {
	Forks    int `json:"forks,omitempty"`
	Archived int `json:"archived,omitempty"`
}

// leaves says of a repository of a list that it is left out.
func (l *leftOut) leaves(q *github.Query, r *github.Repo) bool {
	switch {
	case r.Fork && !q.Forks:
		l.Forks++
	case r.Archived && !q.Archived:
		l.Archived++
	default:
		return false
	}
	return true
}

// repositories gives those of a query and, if they are wanted, the gists of the owners
// that are named: as a repository without a name.
func (x *orgScan) repositories(ctx context.Context, q github.Query) iter.Seq2[github.Repo, error] {
	return x.listed(ctx, q, &leftOut{})
}

// listed gives repositories, and counts those that are left out.
func (x *orgScan) listed(ctx context.Context, q github.Query, left *leftOut) iter.Seq2[github.Repo, error] {
	return func(yield func(github.Repo, error) bool) {
		kinds, given, down := map[string]string{}, map[int64]bool{}, false
		list := func(which github.Query, leaves func(*github.Query, *github.Repo) bool) bool {
			for r, err := range x.hub.Repositories(ctx, which) {
				if err == nil {
					if len(kinds) < len(q.Owners) {
						kinds[strings.ToLower(r.Owner)] = r.OwnerKind
					}
					if given[r.ID] || leaves(&q, &r) {
						continue
					}
					given[r.ID] = true
				}
				down = down || passing(err)
				if !yield(r, err) {
					return false
				}
			}
			return true
		}
		if len(q.Owners)+len(q.Teams) > 0 || len(q.Repos) == 0 {
			wide := q
			wide.Repos, wide.Forks, wide.Archived = nil, true, true
			if !list(wide, left.leaves) {
				return
			}
		}
		if len(q.Repos) > 0 {
			named := github.Query{Repos: q.Repos, Exclude: q.Exclude}
			if !list(named, func(*github.Query, *github.Repo) bool { return false }) {
				return
			}
		}
		if !down { // else there would be no answer
			if err := blind(ctx, x.hub, &q); err != nil && !yield(github.Repo{}, err) {
				return
			}
		}
		x.gists(&q, kinds, yield)
	}
}

// passing says of an error that it may pass.
func passing(err error) bool {
	if err == nil {
		return false
	}
	f := org.FailureOf(err)
	return f.MayPass()
}

// gists gives those of the owners that are users.
func (x *orgScan) gists(q *github.Query, kinds map[string]string, yield func(github.Repo, error) bool) {
	if !slices.Contains(x.texts, github.TextGists) {
		return
	}
	for _, owner := range q.Owners {
		if kinds[strings.ToLower(owner)] == "organization" { // has none
			continue
		}
		if !yield(gistsOf(owner, x.web), nil) {
			return
		}
	}
}

// blind says of a token that it lists public repositories only, unless only they are
// wanted: a night without the others would look like a good one.
func blind(ctx context.Context, hub *github.Client, q *github.Query) error {
	others := func(v string) bool { return v != "public" }
	if len(q.Owners)+len(q.Teams) == 0 || len(q.Visibility) > 0 && !slices.ContainsFunc(q.Visibility, others) {
		return nil
	}
	if only, err := hub.PublicOnly(ctx); err != nil || !only { // the list fails for the same reason
		return nil
	}
	return &github.Error{
		Kind: github.Scope, What: "the token lacks the scope repo, so that only public repositories are listed",
		Hint: "give the token the scope repo, or say that the public ones are meant: --visibility public",
	}
}

// refusal is what a refusal of git's server means to whoever asks with one credential for
// all repositories, and for one that was listed.
func refusal(r *github.Repo, err error) error {
	refused := errors.Is(err, remote.ErrAuthentication)
	text := strings.Replace(err.Error(), " of LEAKLINE_GIT_TOKEN", "", 1)
	switch {
	case refused && r.Disabled:
		return &github.Error{
			Kind: github.Disabled, What: fmt.Sprintf("GitHub has disabled the repository %q, and shows it to nobody", r.FullName()),
			Hint: "its owner or GitHub's support know why; --exclude-repo leaves it out",
		}
	case refused:
		return &github.Error{
			Kind: github.NoAccess, What: text, Err: err,
			Hint: "see whether the token or GitHub App is still valid, and may read contents there",
		}
	case errors.Is(err, remote.ErrNotFound):
		return &github.Error{
			Kind: github.NotFound, What: text + ", although it is listed", Err: err,
			Hint: "the token or GitHub App may lack the permission to read contents there; or it was deleted just now",
		}
	}
	return err
}

// pause waits before git's server is asked again: in tests by their clock.
func (x *orgScan) pause() func(ctx context.Context, retry int) error {
	sleep := hubSleep(x.e)
	if sleep == nil {
		return nil
	}
	return func(ctx context.Context, retry int) error { return sleep(ctx, time.Second<<retry) }
}

// gistsOf stands for the gists of somebody. Its number is below zero, where GitHub has
// none.
func gistsOf(owner, web string) github.Repo {
	h := fnv.New64a()
	_, _ = io.WriteString(h, strings.ToLower(owner))
	return github.Repo{
		ID: -int64(h.Sum64()>>2) - 1, Owner: owner, OwnerKind: "user", Visibility: "public",
		CloneURL: strings.TrimSuffix(web, "/") + "/" + owner, URL: strings.TrimSuffix(web, "/") + "/" + owner,
	}
}

// list tells what would be scanned.
func (f *githubFlags) list(ctx context.Context, e *env, hub *github.Client, q github.Query, shard org.Shard) error {
	wide := github.Query{Owners: q.Owners, Teams: q.Teams, Forks: true, Archived: true}
	var rows []listedRepo
	var failed []error
	seen := map[int64]int{}
	walk := func(q github.Query, named bool) {
		for r, err := range hub.Repositories(ctx, q) {
			if err != nil {
				failed = append(failed, err)
				continue
			}
			row := listedRepo{Repo: r.FullName(), ID: r.ID, Visibility: r.Visibility, KB: r.SizeKB, Pushed: r.PushedAt, Why: f.org.leftOut(&r, named, shard)}
			row.Scan = row.Why == ""
			if i, ok := seen[r.ID]; ok {
				if row.Scan {
					rows[i] = row
				}
				continue
			}
			seen[r.ID] = len(rows)
			rows = append(rows, row)
		}
	}
	if len(wide.Owners)+len(wide.Teams) > 0 || len(q.Repos) == 0 {
		walk(wide, false)
	}
	if len(q.Repos) > 0 {
		walk(github.Query{Repos: q.Repos}, true)
	}
	if !slices.ContainsFunc(failed, passing) {
		if err := blind(ctx, hub, &q); err != nil {
			failed = append(failed, err)
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.writeListed(e, rows); err != nil {
		return err
	}
	for _, err := range failed {
		fmt.Fprintf(e.stderr, "leakline: %s\n", hintedText(err))
	}
	if len(failed) > 0 {
		return outcome(exitFailure)
	}
	return nil
}
