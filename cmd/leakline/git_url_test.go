package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"leakline/scanner/gitsource/remote"
)

// TestFetchLine: whatever a server says, the line fits a terminal.
func TestFetchLine(t *testing.T) {
	for _, c := range []struct {
		p    remote.Progress
		want string
	}{
		{remote.Progress{Attempt: 1}, "waiting for the server"},
		{remote.Progress{Attempt: 1, Server: "Counting objects: 10%"}, "the server: Counting objects: 10%"},
		{remote.Progress{Attempt: 1, Objects: 50, Total: 200, Bytes: 10_000_000}, "receiving: 25 % of 200 objects, 10.0 MB, 5.0 MB/s"},
		{remote.Progress{Attempt: 3, Server: strings.Repeat("ä", 200)}, "attempt 3: the server: ää"},
		{remote.Progress{Attempt: 10, Objects: 4_000_000_000, Total: 4_294_967_295, Bytes: 1 << 60}, "attempt 10: receiving: 93 %"},
	} {
		got := fetchLine(c.p, 2*time.Second)
		if !strings.HasPrefix(got, c.want) || utf8.RuneCountInString(got) > 80 {
			t.Errorf("%d columns: %q, want %q", utf8.RuneCountInString(got), got, c.want)
		}
	}
}

// TestIsURL: a path that exists is meant before a URL.
func TestIsURL(t *testing.T) {
	t.Chdir(t.TempDir())
	if !isURL("host:path") || !isURL("https://example.com/a") || isURL("nowhere") {
		t.Error("URLs are not told from paths")
	}
	if err := os.WriteFile("host:path", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join("https:", "example.com", "a"), 0o777); err != nil {
		t.Fatal(err)
	}
	if isURL("host:path") || isURL("https://example.com/a") {
		t.Error("what exists is taken for a URL")
	}
}
