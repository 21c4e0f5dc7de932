package evidence

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/remediate/incident"
	"leakline/remediate/ttr"
	"leakline/scanner"
)

// Layers are the layers that have evidence.
func Layers() []detectors.Layer {
	return []detectors.Layer{detectors.AIPlatform, detectors.ApplicationAuth}
}

// Source is what is known of both layers on a day.
type Source struct {
	Input      *boundary.Input
	Map        *boundary.Map
	Violations []boundary.Violation // those that are waived included
	// Summary accounts for the scan, Files for those in which controls and uses were
	// looked for.
	Summary scanner.Summary
	Files   int

	// Keyed says that fingerprints are made with a key that lives longer than the
	// scan; those of others say nothing to anybody, and are left out.
	Keyed bool

	// Ledger says whether there is one; all below is empty without it.
	Ledger    bool
	Incidents []*incident.Incident // as they were known on the day
	Names     map[incident.Person]string
	Of        string // whose incidents they are: a repository, or "" for all of the ledger
	Report    *ttr.Report
	Heads     map[incident.Chain]incident.Head // as they were on the day

	AsOf      time.Time
	Tool      string // leakline's version
	Catalogue string // a digest of the detectors
	// SSP is where the system security plan stands (a URL), or empty.
	SSP string
}

// SchemaName names the form of a bundle's JSON.
const SchemaName = "leakline-evidence-1"

// Bundle is the evidence of one layer. Its JSON form is documented by [Schema].
type Bundle struct {
	Schema   string          `json:"schema"`
	Layer    detectors.Layer `json:"layer"`
	Question string          `json:"question"`
	Target   string          `json:"target"`
	AsOf     time.Time       `json:"as_of"`
	Tool     Tool            `json:"tool"`

	Owners     Owners              `json:"owners"`
	Uses       []boundary.Use      `json:"uses"`
	Controls   []boundary.Control  `json:"controls"`
	Identities []boundary.Identity `json:"identities"`
	Questions  []string            `json:"questions"`

	Findings []Finding `json:"findings"`
	// Unsure counts findings of low confidence, which are not listed.
	Unsure int `json:"unsure"`

	Rules []RuleResult `json:"rules"`

	// Incidents, Times and Chain come from the ledger; Incidents is null without one.
	Incidents   []Incident     `json:"incidents"`
	IncidentsOf string         `json:"incidents_of,omitempty"`
	Times       *Times         `json:"times,omitempty"`
	Chain       *incident.Head `json:"chain,omitempty"`

	Coverage   Coverage `json:"coverage"`
	Frameworks []Touch  `json:"frameworks"`

	ssp string
}

// Tool is what made the bundle.
type Tool struct {
	Name      string `json:"name"`
	Version   string `json:"version"`
	Catalogue string `json:"catalogue,omitempty"`
}

// Owners says who answers for the layer, and where it is governed.
type Owners struct {
	Owners    []string `json:"owners"`
	From      string   `json:"from,omitempty"` // "policy", "CODEOWNERS"
	Reviewers []string `json:"reviewers,omitempty"`
	Directory string   `json:"directory,omitempty"`
	Console   string   `json:"console,omitempty"`
	Audit     string   `json:"audit,omitempty"`
}

// Belongs says how something belongs to the layer.
type Belongs string

// The ways.
const (
	Own       Belongs = "own"
	Also      Belongs = "also opens it"
	Undecided Belongs = "not decided"
)

// Finding is a secret, redacted, as evidence of the layer.
type Finding struct {
	Detector    string                `json:"detector"`
	Title       string                `json:"title"`
	Provider    string                `json:"provider,omitempty"`
	Belongs     Belongs               `json:"belongs"`
	Crosses     bool                  `json:"crosses,omitempty"` // it opens both layers
	Subject     detectors.Subject     `json:"subject,omitempty"`
	Form        detectors.Form        `json:"form,omitempty"`
	Privilege   detectors.Privilege   `json:"privilege,omitempty"`
	Environment detectors.Environment `json:"environment,omitempty"`
	Confidence  detectors.Confidence  `json:"confidence"`
	Severity    scanner.Severity      `json:"severity"`
	Secret      string                `json:"secret"` // redacted
	Fingerprint string                `json:"fingerprint,omitempty"`
	Places      []boundary.Where      `json:"places"` // at most maxPlaces
	PlacesTotal int                   `json:"places_total"`
	Frameworks  []string              `json:"frameworks,omitempty"`
}

// maxPlaces bounds the places of a finding that are listed; all are counted.
const maxPlaces = 50

// Result says what came of a rule.
type Result string

// The results. None says that nothing was found that breaks the rule, in what the
// coverage names; NotLooked that what it needs was not read.
const (
	Broken    Result = "broken"
	Waived    Result = "waived"
	None      Result = "none found"
	NotLooked Result = "not looked"
)

// RuleResult is a rule with what came of it.
type RuleResult struct {
	ID         string           `json:"id"`
	Title      string           `json:"title"`
	Severity   scanner.Severity `json:"severity"`
	Result     Result           `json:"result"`
	Why        string           `json:"why,omitempty"` // it was not looked for
	Frameworks []string         `json:"frameworks,omitempty"`
	Violations []Violation      `json:"violations,omitempty"`
}

