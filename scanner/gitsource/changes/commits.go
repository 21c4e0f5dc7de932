package changes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"leakline/scanner"
)

// commits asks what the commits add that updates of refs bring.
type commits struct {
	git     runner
	updates []Update
	// limits are options of rev-list that name what is there already.
	limits []string
	batch  *batch
	nodes  []node // the new commits, the oldest first
}

// node is a commit in the graph of commits.
type node struct {
	id      string
	parents []string
}

// Pushed is a source for what a push is about to send, commit by commit: those that
// the remote has not got, as far as is known here, which is what it says of the refs
// that are updated and what refs/remotes/REMOTE holds. The remote is one by name;
// under a URL nothing is known, and with no name it may be any remote.
func Pushed(ctx context.Context, remote string, updates []Update, o Options) (*Source, error) {
	var limits []string
	switch {
	case remote == "":
		limits = []string{"--not", "--remotes"}
	case isRemoteName(remote):
		limits = []string{"--not", "--remotes=" + remote}
	}
	return newCommits(ctx, updates, limits, o)
}

// Received is a source for what a push has sent and no ref holds yet, commit by
// commit. Where the new objects lie git says in the environment.
func Received(ctx context.Context, updates []Update, o Options) (*Source, error) {
	return newCommits(ctx, updates, []string{"--not", "--all"}, o)
}

func newCommits(ctx context.Context, updates []Update, limits []string, o Options) (*Source, error) {
	q := &commits{git: runner{o.Dir}, updates: updates, limits: limits}
	var err error
	if q.batch, err = q.git.batch(ctx); err != nil {
		return nil, err
	}
	return newSource(q.git, o, q), nil
}

// isRemoteName says that a name can be that of a remote with refs of its own: no
// URL, and no pattern. https://git-scm.com/docs/git-check-ref-format
func isRemoteName(s string) bool {
	return s != "" && !strings.ContainsAny(s, " ~^:?*[\\") && !strings.Contains(s, "..") &&
		!strings.HasPrefix(s, "/") && !strings.HasPrefix(s, ".") && !strings.HasPrefix(s, "-")
}

func (q *commits) close() { q.batch.stop() }

func (q *commits) objects() *batch { return q.batch }

func (q *commits) known() string { return knownPushed }

// tips are what updates lead to, beside commits.
type tips struct {
	wanted []string // commits whose history may be new
	had    []string // commits that the other side has
	trees  []string // refs may name these, too
	blobs  []string
}

func (q *commits) list(ctx context.Context) (listing, error) {
	var l listing
	t, err := q.resolve(&l)
	if err != nil {
		return l, err
	}
	if err := q.walk(ctx, &l, t); err != nil {
		return l, err
	}
	l.account.Commits = len(q.nodes)
	blobs := gathered{}
	err = q.changes(ctx, q.nodes, func(n int, c *change) {
		l.account.Files += len(c.fresh)
		l.links = append(l.links, c.links...)
		for _, path := range c.named {
			l.named = append(l.named, placed{path, n})
		}
		for _, s := range c.fresh {
			blobs.add(&l, s, n)
		}
	})
	if err != nil {
		return l, err
	}
	slices.Sort(l.links)
	l.links = slices.Compact(l.links)
	return l, q.loose(ctx, &l, t, &blobs)
}

// resolve looks up what the updates name, and reads the messages of tags. An object
// that is new must be there; one that the other side has need not.
func (q *commits) resolve(l *listing) (tips, error) {
	var t tips
	for _, u := range q.updates {
		if u.New == "" {
			continue
		}
		l.account.Refs++
		if err := q.peel(u.New, &t, func(id string, text []byte) {
			l.account.Tags++
			header, message, _ := strings.Cut(string(text), "\n\n")
			_, name, _ := strings.Cut(header, "\ntag ")
			name, _, _ = strings.Cut(name, "\n")
			subject, _, _ := strings.Cut(message, "\n")
			for _, s := range []string{message, name} {
				l.texts = append(l.texts, scanner.Chunk{Data: []byte(s), Location: scanner.Location{
					Source: scanner.SourceTagMessage, Blob: id, Reach: scanner.ReachBranch,
					Commit: scanner.Commit{Message: strings.ToValidUTF8(subject, "\ufffd")},
				}})
			}
		}); err != nil {
			return t, fmt.Errorf("ref %q: object %s: %w", u.Ref, u.New, err)
		}
	}
	for _, u := range q.updates {
		if u.Old == "" {
			continue
		}
		var old tips
		err := q.peel(u.Old, &old, func(string, []byte) {})
		if err != nil && !errors.Is(err, errMissing) {
			return t, fmt.Errorf("ref %q: object %s: %w", u.Ref, u.Old, err)
		}
		t.had = append(t.had, old.wanted...)
	}
	return t, nil
}

