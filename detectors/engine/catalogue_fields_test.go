package engine_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/engine"
)

var update = flag.Bool("update", false, "append new detector IDs to the golden list")

// checkIDs compares the catalogue's IDs with the list of all that ever were: an
// ID is in people's ignore files and dashboards, so none may go or be reused.
func checkIDs(t *testing.T, ds []detectors.Detector) {
	path := filepath.Join("..", "..", "testdata", "golden", "detector_ids.txt")
	have := map[string]bool{}
	for _, d := range ds {
		if have[d.ID] {
			t.Errorf("the ID %s stands twice in the catalogue", d.ID)
		}
		have[d.ID] = true
	}
	golden, err := os.ReadFile(path)
	if err != nil && !*update {
		t.Fatalf("%v: run the test with -update", err)
	}
	listed := strings.Fields(string(golden))
	for _, id := range listed {
		if !have[id] {
			t.Errorf("detector %s is gone: IDs are for ever; bring it back under its ID, or keep it with a note that it is retired", id)
		}
	}
	var fresh []string
	for _, d := range ds {
		if !slices.Contains(listed, d.ID) {
			fresh = append(fresh, d.ID)
		}
	}
	switch {
	case len(fresh) == 0:
	case !*update:
		t.Errorf("%d detectors are not in %s: run the test with -update: %s", len(fresh), path, strings.Join(fresh, " "))
	default:
		text := string(golden) + strings.Join(fresh, "\n") + "\n"
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// words are the values of each string type that package detectors declares as
// constants: its closed lists, read from the source so that none can be
// forgotten here.
type words map[string][]string

func closedWords(files ...string) (words, error) {
	w := words{}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			return nil, err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			typ, ok1 := spec.Type.(*ast.Ident)
			lit, ok2 := spec.Values[0].(*ast.BasicLit)
			if ok1 && ok2 && lit.Kind == token.STRING {
				if s, err := strconv.Unquote(lit.Value); err == nil {
					w[typ.Name] = append(w[typ.Name], s)
				}
			}
			return true
		})
	}
	return w, nil
}

// known says what is wrong with a value of one of the closed types.
func (w words) known(v any) string {
	r := reflect.ValueOf(v)
	if slices.Contains(w[r.Type().Name()], r.String()) {
		return ""
	}
	return fmt.Sprintf("%s %q is none of %q", r.Type().Name(), r.String(), w[r.Type().Name()])
}

var (
	kebabID  = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	nameSpec = regexp.MustCompile(`^\^?[a-z0-9]+( [a-z0-9]+)*\$?$`)
	article  = regexp.MustCompile(`^(?i:an?|the) `)
)

// fields returns what is wrong with a detector's fields.
func (w words) fields(d detectors.Detector) []string {
	var out []string
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	bad(!kebabID.MatchString(d.ID), "ID %q is not in kebab-case", d.ID)
	bad(d.Provider == "", "no Provider")
	bad(d.Title == "" || article.MatchString(d.Title), "Title %q is empty or has an article", d.Title)
	bad(d.Opens == "" || strings.HasSuffix(d.Opens, "."), "Opens %q is empty or ends in a full stop", d.Opens)
	bad(d.Source == "", "no Source")
	bad(len(d.Samples) == 0, "no Samples")
	if d.Confirmed != "" {
		_, err := time.Parse(time.DateOnly, d.Confirmed)
		bad(err != nil, "Confirmed is no date: %v", err)
	}
	bad(!d.Public && d.Revoke.URL == "" && d.Revoke.How == "", "neither Revoke.URL nor Revoke.How")
	for _, u := range []string{d.Revoke.URL, d.Source} {
		parsed, err := url.Parse(u)
		bad(err != nil, "%v", err)
		bad(err == nil && u == d.Revoke.URL && u != "" && (parsed.Scheme != "https" || parsed.Host == ""), "Revoke.URL %q is no https URL", u)
	}
	bad(len(d.Anchors) == 0 && len(d.Names) == 0, "neither Anchors nor Names")
	for _, a := range d.Anchors {
		bad(len(a) < 3, "anchor %q has fewer than 3 bytes", a)
	}
	for _, n := range d.Names {
		bad(!nameSpec.MatchString(n), "name %q is not words in lower case", n)
	}
	for _, n := range d.Near {
		bad(strings.TrimSpace(n) == "" || n != strings.ToLower(n), "near word %q is empty or not in lower case", n)
	}
	for _, c := range d.Companions {
		bad(article.MatchString(c.Title) || strings.HasSuffix(c.Title, "."), "the Title %q of companion %q has an article or a full stop", c.Title, c.Name)
		for _, n := range c.Names {
			bad(!nameSpec.MatchString(n), "name %q of companion %q is not words in lower case", n, c.Name)
		}
		if tree, err := syntax.Parse(c.Pattern, syntax.Perl); err == nil {
			for _, p := range boundaries(tree) {
				bad(true, "companion %q: %s: a pattern is for the value alone", c.Name, p)
			}
		}
	}
	bad(len(d.Companions) > 0 && !slices.ContainsFunc(d.Samples, func(s detectors.Sample) bool { return len(s.Companions) > 0 }), "no sample has Companions")
	bad(len(d.Companions) > 0 && d.Public, "it is public, and has Companions")
	out = append(out, w.identity(d)...)
	return append(out, pattern(d)...)
}

// boundaries are the parts of a pattern that match no text.
func boundaries(re *syntax.Regexp) []string {
	var out []string
	switch re.Op {
	case syntax.OpBeginLine, syntax.OpEndLine, syntax.OpBeginText, syntax.OpEndText, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		out = append(out, re.String())
	}
	for _, s := range re.Sub {
		out = append(out, boundaries(s)...)
	}
	return out
}

