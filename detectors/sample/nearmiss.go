package sample

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"leakline/detectors"
)

// NearMisses makes one-edit mutants of sample i of a detector: texts that look
// like the credential to the eye and are not one. n chooses another draw. A
// mutant that is, or holds between boundaries, another valid text of the same
// detector is left out.
func NearMisses(d detectors.Detector, i, n int) ([]Text, error) {
	if i < 0 || i >= len(d.Samples) {
		return nil, fmt.Errorf("detector %s has no sample %d", d.ID, i)
	}
	p, err := prepare(d.Samples[i])
	if err != nil {
		return nil, fmt.Errorf("detector %s, sample %d: %w", d.ID, i, err)
	}
	seed := fmt.Sprintf("%s/%d/%d", d.ID, i, n)
	m := mutator{d: d, p: p, rng: newRand(seed + "/mutants")}
	m.all()
	var list []Text
	for _, mu := range m.mutants {
		t, err := p.text(mu.nodes, seed, n)
		if err != nil {
			return nil, fmt.Errorf("detector %s, sample %d, %s: %w", d.ID, i, mu.why, err)
		}
		if !mu.wellFormed {
			lives, err := HoldsSample(d, t.Value)
			if err != nil {
				return nil, err
			}
			if lives {
				continue
			}
		}
		t.Why = mu.why
		list = append(list, t)
	}
	return list, nil
}

// HoldsSample says whether a text, or a part of it between two boundaries of the
// detector, has the format of one of the detector's samples. For a detector that
// finds by name only the whole counts.
func HoldsSample(d detectors.Detector, text string) (bool, error) {
	starts, ends := []int{0}, []int{len(text)}
	if len(d.Anchors) > 0 {
		for i := 1; i < len(text); i++ {
			if bounds(d, text[i-1]) {
				starts = append(starts, i)
			}
			if bounds(d, text[i]) {
				ends = append(ends, i)
			}
		}
	}
	// A document has many words; only its whole can be the sample.
	if len(starts)*len(ends) > 2500 {
		starts, ends = starts[:1], ends[:1]
	}
	for _, s := range d.Samples {
		nodes, err := parse(s.Value)
		if err != nil {
			return false, fmt.Errorf("detector %s: %w", d.ID, err)
		}
		for _, lo := range starts {
			for _, hi := range ends {
				if lo < hi && fits(nodes, text[lo:hi]) {
					return true, nil
				}
			}
		}
	}
	return false, nil
}

// bounds says whether a secret of the detector may end at this byte.
func bounds(d detectors.Detector, b byte) bool {
	more := d.Boundary
	if more == "" {
		more = "_-"
	}
	l, u, n := kinds(string(b))
	return !l && !u && !n && strings.IndexByte(more, b) < 0
}

type mutant struct {
	why        string
	nodes      []node
	wellFormed bool // it has the format, and yet is no secret
}

type mutator struct {
	d       detectors.Detector
	p       prepared
	rng     *rand.Rand
	mutants []mutant
}

func (m *mutator) all() {
	switch m.d.Reader {
	case detectors.ReadPattern:
		// Where the secret is a part of a longer text, the format fixes the secret and
		// the anchor; the rest is an example of what may stand there.
		part := m.p.sample.Block || m.p.sample.Secret != ""
		for i := range m.p.nodes {
			if n := &m.p.nodes[i]; !part || m.p.from <= n.at && n.end <= m.p.to {
				m.ofNode(i)
			}
		}
		if part {
			m.ofAnchor()
		}
		m.placeholder()
	case detectors.ReadGeneric:
		m.placeholder()
	case detectors.ReadObject, detectors.ReadURL:
		m.ofAnchor()
		m.ofSecret()
	case detectors.ReadPEM, detectors.ReadJWT:
		for i := range m.p.nodes {
			if k := m.p.nodes[i].kind; k == pem || k == jwt {
				m.ofNode(i)
			}
		}
	}
}

