package ttr

import (
	"bufio"
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"leakline/remediate/incident"
)

// writeText writes a report for people.
func writeText(w *bufio.Writer, r *Report, o WriteOptions) error {
	p := newPage(w, o)
	top := cmp.Or(max(0, o.Top), 10)
	p.head(r)
	p.verdict(r)
	p.proofs(r.Total())
	p.table(r, ByLayer, "By layer", len(layerNames))
	p.logRank(r.LogRank)
	p.stages(r.Total())
	p.otherClocks(r)
	for _, d := range []Dimension{ByProvider, ByRepository, ByOwner} {
		p.table(r, d, "By "+string(d), top)
	}
	p.trend(r)
	p.forecast(r)
	p.lates("Overdue under the policy, the latest first", r.Overdue, top)
	p.lates("Over the limit of the gate, the latest first", r.Gate, top)
	p.next(r)
	return nil
}

// head says what was counted.
func (p *page) head(r *Report) {
	g := r.Total()
	p.bold("Time to remediate, as of " + r.AsOf.UTC().Format(time.DateOnly))
	if len(r.Layers) > 0 {
		p.text("", "Only what opens, or may open: "+strings.Join(r.Layers, ", "))
	}
	p.line("")
	s := count(g.N, "incident", "incidents") + ": " + thousands(g.Remediated) + " remediated, " + thousands(g.Open) + " open"
	if n := g.AcceptedRisk + g.WontFix; n > 0 {
		s += ", " + thousands(n) + " of these accepted or not to be fixed, which stay open in every figure"
	}
	s += "."
	if l := g.LongestOpen; l != nil {
		s += " The longest open is " + shortID(l.Incident) + ", for " + figure(l.Days) + " days."
	}
	p.text("", s)
	var parts []string
	for _, reason := range incident.Reasons() {
		if n := g.Left[string(reason)]; n > 0 && reason.NoIncident() {
			parts = append(parts, thousands(n)+" as "+string(reason))
		}
	}
	if len(parts) > 0 {
		p.text("", "Dismissed, and in no figure: "+strings.Join(parts, ", ")+".")
	}
	if r.LowConfidence > 0 {
		p.text("", "Of low confidence, and in no figure: "+thousands(r.LowConfidence)+".")
	}
	if r.Later > 0 {
		p.text("", "Detected later than this report's time, and in no figure: "+thousands(r.Later)+".")
	}
	if g.Reopened > 0 {
		p.text("", count(g.Reopened, "incident was", "incidents were")+" reopened: the clock runs from the first detection to the final proof.")
	}
	if g.Early > 0 {
		p.text("", count(g.Early, "incident was", "incidents were")+" dead before the detection, and count with 0 days.")
	}
}

// verdict compares the total with the baseline and draws its curve.
func (p *page) verdict(r *Report) {
	g := r.Total()
	p.title("Against the baseline of " + fmt.Sprint(BaselineDays) + " days, a mean of estimates elsewhere")
	p.text("  ", g.Sentence())
	if g.TTR == nil {
		return
	}
	p.text("  ", "Half of the incidents were remediated within "+g.TTR.medianWords()+". (A median, so it is not compared with the baseline.)")
	p.title("Share that is open, by days since detection")
	for _, s := range plot(g.TTR.Curve, int(BaselineDays)) {
		p.line(s)
	}
}

// medianWords is the median in a sentence.
func (t *TTR) medianWords() string {
	if t.Median != nil {
		return dayRange(t.Median) + " days"
	}
	if t.MedianLow != nil {
		return "a time that is not reached yet, and is at least " + figure(*t.MedianLow) + " days"
	}
	return "a time that is not reached yet"
}

// Sentence says in words how the group stands to the baseline.
func (g *Group) Sentence() string {
	t := g.TTR
	if t == nil {
		s := fmt.Sprintf("No figure yet: %d remediated, and it takes %d.", g.Remediated, MinClosures)
		if g.LongestOpen != nil {
			s += " The longest open incident is open for " + figure(g.LongestOpen.Days) + " days."
		}
		return s
	}
	if t.RMST == nil {
		return fmt.Sprintf("No verdict: never were %d incidents watched at once.", MinAtRisk)
	}
	mean := fmt.Sprintf("Of the first %s days after detection an incident was open for %s on average (95 %% interval %s–%s).",
		figure(t.Tau), figure(t.RMST.Value), figure(*t.RMST.Low), figure(*t.RMST.High))
	switch t.Verdict {
	case Slower:
		return "Slower. " + mean + " The mean without that horizon is at least as long, so it is above the baseline."
	case Faster:
		return "Faster. " + mean + " None was open after that, so this is the mean, and it is below the baseline."
	case NotShown:
		return "Not shown. " + mean + " So the mean is at least " + figure(t.RMST.Value) + " days; " +
			percent(t.OpenAtTau) + " % are open at day " + figure(t.Tau) + ", and how long they will be nobody knows yet."
	}
	return "No verdict: from day " + figure(t.Tau) + " on fewer than " + fmt.Sprint(MinAtRisk) + " incidents are watched, which is before day " +
		fmt.Sprint(BaselineDays) + ". " + mean
}

