package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/spf13/cobra"
	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/anchor"
	"leakline/remediate/notice"
	"leakline/scanner/ignore"
)

// flatten lists the paths of a decoded document, as spots have them.
func flatten(v any, path []string, into map[string]bool) {
	if len(path) > 0 {
		into[joined(path...)] = true
	}
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			flatten(x, append(path[:len(path):len(path)], k), into)
		}
	case []any:
		for i, x := range v {
			flatten(x, element(path, i), into)
		}
	case []map[string]any:
		for i, x := range v {
			flatten(x, element(path, i), into)
		}
	}
}

// tomlDocument draws a document, most often a valid one, in all forms of writing.
func tomlDocument(t *rapid.T) string {
	key := rapid.SampledFrom([]string{"a", "b-1", `"c d"`, "'e.f'", `"g\"h"`, `"\u00e9"`, "3", "i . j", `k."l.m"`, "true"})
	blank := rapid.SampledFrom([]string{"", " ", "\t"})
	var value func(depth int) *rapid.Generator[string]
	value = func(depth int) *rapid.Generator[string] {
		return rapid.Custom(func(t *rapid.T) string {
			n := rapid.IntRange(0, 12).Draw(t, "form")
			if depth == 0 {
				n %= 10
			}
			switch n {
			case 10:
				list := rapid.SliceOfN(value(depth-1), 0, 3).Draw(t, "list")
				gap := rapid.SampledFrom([]string{" ", "\n  ", " # ]\n\t"}).Draw(t, "gap")
				text := "[" + gap + strings.Join(list, gap+","+gap) + gap
				if len(list) > 0 && rapid.Bool().Draw(t, "comma") {
					text += ","
				}
				return text + "]"
			case 11, 12:
				var pairs []string
				for i := range rapid.IntRange(0, 2).Draw(t, "pairs") {
					pairs = append(pairs, fmt.Sprintf("%s%d = %s", "x", i, value(depth-1).Draw(t, "member")))
				}
				return "{ " + strings.Join(pairs, ", ") + " }"
			}
			return []string{
				"1", "-2.5e3", "true", `"text # [x] \" \\"`, `'it is \'`, "\"\"\"\none \\\n  \"two\" = [\n\"\"\"", "'''\n[x]\ny = 'z'''''",
				"2026-12-31", `""`, "\"\"\"a\"\"\"\"\"",
			}[n]
		})
	}
	var b strings.Builder
	for range rapid.IntRange(0, 8).Draw(t, "lines") {
		switch rapid.IntRange(0, 5).Draw(t, "line") {
		case 0:
			fmt.Fprintf(&b, "[%s%s%s]\n", blank.Draw(t, "blank"), key.Draw(t, "table"), blank.Draw(t, "blank"))
		case 1:
			fmt.Fprintf(&b, "%s[[%s]] # %s\n", blank.Draw(t, "blank"), key.Draw(t, "tables"), "[no] = 'quote")
		case 2:
			b.WriteString(rapid.SampledFrom([]string{"\n", "# c = 1\n", "\t\r\n"}).Draw(t, "filler"))
		default:
			fmt.Fprintf(&b, "%s%s%s=%s%s%s\n", blank.Draw(t, "blank"), key.Draw(t, "key"), blank.Draw(t, "blank"), blank.Draw(t, "blank"), value(2).Draw(t, "value"), blank.Draw(t, "blank"))
		}
	}
	return b.String()
}

// TestLocate: of every valid document, exactly the keys that the decoder finds have
// spots, and at the spot of a key its last part is written.
func TestLocate(t *testing.T) {
	valid := 0
	rapid.Check(t, func(rt *rapid.T) {
		text := tomlDocument(rt)
		spots, err := locate(text)
		var doc map[string]any
		if _, broken := toml.Decode(text, &doc); broken != nil {
			return
		}
		if err != nil {
			rt.Fatalf("%v:\n%s", err, text)
		}
		valid++
		want, got := map[string]bool{}, map[string]bool{}
		flatten(doc, nil, want)
		lines := strings.Split(text, "\n")
		for path, at := range spots {
			got[path] = true
			if at.key.line < 1 || at.key.line > len(lines) || at.key.column < 1 || at.key.column > len(lines[at.key.line-1])+1 {
				rt.Fatalf("%q stands at %v:\n%s", path, at, text)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			rt.Fatalf("%s\nin\n%s", d, text)
		}
	})
	if !testing.Short() && valid < 20 {
		t.Errorf("only %d documents were valid", valid)
	}
}

// TestLocatePlaces: the places in one document, by hand.
func TestLocatePlaces(t *testing.T) {
	text := "\ufeff# c\n[scan]\n  jobs = 4 # x\n  layers = [\n    'a', 'b',\n  ]\n[[ignore]]\n[[ignore]]\npath=\"p\"\nx.y = {z = 1}\n"
	spots, err := locate(text)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]spot{
		"scan":                                   {position{2, 1}, position{2, 1}},
		"scan\x00jobs":                           {position{3, 3}, position{3, 10}},
		"scan\x00layers\x00\x011":                {position{5, 10}, position{5, 10}},
		"ignore\x00\x011":                        {position{8, 1}, position{8, 1}},
		"ignore\x00\x011\x00path":                {position{9, 1}, position{9, 6}},
		"ignore\x00\x011\x00x\x00y\x00z":         {position{10, 8}, position{10, 12}},
		joined("ignore", elementMark+"1", "x"):   {position{10, 1}, position{10, 7}},
		joined("ignore", elementMark+"0", "no"):  {},
		joined("ignore", elementMark+"1", "lib"): {},
	} {
		if got := spots[path]; got != want {
			t.Errorf("%q: %v, want %v", path, got, want)
		}
	}
}

// TestHostileConfig: documents that are made to cost much are refused in few steps.
func TestHostileConfig(t *testing.T) {
	for name, text := range map[string]string{
		"deep lists":   "a = " + strings.Repeat("[", 500_000),
		"deep tables":  "a = " + strings.Repeat("{a=", 300_000),
		"dotted key":   strings.Repeat("a.", 500_000) + "a = 1",
		"dotted table": "[" + strings.Repeat("a.", 500_000) + "a]",
		"long key":     strings.Repeat("k", 900_000) + " = 1",
		"long quoted":  `"` + strings.Repeat("k", 900_000) + `" = 1`,
		"many keys":    strings.Join(slices.Collect(func(yield func(string) bool) { yield(strings.Repeat("a=1\n", 250_000)) }), ""),
		"many tables":  strings.Repeat("[[ignore]]\n", 90_000),
		"no TOML":      strings.Repeat("\x00\xff", 500_000),
		"open text":    `a = """` + strings.Repeat("x", 900_000),
	} {
		_, err := parseConfig("c.toml", text)
		if err == nil || len(err.Error()) > 4000 || !strings.HasPrefix(err.Error(), "c.toml:") {
			t.Errorf("%s: %.200v", name, err)
		}
	}
	big := writeTemp(t, "big.toml", strings.Repeat("#", maxConfig+1))
	if _, err := loadConfig(big, "--config"); err == nil || !strings.Contains(err.Error(), "larger than") {
		t.Error(err)
	}
}

