package inventory

import (
	"bytes"
	"slices"
	"strings"
)

// facts are what a part of a program shows.
type facts struct {
	model    int  // the line in which a model is called, or 0
	maybe    int  // a line that calls a model if its file uses one
	perhaps  int  // a line that calls a model if its application uses one
	safety   int  // the line of a check of content, or 0
	verdict  int  // the line of what it then answers, or 0
	identity int  // the line in which somebody asks who calls, or 0
	sure     bool // more than the number 401 says so
	opened   int  // the line of what lets everybody through, or 0: @Public(), AllowAny
	calls    []call
}

// call is a name that is called, where it is first: of nothing (bare) or of something.
type call struct {
	name string
	line int
	bare bool
	of   string
}

// function is a function, a method or a value that is made by an expression.
type function struct {
	name, class string
	parents     []string // of its class
	line        int
	local       bool // known in its file only
	public      bool
	refs        []ref // of a value of Python: what it is made of
	empty       bool  // it is []
	facts
}

// span is where a function stands; head is from where its decorators stand.
type span struct {
	name, class          string
	parents              []string
	head, from, body, to int
	local, public        bool
}

// A program of more functions or routes than these is not read further.
const (
	maxCalls     = 300
	maxFunctions = 1500
	maxRoutes    = 200
	maxBody      = 32 << 10
)

// classSpan is a class or its like.
type classSpan struct {
	name           string
	parents        []string
	head, from, to int
}

// classes gives the classes of a program.
func (s *source) classes() []classSpan {
	var out []classSpan
	s.idents(0, len(s.code), func(id ident) {
		switch id.text {
		case "class", "impl", "trait", "record", "object":
		case "module":
			if s.lang != ruby {
				return
			}
		case "defmodule":
			if s.lang != elixir {
				return
			}
		default:
			return
		}
		if c, _ := s.before(id.from); c == '.' || c == ':' && s.lang != rust {
			return
		}
		if id.text == "impl" && s.lang != rust || id.text == "object" || id.text == "record" && s.lang != csharp && s.lang != java {
			return
		}
		c := classSpan{head: id.from, from: id.from}
		switch s.lang {
		case python:
			c.head = s.decorated(lineStart(s.code, id.from))
			c.to = s.indented(id.from)
		case ruby, elixir:
			c.to = s.ended(id.from)
		default:
			c.head, _ = s.statement(id.from)
			if s.lang == javascript || s.ext == ".kt" {
				c.head = s.decorated(lineStart(s.code, id.from))
			}
			open := id.to
			if s.ext == ".kt" { // class Chat(private val ai: Client) {
				if name := skipSpace(s.code, id.to); name < len(s.code) {
					if n, at := s.after(name + len(s.identAt(name))); n == '(' {
						open = s.shut(at)
					}
				}
			}
			for open < min(len(s.code), id.to+2000) && s.code[open] != '{' && s.code[open] != ';' {
				open++
			}
			if open >= min(len(s.code), id.to+2000) || len(out) >= maxRoutes {
				return
			}
			c.to = open + 1
			if s.code[open] == '{' {
				c.to = s.shut(open)
			}
		}
		end := c.to
		if s.lang == python {
			if i := bytes.IndexByte(s.code[id.to:c.to], ':'); i >= 0 {
				end = id.to + i
			}
		} else if i := bytes.IndexAny(s.code[id.to:c.to], "{;"); i >= 0 && s.lang != ruby && s.lang != elixir {
			end = id.to + i
		} else {
			end = min(end, lineEnd(s.code, id.to))
		}
		var names []string
		if s.lang == csharp || s.lang == java { // its parameters are no parents
			name := s.identAt(skipSpace(s.code, id.to))
			parents := string(s.code[id.to:end])
			cut := ":"
			if s.lang == java {
				cut = "extends "
			}
			_, parents, _ = strings.Cut(parents, cut)
			names = append([]string{name}, strings.FieldsFunc(parents, func(r rune) bool {
				return r == ' ' || r == ',' || r == '<' || r == '>' || r == '(' || r == ')' || r == '\n'
			})...)
			if name == "" {
				return
			}
		} else if s.lang == ruby { // Scim::UsersController < ActionController::API
			for part := range strings.FieldsFuncSeq(string(s.code[id.to:end]), func(r rune) bool { return r == '<' || r == ' ' || r == ';' }) {
				names = append(names, part)
			}
		} else if s.lang == elixir { // defmodule ShopWeb.ChatController do
			s.idents(id.to, end, func(p ident) {
				if p.text != "do" {
					names = []string{p.text}
				}
			})
		} else {
			s.idents(id.to, end, func(p ident) { names = append(names, p.text) })
		}
		if len(names) == 0 {
			return
		}
		c.name, c.parents = names[0], names[1:]
		if s.lang == rust && slices.Contains(names, "for") {
			c.name = names[len(names)-1]
		}
		out = append(out, c)
	})
	return out
}

