package report_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/report"
)

func templated(t tb, r *scanner.Result, text string) (string, error) {
	t.Helper()
	o := options()
	o.Template, o.TemplateName = text, "mine.tmpl"
	var b bytes.Buffer
	err := report.Write(&b, "template", r, o)
	return b.String(), err
}

// TestTemplateModel: a template sees every field of a finding in json and every
// field of gitleaks, in each row.
func TestTemplateModel(t *testing.T) {
	names := append(jsonFields(reflect.TypeFor[scanner.Finding]()), "RuleID", "Description", "StartLine", "EndLine", "StartColumn", "EndColumn",
		"Line", "Match", "Secret", "File", "SymlinkFile", "Commit", "Link", "Entropy", "Author", "Email", "Date", "Message", "Tags", "Fingerprint")
	for _, list := range []string{".", "findings"} {
		for _, n := range names {
			if list == "findings" && unicode.IsUpper(rune(n[0])) {
				continue
			}
			if _, err := templated(t, fixture(t), "{{ range "+list+" }}{{ ."+n+" }}{{ end }}"); err != nil {
				t.Errorf("%s of %s: %v", n, list, err)
			}
		}
	}
	for _, n := range jsonFields(reflect.TypeFor[scanner.Summary]()) {
		if _, err := templated(t, fixture(t), "{{ with summary }}{{ ."+n+" }}{{ end }}"); err != nil {
			t.Errorf("%s of the summary: %v", n, err)
		}
	}
	// What findings gives is what json has.
	out, err := templated(t, fixture(t), "{{ json findings }}")
	if err != nil {
		t.Fatal(err)
	}
	var got, want any
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(write(t, "json", fixture(t), options()), &want); err != nil {
		t.Fatal(err)
	}
	within(t, "findings", got, want)
}

// within: everything in want is in got, under the same name.
func within(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			t.Fatalf("%s is %v", at, got)
		}
		for k, x := range want {
			within(t, at+"."+k, g[k], x)
		}
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(want) {
			t.Fatalf("%s is %v", at, got)
		}
		for i, x := range want {
			within(t, at, g[i], x)
		}
	default:
		if s, ok := want.(string); ok {
			want = strings.ReplaceAll(s, "\t", " ")
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %v, want %v", at, got, want)
		}
	}
}

// TestTemplateFunctions: each function, as sprig's of the same name would do it.
func TestTemplateFunctions(t *testing.T) {
	r := &scanner.Result{Findings: []scanner.Finding{finding(t, scanner.Finding{
		Detector: "d", Title: "a key", Provider: `<b>&"`, Layer: detectors.AIPlatform, Place: scanner.Place{Path: "=1,b", Date: now, StartLine: 4},
	}, secret(t, "template", "{24:b64}", ""))}}
	for text, want := range map[string]string{
		`{{ range . }}{{ .RuleID | upper }}{{ end }}`:                              "D",
		`{{ "aB" | lower }}{{ trim " x " }}`:                                       "abx",
		`{{ trimPrefix "a" "ab" }}{{ trimSuffix "b" "ab" }}`:                       "ba",
		`{{ replace "a" "b" "aa" }} {{ contains "b" "abc" }}`:                      "bb true",
		`{{ hasPrefix "a" "ab" }} {{ hasSuffix "a" "ab" }}`:                        "true false",
		`{{ splitList "," "a,b" | join "-" }}`:                                     "a-b",
		`{{ quote "a\"" }} {{ squote "b" }}`:                                       `"a\"" 'b'`,
		`{{ trunc 2 "äbc" }} {{ trunc -2 "abc" }} {{ trunc 9 "a" }}`:               "äb bc a",
		`{{ indent 2 "a" }}{{ nindent 1 "b" }}`:                                    "  a\n b",
		`{{ repeat 3 "ab" }}`:                                                      "ababab",
		`{{ default "x" "" }} {{ default "x" "y" }} {{ default 3 0 }}`:             "x y 3",
		`{{ coalesce "" 0 "z" }} {{ empty 0 }} {{ ternary "a" "b" false }}`:        "z true b",
		`{{ first (list 1 2) }} {{ last (list 1 2) }}`:                             "1 2",
		`{{ add 1 2 3 }} {{ sub 5 2 }} {{ toString 7 }}`:                           "6 3 7",
		`{{ date "2006-01-02 15:04" now }}`:                                        "2026-11-22 09:30",
		`{{ range . }}{{ date "02.01.2006" .date }} {{ .Date }}{{ end }}`:          "22.11.2026 2026-11-22T09:30:00Z",
		`{{ range . }}{{ date "2006" .exposure }}{{ end }}`:                        "",
		`{{ range . }}{{ json .provider }} {{ toJson .start_line }}{{ end }}`:      `"<b>&\"" 4`,
		`{{ toPrettyJson (list 1) }}`:                                              "[\n  1\n]",
		`{{ range . }}{{ csv .path }} {{ html .provider }}{{ end }}`:               `"'=1,b" &lt;b&gt;&amp;&#34;`,
		`{{ range . }}{{ xml .provider }} {{ markdown .provider }}{{ end }}`:       `&lt;b&gt;&amp;&#34; \<b\>\&"`,
		`{{ len . }} {{ len findings }} {{ (summary).complete }}`:                  "1 1 false",
		`{{ range . }}{{ .StartLine }}{{ if gt .StartLine 3 }}!{{ end }}{{ end }}`: "4!",
	} {
		if got, err := templated(t, r, text); err != nil || got != want {
			t.Errorf("%s gives %q, %v; want %q", text, got, err, want)
		}
	}
}