// add makes a mutant whose node i is changed.
func (m *mutator) add(i int, why string, change func(*node)) {
	nodes := slices.Clone(m.p.nodes)
	nodes[i].kids = slices.Clone(nodes[i].kids)
	change(&nodes[i])
	m.mutants = append(m.mutants, mutant{why: why, nodes: nodes})
}

func (m *mutator) ofNode(i int) {
	switch n := m.p.nodes[i]; n.kind {
	case literal:
		m.ofLiteral(i)
	case run:
		m.ofRun(i)
	case uuid, ulid:
		m.add(i, "one character too short", func(n *node) { n.edit = func(s string) string { return s[:len(s)-1] } })
		m.add(i, "a character outside the alphabet", func(n *node) { n.edit = poke(10, '!') })
		if n.kind == uuid && slices.Contains(m.d.Checks, detectors.CheckUUID4) {
			m.add(i, "a UUID of version 1", func(n *node) { n.edit = poke(14, '1') })
		}
	case crcSum:
		m.add(i, "a wrong checksum", func(n *node) { n.edit = wrongLast })
	case encoded:
		m.ofEncoded(i)
	case jwt:
		m.ofJWT(i)
	case pem:
		m.ofPEM(i)
	}
}

func (m *mutator) ofRun(i int) {
	n := m.p.nodes[i]
	if n.free {
		return
	}
	m.add(i, fmt.Sprintf("%d characters of %d", n.min-1, n.min), func(n *node) { n.min, n.max = n.min-1, n.min-1 })
	m.add(i, fmt.Sprintf("%d characters of %d", n.max+1, n.max), func(n *node) { n.min, n.max = n.max+1, n.max+1 })
	if k := strings.IndexFunc("!~*", func(r rune) bool { return !n.class.contains(byte(r)) }); k >= 0 {
		m.add(i, "a character outside the class", func(n *node) { n.edit = poke(n.min/2, "!~*"[k]) })
	}
}

// ofLiteral changes a letter in the first and in the last word of a literal of
// at least three characters.
func (m *mutator) ofLiteral(i int) {
	text := m.p.nodes[i].text
	if len(text) < 3 {
		return
	}
	var words [][2]int
	for lo := 0; lo < len(text); lo++ {
		hi := lo
		for hi < len(text) && letter(text[hi]) {
			hi++
		}
		if hi > lo {
			words = append(words, [2]int{lo, hi})
			lo = hi
		}
	}
	for k, w := range words {
		if k == 0 || k == len(words)-1 {
			at := w[0] + m.rng.IntN(w[1]-w[0])
			m.add(i, fmt.Sprintf("a wrong letter in the fixed text %q", text), func(n *node) { n.edit = m.otherLetter(at) })
		}
	}
}

// ofAnchor changes a letter of the anchor, where a literal holds it.
func (m *mutator) ofAnchor() {
	for i, n := range m.p.nodes {
		for _, a := range m.d.Anchors {
			at := strings.Index(n.text, a)
			if n.kind != literal || at < 0 {
				continue
			}
			k := strings.IndexFunc(a, func(r rune) bool { return r < 128 && letter(byte(r)) })
			if k >= 0 {
				m.add(i, fmt.Sprintf("a wrong letter in the anchor %q", a), func(n *node) { n.edit = m.otherLetter(at + k) })
			}
			return
		}
	}
}

// ofSecret empties the secret, where it is a part of a longer text.
func (m *mutator) ofSecret() {
	if m.p.sample.Secret == "" {
		return
	}
	nodes := slices.Clone(m.p.nodes)
	changed := false
	for i := range nodes {
		if n := &nodes[i]; m.p.from <= n.at && n.end <= m.p.to {
			n.edit = func(string) string { return "" }
			changed = true
		}
	}
	if changed {
		m.mutants = append(m.mutants, mutant{why: "an empty secret", nodes: nodes})
	}
}

