package incident_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/scanner"
)

func keys(t *testing.T) []detectors.Key {
	t.Helper()
	var ks []detectors.Key
	for _, text := range []string{"a key for tests only", "an earlier key for tests"} {
		k, err := detectors.NewKey(text)
		if err != nil {
			t.Fatal(err)
		}
		ks = append(ks, k)
	}
	return ks
}

func finding() scanner.Finding {
	plain := detectors.NewSecret(strings.Repeat("plain", 8))
	return scanner.Finding{
		Detector: "d", Layer: detectors.ApplicationAuth, Confidence: detectors.High,
		Secret: scanner.Shown(plain.Reveal()), Plain: plain, // as under --show-secrets
		Place:       scanner.Place{Source: scanner.SourceBlob, Path: "a\x1b[1m", StartLine: 3, Author: "Ann", Email: "ann@example.com"},
		Remediation: &scanner.Remediation{Owner: "Ann, who committed it, until its owner is known"},
		AlsoOpens:   []detectors.Door{{Layer: detectors.Infrastructure}, {Layer: detectors.AIPlatform}},
		Exposure: &scanner.Exposure{
			Introduced: scanner.Commit{ID: "c1", Author: "Ann", Email: "ann@example.com", CommittedAt: day(0).Add(time.Microsecond)},
			AtTip:      true, InHistory: true, Refs: []string{"refs/heads/main"},
		},
	}
}

func TestSight(t *testing.T) {
	ks, people, f := keys(t), map[incident.Person]string{}, finding()
	s := incident.Sight(&f, ks, repo, "https://"+repo, people)
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, no := range []string{f.Plain.Reveal(), "ann", "Ann", "\x1b"} {
		if strings.Contains(string(text), no) {
			t.Errorf("a sighting holds %q: %s", no, text)
		}
	}
	if len(s.Fingerprints) != 2 || s.Fingerprints[0] != ks[0].Fingerprint(f.Plain) || s.Fingerprints[1] != ks[1].Fingerprint(f.Plain) {
		t.Errorf("fingerprints are %v", s.Fingerprints)
	}
	o := s.Occurrence
	if got := o.Facts.Answerable; got != "whoever committed it, until its owner is known" {
		t.Errorf("answerable is %q", got)
	}
	if !o.InBranches || !o.AtTip || !o.Introduced.Equal(day(0)) || o.Facts.AlsoOpens[0] != detectors.AIPlatform || o.PlacesTotal != 1 {
		t.Errorf("%+v", o)
	}
	if len(people) != 1 || people[o.IntroducedBy] != "ann@example.com" {
		t.Errorf("people are %v", people)
	}
}

func TestSightWithoutHistory(t *testing.T) {
	f := finding()
	f.Exposure = nil
	f.Place = scanner.Place{}
	o := incident.Sight(&f, keys(t), repo, "", nil).Occurrence
	if !o.InBranches || !o.Introduced.IsZero() || o.Places[0].Path != "(standard input)" {
		t.Errorf("%+v", o)
	}
}

func TestInBranches(t *testing.T) {
	many := func(name string) []string {
		var refs []string
		for n := range 20 {
			refs = append(refs, fmt.Sprintf("refs/%s/%02d", name, n))
		}
		return refs
	}
	for _, c := range []struct {
		name  string
		refs  []string
		total int
		want  bool
	}{
		{"none", nil, 0, false},
		{"a branch", []string{"refs/heads/x"}, 0, true},
		{"a detached HEAD", []string{"HEAD"}, 0, true},
		{"a remote's branch", []string{"refs/pull/1/head", "refs/remotes/origin/x"}, 0, true},
		{"tags and pulls", []string{"refs/pull/1/head", "refs/tags/v1"}, 0, false},
		{"more pulls, and who knows", many("pull"), 21, true},
		{"more tags, past all branches", many("tags"), 21, false},
	} {
		f := finding()
		f.Exposure.AtTip, f.Exposure.Refs, f.Exposure.RefsTotal = false, c.refs, c.total
		f.Exposure.Removed.CommittedAt = day(4)
		o := incident.Sight(&f, keys(t), repo, "", map[incident.Person]string{}).Occurrence
		if o.Aside {
			t.Errorf("%s: a commit of a branch took it out", c.name)
		}
		if o.InBranches != c.want || o.Removed.Equal(day(4)) == c.want {
			t.Errorf("%s: %v, removed %v", c.name, o.InBranches, o.Removed)
		}
	}
}

// What stood in a pull request only was removed from no branch.
func TestAside(t *testing.T) {
	f := finding()
	f.Exposure.AtTip, f.Exposure.Refs = false, []string{"refs/pull/1/head"}
	s := incident.Sight(&f, keys(t), repo, "https://"+repo, map[incident.Person]string{})
	if !s.Occurrence.Aside || !s.Occurrence.Removed.IsZero() {
		t.Errorf("%+v", s.Occurrence)
	}
	b := newBook(t)
	b.record(nightly(0, repo, s))
	id := incident.ID(s.Fingerprints[0])
	if o := b.incident(id).Occurrences[repo]; !o.Aside || !o.Removed.Equal(day(0)) {
		t.Errorf("%+v", o)
	}
	f.Exposure.AtTip, f.Exposure.Refs = true, []string{"refs/heads/main"}
	b.record(nightly(1, repo, incident.Sight(&f, keys(t), repo, "", map[incident.Person]string{})))
	if o := b.incident(id).Occurrences[repo]; o.Aside || !o.Removed.IsZero() {
		t.Errorf("in a branch: %+v", o)
	}
}

func TestRow(t *testing.T) {
	b := newBook(t)
	b.record(nightly(0, repo, key("k", -9)))
	b.record(nightly(0, "github.com/o/b", removed(key("k", -1), -1)))
	r := b.incident("v1:aaaaaaaa:k").Row()
	if r.Introduced != day(-9).UnixMilli() || r.Detected != day(0).UnixMilli() || r.Removed != 0 || len(r.Repos) != 2 || r.Remediated != 0 {
		t.Errorf("%+v", r)
	}
}
