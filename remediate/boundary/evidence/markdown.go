package evidence

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/template"
	"time"

	_ "embed" // for the page

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/scanner"
)

//go:embed evidence.md.tmpl
var markdownPage string

// shownPlaces is how many places of one thing the pages for people show.
const shownPlaces = 5

// words are what both pages are written with.
var words = map[string]any{
	"place": place,
	"first": func(all []boundary.Where) []boundary.Where { return all[:min(len(all), shownPlaces)] },
	"rest": func(all []boundary.Where) string { // what the page leaves to evidence.json
		if n := len(all) - shownPlaces; n > 0 {
			return fmt.Sprintf(" and %d more", n)
		}
		return ""
	},
	"day": func(t *time.Time) string {
		if t == nil {
			return "–"
		}
		return t.UTC().Format(time.DateOnly)
	},
	"time": func(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") },
	"days": func(d *float64) string {
		if d == nil {
			return "–"
		}
		return fmt.Sprintf("%.1f", *d)
	},
	"number":   func(f float64) string { return fmt.Sprintf("%.1f", f) },
	"join":     func(s []string) string { return strings.Join(s, ", ") },
	"or":       func(fallback, s string) string { return cmp.Or(s, fallback) },
	"counts":   counts,
	"layer":    LayerTitle,
	"other":    other,
	"standing": func(c boundary.Control) string { return standing(&c) },
	"short": func(id string) string { // as lists of the ledger show it
		fp, _, _ := strings.Cut(id, "@")
		fp = fp[strings.LastIndexByte(fp, ':')+1:]
		return fp[:min(12, len(fp))]
	},
	"many64": func(n int64, one, more string) string {
		if n == 1 {
			return "1 " + one
		}
		return fmt.Sprintf("%d %s", n, more)
	},
	"many": func(n int, one, more string) string {
		if n == 1 {
			return "1 " + one
		}
		return fmt.Sprintf("%d %s", n, more)
	},
}

// LayerTitle is what a layer is about, in words.
func LayerTitle(l detectors.Layer) string {
	switch l {
	case detectors.AIPlatform:
		return "AI platform access"
	case detectors.ApplicationAuth:
		return "application authentication"
	}
	return string(l)
}

// other is what a bundle of a layer says nothing of.
func other(l detectors.Layer) string {
	if l == detectors.AIPlatform {
		return LayerTitle(detectors.ApplicationAuth)
	}
	return LayerTitle(detectors.AIPlatform)
}

// counts lists what there is any of.
func counts(m map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(m)) {
		if m[k] != 0 {
			out = append(out, fmt.Sprintf("%s %d", k, m[k]))
		}
	}
	return strings.Join(out, ", ")
}

// standing is how a control is known, with who says so.
func standing(c *boundary.Control) string {
	s := string(c.Standing)
	for i, r := range c.Readings {
		s += map[bool]string{true: ": ", false: "; "}[i == 0] + r.Title + " on " + r.At.UTC().Format(time.DateOnly)
		if r.Old {
			s += " (old)"
		}
		s += ", " + r.Standing + ": " + r.Says + " (" + r.Where.How + ")"
	}
	if len(c.Readings) > 0 && (c.Says != "" || c.By != "") {
		s += "; declared"
	}
	if c.Says != "" {
		s += " " + c.Says
	}
	if c.By != "" {
		s += " by " + c.By
	}
	if !c.On.IsZero() {
		s += " on " + c.On.UTC().Format(time.DateOnly)
	}
	return s
}

// escaped is a text of others for Markdown: one line in which nothing is markup.
func escaped(v any) string {
	s := scanner.Printable(strings.Join(strings.Fields(fmt.Sprint(v)), " "))
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '@' || r == ':' && strings.Contains(s, "://"): // no mention, no link
			fmt.Fprintf(&b, "&#%d;", r)
		case strings.ContainsRune("\\`*_[]#|~$", r):
			b.WriteRune('\\')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

var markdownTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("evidence").Funcs(words).Funcs(template.FuncMap{"e": escaped}).Parse(markdownPage))
})

// markdown is the bundle as a page of Markdown.
func (b *Bundle) markdown() []byte {
	var out bytes.Buffer
	if err := markdownTemplate().Execute(&out, b); err != nil {
		panic(err) // the template does not fit the bundle
	}
	return out.Bytes()
}
