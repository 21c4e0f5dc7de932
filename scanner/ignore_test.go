package scanner

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// byMark accepts secrets beside which "ok" stands in the same line, and refuses to
// where it is "ok?".
type byMark struct{}

func (byMark) Ignored(c *Candidate) *Ignored {
	line := c.Text[bytes.LastIndexByte(c.Text[:c.Start], '\n')+1:]
	line, _, _ = bytes.Cut(line, []byte("\n"))
	switch {
	case bytes.HasSuffix(line, []byte("# ok?")):
		return &Ignored{By: ByComment, Where: "ok?", Refused: "asks"}
	case bytes.HasSuffix(line, []byte("# ok")):
		return &Ignored{By: ByComment, Where: "ok", Reason: "is well"}
	}
	return nil
}

func TestIgnoredPlaces(t *testing.T) {
	token := expand(t, "ignored", "zqai_{24:lowernum}")
	other := expand(t, "other", "zqauth_{24:lowernum}")
	s := newScanner(t)
	s.Ignore = byMark{}
	res := scan(t, s,
		file("a", "above\nk = "+token+" # ok\nbelow\n"),
		file("b", "k = "+token),
		file("c", "k = "+other+" # ok"),
	)
	f := one(t, res)
	if f.Path != "b" || len(f.Occurrences) != 1 || f.Ignored != nil {
		t.Errorf("a place that nobody accepted is reported alone: %+v", f)
	}
	if len(res.Ignored) != 1 || res.Ignored[0].Path != "c" || res.Ignored[0].Ignored.Reason != "is well" {
		t.Errorf("ignored: %+v", res.Ignored)
	}
	want := map[Mechanism]map[detectors.Layer]int{ByComment: {detectors.ApplicationAuth: 1}}
	if d := cmp.Diff(want, res.Summary.Ignored); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(map[string]int{"allowed by a comment": 1}, res.Summary.Hidden); d != "" {
		t.Error(d)
	}
}

func TestRefusedIsReported(t *testing.T) {
	s := newScanner(t)
	s.Ignore = byMark{}
	f := one(t, scan(t, s, file("a", "k = "+expand(t, "refused", "zqai_{24:lowernum}")+" # ok?")))
	if f.Ignored == nil || f.Ignored.Refused != "asks" {
		t.Errorf("%+v", f.Ignored)
	}
}

// A comment at the tip speaks for the versions that came before it, as long as no
// other place is left today.
func TestCommentAtTipSpeaksForThePast(t *testing.T) {
	token := expand(t, "past", "zqai_{24:lowernum}")
	version := func(path, text string, day int, tip bool, reach Reach) Chunk {
		c := file(path, text)
		c.Source, c.Blob, c.Reach, c.AtTip = SourceBlob, strings.Repeat("a", day), reach, tip
		c.Commit = Commit{ID: strings.Repeat("c", day), CommittedAt: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)}
		return c
	}
	old := version("a", "k = "+token, 1, false, ReachBranch)
	tip := version("a", "k = "+token+" # ok", 2, true, ReachBranch)
	for name, c := range map[string]struct {
		items []any
		want  int
	}{
		"without a comment": {[]any{old}, 1},
		"with one":          {[]any{old, tip}, 0},
		"but not elsewhere": {[]any{old, tip, version("b", "k = "+token, 3, true, ReachBranch)}, 1},
		"nor staged":        {[]any{old, tip, version("b", "k = "+token, 3, false, ReachIndex)}, 1},
		"a comment that is gone": {
			[]any{old, version("a", "k = "+token+" # ok", 2, false, ReachBranch)}, 1,
		},
	} {
		s := newScanner(t)
		s.Ignore = byMark{}
		if res := scan(t, s, c.items...); len(res.Findings) != c.want {
			t.Errorf("%s: %d findings, want %d", name, len(res.Findings), c.want)
		}
	}
}

// What would be hidden anyway is not counted as accepted.
func TestIgnoredAndHidden(t *testing.T) {
	s := newScanner(t)
	s.Ignore, s.Layers = byMark{}, []detectors.Layer{detectors.ApplicationAuth}
	res := scan(t, s, file("a", "k = "+expand(t, "hidden", "zqai_{24:lowernum}")+" # ok"))
	if len(res.Ignored) != 0 || res.Summary.Hidden["other layer"] != 1 {
		t.Errorf("%+v", res.Summary)
	}
}

// ofUser is a user's rule: a word of five letters after "mine-".
type ofUser struct{ d *detectors.Detector }

func (r ofUser) Match(_ string, data []byte) []engine.Match {
	var ms []engine.Match
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("mine-"))
		if i < 0 {
			return ms
		}
		at += i + 10
		ms = append(ms, engine.NewMatch(r.d, at-5, at, string(data[at-5:at]), detectors.High, "a user's rule"))
	}
}

func (r ofUser) MatchPath(path string) []engine.Match {
	if path != "forbidden" {
		return nil
	}
	return []engine.Match{engine.NewMatch(r.d, 0, len(path), "file "+path, detectors.High, "a user's rule")}
}

func TestRulesOfTheUser(t *testing.T) {
	s := newScanner(t)
	s.Rules = ofUser{&detectors.Detector{ID: "mine", Identity: detectors.Identity{Layer: detectors.Infrastructure}}}
	token := expand(t, "rules", "zqai_{24:lowernum}")
	res := scan(t, s, file("a", "k = "+token+"\nmine-abcde\n"), file("forbidden", "nothing"))
	var got []string
	for _, f := range res.Findings {
		got = append(got, f.Detector+" "+f.Path+" "+string(f.Source))
	}
	if d := cmp.Diff([]string{"test-ai a ", "mine a ", "mine forbidden path"}, got); d != "" {
		t.Error(d)
	}
}

func TestAcceptedUnread(t *testing.T) {
	s := newScanner(t)
	s.Accept = func(u *Unread) string {
		if u.What == "known" {
			return "lost"
		}
		return ""
	}
	gap := func(what string) error { return &Unread{Class: "missing", What: what, Err: bytes.ErrTooLarge} }
	res := scan(t, s, gap("known"))
	if res.Summary.Errors[0].Allowed != "lost" {
		t.Errorf("%+v", res.Summary.Errors)
	}
	if res, _ := s.Scan(t.Context(), &memory{items: []any{gap("known"), gap("new")}}); res.Summary.Complete {
		t.Error("one accepted gap accepts another")
	}
}

func TestDrop(t *testing.T) {
	s := newScanner(t)
	res := scan(t, s,
		file("a", expand(t, "drop a", "zqai_{24:lowernum}")), file("b", expand(t, "drop b", "zqai_{24:lowernum}")),
		file("c", expand(t, "drop c", "zqauth_{24:lowernum}")))
	res.Drop("known", func(f *Finding) bool { return f.Path != "b" })
	if one(t, res).Path != "b" {
		t.Error("the wrong one is left")
	}
	if d := cmp.Diff(map[detectors.Layer]int{detectors.AIPlatform: 1}, res.Summary.Findings); d != "" {
		t.Error(d)
	}
	if res.Summary.Hidden["known"] != 2 {
		t.Error(res.Summary.Hidden)
	}
}