func skipSpace(code []byte, i int) int {
	for i < len(code) && isSpace(code[i]) {
		i++
	}
	return i
}

// indented gives the end of the block of a Python header.
func (s *source) indented(pos int) int {
	start := lineStart(s.code, pos)
	col := indent(s.code[start:])
	i := pos
	for i < len(s.code) && s.code[i] != ':' && s.code[i] != '\n' {
		if s.code[i] == '(' || s.code[i] == '[' {
			i = s.shut(i)
		}
		i++
	}
	for i = lineEnd(s.code, min(i, len(s.code))); i < min(len(s.code), pos+maxBody); {
		end := lineEnd(s.code, i+1)
		line := s.code[min(i+1, len(s.code)):end]
		if len(bytes.TrimSpace(line)) > 0 && indent(line) <= col && s.around(i+1) < 0 {
			return i
		}
		i = end
	}
	return len(s.code)
}

// ended gives the end of a Ruby definition: an "end" in the column of its begin.
func (s *source) ended(pos int) int {
	col := indent(s.code[lineStart(s.code, pos):])
	for i := lineEnd(s.code, pos); i < min(len(s.code), pos+maxBody); {
		end := lineEnd(s.code, i+1)
		line := s.code[min(i+1, len(s.code)):end]
		if indent(line) == col && bytes.HasPrefix(bytes.TrimSpace(line), []byte("end")) {
			return end
		}
		i = end
	}
	return len(s.code)
}

func indent(line []byte) int {
	for i, c := range line {
		if c != ' ' && c != '\t' {
			return i
		}
	}
	return len(line)
}

// decorated gives where the decorators begin that stand above a line.
func (s *source) decorated(start int) int {
	for start > 0 {
		end := start - 1
		from := lineStart(s.code, end)
		line := bytes.TrimSpace(s.code[from:end])
		if len(line) > 0 && line[0] != '@' && (line[len(line)-1] == ')') {
			c := from + bytes.LastIndexByte(s.code[from:end], ')')
			from = lineStart(s.code, s.opened(c))
			line = bytes.TrimSpace(s.code[from:end])
		}
		if len(line) == 0 || line[0] != '@' {
			return start
		}
		start = from
	}
	return start
}

var noFunctions = map[string]bool{
	"if": true, "for": true, "while": true, "switch": true, "catch": true, "function": true, "return": true, "using": true, "lock": true,
	"foreach": true, "match": true, "synchronized": true, "fn": true, "func": true, "new": true, "await": true, "else": true, "elseif": true, "when": true, "try": true, "with": true, "fun": true,
}

