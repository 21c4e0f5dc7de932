package inventory

import (
	"bytes"
	"path"
	"strings"

	"leakline/detectors"
)

// samTemplate is the language of a file that says which function answers which path.
const samTemplate language = "template"

// samRoutes reads the events of functions of AWS SAM: the path, the folder of the code
// behind it, and the authoriser in front of it.
// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-controlling-access-to-apis.html
func (r *Reader) samRoutes(f *file) {
	if f.ext != ".yaml" && f.ext != ".yml" || !bytes.Contains(f.data, []byte("AWS::Serverless::Function")) {
		return
	}
	p := &program{path: f.path, lang: samTemplate}
	byDefault := 0
	type event struct {
		name, auth   string
		line, authAt int
	}
	var dir string
	var events []event
	function := false
	flush := func() {
		for _, e := range events {
			if function && dir != "" && len(p.routes) < maxRoutes {
				p.routes = append(p.routes, route{name: e.name, line: e.line, text: "Path", dir: path.Join(path.Dir(f.path), dir), authorizer: e.auth, authorizerAt: e.authAt})
			}
		}
		dir, events, function = "", nil, false
	}
	value := func(line, key string) (string, bool) {
		_, v, ok := strings.Cut(line, key)
		if !ok {
			return "", false
		}
		v = strings.TrimSpace(v)
		if i := strings.IndexAny(v, ",}#"); i >= 0 && !strings.HasPrefix(v, "/") {
			v = v[:i]
		} else if i := strings.IndexAny(v, ", "); i >= 0 {
			v = v[:i]
		}
		return strings.Trim(strings.TrimSpace(v), "\"'"), true
	}
	pos := 0
	for raw := range bytes.Lines(f.data) {
		line, at := string(raw), pos
		pos += len(raw)
		text := strings.TrimSpace(line)
		if text == "" || text[0] == '#' {
			continue
		}
		if indent(raw) <= 2 {
			flush()
		}
		function = function || strings.Contains(text, "AWS::Serverless::Function")
		if v, ok := value(line, "CodeUri:"); ok {
			dir = v
		}
		if v, ok := value(line, "DefaultAuthorizer:"); ok && v != "NONE" {
			byDefault = f.line(at)
		}
		if v, ok := value(line, " Path:"); ok && strings.HasPrefix(v, "/") {
			events = append(events, event{name: v, line: f.line(at)})
		}
		if v, ok := value(line, " Authorizer:"); ok && len(events) > 0 {
			e := &events[len(events)-1]
			e.auth, e.authAt = v, f.line(at)
		}
	}
	flush()
	for i := range p.routes {
		if rt := &p.routes[i]; rt.authorizer == "" && byDefault != 0 {
			rt.authorizer, rt.authorizerAt = "default", byDefault
		}
	}
	if len(p.routes) > 0 {
		r.code.add(p)
	}
}

// sam says whether a function behind an event of AWS SAM has an authoriser in front of it,
// or asks by itself.
func (j *joined) sam(p *program, rt *route) (Part, state) {
	part := Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: p.path, Line: rt.authorizerAt, Text: "Authorizer"}
	if rt.authorizer != "" && !strings.EqualFold(rt.authorizer, "NONE") {
		return part, guarded
	}
	for _, q := range j.programs {
		if !below(q.path, rt.dir) {
			continue
		}
		for i := range q.functions {
			if f := &q.functions[i]; f.identity != 0 {
				return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: q.path, Line: f.identity, Text: f.name}, guarded
			}
		}
	}
	if rt.authorizer != "" {
		part.Kind = Opening
		return part, open
	}
	return Part{}, open
}

// behind says where the code in a folder calls a model.
func (j *joined) behind(dir string) (Part, bool) {
	for _, q := range j.programs {
		if !below(q.path, dir) {
			continue
		}
		for i := range q.functions {
			if m, ok := j.calls(definition{&q.functions[i], q}, 1); ok {
				return m, true
			}
		}
	}
	return Part{}, false
}