// configDocument draws a document of the shape of a configuration; wrong says that it
// may hold what is refused.
func configDocument(wrong bool) *rapid.Generator[map[string]any] {
	return rapid.Custom(func(t *rapid.T) map[string]any {
		top := configShape()
		doc := drawTable(t, &top, wrong).(map[string]any)
		if list, ok := doc["ignore"].([]any); ok && !wrong {
			for _, x := range list {
				entry := x.(map[string]any)
				if entry["path"] == nil && entry["detector"] == nil && entry["layer"] == nil {
					entry["path"] = "**/*.txt"
				}
				delete(entry, "object")
			}
		}
		if list, ok := doc["trust-anchors"].([]any); ok {
			for i, x := range list {
				entry := x.(map[string]any)
				if name, ok := entry["name"].(string); ok && strings.HasPrefix(name, "idp") {
					entry["name"] = fmt.Sprintf("%s-%d", name, i) // a schema cannot tell that one occurs twice
				}
				if !wrong {
					for _, kind := range anchorKinds {
						delete(entry, kind)
					}
					entry[anchorKinds[i%len(anchorKinds)]] = drawValue(t, nil, "trust-anchors.jwks", false)
				}
			}
		}
		return doc
	})
}

// values are right and wrong ones of each key. The wrong ones are such that a schema
// can tell.
func drawValue(t *rapid.T, s *shape, path string, wrong bool) any {
	draw := func(values ...any) any { return rapid.SampledFrom(values).Draw(t, path) }
	if wrong && rapid.IntRange(0, 11).Draw(t, "wrong") == 0 {
		return draw("", " ", "no such word", int64(-1), int64(2), int64(1)<<40, true, 1.5, []any{}, []any{int64(1)}, []any{""}, map[string]any{}, map[string]any{"x": int64(1)})
	}
	switch path {
	case "scan.timeout":
		return draw("0s", "90s", "1h30m", "1.5h", "250ms")
	case "scan.exit-code":
		return draw(int64(1), int64(3), int64(255))
	case "scan.max-target-megabytes", "scan.jobs":
		return draw(int64(0), int64(1), int64(4096))
	case "scan.enable-detectors", "scan.disable-detectors":
		return draw([]any{}, []any{"github-pat"}, []any{"github-pat", "generic-secret"})
	case "ignore.path":
		return draw("testdata/**", "a b/*.go", "*.pem")
	case "ignore.detector":
		return draw("github-*", "generic-secret")
	case "ignore.mark":
		return nil // made by leakline only
	case "ignore.object":
		return draw("0123abcd", "a file.zip")
	case "ignore.reason":
		return draw("a test", "\"quoted\" \\ and\ttab", "für später")
	case "ignore.until":
		return draw("2026-12-31", "2028-02-29")
	case "extend.gitleaks":
		return draw("gitleaks.toml", "../up/rules.toml")
	case "extend.detectors":
		return draw([]any{}, []any{"own.toml"}, []any{"../up/own.toml", "b.toml"})
	case "verify.hosts":
		if id := tenantProbe(); id != "" {
			return map[string]any{id: draw([]any{"dev-1.example.com"}, []any{}, []any{"a.example.com", "b.example.org"})}
		}
		return map[string]any{}
	case "verify.per-minute":
		return draw(map[string]any{}, map[string]any{"api.example.com": int64(30), "x.example.com": int64(6000)})
	case "verify.timeout":
		return draw("1s", "10s", "2m")
	case "trust-anchors.name":
		return draw("idp", "idp-saml")
	case "trust-anchors.jwks", "trust-anchors.saml-metadata", "trust-anchors.certificate":
		return draw("https://idp.example.com/keys", "https://idp.example.com/a?b=c", "keys.json", "../certs/idp 1.pem")
	case "trust-anchors.covers":
		return draw([]any{}, []any{"github-pat"}, []any{"*-key", "github.com/example/*"})
	case "reconcile.unused-after":
		return draw("90d", "12h")
	case "reconcile.okta.host", "reconcile.github.host":
		return draw("dev-1.example.com", "login.example.org")
	case "reconcile.github.organization":
		return draw("example", "Example_1")
	case "issues":
		return map[string]any{
			"per": draw("commit", "repository"), "security-repository": draw("acme/security", "a/b.c"), "most-per-run": draw(int64(0), int64(10000)),
			"proofs": draw([]any{"provider"}, []any{"attested", "inventory"}), "ask-for": draw("7d", "12h"), "labels": draw([]any{}, []any{"security"}),
		}
	case "boundaries":
		return map[string]any{
			"ai-platform":    map[string]any{"owner": draw("@acme/ai-platform", []any{"@ann", "ann@acme.example"}, []any{})},
			"infrastructure": map[string]any{"escalate": draw("@bob")},
			"application-auth": map[string]any{
				"owners": draw([]any{"@acme/accounts"}, "ann@acme.example"), "reviewers": draw([]any{"@bob"}, "@acme/audit"), "directory": "Okta", "console": "https://a.example", "audit": "x",
				"controls": draw(map[string]any{}, map[string]any{"MFA": map[string]any{"standing": draw("on", "off"), "by": "@ann", "on": draw("2026-01-31", "2026-11-02")}}),
			},
			"environments": draw(map[string]any{}, map[string]any{"production": []any{"deploy/prod/**"}, "test": []any{}}),
			"policy":       draw(map[string]any{}, map[string]any{"max-age": "180d"}, map[string]any{"max_age": "12h"}),
			"people":       draw(map[string]any{}, map[string]any{"left": []any{"Ann Lee", map[string]any{"email": "ann@acme.example", "at": "2026-01-31"}, map[string]any{"name": "Bo"}}}),
			"waiver": draw([]any{}, []any{
				map[string]any{"rule": "owner-missing", "reason": "not yet", "until": "2026-12-31"}, map[string]any{"rule": "claim-of-other-layer", "path": "docs/**", "reason": "x"},
			}),
		}
	case "outlets":
		list := []any{}
		for n, o := range []map[string]any{
			{"channel": "webhook", "url": "https://siem.example.com/leakline?x=y", "secret-env": "SIEM_SECRET", "private": draw(true, false), "most-per-run": draw(int64(1), int64(10000))},
			{"channel": "webhook", "url-env": "SIEM_URL", "host": "siem.example.com:8443", "secret-file": "/run/secrets/siem", "changes": draw([]any{"new"}, []any{"proven-dead", "overdue"})},
			{"channel": "slack", "url-file": "slack url", "send": "weekly", "owner": draw("@acme/ai", "ann@acme.example")},
			{"channel": "code-scanning"},
			{"channel": "advisory", "private": false, "send": "changes"},
		} {
			o["name"], o["layers"], o["repositories"] = fmt.Sprintf("o-%d", n), draw([]any{"ai-platform"}, []any{"unclassified", "infrastructure"}), draw([]any{"acme/*"}, []any{"*/*", "a/b"})
			if rapid.Bool().Draw(t, "outlet") {
				list = append(list, o)
			}
		}
		return list
	case "sla":
		limits := map[string]any{"default": draw("14d", "12h"), "forge": draw("1d", "2h")}
		return map[string]any{"default": draw("27d", "5h"), "ai-platform": draw("7d", limits), "unclassified": limits}
	}
	if strings.HasSuffix(path, ".credential-env") {
		return draw("OPENAI_ADMIN_KEY", "OWN_2")
	}
	switch {
	case s.kind == texts:
		return []any{draw(anys(s.words)...)}
	case s.words != nil:
		return draw(anys(s.words)...)
	case s.kind == yesOrNo:
		return draw(true, false)
	}
	t.Fatalf("no values for %s", path)
	return nil
}

