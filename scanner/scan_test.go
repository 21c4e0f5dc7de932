package scanner

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"leakline/detectors"
	"leakline/detectors/engine"
)

func TestScanPlaces(t *testing.T) {
	s := newScanner(t)
	ai, auth := expand(t, "1", "zqai_{24:lowernum}"), expand(t, "2", "zqauth_{24:lowernum}")
	key := expand(t, "3", "{pem:RSA PRIVATE KEY:600}")
	content := "first\r\nkey: \"" + ai + "\", " + auth + "\n\n  " + key + "\nlast " + ai
	res := scan(t, s, file("a.yaml", content))
	if len(res.Findings) != 3 {
		t.Fatalf("%d findings, want 3", len(res.Findings))
	}
	lines := strings.Count(strings.TrimSuffix(key, "\n"), "\n")
	first := Place{
		Path: "a.yaml", StartLine: 2, EndLine: 2, StartColumn: 7, EndColumn: 7 + len(ai),
		Name: "key", Line: `key: "zqai_…(29)", zqauth_…(31)`,
	}
	for i, want := range []struct {
		detector string
		place    Place
	}{
		{"test-ai", first},
		{"test-auth", Place{
			Path: "a.yaml", StartLine: 2, EndLine: 2, StartColumn: 10 + len(ai), EndColumn: 10 + len(ai) + len(auth),
			Line: first.Line,
		}},
		{"test-pem", Place{Path: "a.yaml", StartLine: 4, EndLine: 4 + lines, StartColumn: 3, EndColumn: 30}},
	} {
		f := res.Findings[i]
		if f.Detector != want.detector {
			t.Fatalf("finding %d is of %s, want %s", i, f.Detector, want.detector)
		}
		got := f.Place
		got.Name = want.place.Name                                                              // the engine decides on names
		want.place.StartRune, want.place.EndRune = want.place.StartColumn, want.place.EndColumn // all is ASCII
		if i == 2 {
			want.place.Line = string(f.Secret)
		}
		if d := cmp.Diff(want.place, got, cmp.AllowUnexported(Place{})); d != "" {
			t.Errorf("%s: (-want +got)\n%s", f.Detector, d)
		}
	}
	again := res.Findings[0].Occurrences
	if len(again) != 2 || again[0].StartLine != 2 || again[1].StartLine != 5+lines || again[1].StartColumn != 6 {
		t.Errorf("occurrences: %+v", again)
	}
	if again[1].Line != "last zqai_…(29)" {
		t.Errorf("line %q", again[1].Line)
	}
	if got := res.Findings[0].Fingerprint; got != s.Key.Fingerprint(detectors.NewSecret(ai)) {
		t.Errorf("fingerprint %s", got)
	}
	if res.Summary.Bytes != int64(len(content)) || res.Summary.Anchors < 4 || res.Summary.Verdicts < 4 {
		t.Errorf("summary %+v", res.Summary)
	}
}

// hay makes files with secrets in them, some in several files.
func hay(t testing.TB, n int) []any {
	rng := rand.New(rand.NewPCG(7, 7))
	var items []any
	for i := range n {
		var b strings.Builder
		for range rng.IntN(40) {
			switch rng.IntN(4) {
			case 0:
				fmt.Fprintf(&b, "a = %s\n", expand(t, fmt.Sprint(rng.IntN(20)), "zqai_{24:lowernum}"))
			case 1:
				fmt.Fprintf(&b, "b = %s\n", expand(t, fmt.Sprint(rng.IntN(20)), "zqauth_{24:lowernum}"))
			default:
				b.WriteString(strings.Repeat("nothing here ", rng.IntN(2000)) + "\n")
			}
		}
		items = append(items, file(fmt.Sprintf("f%03d", i), b.String()))
		if rng.IntN(10) == 0 {
			items = append(items, &Unread{Class: "unreadable", What: fmt.Sprint("u", i), Err: errors.New("no")})
		}
	}
	return items
}