// maxTags is how many tags may stand one upon the other.
const maxTags = 100

// peel follows an object to what it is in the end, and tells of the tags on the way.
func (q *commits) peel(id string, t *tips, tag func(id string, text []byte)) error {
	for range maxTags {
		q.batch.ask([]string{id})
		o, err := q.batch.next(id)
		if err != nil {
			return err
		}
		switch o.kind {
		case "commit":
			t.wanted = append(t.wanted, id)
			return q.batch.skip(o)
		case "tree":
			t.trees = append(t.trees, id)
			return q.batch.skip(o)
		case "blob":
			t.blobs = append(t.blobs, id)
			return q.batch.skip(o)
		}
		text, err := q.batch.data(o)
		if err != nil {
			return err
		}
		tag(id, text)
		line, _, _ := strings.Cut(string(text), "\n")
		next, ok := strings.CutPrefix(line, "object ")
		if !ok || !isID(next) {
			return errors.New("the tag names no object")
		}
		id = next
	}
	return fmt.Errorf("more than %d tags stand one upon the other", maxTags)
}

// fields are what is asked of each commit: id, parents, author, e-mail, the times
// of author and committer, and the first line of the message.
const fields = 7

// walk lists the commits that are new.
func (q *commits) walk(ctx context.Context, l *listing, t tips) error {
	if len(t.wanted) == 0 {
		return nil
	}
	args := []string{
		"rev-list", "--stdin", "--topo-order", "--reverse", "--encoding=none",
		"--format=%H%x00%P%x00%an%x00%ae%x00%aI%x00%cI%x00%s%x00",
	}
	p, err := q.git.start(ctx, true, append(args, q.limits...)...)
	if err != nil {
		return err
	}
	go func() { // its error shows when rev-list ends
		for _, id := range t.wanted {
			_, _ = io.WriteString(p.in, id+"\n")
		}
		for _, id := range t.had {
			_, _ = io.WriteString(p.in, "^"+id+"\n")
		}
		_ = p.in.Close()
	}()
	in := rawReader{p.out}
	for {
		record := make([]string, 0, fields)
		for range fields {
			f, err := in.field()
			if errors.Is(err, io.EOF) && len(record) == 0 {
				return p.wait()
			}
			if errors.Is(err, io.ErrUnexpectedEOF) && len(record) == 0 && f == "" { // the newline after the last
				return p.wait()
			}
			if err != nil {
				p.stop()
				return cut(p.name, err)
			}
			record = append(record, f)
		}
		n, c, err := commitOf(record)
		if err != nil {
			p.stop()
			return fmt.Errorf("%s: %w", p.name, err)
		}
		q.nodes = append(q.nodes, n)
		l.commits = append(l.commits, c)
	}
}

// commitOf makes a commit of what git prints of it: before the first field stands
// "commit ID", on a line of its own.
func commitOf(f []string) (node, scanner.Commit, error) {
	lines := strings.Split(f[0], "\n")
	n := node{id: lines[len(lines)-1], parents: strings.Fields(f[1])}
	for _, id := range append([]string{n.id}, n.parents...) {
		if !isID(id) {
			return n, scanner.Commit{}, fmt.Errorf("%q is no object id", id)
		}
	}
	return n, scanner.Commit{
		ID: n.id, Author: strings.ToValidUTF8(f[2], "\ufffd"), Email: strings.ToValidUTF8(f[3], "\ufffd"),
		AuthoredAt: timeOf(f[4]), CommittedAt: timeOf(f[5]), Message: strings.ToValidUTF8(f[6], "\ufffd"),
	}, nil
}

