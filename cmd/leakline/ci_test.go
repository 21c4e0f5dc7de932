package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"leakline/scanner"
)

// ids are object names of the recorded environments.
const (
	idA = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	idB = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
	idC = "cccccccccccccccccccccccccccccccccccccccc"
	id0 = "0000000000000000000000000000000000000000"
)

// TestCIChanges reads what jobs of each system are about, from the variables that it
// sets, as its documentation (named in ci_systems.go) has them.
func TestCIChanges(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   string // NAME=VALUE, separated by blanks
		event string // the file of GitHub's event
		want  string // system, kind, head, bases, branch>default
	}{
		{
			"GitHub pull request",
			"CI=true GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_BASE_REF=main GITHUB_HEAD_REF=feature GITHUB_REF=refs/pull/7/merge GITHUB_SHA=" + idC,
			`{"pull_request": {"head": {"sha": "` + idB + `"}, "base": {"sha": "` + idA + `", "ref": "main"}}, "repository": {"default_branch": "main"}}`,
			"GitHub Actions|pull request|" + idB + "|" + idA + " refs/remotes/origin/main|>",
		},
		{
			"GitHub merge queue", "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=merge_group",
			`{"merge_group": {"base_sha": "` + idA + `", "head_sha": "` + idB + `"}}`,
			"GitHub Actions|pull request|" + idB + "|" + idA + "|>",
		},
		{
			"GitHub push", "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF_NAME=feature",
			`{"before": "` + idA + `", "after": "` + idB + `", "repository": {"default_branch": "main"}}`,
			"GitHub Actions|push||" + idA + "|feature>main",
		},
		{
			"GitHub push of a new branch", "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF_NAME=feature",
			`{"before": "` + id0 + `", "created": true, "repository": {"default_branch": "main"}}`,
			"GitHub Actions|push|||feature>main",
		},
		{
			"GitHub push of a tag", "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF_NAME=v1 GITHUB_REF_TYPE=tag",
			`{"before": "` + id0 + `", "repository": {"default_branch": "main"}}`, "GitHub Actions||||>",
		},
		{"GitLab tag", "GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_TAG=v1 CI_COMMIT_REF_NAME=v1 CI_DEFAULT_BRANCH=main", "", "GitLab CI||||>"},
		{"CircleCI tag", "CIRCLECI=true CIRCLE_TAG=v1", "", "CircleCI||||>"},
		{"Azure tag", "TF_BUILD=True BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/tags/v1", "", "Azure Pipelines||||>"},
		{"GitHub schedule", "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=schedule", `{"schedule": "0 0 * * 1"}`, "GitHub Actions||||>"},
		{
			"GitLab merge request",
			"CI=true GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_IID=3 CI_MERGE_REQUEST_DIFF_BASE_SHA=" + idA +
				" CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main CI_COMMIT_BEFORE_SHA=" + id0 + " CI_COMMIT_SHA=" + idB, "",
			"GitLab CI|pull request||" + idA + " refs/remotes/origin/main|>",
		},
		{
			"GitLab merged results",
			"GITLAB_CI=true CI_PIPELINE_SOURCE=merge_request_event CI_MERGE_REQUEST_IID=3 CI_MERGE_REQUEST_DIFF_BASE_SHA=" + idA +
				" CI_MERGE_REQUEST_TARGET_BRANCH_SHA=" + idC + " CI_MERGE_REQUEST_SOURCE_BRANCH_SHA=" + idB, "",
			"GitLab CI|pull request|" + idB + "|" + idA + " " + idC + "|>",
		},
		{
			"GitLab push", "GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BEFORE_SHA=" + idA + " CI_COMMIT_REF_NAME=feature CI_DEFAULT_BRANCH=main", "",
			"GitLab CI|push||" + idA + "|feature>main",
		},
		{
			"GitLab first push", "GITLAB_CI=true CI_PIPELINE_SOURCE=push CI_COMMIT_BEFORE_SHA=" + id0 + " CI_COMMIT_REF_NAME=feature CI_DEFAULT_BRANCH=main", "",
			"GitLab CI|push|||feature>main",
		},
		{"GitLab schedule", "GITLAB_CI=true CI_PIPELINE_SOURCE=schedule CI_COMMIT_BEFORE_SHA=" + id0, "", "GitLab CI||||>"},
		{
			"Azure pull request",
			"TF_BUILD=True BUILD_REASON=PullRequest SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/release/1.x SYSTEM_PULLREQUEST_SOURCECOMMITID=" + idB + " BUILD_SOURCEVERSION=" + idC, "",
			"Azure Pipelines|pull request|" + idB + "|refs/remotes/origin/release/1.x|>",
		},
		{"Azure push", "TF_BUILD=True BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/heads/main", "", "Azure Pipelines|push|||main>"},
		{"Azure schedule", "TF_BUILD=True BUILD_REASON=Schedule", "", "Azure Pipelines||||>"},
		{"CircleCI", "CI=true CIRCLECI=true CIRCLE_BRANCH=feature", "", "CircleCI|push|||feature>"},
		{"CircleCI with a base", "CI=true CIRCLECI=true CIRCLE_BRANCH=feature LEAKLINE_CI_BASE=" + idA, "", "CircleCI|push||" + idA + "|feature>"},
		{
			"Bitbucket pull request",
			"BITBUCKET_BUILD_NUMBER=4 BITBUCKET_PR_ID=2 BITBUCKET_PR_DESTINATION_BRANCH=main BITBUCKET_PR_DESTINATION_COMMIT=" + idA[:12], "",
			"Bitbucket Pipelines|pull request||" + idA[:12] + " refs/remotes/origin/main|>",
		},
		{"Bitbucket push", "BITBUCKET_BUILD_NUMBER=4 BITBUCKET_BRANCH=main", "", "Bitbucket Pipelines|push|||main>"},
		{
			"Buildkite pull request", "BUILDKITE=true BUILDKITE_SOURCE=webhook BUILDKITE_PULL_REQUEST=9 BUILDKITE_PULL_REQUEST_BASE_BRANCH=main BUILDKITE_BRANCH=feature", "",
			"Buildkite|pull request||refs/remotes/origin/main|>",
		},
		{
			"Buildkite push", "BUILDKITE=true BUILDKITE_SOURCE=webhook BUILDKITE_PULL_REQUEST=false BUILDKITE_BRANCH=feature BUILDKITE_PIPELINE_DEFAULT_BRANCH=main", "",
			"Buildkite|push|||feature>main",
		},
		{
			"Woodpecker pull request", "CI=woodpecker CI_PIPELINE_EVENT=pull_request CI_COMMIT_TARGET_BRANCH=main CI_COMMIT_SHA=" + idB, "",
			"Woodpecker|pull request|" + idB + "|refs/remotes/origin/main|>",
		},
		{
			"Woodpecker push after another branch's", "CI=woodpecker CI_PIPELINE_EVENT=push CI_PREV_COMMIT_SHA=" + idA + " CI_PREV_COMMIT_BRANCH=main CI_COMMIT_BRANCH=feature CI_REPO_DEFAULT_BRANCH=main", "",
			"Woodpecker|push|||feature>main",
		},
		{
			"Drone pull request", "CI=true DRONE=true DRONE_BUILD_EVENT=pull_request DRONE_TARGET_BRANCH=main DRONE_COMMIT_SHA=" + idB, "",
			"Drone|pull request|" + idB + "|refs/remotes/origin/main|>",
		},
		{
			"Drone push", "DRONE=true DRONE_BUILD_EVENT=push DRONE_COMMIT_BEFORE=" + idA + " DRONE_BRANCH=main DRONE_REPO_BRANCH=main", "",
			"Drone|push||" + idA + "|main>main",
		},
		{
			"Travis pull request", "TRAVIS=true TRAVIS_EVENT_TYPE=pull_request TRAVIS_BRANCH=main TRAVIS_PULL_REQUEST_SHA=" + idB + " TRAVIS_COMMIT_RANGE=" + idA + "..." + idB, "",
			"Travis CI|pull request|" + idB + "|" + idA + " refs/remotes/origin/main|>",
		},
		{"Travis first push", "TRAVIS=true TRAVIS_EVENT_TYPE=push TRAVIS_BRANCH=feature", "", "Travis CI|push|||feature>"},
		{
			"Jenkins pull request", "JENKINS_URL=http://ci.example.com/ BRANCH_NAME=PR-5 CHANGE_ID=5 CHANGE_TARGET=main CHANGE_BRANCH=feature", "",
			"Jenkins|pull request||refs/remotes/origin/main|>",
		},
		{
			"Jenkins branch", "JENKINS_URL=http://ci.example.com/ BRANCH_NAME=main GIT_PREVIOUS_SUCCESSFUL_COMMIT=" + idA, "",
			"Jenkins|push||" + idA + "|main>",
		},
		{"another system", "CI=true LEAKLINE_CI_BASE=origin/main", "", "CI|push||origin/main|>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			env := map[string]string{}
			for _, set := range strings.Fields(c.env) {
				k, v, _ := strings.Cut(set, "=")
				env[k] = v
			}
			if c.event != "" {
				env["GITHUB_EVENT_PATH"] = writeTemp(t, "event.json", c.event)
			}
			var ci ciFlags
			if err := ci.detect(func(name string) string { return env[name] }); err != nil {
				t.Fatal(err)
			}
			var bases []string
			for _, b := range ci.change.bases {
				bases = append(bases, b.revision)
			}
			got := fmt.Sprintf("%s|%s|%s|%s|%s>%s", ci.system.name, ci.change.kind, ci.change.head, strings.Join(bases, " "), ci.change.branch, ci.change.byDefault)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Error(d)
			}
			if ci.system.deepen == "" {
				t.Error("no word on how to get the whole history")
			}
		})
	}
}

