package boundary

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
)

func set(t *testing.T) []App {
	t.Helper()
	apps, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	return apps
}

// all are the applications of the set and those beside it.
func all(t *testing.T) []App {
	t.Helper()
	more, err := Taught()
	if err != nil {
		t.Fatal(err)
	}
	return append(set(t), more...)
}

// The set has the shape that its measures ask for.
func TestTheSet(t *testing.T) {
	apps := set(t)
	stacks, breaches, clean := map[string]int{}, map[string]bool{}, 0
	for _, a := range apps {
		stacks[a.Stack]++
		if a.Breach != "" {
			breaches[a.Breach] = true
		}
		if a.Clean {
			clean++
		}
		if n := len(a.Files); n < 5 || n > 15 {
			t.Errorf("%s has %d files", a.Name, n)
		}
	}
	if len(apps) != 40 || len(stacks) != 8 || clean < 10 || len(breaches) != 3 {
		t.Errorf("%d applications, %d stacks, %d clean, %d breaches; want 40, 8, 10, 3", len(apps), len(stacks), clean, len(breaches))
	}
	for stack, n := range stacks {
		if n != 5 {
			t.Errorf("%d applications in %s, want 5", n, stack)
		}
	}
}

// Each rule is broken in two stacks, and nearly broken in an application in which it
// holds.
func TestEveryRuleIsPlanted(t *testing.T) {
	broken, near := map[string]map[string]bool{}, map[string][]string{}
	for _, a := range set(t) {
		mine := map[string]bool{}
		for _, v := range a.Truth.Violations {
			if broken[v.Rule] == nil {
				broken[v.Rule] = map[string]bool{}
			}
			broken[v.Rule][a.Stack] = true
			mine[v.Rule] = true
			if a.Clean {
				t.Errorf("%s is clean and breaks %s", a.Name, v.Rule)
			}
		}
		if !a.Clean && len(mine) == 0 {
			t.Errorf("%s is not clean and breaks nothing", a.Name)
		}
		for _, n := range a.Truth.NearMisses {
			if !mine[n.Rule] {
				near[n.Rule] = append(near[n.Rule], a.Name)
			}
		}
	}
	for _, rule := range Rules {
		if len(broken[rule]) < 2 {
			t.Errorf("%s is broken in %d stacks, want 2", rule, len(broken[rule]))
		}
		if len(near[rule]) == 0 {
			t.Errorf("%s has no application that nearly breaks it", rule)
		}
	}
	for _, rule := range append(slices.Collect(maps.Keys(broken)), slices.Collect(maps.Keys(near))...) {
		if !slices.Contains(Rules, rule) {
			t.Errorf("no rule %q", rule)
		}
	}
}

// Every place exists and its line is the one that the truth repeats.
func TestPlaces(t *testing.T) {
	for _, a := range all(t) {
		t.Run(a.Name, func(t *testing.T) {
			at := func(what, place, text string) {
				t.Helper()
				if got, err := a.Line(place); err != nil {
					t.Errorf("%s: %v", what, err)
				} else if got != text || text == "" {
					t.Errorf("%s: at %s stands %q, want %q", what, place, got, text)
				}
			}
			each := func(what string, places, texts []string) {
				t.Helper()
				if len(places) != len(texts) {
					t.Errorf("%s: %d places, %d texts", what, len(places), len(texts))
					return
				}
				for i, p := range places {
					at(what, p, texts[i])
				}
			}
			for _, u := range a.Truth.Uses {
				each("use "+u.Name, u.Shown, u.Text)
				if len(u.Shown) == 0 {
					t.Errorf("use %s is shown nowhere", u.Name)
				}
			}
			for _, c := range a.Truth.Controls {
				at("control "+c.Control, c.At, c.Text)
			}
			for _, i := range a.Truth.Identities {
				at("identity "+i.Name, i.At, i.Text)
			}
			for _, e := range a.Truth.Edges {
				at("edge "+e.By, e.At, e.Text)
			}
			for _, v := range a.Truth.Violations {
				at(v.Rule, v.At, v.Text)
				each(v.Rule, v.Also, v.AlsoText)
			}
			for _, n := range a.Truth.NearMisses {
				at(n.Rule, n.At, n.Text)
			}
			for _, p := range a.Truth.Left {
				if l, err := a.Line(p.Shown); err != nil || !strings.Contains(l, p.Email) || !strings.Contains(l, p.At) {
					t.Errorf("left %s: at %s stands %q (%v)", p.Email, p.Shown, l, err)
				}
			}
		})
	}
}