func TestScanSameForAnyJobs(t *testing.T) {
	items := hay(t, 120)
	var want string
	for _, jobs := range []int{1, 2, 3, 8} {
		s := newScanner(t)
		s.Jobs = jobs
		res, err := s.Scan(context.Background(), &memory{items: items})
		if err != nil {
			t.Fatal(err)
		}
		got, err := json.Marshal(res)
		if err != nil {
			t.Fatal(err)
		}
		if len(res.Findings) != 40 || len(res.Summary.Errors) == 0 {
			t.Fatalf("%d findings, %d errors", len(res.Findings), len(res.Summary.Errors))
		}
		if want == "" {
			want = string(got)
		}
		if string(got) != want {
			t.Errorf("%d jobs: %s", jobs, cmp.Diff(want, string(got)))
		}
		for _, f := range res.Findings {
			if strings.Contains(string(got), f.Plain.Reveal()) {
				t.Fatal("plaintext in the result")
			}
		}
	}
}

func TestScanUnreadAndAllowed(t *testing.T) {
	s := newScanner(t)
	secret := expand(t, "x", "zqai_{24:lowernum}")
	s.Allow = map[string]string{"missing": "known since May"}
	items := []any{
		&Unread{Class: "missing", What: "blob 1", Err: errors.New("gone")},
		fmt.Errorf("wrapped: %w", &Unread{Class: "missing", What: "blob " + secret, Err: errors.New("gone")}),
		file("a", "k="+secret),
	}
	res := scan(t, s, items...)
	one(t, res)
	want := []Failure{
		{Class: "missing", What: "blob 1", Why: "gone", Allowed: "known since May"},
		{Class: "missing", What: "blob zqai_…(29)", Why: "gone", Allowed: "known since May"},
	}
	if d := cmp.Diff(want, res.Summary.Errors); d != "" {
		t.Error(d)
	}
	res, err := s.Scan(context.Background(), &memory{items: append(items, errors.New("strange"))})
	if err != nil || res.Summary.Complete || res.Summary.Errors[2].Class != "unreadable" {
		t.Errorf("%v, %+v", err, res.Summary)
	}
	one(t, res)
}

func TestScanWithoutSetOrKey(t *testing.T) {
	s := newScanner(t)
	s.Key = detectors.Key{}
	if _, err := s.Scan(context.Background(), &memory{}); err == nil {
		t.Error("no error without a key")
	}
	s = newScanner(t)
	s.Set = nil
	if _, err := s.Scan(context.Background(), &memory{}); err == nil {
		t.Error("no error without a set")
	}
}