// TestTemplateErrors: an error names the file and the line, and nothing is written.
func TestTemplateErrors(t *testing.T) {
	for text, want := range map[string]string{
		"a\n{{ range . }}\n{{ .RuelID }}{{ end }}": `mine.tmpl:3:3: executing "mine.tmpl" at <.RuelID>`,
		"a\n{{ if }}":                                   `mine.tmpl:2`,
		"{{ env \"HOME\" }}":                            `mine.tmpl:1: function "env" not defined`,
		"{{ readFile \"/etc/passwd\" }}":                `function "readFile" not defined`,
		"{{ getHostByName \"x\" }}":                     `function "getHostByName" not defined`,
		"x{{ repeat 1000000 \"aaaaaaaaaaaaaaaaaaa\" }}": `repeat makes at most`,
		"{{ date \"2006\" \"yesterday\" }}":             `mine.tmpl:1:3`,
		"{{ first 3 }}":                                 `first and last want a list`,
		"":                                              "there is none",
	} {
		out, err := templated(t, fixture(t), text)
		if err == nil || !strings.Contains(err.Error(), want) || out != "" {
			t.Errorf("%q: %v, and wrote %q; want an error with %q", text, err, out, want)
		}
	}
	o := options()
	o.Template, o.TemplateName = "{{ if }}", "mine.tmpl"
	if err := report.CheckTemplate(o); err == nil || !strings.Contains(err.Error(), "mine.tmpl:1") {
		t.Errorf("checked: %v", err)
	}
	o.Template = "{{ range . }}{{ .RuleID }}{{ end }}"
	if err := report.CheckTemplate(o); err != nil {
		t.Errorf("checked: %v", err)
	}
}

// TestTemplateOfGitleaks: a template as gitleaks' users write them, with a row for
// every place.
func TestTemplateOfGitleaks(t *testing.T) {
	const text = `[{{ $last := (sub (len .) 1) }}{{ range $i, $f := . }}
{"desc": {{ quote .Description }}, "start": {{ .StartLine }}, "file": {{ quote .File }}, "secret": {{ quote .Secret }},
 "id": {{ quote .Fingerprint }}, "tags": [{{ range $j, $t := .Tags }}{{ if $j }},{{ end }}{{ quote . }}{{ end }}]}{{ if ne $i $last }},{{ end }}
{{- end }}]`
	out, err := templated(t, fixture(t), text)
	if err != nil {
		t.Fatal(err)
	}
	var rows []struct{ Desc, File, Secret, ID string }
	if err := json.Unmarshal([]byte(out), &rows); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	if len(rows) != 8 || rows[1].File != "scripts/bill.py" || rows[1].ID != id("2b")+":scripts/bill.py:anthropic-admin-key:3" {
		t.Errorf("%+v", rows)
	}
}

// TestTemplateHostile: what a template prints without any escaping has no character
// that a terminal obeys and no plaintext.
func TestTemplateHostile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, plain := hostile(t)
		out, err := templated(t, r, `{{ range . }}{{ . }}{{ end }}{{ findings }}{{ summary }}`)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range plain {
			if strings.Contains(out, p) {
				t.Fatalf("a plaintext of %d bytes", len(p))
			}
		}
		if i := strings.IndexFunc(out, func(r rune) bool { return !unicode.IsGraphic(r) }); i >= 0 {
			t.Fatalf("not graphic: %q", out[i:][:20])
		}
	})
}
