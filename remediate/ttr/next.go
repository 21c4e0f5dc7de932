package ttr

import (
	"fmt"
	"strings"

	"leakline/remediate/incident"
)

// next says what to look at first.
func (p *page) next(r *Report) {
	advice := Advice(r)
	if len(advice) == 0 {
		return
	}
	p.title("What to look at next")
	for i, s := range advice {
		p.text(fmt.Sprintf("  %d. ", i+1), s)
	}
}

// Advice says in sentences what the figures ask for, the most urgent first.
func Advice(r *Report) []string {
	var out []string
	g := r.Total()
	if l := r.Overdue; l != nil && len(l.List) > 0 {
		x := l.List[0]
		out = append(out, fmt.Sprintf("%s late: begin with %s, %s days past its limit (%s). leakline ledger show %s",
			count(l.Total, "incident is", "incidents are"), shortID(x.Incident), figure(x.Late), clean(x.Owner), shortID(x.Incident)))
	} else if l := g.LongestOpen; l != nil {
		out = append(out, fmt.Sprintf("The longest open incident, %s, is open for %s days. leakline ledger show %s",
			shortID(l.Incident), figure(l.Days), shortID(l.Incident)))
	}
	if n := unowned(r); n > 0 {
		out = append(out, fmt.Sprintf("%s owned by no person: assign them, for nothing else happens before.", count(n, "open incident is", "open incidents are")))
	}
	if s := slowest(g.Stages); s != "" {
		out = append(out, s)
	}
	for _, layer := range r.By(ByLayer) {
		if layer.Name == Ambiguous && layer.Open > 0 {
			out = append(out, fmt.Sprintf("The layer of %s is not decided: each counts against the gate of all its candidates.", count(layer.Open, "open incident", "open incidents")))
		}
	}
	if n := g.Proofs[string(incident.ProofAttested)]; g.Remediated >= MinClosures && 2*n > g.Remediated {
		out = append(out, fmt.Sprintf("%s %% of the closures rest on a person's word: leakline verify asks the providers.", percent(float64(n)/float64(g.Remediated))))
	}
	return out
}

// unowned counts the open incidents without a person as their owner.
func unowned(r *Report) int {
	n := 0
	for _, g := range r.By(ByOwner) {
		if g.OwnerKind != Person {
			n += g.Open
		}
	}
	return n
}

// slowest names the step that took the most days of those that are taken one
// after the other.
func slowest(stages []Stage) string {
	at := map[string]float64{}
	for _, s := range stages {
		at[s.Stage] = s.Median
	}
	dead, ok := at["remediated"]
	worked, known := at["acknowledged"]
	if !ok || !known || dead == 0 {
		return ""
	}
	if owned, ok := at["owned"]; ok && owned > dead/2 {
		return fmt.Sprintf("An incident has an owner after %s days (median), of %s until it is proven dead: look for owners first.", figure(owned), figure(dead))
	}
	if worked > dead/2 {
		return fmt.Sprintf("Somebody works on an incident after %s days (median), of %s until it is proven dead: it lies and waits.", figure(worked), figure(dead))
	}
	if removed, ok := at["removed"]; ok && removed < dead/2 {
		return strings.TrimSpace(fmt.Sprintf("Secrets leave the branches early (median %s days) and stay alive until day %s: revoke first, clean up after.", figure(removed), figure(dead)))
	}
	return ""
}
