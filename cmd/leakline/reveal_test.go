package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// revealers lists the files that may take the plaintext out of a
// detectors.Secret, each with the number of places and the reason. Whoever adds
// one says here why a redacted form won't do, and where the plaintext ends.
var revealers = map[string]struct {
	places int
	why    string
}{
	"detectors/secret.go":                {4, "compares the prefix, measures the length, computes the fingerprint from key and secret"},
	"detectors/custom/check.go":          {1, "compares what is found with the example that was made"},
	"detectors/identity/identity.go":     {1, "finds the secret in evidence, in order to hide it"},
	"detectors/identity/public.go":       {1, "looks at the shape of a value that may be public"},
	"detectors/identity/refine.go":       {4, "compares the value with published ones and with marks of the environment"},
	"detectors/engine/match.go":          {1, "says whether a password is a word"},
	"detectors/engine/set.go":            {1, "looks whether a secret of no known kind begins like one of a known kind"},
	"detectors/engine/companion.go":      {1, "tells a secret from what stands beside it, in memory"},
	"scanner/text.go":                    {1, "finds further copies of a secret in its line, in order to hide them"},
	"scanner/collect.go":                 {1, "--show-secrets: the user asked for the plaintext"},
	"scanner/report/clean.go":            {1, "finds secrets in names that a report shows, in order to hide them; measures the entropy that gitleaks' format has"},
	"scanner/ignore/mark.go":             {2, "hashes a strong secret under a public salt; estimates how hard a secret is to guess"},
	"scanner/ignore/reports.go":          {3, "compares with the secrets of another tool's report, in memory"},
	"scanner/ignore/settle.go":           {2, "tells secrets apart under a random key of this run, in memory"},
	"remediate/verify/verify.go":         {3, "sends the secret, and the half that is none, to its provider and to nobody else; tells secrets apart, in memory"},
	"cmd/leakline/verify.go":             {1, "names companions, which are no secrets, by a keyed fingerprint"},
	"remediate/hint/hint.go":             {1, "computes the short form by which a provider lists a key, which only its keyed hash leaves"},
	"remediate/boundary/standing/ask.go": {2, "puts the user's own administrator credential into the header of requests to its provider, and that of a client into the request for a token"},
	"remediate/reconcile/client.go":      {1, "puts the user's own administrator credential into the header of requests to its provider"},
	"remediate/github/cache.go":          {1, "computes the key and the name of who asks, in memory"},
	"remediate/github/client.go":         {1, "looks at the form of the user's own token, in memory"},
	"remediate/github/identity.go":       {1, "reads the key of the user's own GitHub App, which signs"},
	"remediate/github/scopes.go":         {1, "looks at the form of the user's own token, in memory"},
	"remediate/github/wiki.go":           {1, "puts the user's own token into the header of a request to GitHub"},
	"remediate/github/transport.go":      {1, "puts the user's own token into the header of requests to GitHub"},
	"remediate/notice/courier.go":        {2, "signs messages with the user's own secret; sends to the user's own Slack address"},
	"remediate/notice/outlet.go":         {1, "reads the user's own Slack address, which is a secret"},
	"remediate/webhook/handler.go":       {1, "compares signatures that were made with the user's own webhook secret"},
	"remediate/proof/key.go":             {1, "computes the public half of a private key, in memory"},
	"remediate/proof/prove.go":           {1, "computes signatures and checksums with secrets and compares them, in memory"},
	"cmd/leakline/github_scan.go":        {1, "gives git the user's own token for GitHub, in memory"},
	"cmd/leakline/scan_ready.go":         {1, "asks what a file of rules excuses, in memory"},
}

// TestRevealers holds that plaintext comes out of a Secret where the list says,
// and nowhere else.
func TestRevealers(t *testing.T) {
	root := filepath.Join("..", "..")
	got := map[string]int{}
	files := 0
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if e.IsDir() && strings.HasPrefix(e.Name(), ".") && rel != "." {
			return filepath.SkipDir
		}
		if e.IsDir() || !strings.HasSuffix(rel, ".go") || strings.HasSuffix(rel, "_test.go") {
			return nil
		}
		files++
		n, err := reveals(path)
		if n > 0 {
			got[rel] = n
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 100 {
		t.Fatalf("only %d files were read", files)
	}
	for _, rel := range slices.Sorted(maps.Keys(got)) {
		if got[rel] != revealers[rel].places {
			t.Errorf("%s takes plaintext out of a Secret at %d places, %d are listed", rel, got[rel], revealers[rel].places)
		}
	}
	for _, rel := range slices.Sorted(maps.Keys(revealers)) {
		if got[rel] == 0 {
			t.Errorf("%s is listed and takes no plaintext out of a Secret", rel)
		}
		if revealers[rel].why == "" {
			t.Errorf("%s is listed without a reason", rel)
		}
	}
}

// reveals counts the mentions of a method Reveal in a file: calls, and values
// that might be called elsewhere.
func reveals(path string) (int, error) {
	f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		return 0, err
	}
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		if s, ok := node.(*ast.SelectorExpr); ok && s.Sel.Name == "Reveal" {
			n++
		}
		return true
	})
	return n, nil
}
