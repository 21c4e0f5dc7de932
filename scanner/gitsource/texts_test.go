package gitsource_test

import (
	"strings"
	"testing"

	"leakline/scanner"
	"leakline/scanner/gitsource"
)

// TestNames checks what is yielded beside blobs: messages, refs, files.
func TestNames(t *testing.T) {
	f := newFixture(t)
	f.change("a", "one\n")
	f.git("tag", "-m", "tag message here\n\nand more", "v1")
	f.git("branch", "feature/long-name")
	f.git("remote", "add", "origin", "https://user:word@example.test/repo.git")
	f.write(".git/hooks/pre-push", "#!/bin/sh\necho own hook\n")
	f.write(".git/hooks/pre-push.sample", "sample\n")
	f.write(".git/FETCH_HEAD", f.git("rev-parse", "HEAD")+"\t\tbranch 'main' of https://fetch.example.test\n")
	f.write("b", "two\n")
	f.git("add", "-A")
	f.tick()
	f.git("commit", "-q", "-m", "subject line\n\nbody of the message")
	head := f.git("rev-parse", "HEAD")
	r := scan(t, f.dir, gitsource.Options{})
	r.complete(t)

	c := r.holding(t, scanner.SourceCommitMessage, "body of the message")
	if string(c.Data) != "subject line\n\nbody of the message\n" || c.Blob != head || c.Path != "" {
		t.Errorf("commit message is %q of %s at %q", c.Data, c.Blob, c.Path)
	}
	if m := c.Commit; m.ID != head || m.Author != "Ada Author" || m.Email != "ada@example.test" ||
		m.Message != "subject line" || m.AuthoredAt.Unix() != f.clock || m.CommittedAt.Unix() != f.clock {
		t.Errorf("commit is %+v", m)
	}
	if got := c.Commit.AuthoredAt.Format("-0700"); got != "+0100" {
		t.Errorf("author's zone is %s", got)
	}
	tag := r.holding(t, scanner.SourceTagMessage, "tag message here")
	if tag.Commit.Author != "Carl Committer" || tag.Blob != f.git("rev-parse", "v1") || tag.Commit.ID != "" {
		t.Errorf("tag is %+v", tag.Location)
	}
	var refs []string
	for _, c := range r.of(scanner.SourceRef) {
		refs = append(refs, string(c.Data))
	}
	if got := strings.Join(refs, " "); got != "feature/long-name main v1" {
		t.Errorf("refs are %q", got)
	}
	if c := r.holding(t, scanner.SourceConfig, "user:word@example.test"); c.Path != ".git/config" {
		t.Errorf("config is at %q", c.Path)
	}
	if c := r.holding(t, scanner.SourceConfig, "own hook"); c.Path != ".git/hooks/pre-push" {
		t.Errorf("hook is at %q", c.Path)
	}
	fetched := r.holding(t, scanner.SourceConfig, "fetch.example.test")
	if got := string(fetched.Data); strings.Contains(got, head) || got[40:42] != "\t\t" {
		t.Errorf("FETCH_HEAD is %q: ids must be blanked in place", got)
	}
	for _, c := range r.of(scanner.SourceConfig) {
		if strings.HasSuffix(c.Path, ".sample") {
			t.Errorf("%s was yielded", c.Path)
		}
		if strings.Contains(string(c.Data), head) {
			t.Errorf("%s holds an object id", c.Path)
		}
	}
	if n := len(r.of(scanner.SourceConfig)); n != r.tally.Objects["configs"] {
		t.Errorf("%d configs, tally says %d", n, r.tally.Objects["configs"])
	}
	if r.tally.Objects["paths"] != 2 {
		t.Errorf("tally says %d paths, want 2", r.tally.Objects["paths"])
	}
}

// TestNotes checks that notes are told from blobs, with their text and place.
func TestNotes(t *testing.T) {
	f := newFixture(t)
	first := f.change("a", "one\n")
	f.git("notes", "add", "-m", "text of the note")
	r := scan(t, f.dir, gitsource.Options{})
	c := r.holding(t, scanner.SourceNote, "text of the note")
	if c.Path != first || c.Reach != scanner.ReachPull || c.Commit.ID != f.git("rev-parse", "refs/notes/commits") {
		t.Errorf("note is %+v", c.Location)
	}
	if o := r.tally.Objects; o["notes"] != 1 || o["blobs"] != 1 || o["blobs from branch"] != 1 || o["blobs from pull"] != 0 {
		t.Errorf("tally is %v", o)
	}
}

// TestAlso checks the further paths of one blob, each with its own commit.
func TestAlso(t *testing.T) {
	f := newFixture(t)
	one := f.change("old/name", "content\n")
	f.git("mv", "old", "new")
	two := f.commit("rename")
	r := scan(t, f.dir, gitsource.Options{})
	c := r.holding(t, scanner.SourceBlob, "content")
	if c.Path != "old/name" || c.Commit.ID != one || c.AtTip {
		t.Errorf("first place is %+v", c.Location)
	}
	if len(c.Also) != 1 || c.Also[0].Path != "new/name" || c.Also[0].Commit.ID != two || !c.Also[0].AtTip {
		t.Errorf("also at %+v", c.Also)
	}
}

// TestMergedTag checks that the text of a signed tag that only a merge carries
// is met.
func TestMergedTag(t *testing.T) {
	f := newFixture(t)
	f.change("a", "one\n")
	commit := "tree " + f.git("rev-parse", "HEAD^{tree}") + "\nparent " + f.git("rev-parse", "HEAD") +
		"\nauthor A <a@example.test> 1600001000 +0000\ncommitter A <a@example.test> 1600001000 +0000\n" +
		"mergetag object " + f.git("rev-parse", "HEAD") + "\n type commit\n tag theirs\n tagger B <b@example.test> 1600000500 +0000\n \n" +
		" message of their tag\n gpgsig-like line\ngpgsig -----BEGIN\n signature\n -----END\n\nmerge it\n"
	id := f.feed(commit, "hash-object", "-w", "-t", "commit", "--stdin")
	f.git("update-ref", "refs/heads/main", id)
	r := scan(t, f.dir, gitsource.Options{})
	r.complete(t)
	if c := r.holding(t, scanner.SourceTagMessage, "message of their tag"); c.Commit.ID != id {
		t.Errorf("merged tag is %+v", c.Location)
	}
	if c := r.holding(t, scanner.SourceCommitMessage, "merge it"); string(c.Data) != "merge it\n" {
		t.Errorf("message is %q", c.Data)
	}
}
