package rules

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
)

// table is a table of the document. Its keys are in lower case. gitleaks takes values
// as loosely as its reader does: a string for a list is cut at commas, a number may
// stand in a string, and one table may stand for a list of tables.
type table struct {
	path   string
	values map[string]any
	doc    *document
}

// document is the file that is being read.
type document struct {
	name     string
	lines    *layout
	warnings []string
}

// at names the line of a path.
func (d *document) at(path string) string {
	return fmt.Sprintf("%s:%d", d.name, d.lines.of(path))
}

// warn notes what the user should know.
func (d *document) warn(path, format string, args ...any) {
	d.warnAt(d.at(path), format, args...)
}

func (d *document) warnAt(where, format string, args ...any) {
	if len(d.warnings) < maxProblems {
		d.warnings = append(d.warnings, where+": "+fmt.Sprintf(format, args...))
	}
}

func newTable(d *document, path string, values map[string]any) table {
	t := table{path: path, doc: d, values: make(map[string]any, len(values))}
	for _, k := range slices.Sorted(maps.Keys(values)) {
		t.values[strings.ToLower(k)] = values[k]
	}
	return t
}

// wrong is the error for a value of the wrong kind.
func (t table) wrong(key, want string) error {
	return fmt.Errorf("%s: %s is no %s", t.doc.at(join(t.path, key)), key, want)
}

// only warns of keys that say nothing.
func (t table) only(keys ...string) {
	known := " " + strings.Join(keys, " ") + " "
	for _, k := range slices.Sorted(maps.Keys(t.values)) {
		if !strings.Contains(known, " "+k+" ") {
			t.doc.warn(join(t.path, k), "unknown key %q is not used", cut(k))
		}
	}
}

// text is a string; "" if it is not there.
func (t table) text(key string) (string, error) {
	v, ok := t.values[key]
	if !ok {
		return "", nil
	}
	s, ok := plain(v)
	if !ok {
		return "", t.wrong(key, "string")
	}
	return s, nil
}

// plain is the text of a value that is no list and no table.
func plain(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case bool:
		if v {
			return "1", true
		}
		return "0", true
	case int64:
		return strconv.FormatInt(v, 10), true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

// texts is a list of strings.
func (t table) texts(key string) ([]string, error) {
	v, ok := t.values[key]
	if !ok {
		return nil, nil
	}
	if s, ok := v.(string); ok {
		if s == "" {
			return nil, nil
		}
		return strings.Split(s, ","), nil
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	out := make([]string, 0, len(list))
	for _, v := range list {
		s, ok := plain(v)
		if !ok {
			return nil, t.wrong(key, "list of strings")
		}
		out = append(out, s)
	}
	return out, nil
}

// number is a number; 0 if it is not there.
func (t table) number(key string) (float64, error) {
	v, ok := t.values[key]
	if !ok {
		return 0, nil
	}
	s, ok := plain(v)
	if !ok {
		return 0, t.wrong(key, "number")
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0, t.wrong(key, "number")
	}
	return n, nil
}

// count is a whole number; nil if it is not there.
func (t table) count(key string) (*int, error) {
	if _, ok := t.values[key]; !ok {
		return nil, nil
	}
	n, err := t.number(key)
	if err != nil || math.Abs(n) > math.MaxInt32 {
		return nil, t.wrong(key, "whole number")
	}
	i := int(n)
	return &i, nil
}

// yes is a truth value; false if it is not there.
func (t table) yes(key string) (bool, error) {
	v, ok := t.values[key]
	if !ok {
		return false, nil
	}
	s, ok := plain(v)
	if !ok {
		return false, t.wrong(key, "truth value")
	}
	if s == "" {
		return false, nil
	}
	yes, err := strconv.ParseBool(s)
	if err != nil {
		return false, t.wrong(key, "truth value")
	}
	return yes, nil
}

// tables is a list of tables, or one.
func (t table) tables(key string) ([]table, error) {
	v, ok := t.values[key]
	if !ok {
		return nil, nil
	}
	path := join(t.path, key)
	switch v := v.(type) {
	case map[string]any:
		return []table{newTable(t.doc, path, v)}, nil
	case []map[string]any:
		out := make([]table, 0, len(v))
		for i, m := range v {
			out = append(out, newTable(t.doc, element(path, i), m))
		}
		return out, nil
	case []any:
		out := make([]table, 0, len(v))
		for i, v := range v {
			m, ok := v.(map[string]any)
			if !ok {
				return nil, t.wrong(key, "list of tables")
			}
			out = append(out, newTable(t.doc, element(path, i), m))
		}
		return out, nil
	}
	return nil, t.wrong(key, "table")
}

// cut shortens text of the file for messages.
func cut(s string) string {
	const most = 40
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
