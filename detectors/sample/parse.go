package sample

import (
	"fmt"
	"strconv"
	"strings"
)

// kind says what a node of the notation is.
type kind int

const (
	literal  kind = iota // text
	run                  // min to max characters of class
	uuid                 // version 4 UUID
	ulid                 // ULID
	crcMark              // where a checksum's text begins
	crcSum               // the checksum, min characters wide
	encoded              // kids, encoded as text says
	jwt                  // kids are the claims, text is the algorithm
	pem                  // text is the label, min to max the bytes
	password             // made-up password
)

// maxWidth bounds the width of a run, so that a typing error can't ask for a
// gigabyte.
const maxWidth = 100_000

// node is one piece of a parsed notation. at and end are its offsets there.
type node struct {
	kind     kind
	at, end  int
	text     string
	class    *class
	min, max int
	free     bool // a run's width and class are usual, not fixed
	kids     []node
	// edit changes what the node expands to; only mutants have one.
	edit func(string) string
	// repeat makes a run of one character, repeated; only mutants have it.
	repeat bool
}

// parse reads a notation. A literal is split at each of cuts, so that a node
// begins and ends there.
func parse(notation string, cuts ...int) ([]node, error) {
	p := &parser{s: notation, cuts: cuts}
	nodes, err := p.sequence(false)
	if err != nil {
		return nil, fmt.Errorf("notation %q: %w", notation, err)
	}
	if err := checkMarks(nodes); err != nil {
		return nil, fmt.Errorf("notation %q: %w", notation, err)
	}
	return nodes, nil
}

// checkMarks makes sure that every checksum has a mark before it, in the same
// sequence.
func checkMarks(nodes []node) error {
	marked := false
	for _, n := range nodes {
		switch n.kind {
		case crcMark:
			marked = true
		case crcSum:
			if !marked {
				return at(n.at, "{crc32} without a {crc} before it")
			}
		}
		if err := checkMarks(n.kids); err != nil {
			return err
		}
	}
	return nil
}

type parser struct {
	s    string
	pos  int
	cuts []int
}

func at(offset int, format string, args ...any) error {
	return fmt.Errorf("offset %d: %s", offset, fmt.Sprintf(format, args...))
}

// sequence reads nodes up to the end, or, inside a placeholder, up to the brace
// that closes it, which it leaves.
func (p *parser) sequence(inside bool) ([]node, error) {
	var (
		nodes []node
		lit   strings.Builder
		start = p.pos
		open  []int // widths of the literal braces that are open
	)
	flush := func() {
		if lit.Len() > 0 {
			nodes = append(nodes, node{kind: literal, at: start, end: p.pos, text: lit.String()})
			lit.Reset()
		}
		start = p.pos
	}
	for p.pos < len(p.s) {
		if p.cut() {
			flush()
		}
		width, isLiteral, err := p.brace(inside, &open)
		switch {
		case err != nil:
			return nil, err
		case isLiteral:
			lit.WriteByte(p.s[p.pos])
			p.pos += width
		case p.s[p.pos] == '}':
			flush()
			return nodes, nil
		default:
			flush()
			n, err := p.placeholder()
			if err != nil {
				return nil, err
			}
			nodes = append(nodes, n)
			start = p.pos
		}
	}
	flush()
	if inside {
		return nil, at(p.pos, "a placeholder is not closed")
	}
	return nodes, nil
}

func (p *parser) cut() bool {
	for _, c := range p.cuts {
		if c == p.pos {
			return true
		}
	}
	return false
}

// brace looks at the next byte. It says whether it is literal text and how many
// bytes of the notation it takes; if not, a placeholder begins or ends there.
func (p *parser) brace(inside bool, open *[]int) (width int, isLiteral bool, err error) {
	rest := p.s[p.pos:]
	switch {
	case rest[0] == '{' && strings.HasPrefix(rest, "{{"):
		*open = append(*open, 2)
		return 2, true, nil
	case rest[0] == '{' && inside && len(rest) > 1 && strings.IndexByte("\" \t\n}", rest[1]) >= 0:
		*open = append(*open, 1)
		return 1, true, nil
	case rest[0] == '{':
		return 0, false, nil
	case rest[0] != '}':
		return 1, true, nil
	}
	if !inside {
		if strings.HasPrefix(rest, "}}") {
			return 2, true, nil
		}
		return 0, false, at(p.pos, "a lone }, write }} for the character")
	}
	if len(*open) == 0 {
		return 0, false, nil
	}
	width = (*open)[len(*open)-1]
	*open = (*open)[:len(*open)-1]
	if width == 2 && !strings.HasPrefix(rest, "}}") {
		return 0, false, at(p.pos, "{{ is closed by a single }")
	}
	return width, true, nil
}

