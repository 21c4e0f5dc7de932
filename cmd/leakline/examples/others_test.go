package examples

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestIntegrationGitLabCI runs the script of the GitLab example.
func TestIntegrationGitLabCI(t *testing.T) {
	job := at(t, readYAML(t, examples+"gitlab-ci/.gitlab-ci.yml"), "leakline")
	if got := at(t, job, "variables", "GIT_DEPTH"); got != "0" {
		t.Errorf("GIT_DEPTH is %v", got)
	}
	report := at(t, job, "artifacts", "reports", "secret_detection").(string)
	var lines []string
	for _, line := range at(t, job, "script").([]any) {
		lines = append(lines, line.(string))
	}
	script := "set -e\n" + strings.Join(lines, "\n")
	zeros := strings.Repeat("0", 40)
	for _, leaks := range []bool{true, false} {
		p := newProject(t, leaks)
		status := 0
		if leaks {
			status = 1
		}
		request := map[string]string{ // of a merge request pipeline
			"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_DIFF_BASE_SHA": p.base,
			"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature",
			"CI_COMMIT_SHA": p.head, "CI_COMMIT_BEFORE_SHA": zeros, "CI_DEFAULT_BRANCH": "main", "CI_COMMIT_REF_NAME": "feature",
		}
		merged := map[string]string{ // of a merged results pipeline
			"CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "1", "CI_MERGE_REQUEST_DIFF_BASE_SHA": p.base,
			"CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": p.head, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": p.main,
			"CI_COMMIT_SHA": p.merge, "CI_COMMIT_BEFORE_SHA": zeros, "CI_DEFAULT_BRANCH": "main",
		}
		branch := map[string]string{
			"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": p.base, "CI_COMMIT_SHA": p.head,
			"CI_COMMIT_BRANCH": "feature", "CI_COMMIT_REF_NAME": "feature", "CI_DEFAULT_BRANCH": "main",
		}
		head := "+" + pullHead + ":refs/remotes/origin/merge-requests/1/head"
		for _, c := range []struct {
			name   string
			env    map[string]string
			dir    string
			status int
		}{
			{"merge request", request, p.checkout(0, p.head, head), status},
			{"merged results", merged, p.checkout(0, p.merge, "+"+pullMerge+":refs/pipelines/1"), status},
			{"push", branch, p.checkout(0, p.head, "+refs/heads/feature:refs/remotes/origin/feature"), status},
			{"merge request, GIT_DEPTH of 2", request, p.checkout(2, p.head, head), 2},
			{"push, GIT_DEPTH of 2", branch, p.checkout(2, p.head, "+refs/heads/feature:refs/remotes/origin/feature"), 2},
		} {
			c.env["GITLAB_CI"], c.env["CI"], c.env["PATH"] = "true", "true", onPath()
			end := shell(t, c.dir, c.env, "sh", "-c", script)
			if c.status == 2 {
				p.check(c.name, end, 2)
				if !strings.Contains(end.output, "GIT_DEPTH") {
					t.Errorf("%s: no way out is named:\n%s", c.name, end.output)
				}
				continue
			}
			p.check(c.name, end, c.status, filepath.Join(c.dir, report))
		}
	}
}

// TestIntegrationCircleCI runs the command of the CircleCI example.
func TestIntegrationCircleCI(t *testing.T) {
	job := at(t, readYAML(t, examples+"circleci/config.yml"), "jobs", "leakline")
	if got := at(t, job, "steps", 0, "checkout", "method"); got != "full" {
		t.Errorf("the checkout's method is %v", got)
	}
	script := at(t, job, "steps", 1, "run", "command").(string)
	base := at(t, job, "environment", "LEAKLINE_CI_BASE").(string)
	folder := at(t, job, "steps", 2, "store_test_results", "path").(string)
	for _, leaks := range []bool{true, false} {
		p := newProject(t, leaks)
		status := 0
		if leaks {
			status = 1
		}
		for name, before := range map[string]string{"push": p.base, "new branch": "", "forced push": strings.Repeat("1", 40)} {
			dir := filepath.Join(t.TempDir(), "project")
			p.git("", "clone", "-q", p.server, dir)
			p.git(dir, "checkout", "-q", "-B", "feature", p.head)
			results := t.TempDir()
			env := map[string]string{
				"CI": "true", "CIRCLECI": "true", "CIRCLE_BRANCH": "feature", "CIRCLE_SHA1": p.head, "PATH": onPath(),
				"LEAKLINE_CI_BASE": strings.ReplaceAll(base, "<< pipeline.git.base_revision >>", before),
			}
			end := shell(t, dir, env, "sh", "-e", "-c", strings.ReplaceAll(script, folder, results))
			p.check(name, end, status, filepath.Join(results, "results.xml"))
		}
		// On the default branch, with nothing to compare with, everything counts.
		dir := filepath.Join(t.TempDir(), "project")
		p.git("", "clone", "-q", p.server, dir)
		env := map[string]string{"CIRCLECI": "true", "CIRCLE_BRANCH": "main", "CIRCLE_SHA1": p.main, "PATH": onPath(), "LEAKLINE_CI_BASE": ""}
		end := shell(t, dir, env, "sh", "-e", "-c", strings.ReplaceAll(script, folder, t.TempDir()))
		if end.status != 1 || !strings.Contains(end.output, "whole history") {
			t.Errorf("main: status %d:\n%s", end.status, end.output)
		}
	}
}