// tenantProbe is a probe that asks hosts of customers; "" if there is none.
func tenantProbe() string {
	for _, p := range detectors.Probes() {
		if p.Tenant {
			return p.ID
		}
	}
	return ""
}

func anys(words []string) []any {
	out := make([]any, len(words))
	for i, w := range words {
		out[i] = w
	}
	return out
}

func drawTable(t *rapid.T, s *shape, wrong bool) any {
	return drawBelow(t, s, "", wrong)
}

func drawBelow(t *rapid.T, s *shape, path string, wrong bool) any {
	doc := map[string]any{}
	for i := range s.keys {
		k := &s.keys[i]
		if !rapid.Bool().Draw(t, "there") && !(k.required && !wrong) {
			continue
		}
		below := strings.TrimPrefix(path+"."+k.name, ".")
		odd := wrong && rapid.IntRange(0, 15).Draw(t, "odd") == 0
		var v any
		switch {
		case k.kind == aTable && !odd:
			v = drawBelow(t, k, below, wrong)
		case k.kind == tables && !odd:
			list := make([]any, rapid.IntRange(0, 3).Draw(t, "entries"))
			for i := range list {
				list[i] = drawBelow(t, k, below, wrong)
			}
			v = list
		case odd:
			v = rapid.SampledFrom([]any{"text", int64(1), map[string]any{"x": "y"}, []any{}}).Draw(t, "value")
		default:
			v = drawValue(t, k, below, wrong)
		}
		if v != nil {
			doc[k.name] = v
		}
	}
	if wrong && rapid.IntRange(0, 15).Draw(t, "unknown") == 0 {
		doc[rapid.SampledFrom([]string{"scans", "Reason", "jobs ", "owners", "verify", "trust-anchor"}).Draw(t, "name")] = "1d"
	}
	return doc
}

// encodeTOML writes a document with the library's encoder, which knows nothing of ours.
func encodeTOML(t interface{ Fatal(...any) }, doc map[string]any) string {
	text, err := toml.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestConfigSchema: the schema and the parser accept the same documents.
func TestConfigSchema(t *testing.T) {
	schema := compileSchema(t)
	right, refused := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		wrong := rapid.Bool().Draw(rt, "may be wrong")
		doc := configDocument(wrong).Draw(rt, "document")
		text := encodeTOML(rt, doc)
		_, parsed := parseConfig("c.toml", text)
		var plain any
		encoded, err := json.Marshal(doc)
		if err == nil {
			plain, err = jsonschema.UnmarshalJSON(strings.NewReader(string(encoded)))
		}
		if err != nil {
			rt.Fatal(err)
		}
		judged := schema.Validate(plain)
		if (parsed == nil) != (judged == nil) {
			rt.Fatalf("the parser says %v\nthe schema says %v\nof\n%s", parsed, judged, text)
		}
		if !wrong && parsed != nil {
			rt.Fatalf("%v\nin\n%s", parsed, text)
		}
		if right++; parsed != nil {
			right, refused = right-1, refused+1
		}
	})
	if right < 5 || refused < 5 {
		t.Errorf("%d documents were right, %d refused", right, refused)
	}
}

