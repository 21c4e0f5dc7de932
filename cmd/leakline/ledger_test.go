package main

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/remediate/incident"
)

func TestParseAge(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"30d": 30 * day, "2w": 14 * day, "1w2d": 9 * day, "12h": 12 * time.Hour, "1d12h": 36 * time.Hour, "90m": 90 * time.Minute, "0d": 0,
		"": -1, "d": -1, "-1d": -1, "1d-2h": -1, "1.5d": -1, "month": -1, "5": -1, "1d1w": -1, "99999999d": -1,
	} {
		if got, err := parseAge(text); (err != nil) != (want < 0) || err == nil && got != want {
			t.Errorf("parseAge(%q) = %v, %v, want %v", text, got, err, want)
		}
	}
}

func TestParseAsOf(t *testing.T) {
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for text, want := range map[string]string{
		"": "0001-01-01T00:00:00Z", "2026-03-03": "2026-03-03T23:59:59.999Z", "2026-03-04": "0001-01-01T00:00:00Z",
		"2026-03-04T05:06:07+05:00": "2026-03-04T00:06:07Z", "2026-03-06": "", "2026-03-04T06:00:00Z": "0001-01-01T00:00:00Z",
		"3 March": "", "2026-13-01": "",
	} {
		got, err := parseAsOf(text, now)
		if (err != nil) != (want == "") || err == nil && got.Format(time.RFC3339Nano) != want {
			t.Errorf("parseAsOf(%q) = %v, %v, want %s", text, got, err, want)
		}
	}
}

// TestHeads: heads that were printed are read as they were, also on one line.
func TestHeads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := map[incident.Chain]incident.Head{}
		for _, c := range rapid.SliceOfNDistinct(rapid.SampledFrom(incident.Chains()), 1, 5, rapid.ID).Draw(t, "chains") {
			want[c] = incident.Head{
				Length: rapid.Int64Min(0).Draw(t, "length"), Hash: rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "hash"),
			}
		}
		var out bytes.Buffer
		if err := writeHeads(&out, want, nil); err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{out.String(), "# kept since today\n\n" + out.String(), strings.ReplaceAll(out.String(), "\n", ", ")} {
			if got, err := parseHeads(text); err != nil || !maps.Equal(got, want) {
				t.Errorf("parseHeads(%q) = %v, %v", text, got, err)
			}
		}
	})
	for _, text := range []string{"", "# nothing", "ledger 1 abc", "nobody 1 " + strings.Repeat("0", 64), "ledger -1 " + strings.Repeat("0", 64)} {
		if got, err := parseHeads(text); err == nil {
			t.Errorf("parseHeads(%q) = %v", text, got)
		}
	}
}

// TestShownLedger: whatever a URL looks like, no password comes through.
func TestShownLedger(t *testing.T) {
	const word = "p4ssw0rd"
	for _, format := range []string{
		"postgres://user:%s@host:5432/db", "postgres://user:%s/x@host/db", "postgres://host/db?user=u&password=%s", "postgres://user:a@%s@host/db",
		"mysql://user:%s@host/db", "//user:%s@host", "user:%s@host/db", "postgres://user:%%zz%s@host/db",
	} {
		u := fmt.Sprintf(format, word)
		if got := shownLedger(u); strings.Contains(got, word) {
			t.Errorf("shownLedger(%q) = %q", u, got)
		}
	}
	if got := shownLedger("sqlite:a@b?.db"); got != "sqlite:a@b?.db" {
		t.Errorf("a path is shown as %q", got)
	}
}