func (m *mutator) ofEncoded(i int) {
	n := m.p.nodes[i]
	if n.text == "json" || n.text == "pct" {
		return
	}
	m.add(i, "a character outside the encoding", func(n *node) {
		n.edit = func(s string) string { return poke(len(s)/2, '!')(s) }
	})
	if n.text == "b64json" {
		m.add(i, "not JSON", func(n *node) { n.edit = poke(0, 'f') })
	}
	if !slices.Contains(m.d.Checks, detectors.CheckWorkOSBody) {
		return
	}
	for k, kid := range n.kids {
		if kid.kind == literal && len(kid.text) >= 3 && letter(kid.text[0]) {
			m.add(i, fmt.Sprintf("a wrong letter in the encoded text %q", kid.text), func(n *node) {
				n.kids[k].edit = m.otherLetter(0)
			})
		}
	}
}

func (m *mutator) ofJWT(i int) {
	n := m.p.nodes[i]
	if m.d.Reader == detectors.ReadJWT { // a pattern does not look into it
		m.add(i, "claims that are not JSON", func(n *node) {
			n.edit = func(s string) string { return poke(strings.IndexByte(s, '.')+1, 'f')(s) }
		})
	}
	if n.text != "none" {
		m.add(i, "no signature", func(n *node) {
			n.edit = func(s string) string { return s[:strings.LastIndexByte(s, '.')] }
		})
	}
	for _, role := range []struct {
		check detectors.Check
		word  string
		other string
	}{
		{detectors.CheckServiceRole, "service_role", "service_rule"},
		{detectors.CheckAnonRole, "anon", "anom"},
	} {
		for k, kid := range n.kids {
			if kid.kind == literal && strings.Contains(kid.text, role.word) && slices.Contains(m.d.Checks, role.check) {
				m.add(i, "another role", func(n *node) {
					n.kids[k].edit = func(s string) string { return strings.Replace(s, role.word, role.other, 1) }
				})
			}
		}
	}
}

func (m *mutator) ofPEM(i int) {
	m.add(i, "four dashes", func(n *node) { n.edit = func(s string) string { return s[1:] } })
	for _, word := range []string{"PRIVITE", "PUBLIC"} {
		if label := m.p.nodes[i].text; strings.Contains(label, "PRIVATE") {
			m.add(i, "a block of another label", func(n *node) { n.text = strings.Replace(label, "PRIVATE", word, 1) })
		}
	}
}

// placeholder repeats one character in every run.
func (m *mutator) placeholder() {
	nodes := slices.Clone(m.p.nodes)
	longest := 0
	for i := range nodes {
		switch n := &nodes[i]; n.kind {
		case run:
			n.repeat = len(n.class.chars) >= 10
			longest = max(longest, n.min)
		case literal, crcMark, crcSum:
		default:
			return // its random text can't be repeated
		}
	}
	if longest >= 16 && (!m.p.sample.Block || m.p.sample.Secret == "") {
		m.mutants = append(m.mutants, mutant{why: "one character repeated", nodes: nodes, wellFormed: true})
	}
}

func letter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// otherLetter puts another letter of the same case at an offset. It is a letter
// that is rare in the prefixes of credentials.
func (m *mutator) otherLetter(at int) func(string) string {
	k := m.rng.IntN(3)
	return func(s string) string {
		rare := "qzj"
		c := rare[k]
		if c == s[at]|0x20 {
			c = rare[(k+1)%3]
		}
		return poke(at, c&^0x20|s[at]&0x20)(s)
	}
}

// poke puts one byte at an offset.
func poke(at int, c byte) func(string) string {
	return func(s string) string {
		if at >= len(s) {
			return s
		}
		return s[:at] + string(c) + s[at+1:]
	}
}

// wrongLast changes the last character of a checksum into another of base62.
func wrongLast(s string) string {
	c := s[len(s)-1]
	if c == '0' {
		return s[:len(s)-1] + "7"
	}
	return s[:len(s)-1] + "0"
}
