// Command demo plants generated secrets of both identity layers in a small git
// repository with several commits, branches, a merge, a stash and a note, scans
// it with leakline and shows the result.
//
// Usage: go run ./testdata/demo PATH-TO-LEAKLINE [FLAG...]
//
// Nothing in it is a real credential: every value is made here, from a seed, by
// package sample.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/detectors/sample"
)

func main() {
	if err := demo(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func demo(args []string) error {
	if len(args) == 0 {
		return errors.New("usage: demo PATH-TO-LEAKLINE [FLAG...]")
	}
	leakline, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "leakline-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	r := &repo{dir: dir, when: time.Now().AddDate(0, 0, -90).Truncate(time.Hour)}
	r.plant()
	if r.err != nil {
		return r.err
	}
	fmt.Printf("A repository of %d commits now stands at %s.\nIt holds secrets that were removed, merged away, stashed and forgotten.\n\n$ leakline git %s\n\n", r.commits, dir, strings.Join(args[1:], " "))
	cmd := exec.Command(leakline, append([]string{"git", dir}, args[1:]...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	err = cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 {
		fmt.Println("\n(exit status 1: findings, and everything was read)")
		return nil
	}
	if err == nil {
		return errors.New("leakline found nothing in a repository full of secrets")
	}
	return fmt.Errorf("leakline git: %w", err)
}

// repo is the repository in the making. The first error stops it.
type repo struct {
	dir     string
	when    time.Time
	commits int
	err     error
}

// plant plays the repository's story.
func (r *repo) plant() {
	r.git("init", "-q", "-b", "main")
	r.git("config", "user.name", "Robin Example")
	r.git("config", "user.email", "robin@example.com")

	r.write("README.md", "# Support copilot\n\nAnswers customers' questions.\n")
	r.write("package.json", "{\n  \"name\": \"support-copilot\",\n  \"dependencies\": {\"openai\": \"^4.0.0\", \"@workos-inc/node\": \"^7.0.0\", \"next-auth\": \"^4.24.0\"}\n}\n")
	r.commit("Start the support copilot")

	r.write("app/llm.py", "from openai import OpenAI\n\nclient = OpenAI(api_key=\""+r.example("openai-project-key")+"\")\n")
	r.commit("Answer with a model")

	r.write("config/.env.production", "WORKOS_API_KEY="+r.example("workos-api-key")+"\nNEXTAUTH_SECRET="+r.example("nextauth-secret")+"\n")
	r.commit("Sign customers in")

	r.write("app/llm.py", "import os\nfrom openai import OpenAI\n\nclient = OpenAI(api_key=os.environ[\"OPENAI_API_KEY\"])\n")
	r.commit("Take the key from the environment") // the key stays in the history

	r.git("checkout", "-q", "-b", "agents")
	r.write("agents/mcp.json", "{\n  \"mcpServers\": {\n    \"search\": {\"command\": \"npx\", \"env\": {\"ANTHROPIC_API_KEY\": \""+r.example("anthropic-api-key")+"\"}}\n  }\n}\n")
	r.commit("Try an agent")

	r.git("checkout", "-q", "main")
	r.write("docs/notes.md", "Nothing to see here.\n")
	r.commit("Add notes")
	r.git("merge", "-q", "--no-commit", "--no-ff", "agents")
	r.write("deploy/values.yaml", "github:\n  token: "+r.example("github-pat")+"\n") // in the merge alone
	r.git("add", "-A")
	r.commit("Merge agents")
	r.git("rm", "-q", "deploy/values.yaml")
	r.commit("Drop the chart")

	r.write("app/keys.py", "SIGNING_KEY = \"\"\"\n"+r.example("pkcs8-private-key")+"\n\"\"\"\n")
	r.git("add", "-A")
	r.git("stash", "push", "-q")
	r.git("notes", "add", "-m", "rotate the staging key: "+r.example("huggingface-user-token"))
}

// example returns a generated secret of a detector, as it would be written.
func (r *repo) example(id string) string {
	all := detectors.Catalogue()
	i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == id })
	if i < 0 {
		r.err = errors.Join(r.err, fmt.Errorf("no detector %q", id))
		return ""
	}
	text, err := sample.Example(all[i], 0, 7)
	r.err = errors.Join(r.err, err)
	return text.Value
}

func (r *repo) write(name, content string) {
	if r.err != nil {
		return
	}
	path := filepath.Join(r.dir, name)
	if r.err = os.MkdirAll(filepath.Dir(path), 0o755); r.err == nil {
		r.err = os.WriteFile(path, []byte(content), 0o644)
	}
}

func (r *repo) commit(message string) {
	r.git("add", "-A")
	r.git("commit", "-q", "-m", message)
	r.commits++
	r.when = r.when.AddDate(0, 0, 8)
}

func (r *repo) git(args ...string) {
	if r.err != nil {
		return
	}
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "commit.gpgsign=false", "-c", "core.hooksPath=/dev/null"}, args...)...)
	at := r.when.Format(time.RFC3339)
	cmd.Env = append(os.Environ(), "GIT_AUTHOR_DATE="+at, "GIT_COMMITTER_DATE="+at, "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_NOSYSTEM=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		r.err = fmt.Errorf("git %s: %w: %s", strings.Join(args, " "), err, out)
	}
}
