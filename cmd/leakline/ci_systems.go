package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// ciSystem is one system that runs jobs.
type ciSystem struct {
	name string
	// is says, from the variables, that a job of this system runs.
	is func(getenv func(string) string) bool
	// change tells what the job is about.
	change func(getenv func(string) string) (ciChange, error)
	// tag is the variable that names the tag which a job is about, if it is about one.
	tag string
	// deepen says how a job of it gets the whole history.
	deepen string
}

// ciChange is what a job is about.
type ciChange struct {
	kind ciKind
	// bases are what the change is compared with: commits and refs whose histories are
	// no part of it, the surest first.
	bases []ciBase
	// head is the last commit of a pull request, which must be in the checkout; "" if
	// the system does not tell it apart from HEAD.
	head string
	// branch is what was pushed to, and byDefault the default branch; "" is unknown.
	branch, byDefault string
	// event is the system's word for what started the job.
	event string
}

// ciKind is a kind of change.
type ciKind string

const (
	aPullRequest ciKind = "pull request"
	aPush        ciKind = "push"
	noChange     ciKind = "" // a schedule, a release, a run that somebody started
)

// ciBase is a revision and where it is known from.
type ciBase struct {
	revision string
	from     string // the variable
}

func (b ciBase) String() string { return b.revision + " (" + b.from + ")" }

// ciSystems are the systems that are known. Those that also set the variables of
// another stand before it.
func ciSystems() []ciSystem {
	return []ciSystem{
		githubActions(), gitlabCI(), azurePipelines(), circleCI(), bitbucketPipelines(), buildkite(),
		woodpecker(), drone(), travis(), jenkins(),
	}
}

// set says that a variable is set to one value.
func set(name, value string) func(func(string) string) bool {
	return func(getenv func(string) string) bool { return strings.EqualFold(getenv(name), value) }
}

// given says that a variable is not empty.
func given(name string) func(func(string) string) bool {
	return func(getenv func(string) string) bool { return getenv(name) != "" }
}

// noCommit says that an object name is missing: systems write it as zeros.
func noCommit(id string) bool { return strings.Trim(id, "0") == "" }

// remoteBranch is the ref that a clone has for a branch of the server.
func remoteBranch(name string) string {
	return "refs/remotes/origin/" + strings.TrimPrefix(name, "refs/heads/")
}

// pushed is a push to a branch: what it added since the commit before it. A new branch
// has none, and that of a forced push may be gone: then it is what the branch adds to
// the default one. byDefault is "" if the system does not tell its name.
func pushed(event string, before ciBase, branch, byDefault string) ciChange {
	c := ciChange{kind: aPush, event: event, branch: branch, byDefault: byDefault}
	if !noCommit(before.revision) {
		c.bases = append(c.bases, before)
	}
	return c
}

// githubActions reads the event's file: the base of a pull request has no variable.
// https://docs.github.com/en/actions/reference/workflows-and-actions/variables
// https://docs.github.com/en/webhooks/webhook-events-and-payloads (pull_request, push,
// merge_group)
func githubActions() ciSystem {
	return ciSystem{
		name: "GitHub Actions", is: set("GITHUB_ACTIONS", "true"),
		deepen: "give actions/checkout 'with: {fetch-depth: 0}'",
		change: func(getenv func(string) string) (ciChange, error) {
			event := getenv("GITHUB_EVENT_NAME")
			payload, err := readEvent(getenv("GITHUB_EVENT_PATH"))
			if err != nil {
				return ciChange{}, err
			}
			switch event {
			case "pull_request", "pull_request_target", "pull_request_review":
				c := ciChange{kind: aPullRequest, event: event, head: payload.PullRequest.Head.SHA}
				if sha := payload.PullRequest.Base.SHA; !noCommit(sha) {
					c.bases = append(c.bases, ciBase{revision: sha, from: "pull_request.base.sha of the event"})
				}
				if ref := getenv("GITHUB_BASE_REF"); ref != "" {
					c.bases = append(c.bases, ciBase{revision: remoteBranch(ref), from: "GITHUB_BASE_REF"})
				}
				return c, nil
			case "merge_group":
				return ciChange{
					kind: aPullRequest, event: event, head: payload.MergeGroup.HeadSHA,
					bases: []ciBase{{revision: payload.MergeGroup.BaseSHA, from: "merge_group.base_sha of the event"}},
				}, nil
			case "push":
				if getenv("GITHUB_REF_TYPE") == "tag" {
					break
				}
				before := ciBase{revision: payload.Before, from: "before of the event"}
				return pushed(event, before, getenv("GITHUB_REF_NAME"), payload.Repository.DefaultBranch), nil
			}
			return ciChange{event: event}, nil
		},
	}
}

