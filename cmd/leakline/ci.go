package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/filesource"
	"leakline/scanner/gitsource"
)

// ciBaseVariable names the base of a change where the CI does not tell it.
const ciBaseVariable = "LEAKLINE_CI_BASE"

// ciFlags have what a pull request or a push adds scanned, and nothing else.
type ciFlags struct {
	on bool
	// what is said of the change that was found, for messages.
	system *ciSystem
	change ciChange
	said   string
	// bases are the commits, by name, to which the change is compared.
	bases []string
}

func (c *ciFlags) add(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&c.on, "ci", false, "scan what the pull request or push of this CI job adds (see: leakline help ci)")
}

// apply narrows a scan of the repository at path to what the job's pull request or
// push adds, and tells so on standard error. It is called before the flags of the range
// are applied. A job without one (a schedule) scans the whole history. What is known to
// be incomplete is an error: a checkout without the base, and, once the scan is done,
// a change whose commits were not all there, or that has none.
func (c *ciFlags) apply(e *env, f *scanFlags, r *rangeFlags, path string) error {
	if !c.on {
		return nil
	}
	if r.since != "" || len(r.branches) > 0 || r.options != "" || r.state != "" {
		return errors.New("--ci chooses the commits itself; it cannot be used with --since-commit, --branch, --log-opts or --state")
	}
	if err := c.detect(e.getenv); err != nil {
		return err
	}
	repo, err := gitsource.Open(path, gitsource.Options{})
	if err != nil {
		return err
	}
	words, err := c.words(&checkout{repo})
	if err != nil {
		return err
	}
	r.options = strings.Join(words, " ")
	if len(c.bases) > 0 {
		f.settle = func(ctx context.Context, s *scanner.Scanner, result *scanner.Result) error {
			return c.settle(ctx, s, repo, result)
		}
	}
	if !f.quiet {
		fmt.Fprintf(e.stderr, "leakline: %s\n", c.said)
	}
	if c.change.kind != noChange {
		before := f.after
		f.after = func(result *scanner.Result) error {
			if before != nil {
				if err := before(result); err != nil {
					return err
				}
			}
			return c.complete(result)
		}
	}
	return nil
}

// detect finds the system and the change.
func (c *ciFlags) detect(getenv func(string) string) (err error) {
	for _, s := range ciSystems() {
		if s.is(getenv) {
			c.system = &s
			break
		}
	}
	base := getenv(ciBaseVariable)
	if c.system == nil {
		if base == "" {
			var names []string
			for _, s := range ciSystems() {
				names = append(names, s.name)
			}
			return hinted{
				errors.New("--ci: this is no job of a CI that is known: none of their variables is set"),
				"set " + ciBaseVariable + " to the commit to compare with, or leave out --ci; known are " + strings.Join(names, ", "),
			}
		}
		c.system = &ciSystem{name: "CI", deepen: "fetch the whole history before the scan"}
	}
	if c.system.change != nil {
		if c.change, err = c.system.change(getenv); err != nil {
			return err
		}
	}
	if tag := c.system.tag; c.change.kind == aPush && tag != "" && getenv(tag) != "" {
		c.change = ciChange{event: "tag"}
	}
	if base != "" && !noCommit(base) {
		if c.change.kind == noChange {
			c.change.kind = aPush
		}
		c.change.bases = []ciBase{{base, ciBaseVariable}}
	}
	return nil
}

// words gives the revisions to scan, as --log-opts has them; none for everything.
func (c *ciFlags) words(here *checkout) ([]string, error) {
	if c.change.kind == noChange {
		c.say("no pull request and no push (event %q): the whole history is scanned", c.change.event)
		return nil, nil
	}
	words := []string{"HEAD"}
	if head := c.change.head; head != "" {
		if here.commit(head) == "" {
			return nil, c.missing(here, "the last commit of the pull request", head)
		}
		words = append(words, shellWord(head))
	}
	bases, err := c.pullBases(here)
	if c.change.kind == aPush {
		bases, err = c.pushBases(here)
	}
	if err != nil {
		return nil, err
	}
	if len(bases) == 0 {
		c.say("push: no earlier commit of it is known: the whole history of HEAD is scanned")
		return words, nil
	}
	var names []string
	for _, b := range bases {
		words = append(words, "^"+shellWord(b.revision))
		c.bases = append(c.bases, here.commit(b.revision))
		names = append(names, fmt.Sprintf("%s (%s)", shortRevision(b.revision), b.from))
	}
	c.say("%s: what HEAD adds to %s is scanned", c.change.kind, strings.Join(names, " and "))
	return words, nil
}

