package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/detectors/sample"
	"leakline/remediate/incident"
)

const testCommit = "0123456789abcdef0123456789abcdef01234567"

// TestGitleaks reads what gitleaks writes, both with the secret and without.
func TestGitleaks(t *testing.T) {
	o := testOptions(t)
	secret := example(t, "anthropic-api-key", 0, 3).Value
	element := func(change map[string]any) map[string]any {
		m := map[string]any{
			"RuleID": "anthropic-api-key", "Description": "Found it.", "StartLine": 3, "EndLine": 3, "StartColumn": 4, "EndColumn": 9,
			"Match": "key = \"" + secret + "\"", "Secret": secret, "File": "app/.env", "SymlinkFile": "", "Commit": testCommit, "Entropy": 4.5,
			"Author": "Ada", "Email": "ada@example.com", "Date": "2026-01-02T03:04:05Z", "Message": "add", "Tags": []string{"team-a"},
			"Fingerprint": testCommit + ":app/.env:anthropic-api-key:3",
		}
		for k, v := range change {
			m[k] = v
		}
		return m
	}
	later := element(map[string]any{"Commit": strings.Repeat("f", 40), "Date": "2026-02-02T03:04:05Z", "File": "b/.env"})
	scans, rep := read(t, Gitleaks, mustJSON(t, []any{later, element(nil)}), o)
	s := sole(t, scans)
	occ := s.Occurrence
	day := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	if s.Fingerprints[0] != o.Keys[0].Fingerprint(detectors.NewSecret(secret)) || occ.Facts.Detector != "anthropic-api-key" ||
		occ.Facts.Layer != detectors.AIPlatform || !occ.Introduced.Equal(day) || occ.IntroducedCommit != testCommit ||
		!occ.InBranches || !occ.InHistory || !occ.Removed.IsZero() || occ.PlacesTotal != 2 || occ.Places[0].Path != "app/.env" || occ.Places[0].Line != 3 {
		t.Errorf("%+v", s)
	}
	if by := incident.PersonOf(o.Keys[0], "ada@example.com"); occ.IntroducedBy != by || rep.People[by] != "ada@example.com" {
		t.Errorf("introduced by %q of %v", occ.IntroducedBy, rep.People)
	}
	id := incident.ID(s.Fingerprints[0])
	if !slices.Equal(rep.Notes[id], []string{"gitleaks tags it team-a"}) || rep.Elements != 2 || rep.Secrets != 1 || len(rep.Remarks) != 0 {
		t.Errorf("%+v", rep)
	}
	if g := scans[0]; g.Repo != testRepo || g.Source != Gitleaks || g.Whole || !g.Complete || g.ID != "scan-1" || !g.At.Equal(testNow) {
		t.Errorf("%+v", g.Target)
	}
	hides(t, "the scan", scans, secret)

	for _, mask := range []string{"REDACTED", secret[:30] + "...", "***", "******" + secret[len(secret)-4:]} {
		hiddenOne := element(map[string]any{"Secret": mask, "Match": "key = " + mask})
		scans, rep := read(t, Gitleaks, mustJSON(t, []any{hiddenOne, element(map[string]any{"Secret": mask, "Match": mask, "Fingerprint": "another"})}), o)
		if len(scans) != 1 || len(scans[0].Sightings) != 2 || rep.Secrets != 2 {
			t.Fatalf("%q: %+v", mask, scans)
		}
		for _, s := range scans[0].Sightings {
			if id := incident.ID(s.Fingerprints[0]); !Pseudo(id) || id.KeyID() != o.Keys[0].ID() || s.Occurrence.Facts.Secret != absent || s.Occurrence.Facts.Layer != detectors.AIPlatform {
				t.Errorf("%q: %+v", mask, s)
			}
		}
	}
}

