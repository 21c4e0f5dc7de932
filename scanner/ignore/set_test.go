package ignore

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"leakline/detectors"
	"leakline/scanner"
)

// setOf reads one ignore file.
func setOf(t *testing.T, o Options, name, text string) *Set {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = now
	}
	s := New(o)
	if err := s.AddFile(name, []byte(text)); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSelectors(t *testing.T) {
	c := candidateIn(t, "k = '«sk-hunter2x»'", anchored)
	strong := candidateIn(t, "k = '«"+secretOf(t, "github-pat", 0)+"»'", anchored)
	m := NewMarker()
	f := scanner.Finding{Detector: "anchored", Plain: strong.Secret, Place: *strong.Place}
	weak := scanner.Finding{Detector: "anchored", Plain: c.Secret, Place: *c.Place}
	other := scanner.Finding{Plain: detectors.NewSecret(secretOf(t, "github-pat", 1))}
	for entry, want := range map[string]bool{
		"path:src/** reason:x":                        true,
		"path:src reason:x":                           true,
		"path:app.py reason:x":                        false,
		"detector:anchored reason:x":                  true,
		"detector:an* reason:x":                       true,
		"detector:generic reason:x":                   false,
		"path:src detector:generic reason:x":          false,
		"layer:infrastructure reason:x":               false,
		"object:src/app.py reason:x":                  false,
		strings.Join(m.Lines(&f, "x"), "\n"):          true,
		strings.Join(m.Lines(&f, "x"), "") + " ":      true,
		strings.Join(m.Lines(&other, "x"), "\n"):      false,
		"path:lib " + m.Lines(&f, "x")[0]:             false,
		"path:src until:2026-11-21 reason:x":          false,
		"path:src until:2026-11-22 reason:x":          true,
		"path:lib reason:no\npath:src/* reason:x":     true,
		"path:src until:2020-01-01 reason:x\npath:* ": false,
	} {
		s := New(Options{Now: now})
		_ = s.AddFile(FileName, []byte(entry))
		got := s.Ignored(strong)
		if (got != nil && got.Refused == "") != want {
			t.Errorf("%q: %+v", entry, got)
		}
		if got != nil && got.Refused == "" && (got.By != scanner.ByIgnoreFile || got.Reason != "x" || !strings.HasPrefix(got.Where, FileName+":")) {
			t.Errorf("%q: %+v", entry, got)
		}
	}
	s := setOf(t, Options{}, FileName, m.Lines(&weak, "x")[0])
	if got := s.Ignored(c); got == nil {
		t.Error("the mark of a place selects nothing")
	}
	c.Place.Line = "edited " + c.Place.Line
	if got := s.Ignored(c); got != nil {
		t.Error("an edited line is the same place")
	}
}

// TestMechanisms: a comment comes before an ignore file before a baseline file; what is
// refused gives way to what counts.
func TestMechanisms(t *testing.T) {
	c := candidateIn(t, "k = '«"+secretOf(t, "github-pat", 0)+"»' # leakline:allow", anchored)
	b := NewBaseline()
	b.Add(&scanner.Finding{Detector: "d", Layer: detectors.AIPlatform, Plain: c.Secret}, Marker{}, now, "old")
	text, err := b.Text()
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Now: now})
	check := func(want scanner.Mechanism, refused bool) {
		t.Helper()
		got := s.Ignored(c)
		if got == nil || got.By != want || (got.Refused != "") != refused {
			t.Errorf("%+v, want %q", got, want)
		}
	}
	check(scanner.ByComment, true)
	if err := s.AddBaseline("base", text); err != nil {
		t.Fatal(err)
	}
	check(scanner.ByBaseline, false)
	s.Add([]Entry{{File: "c.toml", Line: 3, Path: "src", Reason: "x"}}, scanner.ByConfig)
	check(scanner.ByConfig, false)
	if err := s.AddFile(FileName, []byte("path:src until:2020-01-01 reason:x\npath:src reason:y")); err != nil {
		t.Fatal(err)
	}
	check(scanner.ByIgnoreFile, false)
	if got := s.Ignored(c).Where; got != FileName+":2" {
		t.Errorf("%q counts", got)
	}
	s.o.Reasons = ReasonsOptional
	check(scanner.ByComment, false)
}

func TestExpiredAndUnused(t *testing.T) {
	s := setOf(t, Options{}, FileName, "path:src reason:x\npath:lib reason:x\npath:src until:2020-01-01 reason:x\nobject:abc reason:x\n")
	if err := s.AddFile(".gitleaksignore", []byte("src/app.py:r:1\nsrc/app.py:r:2\n")); err != nil {
		t.Fatal(err)
	}
	c := candidateIn(t, "k = '«sk-hunter2x»'", anchored)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 100 {
				_ = s.Ignored(c)
			}
		})
	}
	wg.Wait()
	other := *c
	other.Path = "src/app.py"
	s.account(&other, "src/app.py") // one that nothing else accepts
	var expired, unused []string
	for _, e := range s.Expired() {
		expired = append(expired, e.where())
	}
	for _, e := range s.Unused() {
		unused = append(unused, e.where())
	}
	if d := cmp.Diff([]string{FileName + ":3"}, expired); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{FileName + ":2", FileName + ":4", ".gitleaksignore:2"}, unused); d != "" {
		t.Error(d)
	}
}

