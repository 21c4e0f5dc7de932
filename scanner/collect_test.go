package scanner

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/identity"
)

func blob(id, path, content string, at time.Time) Chunk {
	return Chunk{Data: []byte(content), Location: Location{
		Source: SourceBlob, Path: path, Blob: id, Reach: ReachBranch,
		Commit: Commit{
			ID: "c" + id, Author: "Ann Author", Email: "ann@example.com",
			AuthoredAt: at.Add(-time.Hour), CommittedAt: at, Message: "add " + path,
		},
	}}
}

func day(n int) time.Time { return time.Date(2026, 1, n, 0, 0, 0, 0, time.UTC) }

func TestOldestPlaceAndExposure(t *testing.T) {
	s := newScanner(t)
	secret := expand(t, "x", "zqai_{24:lowernum}")
	newest := blob("1", "z", "k="+secret, day(9))
	newest.AtTip = true
	oldest := blob("2", "y", secret, day(3))
	oldest.Boundary = "shallow"
	lost := blob("3", "a", secret, time.Time{})
	lost.Commit, lost.Reach = Commit{}, ReachUnreachable
	f := one(t, scan(t, s, lost, newest, oldest))
	var order []string
	for _, p := range f.Occurrences {
		order = append(order, p.Path)
	}
	if d := cmp.Diff([]string{"y", "z", "a"}, order); d != "" {
		t.Error(d)
	}
	if f.Path != "y" || f.Commit != "c2" || f.Author != "Ann Author" || f.Message != "add y" || !f.Date.Equal(day(3).Add(-time.Hour)) {
		t.Errorf("%+v", f.Place)
	}
	x := f.Exposure
	if x == nil || x.Introduced.ID != "c2" || x.Boundary != "shallow" || !x.AtTip || !x.InHistory {
		t.Errorf("%+v", x)
	}
	if f := one(t, scan(t, s, file("a", secret))); f.Exposure != nil {
		t.Errorf("a file has %+v", f.Exposure)
	}
	staged := blob("4", "a", secret, time.Time{})
	staged.Commit, staged.Reach = Commit{}, ReachIndex
	if x := one(t, scan(t, s, staged)).Exposure; x == nil || x.InHistory {
		t.Errorf("staged: %+v", x)
	}
}

func TestAuthorsPolicy(t *testing.T) {
	secret := expand(t, "x", "zqai_{24:lowernum}")
	for policy, want := range map[Authors][2]string{
		AuthorsShow: {"Ann Author", "ann@example.com"},
		AuthorsTeam: {"", "@example.com"},
		AuthorsHide: {"", ""},
		"":          {"", ""},
	} {
		s := newScanner(t)
		s.Authors = policy
		f := one(t, scan(t, s, blob("1", "a", secret, day(1))))
		for what, got := range map[string][2]string{
			"place":      {f.Author, f.Email},
			"occurrence": {f.Occurrences[0].Author, f.Occurrences[0].Email},
			"exposure":   {f.Exposure.Introduced.Author, f.Exposure.Introduced.Email},
		} {
			if got != want {
				t.Errorf("%q, %s: %q, want %q", policy, what, got, want)
			}
		}
	}
	if n, e := AuthorsTeam.person("x", "no address"); n != "" || e != "" {
		t.Errorf("%q %q", n, e)
	}
	if n, _ := AuthorsShow.person("a\x1b[31m", ""); n != `a\x1b[31m` {
		t.Errorf("%q", n)
	}
}

func TestSecretInMessage(t *testing.T) {
	secret := expand(t, "x", "zqai_{24:lowernum}")
	c := blob("1", "a", "k="+secret, day(1))
	c.Commit.Message = "use " + secret + " \x1b[2J"
	f := one(t, scan(t, newScanner(t), c))
	if want := `use zqai_…(29) \x1b[2J`; f.Message != want || f.Exposure.Introduced.Message != want {
		t.Errorf("%q, want %q", f.Message, want)
	}
}

func TestManyOccurrences(t *testing.T) {
	s := newScanner(t)
	secret := expand(t, "x", "zqai_{24:lowernum}")
	var items []any
	for i := range 1500 {
		at := day(5).Add(time.Duration(i) * time.Minute)
		if i == 1400 {
			at = day(1)
		}
		items = append(items, blob(fmt.Sprint(i), fmt.Sprint("p", i), secret, at))
	}
	f := one(t, scan(t, s, items...))
	if len(f.Occurrences) != 1000 || f.OccurrencesTotal != 1500 || f.Path != "p1400" || f.Occurrences[0].Path != "p1400" || f.Occurrences[1].Path != "p0" {
		t.Errorf("%d of %d, at %s", len(f.Occurrences), f.OccurrencesTotal, f.Path)
	}
	c := blob("1", "p", secret, day(1))
	for i := range 3 {
		c.Also = append(c.Also, Location{Path: fmt.Sprint("q", i), Source: SourceBlob, Commit: Commit{ID: "d", CommittedAt: day(1)}})
	}
	f = one(t, scan(t, s, c))
	if len(f.Occurrences) != 4 || f.OccurrencesTotal != 0 || f.Path != "p" {
		t.Errorf("%+v", f)
	}
}