// TestIntegrationJenkins runs the sh steps of the Jenkinsfile.
func TestIntegrationJenkins(t *testing.T) {
	text, err := os.ReadFile(examples + "jenkins/Jenkinsfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range []string{"{}", "()", "[]"} {
		if a, b := strings.Count(string(text), pair[:1]), strings.Count(string(text), pair[1:]); a != b {
			t.Errorf("%d %s and %d %s", a, pair[:1], b, pair[1:])
		}
	}
	found := regexp.MustCompile(`(?m)^\s*sh '([^']*)'$`).FindAllStringSubmatch(string(text), -1)
	if len(found) != 1 {
		t.Fatalf("%d sh steps", len(found))
	}
	script := found[0][1]
	for _, leaks := range []bool{true, false} {
		p := newProject(t, leaks)
		status := 0
		if leaks {
			status = 1
		}
		request := map[string]string{"CHANGE_ID": "1", "CHANGE_TARGET": "main", "CHANGE_BRANCH": "feature", "BRANCH_NAME": "PR-1"}
		branch := map[string]string{"BRANCH_NAME": "feature", "GIT_PREVIOUS_SUCCESSFUL_COMMIT": p.base}
		both := []string{"+" + pullHead + ":refs/remotes/origin/PR-1", "+refs/heads/main:refs/remotes/origin/main"}
		for _, c := range []struct {
			name   string
			env    map[string]string
			dir    string
			status int
		}{
			{"pull request", request, p.checkout(0, p.head, both...), status},
			{"branch", branch, p.checkout(0, p.head, "+refs/heads/feature:refs/remotes/origin/feature"), status},
			{"pull request without its target", request, p.checkout(0, p.head, both[0]), 2},
			{"shallow pull request", request, p.checkout(2, p.head, both...), 2},
		} {
			c.env["JENKINS_URL"], c.env["PATH"] = "http://jenkins.example.com/", onPath()
			end := shell(t, c.dir, c.env, "sh", "-xe", "-c", script)
			if c.status == 2 {
				p.check(c.name, end, 2)
				continue
			}
			p.check(c.name, end, c.status, filepath.Join(c.dir, "leakline.sarif"))
		}
	}
}

// TestIntegrationAzure runs the scripts of the Azure example, with a docker that
// knows one image: the program.
func TestIntegrationAzure(t *testing.T) {
	doc := readYAML(t, examples+"azure/azure-pipelines.yml")
	steps := at(t, doc, "steps").([]any)
	if got := at(t, steps[0], "fetchDepth"); got != "0" {
		t.Errorf("fetchDepth is %v", got)
	}
	bin := t.TempDir()
	image := at(t, doc, "variables", "LEAKLINE_IMAGE").(string)
	docker := fmt.Sprintf("#!/bin/sh\nset -eu\ncase $1 in\ncreate) test \"$2\" = '%s'; echo made;;\ncp) test \"$2\" = made:/leakline; cp '%s' \"$3\";;\nrm) test \"$2\" = made; echo made;;\n*) exit 9;;\nesac\n", image, program)
	if err := os.WriteFile(filepath.Join(bin, "docker"), []byte(docker), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, leaks := range []bool{true, false} {
		p := newProject(t, leaks)
		status := 0
		if leaks {
			status = 1
		}
		request := map[string]string{
			"BUILD_REASON": "PullRequest", "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main", "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feature",
			"SYSTEM_PULLREQUEST_SOURCECOMMITID": p.head, "BUILD_SOURCEVERSION": p.merge, "BUILD_SOURCEBRANCH": pullMerge,
		}
		merge := "+" + pullMerge + ":refs/remotes/pull/1/merge"
		for _, c := range []struct {
			name   string
			env    map[string]string
			dir    string
			status int
		}{
			{"pull request", request, p.checkout(0, p.merge, allBranches, merge), status},
			{"shallow pull request", request, p.checkout(1, p.merge, merge), 2},
			{"push", map[string]string{"BUILD_REASON": "IndividualCI", "BUILD_SOURCEBRANCH": "refs/heads/main"}, p.checkout(1, p.main, "+refs/heads/main:refs/remotes/origin/main"), 2},
		} {
			staging := t.TempDir()
			c.env["TF_BUILD"], c.env["PATH"] = "True", bin+string(os.PathListSeparator)+os.Getenv("PATH")
			c.env["LEAKLINE_IMAGE"], c.env["AGENT_TEMPDIRECTORY"], c.env["BUILD_ARTIFACTSTAGINGDIRECTORY"] = image, t.TempDir(), staging
			end := done{}
			for _, raw := range steps {
				script, ok := raw.(map[string]any)["script"].(string)
				if !ok || end.status != 0 {
					continue
				}
				file := filepath.Join(t.TempDir(), "script.sh")
				if err := os.WriteFile(file, []byte(script), 0o600); err != nil {
					t.Fatal(err)
				}
				end = shell(t, c.dir, c.env, "bash", "--noprofile", "--norc", file)
			}
			if c.status == 2 {
				p.check(c.name, end, 2)
				if !strings.Contains(end.output, "fetchDepth: 0") {
					t.Errorf("%s: no way out is named:\n%s", c.name, end.output)
				}
				continue
			}
			p.check(c.name, end, c.status, filepath.Join(staging, "leakline.sarif"))
		}
	}
}
