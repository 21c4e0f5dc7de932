package report

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"text/template"
	"time"

	"leakline/scanner"
)

// writeTemplate writes what the user's template says. Its data is a list with an
// element for every place of every secret, as gitleaks' templates expect; each has
// gitleaks' field names and the names of leakline's json. The functions findings and
// summary give the elements of json and the account of the scan.
//
// Everything in the data is cleaned and printable, and no function reads a file, the
// environment or a network.
func writeTemplate(w *bufio.Writer, r *scanner.Result, o Options, c *cleaner) error {
	t, err := parseTemplate(o)
	if err != nil {
		return err
	}
	m := &model{clean: c, result: r}
	t.Funcs(template.FuncMap{"findings": m.findings, "summary": m.summary})
	var b bytes.Buffer // so that a template that fails writes nothing
	if err := t.Execute(&b, m.rows()); err != nil {
		return err
	}
	_, err = w.Write(b.Bytes())
	return err
}

// CheckTemplate says what is wrong with the template of the options before anything
// is scanned.
func CheckTemplate(o Options) error {
	_, err := parseTemplate(o)
	return err
}

func parseTemplate(o Options) (*template.Template, error) {
	if o.Template == "" {
		return nil, errors.New("the format template needs the text of a template, and there is none")
	}
	return template.New(firstOf(o.TemplateName, "template")).Option("missingkey=error").Funcs(templateFuncs(o.Now)).Parse(o.Template)
}

// model makes the data of a template.
type model struct {
	clean  *cleaner
	result *scanner.Result
}

// rows are all places of all findings, with the names of gitleaks and of json.
func (m *model) rows() []map[string]any {
	out := []map[string]any{}
	for _, f := range m.result.Findings {
		bits := float32(entropy(&f))
		f = m.clean.finding(f)
		common := m.fields(reflect.ValueOf(f))
		for _, p := range everywhere(&f) {
			row := make(map[string]any, len(common)+24)
			for k, v := range common {
				row[k] = v
			}
			for k, v := range m.fields(reflect.ValueOf(p)) {
				row[k] = v
			}
			g := reflect.ValueOf(m.clean.gitleaksRow(&f, p, bits))
			for i := range g.NumField() {
				row[g.Type().Field(i).Name] = m.value(g.Field(i))
			}
			out = append(out, row)
		}
	}
	return out
}

// findings are the elements of json.
func (m *model) findings() []map[string]any {
	out := []map[string]any{}
	for _, f := range m.result.Findings {
		out = append(out, m.fields(reflect.ValueOf(m.clean.finding(f))))
	}
	return out
}

// summary is the account of the scan.
func (m *model) summary() map[string]any {
	return m.fields(reflect.ValueOf(m.clean.summary(m.result.Summary)))
}

// fields are those of a struct under the names that they have in JSON. All of them
// are there, so that a template that misspells one fails.
func (m *model) fields(v reflect.Value) map[string]any {
	out := map[string]any{}
	for i := range v.NumField() {
		f := v.Type().Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			for k, x := range m.fields(v.Field(i)) {
				out[k] = x
			}
		case f.IsExported() && name != "" && name != "-":
			out[name] = m.value(v.Field(i))
		}
	}
	return out
}

// value is a value as a template sees it: texts printable and without secrets, times
// in RFC 3339 or empty, a pointer's target or nil.
func (m *model) value(v reflect.Value) any {
	if t, ok := v.Interface().(time.Time); ok {
		return stamp(t)
	}
	switch v.Kind() {
	case reflect.String:
		return m.clean.text(tidy(v.String()))
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int64:
		return int(v.Int())
	case reflect.Float64, reflect.Float32:
		return v.Float()
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return m.value(v.Elem())
	case reflect.Slice:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = m.value(v.Index(i))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, k := range v.MapKeys() {
			out[tidy(k.String())] = m.value(v.MapIndex(k))
		}
		return out
	case reflect.Struct:
		return m.fields(v)
	}
	return fmt.Sprintf("a %s", v.Kind()) // no field of a finding is one
}