// githubEvent is the part of an event that is read.
type githubEvent struct {
	Before      string `json:"before"`
	PullRequest struct {
		Base, Head struct {
			SHA string `json:"sha"`
		}
	} `json:"pull_request"`
	MergeGroup struct {
		BaseSHA string `json:"base_sha"`
		HeadSHA string `json:"head_sha"`
	} `json:"merge_group"`
	Repository struct {
		DefaultBranch string `json:"default_branch"`
	} `json:"repository"`
}

// maxEvent bounds the file of an event, in bytes: GitHub's are at most 25 MB.
// https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap
const maxEvent = 26 << 20

func readEvent(path string) (githubEvent, error) {
	var event githubEvent
	if path == "" {
		return event, nil
	}
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxEvent {
		err = fmt.Errorf("%q is larger than %d bytes", path, maxEvent)
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(path)
	}
	if err == nil {
		err = json.Unmarshal(text, &event)
	}
	if err != nil {
		return event, hinted{fmt.Errorf("read the event of GITHUB_EVENT_PATH: %w", err), "in a container, mount this file too"}
	}
	return event, nil
}

// gitlabCI: in a pipeline of merged results the commit is one of a merge into the
// target branch, which may be newer than the base of the difference.
// https://docs.gitlab.com/ci/variables/predefined_variables/
// https://docs.gitlab.com/ci/pipelines/settings/#limit-the-number-of-changes-fetched-during-clone
func gitlabCI() ciSystem {
	return ciSystem{
		name: "GitLab CI", is: given("GITLAB_CI"), tag: "CI_COMMIT_TAG",
		deepen: "set the variable GIT_DEPTH to 0 in the job",
		change: func(getenv func(string) string) (ciChange, error) {
			event := getenv("CI_PIPELINE_SOURCE")
			if getenv("CI_MERGE_REQUEST_IID") != "" {
				c := ciChange{kind: aPullRequest, event: event, head: getenv("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")}
				for _, name := range []string{"CI_MERGE_REQUEST_DIFF_BASE_SHA", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA"} {
					if id := getenv(name); !noCommit(id) {
						c.bases = append(c.bases, ciBase{revision: id, from: name})
					}
				}
				if name := getenv("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"); name != "" {
					c.bases = append(c.bases, ciBase{revision: remoteBranch(name), from: "CI_MERGE_REQUEST_TARGET_BRANCH_NAME"})
				}
				return c, nil
			}
			if event != "push" && event != "" {
				return ciChange{event: event}, nil
			}
			before := ciBase{revision: getenv("CI_COMMIT_BEFORE_SHA"), from: "CI_COMMIT_BEFORE_SHA"}
			return pushed(event, before, getenv("CI_COMMIT_REF_NAME"), getenv("CI_DEFAULT_BRANCH")), nil
		},
	}
}

// azurePipelines knows nothing of the commit before a push.
// https://learn.microsoft.com/en-us/azure/devops/pipelines/build/variables
// https://learn.microsoft.com/en-us/azure/devops/pipelines/yaml-schema/steps-checkout
func azurePipelines() ciSystem {
	return ciSystem{
		name: "Azure Pipelines", is: set("TF_BUILD", "true"),
		deepen: "begin the steps with '- checkout: self' and 'fetchDepth: 0'",
		change: func(getenv func(string) string) (ciChange, error) {
			event := getenv("BUILD_REASON")
			if target := getenv("SYSTEM_PULLREQUEST_TARGETBRANCH"); event == "PullRequest" || target != "" {
				c := ciChange{kind: aPullRequest, event: event, head: getenv("SYSTEM_PULLREQUEST_SOURCECOMMITID")}
				if target != "" {
					c.bases = []ciBase{{revision: remoteBranch(target), from: "SYSTEM_PULLREQUEST_TARGETBRANCH"}}
				}
				return c, nil
			}
			branch, ok := strings.CutPrefix(getenv("BUILD_SOURCEBRANCH"), "refs/heads/")
			if ok && (event == "IndividualCI" || event == "BatchedCI") {
				return pushed(event, ciBase{}, branch, ""), nil
			}
			return ciChange{event: event}, nil
		},
	}
}