// Violation is one place where a rule is broken.
type Violation struct {
	At          boundary.Where   `json:"at"`
	Also        []boundary.Where `json:"also,omitempty"`
	Why         string           `json:"why"`
	Remedy      string           `json:"remedy"`
	Severity    scanner.Severity `json:"severity"`
	Crosses     bool             `json:"crosses,omitempty"`
	Fingerprint string           `json:"fingerprint,omitempty"`
	Waived      *Waiver          `json:"waived,omitempty"`
	frameworks  []string
}

// Waiver is why a violation is accepted, and until when.
type Waiver struct {
	Reason string     `json:"reason"`
	Until  *time.Time `json:"until,omitempty"`
	At     string     `json:"at"` // file and line
}

// Coverage says what was read and what was not.
type Coverage struct {
	Complete bool              `json:"complete"`
	History  bool              `json:"history"` // commits were read, not only files
	Files    int               `json:"files"`   // in which uses and controls were looked for
	Objects  map[string]int    `json:"objects"`
	Bytes    int64             `json:"bytes"`
	Skipped  []scanner.Skip    `json:"skipped,omitempty"`
	Errors   []scanner.Failure `json:"errors,omitempty"`
	Hidden   map[string]int    `json:"hidden,omitempty"`
	Ledger   bool              `json:"ledger"`
	Policy   string            `json:"policy,omitempty"` // the file in which owners are declared
	// Administrations are the providers that were asked which controls are in force.
	Administrations []Administration `json:"administrations,omitempty"`
}

// Administration is a provider that was asked, with what it did not tell. What it said
// stands at the controls.
type Administration struct {
	Title    string            `json:"title"`
	Host     string            `json:"host"`
	At       time.Time         `json:"at"`
	Told     int               `json:"told"` // controls
	Untold   []boundary.Untold `json:"untold,omitempty"`
	Failures []boundary.Untold `json:"failures,omitempty"`
}

// New makes the bundle of a layer.
func New(s *Source, layer detectors.Layer) *Bundle {
	b := &Bundle{
		Schema: SchemaName, Layer: layer, Target: s.Map.Target, AsOf: incident.Stamp(s.AsOf),
		Tool: Tool{Name: "leakline", Version: s.Tool, Catalogue: s.Catalogue},
		Uses: []boundary.Use{}, Controls: []boundary.Control{}, Identities: []boundary.Identity{}, Questions: []string{},
		Owners: Owners{Owners: []string{}}, Findings: []Finding{}, ssp: s.SSP,
		Coverage: Coverage{
			Complete: s.Summary.Complete && s.Map.Complete, History: s.Input.History, Files: s.Files, Objects: maps.Clone(s.Summary.Objects), Bytes: s.Summary.Bytes,
			Skipped: slices.Clone(s.Summary.Skipped), Errors: slices.Clone(s.Summary.Errors), Hidden: s.Summary.Hidden, Ledger: s.Ledger,
		},
	}
	slices.SortStableFunc(b.Coverage.Skipped, func(x, y scanner.Skip) int { return cmp.Or(cmp.Compare(x.What, y.What), cmp.Compare(x.Why, y.Why)) })
	slices.SortStableFunc(b.Coverage.Errors, func(x, y scanner.Failure) int { return cmp.Or(cmp.Compare(x.What, y.What), cmp.Compare(x.Why, y.Why)) })
	if b.Coverage.Objects == nil {
		b.Coverage.Objects = map[string]int{}
	}
	for i := range s.Input.Readings {
		if r := &s.Input.Readings[i]; r.Layer == layer && !r.At.After(s.AsOf) {
			b.Coverage.Administrations = append(b.Coverage.Administrations, Administration{r.Title, r.Host, r.At.UTC(), len(r.Controls), r.Untold, r.Failures})
			b.Coverage.Complete = b.Coverage.Complete && len(r.Failures) == 0
		}
	}
	if s.Input.Policy.Given {
		b.Coverage.Policy = s.Input.Policy.Path
	}
	b.plane(s)
	b.findings(s)
	b.rules(s)
	b.incidents(s)
	b.Frameworks = b.touched()
	return b
}

// plane takes over what the map says of the layer, and nothing of the other.
func (b *Bundle) plane(s *Source) {
	policy := s.Input.Policy.Layers[b.Layer]
	b.Owners.Reviewers = policy.Reviewers
	for i := range s.Map.Planes {
		p := &s.Map.Planes[i]
		if p.Layer != b.Layer {
			continue
		}
		b.Question = p.Question
		b.Uses, b.Controls = append(b.Uses, p.Uses...), append(b.Controls, p.Controls...)
		b.Questions = append(b.Questions, p.Questions...)
		for _, id := range p.Identities {
			if !s.Keyed {
				id.Fingerprints = nil
			}
			b.Identities = append(b.Identities, id)
		}
		b.Owners.Owners = append(b.Owners.Owners, p.Owners...)
		b.Owners.From, b.Owners.Directory, b.Owners.Console, b.Owners.Audit = p.OwnersFrom, p.Directory, p.Console, p.Audit
	}
}

