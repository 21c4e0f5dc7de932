package remediate_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// hostFiles are the files in which the host syntaxes of package sample stand, and the
// language whose parser must accept them.
var hostFiles = map[string]struct{ file, language string }{
	"env": {"x.env.example", ""}, "shell": {"a.sh", "sh"}, "shell-double": {"b.sh", "sh"}, "curl": {"c.sh", "sh"},
	"json": {"a.json", "json"}, "json-string": {"b.json", "json"}, "notebook": {"n.ipynb", "json"},
	"yaml": {"a.yaml", "yaml"}, "yaml-quoted": {"b.yaml", "yaml"}, "kubernetes-env": {"k8s/a.yaml", "yaml"}, "kubernetes-secret": {"k8s/b.yaml", "yaml"},
	"toml": {"a.toml", "toml"}, "ini": {"a.ini", "ini"}, "crlf": {"crlf.properties", ""},
	"xml": {"a.xml", "xml"}, "xml-attribute": {"b.xml", "xml"},
	"go": {"a.go", "go"}, "python": {"a.py", "python"}, "javascript": {"a.js", "javascript"}, "typescript": {"a.ts", ""},
	"java": {"A.java", ""}, "csharp": {"a.cs", ""}, "ruby": {"a.rb", ""}, "php-array": {"a.php", ""}, "php-define": {"b.php", ""},
	"terraform": {"a.tf", ""}, "terraform-variable": {"v.tf", ""},
	"dockerfile-env": {"a/Dockerfile", ""}, "dockerfile-env-blank": {"b/Dockerfile", ""}, "dockerfile-arg": {"c/Dockerfile", ""},
	"url": {"url.txt", ""}, "markdown-fence": {"a.md", ""}, "markdown-inline": {"b.md", ""},
}

// batch runs one program over the paths on its standard input; it prints those that
// it does not accept.
var batches = map[string][]string{
	"sh":         {"sh", "-c", `while read -r f; do sh -n "$f" 2>/dev/null || echo "$f"; done`},
	"javascript": {"node", "-e", `for (const f of require('fs').readFileSync(0,'utf8').split('\n').filter(Boolean)) { try { new (require('vm').Script)(require('fs').readFileSync(f,'utf8')) } catch (e) { console.log(f) } }`},
	"go":         {"sh", "-c", `while read -r f; do gofmt -e "$f" >/dev/null 2>&1 || echo "$f"; done`},
	"python": {"python3", "-c", `
import sys
for f in sys.stdin.read().split("\n"):
    try: f and compile(open(f).read(), "f", "exec")
    except SyntaxError: print(f)`},
	"data": {"python3", "-c", `
import sys, json, yaml, tomllib, configparser, xml.dom.minidom as m
def ini(b): configparser.ConfigParser(interpolation=None, strict=False).read_string(b.decode())
read = {"json": json.loads, "ipynb": json.loads, "yaml": lambda b: list(yaml.load_all(b, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))),
        "toml": lambda b: tomllib.loads(b.decode()), "ini": ini, "xml": m.parseString}
for f in filter(None, sys.stdin.read().split("\n")):
    try: read[f.rsplit(".", 1)[1]](open(f, "rb").read())
    except Exception: print(f)`},
}

// refusedBy gives those of the files that the parser of their language refuses.
func refusedBy(t *testing.T, dir string, files []string) map[string]bool {
	t.Helper()
	by := map[string][]string{}
	for _, f := range files {
		host := hostFiles[strings.Split(f, "/")[1]]
		switch l := host.language; l {
		case "":
		case "json", "yaml", "toml", "ini", "xml":
			by["data"] = append(by["data"], f)
		default:
			by[l] = append(by[l], f)
		}
	}
	refused := map[string]bool{}
	for l, fs := range by {
		cmd := exec.Command(batches[l][0], batches[l][1:]...)
		cmd.Dir, cmd.Stdin = dir, strings.NewReader(strings.Join(fs, "\n")+"\n")
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		if err != nil && errs.Len() > 0 {
			t.Fatalf("%s: %v\n%s", l, err, errs.String())
		}
		for _, f := range strings.Fields(string(out)) {
			refused[f] = true
		}
	}
	return refused
}

// TestIntegrationWaysInEveryHost: detectors from all over the catalogue, in every
// syntax in which credentials are found: whoever follows the first way out has a file
// without the secret that the parser accepts if it accepted the one before.
func TestIntegrationWaysInEveryHost(t *testing.T) {
	for _, b := range batches {
		missing(t, b[0])
	}
	dir := t.TempDir()
	secrets := map[string]sample.Text{}
	var files []string
	for i, d := range detectors.Catalogue() {
		if d.Public || i%6 != 0 {
			continue
		}
		for n, h := range sample.Hosts() {
			host, ok := hostFiles[h.ID]
			if !ok {
				t.Fatalf("no file for host %q", h.ID)
			}
			x, err := sample.Example(d, 0, 2+n)
			if err != nil {
				t.Fatal(err)
			}
			text := h.Render(x)
			if text == "" || x.Block {
				continue
			}
			name := d.ID + "/" + h.ID + "/" + host.file
			put(t, dir, name, text)
			secrets[name], files = x, append(files, name)
		}
	}
	slices.Sort(files)
	before := refusedBy(t, dir, files)
	edited := map[string]string{}
	counts := map[string]int{}
	for _, f := range scan(t, dir, nil).Findings {
		x, ok := secrets[f.Path]
		if !ok || edited[f.Path] != "" {
			continue // a further secret in the same file
		}
		counts["found"]++
		w := way(t, &f, "real")
		data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		switch {
		case strings.Contains(w.Text, " becomes"), strings.HasPrefix(w.Text, "delete "):
			counts["line"]++
		case strings.Contains(w.Text, "in place of the secret"):
			counts["value"]++
			if !strings.Contains(text, x.Secret) {
				continue // it is escaped
			}
		default:
			counts["words "+strings.Split(f.Path, "/")[1]]++
			continue
		}
		edited[f.Path] = follow(t, text, x.Secret, w)
		if strings.Contains(edited[f.Path], x.Secret) {
			t.Errorf("%s: the secret is still there after %q, %q", f.Path, w.Text, w.Code)
		}
	}
	after := t.TempDir()
	for name, text := range edited {
		put(t, after, name, text)
	}
	for f := range refusedBy(t, after, slices.Sorted(keys(edited))) {
		if !before[f] {
			t.Errorf("%s is no longer accepted:\n%s", f, edited[f])
		}
	}
	for _, f := range scan(t, after, nil).Findings {
		if x := secrets[f.Path]; strings.Contains(x.Value, f.Plain.Reveal()) {
			t.Errorf("%s: still found:\n%s", f.Path, f.Line)
		}
	}
	if counts["line"] < 1000 || counts["line"]+counts["value"] < counts["found"]*9/10 {
		t.Errorf("edits: %v", counts)
	}
}

func keys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}