// spans gives the functions of a program.
func (s *source) spans() []span {
	classes := s.classes()
	var out []span
	add := func(p span) {
		if len(out) >= maxFunctions {
			return
		}
		p.to = min(p.to, p.from+maxBody)
		p.body = min(p.body, p.to)
		for _, c := range classes {
			if c.from <= p.from && p.from < c.to {
				p.class, p.parents = c.name, c.parents
			}
		}
		out = append(out, p)
	}
	s.idents(0, len(s.code), func(id ident) {
		next, at := s.after(id.to)
		switch {
		case s.lang == python && id.text == "def", s.lang == ruby && id.text == "def":
			name := s.identAt(at)
			if s.lang == ruby && name == "self" {
				name = s.identAt(at + len("self."))
			}
			start := lineStart(s.code, id.from)
			p := span{name: name, head: start, from: id.from, public: true}
			if s.lang == python {
				p.head = s.decorated(start)
				p.to = s.indented(id.from)
				p.body = p.from
				if i := bytes.IndexByte(s.code[id.to:], '('); i >= 0 {
					p.body = min(s.shut(id.to+i), p.to)
				}
			} else {
				end := lineEnd(s.code, id.from)
				p.body = end
				if line := string(s.code[id.to:end]); strings.Contains(line, ") = ") || strings.Contains(line, name+" = ") {
					p.to = end
				} else {
					p.to = s.ended(id.from)
				}
				head := string(s.code[:start])
				for _, c := range classes {
					if c.from < start {
						head = string(s.code[c.from:start])
					}
				}
				p.public = !strings.Contains(head, "\n  private\n") && !strings.Contains(head, "\n    private\n") && !strings.Contains(head, "  protected\n")
			}
			add(p)
		case s.lang == elixir && (id.text == "def" || id.text == "defp"):
			name := s.identAt(at)
			end := lineEnd(s.code, id.from)
			p := span{name: name, head: lineStart(s.code, id.from), from: id.from, body: end, public: id.text == "def", to: end}
			if bytes.HasSuffix(bytes.TrimRight(s.code[id.from:end], " \r"), []byte(" do")) {
				p.to = s.ended(id.from)
			} else if _, to := s.statement(id.from); !bytes.Contains(s.code[id.from:to], []byte("do:")) {
				p.to = s.ended(id.from) // its head goes on
			} else {
				p.to = max(end, to)
			}
			add(p)
		case s.lang == python || s.lang == ruby || s.lang == elixir:
		case id.text == "function" || id.text == "func" && s.lang == golang || id.text == "fn" && s.lang == rust || id.text == "fun" && s.lang == java:
			if next == '*' {
				next, at = s.after(at + 1)
			}
			class := ""
			if next == '(' && id.text == "func" { // a receiver, or a function without a name
				end := s.shut(at)
				s.idents(at, end, func(r ident) { class = r.text })
				next, at = s.after(end + 1)
			}
			if !isWord(next) {
				return
			}
			name := s.identAt(at)
			open := at + len(name)
			for open < len(s.code) && s.code[open] != '(' && s.code[open] != '{' && s.code[open] != ';' {
				open++
			}
			if open >= len(s.code) || s.code[open] != '(' {
				return
			}
			p := span{name: name, from: id.from, body: s.shut(open)}
			p.head, _ = s.statement(id.from)
			if s.lang == golang {
				p.head = id.from
			} else if s.ext == ".kt" {
				p.head = s.decorated(lineStart(s.code, id.from))
			}
			p.to = s.bodyEnd(p.body)
			add(p)
			if class != "" {
				out[len(out)-1].class = class
			}
		case next == '(' && (s.lang == javascript || s.lang == java || s.lang == csharp) && !noFunctions[id.text]:
			if w := bytes.TrimRight(s.code[:id.from], " *"); s.lang == javascript && (bytes.HasSuffix(w, []byte("function")) || bytes.HasSuffix(w, []byte("new"))) {
				return
			}
			if s.ext == ".kt" { // fun makes a function
				return
			}
			if c, _ := s.before(id.from); c == '.' || c == '=' || c == '(' && s.lang != javascript || c == '@' || c == '!' || c == '[' {
				return
			}
			end := s.shut(at)
			c, behind := s.after(end + 1)
			switch {
			case c == '{', c == 't' && bytes.HasPrefix(s.code[behind:], []byte("throws")), c == 'w' && bytes.HasPrefix(s.code[behind:], []byte("where")):
			case c == '=' && s.lang == csharp && bytes.HasPrefix(s.code[behind:], []byte("=>")):
				if b := s.around(id.from); b >= 0 && s.code[s.brackets[b].open] != '{' {
					return
				}
			case c == ':' && s.lang == javascript:
				line := s.code[behind:lineEnd(s.code, behind)]
				if !bytes.HasSuffix(bytes.TrimRight(line, " \r"), []byte("{")) || bytes.Contains(line, []byte("=>")) {
					return
				}
			default:
				return
			}
			if before, _ := s.statement(id.from); s.lang != javascript && bytes.Contains(s.code[before:id.from], []byte("new ")) {
				return
			}
			p := span{name: id.text, from: id.from, body: end}
			p.head, _ = s.statement(id.from)
			p.to = s.bodyEnd(end)
			add(p)
		case next == '=' && at+1 < len(s.code) && s.code[at+1] != '=' && s.code[at+1] != '>', next == ':' && s.lang == golang && at+1 < len(s.code) && s.code[at+1] == '=', next == ':' && s.lang == javascript && s.declares(id):
			from, to := s.statement(id.from)
			if !s.declares(id) && next != ':' && s.lang != php {
				return
			}
			rest := s.code[at:to]
			fun := s.lang == javascript && (bytes.Contains(rest, []byte("=>")) || bytes.Contains(rest, []byte("function")))
			if to-from > 1<<15 || !fun && to-from > 1<<12 {
				return
			}
			add(span{name: strings.TrimPrefix(id.text, "$"), head: from, from: from, body: at, to: to, local: !fun})
		}
	})
	if s.lang == python { // values of modules and functions: name = …
		for i := 0; i < len(s.code); {
			end := lineEnd(s.code, i)
			line := s.code[i:end]
			col := indent(line)
			name := s.identAt(i + col)
			if c, at := s.after(i + col + len(name)); name != "" && at < end && (c == '=' && at+1 < end && s.code[at+1] != '=') {
				_, to := s.statement(at)
				add(span{name: name, head: i, from: i, body: at, to: to, local: col > 0})
			}
			i = end + 1
		}
	}
	return out
}

