package inventory

import (
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/testdata/boundary"
)

// Every system of application authentication of the forty applications is found, with
// its version and at all places, and no other is; so is every control.
func TestAuthOfApps(t *testing.T) {
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	var uses, places, controls, lines [3]int // found, missed, false
	for _, a := range apps {
		all := readApp(t, a)
		seen, versions := map[string]map[string]bool{}, map[string][]string{}
		for _, s := range all {
			if s.Kind != System {
				continue
			}
			if seen[s.Name] == nil {
				seen[s.Name] = map[string]bool{}
			}
			seen[s.Name][place(s)] = true
			versions[s.Name] = append(versions[s.Name], s.Version)
		}
		for _, u := range a.Truth.Uses {
			if u.Kind != "system" {
				continue
			}
			if seen[u.Name] == nil {
				uses[1]++
				t.Errorf("%s: system %s is not found", a.Name, u.Name)
				continue
			}
			uses[0]++
			for i, p := range u.Shown {
				if seen[u.Name][p] {
					places[0]++
					continue
				}
				places[1]++
				t.Errorf("%s: %s is not found at %s: %s", a.Name, u.Name, p, u.Text[i])
			}
			if u.Version != "" && !slices.Contains(versions[u.Name], u.Version) {
				t.Errorf("%s: %s has version %s, found %q", a.Name, u.Name, u.Version, versions[u.Name])
			}
			delete(seen, u.Name)
		}
		for name, places := range seen {
			uses[2]++
			t.Errorf("%s: false system %s at %v", a.Name, name, places)
		}

		type key struct {
			layer detectors.Layer
			name  string
		}
		shown := map[key][]string{}
		for _, s := range all {
			switch {
			case s.Kind == Control:
				shown[key{s.Layer, s.Name}] = append(shown[key{s.Layer, s.Name}], place(s)+" shown "+s.Text)
			case s.Kind == Claim && s.How == ByConfig:
				for _, l := range s.Grants {
					k := key{detectors.Layer(l), s.Name}
					shown[k] = append(shown[k], place(s)+" declared "+s.Version)
				}
			}
		}
		listed := map[key]bool{}
		for _, c := range a.Truth.Controls {
			k := key{c.Layer, c.Control}
			listed[k] = true
			want := c.At + " " + c.Standing + " "
			if c.Standing == "declared" {
				want += c.When
			}
			switch got := shown[k]; {
			case len(got) == 0:
				controls[1]++
				t.Errorf("%s: control %s %s is not found (%s: %s)", a.Name, c.Layer, c.Control, c.At, c.Text)
			case !slices.ContainsFunc(got, func(g string) bool { return strings.HasPrefix(g, want) }):
				controls[0]++
				lines[1]++
				if !otherLine[a.Name+" "+c.Control] {
					t.Errorf("%s: control %s %s is at %q, want %s: %s", a.Name, c.Layer, c.Control, got, want, c.Text)
				}
			default:
				controls[0]++
				lines[0]++
			}
		}
		for k, places := range shown {
			if !listed[k] {
				controls[2]++
				t.Errorf("%s: false control %s %s at %q", a.Name, k.layer, k.name, places)
			}
		}
	}
	t.Logf("systems: %d found, %d missed, %d false; places: %d found, %d missed", uses[0], uses[1], uses[2], places[0], places[1])
	t.Logf("controls: %d found, %d missed, %d false; the truth's line: %d, another: %d", controls[0], controls[1], controls[2], lines[0], lines[1])
}

// otherLine are controls of which a reader names another line than the truth does.
var otherLine = map[string]bool{
	"ledgerbot tenant-isolation": true, // the query that has the company, not the call that hands it over
}
