package ignore

import (
	"crypto/sha1"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/filesource"
)

// withBaseline makes a set of one file of known findings.
func withBaseline(t *testing.T, text []byte) *Set {
	t.Helper()
	key, err := detectors.NewKey("the key of these tests")
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Now: now, Key: key})
	if err := s.AddBaseline("base", text); err != nil {
		t.Fatal(err)
	}
	return s
}

// baselineOf makes a baseline file of findings.
func baselineOf(t *testing.T, fs []scanner.Finding) (*Baseline, []byte) {
	t.Helper()
	b := NewBaseline()
	for i := range fs {
		b.Add(&fs[i], Marker{}, now, "")
	}
	text, err := b.Text()
	if err != nil {
		t.Fatal(err)
	}
	return b, text
}

// folder writes files with a strong and a weak secret in each of two languages.
func folder(t *testing.T) (dir, strong, weak string) {
	t.Helper()
	dir, strong, weak = t.TempDir(), secretOf(t, "github-pat", 0), "Kx7"+"vqpz9w" // too short to be strong
	write(t, dir, "a.py", "token = '"+strong+"'\n")
	write(t, dir, "conf/b.env", "X=1\nDATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app\n")
	return dir, strong, weak
}

func TestBaselineHolds(t *testing.T) {
	dir, strong, weak := folder(t)
	res := scanFolder(t, dir, nil)
	if d := cmp.Diff([]string{"a.py", "conf/b.env"}, places(res.Findings)); d != "" {
		t.Fatal(d)
	}
	b, text := baselineOf(t, res.Findings)
	if len(b.Entries) != 2 || strings.Count(string(text), `"s1.`) != 1 || strings.Count(string(text), `"p1.`) != 1 {
		t.Errorf("%s", text)
	}
	for _, s := range []string{strong, weak, strong[len(strong)/2:]} {
		if strings.Contains(string(text), s) {
			t.Error("a secret stands in the file")
		}
	}
	expect := func(what string, want ...string) {
		t.Helper()
		res := scanFolder(t, dir, withBaseline(t, text))
		if d := cmp.Diff(want, places(res.Findings)); d != "" {
			t.Errorf("%s: %s", what, d)
		}
	}
	expect("as it was")
	write(t, dir, "lib/moved.go", "package x\n\n\tvar token = \""+strong+"\"\n")
	write(t, dir, "conf/b.env", "X=1\n\n\n  DATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app\n")
	expect("moved, indented, further down")
	write(t, dir, "conf/b.env", "DATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app # edited\n")
	expect("the line of a weak secret is edited", "conf/b.env")
	write(t, dir, "conf/b.env", "")
	write(t, dir, "c.env", "DATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app\n")
	expect("a weak secret in another file", "c.env")
	write(t, dir, "c.env", "GH="+secretOf(t, "github-pat", 1)+"\n")
	expect("a new one", "c.env")
}

// TestBaselineOfHistory: rebase, squash and move change nothing for a strong secret.
func TestBaselineOfHistory(t *testing.T) {
	dir, strong, _ := folder(t)
	git(t, dir, "init", "-q", "-b", "main")
	git(t, dir, "add", "-A")
	git(t, dir, "commit", "-qm", "one")
	_, text := baselineOf(t, scanHistory(t, dir, nil).Findings)
	check := func(what string) {
		t.Helper()
		if res := scanHistory(t, dir, withBaseline(t, text)); len(res.Findings) > 0 || len(res.Ignored) != 2 {
			t.Errorf("%s: %v are reported, %d ignored", what, places(res.Findings), len(res.Ignored))
		}
	}
	check("as it was")
	git(t, dir, "mv", "a.py", "moved.py")
	git(t, dir, "commit", "-qm", "moved")
	check("moved")
	write(t, dir, "moved.py", "if True:\n    token = \""+strong+"\"  # reformatted\n")
	git(t, dir, "commit", "-qam", "reformatted")
	check("reformatted")
	git(t, dir, "reset", "-q", "--soft", "HEAD~2")
	git(t, dir, "commit", "-q", "--amend", "-m", "squashed")
	git(t, dir, "reflog", "expire", "--expire=now", "--all")
	git(t, dir, "gc", "-q", "--prune=now")
	check("squashed")
}