// proofs says what the closures rest on.
func (p *page) proofs(g *Group) {
	if g.Remediated == 0 {
		return
	}
	p.title("What proves the " + thousands(g.Remediated) + " remediated")
	words := map[incident.Proof]string{
		incident.ProofProvider:    "the provider says that the secret is dead",
		incident.ProofInventory:   "it is gone from the owner's list of keys",
		incident.ProofTrustAnchor: "its public half left the configured trust anchor",
		incident.ProofAttested:    "a named person says so",
	}
	for _, proof := range incident.Proofs() {
		n := g.Proofs[string(proof)]
		p.line("  " + right(thousands(n), 9) + right(percent(float64(n)/float64(g.Remediated))+" %", 7) + "  " + words[proof])
	}
}

// table shows the groups of a dimension.
func (p *page) table(r *Report, d Dimension, title string, top int) {
	gs := r.By(d)
	if len(gs) == 0 {
		return
	}
	p.title(title)
	p.cells("", "n", "open", "% open, day 27", "days open", "of", "verdict")
	if d == ByLayer {
		gs = slices.Insert(gs, 0, *r.Total())
	}
	crossing := 0
	for i := range gs[:min(len(gs), top+1)] {
		if i == top && d != ByLayer {
			break
		}
		p.row(&gs[i])
		crossing += gs[i].Crossing
	}
	if d != ByLayer && len(gs) > top {
		p.line("  and " + thousands(len(gs)-top) + " more, which --report-format csv or json shows")
	}
	if crossing > 0 {
		what := map[Dimension]string{ByLayer: "layer", ByRepository: "repository"}[d]
		p.text("  ", "An incident in more than one "+what+" counts in each, and once in the total.")
	}
	if d == ByLayer && r.Total().TTR != nil {
		p.text("  ", fmt.Sprintf("Days open: the mean of the first so many days (\"of\"): %.0f, or as many as %d incidents were watched for.", Horizon, MinAtRisk))
	}
}

// nameColumns is the room for a name in a table; a longer one gets a line.
const nameColumns = 16

// row shows one group. Under MinClosures it has counts and the oldest open only.
func (p *page) row(g *Group) {
	name := clean(g.Name)
	if columns(name) > nameColumns {
		p.line("  " + strings.TrimRight(fit(name, p.width-4), " "))
		name = ""
	}
	n, open := fmt.Sprint(g.N), fmt.Sprint(g.Open)
	t := g.TTR
	switch {
	case t == nil && g.LongestOpen != nil:
		p.cells(name, n, open, fmt.Sprintf("under %d remediated, oldest %s d", MinClosures, figure(g.LongestOpen.Days)))
	case t == nil:
		p.cells(name, n, open, fmt.Sprintf("under %d remediated", MinClosures))
	case t.RMST == nil:
		p.cells(name, n, open, percentRange(t.OpenAtBaseline), fmt.Sprintf("never %d watched at once", MinAtRisk))
	default:
		verdict := map[Verdict]string{Slower: "slower", Faster: "faster", NotShown: "not shown", NoVerdict: "none"}[t.Verdict]
		p.cells(name, n, open, percentRange(t.OpenAtBaseline), dayRange(t.RMST), fmt.Sprintf("%.0f", math.Floor(t.Tau)), verdict)
	}
}

// cells writes a line of a table of groups. The last cell may be longer than its
// column.
func (p *page) cells(name, n, open string, rest ...string) {
	s := "  " + fit(name, nameColumns) + right(n, 8) + right(open, 8) + " "
	for i, cell := range rest {
		switch {
		case i == len(rest)-1:
			s += cell
		case i == 2:
			s += right(cell, 3) + " "
		default:
			s += fit(cell, 16)
		}
	}
	p.line(s)
}

// logRank says whether the two layers differ.
func (p *page) logRank(l *LogRank) {
	if l == nil {
		return
	}
	s := "the data don't show that the two layers are remediated at different speeds"
	if l.P < 0.05 {
		s = l.Layers[0] + " is remediated faster than " + l.Layers[1]
		if float64(l.Closed[0]) < l.Expected[0] {
			s = l.Layers[1] + " is remediated faster than " + l.Layers[0]
		}
	}
	pValue := fmt.Sprintf("p = %.3f", l.P)
	if l.P < 0.001 {
		pValue = "p < 0.001"
	}
	p.text("  ", fmt.Sprintf("Log-rank test, incidents of one layer only: %s (chi-square %.2f, %s).", s, l.ChiSquare, pValue))
}

