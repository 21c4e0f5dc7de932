package boundary

import (
	"embed"
	"fmt"
	"hash/fnv"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"leakline/detectors"
	"leakline/detectors/sample"
)

// Rules are the ids of the rules of the identity boundary.
var Rules = []string{
	"same-secret-both-layers",
	"ai-key-signs",
	"platform-admin-in-application",
	"auth-admin-in-ai-tooling",
	"principal-opens-both",
	"server-secret-in-client",
	"key-shared-by-applications",
	"key-shared-by-environments",
	"admin-key-for-project-work",
	"personal-key-in-production",
	"wrong-layer-assurance",
	"claim-of-other-layer",
	"scim-without-deprovisioning",
	"safety-instead-of-authentication",
	"ai-route-without-identity",
	"secret-in-published-artefact",
	"key-in-exported-chat",
	"author-has-left",
	"credential-older-than-policy",
	"owner-missing",
}

// App is one application of the set.
type App struct {
	Name, About, Stack string
	// Clean says that a check has nothing to say of it.
	Clean bool
	// Breach is the pattern of the known breach that it plays, or empty.
	Breach string
	// Files are its files by name, with secrets in notation.
	Files map[string][]byte
	Truth Truth
}

// Truth is what a reader of an application has to say. See the package's documentation.
type Truth struct {
	About  string `toml:"about"`
	Stack  string `toml:"stack"`
	Clean  bool   `toml:"clean"`
	Breach string `toml:"breach"`
	AsOf   string `toml:"as_of"` // RFC 3339, or empty

	Uses       []Use       `toml:"use"`
	Controls   []Control   `toml:"control"`
	Identities []Identity  `toml:"identity"`
	Edges      []Edge      `toml:"edge"`
	Violations []Violation `toml:"violation"`
	NearMisses []NearMiss  `toml:"near_miss"`
	Questions  []Question  `toml:"question"`
	Left       []Person    `toml:"left"`
	Commits    []Commit    `toml:"commit"`
}

// Use is an AI platform or an application-auth system in use.
type Use struct {
	Layer   detectors.Layer `toml:"layer"`
	Kind    string          `toml:"kind"` // "provider" or "system"
	Name    string          `toml:"name"`
	Version string          `toml:"version"`
	Shown   []string        `toml:"shown"`
	Text    []string        `toml:"text"` // of each place of Shown
}

// Control is a control of a layer.
type Control struct {
	Layer    detectors.Layer `toml:"layer"`
	Control  string          `toml:"control"`
	Standing string          `toml:"standing"` // "shown" or "declared"
	At       string          `toml:"at"`
	Text     string          `toml:"text"`
	By       string          `toml:"by"`   // who declares it
	When     string          `toml:"when"` // since when, or empty
}

// Identity is a credential or client by its name.
type Identity struct {
	Name      string              `toml:"name"`
	Layer     detectors.Layer     `toml:"layer"`
	Subject   detectors.Subject   `toml:"subject"`
	Privilege detectors.Privilege `toml:"privilege"`
	At        string              `toml:"at"`
	Text      string              `toml:"text"`
	Owner     []string            `toml:"owner"`
}

// Edge is a credential that joins the planes.
type Edge struct {
	From detectors.Layer `toml:"from"`
	To   detectors.Layer `toml:"to"`
	By   string          `toml:"by"` // an identity's name
	At   string          `toml:"at"`
	Text string          `toml:"text"`
}

// Violation is a planted violation.
type Violation struct {
	Rule     string   `toml:"rule"`
	At       string   `toml:"at"` // where a reader is sent
	Text     string   `toml:"text"`
	Also     []string `toml:"also"`
	AlsoText []string `toml:"also_text"` // of each place of Also
	Why      string   `toml:"why"`
}

// NearMiss is what looks like a violation and is none.
type NearMiss struct {
	Rule string `toml:"rule"`
	At   string `toml:"at"`
	Text string `toml:"text"`
	Why  string `toml:"why"`
}

// Question is what has to be asked because it is not shown.
type Question struct {
	About string `toml:"about"` // a control, or "owner"
	Ask   string `toml:"ask"`
}

// Person is one who has left.
type Person struct {
	Email string `toml:"email"`
	At    string `toml:"at"`    // the day, 2006-01-02
	Shown string `toml:"shown"` // the place where it is written
}

// Commit is a commit of the application's history.
type Commit struct {
	Author string   `toml:"author"`
	Email  string   `toml:"email"`
	At     string   `toml:"at"` // RFC 3339
	Files  []string `toml:"files"`
}

//go:embed all:apps all:taught
var embedded embed.FS

