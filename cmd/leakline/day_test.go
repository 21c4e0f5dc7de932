package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// workday is a developer's day: one repository, thirty commits.
type workday struct {
	*developer
	random  *rand.Rand
	secrets []string
	judged  int // commits of which the hook said how much it checked
}

// secret generates a credential of a detector, never the same twice.
func (d *workday) secret(detector string) string {
	d.t.Helper()
	s := credential(d.t, detector, 40+len(d.secrets))
	d.secrets = append(d.secrets, s)
	return s
}

// edit replaces a text in a file, which must be there.
func (d *workday) edit(name, old, text string) {
	d.t.Helper()
	data, err := os.ReadFile(filepath.Join(d.dir, filepath.FromSlash(name)))
	if err != nil || !strings.Contains(string(data), old) {
		d.t.Fatalf("%s does not hold %q (%v)", name, old, err)
	}
	d.write(name, strings.Replace(string(data), old, text, 1))
}

// passes runs a command of git that nobody is to stop. If git runs the hook for it,
// the hook says what it checked.
func (d *workday) passes(hook bool, args ...string) {
	d.t.Helper()
	d.passesIn(d.dir, hook, args...)
}

var checkedWords = regexp.MustCompile(`(?m)^leakline: .*checked`)

func (d *workday) passesIn(dir string, hook bool, args ...string) {
	d.t.Helper()
	out, err := d.runIn(dir, "", "git", args...)
	if err != nil {
		d.t.Fatalf("git %q: %v\n%s", args, err, out)
	}
	if said := checkedWords.MatchString(out); said != hook {
		d.t.Errorf("git %q: the hook said what it checked: %v, want %v:\n%s", args, said, hook, out)
	}
	if hook {
		d.judged++
	}
}

// bytes are random ones.
func (d *workday) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(d.random.Uint32())
	}
	return b
}

// minified is a program without line breaks.
func (d *workday) minified(n int) string {
	var b strings.Builder
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "function f%d(a,b){if(a.type===%q)return b[%d]||e.key;var t=a.token,c=b.concat(%q);return c.map(function(x){return x*%d})}",
			i, "k"+fmt.Sprint(i%97), i, "part-"+fmt.Sprint(i), d.random.IntN(9999))
	}
	return b.String()
}

// utf16le is a text in UTF-16 with its mark.
func utf16le(text string) string {
	b := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return string(b)
}

// program is numbered lines of a program.
func program(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "value_%d = compute(%d)\n", i, i)
	}
	return b.String()
}

// indented is a block with every line moved right.
func indented(text, by string) string {
	return by + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+by) + "\n"
}

// step is one commit of the day.
type step struct {
	name string
	// leak is what the text of the stopped commit must name: place and layer. Empty:
	// nobody may stop it.
	leak []string
	do   func(d *workday) (said string)
}

// commit makes a step that stages everything and commits it.
func commit(name string, change func(d *workday)) step {
	return step{name: name, do: func(d *workday) string {
		change(d)
		d.git("add", "-A")
		d.passes(true, "commit", "-q", "-m", name)
		return ""
	}}
}

// TestIntegrationDay: thirty commits of mixed kinds in a repository that holds old
// secrets, with the hooks that leakline installs. Eight of them add a secret in a hard
// spot; these and no others are stopped. What is committed is then pushed.
func TestIntegrationDay(t *testing.T) {
	t.Parallel()
	d := &workday{developer: bareDeveloper(t), random: rand.New(rand.NewPCG(5, 7))}
	d.morning()
	d.must("leakline", "hook", "install")
	steps := script()
	if len(steps) != 30 {
		t.Fatalf("the day has %d commits", len(steps))
	}
	stopped := 0
	for i, s := range steps {
		said := s.do(d)
		if s.leak == nil {
			if status := d.git("status", "--porcelain"); status != "" && !strings.HasPrefix(status, " M shop/views.py") {
				t.Fatalf("%d, %s: left behind:\n%s", i+1, s.name, status)
			}
			continue
		}
		stopped++
		for _, want := range append(s.leak, "leakline: this commit would add 1 secret; it was stopped.", "1. It is real:") {
			if !strings.Contains(said, want) {
				t.Errorf("%d, %s: the text does not say %q:\n%s", i+1, s.name, want, said)
			}
		}
		for _, secret := range d.secrets {
			for l := range strings.SplitSeq(secret, "\n") {
				if len(l) > 20 && !strings.HasPrefix(l, "-----") && strings.Contains(said, l) {
					t.Errorf("%d, %s: the text shows a secret", i+1, s.name)
				}
			}
		}
	}
	if stopped != 8 || d.judged < 18 {
		t.Errorf("%d stopped, %d judged and passed", stopped, d.judged)
	}
	remote := filepath.Join(t.TempDir(), "shop.git")
	d.git("clone", "-q", "--bare", "--single-branch", "-b", "before", ".", remote)
	d.git("remote", "add", "origin", remote)
	d.git("fetch", "-q", "origin")
	if out, err := d.run("git", "push", "origin", "main"); err != nil || !checkedWords.MatchString(out) {
		t.Errorf("the day's push: %v\n%s", err, out)
	}
}

