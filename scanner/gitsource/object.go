package gitsource

import (
	"bytes"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
)

// commit is a commit object. https://git-scm.com/docs/git-commit-tree
type commit struct {
	tree      plumbing.Hash
	parents   []plumbing.Hash
	author    person
	committer person
	message   []byte
	// merged are the tag objects that a merge of signed tags carries in its
	// header, for the tags themselves are often in no repository but the sender's.
	merged [][]byte
}

// person is who did something, and when.
type person struct {
	name, email string
	at          time.Time
}

// header is one field of the header of a commit or tag.
type header struct{ key, value []byte }

// parseHeaders splits an object into its fields and its message. Lines that
// begin with a space continue the field before.
func parseHeaders(data []byte) (fields []header, message []byte) {
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		switch {
		case len(line) == 0:
			return fields, data
		case line[0] == ' ' && len(fields) > 0:
			last := &fields[len(fields)-1]
			last.value = append(append(last.value[:len(last.value):len(last.value)], '\n'), line[1:]...)
		default:
			key, value, _ := bytes.Cut(line, []byte{' '})
			fields = append(fields, header{key, value})
		}
	}
	return fields, nil
}

// parseCommit reads a commit. Only a missing tree or a malformed id is an error:
// old tools wrote much else that git no longer accepts.
func parseCommit(data []byte) (*commit, error) {
	c := &commit{}
	fields, message := parseHeaders(data)
	c.message = message
	hasTree := false
	for _, f := range fields {
		var ok bool
		switch string(f.key) {
		case "tree":
			if c.tree, ok = parseHash(string(f.value)); !ok {
				return nil, errors.New("its tree has no object name")
			}
			hasTree = true
		case "parent":
			id, ok := parseHash(string(f.value))
			if !ok {
				return nil, errors.New("a parent has no object name")
			}
			c.parents = append(c.parents, id)
		case "author":
			c.author = parsePerson(f.value)
		case "committer":
			c.committer = parsePerson(f.value)
		case "mergetag":
			c.merged = append(c.merged, f.value)
		}
	}
	if !hasTree {
		return nil, errors.New("it names no tree")
	}
	return c, nil
}

// parseLinks reads of a commit only its place in history and its messages, from the
// form in which git writes commits; of any other form it says no.
func parseLinks(data []byte, ids *[]plumbing.Hash) (l links, message []byte, ok bool) {
	id := func(key string) (id plumbing.Hash, ok bool) {
		if len(data) <= len(key)+2*len(id) || string(data[:len(key)]) != key || data[len(key)+2*len(id)] != '\n' {
			return id, false
		}
		_, err := hex.Decode(id[:], data[len(key):len(key)+2*len(id)])
		data = data[len(key)+2*len(id)+1:]
		return id, err == nil
	}
	if l.tree, ok = id("tree "); !ok {
		return l, nil, false
	}
	var parents [8]plumbing.Hash
	n := 0
	for bytes.HasPrefix(data, []byte("parent ")) {
		if n == len(parents) {
			return l, nil, false
		}
		if parents[n], ok = id("parent "); !ok {
			return l, nil, false
		}
		n++
	}
	author, rest, _ := bytes.Cut(data, []byte{'\n'})
	committer, rest, _ := bytes.Cut(rest, []byte{'\n'})
	if !bytes.HasPrefix(author, []byte("author ")) || !bytes.HasPrefix(committer, []byte("committer ")) {
		return l, nil, false
	}
	end := bytes.Index(rest, []byte("\n\n"))
	if len(rest) > 0 && rest[0] == '\n' {
		end = -1 // the header ends at once
		rest = rest[1:]
	} else if end < 0 {
		return l, nil, false
	} else {
		for _, key := range []string{"\ntree", "\nparent", "\ncommitter", "mergetag"} {
			if bytes.Contains(rest[:end+1], []byte(key)) || bytes.HasPrefix(rest, []byte(key[1:])) && key[0] == '\n' {
				return l, nil, false
			}
		}
		rest = rest[end+2:]
	}
	if at := parsePerson(committer[len("committer "):]).at; !at.IsZero() {
		l.when = at.Unix()
	}
	l.parents = keepIDs(ids, parents[:n])
	return l, rest, true
}

