package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"leakline/scanner"
	apps "leakline/testdata/boundary"
)

// TestBoundaryApplications: the command says of the forty applications what is true of
// them, with their history where they have one, and nothing else.
func TestBoundaryApplications(t *testing.T) {
	all, err := apps.Load("")
	if err != nil {
		t.Fatal(err)
	}
	planted := 0
	for _, a := range all {
		t.Run(a.Name, func(t *testing.T) {
			dir := t.TempDir()
			args := []string{"boundary", "check", dir, "-f", "json", "-q", "-j", "1", "--as-of", "2026-01-05T00:00:00Z"}
			if a.Truth.AsOf != "" {
				args[len(args)-1] = a.Truth.AsOf
			}
			if len(a.Truth.Commits) > 0 {
				if err := a.Commit(dir); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--history")
			} else if err := a.Write(dir); err != nil {
				t.Fatal(err)
			}
			var out, errors bytes.Buffer
			e := &env{
				stdin: strings.NewReader(""), stdout: &out, stderr: &errors, getenv: func(string) string { return "" },
				now: func() time.Time { return time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC) },
			}
			status := run(args, e)
			var report struct {
				Complete   bool
				Violations []struct {
					Rule string
					At   struct {
						Path string
						Line int
					}
				}
			}
			if err := json.Unmarshal(out.Bytes(), &report); err != nil {
				t.Fatalf("%v: %s", err, errors.String())
			}
			var got, want []string
			for _, v := range report.Violations {
				got = append(got, fmt.Sprintf("%s %s:%d", v.Rule, v.At.Path, v.At.Line))
			}
			for _, v := range a.Truth.Violations {
				want = append(want, v.Rule+" "+v.At)
			}
			planted += len(want)
			slices.Sort(got)
			slices.Sort(want)
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if wanted := min(len(want), 1); status != wanted || !report.Complete {
				t.Errorf("status %d, want %d: %s", status, wanted, errors.String())
			}
		})
	}
	if planted < 40 {
		t.Errorf("only %d violations were planted", planted)
	}
}

// TestBoundaryFolders: the names of several folders, and whose file is whose.
func TestBoundaryFolders(t *testing.T) {
	dir := t.TempDir()
	for _, sub := range []string{"a/app", "b/app", "a/app/inner"} {
		if err := os.MkdirAll(filepath.Join(dir, sub), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	one := filepath.ToSlash(filepath.Join(dir, "a", "app"))
	two := filepath.ToSlash(filepath.Join(dir, "b", "app"))
	for _, c := range []struct {
		args       []string
		path, want string
		ok         bool
	}{
		{[]string{one}, one + "/x.go", "x.go", true},
		{[]string{one, two}, one + "/x.go", "app/x.go", true},
		{[]string{one, two}, two + "/d/x.go", "app-2/d/x.go", true},
		{[]string{one + "/", one + "/inner"}, one + "/inner/x.go", "inner/x.go", true},
		{[]string{one}, two + "/x.go", "", false},
		{[]string{"."}, "d/x.go", "d/x.go", true},
		{[]string{"."}, "../x.go", "", false},
	} {
		folders, repos, err := new(boundaryFlags).targets(nil, c.args)
		if err != nil || len(repos) > 0 {
			t.Fatal(repos, err)
		}
		if got, ok := relative(folders)(c.path); got != c.want || ok != c.ok {
			t.Errorf("%q: %q is %q, %v; want %q", c.args, c.path, got, ok, c.want)
		}
	}
}

// TestOwnersBelow: patterns of CODEOWNERS count below the folder in which it stands.
func TestOwnersBelow(t *testing.T) {
	text := "# who\n\n*  @all\n/docs/ @docs\nsrc/api @api\n*.tf @ops # infra\nbuild/ @ci\n** @deep\n"
	want := "/p/  @all\n/p/docs/ @docs\n/p/src/api @api\n/p/**/*.tf @ops # infra\n/p/**/build/ @ci\n/p/ @deep\n"
	if d := cmp.Diff(want, ownersBelow("p/", text)); d != "" {
		t.Error(d)
	}
	if ownersBelow("", text) != text {
		t.Error("a tree that is alone has its own file")
	}
}

// TestJoinedFindings: what the files show now is added to what the history shows, once.
func TestJoinedFindings(t *testing.T) {
	at := func(path string, line int, tip bool) scanner.Place {
		return scanner.Place{Path: path, StartLine: line, AtTip: tip}
	}
	one := func(fingerprint string, all ...scanner.Place) scanner.Finding {
		return scanner.Finding{Detector: "d", Fingerprint: fingerprint, Place: all[0], Occurrences: all}
	}
	past := []scanner.Finding{one("1", at("a", 1, true), at("old", 5, false)), one("2", at("gone", 1, false))}
	now := []scanner.Finding{one("1", at("a", 1, false), at("b", 2, false)), one("3", at(".env", 1, false))}
	want := []scanner.Finding{
		one("1", at("a", 1, true), at("old", 5, false), at("b", 2, true)), one("2", at("gone", 1, false)), one("3", at(".env", 1, true)),
	}
	if d := cmp.Diff(want, joinedFindings(past, now), cmp.Comparer(func(a, b scanner.Finding) bool {
		return a.Fingerprint == b.Fingerprint && a.AtTip == b.AtTip && slices.Equal(a.Occurrences, b.Occurrences)
	})); d != "" {
		t.Error(d)
	}
}
