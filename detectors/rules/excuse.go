package rules

import (
	"bytes"
	"slices"
)

// Place is a secret that was found, and where.
type Place struct {
	Detector     string // its id: a rule's, or that of a detector of the catalogue
	Path, Commit string
	Secret       string
	// Text is what stands around the secret, Text[Start:End]: its lines at least, as
	// far as they are known. Both are 0 if nothing is.
	Text       []byte
	Start, End int
}

// Excuse is why a secret is not to be reported.
type Excuse struct {
	Reason string // the file's own words
	Where  string // FILE:LINE
}

// Excuse says whether the file excuses a secret: of the rules' own findings, what
// depends on the commit, which matching does not know; of the catalogue's, all that
// the file says of everything and of gitleaks' rule for the same kind.
func (c *Config) Excuse(p Place) (Excuse, bool) {
	t := texts{secret: p.Secret, match: p.match(), line: p.line}
	if x, ok := excuse(c.exceptions, &p, t); ok {
		return x, true
	}
	if i := slices.IndexFunc(c.rules, func(r *rule) bool { return r.id == p.Detector }); i >= 0 {
		r := c.rules[i]
		if r.regex != nil {
			t.match = p.matchOf(r.regex)
		}
		return excuse(r.exceptions, &p, t)
	}
	for _, o := range c.overrides[p.Detector] {
		switch {
		case o.path != nil && !o.path.expr().MatchString(p.Path):
			return Excuse{"rule " + shown(o.rule) + " is for other paths", o.where}, true
		case o.entropy != 0 && entropy(p.Secret) <= o.entropy:
			return Excuse{"rule " + shown(o.rule) + " demands more entropy", o.where}, true
		}
		if x, ok := excuse(o.exceptions, &p, t); ok {
			return x, true
		}
	}
	return Excuse{}, false
}

func excuse(es []*exception, p *Place, t texts) (Excuse, bool) {
	for _, e := range es {
		if e.place(p.Path, p.Commit) || e.content(p.Path, p.Commit, t) {
			return e.excuse(), true
		}
	}
	return Excuse{}, false
}

func (e *exception) excuse() Excuse {
	x := Excuse{Reason: shown(e.description), Where: e.where}
	if x.Reason == "" {
		x.Reason = "an allowlist of the configuration"
	}
	return x
}

// Skips says whether the file excuses all that stands in files of this path.
func (c *Config) Skips(path string) (Excuse, bool) {
	for _, e := range c.exceptions {
		if e.place(path, "") {
			return e.excuse(), true
		}
	}
	return Excuse{}, false
}

// known says whether the secret's surroundings are.
func (p *Place) known() bool {
	return p.End > p.Start && p.Start >= 0 && p.End <= len(p.Text)
}

// line is the lines of the secret, with the line end before them, as gitleaks has it.
func (p *Place) line() string {
	if !p.known() {
		return p.Secret
	}
	from := max(bytes.LastIndexByte(p.Text[:p.Start], '\n'), 0)
	to := bytes.IndexByte(p.Text[p.End:], '\n')
	if to < 0 {
		return string(p.Text[from:])
	}
	return string(p.Text[from : p.End+to])
}

// match stands in for what a rule of gitleaks would match, where none was run: the
// secret with what stands before it in its line, which is at most as much as those
// rules look at.
func (p *Place) match() string {
	const before = 100
	if !p.known() {
		return p.Secret
	}
	from := max(bytes.LastIndexByte(p.Text[:p.Start], '\n')+1, p.Start-before)
	return string(p.Text[from:p.End])
}

// matchOf is what an expression matches around the secret.
func (p *Place) matchOf(expr *pattern) string {
	if p.known() {
		for _, at := range expr.expr().FindAllIndex(p.Text, -1) {
			if at[0] <= p.Start && p.End <= at[1] {
				return string(bytes.Trim(p.Text[at[0]:at[1]], "\n"))
			}
		}
	}
	return p.Secret
}
