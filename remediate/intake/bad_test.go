package intake

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"leakline/detectors/sample"
	"leakline/remediate/incident"
)

// TestBadReports: what is no report, or breaks off, is an error that says where; what
// is bad in one element is skipped and said.
func TestBadReports(t *testing.T) {
	o := testOptions(t)
	secret, err := sample.Expand("bad reports", "{40:alnum}")
	if err != nil {
		t.Fatal(err)
	}
	good := fmt.Sprintf(`{"RuleID":"r","Secret":%q,"File":"a.txt"}`, secret)
	for name, c := range map[string]struct{ kind, report, want string }{
		"unknown":      {"csv", "", `"csv" is not known`},
		"empty":        {Gitleaks, "", "it is empty"},
		"breaks off":   {Gitleaks, "[" + good + "," + good[:30], "breaks off in element 2"},
		"no end":       {Gitleaks, "[" + good, "breaks off"},
		"no JSON":      {Gitleaks, "[" + good + ",{" + secret, "element 2"},
		"text":         {Gitleaks, "no leaks found", "element 1 is not JSON"},
		"behind":       {Gitleaks, "[" + good + "] true", "behind the array"},
		"deep":         {Gitleaks, "[" + strings.Repeat("[", 20000), "not JSON"},
		"nested":       {Gitleaks, `[{"RuleID":"r","x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}]", "nested more than 64 deep"},
		"a string":     {Gitleaks, fmt.Sprintf("[%q]", secret), "no object"},
		"wrong type":   {Gitleaks, fmt.Sprintf(`[{"RuleID":"r","Secret":{%q:1},"File":"a"}]`, secret), `member "Secret" is not of type string`},
		"another kind": {Trufflehog, "[" + good + "]", "this is no trufflehog report: element 1"},
		"utf-16":       {Gitleaks, "\xff\xfe[\x00]\x00", "UTF-16"},
		"sarif 1":      {SARIF, `{"version":"1.0.0","runs":[]}`, "2.1.0"},
		"sarif cut":    {SARIF, `{"version":"2.1.0","runs":[`, "not JSON"},
		"no repo":      {GitHubFile, `[{"number":1,"secret_type":"x"}]`, "names no repository"},
	} {
		opts := o
		if name == "no repo" {
			opts.Repo = ""
		}
		scans, _, err := Read(c.kind, strings.NewReader(c.report), opts)
		if err == nil || !strings.Contains(err.Error(), c.want) || scans != nil {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		} else {
			hides(t, name, err.Error(), secret)
		}
	}
	for name, c := range map[string]struct{ element, want string }{
		"a number":  {`17`, "no object"},
		"type":      {`{"RuleID":["` + secret + `"]}`, `member "RuleID"`},
		"no rule":   {`{"File":"x"}`, "no RuleID"},
		"path":      {`{"RuleID":"r","File":"` + strings.Repeat("p", maxPath+1) + `","Secret":"` + secret + `"}`, "its path has"},
		"long":      {`{"RuleID":"r","File":"f","Secret":"` + strings.Repeat("s", maxSecret+1) + `"}`, "more than"},
		"year 9999": {`{"RuleID":"r","File":"f","Commit":"c","Date":"9999-12-31T23:59:59-23:00","Secret":"` + secret + `x"}`, "no time that can be"},
	} {
		scans, rep, err := Read(Gitleaks, strings.NewReader("["+good+","+c.element+"]"), o)
		if err != nil || len(scans) != 1 || len(rep.Remarks) != 1 || rep.Remarks[0].Element != 2 || !strings.Contains(rep.Remarks[0].Why, c.want) {
			t.Errorf("%s: %v, %+v, want %q", name, err, rep.Remarks, c.want)
			continue
		}
		if rep.Remarks[0].Skipped == scans[0].Complete {
			t.Errorf("%s: complete %v, skipped %v", name, scans[0].Complete, rep.Remarks[0].Skipped)
		}
		hides(t, name, rep, secret)
	}
}

// endless gives a text over and over.
type endless struct {
	head, more string
	read       int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.head)
	e.head = e.head[n:]
	for n < len(p) {
		n += copy(p[n:], e.more)
	}
	e.read += int64(n)
	return n, nil
}

// TestEndless: a report without an end is refused when a bound is met, and not read
// further.
func TestEndless(t *testing.T) {
	o := testOptions(t)
	for name, c := range map[string]struct {
		head, more, want string
		bytes            int64
	}{
		"one string": {`[{"RuleID":"`, "aaaaaaaa", "element 1, which begins near byte 1, is larger than 8 MiB", 2 * maxElement},
		"blanks":     {`[`, "        ", "is larger than", 2 * maxElement},
	} {
		r := &endless{head: c.head, more: c.more}
		_, _, err := Read(Gitleaks, r, o)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if r.read > c.bytes {
			t.Errorf("%s: %d bytes were read", name, r.read)
		}
	}
	if _, _, err := Read(Gitleaks, io.MultiReader(strings.NewReader("[{}"), &failing{}), o); err == nil || !strings.Contains(err.Error(), "disk on fire") {
		t.Errorf("an error of the reader is lost: %v", err)
	}
}

type failing struct{}

func (*failing) Read([]byte) (int, error) { return 0, fmt.Errorf("disk on fire") }

// TestSecretsStayIn: a secret that stands in every member of an element is in nothing
// that comes out.
func TestSecretsStayIn(t *testing.T) {
	o := testOptions(t)
	o.Repo = ""
	for _, id := range []string{"anthropic-api-key", "generic-token"} {
		x := example(t, id, 0, 3).Secret
		element := map[string]any{
			"RuleID": "r-" + x, "Description": x, "Match": "token = " + x, "Secret": x, "File": "dir/" + x + "/f", "Commit": x, "Author": x, "Email": x,
			"Date": x, "Link": "https://example.com/" + x + "/blob/x", "Fingerprint": x, "Tags": []string{x}, "Confidence": x,
		}
		scans, rep, err := Read(Gitleaks, strings.NewReader(string(mustJSON(t, []any{element}))), o)
		if err != nil {
			t.Fatal(err)
		}
		if len(scans) != 1 {
			t.Fatalf("%+v", rep)
		}
		hides(t, id, scans, x)
		hides(t, id, rep, x)
	}
}

// FuzzRead: whatever a report says, nothing panics, every element is accounted for,
// and what is given can be recorded.
func FuzzRead(f *testing.F) {
	o := testOptions(f)
	for _, s := range []string{
		`[{"RuleID":"r","Secret":"abc","File":"f","Date":"2026-01-01T00:00:00Z","Commit":"c"}]`,
		`{"DetectorName":"AWS","Raw":"x","RawV2":"x:y","SourceMetadata":{"Data":{"Git":{"file":"f","line":1}}},"SecretParts":{"key":"v"}}`,
		`{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"gitleaks"}},"results":[{"ruleId":"r","locations":[{"physicalLocation":{"region":{"snippet":{"text":"t"}}}}]}]}]}`,
		`[{"detector":"d","title":"t","fingerprint":"v1:00000000:ab","layer":"ai-platform","layer_confidence":"likely","confidence":"high","exposure":{"intervals":[{}]}}]`,
		`[{"number":1,"secret_type":"t","secret":"s","state":"resolved","resolution":"revoked","resolved_by":{"login":"a"},"locations":[{"type":"commit"}]}]`,
	} {
		for kind := range Kinds() {
			f.Add(uint8(kind), []byte(s))
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		scans, rep, err := Read(Kinds()[int(kind)%len(Kinds())], strings.NewReader(string(data)), o)
		if err != nil {
			if scans != nil {
				t.Fatal("an error, and scans")
			}
			return
		}
		skipped, secrets := map[int]bool{}, 0
		for _, m := range rep.Remarks {
			if m.Element < 1 || m.Element > rep.Elements {
				t.Fatalf("a remark on element %d of %d", m.Element, rep.Elements)
			}
			if m.Skipped {
				skipped[m.Element] = true
			}
		}
		for i := range scans {
			secrets += len(scans[i].Sightings)
			for _, e := range scans[i].Events(map[incident.ID]*incident.Incident{}) {
				mustJSON(t, e)
			}
		}
		if secrets != rep.Secrets || len(skipped) < rep.Elements && secrets == 0 {
			t.Fatalf("%d secrets of %d elements, %d of them skipped; the report says %d", secrets, rep.Elements, len(skipped), rep.Secrets)
		}
		mustJSON(t, rep)
	})
}