// TestConfigSchemaEdges: at the edges of what is right, schema and parser agree.
func TestConfigSchemaEdges(t *testing.T) {
	schema := compileSchema(t)
	table := func(path string, v any) map[string]any {
		name, key, _ := strings.Cut(path, ".")
		if key == "" {
			return map[string]any{name: v}
		}
		below := map[string]any{key: v}
		if provider, leaf, deeper := strings.Cut(key, "."); deeper {
			deep := map[string]any{leaf: v}
			if provider == "okta" && leaf != "host" {
				deep["host"] = "dev-1.example.com"
			}
			return map[string]any{name: map[string]any{provider: deep}}
		}
		if name == "trust-anchors" {
			for k, x := range map[string]string{"name": "x", "jwks": "y"} {
				if _, there := below[k]; !there && !(k == "jwks" && slices.Contains(anchorKinds, key)) {
					below[k] = x
				}
			}
			return map[string]any{name: []any{below}}
		}
		if name != "ignore" {
			return map[string]any{name: below}
		}
		for k, x := range map[string]string{"reason": "x", "detector": "y"} {
			if key != k {
				below[k] = x
			}
		}
		return map[string]any{name: []any{below}}
	}
	for path, values := range map[string]struct{ right, wrong []any }{
		"scan.exit-code":            {[]any{1, 3, 255}, []any{0, 2, 256, -1, "1", 1.5}},
		"scan.jobs":                 {[]any{0, 4096}, []any{-1, 4097}},
		"scan.max-target-megabytes": {[]any{0, 1_000_000_000}, []any{-1, 1_000_000_001}},
		"scan.timeout":              {[]any{"0", "0s", "1.5h", ".5m", "1.s", "1h2m3s4ms5us6ns", "+3s"}, []any{"", "1d", "5", "-1s", "1 s", "s", "1h-2m"}},
		"scan.gitignore":            {[]any{true}, []any{"true", 1}},
		"scan.layers":               {[]any{[]any{}, []any{"unclassified"}}, []any{"unclassified", []any{1}, []any{""}}},
		"scan.enable-detectors":     {[]any{[]any{"github-pat"}}, []any{[]any{""}, []any{"a b"}, []any{strings.Repeat("x", 201)}}},
		"ignore.until":              {[]any{"2028-02-29"}, []any{"2027-02-29", "2027-2-1", "01.02.2027", "2027-02-01T00:00:00Z", 2027}},
		"ignore.reason":             {[]any{"x"}, []any{"", "\t \n", 1}},
		"ignore.object":             {nil, []any{"with a detector"}},
		"ignore":                    {[]any{[]any{}}, []any{[]any{map[string]any{"reason": "x"}}, []any{map[string]any{"path": "x"}}, map[string]any{"path": "x", "reason": "x"}, []any{"x"}}},
		"issues": {
			[]any{map[string]any{}, map[string]any{"escalate-after": "1d", "closed-by-hand": "dismiss", "most-per-repository": 0, "min-confidence": "low", "milestone": "Leaks", "project": "acme/7"}},
			[]any{
				"x",
				[]any{},
				map[string]any{"per": "file"},
				map[string]any{"security-repository": "acme"},
				map[string]any{"security-repository": "-a/b"},
				map[string]any{"most-per-run": -1},
				map[string]any{"most-per-run": 10001},
				map[string]any{"proofs": []any{}},
				map[string]any{"proofs": []any{"word"}},
				map[string]any{"ask-for": "0d"},
				map[string]any{"labels": []any{" "}},
				map[string]any{"allow-public": true},
				map[string]any{"milestone": ""},
			},
		},
		"boundaries": {
			[]any{
				map[string]any{},
				map[string]any{"unclassified": map[string]any{}},
				map[string]any{"ai-platform": map[string]any{"owners": "@ann", "reviewers": []any{}}},
				map[string]any{"people": map[string]any{"left": []any{}}},
				map[string]any{"waiver": []any{}},
			},
			[]any{
				map[string]any{"app": map[string]any{}},
				map[string]any{"ai-platform": "@ann"},
				map[string]any{"ai-platform": map[string]any{"owner": "ann"}},
				map[string]any{"ai-platform": map[string]any{"owner": []any{"@a b"}}},
				map[string]any{"ai-platform": map[string]any{"second": "@ann"}},
				map[string]any{"ai-platform": map[string]any{"owner": 1}},
				map[string]any{"ai-platform": map[string]any{"owner": "@ann", "owners": "@bob"}},
				map[string]any{"ai-platform": map[string]any{"reviewers": "ann"}},
				map[string]any{"ai-platform": map[string]any{"reviewers": []any{1}}},
				map[string]any{"ai-platform": map[string]any{"directory": " "}},
				map[string]any{"ai-platform": map[string]any{"controls": map[string]any{"SOO": map[string]any{"standing": "on", "by": "x", "on": "2026-01-01"}}}},
				map[string]any{"ai-platform": map[string]any{"controls": map[string]any{"SSO": map[string]any{"standing": "yes", "by": "x", "on": "2026-01-01"}}}},
				map[string]any{"ai-platform": map[string]any{"controls": map[string]any{"SSO": map[string]any{"standing": "on", "by": "x"}}}},
				map[string]any{"ai-platform": map[string]any{"controls": map[string]any{"SSO": map[string]any{"standing": "on", "by": "x", "on": "2026-02-30"}}}},
				map[string]any{"environments": map[string]any{"prod": []any{"x"}}},
				map[string]any{"environments": map[string]any{"production": "x"}},
				map[string]any{"environments": map[string]any{"production": []any{""}}},
				map[string]any{"policy": map[string]any{"max-age": "180"}},
				map[string]any{"policy": map[string]any{"max-age": "1d", "max_age": "1d"}},
				map[string]any{"policy": []any{}},
				map[string]any{"people": map[string]any{"left": "ann"}},
				map[string]any{"people": map[string]any{"left": []any{map[string]any{"at": "2026-01-01"}}}},
				map[string]any{"people": map[string]any{"left": []any{" "}}},
				map[string]any{"people": map[string]any{"left": []any{1}}},
				map[string]any{"people": map[string]any{"left": []any{map[string]any{"email": "a@b.c", "at": "yesterday"}}}},
				map[string]any{"people": map[string]any{"right": []any{}}},
				map[string]any{"waiver": []any{map[string]any{"rule": "owner-missing"}}},
				map[string]any{"waiver": []any{map[string]any{"reason": "x"}}},
				map[string]any{"waiver": []any{map[string]any{"rule": "Owner missing", "reason": "x"}}},
				map[string]any{"waiver": []any{map[string]any{"rule": "owner-missing", "reason": " "}}},
				map[string]any{"waiver": []any{map[string]any{"rule": "owner-missing", "reason": "x", "until": "2026"}}},
				map[string]any{"waiver": "owner-missing"},
			},
		},
		"outlets": {
			[]any{
				[]any{},
				outlet("webhook", "url", "https://a.example", "secret-env", "A"), outlet("webhook", "url", "https://A.example:1/x?y", "secret-file", "x"),
				outlet("webhook", "url", "https://a.example/", "host", "a.example", "secret-env", "A_B", "private", true, "most-per-run", 1),
				outlet("webhook", "url-file", "x", "host", "localhost", "secret-env", "A"), outlet("slack", "url-env", "A", "host", "chat.example"),
				outlet("slack", "url-file", "x", "send", "daily", "owner", "@ann"), outlet("advisory"), outlet("code-scanning", "most-per-run", 10000),
			},
			[]any{
				"x",
				map[string]any{},
				[]any{"x"},
				[]any{map[string]any{}},
				outlet("mail"), outlet("webhook"), outlet("webhook", "url", "https://a.example"), outlet("webhook", "secret-env", "A"),
				outlet("webhook", "url", "http://a.example", "secret-env", "A"), outlet("webhook", "url", "https://u:p@a.example", "secret-env", "A"),
				outlet("webhook", "url", "https://a.example/#x", "secret-env", "A"), outlet("webhook", "url", "https://", "secret-env", "A"),
				outlet("webhook", "url", "https://a.example", "url-env", "A", "secret-env", "A"), outlet("webhook", "url", "https://a.example", "secret-env", "A", "secret-file", "x"),
				outlet("webhook", "url-env", "A", "secret-env", "A"), outlet("webhook", "url-env", "a", "host", "a.example", "secret-env", "A"),
				outlet("webhook", "url-env", "A", "host", "https://a.example", "secret-env", "A"), outlet("webhook", "url-env", "A", "url-file", "x", "host", "a.example", "secret-env", "A"),
				outlet("webhook", "url", "https://a.example", "secret-env", "A", "owner", "@ann"), outlet("webhook", "url", "https://a.example", "secret-env", "A", "owner", "@ann", "send", "changes"),
				outlet("webhook", "url", "https://a.example", "secret-env", "A", "changes", []any{}), outlet("webhook", "url", "https://a.example", "secret-env", "A", "changes", []any{"closed"}),
				outlet("webhook", "url", "https://a.example", "secret-env", "A", "token", "x"), outlet("webhook", "url", "https://a.example", "secret-env", "A", "private", "yes"),
				outlet("slack"), outlet("slack", "url", "https://hooks.slack.com/x"), outlet("slack", "url-env", "A", "url-file", "x"), outlet("slack", "url-env", "A", "secret-env", "A"),
				outlet("slack", "url-env", "A", "send", "weekly", "owner", "ann"), outlet("advisory", "url", "https://a.example"), outlet("advisory", "private", true),
				outlet("code-scanning", "changes", []any{"new"}), outlet("code-scanning", "send", "daily"), outlet("advisory", "most-per-run", 0), outlet("advisory", "most-per-run", 10001),
				outlet("advisory", "name", "A"), outlet("advisory", "name", ""), outlet("advisory", "layers", []any{}), outlet("advisory", "layers", []any{"all"}), outlet("advisory", "layers", "ai-platform"),
				outlet("advisory", "repositories", []any{}), outlet("advisory", "repositories", []any{"*"}), outlet("advisory", "repositories", "acme/*"),
			},
		},
		"sla.default": {[]any{"1h", "36500d", "007d"}, []any{"0d", "1m", "-1d", "1.5d", 27, map[string]any{"boss": "1d"}}},
		"comments":    {[]any{map[string]any{}}, []any{"required", map[string]any{"reason": "required"}}},
		"verify.per-minute": {
			[]any{map[string]any{}, map[string]any{"a.b": 1}, map[string]any{strings.Repeat("a.", 126) + "b": 6000}, map[string]any{"xn--a-1.example": 2}},
			[]any{
				map[string]any{"a.b": 0},
				map[string]any{"a.b": 6001},
				map[string]any{"a.b": "1"},
				map[string]any{"localhost": 1},
				map[string]any{"127.0.0.1": 1},
				map[string]any{"A.b": 1},
				map[string]any{"a.b:1": 1},
				map[string]any{"*.a.b": 1},
				map[string]any{"-a.b": 1},
				map[string]any{"a.b.": 1},
				map[string]any{"https://a.b": 1},
				map[string]any{strings.Repeat("a.", 127) + "b": 1},
				map[string]any{strings.Repeat("a", 64) + ".b": 1},
				[]any{},
				1,
			},
		},
		"verify.hosts":   {[]any{map[string]any{}}, []any{map[string]any{"A": []any{"a.b"}}, map[string]any{"": []any{}}, []any{}, "a.b"}},
		"verify.timeout": {[]any{"1s", "999s", "9m"}, []any{"0s", "1000s", "10m", "1h", "1.5s", "", 10}},
		"verify.proxy":   {[]any{true, false}, []any{"true", "http://proxy", 1}},
		"trust-anchors.name": {
			[]any{"a", "0-z", strings.Repeat("x", 63)},
			[]any{"", "A", "a b", "a/b", "..", "-a", strings.Repeat("x", 64), 1},
		},
		"trust-anchors.jwks": {
			[]any{"https://a.b", "https://a.b/", "https://a-1.b.example/x/%20?y=z&p=q", "x", "./x", "../x y", "/x", `C:\x`, "C:/x", "-", "ä.json"},
			[]any{
				"", " ", "http://a.b/", "https://A.b/", "https://a.b:444/", "https://u:p@a.b/", "https://a.b/#x", "https://a.b/ x", "https://a/", "https://127.0.0.1/",
				"https://[::1]/", "file:///x", "ab:c", "x\ny", "https://a.b?x", "ftp://a.b", strings.Repeat("x", 2049), 1,
				[]any{"x"},
			},
		},
		"trust-anchors.certificate": {[]any{"x.pem"}, []any{"", map[string]any{"file": "x.pem"}}},
		"trust-anchors.layer":       {[]any{"application-auth"}, []any{"app-auth", ""}},
		"trust-anchors.covers":      {[]any{[]any{}, []any{"github-pat"}, []any{"a/b", "*"}}, []any{"github-pat", []any{" "}, []any{1}}},
		"trust-anchors":             {[]any{[]any{}}, []any{map[string]any{"name": "a", "jwks": "b"}, []any{map[string]any{"name": "a"}}, []any{map[string]any{"jwks": "a"}}, []any{map[string]any{"name": "a", "jwks": "b", "certificate": "c"}}}},
		"reconcile.unused-after":    {[]any{"1h", "9999d"}, []any{"0d", "10000d", "1m", "090d", 90}},
		"reconcile.openai.credential-env": {
			[]any{"OPENAI_ADMIN_KEY", "A_1", "GITHUB_TOKEN"},
			[]any{"", "TOKEN", "a_b", "A__B", "A_", "_A", "A B_C", "$A_B", "A_B=c", strings.Repeat("A", 33) + "_B", 1},
		},
		"reconcile.okta.host":           {[]any{"a.okta.example"}, []any{"", "https://a.b", 1}},
		"reconcile.okta":                {nil, []any{map[string]any{}, map[string]any{"host": "a.b", "token": "x"}}},
		"reconcile.github.organization": {[]any{"a", "A-b_c"}, []any{"", "a/b", "-a", "a b"}},
		"reconcile.aws":                 {nil, []any{map[string]any{}}},
		"extend.gitleaks":               {[]any{"x.toml"}, []any{"", []any{"x.toml"}}},
		"extend.detectors":              {[]any{[]any{}, []any{"x.toml", "y.toml"}}, []any{"x.toml", []any{""}, []any{1}}},
	} {
		judge := func(v any, right bool) {
			text := encodeTOML(t, table(path, v))
			_, parsed := parseConfig("c.toml", text)
			encoded, err := json.Marshal(table(path, v))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := jsonschema.UnmarshalJSON(strings.NewReader(string(encoded)))
			if err != nil {
				t.Fatal(err)
			}
			if judged := schema.Validate(plain); (parsed == nil) != right || (judged == nil) != right {
				t.Errorf("%sthe parser says %v, the schema %v", text, parsed, judged)
			}
		}
		for _, v := range values.right {
			judge(v, true)
		}
		for _, v := range values.wrong {
			judge(v, false)
		}
	}
}

