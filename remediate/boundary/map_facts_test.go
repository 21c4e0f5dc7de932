package boundary

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/scanner/inventory"
)

// A trail belongs to something that is looked for, and says where that was read.
func TestTrails(t *testing.T) {
	entries := inventory.Entries()
	for name, tr := range trails {
		if !slices.ContainsFunc(entries, func(e inventory.Entry) bool { return e.Name == name }) {
			t.Errorf("nothing is called %q", name)
		}
		if tr.where == "" || !strings.HasPrefix(tr.source, "https://") {
			t.Errorf("%s: %+v", name, tr)
		}
	}
}

// Of names that no detector knows only those of what signs are taken for it.
func TestMints(t *testing.T) {
	for name, want := range map[string]bool{
		"COOKIE_KEY": true, "SESSION_KEY": true, "HF_WEBHOOK_SECRET": true, "SAML_KEY_FILE": true, "app.remember-me-key": true, "Jwt:SigningKey": true,
		"SESSION_TIMEOUT": false, "COOKIE_NAME": false, "WEBHOOK_URL": false, "JWT_ISSUER": false, "MONKEY": false, "API_KEY": false, "KEY_SESSION_ID": false,
	} {
		if mints(name) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
}

// What a principal may do is what its strongest grant lets it do.
func TestGranted(t *testing.T) {
	for _, c := range []struct {
		grants []string
		want   detectors.Privilege
	}{
		{nil, detectors.PrivilegeUnknown},
		{[]string{"bedrock:InvokeModel"}, detectors.Limited},
		{[]string{"Cognitive Services OpenAI User"}, detectors.Limited},
		{[]string{"bedrock:InvokeModel", "cognito-idp:AdminDeleteUser"}, detectors.Admin},
		{[]string{"bedrock:*"}, detectors.Admin},
		{[]string{"User.ReadWrite.All"}, detectors.Admin},
		{[]string{"s3:PutObject"}, detectors.Write},
	} {
		if got := granted(c.grants); got != c.want {
			t.Errorf("%v: %s, not %s", c.grants, got, c.want)
		}
	}
}

// A principal that opens both doors stands in both planes, in each with what it may do
// there.
func TestPrincipalOfBothDoors(t *testing.T) {
	m := Build(&Input{Files: 1, Sightings: []inventory.Sighting{{
		Kind: inventory.Principal, Layer: detectors.AIPlatform, Name: "app", How: inventory.ByConfig, Path: "main.tf", Line: 3, Grants: []string{"bedrock:InvokeModel", "cognito-idp:*"},
		Parts: []inventory.Part{
			{Kind: inventory.Principal, Layer: detectors.AIPlatform, Path: "main.tf", Line: 9, Text: "bedrock:InvokeModel"},
			{Kind: inventory.Principal, Layer: detectors.ApplicationAuth, Path: "main.tf", Line: 10, Text: "cognito-idp:*"},
		},
	}}})
	var got []string
	for _, p := range m.Planes {
		for _, id := range p.Identities {
			got = append(got, fmt.Sprintf("%s %s %s %s %s", p.Layer, id.Name, id.Subject, id.Privilege, at(id.Shown[1])))
		}
	}
	want := []string{"ai-platform app service-account limited main.tf:9", "application-auth app application admin main.tf:10"}
	if !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

// A route that nobody is seen to guard is a question; one with a check is none.
func TestRouteQuestions(t *testing.T) {
	route := inventory.Sighting{Kind: inventory.Route, Layer: detectors.AIPlatform, Name: "/ask", How: inventory.ByCode, Path: "app.py", Line: 7}
	asked := func(s inventory.Sighting) bool {
		m := Build(&Input{Files: 1, Sightings: []inventory.Sighting{s}})
		return slices.ContainsFunc(m.Planes[1].Questions, func(q string) bool { return strings.HasPrefix(q, "route: Who may call /ask (app.py:7)?") })
	}
	if !asked(route) {
		t.Error("nobody asks who may call it")
	}
	route.Parts = []inventory.Part{{Kind: inventory.Guard, Path: "app.py", Line: 8, Text: "current_user"}}
	if asked(route) {
		t.Error("the check is not taken for one")
	}
}

// A large tree keeps to one page and to a picture of bounded size; what is left out is
// counted.
func TestLargeMap(t *testing.T) {
	in := &Input{Target: "large", Files: 1}
	for i := range 300 {
		dir := fmt.Sprintf("services/s%03d", i)
		in.Sightings = append(in.Sightings,
			inventory.Sighting{Kind: inventory.System, Layer: detectors.ApplicationAuth, Name: fmt.Sprintf("system%03d", i), How: inventory.ByManifest, Path: dir + "/package.json", Line: 2},
			inventory.Sighting{Kind: inventory.Reference, Layer: detectors.ApplicationAuth, Name: fmt.Sprintf("SOME_KEY_%03d", i), How: inventory.ByName, Path: dir + "/x.js", Line: 3},
			inventory.Sighting{Kind: inventory.Route, Layer: detectors.AIPlatform, Name: fmt.Sprintf("/r%03d", i), How: inventory.ByCode, Path: dir + "/x.js", Line: 4},
		)
	}
	m := Build(in)
	text := render(t, m, (*Map).Text)
	onePage(t, text)
	for _, more := range []string{"and 294 more in use", "and 292 more names", "and 294 more routes"} {
		if !strings.Contains(text, more) {
			t.Errorf("%q is not said", more)
		}
	}
	svg := render(t, m, (*Map).SVG)
	if len(svg) > 40<<10 || !strings.Contains(svg, "and 292 more programs") {
		t.Errorf("the picture has %d bytes", len(svg))
	}
	if js := render(t, m, (*Map).JSON); !strings.Contains(js, "SOME_KEY_299") || !strings.Contains(js, "system299") {
		t.Error("JSON leaves out")
	}
}
