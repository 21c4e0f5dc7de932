package boundary

import (
	"fmt"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/scanner/inventory"
)

// The page begins with both doors beside each other and with what crosses; the details
// come after, and the routes that nobody asks come first.
func TestPage(t *testing.T) {
	route := func(name string, line int, parts ...inventory.Part) inventory.Sighting {
		return inventory.Sighting{
			Kind: inventory.Route, Layer: detectors.AIPlatform, Name: name, How: inventory.ByCode, Path: "app/api/route.ts", Line: line,
			Parts: append([]inventory.Part{{Kind: inventory.Provider, Path: "app/model.ts", Line: 3}}, parts...),
		}
	}
	in := &Input{
		Target: "chat", Files: 3, Codeowners: "* @b @a\nsrc/ @a @b\n",
		Sightings: []inventory.Sighting{
			{Kind: inventory.Provider, Layer: detectors.AIPlatform, Name: "openai", How: inventory.ByManifest, Path: "package.json", Line: 4, Version: "2"},
			{Kind: inventory.System, Layer: detectors.ApplicationAuth, Name: "auth0", How: inventory.ByManifest, Path: "package.json", Line: 3, Version: "1"},
			{Kind: inventory.Control, Layer: detectors.ApplicationAuth, Name: "MFA", How: inventory.ByCode, Path: "src/" + strings.Repeat("deep/", 12) + "a.ts", Line: 9},
			{Kind: inventory.Reference, Layer: detectors.AIPlatform, Name: "OPENAI_API_KEY", How: inventory.ByName, Path: "src/model.ts", Line: 3},
			route("/asked", 4, inventory.Part{Kind: inventory.Guard, Path: "app/api/route.ts", Line: 5}),
			route("/open", 20),
		},
	}
	text := render(t, Build(in), (*Map).Text)
	at := 0
	for _, want := range []string{
		"AI PLATFORM ACCESS", "the builder's door", "Owner", "@a, @b (by CODEOWNERS)", "OpenAI", "Auth0", "1 name", "none is seen here", "MFA",
		"WHAT CROSSES", "Nothing that was found", "AI PLATFORM ACCESS: the builder's door", "Undeclared directory, console, audit trail", "Ask its owner",
		"APPLICATION AUTHENTICATION: the buyer's door", "WHERE THEY MEET", "/open", "line shows who may call it", "/asked", "line 5",
	} {
		n := strings.Index(text[at:], want)
		if n < 0 {
			t.Fatalf("%q is not there, or not in its place:\n%s", want, text)
		}
		at += n + len(want)
	}
	if strings.Contains(text, "; owner") { // the same two people, in another order
		t.Errorf("the plane's own owners are told again:\n%s", text)
	}
	onePage(t, text)
}

func TestSome(t *testing.T) {
	for _, c := range []struct {
		n    int
		want string
	}{{0, ""}, {1, "0"}, {3, "0, 1, 2"}, {4, "0, 1, 2, 3"}, {5, "0, 1, 2 and 2 more"}} {
		var names []string
		for i := range c.n {
			names = append(names, fmt.Sprint(i))
		}
		if got := some(names, 3); got != c.want {
			t.Errorf("%d names are %q, not %q", c.n, got, c.want)
		}
	}
}

// Words longer than a column stand on lines of their own, nothing is lost.
func TestBrokenInto(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""}, {"a b", "a b"}, {"aaa bbb ccc", "aaa|bbb|ccc"}, {"a bbbbbbbbbb c", "a|bbbbbbbbbb|c"},
	} {
		if got := strings.Join(brokenInto(c.text, 5), "|"); got != c.want {
			t.Errorf("%q is %q, not %q", c.text, got, c.want)
		}
	}
}