// TestBetterleaks reads both of its formats.
func TestBetterleaks(t *testing.T) {
	o := testOptions(t)
	secret := example(t, "anthropic-api-key", 0, 3).Value
	for name, report := range map[string]any{
		"1": []any{map[string]any{
			"RuleID": "anthropic-api-key", "Match": secret, "Secret": secret, "StartLine": 3, "File": "app/.env", "Commit": testCommit,
			"Date": "2026-01-02T03:04:05Z", "Attributes": map[string]string{"path": "app/.env"}, "ValidationStatus": "valid",
			"RequiredSets": []any{map[string]any{"components": []any{}}}, "CaptureGroups": map[string]string{"a": "b"},
		}},
		"2": []any{map[string]any{
			"ruleID": "anthropic-api-key", "match": secret, "secret": secret, "location": map[string]any{"startLine": 3}, "confidence": "high",
			"attributes": map[string]string{"path": "app/.env", "git.sha": testCommit, "git.date": "2026-01-02T03:04:05Z"},
			"validation": map[string]any{"status": "valid", "metadata": map[string]any{"n": 1}},
		}},
	} {
		scans, rep := read(t, Betterleaks, mustJSON(t, report), o)
		s := sole(t, scans)
		if p := s.Occurrence.Places[0]; p.Path != "app/.env" || p.Line != 3 || s.Occurrence.IntroducedCommit != testCommit || s.Occurrence.Introduced.IsZero() {
			t.Errorf("format %s: %+v", name, s)
		}
		if notes := rep.Notes[incident.ID(s.Fingerprints[0])]; !slices.Equal(notes, []string{"betterleaks tried it: it works"}) || s.Occurrence.Facts.Confidence != detectors.High {
			t.Errorf("format %s: %v, %s", name, notes, s.Occurrence.Facts.Confidence)
		}
	}
}

// TestTrufflehog reads its lines: of pairs the secret half, of URLs the password.
func TestTrufflehog(t *testing.T) {
	o := testOptions(t)
	o.Repo = ""
	aws := example(t, "aws-secret-access-key", 0, 3).Secret
	id := example(t, "aws-access-key-id", 0, 3).Value
	pg := example(t, "postgres-url", 0, 3)
	git := map[string]any{"Git": map[string]any{
		"commit": testCommit, "file": "app/.env", "email": "Ada <ada@example.com>", "repository": "https://github.com/Acme/Shop.git",
		"timestamp": "2026-01-02 03:04:05 +0000", "line": 3,
	}}
	hub := map[string]any{"Github": map[string]any{
		"link": "https://github.com/acme/shop/blob/" + testCommit + "/b.txt#L1", "repository": "https://github.com/acme/shop.git", "file": "b.txt", "commit": testCommit,
		"timestamp": "2026-01-02 03:04:05 +0000", "line": 1, "visibility": 1,
	}}
	line := func(data any, more map[string]any) string {
		m := map[string]any{"SourceMetadata": map[string]any{"Data": data}, "SourceID": 1, "ExtraData": nil, "StructuredData": nil, "DecoderName": "PLAIN"}
		for k, v := range more {
			m[k] = v
		}
		return string(mustJSON(t, m)) + "\n"
	}
	pair := map[string]any{"DetectorName": "AWS", "Raw": id, "RawV2": id + ":" + aws, "Verified": true}
	newer := map[string]any{
		"DetectorName": "AWS", "Raw": id, "RawV2": id + ":" + aws,
		"SecretParts": map[string]string{"access_key_id": id, "secret_access_key": aws},
	}
	uri := map[string]any{"DetectorName": "Postgres", "Raw": pg.Value, "SecretParts": map[string]string{"connection_string": pg.Value}}
	log := `{"level":"info-0","ts":"2026-01-01T00:00:00Z","logger":"trufflehog","msg":"running source"}` + "\n"
	report := line(git, pair) + log + line(hub, newer) + line(hub, uri)
	scans, rep := read(t, Trufflehog, []byte(report), o)
	if len(scans) != 1 || scans[0].Repo != testRepo || len(scans[0].Sightings) != 2 {
		t.Fatalf("%+v", scans)
	}
	got := prints(scans)
	for what, s := range map[string]string{"the secret half": aws, "the password": pg.Secret} {
		if !got[o.Keys[0].Fingerprint(detectors.NewSecret(s))] {
			t.Errorf("%s is not there", what)
		}
	}
	for _, s := range scans[0].Sightings {
		f := s.Occurrence.Facts
		if f.Provider != "Amazon Web Services" && f.Detector != "postgres-url" {
			t.Errorf("%s of %s", f.Detector, f.Provider)
		}
		if f.Detector != "postgres-url" && (f.Confidence != detectors.High || s.Occurrence.PlacesTotal != 2) {
			t.Errorf("%+v", s)
		}
	}
	if len(rep.Remarks) != 1 || !rep.Remarks[0].Skipped || rep.Remarks[0].Element != 2 || scans[0].Complete {
		t.Errorf("%+v", rep.Remarks)
	}
	hides(t, "the scans", scans, aws, pg.Secret)
	if scans, _ := read(t, Trufflehog, nil, o); len(scans) != 0 {
		t.Error("nothing gives something")
	}
}

