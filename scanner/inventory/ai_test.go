package inventory

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
)

// The entries of AI platforms are what the search for them expects.
func TestAIEntries(t *testing.T) {
	all := slices.Concat(aiProviders, aiHosts, aiMore, aiTools)
	if len(all) < 80 {
		t.Errorf("%d entries, want at least 80", len(all))
	}
	name := regexp.MustCompile(`^[a-z0-9]+(?:[.-][a-z0-9]+)*$`)
	host := regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*\.[a-z]{2,}(?:/[a-z0-9./-]+)?$|^localhost:\d+(?:/v1)?$`)
	ecosystems := []string{"npm", "pypi", "go", "gem", "maven", "nuget", "composer", "cargo"}
	seen, owner := map[string]bool{}, map[string]string{}
	for _, e := range all {
		if !name.MatchString(e.Name) || seen[e.Name] {
			t.Errorf("%q is no name, or there twice", e.Name)
		}
		seen[e.Name] = true
		if e.Title == "" || e.Kind != Provider || e.Layer != detectors.AIPlatform {
			t.Errorf("%s: title %q, kind %q, layer %q", e.Name, e.Title, e.Kind, e.Layer)
		}
		if u, err := url.Parse(e.Source); err != nil || u.Scheme != "https" || u.Host == "" {
			t.Errorf("%s: source %q", e.Name, e.Source)
		}
		if len(e.Packages)+len(e.Hosts)+len(e.Names)+len(e.Marks) == 0 {
			t.Errorf("%s: nothing shows it", e.Name)
		}
		for eco, packages := range e.Packages {
			if !slices.Contains(ecosystems, eco) {
				t.Errorf("%s: no ecosystem %q", e.Name, eco)
			}
			for _, p := range packages {
				if eco == "pypi" && p != pypiName(strings.TrimSuffix(p, "*"))+strings.Repeat("*", strings.Count(p, "*")) {
					t.Errorf("%s: %q is not in its normal form", e.Name, p)
				}
				if eco == "maven" && !strings.Contains(p, ":") {
					t.Errorf("%s: %q has no group", e.Name, p)
				}
				if other := owner[eco+" "+p]; other != "" && other != e.Name {
					t.Errorf("%s %q is of %s and %s", eco, p, other, e.Name)
				}
				owner[eco+" "+p] = e.Name
			}
		}
		for _, h := range e.Hosts {
			if !host.MatchString(h) {
				t.Errorf("%s: %q is no host", e.Name, h)
			}
		}
		for _, text := range slices.Concat(e.Hosts, e.Names, e.Marks) {
			if len(text) < 4 {
				t.Errorf("%s: %q is too short to look for", e.Name, text)
			}
			if other := owner["text "+text]; other != "" && other != e.Name {
				t.Errorf("%q is of %s and %s", text, other, e.Name)
			}
			owner["text "+text] = e.Name
		}
	}
}

// What the tables of names in settings and of gateways point to exists.
func TestAITables(t *testing.T) {
	known := map[string]bool{}
	for _, e := range slices.Concat(aiProviders, aiHosts, aiMore, aiTools) {
		known[e.Name] = true
	}
	for _, table := range []map[string]string{configKeys, gatewayPrefixes, providerNames()} {
		for word, name := range table {
			if !known[name] {
				t.Errorf("%q points to %q, which there is not", word, name)
			}
		}
	}
	for name := range compatible {
		if !known[name] {
			t.Errorf("compatible: no %q", name)
		}
	}
}