func TestAccept(t *testing.T) {
	const id = "3f2a9c1d00112233445566778899aabbccddeeff"
	s := setOf(t, Options{}, FileName, "object:3f2a9c1d reason:lost\nobject:data/locked.zip reason:locked\nobject:3f2 reason:short\nobject:0123456789 until:2020-01-01 reason:over\n")
	for what, want := range map[string]string{
		id: "lost", "blob " + id: "lost", "blob 4" + id[1:]: "", "data/locked.zip": "locked", "data/locked.zip.old": "",
		"3f2bbbbb00112233445566778899aabbccddeeff": "", "0123456789112233445566778899aabbccddeeff": "", "pack 3f2": "short",
	} {
		if got := s.Accept(&scanner.Unread{What: what}); got != want {
			t.Errorf("%q: %q, want %q", what, got, want)
		}
	}
}

func TestTheirs(t *testing.T) {
	const commit = "b55d88dc151f7022901cda41a03d43e0e508f2b7"
	text := "# comment\n" + commit + ":src\\a.py:aws-access-token:7\nsrc/b.py:generic-api-key:3\nx.zip!in/c.py:r:1\n"
	got, errs := parseTheirs("F", []byte(text))
	if len(errs) > 0 || len(got) != 3 || got[0].commit != commit || got[0].file != "src/a.py" || got[0].line != 7 || got[2].file != "x.zip!in/c.py" {
		t.Errorf("%+v %v", got, errs)
	}
	for _, bad := range []string{"src/a.py", "a:b", "a:b:c", "x:a:b:3", commit + ":a:b:c:3", "a:b:99999999999999999999"} {
		if _, errs := parseTheirs("F", []byte(bad)); len(errs) != 1 {
			t.Errorf("%q is read", bad)
		}
	}
	if !isTheirs([]byte("# x\n\na/b.py:r:3\n")) || isTheirs([]byte("path:a reason:x\n")) || isTheirs(nil) {
		t.Error("a file is taken for the other kind")
	}
}

// TestTheirsEverywhere: what an entry of gitleaks names is accepted in every version of
// the file, and in no other file.
func TestTheirsEverywhere(t *testing.T) {
	dir := t.TempDir()
	secret := secretOf(t, "github-pat", 0)
	git(t, dir, "init", "-q", "-b", "main")
	commit := func(text string) string {
		write(t, dir, "src/a.py", text)
		git(t, dir, "add", "-A")
		git(t, dir, "commit", "-qm", "x")
		return git(t, dir, "rev-parse", "HEAD")
	}
	commit("one\n")
	id := commit("one\nk = '" + secret + "'\n")
	commit("zero\none\n\nk = '" + secret + "'\n")
	ignored := func(entries string) bool {
		t.Helper()
		res := scanHistory(t, dir, setOf(t, Options{}, ".gitleaksignore", entries))
		if len(res.Findings)+len(res.Ignored) != 1 {
			t.Fatalf("%d findings, %d ignored", len(res.Findings), len(res.Ignored))
		}
		if n := res.Summary.Findings[detectors.Infrastructure]; n != len(res.Findings) {
			t.Errorf("the account has %d findings, there are %d", n, len(res.Findings))
		}
		if len(res.Ignored) == 1 && (res.Summary.Ignored[scanner.ByIgnoreFile][detectors.Infrastructure] != 1 || res.Summary.Hidden["in an ignore file"] != 1) {
			t.Errorf("%+v", res.Summary)
		}
		return len(res.Ignored) == 1
	}
	for entry, want := range map[string]bool{
		id + ":src/a.py:github-pat:2":       true,
		id + ":src/a.py:some-rule:2":        true,
		id + ":src/a.py:gitlab-pat:2":       true, // the rule says nothing
		id + ":src/a.py:some-rule:3":        false,
		id[:10] + ":src/a.py:some-rule:2":   true,
		"0000000000:src/a.py:some-rule:2":   false,
		"src/a.py:some-rule:2":              true,
		"src/a.py:some-rule:4":              true,
		"src/b.py:some-rule:2":              false,
		"src/a.py:x:9\nsrc/a.py:some-r:2\n": true,
	} {
		if got := ignored(entry); got != want {
			t.Errorf("%q: %v", entry, got)
		}
	}
	write(t, dir, "copy.py", "k = '"+secret+"'\n")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-qm", "copy")
	if ignored("src/a.py:some-rule:2") {
		t.Error("a copy in another file is accepted")
	}
	if !ignored("src/a.py:some-rule:2\ncopy.py:some-rule:1\n") {
		t.Error("two files, both accepted, are reported")
	}
}

// TestRelative: paths of entries are those from the root, however the user wrote them.
func TestRelative(t *testing.T) {
	s := setOf(t, Options{Relative: func(p string) string { return strings.TrimPrefix(p, "/home/x/app/") }}, FileName, "path:src/*.py reason:x")
	c := candidateIn(t, "k = '«sk-hunter2x»'", anchored)
	c.Path = "/home/x/app/src/app.py"
	if s.Ignored(c) == nil {
		t.Error("not ignored")
	}
	c.Path, c.Archive = "/home/x/app/x.zip", "in/a.pem"
	if s.Ignored(c) != nil {
		t.Error("ignored")
	}
	s.Add([]Entry{{Path: "*.zip!in/*", Reason: "y"}}, scanner.ByConfig)
	if s.Ignored(c) == nil {
		t.Error("a file in an archive is not ignored")
	}
}

// TestUntilIsUTC: a day ends at midnight in UTC.
func TestUntilIsUTC(t *testing.T) {
	last := day("2027-01-31")
	for at, want := range map[string]bool{
		"2027-01-31T23:59:59Z": false, "2027-02-01T00:00:00Z": true, "2027-02-01T01:00:00+02:00": false,
	} {
		x, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := ended(last, x); got != want {
			t.Errorf("%s: %v", at, got)
		}
	}
}
