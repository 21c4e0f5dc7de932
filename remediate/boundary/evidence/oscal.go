package evidence

import (
	"cmp"
	"crypto/sha1" // what a UUID of version 5 is made with
	"fmt"
	"slices"
	"strings"
	"time"

	"leakline/remediate/boundary"
	"leakline/remediate/incident"
	"leakline/scanner"
)

// oscalVersion is the version of NIST's models that both documents follow.
// https://pages.nist.gov/OSCAL-Reference/models/v1.1.3/
const oscalVersion = "1.1.3"

// oscalNamespace is that of properties that OSCAL does not know.
const oscalNamespace = "urn:leakline:oscal"

// object is an object of OSCAL's JSON. Its keys are written in order of their names.
type object = map[string]any

// uuid is one of version 5 (RFC 9562) of a name in a bundle: the same bundle has the
// same ones.
func (b *Bundle) uuid(parts ...string) string {
	h := sha1.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%s", oscalNamespace, b.Layer, b.Target, b.AsOf.Format(time.RFC3339Nano), strings.Join(parts, "\x00"))
	u := h.Sum(nil)[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

// text is a text of others for OSCAL, which takes no empty ones.
func text(parts ...string) string {
	s := strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
	return cmp.Or(scanner.Printable(s), "(none)")
}

// prop is a property in our own namespace.
func prop(name string, value any) object {
	return object{"name": name, "ns": oscalNamespace, "value": text(fmt.Sprint(value))}
}

func (b *Bundle) metadata(title string) object {
	m := object{
		"title": text(title), "last-modified": b.AsOf.Format(time.RFC3339Nano), "version": b.AsOf.Format(time.DateOnly), "oscal-version": oscalVersion,
		"props": []object{prop("layer", b.Layer), prop("target", b.Target), prop("leakline-version", b.Tool.Version)},
		"roles": []object{{"id": "layer-owner", "title": "Owner of the layer"}, {"id": "privileged-access-reviewer", "title": "Reviewer of privileged sessions"}},
	}
	var parties, responsible []object
	add := func(role string, names []string) {
		var ids []string
		for _, n := range names {
			id := b.uuid("party", n)
			ids = append(ids, id)
			if !slices.ContainsFunc(parties, func(p object) bool { return p["uuid"] == id }) {
				parties = append(parties, object{"uuid": id, "type": partyType(n), "name": text(n)})
			}
		}
		if ids != nil {
			responsible = append(responsible, object{"role-id": role, "party-uuids": ids})
		}
	}
	add("layer-owner", b.Owners.Owners)
	add("privileged-access-reviewer", b.Owners.Reviewers)
	if parties != nil {
		m["parties"], m["responsible-parties"] = parties, responsible
	}
	return m
}

// partyType tells a person from a team, by the way that owners are written.
func partyType(name string) string {
	if strings.Contains(name, "@") && !strings.Contains(name, "/") {
		return "person"
	}
	return "organization"
}

// component is the system that was looked at, tool what looked.
func (b *Bundle) component() object {
	return object{
		"uuid": b.uuid("component"), "type": "software", "title": text(b.Target),
		"description": text(LayerTitle(b.Layer) + " of " + b.Target), "status": object{"state": "operational"},
	}
}

func (b *Bundle) tool() object {
	return object{
		"uuid": b.uuid("tool"), "type": "software", "title": "leakline", "description": "finds credentials, and what of either identity layer a tree shows",
		"props": []object{{"name": "version", "value": text(b.Tool.Version)}}, "status": object{"state": "operational"},
	}
}

// reviewed are the controls of SP 800-53 that the layer's rules and controls bear on.
func (b *Bundle) reviewed() []Framework {
	ids := map[string]bool{"SP 800-53 IA-5(7)": true, "SP 800-53 IR-4": b.Coverage.Ledger}
	for _, r := range b.Rules {
		for _, id := range slices.Concat(r.Frameworks, ofRules[r.ID]) {
			ids[id] = true
		}
	}
	for _, c := range b.Controls {
		for _, id := range b.bearsOn(c.Name) {
			ids[id] = true
		}
	}
	return slices.DeleteFunc(Frameworks(), func(f Framework) bool { return f.Control == "" || !ids[f.ID] })
}

func (b *Bundle) reviewedControls() object {
	var include []object
	for _, f := range b.reviewed() {
		include = append(include, object{"control-id": f.Control})
	}
	return object{"control-selections": []object{{
		"description": "controls of " + sp53 + " on which the rules and the controls of this layer bear", "include-controls": include,
	}}}
}

// plan is the OSCAL assessment plan that the results import.
func (b *Bundle) plan() object {
	activity := b.uuid("activity")
	ssp := object{"href": "#" + b.uuid("ssp")}
	out := object{
		"uuid": b.uuid("plan"), "metadata": b.metadata("Assessment plan: " + LayerTitle(b.Layer) + " of " + b.Target), "import-ssp": ssp,
		"local-definitions": object{
			"components": []object{b.component()},
			"activities": []object{{
				"uuid": activity, "title": "Examine the tree", "description": text(b.examination()),
				"props": []object{{"name": "method", "value": "EXAMINE"}}, "related-controls": b.reviewedControls(),
			}},
		},
		"reviewed-controls":   b.reviewedControls(),
		"assessment-subjects": []object{{"type": "component", "include-subjects": []object{{"subject-uuid": b.uuid("component"), "type": "component"}}}},
		"assessment-assets": object{
			"components": []object{b.tool()},
			"assessment-platforms": []object{{
				"uuid": b.uuid("platform"), "title": "leakline", "uses-components": []object{{"component-uuid": b.uuid("tool")}},
			}},
		},
		"tasks": []object{{
			"uuid": b.uuid("task"), "type": "action", "title": "Examine the tree", "timing": object{"on-date": object{"date": b.AsOf.Format(time.RFC3339Nano)}},
			"associated-activities": []object{{"activity-uuid": activity, "subjects": []object{{"type": "component", "include-subjects": []object{{"subject-uuid": b.uuid("component"), "type": "component"}}}}}},
		}},
	}
	if b.ssp != "" {
		ssp["href"] = b.ssp
	} else {
		ssp["remarks"] = "No system security plan is named; the resource describes what was examined."
		out["back-matter"] = object{"resources": []object{{
			"uuid": b.uuid("ssp"), "title": text(b.Target), "description": "The system as its tree shows it: see " + jsonFile + " of this bundle.",
			"rlinks": []object{{"href": jsonFile, "media-type": "application/json"}},
		}}}
	}
	return object{"assessment-plan": out}
}

// examination says what is looked for, and how.
func (b *Bundle) examination() string {
	s := "Read the files"
	if b.Coverage.History {
		s += " and the history"
	}
	s += ", find credentials of the layer, what shows or declares its identity controls, and what breaks a rule of the boundary."
	if b.Coverage.Ledger {
		s += " Take incidents and their clocks from the ledger."
	}
	return s + " No provider is asked."
}

// assessed gathers what the results are made of.
type assessed struct {
	b            *Bundle
	observations []object
	risks        []object
	// against are the observations and risks that speak against a control, by its id.
	observed, risked map[string][]string
}

// observe notes an observation and, if it speaks against controls, says so.
func (a *assessed) observe(key, title, description, kind string, frameworks []string, at []boundary.Where, props ...object) string {
	id := a.b.uuid("observation", key)
	o := object{
		"uuid": id, "title": text(title), "description": text(description), "methods": []string{"EXAMINE"}, "types": []string{kind},
		"collected": a.b.AsOf.Format(time.RFC3339Nano),
		"origins":   []object{{"actors": []object{{"type": "tool", "actor-uuid": a.b.uuid("tool")}}}},
		"subjects":  []object{{"subject-uuid": a.b.uuid("component"), "type": "component"}},
	}
	if len(props) > 0 {
		o["props"] = props
	}
	var evidence []object
	for _, w := range at {
		evidence = append(evidence, object{"description": text(place(w))})
	}
	if evidence != nil {
		o["relevant-evidence"] = evidence
	}
	a.observations = append(a.observations, o)
	for _, f := range frameworks {
		if !slices.Contains(a.observed[f], id) {
			a.observed[f] = append(a.observed[f], id)
		}
	}
	return id
}

// risk notes a risk; frameworks are the controls that it speaks against.
func (a *assessed) risk(key, title, description, statement, status, observation string, severity scanner.Severity, frameworks []string, extra object) {
	id := a.b.uuid("risk", key)
	r := object{"uuid": id, "title": text(title), "description": text(description), "statement": text(statement), "status": status}
	if severity != "" {
		r["props"] = []object{prop("severity", severity)}
	}
	if observation != "" {
		r["related-observations"] = []object{{"observation-uuid": observation}}
	}
	for k, v := range extra {
		r[k] = v
	}
	a.risks = append(a.risks, r)
	for _, f := range frameworks {
		if !slices.Contains(a.risked[f], id) {
			a.risked[f] = append(a.risked[f], id)
		}
	}
}

// results is the OSCAL assessment results document.
func (b *Bundle) results() object {
	a := &assessed{b: b, observed: map[string][]string{}, risked: map[string][]string{}}
	a.controls()
	a.findings()
	a.violations()
	a.incidents()
	result := object{
		"uuid": b.uuid("result"), "title": text(LayerTitle(b.Layer) + " of " + b.Target), "description": text(b.Question, b.examination()),
		"start": b.AsOf.Format(time.RFC3339Nano), "end": b.AsOf.Format(time.RFC3339Nano), "reviewed-controls": b.reviewedControls(),
		"props":   []object{prop("complete", b.Coverage.Complete), prop("history", b.Coverage.History), prop("ledger", b.Coverage.Ledger)},
		"remarks": text("Only what is there is evidence. For a control about which nothing was seen there is no finding, and that none is there does not say that the control is met."),
	}
	if a.observations != nil {
		result["observations"] = a.observations
	}
	if a.risks != nil {
		result["risks"] = a.risks
	}
	if fs := a.concluded(); fs != nil {
		result["findings"] = fs
	}
	return object{"assessment-results": object{
		"uuid": b.uuid("results"), "metadata": b.metadata("Assessment results: " + LayerTitle(b.Layer) + " of " + b.Target),
		"import-ap": object{"href": planFile}, "results": []object{result},
		"back-matter": object{"resources": []object{{
			"uuid": b.uuid("evidence"), "title": "The evidence in full", "rlinks": []object{{"href": jsonFile, "media-type": "application/json"}},
		}}},
	}}
}

func (a *assessed) controls() {
	for _, c := range a.b.Controls {
		props := []object{prop("control", c.Name), prop("standing", c.Standing)}
		for _, id := range a.b.bearsOn(c.Name) {
			props = append(props, prop("framework", id))
		}
		a.observe("control\x00"+c.Name, c.Name+": "+standing(&c), c.Question, "control-objective", nil, c.Shown, props...)
	}
}

func (a *assessed) findings() {
	for n := range a.b.Findings {
		f := &a.b.Findings[n]
		key := fmt.Sprintf("finding\x00%s\x00%s\x00%d", f.Detector, place(f.Places[0]), n)
		id := a.observe(key, f.Title, fmt.Sprintf("%s at %s", f.Secret, place(f.Places[0])), "discovery", f.Frameworks, f.Places,
			prop("detector", f.Detector), prop("confidence", f.Confidence), prop("layer", f.Belongs))
		a.risk(key, f.Title, f.Secret, "Whoever holds the credential can act as its subject until it is revoked.", "open", id, f.Severity, f.Frameworks, nil)
	}
}

func (a *assessed) violations() {
	for i := range a.b.Rules {
		r := &a.b.Rules[i]
		for n, v := range r.Violations {
			key := fmt.Sprintf("violation\x00%s\x00%s\x00%d", r.ID, place(v.At), n)
			frameworks := slices.Concat(r.Frameworks, ofRules[r.ID], v.frameworks)
			status, extra := "open", object{}
			if w := v.Waived; w != nil {
				status, frameworks = "deviation-approved", nil
				extra["mitigating-factors"] = []object{{"uuid": a.b.uuid("factor", key), "description": text("accepted:", w.Reason, "("+w.At+")")}}
				if w.Until != nil {
					extra["deadline"] = w.Until.Format(time.RFC3339)
				}
			}
			id := a.observe(key, r.Title, v.Why, "discovery", frameworks, append([]boundary.Where{v.At}, v.Also...), prop("rule", r.ID))
			extra["remediations"] = []object{{
				"uuid": a.b.uuid("remedy", key), "lifecycle": "recommendation", "title": "Remedy", "description": text(v.Remedy),
			}}
			a.risk(key, r.Title, place(v.At), v.Why, status, id, v.Severity, frameworks, extra)
		}
	}
}

// statusOf says in OSCAL's words what became of an incident. What was accepted as a
// risk stays open by another name.
func statusOf(i *Incident) string {
	switch {
	case i.State == incident.Closed:
		return "closed"
	case i.State == incident.SetAside && i.Dismissed.Reason.NoIncident():
		return "closed"
	case i.State == incident.SetAside:
		return "deviation-approved"
	case i.Acknowledged != nil:
		return "remediating"
	}
	return "open"
}

func (a *assessed) incidents() {
	for n := range a.b.Incidents {
		i := &a.b.Incidents[n]
		var entries []object
		log := func(title string, at *time.Time, status string) {
			if at != nil {
				e := object{"uuid": a.b.uuid("log", i.ID, title), "title": title, "start": at.Format(time.RFC3339)}
				if status != "" {
					e["status-change"] = status
				}
				entries = append(entries, e)
			}
		}
		log("detected", i.Detected, "open")
		log("acknowledged", i.Acknowledged, "")
		log("removed from every branch", i.Removed, "")
		log("remediated", i.Remediated, "closed")
		statement := "State: " + string(i.State)
		if i.Closed != nil {
			statement += fmt.Sprintf(", %s, proof: %s", i.Closed.How, i.Closed.Proof)
		}
		status := statusOf(i)
		against := []string{"SP 800-53 IR-4"}
		if status != "open" && status != "remediating" {
			against = nil
		}
		a.risk("incident\x00"+i.ID, i.Title, i.Secret+" in "+strings.Join(i.Repos, ", "), statement, status, "", i.Severity, against, object{
			"risk-log": object{"entries": entries},
		})
	}
}

// concluded are OSCAL's findings: what speaks against a control makes it not
// satisfied. Only of IA-5(7) can a scan that read everything say that it is: it asks
// for what a scan sees. Nothing else is ever called satisfied.
func (a *assessed) concluded() []object {
	var out []object
	for _, f := range a.b.reviewed() {
		state, reason := "not-satisfied", "fail"
		observations, risks := a.observed[f.ID], a.risked[f.ID]
		description := "See the observations and risks."
		if observations == nil && risks == nil {
			if f.ID != "SP 800-53 IA-5(7)" || !a.b.Coverage.Complete || a.b.Unsure > 0 || len(a.b.Findings) > 0 {
				continue
			}
			state, reason = "satisfied", "pass"
			description = "Everything that was asked for was read, and no credential of this layer was found in it."
		}
		x := object{
			"uuid": a.b.uuid("finding", f.ID), "title": text(strings.TrimPrefix(f.ID, "SP 800-53 "), f.Title), "description": description,
			"target": object{"type": "statement-id", "target-id": f.Control + "_smt", "status": object{"state": state, "reason": reason}},
		}
		if observations != nil {
			var all []object
			for _, id := range observations {
				all = append(all, object{"observation-uuid": id})
			}
			x["related-observations"] = all
		}
		if risks != nil {
			var all []object
			for _, id := range risks {
				all = append(all, object{"risk-uuid": id})
			}
			x["related-risks"] = all
		}
		out = append(out, x)
	}
	return out
}
