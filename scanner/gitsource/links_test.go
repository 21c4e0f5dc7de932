package gitsource

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-git/v5/plumbing"
)

// commitTexts are commits as git writes them, as others have written them, and
// such as nobody should.
func commitTexts() []string {
	id := func(c string) string { return strings.Repeat(c, 40) }
	head := "tree " + id("a") + "\n"
	people := "author A <a@example.com> 1700000000 +0100\ncommitter B <b@example.com> 1700000100 -0200\n"
	var many strings.Builder
	for i := range 12 {
		fmt.Fprintf(&many, "parent %s\n", id(fmt.Sprintf("%x", i)))
	}
	signed := "gpgsig -----BEGIN PGP SIGNATURE-----\n \n tree of a signature\n -----END PGP SIGNATURE-----\n"
	return []string{
		head + people + "\nmessage\n",
		head + people + "\n",
		head + people,
		head + people + "\n\n\nmessage after empty lines\n\n",
		head + "parent " + id("b") + "\n" + people + "\nmessage",
		head + "parent " + id("b") + "\nparent " + id("c") + "\n" + people + "\nmerge",
		head + many.String() + people + "\noctopus",
		head + people + signed + "\nsigned",
		head + people + "encoding ISO-8859-1\n\nold",
		head + people + "mergetag object " + id("d") + "\n type commit\n tag v1\n \n the tag's message\n\nmerge of a tag",
		head + people + "parent " + id("e") + "\n\na parent too late",
		head + "author A <a@example.com> 1 +0000\n" + "parent " + id("e") + "\ncommitter B <b@example.com> 2 +0000\n\nmixed",
		head + people + "committer C <c@example.com> 1600000000 +0000\n\ntwo committers",
		head + people + "tree " + id("f") + "\n\ntwo trees",
		head + people + "tree\n\na tree without a name",
		head + people + "mergetag\n\na tag without a name",
		head + "committer B <b@example.com> 2 +0000\n\nno author",
		head + "\nno people",
		head + "author A <a@example.com>\ncommitter B <b@example.com> never\n\nno times",
		head + "author A <a@example.com> 1 +0000\ncommitter B <b@example.com> 99999999999999 +0000\n\nfar future",
		"tree " + id("A") + "\n" + people + "\nupper case",
		"tree " + id("g") + "\n" + people + "\nno hexadecimal",
		"tree " + id("a")[:39] + "\n" + people + "\nshort",
		"tree\n" + people + "\nnothing",
		people + "\nno tree",
		"", "\n", "tree", head,
		strings.ReplaceAll(head+people+"\nmessage\n", "\n", "\r\n"),
	}
}

// sameLinks compares the fast reader of commits with the other.
func sameLinks(t *testing.T, data []byte) {
	t.Helper()
	var ids []plumbing.Hash
	got, message, ok := parseLinks(data, &ids)
	c, err := parseCommit(data)
	if !ok {
		return // the other one is asked
	}
	if err != nil {
		t.Fatalf("parseLinks reads %q, parseCommit says %v", data, err)
	}
	want := c.links(&ids)
	if got.tree != want.tree || got.when != want.when || !slices.Equal(got.parents, want.parents) {
		t.Errorf("links of %q are %v, want %v", data, got, want)
	}
	if !bytes.Equal(message, c.message) || len(c.merged) > 0 {
		t.Errorf("message of %q is %q, want %q and no tag (%d)", data, message, c.message, len(c.merged))
	}
}

// TestLinks: what parseLinks reads is what parseCommit reads, and it reads what
// git writes.
func TestLinks(t *testing.T) {
	texts := commitTexts()
	for _, text := range texts {
		sameLinks(t, []byte(text))
	}
	var ids []plumbing.Hash
	for _, i := range []int{0, 4, 5, 7, 8} {
		if _, _, ok := parseLinks([]byte(texts[i]), &ids); !ok {
			t.Errorf("it does not read %q", texts[i])
		}
	}
}

// FuzzLinks does the same with whatever text.
func FuzzLinks(f *testing.F) {
	for _, text := range commitTexts() {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) { sameLinks(t, data) })
}
