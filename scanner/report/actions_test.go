package report_test

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/scanner"
	"leakline/scanner/report"
)

// workflowCommand is a command as the runner of GitHub Actions reads it.
type workflowCommand struct {
	name  string
	props map[string]string
	text  string
}

// runner reads lines as the runner does: a command begins a line as "::name", or
// stands anywhere in it as "##[name]".
// https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs
func runner(log []byte) (commands []workflowCommand, rest []string) {
	for line := range strings.Lines(string(log)) {
		line = strings.TrimSuffix(line, "\n")
		bare := strings.TrimLeft(line, " \t\u00a0\u2003")
		if head, text, ok := strings.Cut(strings.TrimPrefix(bare, "::"), "::"); ok && strings.HasPrefix(bare, "::") {
			name, list, _ := strings.Cut(head, " ")
			c := workflowCommand{name, map[string]string{}, strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(text)}
			for _, p := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
				if k, v, _ := strings.Cut(p, "="); v != "" {
					c.props[k] = strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(v)
				}
			}
			commands = append(commands, c)
			continue
		}
		if _, after, ok := strings.Cut(line, "##["); ok && strings.Contains(after, "]") {
			commands = append(commands, workflowCommand{name: "old form: " + after})
			continue
		}
		rest = append(rest, line)
	}
	return commands, rest
}

func TestActions(t *testing.T) {
	commands, rest := runner(write(t, "github-actions", fixture(t), options()))
	var got []string
	for _, c := range commands {
		got = append(got, fmt.Sprintf("%s %s:%s:%s-%s", c.name, c.props["file"], c.props["line"], c.props["col"], c.props["endLine"]))
	}
	want := []string{
		"error ::-", // the scan is incomplete
		"error deploy/prod settings.env:12:21-12",
		"error ::-", // only in history
		"error ops/a,very/long/path/that/no/terminal/of/eighty/columns/could/ever/show/on/one/line/settings.py:7:-9",
		"error scripts/bill.py:3:9-3", // the second place of the first, after each other secret's first
		"warning ::-",                 // git's configuration
		"warning backup.zip::-",       // lines in an archive are not those of the file
		"notice ::-",                  // a commit message
	}
	if !slices.Equal(got, want) {
		t.Errorf("commands\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c := commands[1]; c.props["title"] != "Anthropic admin API key: ai-platform (certain)" || !strings.Contains(c.text, "\nIt opens the members, workspaces") {
		t.Errorf("%+v", c)
	}
	if len(rest) != 1 || !strings.Contains(rest[0], "6 secrets: 1 ai-platform") || !strings.Contains(rest[0], "INCOMPLETE") {
		t.Errorf("the log says %q", rest)
	}
	commands, rest = runner(write(t, "github-actions", &scanner.Result{Summary: scanner.Summary{Complete: true}}, options()))
	if len(commands) != 0 || len(rest) != 1 || !strings.Contains(rest[0], "no secrets found. Complete") {
		t.Errorf("clean: %v %q", commands, rest)
	}
}

// TestActionsLimit: of each kind at most ten are written; the tenth says how many
// more there are, which follow in the log; the worst come first.
func TestActionsLimit(t *testing.T) {
	for _, c := range []struct {
		high, critical, medium, rest int
		complete                     bool
		more                         string
	}{
		{10, 0, 10, 0, true, ""},
		{9, 0, 0, 0, false, ""},
		{10, 0, 0, 2, false, "2"},
		{40, 3, 11, 36, true, "34"},
	} {
		r := &scanner.Result{Summary: scanner.Summary{Complete: c.complete}}
		add := func(n int, s scanner.Severity) {
			for range n {
				i := len(r.Findings)
				r.Findings = append(r.Findings, finding(t, scanner.Finding{
					Detector: "d", Title: "a key", Layer: detectors.Infrastructure, Severity: s, Place: scanner.Place{Path: fmt.Sprint("f", i), StartLine: 1},
				}, secret(t, fmt.Sprint("actions", i), "{24:b64}", "")))
			}
		}
		add(c.medium, scanner.SeverityMedium)
		add(c.high, scanner.SeverityHigh)
		add(c.critical, scanner.Critical)
		commands, rest := runner(write(t, "github-actions", r, options()))
		count := map[string]int{}
		var more string
		for i, x := range commands {
			count[x.name]++
			if n, ok := strings.CutSuffix(x.props["title"], " more"); ok && x.name == "error" {
				more = strings.TrimPrefix(n, "leakline: ")
			}
			if i < c.critical && !strings.HasPrefix(x.text, "critical: ") {
				t.Errorf("%+v: number %d is %q", c, i, x.text)
			}
		}
		if count["error"] > 10 || count["warning"] > 10 || count["notice"] > 10 || more != c.more || len(rest) != c.rest+1 {
			t.Errorf("%+v: %v, %s more, %d lines besides", c, count, more, len(rest))
		}
	}
}

// TestActionsEscapes: what is escaped is the same when the runner has read it, and a
// line of the log is no command in the runner's old form either.
func TestActionsEscapes(t *testing.T) {
	const path = "a%0Ab:c,d%25=e;f]/##[error]x/::error::y"
	r := &scanner.Result{Summary: scanner.Summary{Complete: true}}
	for i := range 12 {
		r.Findings = append(r.Findings, finding(t, scanner.Finding{
			Detector: "d", Title: "a key", Severity: scanner.SeverityHigh, Layer: detectors.Infrastructure, Place: scanner.Place{Path: path, StartLine: 1},
		}, secret(t, fmt.Sprint("escape", i), "{24:b64}", "")))
	}
	commands, rest := runner(write(t, "github-actions", r, options()))
	if len(commands) != 10 || len(rest) != 4 { // nine and "3 more"; these and the sum
		t.Fatalf("%d commands, %d lines", len(commands), len(rest))
	}
	if c := commands[0]; c.props["file"] != path || !strings.Contains(c.text, " at "+path+":1:1") {
		t.Errorf("%+v", c)
	}
}

// TestActionsHostile: nothing in a name begins a command, ends one, or becomes a
// property of its own.
func TestActionsHostile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r, _ := hostile(t)
		commands, rest := runner(write(t, "github-actions", r, options()))
		for _, c := range commands {
			if !slices.Contains([]string{"error", "warning", "notice"}, c.name) {
				t.Fatalf("a command %+v", c)
			}
			for k := range c.props {
				if !slices.Contains([]string{"file", "line", "endLine", "col", "title"}, k) {
					t.Fatalf("a property %q in %+v", k, c)
				}
			}
		}
		if len(rest) == 0 {
			t.Fatal("no line sums up")
		}
	})
}

