package main

import (
	"encoding/json"
	"strings"
	"testing"

	"leakline/testdata/integration"
)

// output is what go test -json would say.
func output(t *testing.T, events ...event) string {
	t.Helper()
	var b strings.Builder
	for _, e := range events {
		e.Package = "leakline/some"
		if err := json.NewEncoder(&b).Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// all are events of tests that use every tool.
func all() []event {
	var es []event
	for _, tool := range integration.Tools() {
		name := "TestIntegration" + strings.ToUpper(tool.Name)
		es = append(es, event{Action: "run", Test: name},
			event{Action: "output", Test: name + "/part", Output: "    x_test.go:1: " + integration.Mark + tool.Name + " 1.2\n"},
			event{Action: "pass", Test: name + "/part"}, event{Action: "pass", Test: name})
	}
	return es
}

func TestList(t *testing.T) {
	skip := []event{
		{Action: "output", Test: "TestIntegrationTmux", Output: "    x_test.go:1: " + integration.Mark + "tmux\n"},
		{Action: "output", Test: "TestIntegrationTmux", Output: "    x_test.go:2: NOT TESTED: there is no tmux\n"},
		{Action: "skip", Test: "TestIntegrationTmux"},
	}
	fail := []event{
		{Action: "output", Test: "TestIntegrationHusky", Output: "    x_test.go:2: it broke\n"},
		{Action: "fail", Test: "TestIntegrationHusky"},
		{Action: "fail"},
	}
	plain := []event{{Action: "pass", Test: "TestIntegrationGitleaksReport"}}
	for name, c := range map[string]struct {
		in        string
		all, good bool
		want      []string
	}{
		"all ran":               {output(t, all()...), true, true, []string{"ran      lefthook 1.2           TestIntegrationLEFTHOOK"}},
		"one is missing":        {output(t, append(all(), skip...)...), false, true, []string{"not run  tmux                   there is no tmux (TestIntegrationTmux)"}},
		"one names no tool":     {output(t, append(all(), plain...)...), true, true, []string{"ran      gitleaks report        TestIntegrationGitleaksReport"}},
		"one may not":           {output(t, append(all(), skip...)...), true, false, nil},
		"one failed":            {output(t, append(all(), fail...)...), false, false, []string{"FAILED   husky", "it broke"}},
		"one did not end":       {output(t, append(all(), skip[0])...), false, false, []string{"FAILED   tmux"}},
		"nothing ran":           {"", false, true, []string{"not run  tmux                   no test has used it"}},
		"nothing ran, all must": {"", true, false, nil},
		"the build failed":      {"x.go:1: broken\n" + output(t, event{Action: "fail"}), false, false, []string{"x.go:1: broken"}},
	} {
		var out strings.Builder
		err := run(strings.NewReader(c.in), &out, c.all)
		if (err == nil) != c.good {
			t.Errorf("%s: error %v", name, err)
		}
		for _, want := range c.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", name, want, out.String())
			}
		}
	}
}
