package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"reflect"
	"strings"
	"text/template"
	"time"
	"unicode/utf8"
)

// maxRepeat bounds what repeat makes, in bytes.
const maxRepeat = 1 << 20

// templateFuncs are the functions of a template besides those that text/template has
// by itself (html, js, urlquery, len, index, slice, printf, and, or, not, eq, …).
// Where gitleaks' templates have one by this name, from the library sprig, it takes
// the same arguments. https://masterminds.github.io/sprig/
func templateFuncs(now time.Time) template.FuncMap {
	return template.FuncMap{
		// They are bound to a result before the template runs.
		"findings": func() []map[string]any { return nil },
		"summary":  func() map[string]any { return nil },

		"upper": func(v any) string { return strings.ToUpper(text(v)) },
		"lower": func(v any) string { return strings.ToLower(text(v)) },
		"trim":  func(v any) string { return strings.TrimSpace(text(v)) },
		"trimPrefix": func(prefix string, v any) string {
			return strings.TrimPrefix(text(v), prefix)
		},
		"trimSuffix": func(suffix string, v any) string {
			return strings.TrimSuffix(text(v), suffix)
		},
		"replace":   func(old, by string, v any) string { return strings.ReplaceAll(text(v), old, by) },
		"contains":  func(part string, v any) bool { return strings.Contains(text(v), part) },
		"hasPrefix": func(prefix string, v any) bool { return strings.HasPrefix(text(v), prefix) },
		"hasSuffix": func(suffix string, v any) bool { return strings.HasSuffix(text(v), suffix) },
		"splitList": func(sep string, v any) []string { return strings.Split(text(v), sep) },
		"join":      func(sep string, v any) string { return strings.Join(textList(v), sep) },
		"quote":     func(v any) string { return fmt.Sprintf("%q", text(v)) },
		"squote":    func(v any) string { return "'" + text(v) + "'" },
		"trunc":     trunc,
		"indent":    indent,
		"nindent":   func(n int, v any) string { return "\n" + indent(n, v) },
		"repeat":    repeat,

		"default":  func(other, v any) any { return ternary(other, v, empty(v)) },
		"empty":    empty,
		"coalesce": coalesce,
		"ternary":  func(yes, no any, cond bool) any { return ternary(yes, no, cond) },
		"list":     func(vs ...any) []any { return vs },
		"first":    func(v any) (any, error) { return item(v, true) },
		"last":     func(v any) (any, error) { return item(v, false) },
		"add":      sum,
		"sub":      func(a, b int) int { return a - b },
		"toString": text,

		"now":  func() time.Time { return now },
		"date": date,

		"json":         toJSON,
		"toJson":       toJSON,
		"toPrettyJson": toPrettyJSON,
		"csv":          csvCell,
		"xml":          xmlText,
		"markdown":     func(v any) string { return literally(tidy(text(v))) },
	}
}

// text is a value as a template prints it; nil is nothing.
func text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	return fmt.Sprint(v)
}

func textList(v any) []string {
	x := reflect.ValueOf(v)
	if x.Kind() != reflect.Slice {
		return []string{text(v)}
	}
	out := make([]string, x.Len())
	for i := range out {
		out[i] = text(x.Index(i).Interface())
	}
	return out
}

// trunc keeps the first n characters, or with n < 0 the last.
func trunc(n int, v any) string {
	rs := []rune(text(v))
	switch {
	case n < 0:
		return string(rs[max(0, len(rs)+n):])
	case n < len(rs):
		return string(rs[:n])
	}
	return string(rs)
}

func indent(n int, v any) string {
	pad := strings.Repeat(" ", min(max(n, 0), 1000))
	return pad + strings.ReplaceAll(text(v), "\n", "\n"+pad)
}

func repeat(n int, v any) (string, error) {
	s := text(v)
	if n < 0 || n > 0 && len(s) > maxRepeat/n {
		return "", fmt.Errorf("repeat makes at most %d bytes", maxRepeat)
	}
	return strings.Repeat(s, n), nil
}

// empty says what sprig calls empty: nothing, zero, false, and what has no elements.
func empty(v any) bool {
	x := reflect.ValueOf(v)
	switch x.Kind() {
	case reflect.Invalid:
		return true
	case reflect.Slice, reflect.Map, reflect.String:
		return x.Len() == 0
	}
	return x.IsZero()
}

func coalesce(vs ...any) any {
	for _, v := range vs {
		if !empty(v) {
			return v
		}
	}
	return nil
}

func ternary(yes, no any, cond bool) any {
	if cond {
		return yes
	}
	return no
}

func item(v any, first bool) (any, error) {
	x := reflect.ValueOf(v)
	if x.Kind() != reflect.Slice {
		return nil, fmt.Errorf("first and last want a list, not a %s", x.Kind())
	}
	switch {
	case x.Len() == 0:
		return nil, nil
	case first:
		return x.Index(0).Interface(), nil
	}
	return x.Index(x.Len() - 1).Interface(), nil
}

func sum(ns ...int) int {
	n := 0
	for _, x := range ns {
		n += x
	}
	return n
}

// date writes a time in a layout of Go's package time: a time, or one in RFC 3339 as
// the data has them. No time is no text.
func date(layout string, v any) (string, error) {
	if t, ok := v.(time.Time); ok {
		return t.Format(layout), nil
	}
	if empty(v) {
		return "", nil
	}
	t, err := time.Parse(time.RFC3339, text(v))
	if err != nil {
		return "", fmt.Errorf("date wants a time, or one as 2006-01-02T15:04:05Z")
	}
	return t.Format(layout), nil
}

func toJSON(v any) (string, error) {
	line, err := encode(v)
	return strings.TrimSuffix(string(line), "\n"), err
}

func toPrettyJSON(v any) (string, error) {
	line, err := encode(v)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	err = json.Indent(&b, bytes.TrimSpace(line), "", "  ")
	return b.String(), err
}

// csvCell is a value as one cell, quoted where it must be, and no formula.
func csvCell(v any) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	if err := w.Write([]string{defuse(text(v))}); err != nil {
		return "", err
	}
	w.Flush()
	return strings.TrimSuffix(b.String(), "\n"), w.Error()
}

// xmlText is a value as text or attribute of XML.
func xmlText(v any) (string, error) {
	s := text(v)
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\ufffd")
	}
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}