// identity returns what is wrong with a detector's classification.
func (w words) identity(d detectors.Detector) []string {
	var out []string
	add := func(problem string) {
		if problem != "" {
			out = append(out, problem)
		}
	}
	id := reflect.ValueOf(d.Identity)
	for i := range id.NumField() {
		if id.Type().Field(i).Name != "Class" {
			add(w.known(id.Field(i).Interface()))
		}
	}
	if (d.Identity.Layer == detectors.Infrastructure) != (d.Identity.Class != "") {
		add(fmt.Sprintf("layer %q with class %q: the infrastructure layer has a class, and no other", d.Identity.Layer, d.Identity.Class))
	} else if d.Identity.Class != "" {
		add(w.known(d.Identity.Class))
	}
	for _, l := range d.AmbiguousLayers {
		add(w.known(l))
	}
	if len(d.AmbiguousLayers) > 0 && !slices.Contains(d.AmbiguousLayers, d.Identity.Layer) {
		add(fmt.Sprintf("layer %q is not among AmbiguousLayers %q", d.Identity.Layer, d.AmbiguousLayers))
	}
	for _, door := range d.AlsoOpens {
		add(w.known(door.Layer))
		for _, e := range door.Evidence {
			add(w.known(e.Kind))
		}
		if door.Layer == d.Identity.Layer || len(door.Evidence) == 0 {
			add(fmt.Sprintf("AlsoOpens %q is the layer itself or has no evidence", door.Layer))
		}
	}
	add(w.known(d.Reader))
	for _, c := range d.Checks {
		add(w.known(c))
	}
	return out
}

// pattern returns what is wrong with a detector's pattern.
func pattern(d detectors.Detector) []string {
	if d.Pattern == "" {
		if slices.Contains([]detectors.Reader{detectors.ReadPattern, detectors.ReadPEM, detectors.ReadObject}, d.Reader) {
			return []string{"no Pattern"}
		}
		return nil
	}
	tree, err := syntax.Parse(d.Pattern, syntax.Perl)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	var walk func(re *syntax.Regexp)
	walk = func(re *syntax.Regexp) {
		if re.Op == syntax.OpRepeat && (re.Max > 1000 || re.Min > 1000) {
			out = append(out, fmt.Sprintf("a repetition of more than 1,000: %s", re))
		}
		for _, s := range re.Sub {
			walk(s)
		}
	}
	walk(tree)
	if d.Reader != detectors.ReadPEM {
		for _, p := range boundaries(tree) {
			out = append(out, p+": a pattern is for the secret alone, boundaries are the engine's")
		}
	}
	// The engine compiles a pattern when it is first needed; here it has to.
	set, err := engine.Compile([]detectors.Detector{d})
	if err == nil {
		err = set.Check()
	}
	if err != nil {
		out = append(out, err.Error())
	}
	return out
}

// leaks prints a match in every way that Go offers and returns those that show
// the plaintext.
func leaks(m engine.Match) []string {
	type holder struct {
		label string
		m     engine.Match
		p     *engine.Match
	}
	return shown(m.Secret.Reveal(),
		m, &m, []engine.Match{m}, []*engine.Match{&m}, map[string]engine.Match{"m": m}, holder{"h", m, &m}, &holder{"h", m, &m},
		engine.Verdict{Matches: []engine.Match{m}}, m.Secret, &m.Secret, []detectors.Secret{m.Secret}, struct{ s detectors.Secret }{m.Secret},
		m.Reasons, m.Claims)
}

// shown prints values and returns the ways that show a plaintext.
func shown(plain string, values ...any) []string {
	printed := map[string]string{}
	for i, s := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%b", "%U", "%t", "%T", "%p"} {
			printed[fmt.Sprintf("%s of value %d", verb, i)] = fmt.Sprintf(verb, s)
		}
		printed[fmt.Sprintf("an error with value %d", i)] = fmt.Errorf("judge %v: %w", s, os.ErrInvalid).Error()
		if b, err := json.Marshal(s); err == nil {
			printed[fmt.Sprintf("JSON of value %d", i)] = string(b)
		}
		var buf bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&buf, nil), slog.NewJSONHandler(&buf, nil)} {
			slog.New(h).With("with", s).WithGroup("g").Info("match", "m", s, slog.Group("in", "s", s))
		}
		printed[fmt.Sprintf("slog of value %d", i)] = buf.String()
	}
	var out []string
	secrets := forms(plain)
	for how, text := range printed {
		for form, secret := range secrets {
			if strings.Contains(text, secret) {
				out = append(out, fmt.Sprintf("%s shows the plaintext, %s", how, form))
			}
		}
	}
	slices.Sort(out)
	return out
}

// forms are the ways in which a plaintext, or its second half, can be printed.
func forms(plain string) map[string]string {
	tail := plain[len(plain)/2:]
	list := func(format string) string {
		var parts []string
		for i := range len(tail) {
			parts = append(parts, fmt.Sprintf(format, tail[i]))
		}
		return strings.Join(parts, " ")
	}
	return map[string]string{
		"as it is":           tail,
		"quoted":             strings.Trim(strconv.Quote(tail), `"`),
		"in hexadecimal":     fmt.Sprintf("%x", tail),
		"in HEXADECIMAL":     fmt.Sprintf("%X", tail),
		"as spaced digits":   fmt.Sprintf("% x", tail),
		"as decimal bytes":   list("%d"),
		"as Go bytes":        strings.ReplaceAll(list("0x%x"), " ", ", "),
		"as JSON numbers":    strings.ReplaceAll(list("%d"), " ", ","),
		"in base64":          base64.StdEncoding.EncodeToString([]byte(plain)),
		"as binary integers": list("%b"),
	}
}
