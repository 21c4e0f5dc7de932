package inventory

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/testdata/boundary"
)

func place(s Sighting) string { return fmt.Sprintf("%s:%d", s.Path, s.Line) }

// readApp gives what an application shows.
func readApp(t *testing.T, a boundary.App) []Sighting {
	t.Helper()
	r, err := NewReader()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range a.Names() {
		text, err := a.Expand(name)
		if err != nil {
			t.Fatal(err)
		}
		r.Read(name, text)
	}
	out, _ := r.Sightings()
	return out
}

// Every AI platform of the 40 applications is found in every line that shows it, with
// the version that its manifest demands, and no other is.
func TestProvidersOfTheApplications(t *testing.T) {
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	places, uses := 0, 0
	for _, a := range apps {
		found := map[string][]Sighting{}
		for _, s := range readApp(t, a) {
			if s.Kind == Provider {
				found[s.Name] = append(found[s.Name], s)
			}
		}
		for _, u := range a.Truth.Uses {
			if u.Kind != "provider" {
				continue
			}
			uses++
			seen := found[u.Name]
			delete(found, u.Name)
			if len(seen) == 0 {
				t.Errorf("%s: %s is not found", a.Name, u.Name)
				continue
			}
			version := ""
			for _, s := range seen {
				if s.Version != "" {
					version = s.Version
				}
			}
			if version != u.Version {
				t.Errorf("%s: %s has version %q, want %q", a.Name, u.Name, version, u.Version)
			}
			for i, at := range u.Shown {
				places++
				if !slices.ContainsFunc(seen, func(s Sighting) bool { return place(s) == at }) {
					t.Errorf("%s: %s is not seen at %s: %s", a.Name, u.Name, at, u.Text[i])
				}
			}
		}
		for name, seen := range found {
			t.Errorf("%s: %s is found, which is not used: %s (%s)", a.Name, name, place(seen[0]), seen[0].Text)
		}
	}
	t.Logf("%d uses in %d places", uses, places)
}

// The credentials of the 40 applications are known by their names, with their layer,
// but for those whose value alone shows them.
func TestCredentialsOfTheApplications(t *testing.T) {
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, a := range apps {
		all := readApp(t, a)
		for _, i := range a.Truth.Identities {
			if unnamed[a.Name+" "+i.Name] {
				continue
			}
			n++
			named := slices.DeleteFunc(slices.Clone(all), func(s Sighting) bool { return s.Kind != Reference || s.Name != i.Name })
			switch {
			case len(named) == 0:
				t.Errorf("%s: %s is not found (%s: %s)", a.Name, i.Name, i.At, i.Text)
			case !slices.ContainsFunc(named, func(s Sighting) bool { return s.Layer == i.Layer }):
				t.Errorf("%s: %s has layer %q, want %q", a.Name, i.Name, named[0].Layer, i.Layer)
			case !slices.ContainsFunc(named, func(s Sighting) bool { return place(s) == i.At }) && !unseen[a.Name+" "+i.At]:
				t.Errorf("%s: %s is not seen at %s: %s (but %s)", a.Name, i.Name, i.At, i.Text, place(named[0]))
			}
		}
		for _, s := range all {
			if s.Kind == Reference {
				line, err := a.Line(place(s))
				if err != nil || !strings.Contains(line, s.Text) {
					t.Errorf("%s: %s is not in its line %s: %s", a.Name, s.Text, place(s), line)
				}
			}
		}
	}
	t.Logf("%d credentials", n)
}

// unnamed are identities that no name of a credential shows: principals of clouds and
// directories, and values that stand without a name.
var unnamed = map[string]bool{
	"brightdesk brightdesk": true, "fernnotes fernnotes-identity": true, "fieldnotes auth0-management-token": true,
	"fable OPENAI_API_KEY": true, "pixelmint SUPABASE_SERVICE_ROLE_KEY": true, "souk stall-assistant": true, "vellum vellum-app": true, "wharf wharf-account-keeper": true, "wharf wharf-quote-writer": true,
}

// unseen are places where the value alone shows the credential.
var unseen = map[string]bool{
	"pixelmint dist/extension.js:3": true,
}