// morning is what the repository holds before leakline comes: old debts, a library as
// a submodule.
func (d *workday) morning() {
	lib := filepath.Join(d.t.TempDir(), "lib")
	d.git("init", "-q", "-b", "main", lib)
	if err := os.WriteFile(filepath.Join(lib, "lib.py"), []byte("def price(): return 1\n"), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.git("-C", lib, "add", ".")
	d.git("-C", lib, "commit", "-q", "-m", "lib")
	d.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", lib, "lib")
	d.write("legacy/config.py", "import os\n\n"+program(30)+"STRIPE_KEY = '"+d.secret("stripe-live-secret-key")+"'\n"+program(30))
	d.write("legacy/deploy.env", "DATABASE_URL="+d.secret("postgres-url")+"\nDEBUG=0\n")
	d.write("shop/views.py", "import os\n\n"+program(60))
	d.write("shop/cart.py", "RATE = 1\n")
	d.write("README.md", "# The shop\n")
	d.git("add", "-A")
	d.git("commit", "-q", "-m", "all of it")
	d.git("branch", "before")
}

// script is the day.
func script() []step {
	var steps []step
	for _, part := range [][]step{forenoon(), noon(), afternoon(), evening()} {
		steps = append(steps, part...)
	}
	return steps
}

func forenoon() []step {
	return []step{
		{name: "new files, from a folder", do: func(d *workday) string {
			d.write("shop/api/client.py", "import os\n\nKEY = os.environ[\"OPENAI_API_KEY\"]\nHOST = \"https://api.example.com/v1\"\n")
			d.write("shop/api/__init__.py", "")
			d.git("add", "-A")
			d.passesIn(filepath.Join(d.dir, "shop", "api"), true, "commit", "-q", "-m", "a client")
			return ""
		}},
		commit("an edit, and fixtures with placeholders", func(d *workday) {
			d.edit("README.md", "# The shop\n", "# The shop\n\nSet `OPENAI_API_KEY=<your key>` and `STRIPE_KEY=sk_live_...` first.\n")
			d.write("tests/fixtures/settings.json", `{"api_key": "your-api-key-here", "password": "changeme", "token": "${TOKEN}", "secret": "xxxxxxxxxxxxxxxxxxxxxxxx"}`+"\n")
			d.write("tests/test_client.py", "def test_key(monkeypatch):\n    monkeypatch.setenv('OPENAI_API_KEY', 'test-key')\n    password = 'dummy-password'\n    assert client(token='TOKEN')\n")
			d.write(".env.example", "OPENAI_API_KEY=\nJWT_SECRET=change-me\n")
		}),
		commit("a file with an old debt is renamed", func(d *workday) { d.git("mv", "legacy/config.py", "legacy/settings.py") }),
		{name: "a secret in the middle of a minified program, by amend", leak: []string{"static/app.min.js:1:", "AI platform access"}, do: func(d *workday) string {
			text := d.minified(2_000_000)
			i := strings.Index(text[len(text)/2:], "function") + len(text)/2
			d.write("static/app.min.js", text[:i]+`var k={"apiKey":"`+d.secret("anthropic-api-key")+`"};`+text[i:])
			d.git("add", "-A")
			said := d.stops("commit", "--amend", "--no-edit")
			d.git("reset", "-q", "--hard")
			return said
		}},
		commit("the file with the debt is moved and edited", func(d *workday) {
			d.git("mv", "legacy/settings.py", "shop/old.py")
			d.edit("shop/old.py", "value_3 = compute(3)\n", "value_3 = compute(33)  # corrected\n")
		}),
		commit("the file with the debt is formatted anew", func(d *workday) {
			data, err := os.ReadFile(filepath.Join(d.dir, "shop", "old.py"))
			if err != nil {
				d.t.Fatal(err)
			}
			text := "class Old:\n" + indented(strings.TrimPrefix(string(data), "import os\n\n"), "    ")
			d.write("shop/old.py", strings.ReplaceAll(text, "'", "\""))
		}),
		{name: "a token in what a cell of a notebook printed", leak: []string{"notebooks/train.ipynb:", "AI platform access"}, do: func(d *workday) string {
			d.write("notebooks/train.ipynb", `{"cells": [{"cell_type": "code", "source": ["import os\n", "print(os.environ)\n"], "outputs": [{"output_type": "stream", "text": [
 "environ({'HF_TOKEN': '`+d.secret("huggingface-user-token")+`', 'HOME': '/root'})\n"
]}]}], "nbformat": 4}`+"\n")
			d.git("add", "-A")
			said := d.stops("commit", "-m", "notebook")
			d.git("reset", "-q", "--hard")
			return said
		}},
	}
}

func noon() []step {
	return []step{
		{name: "two branches that edit one line, beside a debt", do: func(d *workday) string {
			d.git("switch", "-q", "-c", "feature")
			d.edit("shop/cart.py", "RATE = 1", "RATE = 2")
			d.edit("shop/old.py", "value_5 = compute(5)", "value_5 = compute(55)")
			d.passes(true, "commit", "-q", "-a", "-m", "two")
			d.git("switch", "-q", "main")
			d.edit("shop/cart.py", "RATE = 1", "RATE = 3")
			d.passes(true, "commit", "-q", "-a", "-m", "three")
			return ""
		}},
		{name: "a secret that a merge itself adds", leak: []string{"shop/cart.py:", "Application sign-in"}, do: func(d *workday) string {
			if out, err := d.run("git", "merge", "feature"); err == nil {
				d.t.Fatalf("there is no conflict:\n%s", out)
			}
			d.write("shop/cart.py", "RATE = 3\nWORKOS_API_KEY = \""+d.secret("workos-api-key")+"\"\n")
			d.git("add", "-A")
			return d.stops("commit", "--no-edit")
		}},
		{name: "the merge without it", do: func(d *workday) string {
			d.write("shop/cart.py", "RATE = 3  # not 2\n")
			d.git("add", "-A")
			d.passes(true, "commit", "--no-edit")
			return ""
		}},
		{name: "commit -a", do: func(d *workday) string {
			d.edit("legacy/deploy.env", "DEBUG=0", "DEBUG=1")
			d.passes(true, "commit", "-q", "-a", "-m", "debug")
			return ""
		}},
		{name: "add -p: the half without a secret", do: func(d *workday) string {
			d.edit("shop/views.py", "value_2 = compute(2)\n", "value_2 = compute(22)\n")
			d.edit("shop/views.py", "value_50 = compute(50)\n", "SLACK = \""+d.secret("slack-bot-token")+"\"\n")
			if out, err := d.runIn(d.dir, "y\nn\n", "git", "add", "-p"); err != nil {
				d.t.Fatalf("git add -p: %v\n%s", err, out)
			}
			d.passes(true, "commit", "-q", "-m", "half")
			return ""
		}},
		{name: "add -p: the half with a secret", leak: []string{"shop/views.py:", "Infrastructure"}, do: func(d *workday) string {
			d.edit("shop/views.py", "value_3 = compute(3)\n", "value_3 = compute(34)\n")
			if out, err := d.runIn(d.dir, "n\ny\n", "git", "add", "-p"); err != nil {
				d.t.Fatalf("git add -p: %v\n%s", err, out)
			}
			said := d.stops("commit", "-m", "other half")
			d.git("reset", "-q", "--hard")
			return said
		}},
		commit("binary files and lock files", func(d *workday) {
			d.write("static/logo.png", "\x89PNG\r\n\x1a\n"+string(d.bytes(40_000)))
			var npm, sum strings.Builder
			for i := range 300 {
				fmt.Fprintf(&npm, "    \"node_modules/p%d\": {\"version\": \"1.%d.0\", \"resolved\": \"https://registry.example.com/p%d.tgz\", \"integrity\": \"sha512-%s\"},\n",
					i, i, i, base64.StdEncoding.EncodeToString(d.bytes(64)))
				fmt.Fprintf(&sum, "example.com/p%d v1.%d.0 h1:%s\n", i, i, base64.StdEncoding.EncodeToString(d.bytes(32)))
			}
			d.write("package-lock.json", "{\"packages\": {\n"+npm.String()+"    \"\": {}}}\n")
			d.write("go.sum", sum.String())
		}),
	}
}

func afternoon() []step {
	return []step{
		commit("minified code and generated documentation", func(d *workday) {
			d.write("static/vendor.min.js", d.minified(300_000))
			var b strings.Builder
			for i := range 400 {
				fmt.Fprintf(&b, "<section id=\"m-%x\"><h2>set_token_%d(token, secret)</h2><p>Sets the token. Commit %x.</p><code>password=None</code></section>\n",
					d.bytes(16), i, d.bytes(20))
			}
			d.write("docs/api.html", "<html>\n"+b.String()+"</html>\n")
		}),
		commit("code of others", func(d *workday) {
			root := strings.TrimSpace(d.must("go", "env", "GOROOT"))
			for _, pkg := range []string{"encoding/json", "net/url", "crypto/hmac"} {
				files, err := filepath.Glob(filepath.Join(root, "src", filepath.FromSlash(pkg), "*.go"))
				if err != nil || len(files) == 0 {
					d.t.Fatalf("no files of %s: %v", pkg, err)
				}
				for _, f := range files {
					data, err := os.ReadFile(f)
					if err != nil {
						d.t.Fatal(err)
					}
					d.write("vendor/"+pkg+"/"+filepath.Base(f), string(data))
				}
			}
		}),
		commit("files in UTF-16 and with CRLF", func(d *workday) {
			d.write("locale/de.strings", utf16le("\"cart\" = \"Warenkorb\";\r\n\"password\" = \"Passwort\";\r\n"))
			d.write("win/run.cmd", "@echo off\r\nset OPENAI_API_KEY=%OPENAI_API_KEY%\r\n")
		}),
		{name: "a token in a file in UTF-16, in a work tree of its own", leak: []string{"locale/en.strings:2:", "Infrastructure"}, do: func(d *workday) string {
			tree := filepath.Join(d.t.TempDir(), "tree")
			d.git("worktree", "add", "-q", "-b", "texts", tree)
			text := utf16le("\"cart\" = \"cart\";\r\n\"github_token\" = \"" + d.secret("github-pat") + "\";\r\n")
			if err := os.WriteFile(filepath.Join(tree, "locale", "en.strings"), []byte(text), 0o600); err != nil {
				d.t.Fatal(err)
			}
			d.git("-C", tree, "add", "-A")
			said := d.stops("-C", tree, "commit", "-m", "texts")
			d.git("worktree", "remove", "--force", tree)
			return said
		}},
		{name: "a work tree of its own", do: func(d *workday) string {
			tree := filepath.Join(d.t.TempDir(), "tree2")
			d.git("worktree", "add", "-q", tree, "texts")
			if err := os.WriteFile(filepath.Join(tree, "locale", "en.strings"), []byte(utf16le("\"cart\" = \"cart\";\r\n")), 0o600); err != nil {
				d.t.Fatal(err)
			}
			d.git("-C", tree, "add", "-A")
			d.passes(true, "-C", tree, "commit", "-q", "-m", "texts")
			d.git("worktree", "remove", "--force", tree)
			return ""
		}},
		commit("a large file", func(d *workday) {
			var b strings.Builder
			for i := 0; b.Len() < 12_000_000; i++ {
				fmt.Fprintf(&b, "%d,customer %d,%d.%02d,2026-01-%02d\n", i, d.random.IntN(1e6), d.random.IntN(1e4), i%100, 1+i%28)
			}
			d.write("data/orders.csv", b.String())
		}),
		{name: "a private key of several lines in YAML, from a folder", leak: []string{"deploy/k8s/sso.yaml:6:", "It is real:"}, do: func(d *workday) string {
			d.write("deploy/k8s/sso.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: saml}\nstringData:\n  sp.key: |\n"+indented(d.secret("rsa-private-key"), "    ")+"  sp.crt: none\n")
			d.git("add", "-A")
			out, err := d.runIn(filepath.Join(d.dir, "deploy", "k8s"), "", "git", "commit", "-m", "sso")
			if err == nil {
				d.t.Errorf("it was not stopped:\n%s", out)
			}
			d.git("reset", "-q", "--hard")
			return out
		}},
		commit("a deletion, another mode, a link", func(d *workday) {
			d.git("rm", "-q", "tests/test_client.py")
			if err := os.Chmod(filepath.Join(d.dir, "win", "run.cmd"), 0o755); err != nil {
				d.t.Fatal(err)
			}
			if err := os.Symlink("../legacy/deploy.env", filepath.Join(d.dir, "shop", "deploy.env")); err != nil {
				d.t.Fatal(err)
			}
		}),
	}
}

func evening() []step {
	return []step{
		{name: "the secret that signs tokens, in a compose file", leak: []string{"docker-compose.yml:5:", "JWT_SECRET"}, do: func(d *workday) string {
			d.write("docker-compose.yml", "services:\n  shop:\n    image: shop\n    environment:\n      - JWT_SECRET="+d.secret("jwt-signing-secret")+"\n")
			d.git("add", "docker-compose.yml")
			said := d.stops("commit", "-m", "compose")
			d.write("docker-compose.yml", "services:\n  shop:\n    image: shop\n    environment:\n      - "+strings.TrimPrefix(after(d.t, said, "1. It is real"), "- ")+"\n")
			return said
		}},
		{name: "the edit that leakline gave", do: func(d *workday) string {
			d.git("add", "docker-compose.yml")
			d.passes(true, "commit", "-q", "-m", "compose")
			return ""
		}},
		commit("a comment with a reason", func(d *workday) {
			d.write("tests/test_pay.py", "# a key that Stripe has rolled\nKEY = \""+d.secret("stripe-live-secret-key")+"\"  # leakline:allow reason=\"rolled in May, kept to test the parser\"\n")
		}),
		{name: "a file renamed and edited, committed by its path", leak: []string{"shop/sso/oidc.py:", "OKTA_CLIENT_SECRET"}, do: func(d *workday) string {
			d.git("rm", "-q", "--cached", "shop/api/client.py")
			if err := os.Mkdir(filepath.Join(d.dir, "shop", "sso"), 0o755); err != nil {
				d.t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(d.dir, "shop", "api", "client.py"), filepath.Join(d.dir, "shop", "sso", "oidc.py")); err != nil {
				d.t.Fatal(err)
			}
			d.edit("shop/sso/oidc.py", "HOST =", "OKTA_CLIENT_SECRET = \""+d.secret("okta-client-secret")+"\"\nHOST =")
			d.git("add", "-A")
			said := d.stops("commit", "-m", "sso", "shop/sso/oidc.py")
			d.git("reset", "-q", "--hard")
			return said
		}},
		{name: "a newer submodule", do: func(d *workday) string {
			lib := filepath.Join(d.dir, "lib")
			if err := os.WriteFile(filepath.Join(lib, "lib.py"), []byte("def price(): return 2\n"), 0o600); err != nil {
				d.t.Fatal(err)
			}
			d.git("-C", lib, "commit", "-q", "-a", "-m", "price")
			d.passes(true, "commit", "-q", "-a", "-m", "a newer lib")
			return ""
		}},
		{name: "a rebase with a conflict", do: func(d *workday) string {
			d.git("switch", "-q", "-c", "rebased")
			d.edit("shop/cart.py", "RATE = 3", "RATE = 4")
			d.git("commit", "-q", "-a", "-m", "four")
			d.git("switch", "-q", "main")
			d.edit("shop/cart.py", "RATE = 3", "RATE = 5")
			d.git("commit", "-q", "-a", "-m", "five")
			d.git("switch", "-q", "rebased")
			if out, err := d.run("git", "rebase", "main"); err == nil {
				d.t.Fatalf("there is no conflict:\n%s", out)
			}
			d.write("shop/cart.py", "RATE = 6\n")
			d.git("add", "-A")
			d.passes(true, "commit", "-q", "-m", "six") // git runs no hook for rebase --continue
			d.passes(false, "rebase", "--continue")
			d.git("switch", "-q", "main")
			d.git("merge", "-q", "--ff-only", "rebased")
			return ""
		}},
		{name: "amend", do: func(d *workday) string {
			d.edit("shop/old.py", "value_7 = compute(7)", "value_7 = compute(77)")
			d.passes(true, "commit", "-q", "-a", "--amend", "-m", "seven")
			return ""
		}},
		{name: "cherry-pick and revert", do: func(d *workday) string {
			d.passes(false, "cherry-pick", "texts")
			d.passes(false, "revert", "--no-edit", "HEAD~1")
			return ""
		}},
	}
}
