package scanner

import (
	"bytes"
	"strings"

	"leakline/detectors/engine"
	"leakline/detectors/identity"
)

// A match whose layer is ambiguous is ruled upon once more when the repository's
// manifests are known. By then its document is gone; an excerpt of it is kept, in
// which every secret is blanked out.
const (
	excerptReach = 32 << 10 // bytes on either side of the secret
	excerptShare = 8 << 10  // least reach at which a neighbour's excerpt serves too
	maxExcerpts  = 128      // of one chunk
	maxExcerpted = 64 << 20 // bytes of all that are kept
)

// excerpt is the neighbourhood of one or more matches.
type excerpt struct {
	doc identity.Document // with offsets as in the excerpt
	lo  int               // offset of the excerpt in the whole document
}

// excerpts cuts excerpts from one document, for matches in order.
type excerpts struct {
	doc   identity.Document
	last  *excerpt
	count int
}

// around gives an excerpt that holds match i, or nil if the document had its
// share of them; the first ruling then stands.
func (x *excerpts) around(i int) *excerpt {
	m := x.doc.Beside[i]
	need := func(reach int) (lo, hi int) {
		lo = m.Start
		if m.NameEnd > m.NameStart {
			lo = min(lo, m.NameStart)
		}
		return max(0, lo-reach), min(len(x.doc.Data), m.End+reach)
	}
	if x.last != nil {
		if lo, hi := need(excerptShare); lo >= x.last.lo && hi <= x.last.lo+len(x.last.doc.Data) {
			return x.last
		}
	}
	if x.count == maxExcerpts {
		return nil
	}
	x.count++
	lo, hi := need(excerptReach)
	x.last = &excerpt{doc: x.doc, lo: lo}
	x.last.doc.Data = bytes.Clone(x.doc.Data[lo:hi])
	x.last.doc.Beside = nil
	x.blank(i)
	return x.last
}

// blank overwrites the secrets of the last excerpt, which was cut around match i,
// and notes what matches it holds. Public identifiers and the public prefix of a
// secret stay: they are evidence.
func (x *excerpts) blank(i int) {
	e, ms := x.last, x.doc.Beside
	lo, hi := e.lo, e.lo+len(e.doc.Data)
	for i > 0 && ms[i-1].End > lo {
		i--
	}
	for ; i < len(ms) && ms[i].Start < hi; i++ {
		m := ms[i]
		if m.Start >= lo && m.End <= hi {
			e.doc.Beside = append(e.doc.Beside, e.moved(m))
		}
		if m.Detector.Public {
			continue
		}
		prefix, _, _ := strings.Cut(m.Secret.String(), "…")
		from := m.Start
		if bytes.HasPrefix(x.doc.Data[from:m.End], []byte(prefix)) {
			from += len(prefix)
		}
		for k := max(from, lo); k < min(m.End, hi); k++ {
			e.doc.Data[k-lo] = 'x'
		}
	}
}

// moved gives a match as it stands in the excerpt.
func (e *excerpt) moved(m engine.Match) engine.Match {
	m.Start -= e.lo
	m.End -= e.lo
	m.Lo -= e.lo
	m.Hi -= e.lo
	if m.NameEnd > m.NameStart {
		m.NameStart -= e.lo
		m.NameEnd -= e.lo
	}
	return m
}