// TestJobSummarySize: a summary stays below what GitHub takes, and says how many rows
// it left out.
func TestJobSummarySize(t *testing.T) {
	r := &scanner.Result{Summary: scanner.Summary{Complete: true}}
	for i := range 3000 {
		r.Findings = append(r.Findings, finding(t, scanner.Finding{
			Detector: "d", Title: "a key", Layer: detectors.Layers()[i/2900], Severity: scanner.SeverityHigh,
			Place: scanner.Place{Path: fmt.Sprintf("f%d/%s", i, strings.Repeat("*", 900)), StartLine: 1},
		}, secret(t, "summary", "{24:b64}", "")))
	}
	var b bytes.Buffer
	if err := report.WriteJobSummary(&b, r, options()); err != nil {
		t.Fatal(err)
	}
	shown := strings.Count(b.String(), "| high |")
	var left int
	m := regexp.MustCompile(`\*\*([\d,]+) more rows are left out`).FindStringSubmatch(b.String())
	if m == nil {
		t.Fatal("it does not say that rows are left out")
	}
	if _, err := fmt.Sscan(strings.ReplaceAll(m[1], ",", ""), &left); err != nil {
		t.Fatal(err)
	}
	if b.Len() >= 1<<20 || b.Len() < 800_000 || shown+left != 3000 || shown == 0 {
		t.Errorf("%d bytes, %d rows shown, %d left out", b.Len(), shown, left)
	}
}

// TestJobSummaryHostile: every row of a table has its cells, and no markup, link,
// mention or HTML comes out of a name.
func TestJobSummaryHostile(t *testing.T) {
	markup := regexp.MustCompile("(^|[^\\\\])(\\\\\\\\)*[<>`_\\[\\]@~$&]")
	rapid.Check(t, func(t *rapid.T) {
		r, _ := hostile(t)
		var b bytes.Buffer
		if err := report.WriteJobSummary(&b, r, options()); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(b.String()) {
			if !strings.HasPrefix(line, "| ") {
				continue
			}
			plain := strings.NewReplacer(`\\`, "", `\|`, "").Replace(line)
			if n := strings.Count(plain, "|"); n != 6 && n != 3 {
				t.Fatalf("%d bars in %q", n, line)
			}
			if m := markup.FindString(line); m != "" {
				t.Fatalf("%q in %q", m, line)
			}
		}
	})
}
