package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/spf13/cobra"

	"leakline/remediate/github"
	"leakline/remediate/mirror"
	"leakline/remediate/org"
	"leakline/scanner"
	"leakline/scanner/gitsource"
	"leakline/scanner/gitsource/remote"
)

// repository is one that is read at its tip, for want of a work tree.
type repository struct {
	name   string // as the map calls it
	prefix string // of its paths in the map: "" if it is the only thing that is read
	local  bool   // it is the user's own: what stands in it may say what is accepted
	open   func(context.Context) (*gitsource.Repo, func() error, error)
}

// bareRepository is a repository of this machine without a work tree, or false.
func (f *boundaryFlags) bareRepository(path string) (repository, bool) {
	open := func(context.Context) (*gitsource.Repo, func() error, error) {
		repo, err := gitsource.Open(path, f.atTip(""))
		if err != nil {
			return nil, nil, err
		}
		return repo, repo.Close, nil
	}
	repo, done, err := open(context.Background())
	if err != nil {
		return repository{}, false
	}
	bare := repo.WorkDir() == ""
	return repository{name: path, local: true, open: open}, errors.Join(done()) == nil && bare
}

// atTip is how a repository is opened whose files are read by their names.
func (f *boundaryFlags) atTip(name string) gitsource.Options {
	return gitsource.Options{Engine: gitsource.EnginePlain, Jobs: f.scan.jobs, Name: name}
}

// urlRepository is a repository that is received from its server, and discarded.
func (f *boundaryFlags) urlRepository(e *env, url string) repository {
	return repository{name: remote.Shown(url), open: func(ctx context.Context) (*gitsource.Repo, func() error, error) {
		received, err := f.urls.fetch(ctx, e, &f.scan, url, nil)
		if err != nil {
			return nil, nil, err
		}
		repo, err := openReceived(ctx, received, f.atTip(remote.Shown(url)))
		if err != nil {
			return nil, nil, errors.Join(err, received.Close())
		}
		return repo, func() error { return errors.Join(repo.Close(), received.Close()) }, nil
	}}
}

// nameOfURL is how paths of a repository begin where several are read.
func nameOfURL(url string) string {
	return strings.TrimSuffix(path.Base(strings.TrimRight(remote.Shown(url), "/")), ".git")
}

// addAway adds the flags of what is not on this machine.
func (f *boundaryFlags) addAway(cmd *cobra.Command) {
	fl := cmd.Flags()
	fl.StringSliceVar(&f.accounts, "github", nil, "read the repositories of this `ORG`, USER or OWNER/REPO of GitHub too, at the tip of their default branch, repeatable")
	fl.BoolVar(&f.org.forks, "forks", false, "of --github: forks too")
	fl.BoolVar(&f.org.archived, "archived", false, "of --github: archived repositories too")
	fl.StringSliceVar(&f.org.exclude, "exclude-repo", nil, "of --github: leave out repositories that match this `GLOB`, repeatable")
	f.hub.add(cmd)
	f.urls.add(cmd)
	fl.BoolVar(&f.scan.ignores.trust, "trust-target", false, "let a URL's own configuration say who owns what, and what is accepted")
}

// ofAccounts gives the repositories of accounts of GitHub, which can be opened until done
// is called. What is left out, and what could not be listed, is noted in the input.
func (f *boundaryFlags) ofAccounts(ctx context.Context, e *env, in *boundaryInput) (_ []repository, done func(), err error) {
	if len(f.accounts) == 0 {
		return nil, func() {}, nil
	}
	q, err := f.org.query(f.hub.web(e), f.accounts)
	if err != nil {
		return nil, nil, err
	}
	if err := f.urls.check(); err != nil {
		return nil, nil, err
	}
	if !asSomebody(e) {
		return nil, nil, noGitHubCredential()
	}
	x := &orgScan{e: e, web: f.hub.web(e), bytes: int64(f.urls.maxMegabytes) * 1_000_000}
	if !f.hub.noCache {
		dir, err := f.hub.folder(e, "mirrors")
		if err != nil {
			return nil, nil, err
		}
		if x.store, err = mirror.Open(dir, defaultCacheMB*1_000_000); err != nil {
			return nil, nil, hinted{err, "name another folder with --cache DIR, or keep nothing: --no-cache"}
		}
	}
	if x.hub, err = f.hub.client(e, newOrgView(e, f.scan.quiet).tell); err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			x.hub.Close()
		}
	}()
	var out []repository
	var left leftOut
	account := scanner.Summary{Complete: true}
	for r, err := range x.listed(ctx, q, &left) {
		if err != nil {
			account.Errors = append(account.Errors, scanner.Failure{Class: classAway, What: "the repositories of " + strings.Join(f.accounts, ", "), Why: org.FailureOf(err).Text})
			account.Complete = false
			continue
		}
		out = append(out, f.ofGitHub(x, r))
	}
	for _, c := range []struct {
		n               int
		one, many, flag string
	}{{left.Forks, "fork", "forks", "--forks"}, {left.Archived, "archived repository", "archived repositories", "--archived"}} {
		if c.n > 0 {
			in.left = append(in.left, scanner.Skip{What: plural2(c.n, c.one, c.many), Why: "read with " + c.flag})
		}
	}
	in.summaries = append(in.summaries, account)
	if len(out) == 0 && account.Complete {
		return nil, nil, hinted{fmt.Errorf("no repository of %q is listed", strings.Join(f.accounts, ", ")), "check the name and the token's scopes; 'leakline github --dry-run' lists what is left out, and why"}
	}
	return out, x.hub.Close, nil
}

// classAway is of what a server did not give.
const classAway = "unreadable"

// ofGitHub is a repository that is received as a scan of its owner's would.
func (f *boundaryFlags) ofGitHub(x *orgScan, r github.Repo) repository {
	return repository{name: r.FullName(), open: func(ctx context.Context) (*gitsource.Repo, func() error, error) {
		o, err := x.options(ctx, &r)
		if err != nil {
			return nil, nil, err
		}
		m, err := x.receive(ctx, r.CloneURL, o)
		if err != nil {
			return nil, nil, refusal(&r, err)
		}
		repo, err := m.Open(ctx, f.atTip(remote.Shown(r.CloneURL)))
		if err != nil {
			return nil, nil, errors.Join(err, m.Close())
		}
		return repo, func() error { return errors.Join(repo.Close(), m.Close()) }, nil
	}}
}
