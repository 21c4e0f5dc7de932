package ttr_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"leakline/remediate/incident"
	"leakline/remediate/ttr"
)

// table reads CSV: a map of cells for each line.
func table(t tb, b []byte) []map[string]string {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(b)).ReadAll() // all of the same length
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		cells := map[string]string{}
		for i, name := range lines[0] {
			if _, twice := cells[name]; twice {
				t.Fatalf("column %q stands twice", name)
			}
			cells[name] = line[i]
		}
		out = append(out, cells)
	}
	return out
}

// TestSameNumbers: JSON, CSV and text report the same.
func TestSameNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := options()
		o.Policy = policy(t)
		r := report(t, drawRows(t, 100), o)
		var decoded struct{ Groups []map[string]any }
		d := json.NewDecoder(bytes.NewReader(write(t, "json", r, ttr.WriteOptions{})))
		d.UseNumber()
		if err := d.Decode(&decoded); err != nil {
			t.Fatal(err)
		}
		lines := table(t, write(t, "csv", r, ttr.WriteOptions{}))
		text := string(write(t, "text", r, ttr.WriteOptions{Top: 1000}))
		if len(decoded.Groups) != len(r.Groups) || len(lines) != len(r.Groups) {
			t.Fatalf("%d groups: %d in JSON, %d in CSV", len(r.Groups), len(decoded.Groups), len(lines))
		}
		for i := range r.Groups {
			sameNumbers(t, decoded.Groups[i], lines[i])
			inText(t, text, &r.Groups[i], lines[i])
		}
	})
}

// paths says where JSON has what stands in a column.
func paths() map[string]string {
	p := map[string]string{
		"n": "n", "open": "open", "remediated": "remediated", "crossing": "crossing", "reopened": "reopened",
		"closed_before_detection": "closed_before_detection",
		"overdue":                 "policy.overdue", "accepted_overdue": "policy.accepted_overdue",
		"within_7_days": "policy.within_7_days", "within_30_days": "policy.within_30_days",
		"longest_open_days": "longest_open.days", "longest_open_incident": "longest_open.incident",
		"dismissed_accepted_risk": "accepted_risk", "dismissed_wont_fix": "wont_fix",
		"dismissed_false_positive": "left.false-positive", "dismissed_test_value": "left.test-value", "dismissed_duplicate": "left.duplicate",
		"proof_provider": "proofs.provider", "proof_inventory": "proofs.inventory", "proof_trust_anchor": "proofs.trust-anchor", "proof_attested": "proofs.attested",
		"tau": "ttr.tau", "at_risk": "ttr.at_risk", "open_at_tau": "ttr.open_at_tau", "verdict": "ttr.verdict",
		"rmst": "ttr.rmst.value", "rmst_low": "ttr.rmst.low", "rmst_high": "ttr.rmst.high",
		"open_at_27": "ttr.open_at_27.value", "open_at_27_low": "ttr.open_at_27.low", "open_at_27_high": "ttr.open_at_27.high",
		"median": "ttr.median.value", "median_high": "ttr.median.high",
		"dwell_n": "dwell.n", "dwell_unknown": "dwell.unknown", "dwell_mean": "dwell.mean", "dwell_median": "dwell.median",
		"dimension": "dimension", "name": "name", "owner_kind": "owner_kind",
	}
	for _, s := range []string{"owned", "acknowledged", "removed", "remediated"} {
		for _, f := range []string{"n", "mean", "median"} {
			p[s+"_"+f] = "stages." + s + "." + f
		}
	}
	return p
}

// lookup finds a value in JSON; "" if it is left out.
func lookup(v any, path string) string {
	for name := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			v = x[name]
		case []any:
			v = nil
			for _, e := range x {
				if e.(map[string]any)["stage"] == name {
					v = e
				}
			}
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

func sameNumbers(t *rapid.T, group map[string]any, line map[string]string) {
	ps := paths()
	ps["median_low"] = "ttr.median.low"
	if lookup(group, "ttr.median_low") != "" {
		ps["median_low"] = "ttr.median_low"
	}
	if len(line) != len(ps)+1 { // and as_of
		t.Fatalf("%d columns, and %d are known", len(line), len(ps)+1)
	}
	for column, path := range ps {
		a, b := lookup(group, path), line[column]
		if a == b {
			continue
		}
		x, err1 := strconv.ParseFloat(a, 64)
		y, err2 := strconv.ParseFloat(b, 64)
		if err1 != nil || err2 != nil || x != y {
			t.Fatalf("%s: %q in CSV, %q in JSON", column, b, a)
		}
	}
}

// inText: the group's line shows what CSV has, rounded.
func inText(t *rapid.T, text string, g *ttr.Group, line map[string]string) {
	if g.TTR == nil || g.TTR.RMST == nil {
		return
	}
	float := func(column string) float64 {
		x, err := strconv.ParseFloat(line[column], 64)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	days := fmt.Sprintf("%.1f (%.1f–%.1f)", float("rmst"), float("rmst_low"), float("rmst_high"))
	shown := strings.ReplaceAll(line["verdict"], "-", " ")
	for l := range strings.Lines(text) {
		f := strings.Fields(l)
		if strings.Contains(l, days) && strings.HasSuffix(strings.TrimRight(l, "\n"), fmt.Sprintf(" %.0f %s", math.Floor(float("tau")), shown)) &&
			strings.Contains(" "+strings.Join(f, " ")+" ", " "+line["n"]+" "+line["open"]+" ") {
			return
		}
	}
	t.Fatalf("%s %q: no line with n %s, open %s, %s, %s in\n%s", g.Dimension, g.Name, line["n"], line["open"], days, shown, text)
}

// TestFormulas: no cell begins a formula, and none breaks its line.
func TestFormulas(t *testing.T) {
	for _, hostile := range []string{
		"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  @x", "|calc", "%x",
		"＝1", "＋1", "－1", "＠x", "\u00a0=1", "\ufeff=1", "=cmd|' /C x'!A0", "\"=1", "a\nb,c\"d",
	} {
		x := row(1, 30)
		x.Provider, x.Repos, x.Answerable = hostile, []string{hostile}, hostile
		lines := table(t, write(t, "csv", report(t, []incident.Row{x}, options()), ttr.WriteOptions{}))
		if len(lines) != 5 {
			t.Fatalf("%q: %d lines", hostile, len(lines))
		}
		for _, line := range lines {
			for column, cell := range line {
				if cell == "" {
					continue
				}
				start := strings.TrimLeft(cell, " \u00a0\u3000\ufeff")
				if strings.ContainsAny(cell, "\t\r\n") || strings.ContainsAny(start[:1], "=+-@|%") || strings.HasPrefix(start, "＝") ||
					strings.HasPrefix(start, "＋") || strings.HasPrefix(start, "－") || strings.HasPrefix(start, "＠") {
					t.Errorf("%q: column %s is %q", hostile, column, cell)
				}
			}
		}
	}
	for _, harmless := range []string{"", "acme/app", "a=b", "1-2", "'x"} {
		if got := ttr.Defuse(harmless); got != harmless {
			t.Errorf("%q became %q", harmless, got)
		}
	}
}
