package boundary

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	apps "leakline/testdata/boundary"
)

// mapped is the input of an application with the owners that its files name.
func mapped(t testing.TB, a *apps.App) *Input {
	t.Helper()
	in := scanned(t, a)
	in.Target, in.Files = a.Name, len(a.Files)
	for _, p := range CodeownersPaths {
		if text, ok := a.Files[p]; ok {
			in.Codeowners = string(text)
			break
		}
	}
	return in
}

// differs are what the map says otherwise than the truth, with the reason.
var differs = [][2]string{
	{"bramble: question of user-management", "a line shows that control; what it does not show is how"},
	{"fable: question of sessions", "a line shows that control; what it does not show is for how long"},
	{"gatehouse: question of tenant-isolation", "a line shows that control; what it does not show is a test"},
	{"brightdesk: Desk:ClientSecret is", "what the client is granted stands at the principal brightdesk"},
	{"curator: HF_WEBHOOK_SECRET is owned", "the first file that names it has another owner"},
	{"switchboard: OPENAI_API_KEY is owned", "the first of two files that hold it has another owner"},
	{"fieldnotes: identity auth0-management-token", "no line gives it that name"},
	{"souk: identity stall-assistant", "no line gives it that name"},
	{"souk: edge", "no line gives its credential that name"},
	{"fernnotes: identity fernnotes-identity", "no line gives it that name"},
}

func at(w Where) string { return fmt.Sprintf("%s:%d", w.Path, w.Line) }

// Of every application the map names each identity with its subject, privilege and
// owner, gives controls their standings, has the questions that a reader would ask, and
// the edges that join the planes.
func TestMapOfApplications(t *testing.T) {
	var names, facts, owners, controls, questions, edges, wrong int
	miss := func(t *testing.T, format string, args ...any) {
		t.Helper()
		wrong++
		text := fmt.Sprintf(format, args...)
		_, app, _ := strings.Cut(t.Name(), "/")
		if i := slices.IndexFunc(differs, func(d [2]string) bool { return strings.HasPrefix(app+": "+text, d[0]) }); i >= 0 {
			t.Logf("miss: %s (%s)", text, differs[i][1])
			return
		}
		t.Errorf("miss: %s", text)
	}
	dump := os.Getenv("BOUNDARY_MAPS")
	for _, a := range loaded(t) {
		t.Run(a.Name, func(t *testing.T) {
			m := Build(mapped(t, &a))
			if dump != "" {
				write := func(ext string, f func(*os.File) error) {
					o, err := os.Create(filepath.Join(dump, a.Name+ext))
					if err != nil {
						t.Fatal(err)
					}
					defer o.Close()
					if err := f(o); err != nil {
						t.Fatal(err)
					}
				}
				write(".txt", func(o *os.File) error { return m.Text(o) })
				write(".json", func(o *os.File) error { return m.JSON(o) })
				write(".md", func(o *os.File) error { return m.Markdown(o) })
				write(".mmd", func(o *os.File) error { return m.Mermaid(o) })
				write(".svg", func(o *os.File) error { return m.SVG(o) })
			}
			for _, want := range a.Truth.Identities {
				p := m.plane(want.Layer)
				i := slices.IndexFunc(p.Identities, func(id Identity) bool { return id.Name == want.Name })
				if i < 0 {
					var has []string
					for _, id := range p.Identities {
						has = append(has, id.Name)
					}
					miss(t, "identity %s %s; has %v", want.Name, want.At, has)
					continue
				}
				names++
				id := p.Identities[i]
				if id.Subject != want.Subject || id.Privilege != want.Privilege {
					miss(t, "%s is %q %q, not %q %q", want.Name, id.Subject, id.Privilege, want.Subject, want.Privilege)
				} else {
					facts++
				}
				file, _, _ := strings.Cut(want.At, ":")
				if !slices.ContainsFunc(id.Shown, func(w Where) bool { return w.Path == file }) {
					miss(t, "%s in %s, not in %s", want.Name, at(id.Shown[0]), want.At)
				}
				if !slices.Equal(id.Owners, want.Owner) {
					miss(t, "%s is owned by %v, not %v", want.Name, id.Owners, want.Owner)
				} else {
					owners++
				}
			}
			for _, want := range a.Truth.Controls {
				p := m.plane(want.Layer)
				i := slices.IndexFunc(p.Controls, func(c Control) bool { return c.Name == want.Control })
				if i < 0 || string(p.Controls[i].Standing) != want.Standing {
					miss(t, "%s %s is not %s: %+v", want.Layer, want.Control, want.Standing, p.Controls[max(i, 0)])
					continue
				}
				controls++
			}
			for _, want := range a.Truth.Questions {
				if !slices.ContainsFunc(m.Planes, func(p Plane) bool {
					return slices.ContainsFunc(p.Questions, func(q string) bool { return strings.HasPrefix(q, want.About+": ") })
				}) {
					miss(t, "question of %s: %s", want.About, want.Ask)
					continue
				}
				questions++
			}
			for _, want := range a.Truth.Edges {
				if !slices.ContainsFunc(m.crosses(), func(e Edge) bool {
					return e.From == string(want.From) && e.To == string(want.To) && cmp.Or(e.By, want.By) == want.By
				}) {
					miss(t, "edge %+v; has %+v", want, m.crosses())
					continue
				}
				edges++
			}
			if a.Clean && len(m.crosses()) > 0 {
				miss(t, "clean, and crosses: %+v", m.crosses())
			}
		})
	}
	t.Logf("identities %d, facts %d, owners %d, controls %d, questions %d, edges %d; misses %d", names, facts, owners, controls, questions, edges, wrong)
}
