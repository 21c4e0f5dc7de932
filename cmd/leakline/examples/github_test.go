package examples

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// composite plays the steps of a composite action in order, as the runner does.
// https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#runs-for-composite-actions
type composite struct {
	t      *testing.T
	dir    string            // the workspace
	env    map[string]string // of the job
	values map[string]string // of contexts: inputs.x, github.x, steps.x.outputs.y
	// used are the actions that were called, with what.
	used   []string
	output strings.Builder
}

// expression is what stands between the braces.
var expression = regexp.MustCompile(`\$\{\{\s*(.*?)\s*\}\}`)

// fill puts the values of expressions into a text.
func (c *composite) fill(text string) string {
	return expression.ReplaceAllStringFunc(text, func(x string) string {
		return c.value(expression.FindStringSubmatch(x)[1])
	})
}

// value is the value of a name or a literal.
func (c *composite) value(name string) string {
	if strings.HasPrefix(name, "'") {
		return strings.Trim(name, "'")
	}
	if name == "true" || name == "false" {
		return name
	}
	v, ok := c.values[name]
	if !ok && !strings.HasPrefix(name, "github.event.") && !strings.HasPrefix(name, "steps.") {
		c.t.Errorf("the action refers to %q, which there is not", name)
	}
	return v
}

// holds evaluates a condition: comparisons joined by &&. Without always() a step runs
// only if none failed before.
func (c *composite) holds(condition string, failed bool) bool {
	if condition == "" {
		return !failed
	}
	condition = expression.ReplaceAllString(condition, "$1")
	if !strings.Contains(condition, "always()") && failed {
		return false
	}
	for _, term := range strings.Split(condition, "&&") {
		term = strings.TrimSpace(term)
		a, b, equal := strings.Cut(term, "==")
		if !equal {
			var differ bool
			if a, b, differ = strings.Cut(term, "!="); !differ {
				if term != "always()" {
					c.t.Errorf("the condition %q is not known here", term)
				}
				continue
			}
		}
		if (c.value(strings.TrimSpace(a)) == c.value(strings.TrimSpace(b))) != equal {
			return false
		}
	}
	return true
}

// play runs the steps and gives the status of the job.
func (c *composite) play(steps []any) done {
	failed, status := false, 0
	for i, raw := range steps {
		step := raw.(map[string]any)
		id, _ := step["id"].(string)
		condition, _ := step["if"].(string)
		if !c.holds(condition, failed) {
			c.values["steps."+id+".outcome"] = "skipped"
			continue
		}
		var end done
		if uses, ok := step["uses"].(string); ok {
			end = c.use(uses, step)
		} else {
			end = c.run(i, id, step)
		}
		c.values["steps."+id+".outcome"] = "success"
		if c.output.WriteString(end.output); end.status != 0 {
			failed, status = true, end.status
			c.values["steps."+id+".outcome"] = "failure"
		}
	}
	return done{status, c.output.String()}
}

// use records the call of an action: that it is pinned, and that what it is to upload
// can be.
func (c *composite) use(uses string, step map[string]any) done {
	if !regexp.MustCompile(`^[\w-]+/[\w/-]+@[0-9a-f]{40}$`).MatchString(uses) {
		c.t.Errorf("%s is not pinned by its commit", uses)
	}
	name, _, _ := strings.Cut(uses, "@")
	c.used = append(c.used, name)
	with, _ := step["with"].(map[string]any)
	if name == "github/codeql-action/upload-sarif" {
		path := c.fill(with["sarif_file"].(string))
		var doc struct {
			Version string
			Runs    []struct{ Results []any }
		}
		text, err := os.ReadFile(path)
		if err == nil {
			err = json.Unmarshal(text, &doc)
		}
		if err != nil || doc.Version != "2.1.0" || len(doc.Runs) != 1 {
			c.t.Errorf("the file to upload: %v, version %q, %d runs", err, doc.Version, len(doc.Runs))
		}
		return done{0, fmt.Sprintf("uploaded %d results\n", len(doc.Runs[0].Results))}
	}
	return done{}
}

// run runs a step's script as the runner runs "shell: bash".
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell
func (c *composite) run(i int, id string, step map[string]any) done {
	script := step["run"].(string)
	if expression.MatchString(script) {
		c.t.Errorf("step %d puts an expression into its script; environment variables cannot be run", i)
	}
	if step["shell"] != "bash" {
		c.t.Errorf("step %d names no shell", i)
	}
	outputs := filepath.Join(c.t.TempDir(), "output")
	env := maps.Clone(c.env)
	env["GITHUB_OUTPUT"] = outputs
	if more, ok := step["env"].(map[string]any); ok {
		for k, v := range more {
			env[k] = c.fill(v.(string))
		}
	}
	file := filepath.Join(c.t.TempDir(), "step.sh")
	if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(outputs, nil, 0o600); err != nil {
		c.t.Fatal(err)
	}
	end := shell(c.t, c.dir, env, "bash", "--noprofile", "--norc", "-eo", "pipefail", file)
	text, err := os.ReadFile(outputs)
	if err != nil {
		c.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		k, v, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			c.t.Errorf("step %d writes %q to its outputs", i, line)
		}
		c.values["steps."+id+".outputs."+k] = v
	}
	return end
}

