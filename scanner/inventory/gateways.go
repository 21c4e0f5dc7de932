package inventory

import (
	"bytes"
	"path"
	"strings"

	"leakline/detectors"
)

// gateways reads what a platform's gateway asks in front of its functions: Supabase's
// config.toml. https://supabase.com/docs/guides/functions/function-configuration
func (r *Reader) gateways(f *file) {
	if f.base == "application.properties" && bytes.Contains(f.data, []byte("quarkus.http.auth.permission")) {
		r.permissions(f)
		return
	}
	if f.base != "config.toml" || path.Base(path.Dir(f.path)) != "supabase" {
		return
	}
	function, pos := "", 0
	for raw := range bytes.Lines(f.data) {
		line := strings.TrimSpace(string(raw))
		if name, ok := strings.CutPrefix(line, "[functions."); ok {
			function = strings.Trim(strings.TrimSuffix(name, "]"), "\"")
		} else if strings.HasPrefix(line, "[") {
			function = ""
		}
		key, value, _ := strings.Cut(line, "=")
		if function != "" && strings.TrimSpace(key) == "verify_jwt" {
			kind := Guard
			if strings.HasPrefix(strings.TrimSpace(value), "false") {
				kind = Opening
			}
			r.code.mu.Lock()
			r.code.gates = append(r.code.gates, Sighting{Kind: kind, Name: function, Path: f.path, Line: f.line(pos), Text: "verify_jwt"})
			r.code.mu.Unlock()
		}
		pos += len(raw)
	}
}

// gateway says what stands in front of a platform's function: by default it asks for a
// token, which is not yet to ask who calls.
func (j *joined) gateway(p *program, rt *route) (Part, state) {
	if g, ok := j.asks(definition{&function{facts: rt.own}, p}, 3); ok {
		return g, guarded
	}
	if g, ok := j.namedCheck(p, rt.around); ok {
		return g, guarded
	}
	for _, g := range j.gates {
		if g.Name == rt.gateway && j.unitOfGate(g.Path) == j.unitOfGate(p.path) {
			part := Part{Kind: g.Kind, Layer: detectors.ApplicationAuth, Path: g.Path, Line: g.Line, Text: g.Text}
			if g.Kind == Guard {
				return part, guarded
			}
			return part, open
		}
	}
	return Part{}, unknown
}

// unitOfGate is the folder in which a file's folder "supabase" lies.
func (j *joined) unitOfGate(name string) string {
	i := strings.Index("/"+name, "/supabase/")
	if i < 0 {
		return ""
	}
	return name[:i]
}

// permissions reads Quarkus' permissions of paths.
// https://quarkus.io/guides/security-authorize-web-endpoints-reference
func (r *Reader) permissions(f *file) {
	rules := map[string]*opening{}
	var names []string
	pos := 0
	for raw := range bytes.Lines(f.data) {
		line := strings.TrimSpace(string(raw))
		at := pos
		pos += len(raw)
		key, value, _ := strings.Cut(line, "=")
		rest, ok := strings.CutPrefix(strings.TrimSpace(key), "quarkus.http.auth.permission.")
		if !ok {
			continue
		}
		name, what, _ := strings.Cut(rest, ".")
		name = strings.Trim(name, "\"")
		if rules[name] == nil {
			rules[name] = &opening{line: f.line(at), text: "quarkus.http.auth.permission"}
			names = append(names, name)
		}
		switch what {
		case "paths":
			for p := range strings.SplitSeq(value, ",") {
				rules[name].paths = append(rules[name].paths, strings.TrimSpace(p))
			}
		case "policy":
			rules[name].open, rules[name].line = strings.TrimSpace(value) == "permit", f.line(at)
		case "methods":
			if !strings.Contains(value, ",") {
				rules[name].method = strings.TrimSpace(value)
			}
		}
	}
	p := &program{path: f.path, lang: java}
	for _, n := range names {
		p.access = append(p.access, *rules[n])
	}
	r.code.add(p)
}

// permitted says what the permissions of Quarkus say of a path: the longest decides.
func (j *joined) permitted(p *program, rt *route) (Part, state) {
	best, is := -1, unknown
	var part Part
	for _, q := range j.near(p) {
		if q.lang != java || len(q.access) == 0 || j.unit(q.path) != j.unit(p.path) {
			continue
		}
		for _, r := range q.access {
			for _, m := range r.paths {
				if !(below(rt.name, strings.TrimSuffix(m, "/*")) || m == "/*" || m == "*") || len(m) <= best || r.method != "" && rt.method != "" && r.method != rt.method {
					continue
				}
				best, is = len(m), guarded
				part = Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: q.path, Line: r.line, Text: r.text}
				if r.open {
					part.Kind, is = Opening, open
				}
			}
		}
	}
	return part, is
}