// circleCI has no variable for a base: the job passes the pipeline's value on, see the
// example. It is the commit of the branch's last pipeline, and empty for the first.
// https://circleci.com/docs/reference/variables/
func circleCI() ciSystem {
	return ciSystem{
		name: "CircleCI", is: set("CIRCLECI", "true"), tag: "CIRCLE_TAG",
		deepen: "use the step checkout with 'method: full'",
		change: func(getenv func(string) string) (ciChange, error) {
			return pushed("", ciBase{}, getenv("CIRCLE_BRANCH"), ""), nil
		},
	}
}

// https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
// https://support.atlassian.com/bitbucket-cloud/docs/git-clone-behavior/
func bitbucketPipelines() ciSystem {
	return ciSystem{
		name: "Bitbucket Pipelines", is: given("BITBUCKET_BUILD_NUMBER"), tag: "BITBUCKET_TAG",
		deepen: "set 'clone: {depth: full}' in the step",
		change: func(getenv func(string) string) (ciChange, error) {
			if getenv("BITBUCKET_PR_ID") == "" {
				return pushed("", ciBase{}, getenv("BITBUCKET_BRANCH"), ""), nil
			}
			c := ciChange{kind: aPullRequest}
			if id := getenv("BITBUCKET_PR_DESTINATION_COMMIT"); !noCommit(id) {
				c.bases = append(c.bases, ciBase{revision: id, from: "BITBUCKET_PR_DESTINATION_COMMIT"})
			}
			if name := getenv("BITBUCKET_PR_DESTINATION_BRANCH"); name != "" {
				c.bases = append(c.bases, ciBase{revision: remoteBranch(name), from: "BITBUCKET_PR_DESTINATION_BRANCH"})
			}
			return c, nil
		},
	}
}

// https://buildkite.com/docs/pipelines/configure/environment-variables
func buildkite() ciSystem {
	return ciSystem{
		name: "Buildkite", is: set("BUILDKITE", "true"), tag: "BUILDKITE_TAG",
		deepen: "leave --depth out of BUILDKITE_GIT_CLONE_FLAGS and BUILDKITE_GIT_FETCH_FLAGS",
		change: func(getenv func(string) string) (ciChange, error) {
			event := getenv("BUILDKITE_SOURCE")
			if base := getenv("BUILDKITE_PULL_REQUEST_BASE_BRANCH"); base != "" {
				return ciChange{kind: aPullRequest, event: event, bases: []ciBase{
					{revision: remoteBranch(base), from: "BUILDKITE_PULL_REQUEST_BASE_BRANCH"},
				}}, nil
			}
			if event == "schedule" || event == "ui" {
				return ciChange{event: event}, nil
			}
			return pushed(event, ciBase{}, getenv("BUILDKITE_BRANCH"), getenv("BUILDKITE_PIPELINE_DEFAULT_BRANCH")), nil
		},
	}
}

// https://woodpecker-ci.org/docs/usage/environment
// https://woodpecker-ci.org/plugins/git-clone
func woodpecker() ciSystem {
	return ciSystem{
		name: "Woodpecker", is: set("CI", "woodpecker"),
		deepen: "give the clone step 'settings: {partial: false, depth: 0}'",
		change: func(getenv func(string) string) (ciChange, error) {
			event := getenv("CI_PIPELINE_EVENT")
			switch event {
			case "pull_request":
				return ciChange{kind: aPullRequest, event: event, head: getenv("CI_COMMIT_SHA"), bases: []ciBase{
					{revision: remoteBranch(getenv("CI_COMMIT_TARGET_BRANCH")), from: "CI_COMMIT_TARGET_BRANCH"},
				}}, nil
			case "push":
				before := ciBase{revision: getenv("CI_PREV_COMMIT_SHA"), from: "CI_PREV_COMMIT_SHA"}
				if getenv("CI_PREV_COMMIT_BRANCH") != getenv("CI_COMMIT_BRANCH") {
					before.revision = "" // of another branch's pipeline
				}
				return pushed(event, before, getenv("CI_COMMIT_BRANCH"), getenv("CI_REPO_DEFAULT_BRANCH")), nil
			}
			return ciChange{event: event}, nil
		},
	}
}

