package gitsource_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// selects gives the commits that options of git log select, newest last.
func selects(t testing.TB, dir, options string) ([]string, error) {
	t.Helper()
	g, err := gitsource.ParseRange(gitsource.RangeSpec{LogOptions: options}, time.Unix(1_700_000_000, 0).UTC())
	if err != nil {
		return nil, err
	}
	repo, err := gitsource.Open(dir, gitsource.Options{Range: g})
	if err != nil {
		return nil, err
	}
	defer repo.Close()
	var out []string
	for _, c := range drain(t, repo).of(scanner.SourceCommitMessage) {
		out = append(out, c.Blob)
	}
	return out, nil
}

// TestRevisions compares with git rev-parse what names mean, among them those
// that several things have.
func TestRevisions(t *testing.T) {
	f := newFixture(t)
	first := f.change("file", "1\n")
	f.git("branch", "both")
	second := f.change("file", "2\n")
	f.git("tag", "both") // goes before the branch
	f.git("tag", "-m", "inner", "inner")
	f.git("tag", "-m", "outer", "outer", "inner")
	f.git("update-ref", "refs/remotes/origin/main", first)
	f.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
	f.git("update-ref", "refs/heads/"+second[:6], first) // a ref that looks like an object's name
	f.git("update-ref", "refs/pull/7/head", second)
	f.git("update-ref", "ORIG_HEAD", first)
	for _, name := range []string{
		"HEAD", "@", "main", "heads/main", "refs/heads/main", "both", "heads/both", "tags/both", "inner", "outer", "outer^{}",
		"outer^{commit}", "outer^{tag}^{commit}", "outer^0", "outer~1", "origin", "origin/main", "remotes/origin/main", "pull/7/head",
		"ORIG_HEAD", second[:6], second[:7], second[:12], strings.ToUpper(second[:9]), first, "HEAD^", "HEAD~", "@~1", "HEAD^1", "HEAD~0", "HEAD^^{commit}",
	} {
		want := f.git("rev-parse", "--verify", name+"^{commit}")
		got, err := selects(t, f.dir, "-n 1 "+quote(name))
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s is %v, git says %s (%v)", name, got, want, err)
		}
	}
	for name, part := range map[string]string{
		"nope": `unknown revision "nope"`, "HEAD^2": "has 1 parents", "HEAD~2": "has 0 parents", "HEAD^{tree}": "not known here",
		"HEAD:file": "not known here", "HEAD@{1}": "not known here", "abc": "unknown revision", "HEAD^{commit": "has no end", "HEAD~99999999999999999999": "no number",
		f.git("rev-parse", "HEAD:file"): "is a blob", strings.Repeat("1", 40): "no pack", "": "is no revision", "HEAD^x": "does not belong",
		"main^{tag}": "not a tag",
	} {
		if _, err := selects(t, f.dir, quote(name)); err == nil || !strings.Contains(err.Error(), part) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want %q", name, err, part)
		}
	}
}

// TestShortNames finds object names that begin alike, and compares with git: a
// beginning that only one commit has is that commit's.
func TestShortNames(t *testing.T) {
	f := newFixture(t)
	for i := range 500 {
		f.write(fmt.Sprintf("f%d", i), fmt.Sprintf("content %d\n", i))
	}
	f.commit("many")
	feed := strings.Builder{}
	for i := range 300 {
		fmt.Fprintf(&feed, "commit refs/heads/many\ncommitter A <a@example.test> %d +0000\ndata 1\nx\n", 1_500_000_000+i)
	}
	f.feed(feed.String(), "fast-import", "--quiet")
	count := map[string][]string{}
	for typ, ids := range f.byType(f.dir) {
		for _, id := range ids {
			count[id[:4]] = append(count[id[:4]], typ)
		}
	}
	judged := map[bool]int{}
	for short, types := range count {
		if len(types) < 2 {
			continue
		}
		want, gitErr := f.try(f.dir, nil, "rev-parse", "--verify", "-q", short+"^{commit}")
		got, err := selects(t, f.dir, "-n 1 "+short)
		if (err == nil) != (gitErr == nil) || err == nil && got[0] != want {
			t.Errorf("%s (%v) is %v, %v; git says %q, %v", short, types, got, err, want, gitErr)
		}
		if err != nil && slices.Contains(types, "commit") && !strings.Contains(err.Error(), "ambiguous") {
			t.Errorf("%s: %v", short, err)
		}
		judged[err == nil]++
	}
	if judged[true] == 0 || judged[false] == 0 {
		t.Errorf("%v: the test judged only one kind", judged)
	}
}

// TestUnborn selects nothing where there is no commit.
func TestUnborn(t *testing.T) {
	f := newFixture(t)
	if got, err := selects(t, f.dir, "-n 5"); err != nil || len(got) > 0 {
		t.Errorf("%v, %v", got, err)
	}
	if _, err := selects(t, f.dir, "HEAD"); err == nil || !strings.Contains(err.Error(), "no commit on this branch yet") {
		t.Errorf("%v", err)
	}
}

