package inventory

import (
	"bytes"
	"strings"
)

// types are the types that a file says its names have: private chat: ChatService,
// ChatService chat, chat *ChatService.
func (s *source) types() map[string]string {
	out := map[string]string{}
	var prev ident
	s.idents(0, len(s.code), func(id ident) {
		defer func() { prev = id }()
		if prev.meaning == nil || len(out) > maxFunctions {
			return
		}
		between := string(bytes.TrimSpace(s.code[prev.to:id.from]))
		upper := func(n string) bool {
			n = strings.TrimPrefix(n, "$")
			return n != "" && n[0] >= 'A' && n[0] <= 'Z'
		}
		name, of := "", ""
		switch s.lang {
		case java, csharp, php:
			if between == "" && upper(prev.text) && !upper(id.text) {
				name, of = id.text, prev.text
			}
			if s.ext == ".kt" && (between == ":") && upper(id.text) {
				name, of = prev.text, id.text
			}
		case golang:
			if (between == "" || between == "*") && upper(id.text) && !upper(prev.text) {
				name, of = prev.text, id.text
			}
		case javascript, python, rust:
			if (between == ":" || between == ": &" || between == "?:" || between == "!:") && upper(id.text) {
				name, of = prev.text, id.text
			}
		}
		if name != "" {
			name = strings.TrimPrefix(name, "$")
			if _, ok := out[name]; !ok {
				out[name] = of
			}
		}
	})
	// const chat = new ChatService(…), chat = ChatService(…)
	prev = ident{}
	looks := 0
	s.idents(0, len(s.code), func(id ident) {
		if c, _ := s.after(id.to); c == '(' && id.text[0] >= 'A' && id.text[0] <= 'Z' && (s.lang == python || prev.meaning != nil && prev.text == "new") && looks < maxFunctions {
			looks++
			if name := s.assigned(id.from); name != "" && out[name] == "" && len(out) <= maxFunctions {
				out[name] = id.text
			}
		}
		prev = id
	})
	return out
}

// method gives the methods that a call of something can mean, by what that is: of a
// class of that name, or of the type that its file says it has.
func (j *joined) method(c call, p *program) []definition {
	if c.of == "" {
		return nil
	}
	var sure, likely []definition
	all := j.named[c.name]
	typed := p.types[c.of]
	for _, f := range all[:min(len(all), 100)] {
		if f.in.lang != p.lang || f.class == "" || f.local {
			continue
		}
		switch {
		case strings.EqualFold(f.class, c.of) || typed != "" && f.class == typed:
			sure = append(sure, f)
		case typed == "" && len(c.of) > 3 && f.in != p && strings.Contains(strings.ToLower(f.class), strings.ToLower(strings.Trim(c.of, "_$"))):
			likely = append(likely, f)
		}
	}
	if len(sure) == 0 && typed != "" { // what implements an interface
		for _, f := range all[:min(len(all), 100)] {
			if f.in.lang != p.lang {
				continue
			}
			for _, up := range f.parents {
				if up == typed {
					likely = append(likely, f)
				}
			}
		}
	}
	if len(sure) > 0 {
		return sure[:min(len(sure), 3)]
	}
	if len(likely) == 1 {
		return likely
	}
	return nil
}

// outside says whether a call is one of a type that the tree does not hold: its method is
// nobody's of the tree, whatever its name.
func (j *joined) outside(c call, p *program) bool {
	of := p.types[c.of]
	if c.of == "" || of == "" {
		return false
	}
	_, ok := j.classes[of]
	return !ok && len(j.methods[of]) == 0
}