// keepIDs copies ids to where many are kept together.
func keepIDs(ids *[]plumbing.Hash, some []plumbing.Hash) []plumbing.Hash {
	if len(some) == 0 {
		return nil
	}
	if cap(*ids)-len(*ids) < len(some) {
		*ids = make([]plumbing.Hash, 0, max(1024, len(some)))
	}
	from := len(*ids)
	*ids = append(*ids, some...)
	return (*ids)[from:len(*ids):len(*ids)]
}

// tag is an annotated tag object. https://git-scm.com/docs/git-mktag
type tag struct {
	target  plumbing.Hash
	tagger  person
	message []byte
}

func parseTag(data []byte) (*tag, error) {
	t := &tag{}
	fields, message := parseHeaders(data)
	t.message = message
	has := false
	for _, f := range fields {
		switch string(f.key) {
		case "object":
			t.target, has = parseHash(string(f.value))
		case "tagger":
			t.tagger = parsePerson(f.value)
		}
	}
	if !has {
		return nil, errors.New("it names no object")
	}
	return t, nil
}

// parsePerson reads "name <email> seconds zone". What is malformed is left out;
// a time that RFC 3339 cannot write is no time.
func parsePerson(b []byte) person {
	s := string(b)
	open := strings.IndexByte(s, '<')
	end := strings.LastIndexByte(s, '>')
	if open < 0 || end < open {
		return person{name: valid(strings.TrimSpace(s))}
	}
	p := person{name: valid(strings.TrimSpace(s[:open])), email: valid(strings.TrimSpace(s[open+1 : end]))}
	when := strings.Fields(s[end+1:])
	if len(when) == 0 {
		return p
	}
	sec, err := strconv.ParseInt(when[0], 10, 64)
	if err != nil {
		return p
	}
	zone := time.UTC
	if len(when) > 1 {
		zone = parseZone(when[1])
	}
	at := time.Unix(sec, 0).In(zone)
	if sec < 0 || at.Year() > 9999 || at.UTC().Year() > 9999 {
		return p
	}
	p.at = at
	return p
}

// parseZone reads "+hhmm".
func parseZone(s string) *time.Location {
	n, err := strconv.Atoi(s)
	if err != nil || n == 0 {
		return time.UTC
	}
	offset := (n/100*60 + n%100) * 60
	if offset <= -24*3600 || offset >= 24*3600 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}

func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// subject is the first line of a message.
func subject(message []byte) string {
	line, _, _ := bytes.Cut(bytes.TrimLeft(message, "\n"), []byte{'\n'})
	return valid(strings.TrimSpace(string(line)))
}

// kindOf is what a tree's entry is, by its mode.
type kindOf uint8

const (
	kindBlob kindOf = iota // file or symbolic link
	kindTree
	kindModule
)

// treeEntry is one entry of a tree.
type treeEntry struct {
	kind kindOf
	name string
	id   plumbing.Hash
	mode uint32
}

// parseTree reads a tree: mode, space, name, zero byte and id of each entry.
// What precedes a malformed entry is given beside the error.
func parseTree(data []byte) ([]treeEntry, error) {
	var out []treeEntry
	for len(data) > 0 {
		space := bytes.IndexByte(data, ' ')
		end := bytes.IndexByte(data, 0)
		if space < 0 || end < space || len(data) < end+1+len(plumbing.ZeroHash) {
			return out, errors.New("an entry is malformed")
		}
		mode, err := strconv.ParseUint(string(data[:space]), 8, 32)
		if err != nil {
			return out, errors.New("an entry has no mode")
		}
		e := treeEntry{kind: modeKind(uint32(mode)), name: string(data[space+1 : end]), mode: uint32(mode)}
		copy(e.id[:], data[end+1:])
		out = append(out, e)
		data = data[end+1+len(e.id):]
	}
	return out, nil
}

// modeKind sorts a mode by its file type, as git does.
func modeKind(mode uint32) kindOf {
	switch mode & 0o170000 {
	case 0o040000:
		return kindTree
	case 0o160000:
		return kindModule
	}
	return kindBlob
}
