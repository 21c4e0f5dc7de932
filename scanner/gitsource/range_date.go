package gitsource

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// dateForms are the absolute forms that are known, with and without a time and a
// zone. The first that fits is taken.
var dateForms = []string{
	time.RFC3339, "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 Z07:00",
	"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04",
	time.RFC1123Z, time.RFC1123, "Mon Jan 2 15:04:05 2006 -0700", "Mon Jan 2 15:04:05 2006",
}

// dayForms have no time of day. git takes the present one then, and so does
// leakline: https://git-scm.com/docs/git-log#Documentation/git-log.txt---sinceltdategt
// and approxidate in date.c of git.
var dayForms = []string{"2006-01-02", "2006/01/02", "2006.01.02", "Jan 2 2006", "2 Jan 2006", "January 2 2006", "2 January 2006"}

// dateHelp says what parseDate knows.
const dateHelp = `write 2006-01-02, "2006-01-02 15:04:05 +0000", @SECONDS, yesterday, now, or "2 weeks ago"`

// parseDate reads a date as --since has it, absolute or counted from now. git
// guesses what it cannot read; here that is an error.
func parseDate(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	digits, at := strings.CutPrefix(text, "@")
	if at {
		digits, _, _ = strings.Cut(digits, " ") // a zone changes nothing
	}
	if at || len(text) > 8 { // git too takes more than eight digits for seconds
		if sec, err := strconv.ParseInt(digits, 10, 64); err == nil && sec >= 0 {
			return time.Unix(sec, 0), nil
		}
	}
	for _, form := range dateForms {
		if t, err := time.ParseInLocation(form, text, now.Location()); err == nil {
			return t, nil
		}
	}
	for _, form := range dayForms {
		if t, err := time.ParseInLocation(form, strings.ReplaceAll(text, ",", ""), now.Location()); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day(), now.Hour(), now.Minute(), now.Second(), 0, now.Location()), nil
		}
	}
	if t, ok := relativeDate(strings.ToLower(text), now); ok {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("date %q is not understood: %s", text, dateHelp)
}

// relativeDate reads "2 weeks ago", "2.weeks.ago", "3 days 4 hours ago", "now"
// and "yesterday".
func relativeDate(text string, now time.Time) (time.Time, bool) {
	now = now.Truncate(time.Second)
	switch text {
	case "now":
		return now, true
	case "yesterday":
		return now.Add(-24 * time.Hour), true
	}
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '.' || r == '_' })
	if n := len(words); n > 0 && words[n-1] == "ago" {
		words = words[:n-1]
	}
	if len(words) == 0 || len(words)%2 != 0 {
		return now, false
	}
	for ; len(words) > 0; words = words[2:] {
		n, err := strconv.Atoi(words[0])
		if words[0] == "one" {
			n, err = 1, nil
		}
		if err != nil || n < 0 || n > 1_000_000_000 {
			return now, false
		}
		switch strings.TrimSuffix(words[1], "s") {
		case "second", "sec":
			now = now.Add(-time.Duration(n) * time.Second)
		case "minute", "min":
			now = now.Add(-time.Duration(n) * time.Minute)
		case "hour":
			now = now.Add(-time.Duration(n) * time.Hour)
		case "day":
			now = back(now, n)
		case "week":
			now = back(now, 7*n)
		case "month":
			now = now.AddDate(0, -n, 0)
		case "year":
			now = now.AddDate(-n, 0, 0)
		default:
			return now, false
		}
	}
	return now, true
}

// back goes n times 24 hours back; a duration holds 106,751 days only.
func back(t time.Time, n int) time.Time {
	return time.Unix(t.Unix()-int64(n)*24*3600, 0).In(t.Location())
}
