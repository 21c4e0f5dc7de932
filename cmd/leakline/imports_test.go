package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers are the top folders, from the top down: each may import what stands
// below it, never what stands above.
var layers = []string{"cmd", "remediate", "scanner", "detectors"}

// homes names the only places that may import a third-party library. What is
// missing here may not be imported at all.
var homes = map[string][]string{
	"github.com/BurntSushi/toml":               {"cmd/leakline", "detectors/custom", "detectors/rules"},
	"github.com/aws/aws-sdk-go-v2":             {"remediate/verify"},
	"github.com/go-git/go-git/v5":              {"scanner/gitsource", "scanner/gitsource/pack", "scanner/gitsource/remote"},
	"github.com/google/go-github/v60":          {"remediate/github", "remediate/intake", "remediate/issues", "remediate/notice", "remediate/webhook"},
	"github.com/jackc/pgx/v5":                  {"remediate/ledger", "remediate/queue"},
	"github.com/klauspost/compress":            {"scanner/gitsource/pack", "scanner/unpack"},
	"github.com/nwaples/rardecode/v2":          {"scanner/unpack"},
	"github.com/pressly/goose/v3":              {"remediate/ledger"},
	"github.com/prometheus/client_golang":      {"remediate/ttr/metrics"},
	"github.com/prometheus/common":             {"remediate/ttr/metrics"},
	"github.com/riverqueue/river":              {"remediate/queue"},
	"github.com/robfig/cron/v3":                {"remediate/queue"},
	"github.com/sourcegraph/conc":              {"remediate/org", "remediate/verify", "scanner", "scanner/gitsource", "scanner/gitsource/pack"},
	"github.com/spf13/cobra":                   {"cmd/leakline"},
	"golang.org/x/term":                        {"cmd/leakline"},
	"golang.org/x/text":                        {"scanner", "scanner/filesource", "scanner/report"},
	"gonum.org/v1/gonum":                       {"remediate/survival"},
	"modernc.org/sqlite":                       {"remediate/ledger"},
	"github.com/google/go-cmp":                 {"tests"},
	"github.com/rogpeppe/go-internal":          {"tests"},
	"github.com/santhosh-tekuri/jsonschema/v6": {"tests"},
	"github.com/ulikunitz/xz":                  {"scanner/unpack"},
	"go.uber.org/goleak":                       {"tests"},
	"golang.org/x/crypto":                      {"tests"}, // an SSH server to receive from
	"go.yaml.in/yaml/v3":                       {"tests"}, // the files that CI systems read
	"pgregory.net/rapid":                       {"tests"},
}

// inner restricts imports inside a top folder: the package on the left may not
// import those on the right.
var inner = map[string][]string{
	"detectors":                   {"leakline/"},
	"detectors/known":             {"leakline/"},
	"detectors/engine":            {"leakline/detectors/identity"},
	"detectors/rules":             {"leakline/detectors/identity"},
	"detectors/custom":            {"leakline/detectors/identity", "leakline/detectors/rules"},
	"scanner":                     {"leakline/scanner/gitsource", "leakline/scanner/filesource", "leakline/scanner/ignore", "leakline/scanner/report"},
	"scanner/unpack":              {"leakline/"},
	"scanner/gitsource":           {"leakline/scanner/report", "leakline/scanner/filesource", "leakline/scanner/gitsource/remote", "leakline/detectors/identity"},
	"scanner/gitsource/pack":      {"leakline/"},
	"scanner/gitsource/remote":    {"leakline/detectors", "leakline/scanner/report", "leakline/scanner/filesource"},
	"scanner/ignore":              {"leakline/scanner/"},
	"scanner/gitsource/changes":   {"leakline/scanner/report", "leakline/scanner/ignore", "leakline/detectors/engine"},
	"scanner/gitsource/hooks":     {"leakline/"},
	"scanner/filesource":          {"leakline/scanner/report", "leakline/scanner/gitsource", "leakline/detectors/identity"},
	"scanner/report":              {"leakline/scanner/gitsource", "leakline/scanner/filesource"},
	"remediate/hooklog":           {"leakline/remediate", "leakline/scanner"},
	"remediate/proof":             {"leakline/remediate", "leakline/scanner/"},
	"remediate/outbound":          {"leakline/"},
	"remediate/verify":            {"leakline/remediate/ledger", "leakline/remediate/incident", "leakline/remediate/ttr", "leakline/scanner/"},
	"remediate/github":            {"leakline/remediate", "leakline/scanner/"},
	"remediate/queue":             {"leakline/remediate/github", "leakline/remediate/issues", "leakline/scanner/"},
	"remediate/issues":            {"leakline/remediate/intake", "leakline/remediate/queue", "leakline/scanner/gitsource"},
	"remediate/notice":            {"leakline/remediate/ledger", "leakline/remediate/queue", "leakline/scanner/gitsource"},
	"remediate/webhook":           {"leakline/remediate/ledger", "leakline/remediate/queue", "leakline/remediate/issues"},
	"remediate/org":               {"leakline/remediate/queue", "leakline/remediate/issues", "leakline/scanner/report"},
	"remediate/mirror":            {"leakline/remediate/", "leakline/scanner/report", "leakline/scanner/filesource", "leakline/detectors/identity"},
	"remediate/hint":              {"leakline/remediate", "leakline/scanner"},
	"remediate/anchor":            {"leakline/remediate/incident", "leakline/remediate/ledger", "leakline/remediate/verify", "leakline/scanner"},
	"remediate/reconcile":         {"leakline/remediate/ledger", "leakline/remediate/ttr", "leakline/remediate/intake", "leakline/scanner"},
	"remediate/survival":          {"leakline/"},
	"remediate/boundary":          {"leakline/remediate/ledger", "leakline/remediate/ttr", "leakline/remediate/boundary/evidence", "leakline/remediate/boundary/standing", "leakline/scanner/gitsource", "leakline/scanner/filesource"},
	"remediate/boundary/standing": {"leakline/remediate/ledger", "leakline/remediate/ttr", "leakline/remediate/boundary/evidence", "leakline/scanner"},
	"remediate/boundary/evidence": {"leakline/remediate/queue", "leakline/remediate/github", "leakline/scanner/"},
	"scanner/inventory":           {"leakline/scanner/"},
	"remediate/incident":          {"leakline/remediate", "leakline/scanner/"},
	"remediate/ledger":            {"leakline/remediate/ttr", "leakline/remediate/survival", "leakline/remediate/intake", "leakline/scanner/"},
	"remediate/ttr":               {"leakline/remediate/ledger", "leakline/remediate/intake", "leakline/scanner/"},
	"remediate/intake":            {"leakline/remediate/ledger", "leakline/remediate/ttr"},
}

