package ttr

import (
	"fmt"
	"iter"
	"math"
	"time"

	"leakline/detectors"
	"leakline/remediate"
	"leakline/remediate/incident"
)

// Dimension is what incidents are grouped by.
type Dimension string

// The dimensions. An incident stands once in the total, and once in each of its
// layers and repositories: see Group.Crossing.
const (
	ByTotal      Dimension = "total"
	ByLayer      Dimension = "layer"
	ByProvider   Dimension = "provider"
	ByRepository Dimension = "repository"
	ByOwner      Dimension = "owner"
)

// Dimensions lists the dimensions in the order of reports.
func Dimensions() []Dimension {
	return []Dimension{ByTotal, ByLayer, ByProvider, ByRepository, ByOwner}
}

// Ambiguous names the group of the incidents whose layer is not decided; it stands
// among the layers.
const Ambiguous = "ambiguous"

// MinClosures is how many remediated incidents a group needs for more than counts
// and its longest open incident.
const MinClosures = 10

// MinAtRisk is how many incidents must still be watched on a day for a mean up to
// that day.
const MinAtRisk = 10

// Horizon is the day, counted from detection, up to which means go at most.
const Horizon = 90.0

// BaselineDays is [remediate.Baseline] in days.
const BaselineDays = float64(remediate.Baseline / (24 * time.Hour))

// Options say what a report shows.
type Options struct {
	// Now is the time of the report: what happened after it has not happened.
	Now time.Time
	// By are the dimensions besides the total and the layers; nil: all.
	By []Dimension
	// Layers keep only incidents that open, or may open, one of these; nil: all.
	Layers []detectors.Layer
	// Names are the names behind owners; who is not among them is shown by a part
	// of the hash.
	Names map[incident.Person]string
	// Policy sets the deadlines that Overdue and the forecast count with.
	Policy Policy
	// Gate sets limits of its own; see Report.Gate.
	Gate Policy
	// Months are how many months the trend goes back, the present one included; 0:
	// 12. The most is 240.
	Months int
	// MaxLate is how many late incidents are listed, the latest first; all are
	// counted. 0: 1,000.
	MaxLate int
}

// maxMonths are the most months of a trend.
const maxMonths = 240

func (o Options) withDefaults() Options {
	if o.By == nil {
		o.By = Dimensions()
	}
	if o.Months <= 0 {
		o.Months = 12
	}
	o.Months = min(o.Months, maxMonths)
	if o.MaxLate <= 0 {
		o.MaxLate = 1000
	}
	return o
}

// Report is what [New] makes of incidents. Its JSON form is documented by [Schema].
// Times are in days.
type Report struct {
	Schema   string   `json:"schema"` // SchemaName
	AsOf     Time     `json:"as_of"`
	Layers   []string `json:"only_layers,omitempty"` // what Options.Layers kept
	Baseline Baseline `json:"baseline"`
	// Groups by dimension: the total first, then the layers in their order, the
	// others by open incidents, the most first.
	Groups []Group `json:"groups"`
	// LowConfidence and Later count rows that are in no group: findings that are
	// probably no secrets, and incidents that were detected after AsOf.
	LowConfidence int `json:"low_confidence"`
	Later         int `json:"later"`

	LogRank    *LogRank              `json:"log_rank,omitempty"`
	Trend      []Month               `json:"trend"`
	Overdue    *Lates                `json:"overdue,omitempty"` // nil without a policy
	Gate       *Lates                `json:"gate,omitempty"`    // nil without a gate
	References []remediate.Reference `json:"references"`
}

// Baseline is the figure that means are compared with.
type Baseline struct {
	Days   float64 `json:"days"`
	Kind   string  `json:"kind"`
	Clock  string  `json:"clock"`
	Source string  `json:"source"`
}

// Time is a time that JSON shows in UTC, to the second.
type Time struct{ time.Time }

// MarshalJSON writes RFC 3339.
func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05Z"`)), nil
}

// Total is the group of all incidents.
func (r *Report) Total() *Group { return &r.Groups[0] }

// By gives the groups of a dimension.
func (r *Report) By(d Dimension) []Group {
	var gs []Group
	for i := range r.Groups {
		if r.Groups[i].Dimension == d {
			gs = append(gs, r.Groups[i])
		}
	}
	return gs
}

// Fails says that the gate found late incidents.
func (r *Report) Fails() bool { return r.Gate != nil && r.Gate.Total > 0 }

// New makes a report of rows. A row may be used again by the iterator after it was
// yielded. The error is the iterator's, or names an incident that can't be.
//
// A million incidents take about 200 MB while they are counted; what the heap
// grows to beyond is the garbage collector's, which runs for hardly anything here
// (there are no pointers to follow): see debug.SetMemoryLimit.
func New(rows iter.Seq2[*incident.Row, error], o Options) (*Report, error) {
	o = o.withDefaults()
	t := newTable(o)
	for row, err := range rows {
		if err != nil {
			return nil, fmt.Errorf("read incidents: %w", err)
		}
		if !o.keeps(row) {
			continue
		}
		if err := t.add(row); err != nil {
			return nil, err
		}
	}
	t.sort()
	r := &Report{
		Schema: SchemaName, AsOf: Time{o.Now},
		Baseline: Baseline{
			Days: BaselineDays, Kind: "mean of estimates in a survey",
			Clock: "not stated by its source; taken to start at detection", Source: remediate.BaselineSource,
		},
		LowConfidence: t.low, Later: t.later,
		References: remediate.References(),
	}
	for _, l := range o.Layers {
		r.Layers = append(r.Layers, string(l))
	}
	s := newScratch(t.count)
	r.Groups, r.LogRank, r.Trend = t.groups(s), t.logRank(s), t.trend(s)
	r.Overdue, r.Gate = t.overdue.result(), t.gate.result()
	return r, nil
}

// keeps says that the row's incident opens, or may open, one of the layers asked
// for.
func (o *Options) keeps(r *incident.Row) bool {
	if o.Layers == nil {
		return true
	}
	for l := range concerned(r) {
		for _, want := range o.Layers {
			if l == want {
				return true
			}
		}
	}
	return false
}

// concerned are the layers that an incident concerns: those that it opens, and
// the candidates of an ambiguous one. A layer may come twice.
func concerned(r *incident.Row) iter.Seq[detectors.Layer] {
	return func(yield func(detectors.Layer) bool) {
		if !r.Ambiguous && !yield(r.Layer) {
			return
		}
		for _, l := range r.Also {
			if !yield(l) {
				return
			}
		}
		if !r.Ambiguous {
			return
		}
		for _, l := range r.Candidates {
			if !yield(l) {
				return
			}
		}
	}
}

// day is a day in milliseconds.
const day = 24 * 60 * 60 * 1000

// days turns milliseconds into days.
func days(ms int64) float64 { return float64(ms) / day }

// finite says that a number is one.
func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