// outlet is a configuration's list of one outlet, with settings in pairs.
func outlet(channel string, settings ...any) []any {
	o := map[string]any{"name": "x", "channel": channel, "layers": []any{"ai-platform"}, "repositories": []any{"acme/*"}}
	for n := 0; n < len(settings); n += 2 {
		o[settings[n].(string)] = settings[n+1]
	}
	return []any{o}
}

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(configSchema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("config.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestConfigSchemaKeys: every key and every word of the parser is in the schema, and
// the other way round.
func TestConfigSchemaKeys(t *testing.T) {
	var doc map[string]any
	if err := json.Unmarshal([]byte(configSchema), &doc); err != nil {
		t.Fatal(err)
	}
	defs := doc["$defs"].(map[string]any)
	var compare func(s *shape, node map[string]any, path string)
	compare = func(s *shape, node map[string]any, path string) {
		if ref, ok := node["$ref"].(string); ok {
			node = defs[strings.TrimPrefix(ref, "#/$defs/")].(map[string]any)
		}
		if s.kind == named {
			if rest, _ := node["additionalProperties"].(map[string]any); rest == nil || node["propertyNames"] == nil {
				t.Errorf("%s: the schema does not say what stands there", path)
			} else {
				compare(s.each, rest, path)
			}
			return
		}
		if s.kind == tables || s.kind == texts {
			items := node["items"].(map[string]any)
			one := *s
			one.kind = aText
			if s.kind == tables {
				one.kind = aTable
			}
			compare(&one, items, path)
			return
		}
		var words []string
		list, _ := node["enum"].([]any)
		for _, w := range list {
			words = append(words, w.(string))
		}
		if d := cmp.Diff(s.words, words); d != "" {
			t.Errorf("%s: %s", path, d)
		}
		if s.kind != aTable {
			return
		}
		if node["additionalProperties"] != false {
			t.Errorf("%s: the schema accepts unknown keys", path)
		}
		known := node["properties"].(map[string]any)
		var names []string
		for i := range s.keys {
			k := &s.keys[i]
			if names = append(names, k.name); known[k.name] == nil {
				t.Errorf("%s.%s is not in the schema", path, k.name)
				continue
			}
			if known[k.name].(map[string]any)["description"] == nil {
				t.Errorf("%s.%s is not described", path, k.name)
			}
			if k.kind != checkedBy {
				compare(k, known[k.name].(map[string]any), path+"."+k.name)
			}
		}
		if extra := slices.DeleteFunc(slices.Collect(maps.Keys(known)), func(k string) bool { return slices.Contains(names, k) }); len(extra) > 0 {
			t.Errorf("%s: only the schema knows %q", path, extra)
		}
	}
	top := configShape()
	compare(&top, doc, "")
}

// TestConfigShowReadsBack: what is shown is a configuration that says the same.
func TestConfigShowReadsBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := encodeTOML(rt, configDocument(false).Draw(rt, "document"))
		c, err := parseConfig("/folder/c.toml", text)
		if err != nil {
			rt.Fatal(err)
		}
		var shown strings.Builder
		if err := c.write(&shown); err != nil {
			rt.Fatal(err)
		}
		again, err := parseConfig("/elsewhere/d.toml", shown.String())
		if err != nil {
			rt.Fatalf("%v\nin\n%s", err, shown.String())
		}
		if d := cmp.Diff(&c, &again, cmp.AllowUnexported(config{}, scanSettings{}, rulesFile{}, verifySettings{}, reconcileSettings{}, reconcileProvider{}, issueSettings{}, outletSettings{}), cmpopts.EquateEmpty(),
			cmpopts.IgnoreUnexported(notice.Outlet{}), cmpopts.IgnoreFields(config{}, "path", "spots", "boundary"), cmpopts.IgnoreFields(ignore.Entry{}, "File", "Line")); d != "" {
			rt.Fatalf("%s\nfrom\n%s\nto\n%s", d, text, shown.String())
		}
	})
}

