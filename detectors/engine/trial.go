package engine

import (
	"bytes"
	"slices"
	"strings"

	"leakline/detectors"
	"leakline/detectors/known"
)

// trial is one anchor before its detectors.
type trial struct {
	*view
	pos        int
	literal    *literal
	names      []nameSpec // of the detector at hand, those that the literal is looked for
	assigned   assigned   // of a literal that is a name
	unassigned string     // why there is none
	name       identifier
	beside     []besideRun // values that stand behind the literal
	readBeside bool
}

// found is what a reader found: the secret's place, and its text where that is
// not the bytes at the place.
type found struct {
	start, end int
	text       string
	claims     map[string]any
	proof      bool // the reader proved an inner structure
	confidence detectors.Confidence
	reasons    []string
}

// try runs one detector on the anchor. The string says why it does not match.
func (t *trial) try(c *compiled) (Match, string) {
	if why := t.applies(c); why != "" { // before the pattern costs anything
		return Match{}, why
	}
	if err := c.ready(); err != nil {
		return Match{}, err.Error()
	}
	var f found
	var why string
	if t.literal.foldCase {
		f, why = t.named(c)
	} else {
		f, why = t.anchored(c)
	}
	if why == "" {
		why = t.checks(c, &f)
	}
	if why != "" {
		return Match{}, why
	}
	m := Match{
		Detector: c.Detector, Start: f.start, End: f.end, Claims: f.claims,
		Secret: detectors.NewSecret(canonical(f.text)), index: c.index, rank: c.rank,
	}
	if !t.literal.foldCase {
		m.Secret = m.Secret.WithPrefix(t.literal.anchor)
	} else {
		m.NameStart, m.NameEnd = t.assigned.nameLo, t.assigned.nameHi
		for _, n := range c.names {
			if n.weight() > m.weight && n.matches(t.name) {
				m.weight = n.weight()
			}
		}
	}
	m.Confidence, m.Reasons = confidence(c, &f)
	return m, ""
}

// anchored reads a secret that holds the literal.
func (t *trial) anchored(c *compiled) (found, string) {
	switch c.Reader {
	case detectors.ReadPEM:
		return t.pem(c)
	case detectors.ReadPuTTY:
		return t.putty()
	case detectors.ReadJWT:
		return t.jwt(c)
	case detectors.ReadObject:
		return t.object(c)
	case detectors.ReadURL:
		return t.url(c)
	}
	why := "the pattern does not match at the anchor"
	for _, d := range c.distances[t.literal.anchor] {
		var f found
		start := t.back(t.pos, d)
		if f, why = t.from(c, start); why == "" {
			return f, ""
		}
		if plain := t.pos - d; plain != start && !t.insideEscape(plain) { // a % that escapes nothing
			if f, why = t.from(c, plain); why == "" {
				return f, ""
			}
		}
	}
	return found{}, why
}

// insideEscape says whether i is the first or second digit of a percent escape.
func (t *trial) insideEscape(i int) bool {
	return t.at(i-1) == '%' && isHex(t.at(i)) && isHex(t.at(i+1)) || t.at(i-2) == '%' && isHex(t.at(i-1)) && isHex(t.at(i))
}

// from matches the pattern at start.
func (t *trial) from(c *compiled, start int) (found, string) {
	const no = "the pattern does not match at the anchor"
	if start < 0 {
		t.at(-1)
		return found{}, no
	}
	boundary := c.Boundary
	if boundary == "" {
		boundary = "_-"
	}
	if !t.openBefore(start, boundary) { // first, because it costs least
		return found{}, "it is glued to what stands before it"
	}
	end := t.run(start, c.max, &c.bytes)
	text, offset := t.data[start:end], func(i int) int { return start + i }
	if decoded, at := t.escaped(start, end, c.max, &c.bytes); decoded != nil {
		text, offset = decoded, func(i int) int { return at[i] }
	}
	last, lo, hi, ok := c.find(string(text))
	if !ok || offset(last) < t.pos+len(t.literal.text) {
		return found{}, no
	}
	if !t.openAfter(offset(last), boundary) {
		return found{}, "it is glued to what stands behind it"
	}
	if end := offset(last); end-start < c.max && (t.has(end, "...") || t.has(end, "…")) {
		return found{}, "it is cut short"
	}
	return found{start: offset(lo), end: offset(hi), text: string(text[lo:hi])}, ""
}

// applies says why a detector has nothing to do with a name, or nothing.
func (t *trial) applies(c *compiled) string {
	switch {
	case !t.literal.foldCase:
		return ""
	case t.unassigned != "":
		return t.unassigned
	case !slices.ContainsFunc(t.names, func(n nameSpec) bool { return n.matches(t.name) }):
		return "the name does not have the detector's words"
	}
	return ""
}

