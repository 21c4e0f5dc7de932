package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// day is 24 hours: leakline counts days by hours, not by a calendar.
const day = 24 * time.Hour

// parseAge reads a span of time: "30d", "2w", "12h", "1d12h" or what Go's durations
// are.
func parseAge(s string) (time.Duration, error) {
	wrong := hinted{fmt.Errorf("%q is no span of time", s), "write 30d, 2w or 12h"}
	var sum time.Duration
	rest := s
	for _, unit := range []struct {
		letter byte
		length time.Duration
	}{{'w', 7 * day}, {'d', day}} {
		i := strings.IndexByte(rest, unit.letter)
		if i < 0 {
			continue
		}
		n, err := strconv.ParseUint(rest[:i], 10, 16)
		if err != nil {
			return 0, wrong
		}
		sum += time.Duration(n) * unit.length
		rest = rest[i+1:]
	}
	if rest != "" {
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 {
			return 0, wrong
		}
		sum += d
	} else if s == "" {
		return 0, wrong
	}
	return sum, nil
}

// parseDate reads a day in UTC, or a time as in RFC 3339. A day means its begin or,
// with last set, its last millisecond.
func parseDate(s string, last bool) (time.Time, error) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		if last {
			t = t.Add(day - time.Millisecond)
		}
		return t, nil
	}
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, hinted{fmt.Errorf("%q is no date", s), "write 2026-01-31 or 2026-01-31T12:00:00Z"}
	}
	return t.UTC().Truncate(time.Millisecond), nil
}

// parseAsOf reads the time that a view of the past is for: the end of a day, or now
// if that is earlier. The empty text is the present.
func parseAsOf(s string, now time.Time) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := parseDate(s, true)
	if err != nil {
		return t, fmt.Errorf("--as-of: %w", err)
	}
	if t.After(now) {
		if t.Sub(now) >= day {
			return t, fmt.Errorf("--as-of %s lies in the future", s)
		}
		return time.Time{}, nil
	}
	return t, nil
}

// ageText is a span of time in its largest unit.
func ageText(d time.Duration) string {
	switch {
	case d < 0:
		return "0 d"
	case d >= day:
		return fmt.Sprintf("%d d", d/day)
	case d >= time.Hour:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return fmt.Sprintf("%d min", d/time.Minute)
}

// dateText is a time as tables show it.
func dateText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04 UTC")
}