// placeholder reads one placeholder, from its { to its }.
func (p *parser) placeholder() (node, error) {
	start := p.pos
	p.pos++
	stop := strings.IndexAny(p.s[p.pos:], ":}")
	if stop < 0 {
		return node{}, at(start, "a placeholder is not closed")
	}
	word := p.s[p.pos : p.pos+stop]
	p.pos += stop
	hasArg := p.s[p.pos] == ':'
	if hasArg {
		p.pos++
	}
	n, err := p.body(start, word, hasArg)
	if err != nil {
		return node{}, err
	}
	if p.pos >= len(p.s) || p.s[p.pos] != '}' {
		return node{}, at(start, "placeholder %q is not closed where it should be", word)
	}
	p.pos++
	n.at, n.end = start, p.pos
	return n, nil
}

// body reads what stands after a placeholder's word, up to its closing brace.
func (p *parser) body(start int, word string, hasArg bool) (node, error) {
	if !hasArg {
		switch word {
		case "uuid4", "uuid":
			return node{kind: uuid}, nil
		case "ULID":
			return node{kind: ulid}, nil
		case "crc":
			return node{kind: crcMark}, nil
		case "password":
			return node{kind: password}, nil
		}
		return node{}, at(start, "unknown placeholder %q", word)
	}
	switch word {
	case "crc32":
		lo, hi, err := parseWidth(p.until('}'))
		if err != nil || lo != hi || lo < 6 {
			return node{}, at(start, "a CRC-32 needs one width of at least 6")
		}
		return node{kind: crcSum, min: lo, max: hi}, nil
	case "b64", "b64url", "b64json", "json", "pct":
		kids, err := p.sequence(true)
		return node{kind: encoded, text: word, kids: kids}, err
	case "jwt":
		alg := p.until(':')
		if _, ok := signatureBytes(alg); !ok {
			return node{}, at(start, "unknown JWT algorithm %q", alg)
		}
		p.pos = min(p.pos+1, len(p.s))
		kids, err := p.sequence(true)
		return node{kind: jwt, text: alg, kids: kids}, err
	case "pem":
		label := p.until(':')
		p.pos = min(p.pos+1, len(p.s))
		lo, hi, err := parseWidth(p.until('}'))
		if err != nil || label == "" {
			return node{}, at(start, "want {pem:LABEL:BYTES}")
		}
		return node{kind: pem, text: label, min: lo, max: hi}, nil
	}
	width, free := strings.CutSuffix(word, "~")
	lo, hi, err := parseWidth(width)
	if err != nil {
		return node{}, at(start, "unknown placeholder %q", word)
	}
	c, err := parseClass(p.classText())
	if err != nil {
		return node{}, at(start, "%v", err)
	}
	return node{kind: run, class: c, min: lo, max: hi, free: free}, nil
}

// until takes the text up to the next stop byte, which it leaves.
func (p *parser) until(stop byte) string {
	rest := p.s[p.pos:]
	if i := strings.IndexByte(rest, stop); i >= 0 {
		rest = rest[:i]
	}
	p.pos += len(rest)
	return rest
}

// classText takes the text of a class, which may hold braces within brackets.
func (p *parser) classText() string {
	if !strings.HasPrefix(p.s[p.pos:], "[") {
		return p.until('}')
	}
	for i := p.pos + 1; i < len(p.s); i++ {
		switch p.s[i] {
		case '\\':
			i++
		case ']':
			text := p.s[p.pos : i+1]
			p.pos = i + 1
			return text
		}
	}
	return p.until('}')
}

// parseWidth reads N or N-M.
func parseWidth(s string) (lo, hi int, err error) {
	first, second, ranged := strings.Cut(s, "-")
	if lo, err = strconv.Atoi(first); err != nil {
		return 0, 0, err
	}
	hi = lo
	if ranged {
		if hi, err = strconv.Atoi(second); err != nil {
			return 0, 0, err
		}
	}
	if lo < 1 || hi < lo || hi > maxWidth {
		return 0, 0, fmt.Errorf("width %q is not within 1 to %d", s, maxWidth)
	}
	return lo, hi, nil
}
