package sample

import (
	"fmt"
	"strings"

	"leakline/detectors"
)

// Text is one example of a credential, or one near-miss.
type Text struct {
	// Name is the name that it is kept under, as the sample writes it; empty
	// means that no name gives it away.
	Name string
	// Value is the text that holds the secret.
	Value string
	// Secret is the plaintext that must be found, in canonical form.
	Secret string
	// Context is a line that must stand nearby, or empty.
	Context string
	// Block says that Value is a document or has several lines.
	Block bool
	// Why says what is wrong with a near-miss; empty for an example.
	Why string
}

// Example makes the n-th example from sample i of a detector. Where a format has
// a range of widths, example 0 has the least, example 1 the greatest.
func Example(d detectors.Detector, i, n int) (Text, error) {
	if i < 0 || i >= len(d.Samples) {
		return Text{}, fmt.Errorf("detector %s has no sample %d", d.ID, i)
	}
	p, err := prepare(d.Samples[i])
	if err != nil {
		return Text{}, fmt.Errorf("detector %s, sample %d: %w", d.ID, i, err)
	}
	t, err := p.text(p.nodes, fmt.Sprintf("%s/%d/%d", d.ID, i, n), n)
	if err != nil {
		return Text{}, fmt.Errorf("detector %s, sample %d: %w", d.ID, i, err)
	}
	return t, nil
}

// prepared is a sample whose notation is parsed.
type prepared struct {
	sample   detectors.Sample
	nodes    []node
	from, to int // the secret's part of the notation
}

func prepare(s detectors.Sample) (prepared, error) {
	p := prepared{sample: s, to: len(s.Value)}
	if s.Value == "" {
		return p, fmt.Errorf("the sample has no value")
	}
	if s.Secret != "" {
		if p.from = strings.LastIndex(s.Value, s.Secret); p.from < 0 {
			return p, fmt.Errorf("the secret's notation %q does not stand in the value's %q", s.Secret, s.Value)
		}
		p.to = p.from + len(s.Secret)
	}
	var err error
	if p.nodes, err = parse(s.Value, p.from, p.to); err != nil {
		return p, err
	}
	if !bordered(p.nodes, p.from, true) || !bordered(p.nodes, p.to, false) {
		return p, fmt.Errorf("the secret's notation %q begins or ends inside a placeholder", s.Secret)
	}
	return p, nil
}

// bordered says whether some node begins, or ends, at an offset.
func bordered(nodes []node, offset int, begins bool) bool {
	for _, n := range nodes {
		if begins && n.at == offset || !begins && n.end == offset || bordered(n.kids, offset, begins) {
			return true
		}
	}
	return false
}

func (p prepared) text(nodes []node, seed string, n int) (Text, error) {
	e := newExpander(seed)
	e.keepFrom, e.keepTo = p.from, p.to
	switch n {
	case 0:
		e.widths = leastWidth
	case 1:
		e.widths = mostWidth
	}
	value, err := e.sequence(nodes)
	if err != nil {
		return Text{}, err
	}
	context, err := Expand(seed+"/context", p.sample.Context)
	if err != nil {
		return Text{}, err
	}
	return Text{
		Name:    p.sample.Name,
		Value:   value,
		Secret:  canonical(e.kept.String()),
		Context: context,
		Block:   p.sample.Block,
	}, nil
}

// canonical is the form in which a secret is compared: of an armoured block the
// body without white space, of all else the text itself.
func canonical(secret string) string {
	rest, ok := strings.CutPrefix(secret, "-----BEGIN ")
	if !ok {
		return secret
	}
	_, rest, ok = strings.Cut(rest, "-----\n")
	if !ok {
		return secret
	}
	body, _, _ := strings.Cut(rest, "-----END ")
	return strings.Join(strings.Fields(body), "")
}