var (
	planes   = []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
	controls = []string{
		"SSO", "SCIM", "MFA", "roles", "audit", "user-management", "federation", "sessions", "admin-portal",
		"tenant-isolation", "project-scoping", "service-accounts", "network-allow-list",
	}
	subjects = []detectors.Subject{
		"", detectors.WorkforceUser, detectors.ServiceAccount, detectors.Project, detectors.OrgAdmin, detectors.Application,
		detectors.TenantAdmin, detectors.Directory, detectors.EndUser, detectors.Machine, detectors.Agent, detectors.Anyone,
	}
	privileges = []detectors.Privilege{
		"", detectors.Forge, detectors.Admin, detectors.Write, detectors.Read, detectors.Limited,
	}
)

// The truths use the words that they may use, and are whole.
func TestWords(t *testing.T) {
	for _, a := range all(t) {
		t.Run(a.Name, func(t *testing.T) {
			if a.About == "" || len(a.Truth.Questions) == 0 {
				t.Error("no about or no question")
			}
			kinds := map[string]int{}
			names := map[string]bool{}
			for _, u := range a.Truth.Uses {
				kinds[u.Kind]++
				if want := map[string]detectors.Layer{"provider": planes[0], "system": planes[1]}[u.Kind]; u.Layer != want || names[u.Name] {
					t.Errorf("use %s: kind %q, layer %q, or twice", u.Name, u.Kind, u.Layer)
				}
				names[u.Name] = true
			}
			if kinds["provider"] == 0 || kinds["system"] == 0 {
				t.Errorf("uses %v: want both planes", kinds)
			}
			for _, c := range a.Truth.Controls {
				if !slices.Contains(planes, c.Layer) || !slices.Contains(controls, c.Control) ||
					c.Standing != "shown" && (c.Standing != "declared" || c.By == "") {
					t.Errorf("control %+v", c)
				}
			}
			if len(a.Truth.Controls) == 0 {
				t.Error("no control")
			}
			known := map[string]bool{}
			for _, i := range a.Truth.Identities {
				known[i.Name] = true
				if i.Name == "" || !slices.Contains(planes, i.Layer) || !slices.Contains(subjects, i.Subject) || !slices.Contains(privileges, i.Privilege) {
					t.Errorf("identity %+v", i)
				}
			}
			for _, e := range a.Truth.Edges {
				if !slices.Contains(planes, e.From) || !slices.Contains(planes, e.To) || e.From == e.To || !known[e.By] {
					t.Errorf("edge %+v", e)
				}
			}
			for _, v := range a.Truth.Violations {
				if v.Why == "" || slices.Contains(v.Also, v.At) {
					t.Errorf("violation %+v", v)
				}
			}
			for _, n := range a.Truth.NearMisses {
				if n.Why == "" {
					t.Errorf("near miss %+v", n)
				}
			}
			for _, q := range a.Truth.Questions {
				if q.Ask == "" || q.About != "owner" && !slices.Contains(controls, q.About) && !slices.Contains(Rules, q.About) {
					t.Errorf("question %+v", q)
				}
			}
		})
	}
}

// A history brings each file in once and in the order of time, and ends before the
// day on which it is asked.
func TestHistories(t *testing.T) {
	some := 0
	for _, a := range all(t) {
		if len(a.Truth.Commits) == 0 {
			continue
		}
		some++
		var files []string
		last := time.Time{}
		for _, c := range a.Truth.Commits {
			at, err := time.Parse(time.RFC3339, c.At)
			if err != nil || !at.After(last) || c.Author == "" || !strings.Contains(c.Email, "@") {
				t.Errorf("%s: commit %+v: %v", a.Name, c, err)
			}
			last, files = at, append(files, c.Files...)
		}
		if asked, err := time.Parse(time.RFC3339, a.Truth.AsOf); err != nil || !asked.After(last) {
			t.Errorf("%s: as_of %q (%v)", a.Name, a.Truth.AsOf, err)
		}
		slices.Sort(files)
		if !slices.Equal(files, a.Names()) {
			t.Errorf("%s: the commits bring in %q, the files are %q", a.Name, files, a.Names())
		}
	}
	for _, a := range all(t) {
		for _, v := range a.Truth.Violations {
			if (v.Rule == "author-has-left" || v.Rule == "credential-older-than-policy") && len(a.Truth.Commits) == 0 {
				t.Errorf("%s: %s needs a history", a.Name, v.Rule)
			}
		}
	}
	if some == 0 {
		t.Error("no application has a history")
	}
}

