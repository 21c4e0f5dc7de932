package evidence

import (
	"cmp"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
	"leakline/scanner"
)

// Incident is a secret over time, with its clocks. Times are null while what they
// tell has not happened, or is not known.
type Incident struct {
	ID          string                `json:"id"`
	State       incident.State        `json:"state"`
	Title       string                `json:"title"`
	Provider    string                `json:"provider,omitempty"`
	Belongs     Belongs               `json:"belongs"`
	Crosses     bool                  `json:"crosses,omitempty"`
	Privilege   detectors.Privilege   `json:"privilege,omitempty"`
	Environment detectors.Environment `json:"environment,omitempty"`
	Severity    scanner.Severity      `json:"severity,omitempty"`
	Confidence  detectors.Confidence  `json:"confidence"`
	Secret      string                `json:"secret"` // redacted
	Repos       []string              `json:"repos"`
	Owner       string                `json:"owner,omitempty"`
	Answerable  string                `json:"answerable,omitempty"`

	Introduced   *time.Time `json:"introduced"`
	Detected     *time.Time `json:"detected"`
	Owned        *time.Time `json:"owned"`
	Acknowledged *time.Time `json:"acknowledged"`
	Removed      *time.Time `json:"removed"`
	Remediated   *time.Time `json:"remediated"`
	Purged       *time.Time `json:"purged"`

	// Days: from introduction to detection, from detection to the remediation, and
	// from introduction to the remediation; null while an end is missing. OpenDays
	// are those since detection of what is not remediated.
	DwellDays    *float64 `json:"dwell_days"`
	TTRDays      *float64 `json:"ttr_days"`
	ExposureDays *float64 `json:"exposure_days"`
	OpenDays     *float64 `json:"open_days"`

	Closed    *Closed    `json:"closed,omitempty"`
	Dismissed *Dismissed `json:"dismissed,omitempty"`
	Reopened  int        `json:"reopened,omitempty"`
}

// Closed says what made a secret worthless, and what shows it.
type Closed struct {
	How      incident.How   `json:"how"`
	Proof    incident.Proof `json:"proof"`
	By       string         `json:"by,omitempty"`
	Evidence string         `json:"evidence,omitempty"`
}

// Dismissed says why an incident is set aside.
type Dismissed struct {
	Reason incident.Reason `json:"reason"`
	Until  *time.Time      `json:"until,omitempty"`
}

// Times are the times to remediate of the layer.
type Times struct {
	Baseline ttr.Baseline `json:"baseline"`
	// Group is that of the layer. Incidents that open two layers are counted in each.
	Group *ttr.Group `json:"group,omitempty"`
}

func (b *Bundle) incidents(s *Source) {
	if !s.Ledger {
		return
	}
	b.Incidents, b.IncidentsOf = []Incident{}, cmp.Or(s.Of, "every repository of the ledger")
	if h, ok := s.Heads[incident.Chain(b.Layer)]; ok {
		b.Chain = &h
	}
	for _, i := range s.Incidents {
		how, crosses := belongs(b.Layer, i.Layer, i.Ambiguous(), i.LayerCandidates, i.AlsoOpens)
		if how == "" {
			continue
		}
		b.Incidents = append(b.Incidents, incidentOf(i, s, how, crosses))
	}
	slices.SortStableFunc(b.Incidents, func(x, y Incident) int {
		return cmp.Or(x.Detected.Compare(*y.Detected), cmp.Compare(x.ID, y.ID))
	})
	if s.Report == nil {
		return
	}
	b.Times = &Times{Baseline: s.Report.Baseline}
	for _, g := range s.Report.By(ttr.ByLayer) {
		if g.Name == string(b.Layer) {
			b.Times.Group = &g
		}
	}
}

func incidentOf(i *incident.Incident, s *Source, how Belongs, crosses bool) Incident {
	x := Incident{
		ID: string(i.ID), State: i.State(s.AsOf), Title: i.Title, Provider: i.Provider, Belongs: how, Crosses: crosses, Privilege: i.Privilege,
		Environment: i.Environment, Severity: i.Severity, Confidence: i.Confidence, Secret: i.Secret, Repos: i.Repos(),
		Owner: s.name(i.Owner), Answerable: i.Answerable, Introduced: when(i.Introduced()), Detected: when(i.Detected), Owned: when(i.Owned),
		Acknowledged: when(i.Acknowledged), Removed: when(i.Removed()), Remediated: when(i.RemediatedAt()), Purged: when(i.Purged()), Reopened: i.Reopened,
	}
	detected := i.Detected.UTC()
	x.Detected = &detected
	x.DwellDays, x.TTRDays = days(x.Introduced, x.Detected), days(x.Detected, x.Remediated)
	x.ExposureDays = days(x.Introduced, x.Remediated)
	if x.Remediated == nil {
		x.OpenDays = days(x.Detected, &s.AsOf)
	}
	if c := i.Closure; c != nil {
		x.Closed = &Closed{How: c.How, Proof: c.Proof, By: s.name(c.By), Evidence: c.Evidence}
	}
	if d := i.Dismissal; d != nil && x.State == incident.SetAside {
		x.Dismissed = &Dismissed{Reason: d.Reason, Until: when(d.Until)}
	}
	return x
}

// name is who stands behind a person or, if the name was erased, the begin of the
// hash.
func (s *Source) name(p incident.Person) string {
	if p == "" {
		return ""
	}
	return cmp.Or(s.Names[p], string(p)[:min(len(p), 11)]+"… (erased)")
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// days are those between two times, to a thousandth; what ends before it begins
// lasted no time.
func days(from, to *time.Time) *float64 {
	if from == nil || to == nil {
		return nil
	}
	d := float64(max(0, to.Sub(*from)/(24*time.Hour/1000))) / 1000
	return &d
}