// pullBases are the bases of a pull request that are in the checkout; all of them
// count. Where HEAD is the merge of the pull request that the CI made, the side that it
// was merged into is one too: it may be newer than the base that the CI names. A branch
// counts only where nothing else is known: it may hold the pull request by now.
func (c *ciFlags) pullBases(here *checkout) ([]ciBase, error) {
	var found []ciBase
	if head := here.commit(c.change.head); head != "" && here.commit("HEAD^2") == head {
		found = append(found, ciBase{"HEAD^1", "what it is merged into"})
	}
	for _, b := range c.change.bases {
		if len(found) > 0 && strings.HasPrefix(b.revision, "refs/") {
			break
		}
		if here.commit(b.revision) != "" {
			found = append(found, b)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	for _, b := range c.change.bases {
		return nil, c.missing(here, "the base of the pull request", b.String())
	}
	return nil, hinted{
		fmt.Errorf("--ci: %s does not tell the base of the pull request", c.system.name),
		"set " + ciBaseVariable + " to the commit or branch to compare with",
	}
}

// pushBases are the commit before a push, else the default branch if another one was
// pushed to; none if all of HEAD's history may be new.
func (c *ciFlags) pushBases(here *checkout) ([]ciBase, error) {
	for _, b := range c.change.bases {
		if here.commit(b.revision) != "" {
			return []ciBase{b}, nil
		}
		if here.shallow() {
			return nil, c.missing(here, "the commit before the push", b.String())
		}
	}
	name := c.change.byDefault
	if name == "" {
		name = here.defaultBranch()
	}
	if b := (ciBase{remoteBranch(name), "the default branch"}); name != "" && c.change.branch != "" && name != c.change.branch && here.commit(b.revision) != "" {
		return []ciBase{b}, nil
	}
	return nil, nil
}

// missing is the error of a revision that is not in the checkout.
func (c *ciFlags) missing(here *checkout, what, revision string) error {
	why := "is not in this checkout"
	if here.shallow() {
		why += ", which is shallow"
	}
	return hinted{
		fmt.Errorf("--ci: %s, %s, %s: nothing was scanned", what, revision, why),
		c.system.name + ": " + c.system.deepen,
	}
}

// inBase is why a secret that a base of the change holds is not reported.
const inBase = "already in the base"

// settle takes out what a base of the change holds in the same file: a scan of commits
// reads whole files, and an old secret is nothing that the change adds. What cannot be
// read there stays reported.
func (c *ciFlags) settle(ctx context.Context, s *scanner.Scanner, repo *gitsource.Repo, result *scanner.Result) error {
	plain := *s // whatever is ignored or unsure there was there
	plain.Ignore, plain.MinConfidence, plain.Layers, plain.Progress = nil, detectors.Low, nil, nil
	held, read := map[string]bool{}, map[string]bool{}
	for i := range result.Findings {
		for _, p := range result.Findings[i].Occurrences {
			if p.Path == "" || p.Source != scanner.SourceBlob || read[p.Path] {
				continue
			}
			read[p.Path] = true
			for _, base := range c.bases {
				data, err := repo.FileAt(base, p.Path)
				if err != nil {
					continue
				}
				old, err := plain.Scan(ctx, filesource.Stdin(bytes.NewReader(data), p.Path, filesource.Options{}))
				if err != nil {
					return err
				}
				for k := range old.Findings {
					held[old.Findings[k].Fingerprint] = true
				}
			}
		}
	}
	result.Drop(inBase, func(f *scanner.Finding) bool { return held[f.Fingerprint] })
	return nil
}

// complete says whether all commits of the change were there to be scanned.
func (c *ciFlags) complete(result *scanner.Result) error {
	for _, s := range result.Summary.Skipped {
		if strings.HasPrefix(s.What, "history beyond the shallow boundary") {
			return hinted{
				fmt.Errorf("--ci: this checkout is shallow, and may lack commits of the %s: not all were scanned", c.change.kind),
				c.system.name + ": " + c.system.deepen,
			}
		}
	}
	if c.change.kind == aPullRequest && result.Summary.Objects["commits"] == 0 {
		return hinted{
			errors.New("--ci: HEAD adds no commit to the base of the pull request: nothing was scanned"),
			"check out the pull request's own commits, or its merge, before the scan",
		}
	}
	return nil
}

func (c *ciFlags) say(format string, args ...any) {
	c.said = c.system.name + ", " + fmt.Sprintf(format, args...)
}

// shortRevision is a revision as messages name it.
func shortRevision(revision string) string {
	if strings.Trim(revision, "0123456789abcdef") == "" && len(revision) >= 40 {
		return revision[:12]
	}
	return strings.TrimPrefix(revision, "refs/remotes/")
}

// shellWord quotes a word as a shell would have it quoted.
func shellWord(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// checkout is the repository of a job.
type checkout struct{ repo *gitsource.Repo }

// commit is the object name of a revision; "" if it leads to no commit that is there.
func (h *checkout) commit(revision string) string {
	if revision == "" || strings.Contains(revision, "..") {
		return ""
	}
	id, err := h.repo.Resolve(revision)
	if err != nil {
		return ""
	}
	return id
}

// shallow says that the checkout lacks the begin of its history.
func (h *checkout) shallow() bool {
	cut, err := h.repo.Shallow()
	return err == nil && cut
}

func (h *checkout) defaultBranch() string { return h.repo.DefaultBranch() }