func TestBaselineUpdateAndPrune(t *testing.T) {
	dir, _, weak := folder(t)
	first := scanFolder(t, dir, nil).Findings
	b, _ := baselineOf(t, first)
	for i := range b.Entries {
		b.Entries[i].FirstSeen, b.Entries[i].Reason = "2020-01-01", "old"
	}
	before := slices.Clone(b.Entries)
	for i := range first { // with another salt, as after a merge of two branches
		if n := b.Add(&first[i], NewMarker(), now, "new"); n != 0 {
			t.Errorf("%d entries are added again", n)
		}
	}
	if d := cmp.Diff(before, b.Entries); d != "" {
		t.Error(d)
	}
	write(t, dir, "n.py", "token = '"+secretOf(t, "github-pat", 1)+"'\n")
	write(t, dir, "conf/b.env", "DATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app\nDATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app # again\n")
	second := scanFolder(t, dir, nil).Findings
	added := 0
	for i := range second {
		added += b.Add(&second[i], Marker{}, now, "new")
	}
	if added != 2 || len(b.Entries) != 4 {
		t.Errorf("%d entries are added, %d are there", added, len(b.Entries))
	}
	if gone := b.Prune(second, Marker{}); len(gone) != 0 {
		t.Errorf("%v is gone", gone)
	}
	if err := os.Remove(filepath.Join(dir, "a.py")); err != nil {
		t.Fatal(err)
	}
	write(t, dir, "conf/b.env", "DATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app\n")
	gone := b.Prune(scanFolder(t, dir, nil).Findings, Marker{})
	if len(gone) != 2 || len(b.Entries) != 2 {
		t.Errorf("%v is gone, %v is left", gone, b.Entries)
	}
}

// TestBaselineFormat: sorted, a line each, the same text again, and as the schema says.
func TestBaselineFormat(t *testing.T) {
	dir, _, _ := folder(t)
	fs := scanFolder(t, dir, nil).Findings
	b, text := baselineOf(t, fs)
	again, err := ParseBaseline("x", text)
	if err != nil {
		t.Fatal(err)
	}
	slices.Reverse(again.Entries)
	if got, err := again.Text(); err != nil || string(got) != string(text) {
		t.Errorf("%v: %s became %s", err, text, got)
	}
	for _, k := range b.Entries {
		if !strings.Contains(string(text), "\n    {\"mark\":\""+k.Mark+"\",") {
			t.Errorf("no line of %s", k.Mark)
		}
	}
	c := jsonschema.NewCompiler()
	schema, err := jsonschema.UnmarshalJSON(strings.NewReader(BaselineSchema))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource("baseline.json", schema); err != nil {
		t.Fatal(err)
	}
	compiled, err := c.Compile("baseline.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{text, mustText(t, NewBaseline())} {
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(file)))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiled.Validate(doc); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{
		`{"leakline_baseline":2,"salt":"0123456789abcdef","entries":[]}`,
		`{"leakline_baseline":1,"salt":"x","entries":[]}`,
		`{"leakline_baseline":1,"salt":"0123456789abcdef","entries":[{"mark":"hunter2","detector":"d","layer":"unclassified","first_seen":"2026-01-01"}]}`,
		`{"leakline_baseline":1,"salt":"0123456789abcdef","entries":[],"secret":"x"}`,
		`{"leakline_baseline":1,"salt":"0123456789abcdef","entries":[{"mark":"s1.0123456789abcdef.0123456789abcdef0123456789abcdef","first_seen":"yesterday"}]}`,
		`{"leakline_baseline":1,`,
	} {
		if _, err := ParseBaseline("x", []byte(bad)); err == nil {
			t.Errorf("%s is read", bad)
		}
	}
}

