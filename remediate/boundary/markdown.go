package boundary

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the whole map for people, as GitHub renders it.
func (m *Map) Markdown(out io.Writer) error {
	w := bufio.NewWriter(out)
	p := func(format string, args ...any) { fmt.Fprintf(w, format+"\n", args...) }
	p("# The identity boundary of %s\n", mdText(m.Target))
	p("%s **%s**", apart, m.answer())
	if m.Begun != nil {
		p("\n%s", mdText(m.Begun.Sentence()))
	}
	if !m.Complete {
		p("\nNot everything could be read, so more may be there than is shown.")
	}
	m.mdRoots(p)
	p("\n## What crosses\n")
	if x := m.crosses(); len(x) == 0 {
		p("Nothing that was found.")
	} else {
		p("| Credential | What it means | Where | Rule |\n|---|---|---|---|")
		for _, e := range x {
			p("| %s | %s | %s | `%s` |", mdCode(cmp.Or(e.By, "?")), mdText(e.says()), mdCode(e.At.place()), e.Rule)
		}
	}
	for i := range m.Planes {
		pl := &m.Planes[i]
		p("\n## %s: %s\n\n%s\n", title(pl.Layer), door(pl.Layer), pl.Question)
		p("| | |\n|---|---|")
		p("| Owner | %s |", mdOwners(pl.Owners, pl.OwnersFrom))
		p("| Reviewers of privileged sessions | %s |", cmp.Or(mdCodes(pl.Reviewers), notDeclared))
		p("| Directory | %s |", cmp.Or(mdLink(pl.Directory), notDeclared))
		p("| Console | %s |", cmp.Or(mdLink(pl.Console), notDeclared))
		p("| Audit trail | %s |", cmp.Or(mdLink(pl.Audit), mdText(strings.Join(append([]string{notDeclared}, pl.trails()...), "; "))))
		if len(pl.Uses) > 0 {
			p("\n### In use\n\n| Name | Version | Where |\n|---|---|---|")
			for _, u := range pl.Uses {
				p("| %s | %s | %s |", mdText(cmp.Or(u.Title, u.Name)), mdText(u.Version), mdPlaces(u.Shown))
			}
		}
		if len(pl.Identities) > 0 {
			p("\n### Identities\n\n| Name | Speaks | Owner | Made | Suspended | Removed | Governed at | Audit | Where |\n|---|---|---|---|---|---|---|---|---|")
			for _, id := range pl.Identities {
				name := mdCode(id.Name)
				if id.Literal {
					name += " (its value lies here)"
				}
				p("| %s | %s | %s | %s | %s | %s | %s | %s | %s |", name, mdText(id.speaks()), mdOwners(id.Owners, id.OwnersFrom),
					mdWords(id.Lifecycle.Created), mdWords(id.Lifecycle.Suspended), mdWords(id.Lifecycle.Removed),
					mdWords(cmp.Or(id.Console, id.Directory)), mdWords(id.Audit), mdPlaces(id.Shown))
			}
		}
		p("\n### Controls\n\n| Control | Standing | Question | It answers |\n|---|---|---|---|")
		for _, c := range pl.Controls {
			p("| %s | %s | %s | %s |", mdText(c.Name), mdText(c.stands()), mdText(c.Question), mdText(c.Answers))
		}
		if len(pl.Questions) > 0 {
			p("\n### To ask\n")
			for _, q := range pl.Questions {
				p("- %s", mdText(q))
			}
		}
	}
	if len(m.Routes)+len(m.Servers) > 0 {
		p("\n## Where they meet\n\n| What | Name | Where | Check |\n|---|---|---|---|")
		for _, u := range m.Routes {
			p("| Route that reaches a model | %s | %s | %s |", mdCode(u.Name), mdCode(u.Shown[0].place()), mdText(u.checked()))
		}
		for _, u := range m.Servers {
			p("| Tool server of AI agents | %s | %s | |", mdCode(u.Name), mdPlaces(u.Shown))
		}
	}
	p("\n## The two doors\n\n```mermaid")
	m.mermaid(w)
	p("```")
	return w.Flush()
}

// mdText is text that Markdown and HTML take as it is, in a table's cell too.
func mdText(s string) string {
	var b strings.Builder
	for _, r := range tidy(s) {
		switch r {
		case '<':
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			b.WriteString("&amp;")
		case '@': // nobody is to be called here
			b.WriteString("&#64;")
		case '\\', '|', '*', '_', '[', ']', '`', '#', '~', '!', '$':
			b.WriteByte('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return strings.ReplaceAll(b.String(), "://", ":&#47;/")
}

// mdCode is text as code in a table's cell.
func mdCode(s string) string {
	s = strings.ReplaceAll(tidy(s), "|", `\|`)
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + s + fence
}

func mdCodes(all []string) string {
	var out []string
	for _, s := range all {
		out = append(out, mdCode(s))
	}
	return strings.Join(out, ", ")
}

func mdOwners(all []string, from string) string {
	if len(all) == 0 {
		return "**" + nobody + "**"
	}
	s := mdCodes(all)
	if from == fromCodeowners {
		s += " (by CODEOWNERS)"
	}
	return s
}

// mdLink is an address as a link, or text.
func mdLink(s string) string {
	if isLink(s) {
		return "<" + s + ">"
	}
	return mdText(s)
}

// isLink says whether a text is an address that can stand in a link as it is.
func isLink(s string) bool {
	return strings.HasPrefix(s, "https://") && strings.IndexFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("/:.-_?=%&#+,@~", r))
	}) < 0
}

// mdWords is a sentence with its addresses as links.
func mdWords(s string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		words[i] = mdLink(w)
	}
	return strings.Join(words, " ")
}

// mdPlaces are at most five places.
func mdPlaces(all []Where) string {
	const most = 5
	var out []string
	for i := range all {
		if i == most {
			out = append(out, fmt.Sprintf("%d more", len(all)-most))
			break
		}
		out = append(out, mdCode(all[i].place()))
	}
	return strings.Join(out, ", ")
}