// TestParts: of parts that no detector knows, the name says which one is the secret.
func TestParts(t *testing.T) {
	o := testOptions(t)
	value, err := sample.Expand("parts", "{32:alnum}")
	if err != nil {
		t.Fatal(err)
	}
	for _, parts := range []map[string]string{
		{"account_id": "acme2026", "token": value},
		{"api_key": "860730010574002", "api_secret": value, "cloud_name": "acme"},
	} {
		line := mustJSON(t, map[string]any{
			"SourceMetadata": map[string]any{"Data": map[string]any{"Filesystem": map[string]any{"file": "a.txt", "line": 1}}},
			"DetectorName":   "HouseThing", "Raw": "acme2026", "SecretParts": parts,
		})
		scans, _ := read(t, Trufflehog, line, o)
		s := sole(t, scans)
		if s.Fingerprints[0] != o.Keys[0].Fingerprint(detectors.NewSecret(value)) || s.Occurrence.Facts.Detector != "imported:HouseThing" || !s.Occurrence.AtTip {
			t.Errorf("%v: %+v", parts, s.Occurrence)
		}
	}
}

// TestNeighbour: of a line with two secrets only the one that was reported counts,
// and a place without the tool's own fingerprint is told by path, line and commit.
func TestNeighbour(t *testing.T) {
	o := testOptions(t)
	ss := []string{example(t, "anthropic-api-key", 0, 3).Value, example(t, "github-pat", 0, 3).Value}
	line := fmt.Sprintf("A=%q B=%q C=1", ss[0], ss[1])
	for _, s := range ss {
		report := mustJSON(t, []any{map[string]any{"RuleID": "r", "Secret": s, "Match": line, "File": "a.txt"}})
		scans, _ := read(t, Gitleaks, report, o)
		if got := sole(t, scans); got.Fingerprints[0] != o.Keys[0].Fingerprint(detectors.NewSecret(s)) {
			t.Errorf("%s: the neighbour was taken", got.Occurrence.Facts.Detector)
		}
	}
	report := `[{"RuleID":"r","Secret":"REDACTED","File":"a","StartLine":1},{"RuleID":"r","Secret":"REDACTED","File":"a","StartLine":2},
		{"RuleID":"r","Secret":"REDACTED","File":"a","StartLine":1,"Commit":"c"},{"RuleID":"r","Secret":"REDACTED","File":"a","StartLine":1}]`
	if scans, _ := read(t, Gitleaks, []byte(report), o); len(scans[0].Sightings) != 3 {
		t.Errorf("%d places of 3", len(scans[0].Sightings))
	}
}