func mustText(t *testing.T, b *Baseline) []byte {
	t.Helper()
	text, err := b.Text()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestFilesAreSilent: our own files are no findings.
func TestFilesAreSilent(t *testing.T) {
	dir, _, _ := folder(t)
	fs := scanFolder(t, dir, nil).Findings
	b := NewBaseline()
	m := NewMarker()
	entries := ""
	for i := range fs {
		for n := range 50 { // many salts
			b.Salt = NewMarker().Salt
			b.there = nil
			fs[i].Plain = detectors.NewSecret(secretOf(t, "github-pat", n))
			b.Add(&fs[i], m, now, "known since 2024")
			entries += strings.Join(NewMarker().Lines(&fs[i], "rotated, OPS-12"), "\n") + "\n"
		}
	}
	out := t.TempDir()
	write(t, out, BaselineName, string(mustText(t, b)))
	write(t, out, FileName, entries)
	s := newScanner(t, nil)
	s.MinConfidence = detectors.Low
	res, err := s.Scan(t.Context(), filesource.New([]string{out}, filesource.Options{}))
	if err != nil || res.Summary.Bytes < 10_000 {
		t.Fatal(err, res.Summary)
	}
	for _, f := range res.Findings {
		t.Errorf("%s in %s: %s", f.Detector, f.Path, f.Line)
	}
}

// TestOwnReport: a report of leakline is a file of known findings too: by fingerprint
// under the same key, else by place.
func TestOwnReport(t *testing.T) {
	dir, strong, _ := folder(t)
	fs := scanFolder(t, dir, nil).Findings
	report, err := json.MarshalIndent(fs, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	var lines []byte
	for _, f := range fs {
		line, err := json.Marshal(f)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(append(lines, line...), '\n')
	}
	for name, text := range map[string][]byte{"json": report, "jsonl": lines} {
		if KindOf(text) != KindReport {
			t.Errorf("%s is a %q", name, KindOf(text))
		}
		if res := scanFolder(t, dir, withBaseline(t, text)); len(res.Findings) != 0 {
			t.Errorf("%s: %v", name, places(res.Findings))
		}
	}
	write(t, dir, "moved.py", "x = '"+strong+"'\n")
	if res := scanFolder(t, dir, withBaseline(t, report)); len(res.Findings) != 0 {
		t.Errorf("under the same key: %v", places(res.Findings))
	}
	other := New(Options{Now: now, Key: detectors.RunKey()})
	if err := other.AddBaseline("r", report); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]string{"moved.py"}, places(scanFolder(t, dir, other).Findings)); d != "" {
		t.Errorf("under another key: %s", d)
	}
}

// TestDetectSecrets reads a baseline as detect-secrets 1.5 documents it.
func TestDetectSecrets(t *testing.T) {
	dir, strong, weak := folder(t)
	key := secretOf(t, "rsa-private-key", 0)
	write(t, dir, "k.pem", key+"\n")
	sha := func(s string) string { return fmt.Sprintf("%x", sha1.Sum([]byte(s))) }
	head, _, _ := strings.Cut(strings.Trim(key, "-\n"), "-----")
	entry := func(file, kind, secret, more string) string {
		return fmt.Sprintf(`{"type": %q, "filename": %q, "hashed_secret": %q, "is_verified": false, "line_number": 99%s}`, kind, file, sha(secret), more)
	}
	text := fmt.Sprintf(`{"version": "1.5.0", "plugins_used": [{"name": "KeywordDetector", "keyword_exclude": ""}], "filters_used": [],
		"results": {"a.py": [%s], "conf/b.env": [%s], "k.pem": [%s]}, "generated_at": "2026-01-01T00:00:00Z"}`,
		entry("a.py", "GitHub Token", strong, `, "is_secret": false`), entry("conf/b.env", "Secret Keyword", weak, ""),
		entry("k.pem", "Private Key", head, ""))
	if KindOf([]byte(text)) != KindDetectSecrets {
		t.Fatal(KindOf([]byte(text)))
	}
	res := scanFolder(t, dir, withBaseline(t, []byte(text)))
	if len(res.Findings) != 0 || len(res.Ignored) != 3 {
		t.Errorf("%v are reported", places(res.Findings))
	}
	for _, f := range res.Ignored {
		if f.Path == "a.py" && !strings.Contains(f.Ignored.Reason, "no secret") {
			t.Errorf("%+v", f.Ignored)
		}
	}
	write(t, dir, "other.env", "DATABASE_URL=postgres://app:"+weak+"@db.corp.internal/app\n")
	if d := cmp.Diff([]string{"other.env"}, places(scanFolder(t, dir, withBaseline(t, []byte(text))).Findings)); d != "" {
		t.Error(d)
	}
}

func TestUnknownBaseline(t *testing.T) {
	for _, text := range []string{"", "x", "{}", "[1]", "ExactFindings:\n  matches: []\n", `{"runs":[]}`} {
		if err := New(Options{}).AddBaseline("f", []byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
	if err := New(Options{}).AddBaseline("f", []byte("[]")); err != nil { // a report of nothing
		t.Error(err)
	}
}