func writeTemp(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCIRefuses: what would look at nothing, or at something else, is an error with a
// way out.
func TestCIRefuses(t *testing.T) {
	repo := t.TempDir()
	for _, args := range [][]string{{"init", "-q", "-b", "main", repo}, {"-C", repo, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "x"}} {
		if out, err := exec.Command("git", args...).CombinedOutput(); err != nil {
			t.Skipf("NOT RUN: git: %v: %s", err, out)
		}
	}
	pull := map[string]string{"JENKINS_URL": "x", "CHANGE_TARGET": "main"}
	with := func(k, v string) map[string]string {
		return map[string]string{"JENKINS_URL": "x", k: v}
	}
	event, err := json.Marshal(strings.Repeat("x", maxEvent))
	if err != nil {
		t.Fatal(err)
	}
	github := func(path string) map[string]string {
		return map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": path}
	}
	for _, c := range []struct {
		name  string
		env   map[string]string
		r     rangeFlags
		path  string
		error string // part of it; "" if there is none
	}{
		{"no CI", nil, rangeFlags{}, repo, "no job of a CI that is known"},
		{"with --branch", pull, rangeFlags{branches: []string{"main"}}, repo, "--ci chooses the commits"},
		{"with --state", pull, rangeFlags{state: "s"}, repo, "--ci chooses the commits"},
		{"no target branch here", pull, rangeFlags{}, repo, "refs/remotes/origin/main (CHANGE_TARGET), is not in this checkout"},
		{"a branch that is an option", with("CHANGE_TARGET", "--all"), rangeFlags{}, repo, "is not in this checkout"},
		{"a branch that is a range", with("CHANGE_TARGET", "a..b"), rangeFlags{}, repo, "is not in this checkout"},
		{"a branch with quotes", with("CHANGE_TARGET", "a' --all '"), rangeFlags{}, repo, "is not in this checkout"},
		{"no repository", pull, rangeFlags{}, t.TempDir(), "repository"},
		{"no event", github(""), rangeFlags{}, repo, "does not tell the base"},
		{"event that is gone", github(filepath.Join(repo, "gone")), rangeFlags{}, repo, "read the event of GITHUB_EVENT_PATH"},
		{"event that is no JSON", github(writeTemp(t, "event.json", "{")), rangeFlags{}, repo, "read the event"},
		{"event that is too large", github(writeTemp(t, "event.json", string(event))), rangeFlags{}, repo, "larger than"},
		{"no earlier commit", with("BRANCH_NAME", "main"), rangeFlags{}, repo, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			var said bytes.Buffer
			e := &env{stderr: &said, getenv: func(name string) string { return c.env[name] }}
			ci, f := ciFlags{on: true}, scanFlags{}
			err := ci.apply(e, &f, &c.r, c.path)
			switch {
			case c.error == "" && (err != nil || said.Len() == 0):
				t.Errorf("%v; said %q", err, said.String())
			case c.error != "" && (err == nil || !strings.Contains(err.Error(), c.error)):
				t.Errorf("%v, want %q", err, c.error)
			}
		})
	}
}

// TestCIComplete: a scan that lacked commits of the change is no success.
func TestCIComplete(t *testing.T) {
	shallow := []scanner.Skip{{What: "history beyond the shallow boundary, such as before commit x"}}
	for _, c := range []struct {
		kind    ciKind
		commits int
		skipped []scanner.Skip
		ok      bool
	}{
		{aPullRequest, 3, nil, true},
		{aPullRequest, 3, shallow, false},
		{aPullRequest, 0, nil, false},
		{aPush, 0, nil, true},
		{aPush, 2, shallow, false},
	} {
		system := jenkins()
		ci := ciFlags{system: &system, change: ciChange{kind: c.kind}}
		err := ci.complete(&scanner.Result{Summary: scanner.Summary{Objects: map[string]int{"commits": c.commits}, Skipped: c.skipped}})
		if (err == nil) != c.ok {
			t.Errorf("%s of %d commits, %d skipped: %v", c.kind, c.commits, len(c.skipped), err)
		}
	}
}