// Load reads the applications of a folder, sorted by name. An empty dir is the set
// itself, which is part of the program.
func Load(dir string) ([]App, error) {
	if dir != "" {
		return read(os.DirFS(dir))
	}
	return part("apps")
}

// Taught reads the applications beside the set from which the readers and rules have
// learned, sorted by name.
func Taught() ([]App, error) { return part("taught") }

// part reads a folder of the program.
func part(name string) ([]App, error) {
	fsys, err := fs.Sub(embedded, name)
	if err != nil {
		return nil, err
	}
	return read(fsys)
}

func read(fsys fs.FS) ([]App, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, err
	}
	var out []App
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		a, err := load(fsys, e.Name())
		if err != nil {
			return nil, fmt.Errorf("application %s: %w", e.Name(), err)
		}
		out = append(out, a)
	}
	return out, nil
}

const truthName = "truth.toml"

func load(fsys fs.FS, name string) (App, error) {
	a := App{Name: name, Files: map[string][]byte{}}
	err := fs.WalkDir(fsys, name, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		a.Files[strings.TrimSuffix(strings.TrimPrefix(p, name+"/"), ".in")] = text
		return nil
	})
	if err != nil {
		return a, err
	}
	text, ok := a.Files[truthName]
	if !ok {
		return a, fmt.Errorf("it has no %s", truthName)
	}
	delete(a.Files, truthName)
	meta, err := toml.Decode(string(text), &a.Truth)
	if err != nil {
		return a, fmt.Errorf("%s: %w", truthName, err)
	}
	if more := meta.Undecoded(); len(more) > 0 {
		return a, fmt.Errorf("%s: unknown field %s", truthName, more[0])
	}
	a.About, a.Stack, a.Clean, a.Breach = a.Truth.About, a.Truth.Stack, a.Truth.Clean, a.Truth.Breach
	return a, nil
}

// Names are the names of the application's files, sorted.
func (a App) Names() []string {
	return slices.Sorted(maps.Keys(a.Files))
}

// Line is the text at a place "FILE:LINE", without the white space around it and with
// secrets in notation.
func (a App) Line(place string) (string, error) {
	name, number, ok := cutLast(place, ":")
	text, found := a.Files[name]
	if !ok || !found {
		return "", fmt.Errorf("place %s: no such file", place)
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for i, l := range lines {
		if fmt.Sprint(i+1) == number {
			return strings.TrimSpace(l), nil
		}
	}
	return "", fmt.Errorf("place %s: the file has %d lines", place, len(lines))
}

func cutLast(s, sep string) (before, after string, found bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

var notation = regexp.MustCompile(`<<([a-z0-9-]+)(?::([a-z0-9-]+))?>>`)

// Expand is the text of a file with its secrets made.
func (a App) Expand(name string) ([]byte, error) {
	text, ok := a.Files[name]
	if !ok {
		return nil, fmt.Errorf("application %s has no file %s", a.Name, name)
	}
	var failed error
	place := 0
	out := notation.ReplaceAllFunc(text, func(n []byte) []byte {
		m := notation.FindSubmatch(n)
		label := string(m[2])
		if label == "" {
			place++
			label = fmt.Sprintf("%s/%d", name, place)
		}
		s, err := a.Secret(string(m[1]), label)
		if err != nil && failed == nil {
			failed = fmt.Errorf("application %s, %s: %w", a.Name, name, err)
		}
		return []byte(s)
	})
	return out, failed
}

// Secret is the credential that a detector and a label stand for in the application.
func (a App) Secret(detector, label string) (string, error) {
	all := detectors.Catalogue()
	i := slices.IndexFunc(all, func(d detectors.Detector) bool { return d.ID == detector })
	if i < 0 {
		return "", fmt.Errorf("no detector %q", detector)
	}
	h := fnv.New32a()
	fmt.Fprintf(h, "%s/%s", a.Name, label)
	t, err := sample.Example(all[i], 0, 2+int(h.Sum32()>>1)) // 0 and 1 are the least and the greatest width
	if err == nil && (t.Block || strings.Contains(t.Value, "\n")) {
		err = fmt.Errorf("the first sample of detector %q is no single line", detector)
	}
	return t.Value, err
}

// Write lays the application down in a folder, all of it or only some files, with
// its secrets made. It is the same at every call.
func (a App) Write(dir string, only ...string) error {
	if len(only) == 0 {
		only = a.Names()
	}
	for _, name := range only {
		text, err := a.Expand(name)
		if err != nil {
			return err
		}
		file := filepath.Join(dir, filepath.FromSlash(path.Clean("/"+name)))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