// named reads a secret that is assigned to the name around the literal.
func (t *trial) named(c *compiled) (found, string) {
	a := &t.assigned
	f := found{start: a.valLo, end: a.valHi, text: a.value}
	if c.Reader == detectors.ReadGeneric {
		confidence, reasons, ok := scoreGeneric(assignment{
			Name: a.name, Value: a.value, Quoted: a.quote != 0, Operator: a.op, Call: a.call,
			Code:  a.quote == 0 && !a.line && !a.url && a.op != "element" && !a.roled && !a.plain,
			Tight: a.tight, Flag: a.flag, Callee: a.callee, Role: a.roled, Prose: a.prose,
		})
		if !ok {
			return f, "the value does not look like a secret of this name"
		}
		f.confidence, f.reasons = confidence, reasons
		return f, ""
	}
	if c.Reader == detectors.ReadJWT {
		claims, _, ok := parseJWT(a.value)
		f.claims = claims
		if !ok {
			return f, "the value is no JSON Web Token"
		}
		return f, ""
	}
	_, lo, hi, ok := c.find(a.value)
	if !ok {
		return f, "the value does not match the pattern"
	}
	if hi-lo < len(a.value) {
		f.text = a.value[lo:hi]
		if a.valHi-a.valLo == len(a.value) { // the host escaped nothing
			f.start, f.end = a.valLo+lo, a.valLo+hi
		}
	}
	switch {
	case isReference(a.value):
		return f, "the value refers to a secret that is kept elsewhere"
	case namesSomething(a):
		return f, "the value is a name"
	case a.mode():
		f.confidence, f.reasons = detectors.Low, []string{"the value reads like a setting"}
	}
	return f, ""
}

// checks applies what every match must pass and the detector's own checks.
func (t *trial) checks(c *compiled, f *found) string {
	switch c.Reader {
	case detectors.ReadGeneric, detectors.ReadPEM, detectors.ReadPuTTY, detectors.ReadJWT: // they decide for themselves
	default:
		body := f.text
		if !t.literal.foldCase {
			body = strings.TrimPrefix(body, t.literal.anchor)
		}
		if !provenKey(body) && isPlaceholder(body) && !weakDefault(c.Identity.Form, body) {
			return "it is a placeholder"
		}
	}
	if c.MinEntropy > 0 && entropy(f.text) < c.MinEntropy {
		return "its entropy is too low"
	}
	for _, k := range c.Checks {
		if !check(k, c.Detector, f.text, f.claims) {
			return "check " + string(k) + " fails"
		}
	}
	if len(c.near) > 0 && !t.nearby(c.near, f.start, f.end) {
		return "none of the words that it needs stands nearby"
	}
	return ""
}

// weakDefault says whether a text is a published default of a form for which that
// is a finding of its own: whoever knows a signing key's default can forge. Which
// of them is reported is package identity's to say.
func weakDefault(f detectors.Form, text string) bool {
	if f != detectors.SigningKey && f != detectors.EncryptionKey && f != detectors.Session && f != detectors.Password {
		return false
	}
	_, ok := known.Default(text)
	return ok
}

// nearby says whether one of the words stands within NearBytes of the secret.
func (t *trial) nearby(near [][]string, start, end int) bool {
	around := bytes.ToLower(t.span(start-detectors.NearBytes, end+detectors.NearBytes))
	for _, words := range near {
		all := true
		for _, w := range words {
			all = all && hasWord(around, w)
		}
		if all {
			return true
		}
	}
	return false
}

// hasWord says whether a word stands in lower-case text, as Names' words do: a
// short one must not be part of a longer run of letters.
func hasWord(text []byte, word string) bool {
	if len(word) >= freeWord {
		return bytes.Contains(text, []byte(word))
	}
	return hasWhole(text, word)
}

// hasWhole says whether a word stands in lower-case text with no letter beside it.
func hasWhole(text []byte, word string) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(word))
		if i < 0 {
			return false
		}
		i += at
		j := i + len(word)
		if (i == 0 || !isLetter(int(text[i-1]))) && (j == len(text) || !isLetter(int(text[j]))) {
			return true
		}
		at = i + 1
	}
}

// confidence rates a match by what its format proves: an anchor with structure
// is high, an anchor high or, where the format is only inferred, medium; a name
// and a shape medium; and one step less where nobody has confirmed the format.
func confidence(c *compiled, f *found) (detectors.Confidence, []string) {
	if c.Reader == detectors.ReadGeneric {
		return f.confidence, f.reasons
	}
	level, reasons := detectors.Medium, f.reasons
	switch {
	case len(c.Anchors) > 0 && (c.Structured || f.proof):
		level = detectors.High
		reasons = append(reasons, "the format proves itself")
	case len(c.Anchors) > 0 && c.Confirmed != "":
		level = detectors.High
		reasons = append(reasons, "the text identifies itself")
	case len(c.Anchors) > 0:
		reasons = append(reasons, "the text identifies itself, by a format that is only inferred")
	case c.Confirmed != "":
		reasons = append(reasons, "name and shape fit")
	default:
		level = detectors.Low
		reasons = append(reasons, "name and shape fit a format that is only inferred")
	}
	bound := c.AtMost
	if c.Half {
		bound = detectors.Low
	}
	for _, most := range []detectors.Confidence{f.confidence, bound} {
		if most != "" && most.Rank() < level.Rank() {
			level = most
		}
	}
	return level, reasons
}