// timeOf reads a time as git writes it; what it cannot be is no time.
func timeOf(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return time.Time{}
	}
	return t
}

// changes compares commits with all their parents, by one process, in their order.
func (q *commits) changes(ctx context.Context, nodes []node, tell func(n int, c *change)) error {
	if len(nodes) == 0 {
		return nil
	}
	p, err := q.trees(ctx, func(w io.Writer) {
		for _, n := range nodes {
			// A line "COMMIT PARENT" compares the commit with that parent alone.
			for _, parent := range n.parents {
				_, _ = io.WriteString(w, n.id+" "+parent+"\n")
			}
			if len(n.parents) == 0 {
				_, _ = io.WriteString(w, n.id+"\n")
			}
		}
	})
	if err != nil {
		return err
	}
	in := &grouped{in: rawReader{p.out}}
	for i, n := range nodes {
		parents := make([][]entry, max(1, len(n.parents)))
		for k := range parents {
			if parents[k], err = in.group(n.id); err != nil {
				p.stop()
				return cut(p.name, err)
			}
		}
		c := compare(parents)
		tell(i, &c)
	}
	if err := in.last(); err != nil {
		p.stop()
		return cut(p.name, err)
	}
	return p.wait()
}

// trees starts the comparison of trees that feed names.
func (q *commits) trees(ctx context.Context, feed func(io.Writer)) (*process, error) {
	p, err := q.git.start(ctx, true, "diff-tree", "--stdin", "-r", "--root", "--always", "--raw", "-z", "--no-renames",
		"--no-abbrev", "--ignore-submodules=none")
	if err != nil {
		return nil, err
	}
	go func() { // its error shows when diff-tree ends
		feed(p.in)
		_ = p.in.Close()
	}()
	return p, nil
}

// grouped reads entries that stand in groups, each behind a header.
type grouped struct {
	in     rawReader
	header string // that was read ahead
	ended  bool
}

// group reads the next group, which must have this header.
func (g *grouped) group(want string) ([]entry, error) {
	header := g.header
	if g.header = ""; header == "" && !g.ended {
		_, h, err := g.in.next()
		if err != nil {
			return nil, err
		}
		header = h
	}
	if header != want {
		return nil, fmt.Errorf("it tells of %q where %q was asked for", header, want)
	}
	var es []entry
	for {
		e, h, err := g.in.next()
		switch {
		case errors.Is(err, io.EOF):
			g.ended = true
			return es, nil
		case err != nil:
			return nil, err
		case h != "":
			g.header = h
			return es, nil
		}
		es = append(es, e)
	}
}

// last makes sure that there are no more groups.
func (g *grouped) last() error {
	if g.header != "" || !g.ended {
		return fmt.Errorf("it tells of %q, for which nobody asked", g.header)
	}
	return nil
}

// loose adds what refs name that is no commit. All of it is new: such objects have
// no parents.
func (q *commits) loose(ctx context.Context, l *listing, t tips, blobs *gathered) error {
	if len(t.trees)+len(t.blobs) == 0 {
		return nil
	}
	l.commits = append(l.commits, scanner.Commit{})
	none := len(l.commits) - 1
	for _, id := range t.blobs {
		l.account.Files++
		blobs.add(l, spot{id: id}, none)
	}
	for _, id := range t.trees {
		out, err := q.git.output(ctx, "ls-tree", "-r", "-z", "--full-tree", id)
		if err != nil {
			return err
		}
		for _, line := range strings.Split(strings.TrimSuffix(out, "\x00"), "\x00") {
			meta, path, _ := strings.Cut(line, "\t") // MODE KIND ID
			if f := strings.Fields(meta); len(f) == 3 && f[1] == "blob" {
				l.account.Files++
				blobs.add(l, spot{f[2], path}, none)
			}
		}
	}
	return nil
}

func (q *commits) past(ctx context.Context, ids []string) (map[string][]spot, error) {
	asked := map[string]bool{}
	for _, id := range ids {
		asked[id] = true
	}
	var some []node
	for _, n := range q.nodes {
		if asked[n.id] {
			some = append(some, n)
		}
	}
	past := map[string][]spot{}
	err := q.changes(ctx, some, func(n int, c *change) { past[some[n].id] = c.before })
	return past, err
}