func TestHiddenAndConfidence(t *testing.T) {
	ai, auth := expand(t, "1", "zqai_{24:lowernum}"), expand(t, "2", "zqauth_{24:lowernum}")
	public, unsure := expand(t, "3", "zqpub_{24:lowernum}"), expand(t, "4", "zqunsure_{24:lowernum}")
	low := "lowly_token = \"" + expand(t, "5", "{20:lowernum}") + "\""
	content := strings.Join([]string{ai, auth, public, public, unsure, low}, "\n")
	type counts struct {
		Findings map[detectors.Layer]int
		Hidden   map[string]int
	}
	for name, test := range map[string]struct {
		min    detectors.Confidence
		layers []detectors.Layer
		want   counts
	}{
		"all": {"", nil, counts{
			map[detectors.Layer]int{detectors.AIPlatform: 2, detectors.ApplicationAuth: 1, detectors.Infrastructure: 1},
			map[string]int{"public identifier": 1},
		}},
		"medium": {detectors.Medium, nil, counts{
			map[detectors.Layer]int{detectors.AIPlatform: 2, detectors.ApplicationAuth: 1},
			map[string]int{"public identifier": 1, "low confidence": 1},
		}},
		"high": {detectors.High, nil, counts{
			map[detectors.Layer]int{detectors.AIPlatform: 1, detectors.ApplicationAuth: 1},
			map[string]int{"public identifier": 1, "low confidence": 1, "medium confidence": 1},
		}},
		"layer": {detectors.Medium, []detectors.Layer{detectors.ApplicationAuth}, counts{
			map[detectors.Layer]int{detectors.ApplicationAuth: 1},
			map[string]int{"public identifier": 1, "low confidence": 1, "other layer": 2},
		}},
	} {
		s := newScanner(t)
		s.MinConfidence, s.Layers = test.min, test.layers
		res := scan(t, s, file("a", content))
		if d := cmp.Diff(test.want, counts{res.Summary.Findings, res.Summary.Hidden}); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// The tests below give the collector rulings that no single test format leads to.

func hitAt(path string, secret detectors.Secret, d *detectors.Detector, c detectors.Confidence, r identity.Ruling) *hit {
	return &hit{
		match:  engine.Match{Detector: d, Secret: secret, Confidence: c, Reasons: []string{"because"}},
		ruling: r, fingerprint: "fp:" + secret.Reveal(),
		places: []located{{Place: Place{Path: path, StartLine: 1}}},
	}
}

func ruling(l detectors.Layer, c detectors.LayerConfidence) identity.Ruling {
	return identity.Ruling{
		Identity: detectors.Identity{Layer: l}, Confidence: c,
		Evidence: []detectors.Evidence{{Kind: detectors.EvidenceHost, Detail: "host of " + string(l)}},
	}
}

func TestBestOccurrence(t *testing.T) {
	x, a, b := detectors.NewSecret("x"), &detectors.Detector{ID: "a"}, &detectors.Detector{ID: "b"}
	likely, certain := ruling(detectors.AIPlatform, detectors.Likely), ruling(detectors.ApplicationAuth, detectors.Certain)
	c := newCollector(newScanner(t))
	c.hit(hitAt("1", x, a, detectors.Medium, certain))
	c.hit(hitAt("2", x, b, detectors.High, likely))
	c.hit(hitAt("3", x, a, detectors.High, likely)) // no better than b
	fs := c.finish(first(c.settle(nil)), day(2))
	if len(fs) != 1 {
		t.Fatalf("%d findings", len(fs))
	}
	f := fs[0]
	if f.Detector != "b" || f.Confidence != detectors.High || f.Layer != detectors.AIPlatform || f.Path != "1" || len(f.Occurrences) != 3 {
		t.Errorf("%+v", f)
	}
	// What another place was ruled to is a further door.
	want := []detectors.Door{{Layer: detectors.ApplicationAuth, Evidence: certain.Evidence}}
	if d := cmp.Diff(want, f.AlsoOpens); d != "" {
		t.Error(d)
	}

	c = newCollector(newScanner(t))
	c.hit(hitAt("1", x, a, detectors.High, likely))
	c.hit(hitAt("2", x, b, detectors.High, certain))
	if f := c.finish(first(c.settle(nil)), day(2))[0]; f.Detector != "b" || f.Layer != detectors.ApplicationAuth || len(f.AlsoOpens) != 1 {
		t.Errorf("%+v", f)
	}
}

func TestDroppedAndLowered(t *testing.T) {
	d := &detectors.Detector{ID: "a"}
	drop, lower := ruling(detectors.AIPlatform, detectors.Certain), ruling(detectors.AIPlatform, detectors.Certain)
	drop.Drop, lower.Lower = "published example: the manual's", "a test file"
	s := newScanner(t)
	s.MinConfidence = detectors.Medium
	c := newCollector(s)
	x, y, z := detectors.NewSecret("x"), detectors.NewSecret("y"), detectors.NewSecret("z")
	c.hit(hitAt("1", x, d, detectors.High, drop))
	c.hit(hitAt("2", x, d, detectors.High, drop))
	c.hit(hitAt("3", y, d, detectors.High, drop))
	c.hit(hitAt("4", y, d, detectors.High, lower)) // not dropped here
	c.hit(hitAt("5", z, d, detectors.Medium, lower))
	fs := c.finish(first(c.settle(nil)), day(2))
	if len(fs) != 1 || fs[0].Path != "4" || fs[0].Confidence != detectors.Medium || len(fs[0].Occurrences) != 1 {
		t.Fatalf("%+v", fs)
	}
	if d := cmp.Diff([]string{"a test file", "because"}, fs[0].ConfidenceReasons); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]int{"published example": 1, "low confidence": 1}, c.summary.Hidden); d != "" {
		t.Error(d)
	}
}