// TestImportsPointDown holds the direction of imports and the one home of each
// third-party library.
func TestImportsPointDown(t *testing.T) {
	root := filepath.Join("..", "..")
	files := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		rel = filepath.ToSlash(rel)
		if e.IsDir() && (strings.HasPrefix(e.Name(), ".") && rel != "." || rel == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(rel, ".go") {
			return nil
		}
		files++
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range f.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := forbidden(rel, imported); why != "" {
				t.Errorf("%s imports %s: %s", rel, imported, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 40 {
		t.Fatalf("looked at %d files only", files)
	}
}

// forbidden says why a file may not import a path, or nothing.
func forbidden(file, imported string) string {
	dir := file[:max(strings.LastIndexByte(file, '/'), 0)]
	test := strings.HasSuffix(file, "_test.go")
	if rest, ok := strings.CutPrefix(imported, "leakline/"); ok {
		from, to := slices.Index(layers, strings.Split(dir, "/")[0]), slices.Index(layers, strings.Split(rest, "/")[0])
		if test && strings.HasPrefix(rest, "testdata/") {
			return "" // a real part that tests run against
		}
		if from < 0 || to < 0 {
			return "it is in no layer"
		}
		if to < from {
			return "imports point down: " + strings.Join(layers, " → ")
		}
		if rest == "detectors/sample" && !test && dir != "detectors/custom" {
			return "samples are for tests, the demonstration, benchmarks, and the check of users' detectors"
		}
		for _, no := range inner[dir] {
			if !test && strings.HasPrefix(imported, no) {
				return dir + " stands below it"
			}
		}
		return ""
	}
	if !strings.Contains(strings.Split(imported, "/")[0], ".") {
		return "" // the standard library
	}
	for module, places := range homes {
		if imported != module && !strings.HasPrefix(imported, module+"/") {
			continue
		}
		if test || slices.Contains(places, dir) {
			return ""
		}
		return "its home is " + strings.Join(places, ", ")
	}
	return "the library has no home; give it one in homes and a sentence in DESIGN.md"
}

// TestForbidden: the rules above can fail.
func TestForbidden(t *testing.T) {
	for _, c := range []struct {
		file, imported string
		ok             bool
	}{
		{"scanner/scan.go", "leakline/detectors/engine", true},
		{"detectors/engine/set.go", "leakline/scanner", false},
		{"remediate/plan.go", "leakline/cmd/leakline", false},
		{"scanner/report/text.go", "github.com/spf13/cobra", false},
		{"scanner/report/text.go", "github.com/unknown/module", false},
		{"detectors/engine/set.go", "leakline/detectors/sample", false},
		{"detectors/engine/set_test.go", "leakline/detectors/sample", true},
		{"cmd/leakline/root.go", "github.com/spf13/cobra", true},
		{"cmd/leakline/root.go", "net/http", true},
	} {
		if got := forbidden(c.file, c.imported); (got == "") != c.ok {
			t.Errorf("forbidden(%q, %q) = %q", c.file, c.imported, got)
		}
	}
}
