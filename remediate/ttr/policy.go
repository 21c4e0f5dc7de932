package ttr

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
)

// Policy says within which time incidents must be remediated, by layer and
// privilege. The zero policy sets no limit.
type Policy struct {
	Default Limits
	Layers  map[detectors.Layer]Limits
}

// Limits are counted from detection; 0 is no limit.
type Limits struct {
	Limit      time.Duration
	Privileges map[detectors.Privilege]time.Duration
}

// of is the limit for a privilege.
func (l Limits) of(p detectors.Privilege) time.Duration {
	if d := l.Privileges[p]; d != 0 {
		return d
	}
	return l.Limit
}

func (l Limits) none() bool { return l.Limit == 0 && len(l.Privileges) == 0 }

// None says that the policy sets no limit.
func (p Policy) None() bool { return p.Default.none() && len(p.Layers) == 0 }

// Over is a policy that gives every incident of some layers, or of all, the same
// limit.
func Over(limit time.Duration, layers ...detectors.Layer) Policy {
	if len(layers) == 0 {
		return Policy{Default: Limits{Limit: limit}}
	}
	p := Policy{Layers: map[detectors.Layer]Limits{}}
	for _, l := range layers {
		p.Layers[l] = Limits{Limit: limit}
	}
	return p
}

// Limit is within which time an incident must be remediated; 0: none is set. A
// layer's own limits come before the default, and there the privilege's before
// the layer's. Of several layers, those between which the evidence does not
// decide included, the strictest counts.
func (p Policy) Limit(r *incident.Row) time.Duration {
	strictest := time.Duration(0)
	any := false
	for l := range concerned(r) {
		any = true
		strictest = stricter(strictest, p.limit(l, r.Privilege))
	}
	if !any {
		return p.Default.of(r.Privilege)
	}
	return strictest
}

func (p Policy) limit(l detectors.Layer, v detectors.Privilege) time.Duration {
	if d := p.Layers[l].of(v); d != 0 {
		return d
	}
	return p.Default.of(v)
}

func stricter(a, b time.Duration) time.Duration {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// ParsePolicy reads the table "sla" of a configuration file, decoded: for
// "default" and for each layer a duration, or a table of durations by privilege,
// where "default" is the layer's own.
//
//	[sla]
//	default = "27d"
//	ai-platform = "7d"
//	[sla.application-auth]
//	default = "14d"
//	forge = "1d"
func ParsePolicy(sla map[string]any) (Policy, error) {
	p := Policy{Layers: map[detectors.Layer]Limits{}}
	for _, name := range slices.Sorted(maps.Keys(sla)) {
		layer := detectors.Layer(name)
		if name != "default" && !slices.Contains(detectors.Layers(), layer) {
			return Policy{}, fmt.Errorf("sla.%s: no such layer; write default, %s", name, list(detectors.Layers()))
		}
		limits, err := parseLimits(sla[name], "sla."+name)
		if err != nil {
			return Policy{}, err
		}
		if name == "default" {
			p.Default = limits
			continue
		}
		p.Layers[layer] = limits
	}
	return p, nil
}

// parseLimits reads a duration, or a table of them by privilege.
func parseLimits(v any, at string) (Limits, error) {
	table, ok := v.(map[string]any)
	if !ok {
		d, err := parseLimit(v, at)
		return Limits{Limit: d}, err
	}
	l := Limits{Privileges: map[detectors.Privilege]time.Duration{}}
	for _, name := range slices.Sorted(maps.Keys(table)) {
		privilege := detectors.Privilege(name)
		if name != "default" && !slices.Contains(privileges(), privilege) {
			return Limits{}, fmt.Errorf("%s.%s: no such privilege; write default, %s", at, name, list(privileges()))
		}
		d, err := parseLimit(table[name], at+"."+name)
		if err != nil {
			return Limits{}, err
		}
		if name == "default" {
			l.Limit = d
			continue
		}
		l.Privileges[privilege] = d
	}
	return l, nil
}

func parseLimit(v any, at string) (time.Duration, error) {
	s, ok := v.(string)
	if !ok {
		return 0, fmt.Errorf("%s: %v is no duration; write days or hours in quotes, such as \"27d\" or \"12h\"", at, v)
	}
	d, err := ParseDuration(s)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", at, err)
	}
	return d, nil
}

// maxDays bounds a duration: what is longer is a mistake.
const maxDays = 36500

// ParseDuration reads whole days or hours, such as 27d or 12h.
func ParseDuration(s string) (time.Duration, error) {
	unit := time.Duration(0)
	switch {
	case strings.HasSuffix(s, "d"):
		unit = 24 * time.Hour
	case strings.HasSuffix(s, "h"):
		unit = time.Hour
	}
	digits := s[:max(0, len(s)-1)]
	n, err := strconv.ParseUint(digits, 10, 31)
	if unit == 0 || err != nil {
		return 0, fmt.Errorf("%q is no duration; write whole days or hours, such as 27d or 12h", s)
	}
	if n == 0 || time.Duration(n) > maxDays*24*time.Hour/unit {
		return 0, fmt.Errorf("%q is out of range; write from 1h to %dd", s, maxDays)
	}
	return time.Duration(n) * unit, nil
}

// privileges lists the privileges, strongest first.
func privileges() []detectors.Privilege {
	return []detectors.Privilege{
		detectors.Forge, detectors.Admin, detectors.Write, detectors.Read, detectors.Limited, detectors.PrivilegeUnknown,
	}
}

// list names values in a sentence.
func list[T ~string](values []T) string {
	var b strings.Builder
	for i, v := range values {
		switch {
		case i == 0:
		case i == len(values)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(v))
	}
	return b.String()
}
