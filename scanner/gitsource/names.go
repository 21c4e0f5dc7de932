package gitsource

// names counts different names and keeps the first, as they are sorted, as a
// sample.
type names struct {
	seen   map[string]struct{}
	sample string
}

func (n *names) add(name string) {
	if n.seen == nil {
		n.seen, n.sample = map[string]struct{}{}, name
	}
	n.seen[name] = struct{}{}
	n.sample = min(n.sample, name)
}

func (n *names) count() int { return len(n.seen) }