// declares says whether a name is declared where it stands.
func (s *source) declares(id ident) bool {
	from := lineStart(s.code, id.from)
	for _, w := range []string{"const", "let", "var", "val", "mut", "auto"} {
		if b := bytes.TrimRight(s.code[from:id.from], " "); bytes.HasSuffix(b, []byte(w)) && (len(b) == len(w) || !isWord(b[len(b)-len(w)-1])) {
			return true
		}
	}
	return false
}

func (s *source) identAt(pos int) string {
	end := pos
	for end < len(s.code) && (isWord(s.code[end]) || s.lang == ruby && end > pos && (s.code[end] == '!' || s.code[end] == '?')) {
		end++
	}
	if pos >= end {
		return ""
	}
	return string(s.code[pos:end])
}

// bodyEnd gives the end of the body that follows the parameters of a function.
func (s *source) bodyEnd(pos int) int {
	for i := pos + 1; i < len(s.code); i++ {
		switch s.code[i] {
		case '{':
			return s.shut(i)
		case '(', '[':
			i = s.shut(i)
		case ';':
			return i
		case '=':
			if s.ext == ".kt" {
				_, end := s.statement(skipSpace(s.code, i+1))
				return end
			}
			if i+1 < len(s.code) && s.code[i+1] == '>' {
				_, end := s.statement(i)
				return end
			}
		}
	}
	return len(s.code)
}