// pullEvent is the event of a pull request, as far as it is read.
func (p *project) pullEvent(fork bool) map[string]any {
	return map[string]any{
		"action": "synchronize", "number": 1,
		"pull_request": map[string]any{
			"head": map[string]any{"ref": "feature", "sha": p.head, "repo": map[string]any{"fork": fork}},
			"base": map[string]any{"ref": "main", "sha": p.base},
		},
		"repository": map[string]any{"default_branch": "main"},
	}
}

// action plays action.yml in a checkout.
func (p *project) action(dir, event string, payload map[string]any, inputs map[string]string, more ...string) (done, *composite) {
	p.t.Helper()
	doc := readYAML(p.t, filepath.Join(root, "action.yml"))
	temp := p.t.TempDir()
	source, err := filepath.Abs(root)
	if err != nil {
		p.t.Fatal(err)
	}
	c := &composite{
		t: p.t, dir: dir,
		env: map[string]string{
			"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": event, "GITHUB_EVENT_PATH": filepath.Join(temp, "event.json"),
			"RUNNER_TEMP": temp, "GITHUB_WORKSPACE": dir, "GITHUB_STEP_SUMMARY": filepath.Join(temp, "summary.md"),
			"GITHUB_REF": pullMerge, "GITHUB_REF_NAME": "1/merge", "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "feature", "GITHUB_SHA": p.merge,
		},
		values: map[string]string{"github.action_path": source},
	}
	for _, set := range more {
		k, v, _ := strings.Cut(set, "=")
		c.env[k] = v
	}
	if event == "push" {
		c.env["GITHUB_REF"], c.env["GITHUB_REF_NAME"], c.env["GITHUB_BASE_REF"] = "refs/heads/feature", "feature", ""
	}
	for name, raw := range at(p.t, doc, "inputs").(map[string]any) {
		c.values["inputs."+name], _ = raw.(map[string]any)["default"].(string)
	}
	for name, v := range inputs {
		c.values["inputs."+name] = v
	}
	if pull, ok := payload["pull_request"]; ok {
		c.values["github.event.pull_request.head.repo.fork"] = fmt.Sprint(at(p.t, pull, "head", "repo", "fork"))
	}
	writeJSON(p.t, c.env["GITHUB_EVENT_PATH"], payload)
	if err := os.WriteFile(c.env["GITHUB_STEP_SUMMARY"], nil, 0o600); err != nil {
		p.t.Fatal(err)
	}
	end := c.play(at(p.t, doc, "runs", "steps").([]any))
	for name, raw := range at(p.t, doc, "outputs").(map[string]any) {
		c.values["outputs."+name] = c.fill(raw.(map[string]any)["value"].(string))
	}
	return end, c
}

// TestIntegrationGitHubAction plays action.yml on pull requests and pushes.
func TestIntegrationGitHubAction(t *testing.T) {
	withBinary := map[string]string{"binary": program}
	for _, leaks := range []bool{true, false} {
		p := newProject(t, leaks)
		status := 0
		if leaks {
			status = 1
		}
		whole := p.checkout(0, "refs/remotes/pull/1/merge", allBranches, "+"+pullMerge+":refs/remotes/pull/1/merge")
		end, c := p.action(whole, "pull_request", p.pullEvent(false), withBinary)
		p.check(fmt.Sprintf("pull request, leaks: %v", leaks), end, status, c.values["outputs.sarif"], c.env["GITHUB_STEP_SUMMARY"])
		if got := c.values["outputs.findings"]; got != fmt.Sprint(leaks) {
			t.Errorf("the output findings is %q", got)
		}
		if strings.Join(c.used, " ") != "github/codeql-action/upload-sarif" {
			t.Errorf("used: %q", c.used)
		}
		if leaks && !regexp.MustCompile(`(?m)^::error .*feature\.txt`).MatchString(end.output) {
			t.Errorf("no annotation:\n%s", end.output)
		}

		push := p.checkout(0, p.head, allBranches)
		for name, payload := range map[string]map[string]any{
			"push":                 {"before": p.base, "after": p.head, "repository": map[string]any{"default_branch": "main"}},
			"push of a new branch": {"before": strings.Repeat("0", 40), "after": p.head, "repository": map[string]any{"default_branch": "main"}},
			"forced push":          {"before": strings.Repeat("1", 40), "after": p.head, "repository": map[string]any{"default_branch": "main"}},
		} {
			end, c = p.action(push, "push", payload, withBinary)
			p.check(name, end, status, c.values["outputs.sarif"])
		}
	}
}