// TestKeyFiles: a key is written once, whole, for its owner alone, and read by its
// name; a file that holds another key than its name says is refused.
func TestKeyFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "keys")
	folder := keyFolder(dir)
	var stderr bytes.Buffer
	e := &env{stderr: &stderr}
	key, err := folder.create()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := folder.read(e, key.ID()); err != nil || got.ID() != key.ID() {
		t.Errorf("read %s, %v", got.ID(), err)
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]os.FileMode{dir: 0o700, folder.path(key.ID()): 0o600} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
			}
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v, %v", entries, err)
	}
	if stderr.Len() > 0 {
		t.Errorf("standard error says %q", stderr.String())
	}
	if err := os.WriteFile(folder.path("01234567"), []byte("a key that is long enough"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.read(e, "01234567"); err == nil || strings.Contains(err.Error(), "long enough") {
		t.Errorf("another key's file: %v", err)
	}
	if runtime.GOOS != "windows" && !strings.Contains(stderr.String(), "others may read the key file") {
		t.Errorf("standard error says %q", stderr.String())
	}
	for _, id := range []string{"../../../etc/passwd", "0123456", "0123456G"} {
		if _, err := folder.read(e, id); err == nil || !strings.Contains(err.Error(), "no id of a key") {
			t.Errorf("id %q: %v", id, err)
		}
	}
}

// TestVeiled: every credential in a text is hidden, and a text without any stays.
func TestVeiled(t *testing.T) {
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	a, b := secretOf(t, "github-pat"), secretOf(t, "openai-project-key")
	got := veiled(set, "x/"+a+"/y "+b+" z")
	if strings.Contains(got, a[8:]) || strings.Contains(got, b[12:]) || !strings.HasPrefix(got, "x/") || !strings.HasSuffix(got, " z") {
		t.Errorf("veiled: %q", got)
	}
	if got := veiled(set, got); got != veiled(set, got) || !strings.Contains(got, "x/") {
		t.Errorf("veiled again: %q", got)
	}
	if text := "src/main.go"; veiled(set, text) != text {
		t.Errorf("%q became %q", text, veiled(set, text))
	}
}

// TestBelow: the paths of findings, relative to what was scanned.
func TestBelow(t *testing.T) {
	for _, c := range []struct {
		path         string
		args, real   []string
		folder, want string
	}{
		{"a/b.txt", []string{"."}, []string{"/w"}, "/w", "a/b.txt"},
		{"/w/a/b.txt", []string{"/w"}, []string{"/w"}, "/w", "a/b.txt"},
		{"src/a/b.txt", []string{"./src/"}, []string{"/w/src"}, "/w/src", "a/b.txt"},
		{"link/b.txt", []string{"link"}, []string{"/real"}, "/real", "b.txt"},
		{"x/a.txt", []string{"x/a.txt", "y"}, []string{"/w/x/a.txt", "/w/y"}, "/w", "x/a.txt"},
		{"y/b.txt", []string{"x/a.txt", "y"}, []string{"/w/x/a.txt", "/w/y"}, "/w", "y/b.txt"},
		{"etc/b.txt", []string{"/"}, []string{"/"}, "/", "etc/b.txt"},
		{"/etc/b.txt", []string{"/"}, []string{"/"}, "/", "etc/b.txt"},
		{"../up/b.txt", []string{"../up"}, []string{"/up"}, "/up", "b.txt"},
	} {
		if got := below(c.path, c.args, c.real, c.folder); got != c.want {
			t.Errorf("below(%q, %q) = %q, want %q", c.path, c.args, got, c.want)
		}
	}
	for _, c := range [][3]string{{"", "/a/b", "/a/b"}, {"/a/b", "/a/c", "/a"}, {"/a/b", "/a/b/c", "/a/b"}, {"/a", "/b", "/"}, {"/", "/b", "/"}, {"/a/b", "/a/bc", "/a"}} {
		if got := shared(c[0], c[1]); got != c[2] {
			t.Errorf("shared(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestLedgerFile(t *testing.T) {
	for u, want := range map[string]string{
		"sqlite:a.db": "a.db", "sqlite://a?b.db": "a?b.db", "sqlite:/x/y.db": "/x/y.db", "postgres://h/d": "",
	} {
		if got := ledgerFile(u); got != want {
			t.Errorf("ledgerFile(%q) = %q, want %q", u, got, want)
		}
	}
}

// TestOldest: the last so many of a long list, the other way round.
func TestOldest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, limit := rapid.IntRange(0, 40).Draw(t, "n"), rapid.IntRange(1, 12).Draw(t, "limit")
		now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		list := func(yield func(*incident.Incident, error) bool) {
			for i := range n {
				if !yield(&incident.Incident{ID: incident.ID(fmt.Sprintf("v1:01234567:%064d", i)), Detected: now}, nil) {
					return
				}
			}
		}
		f := listFlags{oldest: true, limit: limit}
		want := n - 1
		for x, err := range f.view(list, nil, now) {
			if id := incident.ID(fmt.Sprintf("v1:01234567:%064d", want)); err != nil || x.ID != id {
				t.Fatalf("listed %s, %v, want %s", x.ID, err, id)
			}
			want--
		}
		if got := n - 1 - want; got != min(n, limit) {
			t.Errorf("%d of %d are listed, want %d", got, n, min(n, limit))
		}
	})
}