// opens is what begins a notation, also one that is written wrongly; a heredoc's mark is
// in capitals.
var opens = regexp.MustCompile(`<<[a-z]`)

// Every notation can be expanded; no application shares a secret with another, and
// written files hold no notation.
func TestSecrets(t *testing.T) {
	whose := map[string]string{}
	judges := len(set(t))
	for i, a := range all(t) {
		dir := t.TempDir()
		if err := a.Write(dir); err != nil {
			t.Errorf("%v", err)
			continue
		}
		for _, name := range a.Names() {
			got, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			if again, err := a.Expand(name); err != nil || !bytes.Equal(got, again) {
				t.Errorf("%s: %s is not the same twice (%v)", a.Name, name, err)
			}
			if opens.Match(got) {
				t.Errorf("%s: %s has a notation that is not expanded", a.Name, name)
			}
			if l, w := bytes.Count(got, []byte("\n")), bytes.Count(a.Files[name], []byte("\n")); l != w {
				t.Errorf("%s: %s has %d lines when written, not %d", a.Name, name, l, w)
			}
			for _, m := range notation.FindAllSubmatch(a.Files[name], -1) {
				if len(m[2]) == 0 {
					continue
				}
				s, err := a.Secret(string(m[1]), string(m[2]))
				if err != nil {
					t.Error(err)
				}
				if w, ok := whose[s]; ok && w != fmt.Sprintf("%s %s", a.Name, m[0]) {
					t.Errorf("%s %s and %s are the same secret", a.Name, m[0], w)
				}
				whose[s] = fmt.Sprintf("%s %s", a.Name, m[0])
			}
		}
		// Beside the set, clean ones may hold one where it is no fault.
		if i < judges && a.Clean && slices.ContainsFunc(a.Names(), func(n string) bool { return leaks(a.Files[n]) }) {
			t.Errorf("%s is clean and holds a secret", a.Name)
		}
	}
	if len(whose) < 40 {
		t.Errorf("only %d secrets", len(whose))
	}
}

// leaks says whether a file holds a credential that is not public by design.
func leaks(text []byte) bool {
	all := detectors.Catalogue()
	for _, m := range notation.FindAllSubmatch(text, -1) {
		i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == string(m[1]) })
		if i < 0 || !all[i].Public {
			return true
		}
	}
	return false
}

// A folder is read as the set is, and a truth with a field that nobody knows is refused.
func TestLoadFolder(t *testing.T) {
	apps, err := Load("apps")
	if err != nil || len(apps) != len(set(t)) {
		t.Fatalf("%d applications: %v", len(apps), err)
	}
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "one"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil {
		t.Error("an application without a truth is read")
	}
	if err := os.WriteFile(filepath.Join(dir, "one", "truth.toml"), []byte("about = \"x\"\nabuot = \"y\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil || !strings.Contains(err.Error(), "abuot") {
		t.Errorf("an unknown field is read: %v", err)
	}
	some := t.TempDir()
	first := apps[0].Names()[0]
	if err := apps[0].Write(some, first); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(some, filepath.FromSlash(first))); err != nil {
		t.Error(err)
	}
	if err := apps[0].Write(some, "nowhere"); err == nil {
		t.Error("a file that is not there is written")
	}
	if _, err := apps[0].Line("nowhere:1"); err == nil {
		t.Error("a place in no file is read")
	}
	if _, err := apps[0].Line(apps[0].Names()[0] + ":9999"); err == nil {
		t.Error("a place behind the end is read")
	}
	none := "no-such"
	if _, err := apps[0].Secret(none, "x"); err == nil {
		t.Error("a detector that is not there makes a secret")
	}
}