// TestSARIF reads logs of scanners that show the secret, the line, or nothing.
func TestSARIF(t *testing.T) {
	o := testOptions(t)
	o.Repo = ""
	secret := example(t, "anthropic-api-key", 0, 3).Value
	fp := o.Keys[0].Fingerprint(detectors.NewSecret(secret))
	result := func(rule, snippet string, more map[string]any) map[string]any {
		m := map[string]any{
			"ruleId": rule, "message": map[string]any{"text": "found"},
			"locations": []any{map[string]any{"physicalLocation": map[string]any{
				"artifactLocation": map[string]any{"uri": "app/my%20file.env", "uriBaseId": "%SRCROOT%"},
				"region":           map[string]any{"startLine": 3, "snippet": map[string]any{"text": snippet}},
			}}},
		}
		for k, v := range more {
			m[k] = v
		}
		return m
	}
	log := func(driver string, results ...any) []byte {
		return mustJSON(t, map[string]any{"version": "2.1.0", "runs": []any{map[string]any{
			"tool":                     map[string]any{"driver": map[string]any{"name": driver, "rules": []any{map[string]any{"id": "js/hardcoded-credentials", "properties": map[string]any{"tags": []string{"external/cwe/cwe-798"}}}}}},
			"versionControlProvenance": []any{map[string]any{"repositoryUri": "https://github.com/acme/shop"}},
			"results":                  results,
		}}})
	}
	gl := map[string]string{"commitSha": testCommit, "email": "ada@example.com", "author": "Ada", "date": "2026-01-02T03:04:05Z"}
	for name, c := range map[string]struct {
		log     []byte
		pseudo  bool
		remarks int
	}{
		"gitleaks":   {log("gitleaks", result("anthropic-api-key", secret, map[string]any{"partialFingerprints": gl})), false, 0},
		"a line":     {log("semgrep", result("js/hardcoded-credentials", "const key = '"+secret+"';", nil)), false, 0},
		"no secret":  {log("codeql", result("js/hardcoded-credentials", "", nil), result("js/sql-injection", "", nil)), true, 1},
		"suppressed": {log("gitleaks", result("anthropic-api-key", secret, map[string]any{"suppressions": []any{map[string]any{"kind": "external"}}})), false, 1},
		"ours":       {log("leakline", result("anthropic-api-key", "", map[string]any{"partialFingerprints": map[string]string{"leakline/v1": fp}})), false, 0},
	} {
		scans, rep := read(t, SARIF, c.log, o)
		s := sole(t, scans)
		if scans[0].Repo != testRepo || s.Occurrence.Places[0].Path != "app/my file.env" || s.Occurrence.Places[0].Line != 3 || len(rep.Remarks) != c.remarks {
			t.Errorf("%s: %+v %+v", name, scans, rep.Remarks)
		}
		if Pseudo(incident.ID(s.Fingerprints[0])) != c.pseudo || !c.pseudo && s.Fingerprints[0] != fp {
			t.Errorf("%s: %s", name, s.Fingerprints[0])
		}
		if name == "gitleaks" && (s.Occurrence.IntroducedCommit != testCommit || s.Occurrence.Introduced.IsZero()) {
			t.Errorf("%s: %+v", name, s.Occurrence)
		}
		hides(t, name, scans, secret)
		hides(t, name, rep, secret)
	}
}