// stages says where the days went.
func (p *page) stages(g *Group) {
	if len(g.Stages) == 0 {
		return
	}
	p.title("Where the days went: from detection, of the incidents that got so far")
	p.line("                            n   median     mean")
	words := map[string]string{
		"owned": "has an owner", "acknowledged": "is worked on", "removed": "left all branches", "remediated": "proven dead",
	}
	for _, s := range g.Stages {
		p.line("  " + fit(words[s.Stage], 18) + right(thousands(s.N), 9) + right(figure(s.Median), 9) + right(figure(s.Mean), 9))
	}
}

// otherClocks shows what runs on clocks of its own.
func (p *page) otherClocks(r *Report) {
	g := r.Total()
	p.title("On other clocks, which are not the baseline's")
	if d := g.Dwell; d != nil {
		p.text("  ", fmt.Sprintf("Dwell, from introduction to detection: median %s days, mean %s, of %s (introduction unknown: %s).",
			figure(d.Median), figure(d.Mean), count(d.N, "incident", "incidents"), thousands(d.Unknown)))
	}
	if x := g.Exposure; x != nil {
		p.text("  ", x.sentence())
	}
	for _, x := range r.References {
		p.text("  ", "Elsewhere: "+x.Figure+" ("+x.Source+"; "+x.Kind+"; clock: "+x.Clock+").")
	}
}

// sentence says how long secrets were exposed.
func (x *Exposure) sentence() string {
	s := fmt.Sprintf("Exposure, from introduction to remediation, at risk from detection on: %s, %s remediated. ",
		count(x.N, "incident", "incidents"), thousands(x.Remediated))
	switch {
	case x.Remediated < MinClosures:
		return s + "Too few for a figure."
	case x.Tau == 0:
		return s + "Too few were at risk at once for a figure."
	}
	if x.From > 0 {
		s += fmt.Sprintf("Of those that were alive on day %s: ", figure(x.From))
	}
	median := "not reached"
	if x.Median != nil {
		median = dayRange(x.Median) + " days"
	}
	return s + "median " + median + "; alive at day 31: " + percentRange(x.OpenAt31) +
		". (An introduction is a commit, and need not be public.)"
}

// trend shows the months.
func (p *page) trend(r *Report) {
	if r.Total().N == 0 {
		return
	}
	p.title("By month of detection")
	p.line("           detected  remediated   open at end  median of the detected")
	begun, young := false, false
	for _, m := range r.Trend {
		if begun = begun || m.Detected+m.Remediated+m.Open > 0; !begun {
			continue // the ledger is younger
		}
		name, median := m.Month, "under 10 remediated"
		if m.Partial {
			name += "*"
			young = true
		}
		switch {
		case m.Median != nil:
			median = dayRange(m.Median) + " days"
		case m.Closed >= MinClosures:
			median = "not reached"
		}
		p.line("  " + fit(name, 8) + right(thousands(m.Detected), 9) + right(thousands(m.Remediated), 12) +
			right(thousands(m.Open), 14) + "  " + median)
	}
	if young {
		p.text("  ", "* not over. Of young months only what was quick has ended: their median may not be known, and is no trend.")
	}
}

// forecast says what the policy's limits will bring.
func (p *page) forecast(r *Report) {
	p.title("Policy")
	if r.Overdue == nil {
		p.text("  ", "No limits are set. The table [sla] of the configuration sets them: leakline help ttr.")
		return
	}
	f := r.Total().Forecast
	p.text("  ", fmt.Sprintf("%s overdue, %s more within 7 days, %s within 30 unless remediated before. Past the limit and accepted: %s.",
		thousands(f.Overdue), thousands(f.Within7), thousands(f.Within30), thousands(f.AcceptedOverdue)))
}

// lates lists late incidents.
func (p *page) lates(title string, l *Lates, top int) {
	if l == nil || l.Total == 0 {
		return
	}
	p.title(title)
	p.line("  incident      late d   open d  layer               owner")
	for i := range l.List[:min(len(l.List), top)] {
		x := &l.List[i]
		var layers []string
		for _, layer := range x.Layers {
			layers = append(layers, string(layer))
		}
		sep := "+"
		if x.Ambiguous {
			sep = "|"
		}
		p.line("  " + fit(shortID(x.Incident), 12) + right(figure(x.Late), 8) + right(figure(x.Open), 9) + "  " +
			fit(strings.Join(layers, sep), 18) + "  " + strings.TrimRight(fit(x.Owner, p.width-53), " "))
	}
	if n := l.Total - min(len(l.List), top); n > 0 {
		p.line("  and " + thousands(n) + " more")
	}
}

// shortID is the begin of an incident's id, which the ledger's commands take.
func shortID(id incident.ID) string {
	const digits = 12
	fp := id.Fingerprint()
	hex := fp[strings.LastIndexByte(fp, ':')+1:]
	return clean(hex[:min(len(hex), digits)])
}
