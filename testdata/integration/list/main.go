// Command list reads from standard input what "go test -json" says of the tests that
// are named TestIntegration, and prints which tools ran for real and which did not.
// It shows the output of tests that failed. With -state it prints the tools that are
// there, for LEAKLINE_TEST_TOOLS.
//
// The exit status is 1 if a test failed or, if LEAKLINE_TEST_ALL is set, if a tool of
// package integration did not run.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"unicode"

	"leakline/testdata/integration"
)

func main() {
	state := flag.Bool("state", false, "print the tools that are there")
	flag.Parse()
	if *state {
		fmt.Println(integration.State())
		return
	}
	if err := run(os.Stdin, os.Stdout, os.Getenv("LEAKLINE_TEST_ALL") != ""); err != nil {
		fmt.Fprintln(os.Stderr, "integrations:", err)
		os.Exit(1)
	}
}

// event is a line of go test -json: go doc test2json.
type event struct {
	Action, Package, Test, Output string
}

// test is what became of one.
type test struct {
	name, pkg, action string
	output            strings.Builder
}

// line is a row of the list.
type line struct {
	word, tool, more string
}

// words are what a row can say, in the order of the list.
var words = map[string]string{"pass": "ran", "fail": "FAILED", "skip": "not run"}

func run(in io.Reader, out io.Writer, all bool) error {
	tests, failed, err := read(in, out)
	if err != nil {
		return err
	}
	rows, met := rows(tests)
	for _, t := range integration.Tools() {
		if !met[t.Name] {
			rows = append(rows, line{"not run", t.Name, "no test has used it"})
		}
	}
	order := []string{"ran", "not run", "FAILED"}
	slices.SortStableFunc(rows, func(a, b line) int {
		if d := slices.Index(order, a.word) - slices.Index(order, b.word); d != 0 {
			return d
		}
		return strings.Compare(a.tool, b.tool)
	})
	missing := 0
	fmt.Fprintln(out, "integrations:")
	for _, r := range rows {
		if r.word != "ran" {
			missing++
		}
		failed = failed || r.word == "FAILED"
		if _, err := fmt.Fprintf(out, "  %-8s %-22s %s\n", r.word, r.tool, r.more); err != nil {
			return err
		}
	}
	switch {
	case failed:
		return errors.New("tests failed")
	case all && missing > 0:
		return fmt.Errorf("%d did not run, and LEAKLINE_TEST_ALL wants all", missing)
	}
	return nil
}

// read collects the tests at the top. What a package says that failed is shown.
func read(in io.Reader, out io.Writer) (tests []*test, failed bool, err error) {
	byName := map[string]*test{}
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, 1<<20)
	for scan.Scan() {
		var e event
		if json.Unmarshal(scan.Bytes(), &e) != nil { // of the compiler, say
			fmt.Fprintln(out, scan.Text())
			continue
		}
		top, _, _ := strings.Cut(e.Test, "/")
		key := e.Package + " " + top
		t := byName[key]
		if t == nil {
			t = &test{name: top, pkg: e.Package}
			byName[key] = t
			if top != "" {
				tests = append(tests, t)
			}
		}
		t.output.WriteString(e.Output)
		switch e.Action {
		case "build-output":
			fmt.Fprint(out, e.Output)
		case "pass", "skip", "fail":
			if e.Test != top {
				break
			}
			t.action = e.Action
			if e.Action == "fail" {
				failed = true
				fmt.Fprint(out, t.output.String())
			}
		}
	}
	return tests, failed, scan.Err()
}

// rows says of each test which tools it used.
func rows(tests []*test) (rows []line, met map[string]bool) {
	met = map[string]bool{}
	for _, t := range tests {
		word, ok := words[t.action]
		if !ok {
			word = "FAILED" // it never came to its end
		}
		more := t.name
		used := map[string]bool{}
		for l := range strings.Lines(t.output.String()) {
			if _, tool, ok := strings.Cut(l, integration.Mark); ok {
				used[strings.TrimSpace(tool)] = true
			}
			if _, why, ok := strings.Cut(l, "NOT TESTED: "); ok {
				more = strings.TrimSpace(why) + " (" + t.name + ")"
			}
		}
		if len(used) == 0 {
			used[spaced(strings.TrimPrefix(t.name, "TestIntegration"))] = true
		}
		for tool := range used {
			name, _, _ := strings.Cut(tool, " ")
			met[name] = true
			rows = append(rows, line{word, tool, more})
		}
	}
	return rows, met
}

// spaced is a name in camel case as words: what a test is called that names no tool.
func spaced(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
