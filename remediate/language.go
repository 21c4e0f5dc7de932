package remediate

import (
	"path"
	"regexp"
	"strings"
	"sync"
)

// language is how programs in it write texts and read the environment.
type language struct {
	read   string // the expression that reads the variable NAME
	inside string // the same within a text in the last of quotes, where that works
	join   string // the operator that joins two texts; empty if there is none
	quotes string
	marks  []string // begins of comments
	needs  string   // what has to be imported for it
	// constants are lines whose values must be known when the program is compiled.
	constants func() *regexp.Regexp
	// constant and variable: the former, at a line's begin, becomes the latter.
	constant, variable string
}

// The lines whose values must be known when a program is compiled.
var (
	javaConstants   = pattern(`^@|\bcase\b`)
	cConstants      = pattern(`\[\]|^(static|const|extern)\b`)
	phpConstants    = pattern(`^(final |public |private |protected |static |var |readonly |\?string |string )*(const\b|\$\w+ *=.*;)`)
	csharpConstants = pattern(`^\[|\bcase\b|^const\b`)
	rustConstants   = pattern(`^(pub(\([a-z]+\))? )?(const|static)\b`)
)

// element is the begin of an attribute's value in JSX.
var element = pattern(`<[A-Za-z][\w.]*( [^<>]*)? [\w-]+=$`)

// pattern is compiled when it is used: few files need it.
func pattern(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}

// languageOf gives the language of a source file.
func languageOf(base string) (language, bool) {
	slashes := []string{"//", "/*", "* "}
	switch path.Ext(base) {
	case ".py", ".pyi", ".pyw":
		return language{read: `os.environ["NAME"]`, join: " + ", quotes: `"'`, marks: []string{"#"}, needs: "import os"}, true
	case ".js", ".mjs", ".cjs", ".jsx":
		return language{read: "process.env.NAME", inside: "${process.env.NAME}", join: " + ", quotes: "\"'`", marks: slashes}, true
	case ".ts", ".mts", ".cts", ".tsx":
		return language{read: "process.env.NAME!", inside: "${process.env.NAME}", join: " + ", quotes: "\"'`", marks: slashes}, true
	case ".go":
		return language{read: `os.Getenv("NAME")`, join: " + ", quotes: "\"`", marks: slashes, needs: `import "os"`, constant: "const ", variable: "var "}, true
	case ".rb", ".erb", ".rake", ".gemspec":
		return language{read: `ENV.fetch("NAME")`, join: " + ", quotes: `"'`, marks: []string{"#"}}, true
	case ".php":
		return language{read: `getenv("NAME")`, join: " . ", quotes: `"'`, marks: append(slashes, "#"), constants: phpConstants}, true
	case ".java":
		return language{read: `System.getenv("NAME")`, join: " + ", quotes: `"`, marks: slashes, constants: javaConstants}, true
	case ".kt", ".kts":
		return language{read: `System.getenv("NAME")`, join: " + ", quotes: `"`, marks: slashes, constants: javaConstants, constant: "const ", variable: ""}, true
	case ".scala", ".groovy", ".gradle":
		return language{read: `System.getenv("NAME")`, join: " + ", quotes: `"'`, marks: slashes, constants: javaConstants}, true
	case ".cs":
		return language{read: `Environment.GetEnvironmentVariable("NAME")`, join: " + ", quotes: `"`, marks: slashes, needs: "using System", constants: csharpConstants, constant: "const ", variable: "static readonly "}, true
	case ".vb":
		return language{read: `Environment.GetEnvironmentVariable("NAME")`, join: " & ", quotes: `"`, marks: []string{"'"}}, true
	case ".fs", ".fsx":
		return language{read: `System.Environment.GetEnvironmentVariable("NAME")`, join: " + ", quotes: `"`, marks: slashes}, true
	case ".rs":
		return language{read: `std::env::var("NAME").expect("NAME")`, quotes: `"`, marks: slashes, constants: rustConstants}, true
	case ".c", ".h", ".cc", ".cpp", ".hpp", ".cxx":
		return language{read: `getenv("NAME")`, quotes: `"`, marks: slashes, needs: "#include <stdlib.h>", constants: cConstants}, true
	case ".ex", ".exs":
		return language{read: `System.fetch_env!("NAME")`, join: " <> ", quotes: `"'`, marks: []string{"#"}}, true
	case ".lua":
		return language{read: `os.getenv("NAME")`, join: " .. ", quotes: `"'`, marks: []string{"--"}}, true
	case ".pl", ".pm":
		return language{read: `$ENV{NAME}`, join: " . ", quotes: `"'`, marks: []string{"#"}}, true
	case ".r":
		return language{read: `Sys.getenv("NAME")`, quotes: `"'`, marks: []string{"#"}}, true
	case ".ps1", ".psm1":
		return language{read: "$env:NAME", quotes: `"'`, marks: []string{"#"}}, true
	}
	return language{}, false
}

