package engine

import "encoding/binary"

// A run that is too long for one verdict is read in pieces. Where they begin is said by
// the bytes there, so that a verdict needs no more than its extent: at about one digit
// in 2^cutBits, if pieceBack digits of the run stand before it. Each reads a little way
// into the next, so that nothing is cut in two.
const (
	cutBits   = 11
	pieceBack = 8 << 10
	pieceOver = 4 << 10
	// pieceSpace is how far apart pieces begin at least.
	pieceSpace = 512
	// pieceReach bounds the bytes in which pieceBack digits are looked for.
	pieceReach = 2 * pieceBack
	// cutReach is how many bytes before it say whether a piece begins.
	cutReach = 16
	// probeEvery is how far apart a long run is looked for.
	probeEvery = pieceBack / 2
)

// cutFactor is 2^64 divided by the golden ratio, see hashFactor.
const cutFactor = 11400714819323198485

// cuts says whether a piece may begin at p, as one of 2^bits does: from the bytes
// before it.
func cuts(data []byte, p, bits int) bool {
	if p < cutReach {
		return false
	}
	h := binary.LittleEndian.Uint64(data[p-cutReach:]) * cutFactor
	h = (h ^ h>>32 ^ binary.LittleEndian.Uint64(data[p-cutReach/2:])) * cutFactor
	return h>>(64-bits) == 0
}

// cutRun says whether a piece of a run may begin at p. Where the same bytes come again
// and again, as many cuts would, none but the first does.
func cutRun(data []byte, p int) bool {
	return cuts(data, p, cutBits) && !cutsBefore(data, p, pieceSpace, cutBits)
}

// cutsBefore says whether one of the n places before p is a cut too.
func cutsBefore(data []byte, p, n, bits int) bool {
	for q := max(p-n, 0); q < p; q++ {
		if cuts(data, q, bits) {
			return true
		}
	}
	return false
}

// pieceBegins says whether a piece begins at p, within a line of a run.
func (v *view) pieceBegins(p int) bool {
	for k := range cutReach + 1 {
		if !isDigit64(v.at(p - k)) {
			return false
		}
	}
	return cutRun(v.data, p) && v.runBack64(p) >= pieceBack
}

// runBack64 counts the digits of a run before p, but no more than pieceBack.
func (v *view) runBack64(p int) int {
	n, from := 0, p
	for {
		q := p
		for q > 0 && digit64[v.data[q-1]] < 64 && n < pieceBack {
			q--
			n++
		}
		v.at(q - 1)
		before, ok := v.lineBefore(q)
		if n >= pieceBack || !ok || from-before > pieceReach {
			return n
		}
		p = before
	}
}

// pieces calls found for the begins in [from, to) of pieces.
func pieces(data []byte, from, to int, found func(int)) {
	v := newView(data, from)
	for p := from; p < to; {
		q := p
		if p > from {
			if q = digitNear(data, p); q < 0 {
				p += probeEvery
				continue
			}
		}
		p = max(v.piecesOf(q, from, to, found), p+probeEvery)
	}
}

// digitNear gives the place of a digit in a long line of a run that may stand around p,
// or -1.
func digitNear(data []byte, p int) int {
	for _, q := range [...]int{p, p + 2 + maxIndent} {
		if q+runBlock > len(data) {
			return -1
		}
		k := 0
		for k < runBlock && digit64[data[q+k]] < 64 {
			k++
		}
		if k == runBlock {
			return q
		}
	}
	return -1
}

// piecesOf calls found for the begins in [from, to) of pieces of the run around p, and
// gives its end.
func (v *view) piecesOf(p, from, to int, found func(int)) int {
	if p > 0 && p < len(v.data) && digit64[v.data[p]] == 64 { // between two lines
		for q := p; q > p-maxIndent-2 && q > 0; q-- {
			if digit64[v.data[q-1]] < 64 {
				p = q
				break
			}
		}
	}
	n, begin := v.runBack64(p), p
	for p-begin < longLine && begin > 0 && digit64[v.data[begin-1]] < 64 {
		begin--
	}
	for p < to {
		end := p
		for ; end < to && digit64[v.data[end]] < 64; end++ {
			if n+end-p >= pieceBack && end >= from && end-begin >= cutReach && cutRun(v.data, end) {
				found(end)
			}
		}
		if end >= to || end-begin < longLine {
			return end
		}
		next, ok := v.nextLine(end)
		if !ok {
			return end
		}
		n += end - p
		p, begin = next, next
	}
	return p
}

// runEnd gives the end of the run around p, if it is near, for it decides which pieces
// begin there.
func runEnd(data []byte, p int) int {
	if p >= len(data) {
		return len(data)
	}
	v := newView(data, p)
	most := min(p+pieceReach+minRun, len(data))
	return min(max(v.piecesOf(p, most, most, nil), p), most)
}