func TestAmbiguousCountsForEveryCandidate(t *testing.T) {
	r := ruling(detectors.AIPlatform, detectors.Ambiguous)
	r.Candidates = []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
	door := ruling(detectors.Infrastructure, detectors.Certain)
	door.AlsoOpens = []detectors.Door{{Layer: detectors.AIPlatform}}
	for layer, want := range map[detectors.Layer]int{
		detectors.AIPlatform: 2, detectors.ApplicationAuth: 1, detectors.Infrastructure: 1, detectors.Unclassified: 0,
	} {
		s := newScanner(t)
		s.Layers = []detectors.Layer{layer}
		c := newCollector(s)
		c.hit(hitAt("1", detectors.NewSecret("x"), &detectors.Detector{ID: "a"}, detectors.High, r))
		c.hit(hitAt("2", detectors.NewSecret("y"), &detectors.Detector{ID: "a"}, detectors.High, door))
		fs := c.finish(first(c.settle(nil)), day(2))
		if len(fs) != want || c.summary.Hidden["other layer"] != 2-want {
			t.Errorf("%s: %d findings, hidden %v", layer, len(fs), c.summary.Hidden)
		}
	}
}

func TestSeverity(t *testing.T) {
	id := func(p detectors.Privilege, s detectors.Scope, e detectors.Environment) detectors.Identity {
		return detectors.Identity{Privilege: p, Scope: s, Environment: e}
	}
	for _, test := range []struct {
		id   detectors.Identity
		c    detectors.Confidence
		want Severity
	}{
		{id(detectors.Forge, detectors.All, ""), detectors.High, Critical},
		{id(detectors.Admin, detectors.OneTenant, detectors.Production), detectors.Medium, Critical},
		{id(detectors.Admin, detectors.OneTenant, ""), detectors.High, SeverityHigh},
		{id(detectors.Forge, detectors.All, detectors.Test), detectors.High, SeverityHigh},
		{id(detectors.Forge, detectors.OneTenant, detectors.Development), detectors.Low, SeverityLow},
		{id(detectors.Write, detectors.All, ""), detectors.High, Critical},
		{id(detectors.Write, detectors.OneProject, detectors.Production), detectors.High, SeverityHigh},
		{id(detectors.Write, detectors.OneUser, ""), detectors.Low, SeverityMedium},
		{id(detectors.Read, detectors.All, ""), detectors.High, SeverityHigh},
		{id(detectors.Read, detectors.OneProject, ""), detectors.High, SeverityMedium},
		{id("", "", ""), detectors.High, SeverityMedium},
		{id("", "", detectors.Test), detectors.Low, SeverityLow},
		{id(detectors.Limited, detectors.All, detectors.Production), detectors.High, SeverityLow},
	} {
		if got := severity(test.id, test.c); got != test.want {
			t.Errorf("%+v, %s: %s, want %s", test.id, test.c, got, test.want)
		}
	}
}

// first gives what is reported, of what a collector settles.
func first(shown, _ []*entry) []*entry { return shown }