// https://docs.drone.io/pipeline/environment/reference/
func drone() ciSystem {
	return ciSystem{
		name: "Drone", is: set("DRONE", "true"),
		deepen: "leave 'clone: {depth: …}' out of the pipeline",
		change: func(getenv func(string) string) (ciChange, error) {
			event := getenv("DRONE_BUILD_EVENT")
			switch event {
			case "pull_request":
				return ciChange{kind: aPullRequest, event: event, head: getenv("DRONE_COMMIT_SHA"), bases: []ciBase{
					{revision: remoteBranch(getenv("DRONE_TARGET_BRANCH")), from: "DRONE_TARGET_BRANCH"},
				}}, nil
			case "push":
				before := ciBase{revision: getenv("DRONE_COMMIT_BEFORE"), from: "DRONE_COMMIT_BEFORE"}
				return pushed(event, before, getenv("DRONE_BRANCH"), getenv("DRONE_REPO_BRANCH")), nil
			}
			return ciChange{event: event}, nil
		},
	}
}

// travis: of a pull request, TRAVIS_BRANCH is the branch that it goes to.
// https://docs.travis-ci.com/user/environment-variables/#default-environment-variables
// https://docs.travis-ci.com/user/customizing-the-build/#git-clone-depth
func travis() ciSystem {
	return ciSystem{
		name: "Travis CI", is: set("TRAVIS", "true"), tag: "TRAVIS_TAG",
		deepen: "set 'git: {depth: false}'",
		change: func(getenv func(string) string) (ciChange, error) {
			event := getenv("TRAVIS_EVENT_TYPE")
			before, _, _ := strings.Cut(getenv("TRAVIS_COMMIT_RANGE"), ".")
			base := ciBase{revision: before, from: "TRAVIS_COMMIT_RANGE"}
			switch event {
			case "pull_request":
				c := ciChange{kind: aPullRequest, event: event, head: getenv("TRAVIS_PULL_REQUEST_SHA")}
				if !noCommit(before) {
					c.bases = append(c.bases, base)
				}
				if name := getenv("TRAVIS_BRANCH"); name != "" {
					c.bases = append(c.bases, ciBase{revision: remoteBranch(name), from: "TRAVIS_BRANCH"})
				}
				return c, nil
			case "push":
				return pushed(event, base, getenv("TRAVIS_BRANCH"), ""), nil
			}
			return ciChange{event: event}, nil
		},
	}
}

// jenkins: the variables of a multibranch pipeline and of the git plugin.
// https://www.jenkins.io/doc/book/pipeline/multibranch/#additional-environment-variables
// https://plugins.jenkins.io/git/#plugin-content-environment-variables
func jenkins() ciSystem {
	return ciSystem{
		name: "Jenkins", is: given("JENKINS_URL"), tag: "TAG_NAME",
		deepen: "in the job's configuration, let the clone be no shallow one and fetch the target branch too",
		change: func(getenv func(string) string) (ciChange, error) {
			if target := getenv("CHANGE_TARGET"); target != "" {
				return ciChange{kind: aPullRequest, event: "change " + getenv("CHANGE_ID"), bases: []ciBase{
					{revision: remoteBranch(target), from: "CHANGE_TARGET"},
				}}, nil
			}
			before := ciBase{revision: getenv("GIT_PREVIOUS_SUCCESSFUL_COMMIT"), from: "GIT_PREVIOUS_SUCCESSFUL_COMMIT"}
			return pushed("", before, getenv("BRANCH_NAME"), ""), nil
		},
	}
}