// TestSpecs compares --since-commit and --branch with the revisions that they
// stand for.
func TestSpecs(t *testing.T) {
	f := newFixture(t)
	base := f.change("file", "1\n")
	f.git("tag", "both")
	f.git("checkout", "-q", "-b", "side")
	f.change("side", "2\n")
	f.git("checkout", "-q", "main")
	f.change("file", "3\n")
	f.git("branch", "both")
	f.git("checkout", "-q", "--detach")
	f.change("file", "4\n")
	for _, c := range []struct {
		spec gitsource.RangeSpec
		want []string
	}{
		{gitsource.RangeSpec{Since: base}, []string{"--all", "HEAD", "^" + base}},
		{gitsource.RangeSpec{Since: "main"}, []string{"--all", "HEAD", "^main"}},
		{gitsource.RangeSpec{Since: base, Branches: []string{"side"}}, []string{"side", "^" + base}},
		{gitsource.RangeSpec{Branches: []string{"side", "main"}}, []string{"side", "main"}},
		{gitsource.RangeSpec{Branches: []string{"both"}}, []string{"refs/heads/both"}},
		{gitsource.RangeSpec{Branches: []string{"side"}, LogOptions: "-n 1"}, []string{"-n1", "side"}},
		{gitsource.RangeSpec{Since: base, LogOptions: "side"}, []string{"side", "^" + base}},
		{gitsource.RangeSpec{Since: base, LogOptions: "--max-count=2"}, []string{"-n2", "--all", "HEAD", "^" + base}},
		{gitsource.RangeSpec{LogOptions: "--max-count 1"}, []string{"-n1", "HEAD"}},
		{gitsource.RangeSpec{LogOptions: "^" + base}, []string{"^" + base}},
	} {
		want := strings.Fields(f.git(append([]string{"rev-list"}, c.want...)...))
		judgeSelected(t, want, c.want, scanRange(t, f.dir, c.spec, gitsource.Options{}))
	}
	if g, err := gitsource.ParseRange(gitsource.RangeSpec{LogOptions: " "}, time.Now()); g != nil || err != nil {
		t.Errorf("nothing is %v, %v", g, err)
	}
}

// TestRangeFolder takes paths relative to the folder that was opened.
func TestRangeFolder(t *testing.T) {
	f := newFixture(t)
	f.change("dir/file", "1\n")
	f.change("file", "2\n")
	for options, want := range map[string]int{"-- file": 1, "-- ../file": 1, "-- :/file": 1, "-- .": 1, "-- :/": 2, "-- ..": 2} {
		out, err := f.try(filepath.Join(f.dir, "dir"), nil, append([]string{"rev-list", "HEAD"}, strings.Fields(options)...)...)
		must(t, err)
		got, err := selects(t, filepath.Join(f.dir, "dir"), options)
		if err != nil || len(got) != want || out != strings.Join(reversed(got), "\n") {
			t.Errorf("%s: %v, %v, git says %s", options, got, err, out)
		}
	}
	for _, options := range []string{"-- ../../x", "-- /etc", "-- ''", "-- ':(icase)x'", "-- '[a'"} {
		if _, err := selects(t, filepath.Join(f.dir, "dir"), options); err == nil {
			t.Errorf("%s is accepted", options)
		}
	}
}

func reversed(s []string) []string {
	s = slices.Clone(s)
	slices.Reverse(s)
	return s
}

// TestDates compares with git what dates mean, at a time that is given to both.
func TestDates(t *testing.T) {
	f := newFixture(t)
	now := time.Date(2026, 3, 31, 13, 14, 15, 0, time.UTC)
	for _, text := range []string{
		"2026-01-02", "2026/01/02", "2026.01.02", "2026-01-02 03:04", "2026-01-02 03:04:05", "2026-01-02T03:04:05", "2026-01-02T03:04:05Z",
		"2026-01-02T03:04:05+02:00", "2026-01-02 03:04:05 -0700", "Fri, 02 Jan 2026 03:04:05 +0100", "Fri Jan 2 03:04:05 2026 +0100",
		"Fri Jan 2 03:04:05 2026", "Jan 2 2026", "2 Jan 2026", "January 2, 2026", "@1600000000", "@1600000000 +0000", "1600000000", "now", "yesterday",
		"2 weeks ago", "2.weeks.ago", "1 week", "3 days ago", "1 month ago", "13 months ago", "2 years ago", "5 hours ago", "90 minutes ago",
		"30 seconds ago", "1 day 2 hours ago", "one week ago", "10.minutes",
	} {
		cmd := exec.Command("git", "rev-parse", "--since="+text)
		cmd.Dir, cmd.Env = f.dir, append(f.env(), "GIT_TEST_DATE_NOW="+strconv.FormatInt(now.Unix(), 10))
		out, err := cmd.Output()
		must(t, err)
		want := strings.TrimPrefix(strings.TrimSpace(string(out)), "--max-age=")
		got, err := gitsource.ParseDate(text, now)
		if err != nil || strconv.FormatInt(got.Unix(), 10) != want {
			t.Errorf("%q is %v, %v; git says %s", text, got, err, want)
		}
	}
	for _, text := range []string{"", "someday", "2 ago", "weeks", "2026-13-01", "-3 days ago", "99999999999999 days ago"} {
		if got, err := gitsource.ParseDate(text, now); err == nil {
			t.Errorf("%q is %v", text, got)
		}
	}
}

// TestWords compares with the shell how options are split.
func TestWords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOf(rapid.SampledFrom([]rune(`ab '"\ -.=^`+"\t"))).Draw(rt, "text")
		got, err := gitsource.SplitWords(text)
		cmd := exec.Command("sh", "-c", `for w in `+text+`; do printf '%s|' "$w"; done`)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
		cmd.Dir = t.TempDir()
		out, shErr := cmd.Output()
		want := strings.Join(got, "|")
		if len(got) > 0 {
			want += "|"
		}
		if strings.HasSuffix(text, `\`) { // a shell has more lines to come
			return
		}
		if (err == nil) != (shErr == nil) || err == nil && string(out) != want {
			rt.Errorf("%q is %q, %v; the shell says %q, %v", text, got, err, out, shErr)
		}
	})
}