// TestIntegrationGitHubActionLimits: what must not pass, or must not be done.
func TestIntegrationGitHubActionLimits(t *testing.T) {
	p := newProject(t, true)
	merge := "+" + pullMerge + ":refs/remotes/pull/1/merge"
	for _, depth := range []int{1, 2, 3} {
		shallow := p.checkout(depth, "refs/remotes/pull/1/merge", merge)
		end, _ := p.action(shallow, "pull_request", p.pullEvent(false), map[string]string{"binary": program})
		if end.status != 2 || !strings.Contains(end.output, "fetch-depth: 0") {
			t.Errorf("shallow checkout of %d: status %d:\n%s", depth, end.status, end.output)
		}
	}
	base := p.checkout(0, p.main, allBranches) // as with pull_request_target
	end, _ := p.action(base, "pull_request_target", p.pullEvent(false), map[string]string{"binary": program})
	p.check("the base is checked out, and the head is there", end, 1)
	only := p.checkout(0, p.main, "+refs/heads/main:refs/remotes/origin/main")
	end, _ = p.action(only, "pull_request_target", p.pullEvent(false), map[string]string{"binary": program})
	p.check("only the base is there", end, 2)

	whole := p.checkout(0, "refs/remotes/pull/1/merge", allBranches, merge)
	end, c := p.action(whole, "pull_request", p.pullEvent(true), map[string]string{"binary": program, "fail": "false"})
	p.check("fork, and nothing is to fail", end, 0, c.values["outputs.sarif"])
	if len(c.used) > 0 {
		t.Errorf("of a fork, used: %q", c.used)
	}
	marker := filepath.Join(t.TempDir(), "ran")
	end, _ = p.action(whole, "pull_request", p.pullEvent(false), map[string]string{
		"binary": program, "args": "--layer infrastructure --min-confidence $(touch${IFS}" + marker + ")",
	})
	if _, err := os.Stat(marker); err == nil || end.status != 2 {
		t.Errorf("what the inputs hold was run (%v), status %d", err == nil, end.status)
	}
	end, c = p.action(whole, "schedule", map[string]any{}, map[string]string{"binary": program})
	if end.status != 1 || !strings.Contains(c.values["outputs.sarif"], "sarif") || !strings.Contains(end.output, "whole history") {
		t.Errorf("schedule: status %d:\n%s", end.status, end.output)
	}
}

// TestIntegrationGitHubActionBuilds runs the steps that build leakline, with this
// machine's Go instead of actions/setup-go.
func TestIntegrationGitHubActionBuilds(t *testing.T) {
	p := newProject(t, true)
	whole := p.checkout(0, "refs/remotes/pull/1/merge", allBranches, "+"+pullMerge+":refs/remotes/pull/1/merge")
	end, c := p.action(whole, "pull_request", p.pullEvent(false), nil, goEnv(t)...)
	p.check("built by the action", end, 1, c.values["outputs.sarif"])
	if strings.Join(c.used, " ") != "actions/setup-go github/codeql-action/upload-sarif" {
		t.Errorf("used: %q", c.used)
	}
}

// TestWorkflow holds what the example of a workflow promises.
func TestWorkflow(t *testing.T) {
	doc := readYAML(t, examples+"github-actions/leakline.yml")
	if p, ok := doc["permissions"].(map[string]any); !ok || len(p) != 0 {
		t.Errorf("the workflow has permissions of its own: %v", doc["permissions"])
	}
	want := map[string]any{"contents": "read", "security-events": "write"}
	if got := at(t, doc, "jobs", "scan", "permissions"); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the job's permissions: %v", got)
	}
	checkout := at(t, doc, "jobs", "scan", "steps", 0)
	if got := at(t, checkout, "with", "fetch-depth"); got != 0 {
		t.Errorf("fetch-depth is %v", got)
	}
	if got := at(t, checkout, "with", "persist-credentials"); got != false {
		t.Errorf("persist-credentials is %v", got)
	}
}

// TestIntegrationActionlint has actionlint judge the workflow and, through it, the
// inputs of the action.
func TestIntegrationActionlint(t *testing.T) {
	tools, err := filepath.Abs(filepath.Join(root, "testdata", "tools", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	listed, err := os.ReadFile(tools)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(listed), "rhysd/actionlint/cmd/actionlint") {
		missing(t, "actionlint is no tool of testdata/tools/go.mod")
	}
	dir := t.TempDir()
	workflow, err := os.ReadFile(examples + "github-actions/leakline.yml")
	if err != nil {
		t.Fatal(err)
	}
	action, err := os.ReadFile(filepath.Join(root, "action.yml"))
	if err != nil {
		t.Fatal(err)
	}
	local := strings.Replace(string(workflow), "your-org/leakline@main", "./leakline", 1)
	for name, text := range map[string]string{
		".github/workflows/good.yml": local, "leakline/action.yml": string(action),
		".github/workflows/bad.yml": local + "        with: {flags: -q}\n", // an input that there is not
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, ".git"), 0o755); err != nil { // so that it finds the action
		t.Fatal(err)
	}
	build := exec.Command("go", "tool", "-n", "-modfile="+tools, "actionlint") // builds it, and names it
	build.Dir = root
	path, err := build.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name, status := range map[string]int{"good": 0, "bad": 1} {
		end := shell(t, dir, nil, strings.TrimSpace(string(path)), "-no-color", ".github/workflows/"+name+".yml")
		if end.status != status {
			t.Errorf("%s: status %d, want %d:\n%s", name, end.status, status, end.output)
		}
	}
}
