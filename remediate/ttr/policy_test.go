package ttr_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
)

func TestParsePolicy(t *testing.T) {
	for _, c := range []struct {
		name string
		sla  map[string]any
		want string // the error; "": none
	}{
		{"nothing", nil, ""},
		{"all", map[string]any{"default": "27d", "ai-platform": "12h", "application-auth": map[string]any{"default": "14d", "forge": "1d"}}, ""},
		{"the default by privilege", map[string]any{"default": map[string]any{"forge": "1d"}}, ""},
		{"another layer", map[string]any{"network": "1d"}, "sla.network: no such layer; write default, ai-platform, application-auth, infrastructure or unclassified"},
		{"another privilege", map[string]any{"ai-platform": map[string]any{"root": "1d"}}, "sla.ai-platform.root: no such privilege; write default, forge, admin, write, read, limited or unknown"},
		{"a number", map[string]any{"ai-platform": int64(7)}, `sla.ai-platform: 7 is no duration; write days or hours in quotes, such as "27d" or "12h"`},
		{"a word", map[string]any{"ai-platform": map[string]any{"forge": "soon"}}, `sla.ai-platform.forge: "soon" is no duration; write whole days or hours, such as 27d or 12h`},
		{"nothing at all", map[string]any{"default": ""}, `sla.default: "" is no duration; write whole days or hours, such as 27d or 12h`},
		{"a fraction", map[string]any{"default": "1.5d"}, `sla.default: "1.5d" is no duration; write whole days or hours, such as 27d or 12h`},
		{"below nothing", map[string]any{"default": "-3d"}, `sla.default: "-3d" is no duration; write whole days or hours, such as 27d or 12h`},
		{"none", map[string]any{"default": "0d"}, `sla.default: "0d" is out of range; write from 1h to 36500d`},
		{"centuries", map[string]any{"default": "36501d"}, `sla.default: "36501d" is out of range; write from 1h to 36500d`},
		{"overflow", map[string]any{"default": "99999999999999999999d"}, `sla.default: "99999999999999999999d" is no duration; write whole days or hours, such as 27d or 12h`},
	} {
		_, err := ttr.ParsePolicy(c.sla)
		if got := errorText(err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestLimit(t *testing.T) {
	p := policy(t) // 27d, AI 14d, application 21d, its forge 1d
	for _, c := range []struct {
		row  incident.Row
		days int
	}{
		{incident.Row{Layer: detectors.AIPlatform, Privilege: detectors.Forge}, 14},
		{incident.Row{Layer: detectors.ApplicationAuth, Privilege: detectors.Forge}, 1},
		{incident.Row{Layer: detectors.ApplicationAuth, Privilege: detectors.Read}, 21},
		{incident.Row{Layer: detectors.Infrastructure}, 27},
		{incident.Row{Layer: detectors.Unclassified}, 27},
		{incident.Row{Layer: detectors.Infrastructure, Also: []detectors.Layer{detectors.AIPlatform}}, 14},
		{incident.Row{Layer: detectors.Infrastructure, Ambiguous: true, Candidates: []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}}, 14},
		{incident.Row{Ambiguous: true}, 27},
	} {
		if got := p.Limit(&c.row); got != time.Duration(c.days)*oneDay {
			t.Errorf("%+v: %v", c.row, got)
		}
	}
	only := ttr.Over(27*oneDay, detectors.ApplicationAuth)
	if got := only.Limit(&incident.Row{Layer: detectors.AIPlatform}); got != 0 {
		t.Errorf("a layer without a limit: %v", got)
	}
	if !(ttr.Policy{}).None() || only.None() || ttr.Over(oneDay).None() {
		t.Error("which policies set limits")
	}
}

// TestOverdue compares with a sort of everything that is late.
func TestOverdue(t *testing.T) {
	p := policy(t)
	for seed := range uint64(20) {
		rows := random(rand.New(rand.NewPCG(seed, 3)), 200)
		var want []ttr.Late
		accepted := 0
		for i := range rows {
			x := &rows[i]
			late := ms(now) - x.Detected - p.Limit(x).Milliseconds()
			if !counts(x) || state(x) == incident.Closed || late <= 0 || !inRiskSet(x) {
				continue
			}
			if state(x) == incident.SetAside {
				accepted++
				continue
			}
			want = append(want, ttr.Late{Incident: x.ID, Late: float64(late) / 86400000})
		}
		slices.SortFunc(want, func(a, b ttr.Late) int {
			return cmp.Or(cmp.Compare(b.Late, a.Late), cmp.Compare(a.Incident, b.Incident))
		})
		for _, most := range []int{1, 3, 10, 1000} {
			o := options()
			o.MaxLate = most
			got, err := ttr.Overdue(seq(rows), p, o)
			if err != nil {
				t.Fatal(err)
			}
			if got.Total != len(want) || got.Accepted != accepted || len(got.List) != min(most, len(want)) {
				t.Fatalf("%d late, %d accepted, %d listed; want %d, %d", got.Total, got.Accepted, len(got.List), len(want), accepted)
			}
			for i, x := range got.List {
				if x.Incident != want[i].Incident || x.Late != want[i].Late || !near(x.Open-x.Limit, x.Late) || x.Owner == "" {
					t.Fatalf("%d: %+v, want %+v", i, x, want[i])
				}
			}
		}
	}
}

// TestOverdueTies: of incidents that are equally late the first by id are listed,
// in whatever order they come.
func TestOverdueTies(t *testing.T) {
	var rows []incident.Row
	for n := range 20 {
		rows = append(rows, row(n, 50))
	}
	slices.SortFunc(rows, func(a, b incident.Row) int { return cmp.Compare(b.ID, a.ID) })
	o := options()
	o.MaxLate = 2
	got, err := ttr.Overdue(seq(rows), ttr.Over(oneDay), o)
	if err != nil || got.Total != 20 || got.List[0].Incident != rows[19].ID || got.List[1].Incident != rows[18].ID {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestLate(t *testing.T) {
	x := row(1, 30)
	x.Also, x.Owner, x.Repos = []detectors.Layer{detectors.Infrastructure}, "p1:aa00000000000000", []string{"acme/a", "acme/b"}
	o := options()
	o.Names, o.Gate = fixtureOwners, ttr.Over(27*oneDay, detectors.ApplicationAuth)
	r := report(t, []incident.Row{x, row(2, 27), dismissed(row(3, 90), incident.WontFix)}, o)
	want := &ttr.Lates{Total: 1, Accepted: 1, List: []ttr.Late{{
		Incident: id(1), Detector: "workos-key", Provider: "WorkOS", Privilege: detectors.Admin,
		Layers: []detectors.Layer{detectors.ApplicationAuth, detectors.Infrastructure}, Repos: []string{"acme/a", "acme/b"},
		Owner: "Ada Example", OwnerKind: ttr.Person, Open: 30, Limit: 27, Late: 3,
	}}}
	unexported := gocmp.FilterPath(func(p gocmp.Path) bool { return p.Last().String() == ".late" }, gocmp.Ignore())
	if diff := gocmp.Diff(want, r.Gate, unexported); diff != "" || !r.Fails() {
		t.Errorf("fails %v: %s", r.Fails(), diff)
	}
	if r.Overdue != nil {
		t.Errorf("overdue without a policy: %+v", r.Overdue)
	}
	o.Gate = ttr.Over(27*oneDay, detectors.AIPlatform)
	if r := report(t, []incident.Row{x}, o); r.Fails() || r.Gate == nil {
		t.Error("the gate of another layer fails")
	}
	both := row(4, 30)
	both.Ambiguous, both.Candidates = true, []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
	if !report(t, []incident.Row{both}, o).Fails() {
		t.Error("an ambiguous one does not count against its candidate's gate")
	}
	if report(t, nil, options()).Fails() {
		t.Error("no gate fails")
	}
}

func TestForecast(t *testing.T) {
	o := options()
	o.Policy = ttr.Over(27 * oneDay)
	rows := []incident.Row{
		row(1, 27), row(2, 27.001), row(3, 20.001), row(4, 19.99), row(5, 0), // due today, over, in 7, in 8, in 27 days
		dismissed(row(6, 26), incident.AcceptedRisk), dismissed(row(7, 40), incident.AcceptedRisk), dead(8, 100, 90),
	}
	g := report(t, rows, o).Total()
	want := ttr.Forecast{Overdue: 1, AcceptedOverdue: 1, Within7: 2, Within30: 4}
	if g.Forecast != want {
		t.Errorf("%+v, want %+v", g.Forecast, want)
	}
	text := string(write(t, "text", report(t, rows, o), ttr.WriteOptions{}))
	if !strings.Contains(text, "1 overdue, 2 more within 7 days, 4 within 30") {
		t.Error(text)
	}
}