// facts reads a part of a program, without some parts of it.
func (s *source) facts(from, to int, without ...[2]int) facts {
	var f facts
	out := func(pos int) bool {
		return slices.ContainsFunc(without, func(w [2]int) bool { return w[0] <= pos && pos < w[1] })
	}
	i, _ := slices.BinarySearchFunc(s.hits, from, func(h hit, p int) int { return h.pos - p })
	for ; i < len(s.hits) && s.hits[i].pos < to; i++ {
		h := s.hits[i]
		if out(h.pos) {
			continue
		}
		switch h.what {
		case callsModel:
			f.model = first(f.model, s.line(h.pos))
		case mayCallModel:
			f.maybe = first(f.maybe, s.line(h.pos))
		case mayInUnit:
			f.perhaps = first(f.perhaps, s.line(h.pos))
		case judgesText:
			f.safety = first(f.safety, s.line(h.pos))
		}
	}
	var prev ident
	seen := map[string]bool{}
	s.idents(from, to, func(id ident) {
		if out(id.from) {
			return
		}
		if id.opens && f.opened == 0 && s.lets(id) || f.opened == 0 && s.option(id) {
			f.opened = s.line(id.from)
		} else if s.asks(id, prev) && !s.imports(id.from) {
			f.identity = first(f.identity, s.line(id.from))
			f.sure = f.sure || id.text != "401"
		} else if f.safety == 0 && id.judges {
			f.safety = s.line(id.from)
		}
		name := id.text
		if s.lang == ruby {
			name = s.identAt(id.from)
		}
		if c, at := s.after(id.to); len(f.calls) < maxCalls && !seen[prevName(prev)+"."+name] && (s.lang == ruby || c == '(' && at < to || c == '<' || c == '!') {
			seen[prevName(prev)+"."+name] = true
			b, _ := s.before(id.from)
			made := call{name: name, line: s.line(id.from), bare: b != '.' && b != '>' && b != '?' && b != ':'}
			if !made.bare && prev.meaning != nil && id.from-prev.to < 4 {
				made.of = strings.TrimPrefix(prev.text, "$")
			}
			f.calls = append(f.calls, made)
		}
		if s.lang == php && f.safety == 0 && id.text == "middleware" && s.screens(id) {
			f.safety = s.line(id.from)
		}
		if id.text == "return" && f.verdict == 0 && f.safety != 0 && s.line(id.from) >= f.safety {
			f.verdict = s.line(id.from)
			if asked := s.asked(id.from); asked >= f.safety {
				f.verdict = asked
			}
		}
		prev = id
	})
	return f
}

// asked is the line of the condition right in front of a statement, or 0:
// if (verdict.flagged) {, and return below it.
func (s *source) asked(pos int) int {
	if b := s.around(pos); b >= 0 && s.code[s.brackets[b].open] == '{' {
		if line := s.ifAt(s.brackets[b].open); line != 0 {
			return line
		}
	}
	start := lineStart(s.code, pos)
	above := bytes.TrimRight(s.code[:start], " \t\r\n")
	if len(above) == 0 || len(bytes.TrimSpace(s.code[start:pos])) > 0 || strings.IndexByte(";{}", above[len(above)-1]) >= 0 || bytes.Contains(above[lineStart(s.code, len(above)-1):], []byte("return")) {
		return 0
	}
	return s.ifAt(len(above))
}

// ifAt is the line of the condition that ends at an offset, or 0.
func (s *source) ifAt(end int) int {
	from := lineStart(s.code, end)
	if line := bytes.TrimSpace(s.code[from:end]); len(line) > 0 && line[0] == ')' { // of several lines
		from = lineStart(s.code, s.opened(from+bytes.IndexByte(s.code[from:end], ')')))
	}
	line := bytes.TrimLeft(s.code[from:end], " \t}")
	line = bytes.TrimPrefix(line, []byte("else "))
	if !bytes.HasPrefix(line, []byte("if ")) && !bytes.HasPrefix(line, []byte("if(")) {
		return 0
	}
	return s.line(from)
}

// imports says whether an offset stands in a statement that imports.
func (s *source) imports(pos int) bool {
	return slices.ContainsFunc(s.imported, func(w [2]int) bool { return w[0] <= pos && pos < w[1] })
}

// prevName is the name before another.
func prevName(id ident) string {
	if id.meaning == nil {
		return ""
	}
	return id.text
}

func first(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}
