package gitsource

import (
	"context"
	"maps"

	"github.com/go-git/go-git/v5/plumbing"
)

// merge puts together what the readers found.
func (d *delta) merge(ctx context.Context, readers []*deltaReader) {
	rows, segments, own, commits := 0, 0, 0, 0
	for _, r := range readers {
		rows, segments, own = rows+len(r.trees.rows), segments+len(r.trees.segments), own+len(r.trees.own)
		commits += len(r.commits)
	}
	d.trees.rows, d.trees.segments = make([]treeRow, 0, rows), make([]segment, 0, segments)
	d.trees.own, d.commits = make([]fresh, 0, own), make([]links, 0, commits)
	nameOf := map[string]uint32{}
	lostAt := map[plumbing.Hash]uint32{}
	for _, r := range readers {
		numbers := d.numbers(r.lost, lostAt)
		d.takeTrees(&r.trees, nameOf, numbers)
		r.trees.treeTable = treeTable{}
		for _, c := range r.commits {
			if c.root&unresolved != 0 {
				c.root = numbers[c.root&^unresolved]
			}
			d.row[c.number] = int32(len(d.commits))
			d.commits = append(d.commits, c)
		}
		maps.Copy(d.tags, r.tags)
		if d.found == nil {
			d.found = r.found
		} else {
			maps.Copy(d.found, r.found)
		}
		d.stats.add(&r.heir.stats)
		d.anchors += r.anchors
		d.bytes += r.bytes
		d.unnamed += r.unnamed
		r.commits, r.tags = nil, nil
	}
	for _, r := range readers {
		for n, err := range r.failed {
			if d.wasRead(n) {
				continue // at another place it could be read
			}
			d.failed[n] = err
			d.wanted[n] = true // whoever needs it will try again, and report it
		}
	}
	for range d.lost {
		d.kinds, d.wanted, d.row = append(d.kinds, 0), append(d.wanted, true), append(d.row, -1)
		d.counted = append(d.counted, false)
	}
	if d.unnamed > 0 && ctx.Err() == nil { // of a walk that was stopped the counts say nothing
		d.unhashed(ctx)
	}
	d.mismatched()
}

// wasRead says that an object was read, whole.
func (d *delta) wasRead(n uint32) bool {
	switch d.kinds[n] {
	case 0:
		return false
	case plumbing.CommitObject:
		return d.row[n] >= 0
	case plumbing.TagObject:
		_, ok := d.tags[d.id(n)]
		return ok
	}
	return true
}

// numbers gives numbers to what a reader did not find: it has one now, for a pack
// without an index, or is lost.
func (d *delta) numbers(lost []plumbing.Hash, lostAt map[plumbing.Hash]uint32) []uint32 {
	out := make([]uint32, len(lost))
	for i := range lost {
		n, ok := d.find(&lost[i])
		if !ok {
			if n, ok = lostAt[lost[i]]; !ok {
				n = d.total + uint32(len(d.lost))
				d.lost = append(d.lost, lost[i])
				lostAt[lost[i]] = n
			}
		}
		out[i] = n
	}
	return out
}

// takeTrees adds a reader's trees to the table.
func (d *delta) takeTrees(t *treeReader, nameOf map[string]uint32, numbers []uint32) {
	names := make([]uint32, len(t.names))
	for i, name := range t.names {
		n, ok := nameOf[name]
		if !ok {
			n = uint32(len(d.trees.names))
			d.trees.names = append(d.trees.names, name)
			nameOf[name] = n
		}
		names[i] = n
	}
	for i := range t.own {
		e := &t.own[i]
		e.what = e.what&^nameMask | names[e.what&nameMask]
		if e.object&unresolved != 0 && e.kind() != kindModule {
			e.object = numbers[e.object&^unresolved]
		}
	}
	own, segments := uint32(len(d.trees.own)), uint32(len(d.trees.segments))
	for i := range t.segments {
		if t.segments[i].own() {
			t.segments[i].first += own
		}
	}
	for _, row := range t.rows {
		row.segments[0] += segments
		row.segments[1] += segments
		d.row[row.number] = int32(len(d.trees.rows))
		d.trees.rows = append(d.trees.rows, row)
	}
	d.trees.own = append(d.trees.own, t.own...)
	d.trees.segments = append(d.trees.segments, t.segments...)
}

// unhashed accounts for blobs that have no name because nobody needs it. If as many
// are named by trees as have no name, and the pack is whole, these are they; else
// all are named, and it comes out which are missing, or named by nothing.
func (d *delta) unhashed(ctx context.Context) {
	named := make([]bool, len(d.lost))
	count := 0
	for _, e := range d.trees.own {
		if e.kind() == kindBlob && e.object >= d.total && !named[e.object-d.total] {
			named[e.object-d.total] = true
			count++
		}
	}
	if count != d.unnamed {
		d.nameAll(ctx)
		return
	}
	for n := range d.total {
		if d.counted[n] && d.id(n).IsZero() {
			d.counted[n] = false
		}
	}
	for i := range d.lost {
		if n := d.total + uint32(i); named[i] {
			d.kinds[n], d.wanted[n], d.counted[n] = plumbing.BlobObject, false, true
		}
	}
}

// nameAll names every blob, and gives those that were not found their numbers.
func (d *delta) nameAll(ctx context.Context) {
	for _, p := range d.packs {
		if err := p.Name(ctx, d.jobs); err != nil {
			return // what has no name is missing
		}
	}
	d.unnamed = 0
	for i := range d.trees.own {
		e := &d.trees.own[i]
		if e.kind() == kindModule || e.object < d.total {
			continue
		}
		if n, ok := d.find(&d.lost[e.object-d.total]); ok {
			e.object = n
		}
	}
}

// mismatched marks as wanted what an entry takes for something that it is not,
// and trees that are malformed: whoever enters them reports it.
func (d *delta) mismatched() {
	for _, e := range d.trees.own {
		if e.kind() == kindModule {
			continue
		}
		if k := d.kinds[e.object]; (e.kind() == kindTree) != (k == plumbing.TreeObject) || e.kind() == kindBlob && k != plumbing.BlobObject {
			d.wanted[e.object] = true
		}
	}
	for i := range d.trees.rows {
		if r := &d.trees.rows[i]; r.bad {
			d.wanted[r.number] = true
		}
	}
}