// A set that was not compiled makes every chunk panic.
func TestPanicWhileJudging(t *testing.T) {
	s := newScanner(t)
	s.Set = &engine.Set{}
	secret := expand(t, "x", "zqai_{24:lowernum}")
	out := s.judge(&job{chunk: file("b.txt", secret)})
	if len(out.failures) != 1 {
		t.Fatalf("failures: %v", out.failures)
	}
	u := out.failures[0]
	if u.Class != "corrupt" || u.What != "b.txt" || u.Err.Error() != "panic of type runtime.errorString while it was scanned" {
		t.Errorf("%v", u)
	}
	res, err := s.Scan(context.Background(), &memory{
		items: []any{file("a", secret), file("b", secret)},
		tally: Tally{Objects: map[string]int{"files": 2}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if res.Summary.Complete || len(res.Summary.Errors) != 2 || res.Summary.Objects["files"] != 2 || len(res.Findings) != 0 {
		t.Errorf("%+v", res.Summary)
	}
	if strings.Contains(fmt.Sprintf("%+v", res), secret) {
		t.Error("plaintext in the result")
	}
}

// shattered is a source that panics after its first chunk.
type shattered struct{ memory }

func (s *shattered) Chunks(ctx context.Context) iter.Seq2[Chunk, error] {
	return func(yield func(Chunk, error) bool) {
		for c, err := range s.memory.Chunks(ctx) {
			if !yield(c, err) {
				return
			}
			panic(errors.New("with a value"))
		}
	}
}

func TestPanicInSource(t *testing.T) {
	s := newScanner(t)
	src := &shattered{memory{items: []any{file("a", expand(t, "x", "zqai_{24:lowernum}"))}}}
	res, err := s.Scan(context.Background(), src)
	if err != nil {
		t.Fatal(err)
	}
	one(t, res)
	want := []Failure{{Class: "corrupt", What: "source", Why: "panic of type *errors.errorString while it was scanned"}}
	if d := cmp.Diff(want, res.Summary.Errors); d != "" || res.Summary.Complete {
		t.Error(d)
	}
}

func TestScanCancelled(t *testing.T) {
	s := newScanner(t)
	ctx, cancel := context.WithCancelCause(context.Background())
	why := errors.New("out of time")
	res, err := s.Scan(ctx, &memory{items: []any{
		file("a", expand(t, "x", "zqai_{24:lowernum}")),
		func() { cancel(why) },
		file("b", expand(t, "y", "zqai_{24:lowernum}")),
	}})
	if !errors.Is(err, why) {
		t.Errorf("error %v", err)
	}
	if f := one(t, res); f.Path != "a" {
		t.Errorf("finding at %s", f.Path)
	}
	want := []Failure{{Class: "timeout", What: "the rest of the scan", Why: "out of time"}}
	if d := cmp.Diff(want, res.Summary.Errors); d != "" || res.Summary.Complete {
		t.Error(d)
	}
}

func TestScanPaths(t *testing.T) {
	s := newScanner(t)
	secret := expand(t, "x", "zqai_{24:lowernum}")
	other := expand(t, "y", "zqauth_{24:lowernum}")
	at := "keys/" + secret + "/a.txt"
	res := scan(t, s, file(at, "k = "+other), file(at, ""), Chunk{
		Location: Location{Path: "b", Source: SourceBlob}, Also: []Location{{Path: at, Source: SourceBlob}},
	})
	if len(res.Findings) != 2 {
		t.Fatalf("%d findings", len(res.Findings))
	}
	shown := "keys/zqai_…(29)/a.txt"
	want := Place{
		Source: SourcePath, Path: shown, StartLine: 1, EndLine: 1, StartColumn: 6, EndColumn: 6 + len(secret), Line: shown,
		StartRune: 6, EndRune: 6 + len(secret),
	}
	for _, f := range res.Findings {
		if f.Path != shown {
			t.Errorf("%s at %q", f.Detector, f.Path)
		}
		if f.Detector == "test-ai" {
			if d := cmp.Diff([]Place{want}, f.Occurrences, cmp.AllowUnexported(Place{})); d != "" {
				t.Error(d)
			}
		}
	}
	if n := res.Summary.Objects["paths"]; n != 2 {
		t.Errorf("%d paths", n)
	}
	s.ShowSecrets = true
	for _, f := range scan(t, s, file(at, "k = "+other)).Findings {
		if f.Path != at {
			t.Errorf("with plaintext: %s at %q", f.Detector, f.Path)
		}
	}
}

func TestScanUTF16(t *testing.T) {
	secret := expand(t, "x", "zqai_{24:lowernum}")
	plain := "größe\nk = " + secret + "\n"
	for name, enc := range map[string]interface{ String(string) (string, error) }{
		"utf-16 little": unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(),
		"utf-16 big":    unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(),
		"utf-32 little": utf32.UTF32(utf32.LittleEndian, utf32.UseBOM).NewEncoder(),
		"utf-32 big":    utf32.UTF32(utf32.BigEndian, utf32.UseBOM).NewEncoder(),
	} {
		stored, err := enc.String(plain)
		if err != nil {
			t.Fatal(err)
		}
		f := one(t, scan(t, newScanner(t), file("a", stored)))
		if f.StartLine != 2 || f.StartColumn != 5 || f.EndColumn != 5+len(secret) || f.Line != "k = zqai_…(29)" {
			t.Errorf("%s: %+v", name, f.Place)
		}
		if want := strings.Fields(name)[0]; len(f.Decoded) != 1 || f.Decoded[0] != want {
			t.Errorf("%s: decoded %v", name, f.Decoded)
		}
		if f.Plain.Reveal() != secret {
			t.Errorf("%s: another secret", name)
		}
	}
	// A binary file that begins like a text in UTF-16 is still read as it is.
	f := one(t, scan(t, newScanner(t), file("a", "\xff\xfe\x00\x01 k = "+secret)))
	if f.Decoded != nil || f.StartColumn != 10 {
		t.Errorf("%v %+v", f.Decoded, f.Place)
	}
}

// What its own file leaves open is decided by the manifests in force, wherever
// they come in the walk.
func TestManifestsDecide(t *testing.T) {
	s := newScanner(t)
	secret := file("a.env", strings.Repeat("# filler\n", 20_000)+"KEY="+expand(t, "x", "zqeither_{24:lowernum}"))
	manifest := file("package.json", `{"dependencies": {"openai": "^4.0.0"}}`)
	open := one(t, scan(t, s, secret))
	if open.LayerConfidence != detectors.Ambiguous || len(open.LayerCandidates) != 2 {
		t.Fatalf("%s %s %v", open.Layer, open.LayerConfidence, open.LayerCandidates)
	}
	for name, items := range map[string][]any{"before": {manifest, secret}, "behind": {secret, manifest}} {
		f := one(t, scan(t, s, items...))
		if f.Layer != detectors.AIPlatform || f.LayerConfidence != detectors.Likely || len(f.LayerCandidates) != 0 {
			t.Errorf("%s: %s %s %v", name, f.Layer, f.LayerConfidence, f.LayerEvidence)
		}
		if d := cmp.Diff(open.Place, f.Place, cmp.AllowUnexported(Place{})); d != "" {
			t.Error(name, d)
		}
	}
	part := manifest
	part.Offset = 1
	if f := one(t, scan(t, s, secret, part)); f.LayerConfidence != detectors.Ambiguous {
		t.Errorf("part of a manifest decided: %s", f.Layer)
	}
	// Only what stands at the tip counts in a repository.
	old := blob("1", "package.json", string(manifest.Data), day(1))
	if f := one(t, scan(t, s, secret, old)); f.LayerConfidence != detectors.Ambiguous {
		t.Errorf("an old manifest decided: %s", f.Layer)
	}
	old.Also = []Location{{Source: SourceBlob, Path: "app/package.json", AtTip: true}}
	if f := one(t, scan(t, s, secret, old)); f.LayerConfidence != detectors.Likely {
		t.Errorf("a manifest at the tip did not decide: %s", f.Layer)
	}
}

func TestProgress(t *testing.T) {
	s := newScanner(t)
	clock := time.Unix(0, 0)
	s.Now = func() time.Time { clock = clock.Add(progressEvery / 4); return clock }
	s.Jobs = 1
	var calls []Progress
	s.Progress = func(p Progress) { calls = append(calls, p) }
	items := hay(t, 40)
	res, err := s.Scan(context.Background(), &memory{items: items})
	if err != nil {
		t.Fatal(err)
	}
	if len(calls) < 5 || len(calls) > 20 {
		t.Errorf("%d calls", len(calls))
	}
	last := calls[len(calls)-1]
	if last.Chunks != 40 || last.Bytes != res.Summary.Bytes || last.Findings != 40 || last.Done != 1 || last.Elapsed <= 0 {
		t.Errorf("last: %+v", last)
	}
	if calls[0].Done != -1 {
		t.Errorf("first: %+v", calls[0])
	}
}
