package inventory

import (
	"bytes"
	"slices"
	"strings"

	"leakline/detectors"
)

// macro is a declaration in a Ruby class: before_action :x, only: %i[a b].
type macro struct {
	name         string
	args         []string
	only, except []string
	line         int
}

// rubyRoutes reads the actions of Rails' controllers.
func (s *source) rubyRoutes(p *program, spans []span) {
	if s.base == "routes.rb" || strings.Contains(s.path, "config/routes/") {
		p.table = s.railsTable()
		return
	}
	if bytes.Contains(s.data, []byte("inatra")) || bytes.Contains(s.data, []byte("Grape::API")) || s.base == "app.rb" {
		s.blockRoutes(p)
	}
	for _, x := range spans {
		class := last(x.class)
		if !strings.HasSuffix(class, "Controller") || !x.public {
			continue
		}
		name := strings.ToLower(strings.TrimSuffix(class, "Controller")) + "#" + x.name
		p.routes = append(p.routes, route{name: name, text: s.text(x.from), line: s.line(x.from), owner: class, class: class, action: x.name, own: s.facts(x.from, x.to), closed: false})
	}
}

// macros are the declarations of a Ruby class that say who may come in.
func (s *source) macros(c classSpan) []macro {
	var out []macro
	for at := lineEnd(s.code, c.from); at < c.to; at = lineEnd(s.code, at+1) {
		line := strings.TrimSpace(string(s.data[min(at+1, c.to):max(min(at+1, c.to), min(lineEnd(s.code, at+1), c.to))]))
		word, rest, _ := strings.Cut(line, " ")
		switch word {
		case "before_action", "prepend_before_action", "skip_before_action", "allow_unauthenticated_access", "include", "authenticate_with", "http_basic_authenticate_with", "authorize_resource", "load_and_authorize_resource", "before_filter", "doorkeeper_for":
		default:
			continue
		}
		m := macro{name: word, line: s.line(at + 1)}
		list := func(key string) []string {
			_, after, ok := strings.Cut(rest, key+":")
			if !ok {
				return nil
			}
			after = strings.TrimSpace(after)
			if strings.HasPrefix(after, "%i[") || strings.HasPrefix(after, "[") {
				after, _, _ = strings.Cut(after[strings.IndexByte(after, '[')+1:], "]")
			} else {
				after, _, _ = strings.Cut(after, ",")
			}
			return strings.FieldsFunc(after, func(r rune) bool { return r == ' ' || r == ',' || r == ':' || r == '"' })
		}
		m.only, m.except = list("only"), list("except")
		if i := strings.Index(rest, "only:"); i >= 0 {
			rest = rest[:i]
		}
		if i := strings.Index(rest, "except:"); i >= 0 {
			rest = rest[:i]
		}
		m.args = strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == ',' || r == ':' })
		if word == "before_action" && strings.HasPrefix(rest, "->") || strings.HasPrefix(rest, "do") || strings.HasPrefix(rest, "{") {
			m.args = []string{"authenticate_inline"}
		}
		out = append(out, m)
	}
	return out
}

// controller says whether a Rails controller has somebody sign in before an action.
func (j *joined) controller(name, action string, depth int) (Part, state) {
	classes := j.classes[name]
	if depth > 6 || len(classes) == 0 {
		return Part{}, unknown
	}
	applies := func(m macro) bool {
		return (len(m.only) == 0 || slices.Contains(m.only, action)) && !slices.Contains(m.except, action)
	}
	c := classes[0]
	var opened, left *Part
	for _, m := range c.macros {
		if !applies(m) {
			if m.name == "before_action" && left == nil {
				for _, a := range m.args {
					if j.filter(c.in, name, a) {
						left = &Part{Kind: Opening, Path: c.in.path, Line: m.line, Text: m.name}
					}
				}
			}
			continue
		}
		switch m.name {
		case "skip_before_action", "allow_unauthenticated_access":
			asks := m.name == "allow_unauthenticated_access"
			for _, a := range m.args {
				asks = asks || j.filter(c.in, name, a)
			}
			if asks {
				opened = &Part{Kind: Opening, Path: c.in.path, Line: m.line, Text: m.name}
			}
		case "include":
			for _, a := range m.args {
				if guardWord(a) || strings.Contains(a, "Auth") {
					return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: "include " + a}, guarded
				}
			}
		case "before_action", "prepend_before_action", "before_filter":
			for _, a := range m.args {
				if j.filter(c.in, name, a) {
					return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: m.name + " :" + a}, guarded
				}
			}
		default:
			return Part{Kind: Guard, Layer: detectors.ApplicationAuth, Path: c.in.path, Line: m.line, Text: m.name}, guarded
		}
	}
	if opened != nil {
		return *opened, open
	}
	if len(c.parents) > 0 {
		up := last(c.parents[0])
		if up == "Base" || up == "API" || up == "Metal" {
			if left != nil {
				return *left, open
			}
			return Part{}, open
		}
		part, s := j.controller(up, action, depth+1)
		if s == open && part.Kind == "" && left != nil {
			part = *left
		}
		return part, s
	}
	return Part{}, unknown
}

// filter says whether a filter of Rails asks who calls: by its name or by what it does.
func (j *joined) filter(p *program, class, name string) bool {
	s := source{lang: ruby, file: &file{}}
	if s.asks(ident{meaning: meaningOf(name)}, ident{}) || strings.HasPrefix(name, "authenticate") {
		return name != "verify_authenticity_token"
	}
	for _, f := range j.named[name] {
		if f.in.lang != ruby {
			continue
		}
		if _, ok := j.asks(f, 1); ok {
			return true
		}
	}
	// A filter that no file defines comes from a library: who knows?
	return len(j.named[name]) == 0 && !slices.Contains([]string{"set_locale", "verify_authenticity_token", "set_default_format"}, name) && !strings.HasPrefix(name, "set_")
}