// TestConfigPage: the example of the page is right, and holds every key.
func TestConfigPage(t *testing.T) {
	page, err := docs.ReadFile("docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, ok := strings.Cut(string(page), "A complete example:\n")
	if !ok {
		t.Fatal("the page has no example")
	}
	var example strings.Builder
	for line := range strings.Lines(after) {
		if strings.TrimSpace(line) != "" && !strings.HasPrefix(line, "  ") {
			break
		}
		example.WriteString(line)
	}
	c, err := parseConfig("example.toml", example.String())
	if err != nil {
		t.Fatalf("%v\n%s", err, example.String())
	}
	top := configShape()
	for _, table := range top.keys {
		for _, key := range table.keys {
			found := false
			for path := range c.spots {
				parts := strings.Split(path, "\x00")
				found = found || parts[0] == table.name && parts[len(parts)-1] == key.name
			}
			if !found && key.name != "mark" { // which no page can hold
				t.Errorf("the example lacks %s.%s", table.name, key.name)
			}
		}
	}
}

// TestConfigDiscovery: which of several configurations counts.
func TestConfigDiscovery(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	ours := func(jobs int) string { return fmt.Sprintf("[scan]\njobs = %d\n", jobs) }
	theirs := "title = \"x\"\n[[rules]]\nid = \"r\"\nregex = '''r'''\n"
	named, variable, rules := put("named.toml", ours(1)), put("variable.toml", ours(2)), put("rules.toml", theirs)
	put("outside/.leakline.toml", ours(9))
	put("repo/.git/HEAD", "")
	put("repo/.leakline.toml", ours(3))
	put("repo/.gitleaks.toml", theirs)
	put("repo/sub/deep/file.txt", "")
	put("repo/own/.leakline.toml", ours(4))
	put("repo/theirs/.gitleaks.toml", theirs)
	put("outside/sub/file.txt", "")
	if err := os.MkdirAll(filepath.Join(dir, "odd", ".leakline.toml"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name  string
		flag  string
		env   map[string]string
		root  string
		own   bool
		jobs  int
		rules string // the file of rules, relative
	}{
		{"flag", named, map[string]string{"LEAKLINE_CONFIG": variable}, "repo", false, 1, ""},
		{"variable", "", map[string]string{"LEAKLINE_CONFIG": variable, "GITLEAKS_CONFIG": rules}, "repo", false, 2, ""},
		{"gitleaks' variable", "", map[string]string{"GITLEAKS_CONFIG": rules}, "repo", false, 0, "rules.toml"},
		{"gitleaks' variable, of no use", "", map[string]string{"GITLEAKS_CONFIG": rules}, "repo", true, 3, ""},
		{"gitleaks' text", "", map[string]string{"GITLEAKS_CONFIG_TOML": theirs}, "repo", false, 0, "GITLEAKS_CONFIG_TOML"},
		{"flag of gitleaks' form", rules, nil, "repo", false, 0, "rules.toml"},
		{"target", "", nil, "repo", false, 3, ""},
		{"folder in it", "", nil, "repo/sub/deep", false, 3, ""},
		{"file in it", "", nil, "repo/sub/deep/file.txt", false, 3, ""},
		{"the nearest", "", nil, "repo/own", false, 4, ""},
		{"gitleaks' file", "", nil, "repo/theirs", false, 0, "repo/theirs/.gitleaks.toml"},
		{"nothing above a folder that is no work tree", "", nil, "outside/sub", false, 0, ""},
		{"a folder of that name", "", nil, "odd", false, 0, ""},
		{"no folder", "", nil, "", false, 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := &env{getenv: func(k string) string { return c.env[k] }}
			f := configFlags{named: c.flag, own: c.own}
			root := c.root
			if root != "" {
				root = filepath.Join(dir, root)
			}
			got, err := f.read(e, root, true)
			if err != nil {
				t.Fatal(err)
			}
			rel := strings.TrimPrefix(got.rules.path, dir+"/")
			if got.scan.jobs != c.jobs || rel != c.rules || got.gitleaks != (c.rules != "") {
				t.Errorf("jobs %d, rules %q from %q", got.scan.jobs, rel, got.path)
			}
			if c.flag != "" || len(c.env) > 0 {
				return
			}
			if got, err := f.read(e, root, false); err != nil || got.path != "" {
				t.Errorf("of a target that is not trusted, %q is read, %v", got.path, err)
			}
		})
	}
	f := configFlags{}
	got, err := f.read(&env{getenv: func(string) string { return "" }}, filepath.Join(dir, "repo"), true)
	if err != nil || len(got.warnings) != 1 || !strings.Contains(got.warnings[0], "[extend]") {
		t.Errorf("warnings %q, %v", got.warnings, err)
	}
}

// TestConfigForms tells the two forms apart: both have a table extend.
func TestConfigForms(t *testing.T) {
	for text, want := range map[string]bool{
		"[extend]\nuseDefault = true\n":                 true,
		"[extend]\ngitleaks = \"x\"\n":                  false,
		"[[rules]]\nid = \"x\"\n":                       true,
		"[allowlist]\npaths = []\n":                     true,
		"[scan]\njobs = 1\n":                            false,
		"[[rules]]\n[[trust-anchors]]\n":                false,
		"[extend]\nuseDefault = true\n[verify]\n":       false,
		"[[rules]]\nid = \n[reconcile]":                 false,
		"[extend]\nuseDefault = true\n[scan]\n":         false,
		"[[rules]]\nid = \n":                            true,
		"[scan]\njobs = \n[extend]\ngitleaks = \"x\"\n": false,
		"":          false,
		"jobs = 1 ": false,
	} {
		if got := isGitleaksConfig("c.toml", text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

// TestConfigApply: a flag wins over the file, and the file over the default.
func TestConfigApply(t *testing.T) {
	c, err := parseConfig("c.toml", `[scan]
min-confidence = "low"
layers = ["ai-platform"]
disable-detectors = ["github-pat", "generic-secret"]
timeout = "5m"
jobs = 3
exit-code = 4
gitignore = true
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct {
		args []string
		want string
	}{
		{nil, "low [ai-platform] [] [github-pat generic-secret] 0 5m0s 3 4 show true"},
		{[]string{"--min-confidence=high", "-j1", "--layer=infrastructure", "--gitignore=false"}, "high [infrastructure] [] [github-pat generic-secret] 0 5m0s 1 4 show false"},
		{[]string{"--enable-detector=github-pat"}, "low [ai-platform] [github-pat] [generic-secret] 0 5m0s 3 4 show true"},
		{[]string{"--disable-detector=aws-access-key", "--timeout=0", "--exit-code=1"}, "low [ai-platform] [] [aws-access-key] 0 0s 3 1 show true"},
	} {
		var f scanFlags
		var gitignore bool
		cmd := &cobra.Command{Run: func(*cobra.Command, []string) {}}
		f.add(cmd)
		cmd.Flags().BoolVar(&gitignore, "gitignore", false, "")
		cmd.SetArgs(x.args)
		if err := cmd.Execute(); err != nil {
			t.Fatal(err)
		}
		c.apply(&f, cmd)
		got := fmt.Sprint(f.minConfidence, " ", f.layers, " ", f.enable, " ", f.disable, " ", f.maxMegabytes, " ", f.timeout, " ", f.jobs, " ", f.exitCode, " ", f.authors, " ", c.gitignore(cmd, gitignore))
		if got != x.want {
			t.Errorf("%q: %s, want %s", x.args, got, x.want)
		}
	}
}

// TestConfigDefaults: the defaults of the configuration are those of the flags.
func TestConfigDefaults(t *testing.T) {
	var f scanFlags
	f.add(&cobra.Command{})
	d := defaultConfig().scan
	got := scanSettings{
		minConfidence: f.minConfidence, layers: f.layers, enable: f.enable, disable: f.disable, maxMegabytes: f.maxMegabytes,
		timeout: f.timeout, jobs: f.jobs, exitCode: f.exitCode, authors: f.authors,
	}
	if diff := cmp.Diff(d, got, cmp.AllowUnexported(scanSettings{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

// TestConfigMarkIsNotQuoted: who puts the secret itself where its mark belongs does not
// find it in a log.
func TestConfigMarkIsNotQuoted(t *testing.T) {
	key := secretOf(t, "github-pat")
	for _, value := range []string{fmt.Sprintf("%q", key), fmt.Sprintf("[%q]", key), fmt.Sprintf("{ x = %q }", key)} {
		_, err := parseConfig("c.toml", "[[ignore]]\nreason = \"x\"\nmark = "+value+"\n")
		if err == nil || strings.Contains(err.Error(), key[:8]) {
			t.Errorf("%v", strings.ReplaceAll(fmt.Sprint(err), key, "KEY"))
		}
	}
}

// TestConfigUntil: a date in quotes and one of TOML are the same day.
func TestConfigUntil(t *testing.T) {
	for _, value := range []string{"2026-12-31", `"2026-12-31"`} {
		c, err := parseConfig("c.toml", "[[ignore]]\nreason = \"x\"\npath = \"p\"\nuntil = "+value+"\n")
		if err != nil || !c.ignores[0].Until.Equal(time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %v, %v", value, c.ignores, err)
		}
	}
}

// TestConfigSecretsAreNotQuoted: who puts a credential where a host, an address or the
// name of a variable belongs does not find it in a log.
func TestConfigSecretsAreNotQuoted(t *testing.T) {
	key := secretOf(t, "github-pat")
	for _, form := range []string{
		"[reconcile.openai]\ncredential-env = %q", "[reconcile.github]\ncredential-env = [%q]", "[reconcile.okta]\nhost = %q",
		"[reconcile.github]\norganization = '%s@x'", "[[trust-anchors]]\nname = 'a'\njwks = 'https://user:%s@example.com/'",
		"[[trust-anchors]]\nname = 'a'\ncertificate = [%q]", "[verify]\nhosts = { a = [%q] }",
	} {
		_, err := parseConfig("c.toml", fmt.Sprintf(form, key))
		if err == nil || strings.Contains(err.Error(), key[:8]) {
			t.Errorf("%s: %v", form, strings.ReplaceAll(fmt.Sprint(err), key, "KEY"))
		}
	}
}

// TestConfigVerifyErrors: what is wrong with the three tables, in the words of the
// errors, with places and hints.
func TestConfigVerifyErrors(t *testing.T) {
	const outletsText = "[[outlets]]\nname = 'a'\nchannel = 'advisory'\nlayers = ['ai-platform']\nrepositories = ['a/b']\n"
	for text, want := range map[string]string{
		"[verify]\nhost = {}":                                                                  `c.toml:2:1: unknown key "verify.host"|did you mean "hosts"?`,
		"[verify]\nper-minute = { api.example.com = 3 }":                                       `c.toml:2:16: verify.per-minute.api: a table is not a whole number|in quotes`,
		"[verify]\nhosts = { no-such-probe = ['a.example.com'] }":                              `c.toml:2:11: verify.hosts: unknown probe "no-such-probe"|`,
		"[[trust-anchors]]\nname = 'a'\n":                                                      `c.toml:1:1: trust-anchors: where the anchor stands is missing; write one of jwks, saml-metadata, certificate|`,
		"[[trust-anchors]]\nname = 'a'\njwks = 'b'\ncertificate = 'c'":                         `c.toml:1:1: trust-anchors: jwks and certificate exclude each other|`,
		"[[trust-anchors]]\nname = 'a'\njwks = 'b'\n[[trust-anchors]]\nname = 'a'\njwks = 'c'": `c.toml:5:8: trust-anchors.name: there is another anchor of the name "a"|`,
		"[[trust-anchors]]\nname = 'a'\njwks = 'b'\ncovers = ['github-pta']":                   `c.toml:4:11: trust-anchors.covers: "github-pta" is no detector, and no repository, which has a slash|github-pat`,
		outletsText + "[[outlets]]\nname = 'b'\nchannel = 'mail'\n":                            `c.toml:8:1: outlets.2.channel: write one of webhook, slack, code-scanning, advisory|help notify`,
		outletsText + "[[outlets]]\nchannel = 'advisory'\n":                                    `c.toml:6:1: outlets.2: name: an outlet needs one|help notify`,
		outletsText + "host = 'x.example'\n":                                                   `c.toml:1:1: outlets.1: "a" goes to GitHub, into the repository with the secret: it has name, channel, layers, repositories and most-per-run only|`,
		outletsText + "layer = 'x'\n":                                                          `c.toml:6:1: outlets.1.layer: no such setting; see 'leakline help notify'|`,
		"outlets = 3\n":                                                                        `c.toml:1:1: outlets: write each as a table [[outlets]]|`,
		"[[trust-anchor]]\n":                                                                   `c.toml:1:1: unknown key "trust-anchor"|did you mean "trust-anchors"?`,
		"[reconcile.opnai]\n":                                                                  `c.toml:1:1: unknown key "reconcile.opnai"|did you mean "openai"?`,
		"[reconcile.okta]\n":                                                                   `c.toml:1:1: reconcile.okta: host is missing|`,
	} {
		_, err := parseConfig("c.toml", text)
		message, hint, _ := strings.Cut(want, "|")
		var h hinted
		if err == nil || err.Error() != message || hint != "" && (!errors.As(err, &h) || !strings.Contains(h.hint, hint)) {
			t.Errorf("%s\n%v, hint %q, want %s", text, err, h.hint, want)
		}
	}
	for _, p := range detectors.Probes() {
		if p.Tenant {
			continue
		}
		_, err := parseConfig("c.toml", fmt.Sprintf("[verify]\nhosts = { %s = ['a.example.com'] }", p.ID))
		if err == nil || !strings.Contains(err.Error(), "its provider's own hosts only") {
			t.Errorf("%s: %v", p.ID, err)
		}
		break
	}
}

// TestConfigAnchors: an anchor as the configuration says it.
func TestConfigAnchors(t *testing.T) {
	c, err := parseConfig("/etc/leakline/c.toml", `
[[trust-anchors]]
name = "idp"
jwks = "https://idp.example.com/keys"
layer = "application-auth"
covers = ["github-pat", "github.com/example/*"]
[[trust-anchors]]
name = "saml"
saml-metadata = "idp.xml"
`)
	want := []anchor.Anchor{
		{Name: "idp", Kind: anchor.JWKS, URL: "https://idp.example.com/keys", Layer: detectors.ApplicationAuth, Covers: []string{"github-pat", "github.com/example/*"}},
		{Name: "saml", Kind: anchor.SAML, File: "/etc/leakline/idp.xml"},
	}
	if d := cmp.Diff(want, c.anchors); d != "" || err != nil {
		t.Errorf("%v\n%s", err, d)
	}
}

// TestConfigWithheld: what a file that merely lies there says of whom to ask and what to
// believe does not count; the rest of it does.
func TestConfigWithheld(t *testing.T) {
	const text = `
[scan]
jobs = 3
[verify]
timeout = "3s"
per-minute = { "api.example.com" = 7 }
[[trust-anchors]]
name = "idp"
jwks = "https://idp.example.com/keys"
[reconcile]
unused-after = "90d"
`
	dir := t.TempDir()
	file := filepath.Join(dir, configName)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	none := &env{getenv: func(string) string { return "" }}
	for _, own := range []bool{false, true} {
		f := configFlags{own: own}
		c, err := f.read(none, dir, true)
		d := defaultConfig()
		if err != nil || c.scan.jobs != 3 || c.withholding() == nil || len(c.anchors) != 0 ||
			!cmp.Equal(c.verify, d.verify, cmp.AllowUnexported(verifySettings{})) || c.reconcile.unusedAfter != 0 {
			t.Errorf("found: %+v, %v", c, err)
		}
		var shown strings.Builder
		if err := c.write(&shown); err != nil || strings.Contains(shown.String(), "idp") || !strings.Contains(shown.String(), "reconcile, trust-anchors, verify does not count") {
			t.Errorf("%v\n%s", err, shown.String())
		}
	}
	variable := &env{getenv: func(k string) string { return map[string]string{"LEAKLINE_CONFIG": file}[k] }}
	for _, f := range []configFlags{{named: file}, {}} {
		c, err := f.read(variable, dir, true)
		if err != nil || c.withholding() != nil || len(c.anchors) != 1 || c.verify.timeout != 3*time.Second ||
			c.verify.perMinute["api.example.com"] != 7 || c.reconcile.unusedAfter != 90*day {
			t.Errorf("named: %+v, %v", c, err)
		}
	}
}
