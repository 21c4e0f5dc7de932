package report_test

import (
	"bytes"
	"encoding/xml"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
)

// junitShape says which elements may hold which, and which attributes each must and
// may have: what the schema of Jenkins' plug-in xunit has, which is stricter than
// GitLab and Jenkins' plug-in junit are. Element "" is the document.
// https://github.com/jenkinsci/xunit-plugin, .../types/model/xsd/junit-10.xsd
var junitShape = map[string]struct{ children, must, may []string }{
	"":           {children: []string{"testsuites"}},
	"testsuites": {children: []string{"testsuite"}, may: []string{"name", "time", "tests", "failures", "errors"}},
	"testsuite": {
		children: []string{"testsuite", "properties", "testcase", "system-out", "system-err"}, must: []string{"name", "tests", "failures", "errors"},
		may: []string{"time", "skipped", "timestamp", "hostname", "id", "package", "file", "group", "log", "url"},
	},
	"testcase":   {children: []string{"skipped", "error", "failure", "system-out", "system-err"}, must: []string{"name"}, may: []string{"time", "classname", "group"}},
	"failure":    {may: []string{"type", "message"}},
	"error":      {may: []string{"type", "message"}},
	"system-out": {},
}

type (
	junitSuites struct {
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		Failure *junitProblem `xml:"failure"`
		Error   *junitProblem `xml:"error"`
	}
	junitProblem struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",chardata"`
	}
)

// junit reads a report, and holds it to the shape and its counts to its content.
func junit(t tb, b []byte) junitSuites {
	t.Helper()
	stack := []string{""}
	for dec := xml.NewDecoder(bytes.NewReader(b)); ; {
		token, err := dec.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("%v in %s", err, b)
		}
		switch e := token.(type) {
		case xml.StartElement:
			in, shape := stack[len(stack)-1], junitShape[e.Name.Local]
			if !slices.Contains(junitShape[in].children, e.Name.Local) {
				t.Fatalf("%q in %q", e.Name.Local, in)
			}
			var have []string
			for _, a := range e.Attr {
				have = append(have, a.Name.Local)
				if !slices.Contains(append(shape.must, shape.may...), a.Name.Local) {
					t.Fatalf("attribute %q of %q", a.Name.Local, e.Name.Local)
				}
			}
			for _, a := range shape.must {
				if !slices.Contains(have, a) {
					t.Fatalf("%q without %q", e.Name.Local, a)
				}
			}
			stack = append(stack, e.Name.Local)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		}
	}
	var s junitSuites
	if err := xml.Unmarshal(b, &s); err != nil {
		t.Fatal(err)
	}
	var all junitSuites
	names := map[string]bool{}
	for _, suite := range s.Suites {
		failures, errors := 0, 0
		for _, c := range suite.Cases {
			if id := c.Class + "\x00" + c.Name; names[id] {
				t.Fatalf("two cases are named %q", id)
			} else {
				names[id] = true
			}
			if c.Failure != nil {
				failures++
			}
			if c.Error != nil {
				errors++
			}
		}
		if suite.Tests != len(suite.Cases) || suite.Failures != failures || suite.Errors != errors {
			t.Fatalf("counts of %q: %+v", suite.Name, suite)
		}
		all.Tests, all.Failures, all.Errors = all.Tests+suite.Tests, all.Failures+failures, all.Errors+errors
	}
	if all.Tests != s.Tests || all.Failures != s.Failures || all.Errors != s.Errors || s.Tests == 0 {
		t.Fatalf("counts %d %d %d, want %+v", s.Tests, s.Failures, s.Errors, all)
	}
	return s
}

func TestJUnit(t *testing.T) {
	s := junit(t, write(t, "junit", fixture(t), options()))
	var got []string
	for _, suite := range s.Suites {
		got = append(got, suite.Name+" "+strconv.Itoa(suite.Tests))
	}
	want := []string{
		"leakline: scan 1", "leakline: AI platform access 2", "leakline: Application sign-in 1", "leakline: Infrastructure 2",
		"leakline: Unclassified 1", "leakline: Undecided: AI platform access or Application sign-in 1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("suites %q, want %q", got, want)
	}
	if e := s.Suites[0].Cases[0].Error; e == nil || e.Type != "incomplete" || !strings.Contains(e.Text, "object not found") {
		t.Errorf("an incomplete scan: %+v", e)
	}
	if f := s.Suites[1].Cases[0].Failure; f.Type != "critical" || !strings.Contains(f.Text, "Delete the key") || strings.Contains(s.Suites[1].Cases[0].Name, ":12") {
		t.Errorf("%+v", s.Suites[1].Cases[0])
	}

	// A scan that found nothing has tests that passed: of an empty report a service
	// says that something is wrong.
	clean := junit(t, write(t, "junit", &scanner.Result{Summary: scanner.Summary{Complete: true}}, options()))
	if clean.Tests != 2 || clean.Failures+clean.Errors != 0 {
		t.Errorf("clean: %+v", clean)
	}
	stopped := junit(t, write(t, "junit", &scanner.Result{}, options()))
	if stopped.Tests != 1 || stopped.Errors != 1 {
		t.Errorf("stopped and clean: %+v", stopped)
	}
}

// TestJUnitNames: two secrets at places of the same name are two tests, and names
// don't change when lines move.
func TestJUnitNames(t *testing.T) {
	of := func(lines ...int) (names []string) {
		r := &scanner.Result{Summary: scanner.Summary{Complete: true}}
		for i, n := range lines {
			s := secret(t, "junit"+strconv.Itoa(i), "{24:b64}", "")
			r.Findings = append(r.Findings, finding(t, scanner.Finding{
				Detector: "d", Title: "a key", Layer: detectors.Infrastructure, Place: scanner.Place{Path: "a", StartLine: n},
			}, s))
		}
		for _, c := range junit(t, write(t, "junit", r, options())).Suites[1].Cases {
			names = append(names, c.Name)
		}
		return names
	}
	if a, b := of(1, 2), of(11, 30); !slices.Equal(a, b) || a[1] != "a key …(24) in a (2)" {
		t.Errorf("%q and %q", a, b)
	}
}

func TestJUnitHostile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, _ := hostile(t)
		junit(t, write(t, "junit", r, options()))
	})
}