// belongs says how a secret belongs to a layer, "" if it does not, and whether it
// opens both of those that have evidence.
func belongs(layer detectors.Layer, of detectors.Layer, ambiguous bool, candidates, also []detectors.Layer) (Belongs, bool) {
	opens := slices.Clone(also)
	if !ambiguous {
		opens = append(opens, of)
	}
	crosses := !slices.ContainsFunc(Layers(), func(l detectors.Layer) bool { return !slices.Contains(opens, l) })
	switch {
	case !ambiguous && of == layer:
		return Own, crosses
	case slices.Contains(also, layer):
		return Also, crosses
	case ambiguous && slices.Contains(candidates, layer):
		return Undecided, crosses
	}
	return "", false
}

func (b *Bundle) findings(s *Source) {
	for i := range s.Input.Findings {
		f := &s.Input.Findings[i]
		var also []detectors.Layer
		for _, d := range f.AlsoOpens {
			also = append(also, d.Layer)
		}
		how, crosses := belongs(b.Layer, f.Layer, f.LayerConfidence == detectors.Ambiguous, f.LayerCandidates, also)
		if how == "" {
			continue
		}
		if f.Confidence == detectors.Low {
			b.Unsure++
			continue
		}
		x := Finding{
			Detector: f.Detector, Title: f.Title, Provider: f.Provider, Belongs: how, Crosses: crosses, Subject: f.Subject, Form: f.Form,
			Privilege: f.Privilege, Environment: f.Environment, Confidence: f.Confidence, Severity: f.Severity,
			Secret: string(f.Secret),
		}
		if s.Keyed {
			x.Fingerprint = f.Fingerprint
		}
		x.Places, x.PlacesTotal = placesOf(f)
		for _, fw := range f.Frameworks {
			x.Frameworks = append(x.Frameworks, fw.ID)
		}
		b.Findings = append(b.Findings, x)
	}
	slices.SortStableFunc(b.Findings, func(x, y Finding) int {
		return cmp.Or(y.Severity.Rank()-x.Severity.Rank(), cmp.Compare(x.Places[0].Path, y.Places[0].Path), x.Places[0].Line-y.Places[0].Line, cmp.Compare(x.Detector, y.Detector))
	})
}

// placesOf gives the places of a finding, and how many there are.
func placesOf(f *scanner.Finding) ([]boundary.Where, int) {
	all := f.Occurrences
	if len(all) == 0 {
		all = []scanner.Place{f.Place}
	}
	var out []boundary.Where
	for i := range all[:min(len(all), maxPlaces)] {
		p := &all[i]
		w := boundary.Where{Path: cmp.Or(p.Path, "("+string(p.Source)+")"), Line: p.StartLine, Text: p.Name}
		if p.ArchivePath != "" {
			w.Path += "!" + p.ArchivePath
		}
		if p.Commit != "" {
			w.How = "commit " + p.Commit
		}
		out = append(out, w)
	}
	return out, max(len(all), f.OccurrencesTotal)
}

// needs are rules that ask for more than files: why they were not looked at, if so.
func needs(id string, in *boundary.Input) string {
	switch {
	case id == "author-has-left" && len(in.Policy.Left) == 0:
		return "nobody is named who has left"
	case id == "credential-older-than-policy" && in.Policy.MaxAge == 0:
		return "no age is set at which a credential is too old"
	case (id == "author-has-left" || id == "credential-older-than-policy") && !in.History:
		return "the history was not read"
	}
	return ""
}

func (b *Bundle) rules(s *Source) {
	for _, r := range boundary.Rules() {
		x := RuleResult{ID: r.ID, Title: r.Title, Severity: r.Severity, Result: None, Frameworks: r.Frameworks}
		for i := range s.Violations {
			v := &s.Violations[i]
			if v.Rule != r.ID || len(v.Layers) > 0 && !slices.Contains(v.Layers, b.Layer) {
				continue
			}
			y := Violation{At: v.At, Also: v.Also, Why: v.Why, Remedy: v.Remedy, Severity: v.Severity, Crosses: len(v.Layers) != 1, frameworks: v.Frameworks}
			if s.Keyed {
				y.Fingerprint = v.Fingerprint
			}
			if w := v.Waived; w != nil {
				y.Waived = &Waiver{Reason: w.Reason, At: place(boundary.Where{Path: s.Input.Policy.Path, Line: w.Line})}
				if !w.Until.IsZero() {
					until := w.Until.UTC()
					y.Waived.Until = &until
				}
			}
			x.Violations = append(x.Violations, y)
		}
		x.Why = needs(r.ID, s.Input)
		switch {
		case slices.ContainsFunc(x.Violations, func(v Violation) bool { return v.Waived == nil }):
			x.Result = Broken
		case len(x.Violations) > 0:
			x.Result = Waived
		case x.Why != "":
			x.Result = NotLooked
		}
		if x.Result != NotLooked {
			x.Why = ""
		}
		b.Rules = append(b.Rules, x)
	}
}