// edit gives the change to a line of a program. Where the secret is a part of a
// text, the text is put together from its parts; but a URL or another text that a
// program takes as one is read as one.
func (l language) edit(s source, name string) edit {
	e := edit{value: strings.ReplaceAll(l.read, "NAME", name), place: literalPart, note: l.needs}
	q, ok := s.quoted(l.quotes, l.marks...)
	if q.comment {
		return s.put("<" + name + ">")
	}
	if l.constant != "" && ok {
		if before, after, found := strings.Cut(s.left, l.constant); found && (before == "" || l.variable == "" || modifiers(before)) && (before != "" || l.variable != "static readonly ") {
			moved := len(l.variable) - len(l.constant)
			s.left = before + l.variable + after
			q.open += moved
			e.note = joinNotes("no constant any more", l.needs)
		}
	}
	if l.constants != nil && l.constants().MatchString(s.left+s.right) {
		e.note = joinNotes("a constant can't read the environment: read it when the program starts", l.needs)
		return e
	}
	if !ok {
		return e
	}
	before, after := s.left[:q.open], s.right[q.end:]
	head, tail := s.left[q.open+len(q.prefix)+len(q.sign):], s.right[:q.end-len(q.sign)]
	switch {
	case l.inside != "" && q.sign == "`":
		return s.put(strings.ReplaceAll(l.inside, "NAME", name))
	case s.whole(q), l.join == "", strings.Contains(head, "://"), strings.Contains(tail, "="):
		e.value = l.literal(s, q, e.value)
		e.line = before + e.value + after
		if !s.whole(q) {
			e.place = textPart
		}
	default:
		if head != "" {
			before = s.left + q.sign + l.join
		}
		if tail != "" {
			after = l.join + q.prefix + q.sign + s.right
		}
		e.line = before + e.value + after
		e.value, e.place = q.sign+l.join+e.value+l.join+q.prefix+q.sign, secretPart
	}
	if strings.HasPrefix(l.read, "process.env") && strings.HasPrefix(strings.TrimLeft(after, " "), ":") && !strings.Contains(before, "?") {
		e.line = "" // the key of an object
	}
	return e
}

// literal is the expression in the form that the place of a literal needs.
func (l language) literal(s source, q quote, read string) string {
	switch {
	case strings.ContainsAny(q.prefix, "bB") && l.needs == "import os":
		return read + ".encode()"
	case strings.HasPrefix(l.read, "process.env") && element().MatchString(s.left[:q.open]):
		return "{" + read + "}"
	case strings.HasPrefix(l.read, "std::") && !strings.HasPrefix(s.right[q.end:], "."):
		return "&" + read
	}
	return read
}

// modifiers says that a text holds nothing but words before a declaration.
func modifiers(before string) bool {
	for w := range strings.FieldsSeq(before) {
		switch w {
		case "public", "private", "protected", "internal", "new":
		default:
			return false
		}
	}
	return true
}

func joinNotes(notes ...string) string {
	var said []string
	for _, n := range notes {
		if n != "" {
			said = append(said, n)
		}
	}
	return strings.Join(said, "; ")
}