// TestLeakline reads leakline's own findings: redacted with the ledger's key, with an
// earlier one and with another one, and with the plaintext.
func TestLeakline(t *testing.T) {
	o := testOptions(t)
	x := example(t, "anthropic-api-key", 0, 3)
	found := scan(t, o, files{"app/.env": "API_KEY=" + x.Value + "\n"})
	if len(found) != 1 {
		t.Fatalf("%d findings", len(found))
	}
	f := found[0]
	old, other := testKey(t, "a key that the ledger had before"), testKey(t, "a key that it never had")
	with := func(k detectors.Key) []byte {
		g := f
		g.Fingerprint = k.Fingerprint(f.Plain)
		return mustJSON(t, []any{g})
	}
	open := f
	open.Secret, open.Line, open.Path = "", "API_KEY="+x.Value, "keys/"+x.Value[20:]+x.Value
	shown := strings.Replace(string(mustJSON(t, []any{open})), `"secret":""`, fmt.Sprintf(`"secret":%q`, x.Value), 1)
	o.Keys = append(o.Keys, old)
	for name, c := range map[string]struct {
		report []byte
		want   string
	}{
		"the ledger's key": {with(o.Keys[0]), f.Fingerprint},
		"an earlier key":   {with(old), old.Fingerprint(f.Plain)},
		"another key":      {with(other), ""},
		"the plaintext":    {[]byte(shown), f.Fingerprint},
	} {
		scans, rep := read(t, Leakline, c.report, o)
		s := sole(t, scans)
		if got := s.Fingerprints[0]; c.want == "" != Pseudo(incident.ID(got)) || c.want != "" && got != c.want {
			t.Errorf("%s: %s, want %q", name, got, c.want)
		}
		facts := s.Occurrence.Facts
		if facts.Detector != f.Detector || facts.Layer != f.Layer || facts.Secret != string(f.Secret) || !s.Occurrence.InBranches {
			t.Errorf("%s: %+v", name, s)
		}
		hides(t, name, scans, x.Value)
		hides(t, name, rep, x.Value)
	}
	bad := f
	bad.Layer = "my-layer"
	if _, _, err := Read(Leakline, strings.NewReader(string(mustJSON(t, bad))), o); err == nil || !strings.Contains(err.Error(), "layer") {
		t.Errorf("a layer of somebody's own: %v", err)
	}
}

// TestSameTwice: the same report read twice, in another order, says the same, and a
// ledger that knows it learns nothing.
func TestSameTwice(t *testing.T) {
	o := testOptions(t)
	var all []any
	for n, id := range []string{"anthropic-api-key", "github-pat", "postgres-url", "stripe-live-secret-key"} {
		x := example(t, id, 0, 3)
		for k := range 15 {
			all = append(all, map[string]any{
				"RuleID": "r", "Secret": x.Value, "File": fmt.Sprintf("f%d/%d.txt", n, k), "Commit": strings.Repeat(fmt.Sprint(k%10), 40), "Date": fmt.Sprintf("2026-01-%02dT00:00:00Z", k+1),
			})
		}
	}
	first, _ := read(t, Gitleaks, mustJSON(t, all), o)
	slices.Reverse(all)
	second, _ := read(t, Gitleaks, mustJSON(t, all), o)
	if a, b := string(mustJSON(t, first[0].Sightings)), string(mustJSON(t, second[0].Sightings)); a != b {
		t.Errorf("the order of elements changes what is recorded:\n%s\n%s", a, b)
	}
	known := map[incident.ID]*incident.Incident{}
	for _, e := range first[0].Events(known) {
		if known[e.Incident] == nil {
			known[e.Incident] = &incident.Incident{}
		}
		if err := known[e.Incident].Apply(&e); err != nil {
			t.Fatal(err)
		}
	}
	if len(known) != 4 {
		t.Errorf("%d incidents of 4 secrets", len(known))
	}
	if es := second[0].Events(known); len(es) != 0 {
		t.Errorf("the same report again gives %d events, the first is %s", len(es), es[0].Kind)
	}
}

// TestPublic: what is public by design is in the report's account, and in no scan.
func TestPublic(t *testing.T) {
	o := testOptions(t)
	x := example(t, "clerk-publishable-key", 0, 3)
	report := mustJSON(t, []any{map[string]any{"RuleID": "clerk", "Secret": x.Value, "Match": "k=" + x.Value, "File": "a.js"}})
	scans, rep := read(t, Gitleaks, report, o)
	if len(scans) != 0 || rep.Skipped() != 1 || !strings.Contains(rep.Remarks[0].Why, "public identifier") {
		t.Errorf("%+v %+v", scans, rep.Remarks)
	}
}
