package incident_test

import (
	"testing"

	"leakline/remediate/incident"
)

// TestPastHook: what came past the hooks is said by the scan that met it first, in
// that repository, for good.
func TestPastHook(t *testing.T) {
	const past, other = "bypassed or no hook", "github.com/o/b"
	behind := func(n int, repo string, ss ...incident.Sighting) incident.Scan {
		s := nightly(n, repo, ss...)
		s.PastHook, s.Whole = past, false
		return s
	}
	b := newBook(t)
	says := func(name, repo, want string) {
		t.Helper()
		o := b.incident(incident.ID("v1:aaaaaaaa:" + name)).Occurrences[repo]
		if o == nil || o.PastHook != want {
			t.Errorf("%s in %s: %+v, want %q", name, repo, o, want)
		}
	}
	want(t, b.record(behind(0, repo, key("k", -1))), incident.Detected)
	says("k", repo, past)
	want(t, b.record(nightly(1, repo, key("k", -1), key("old", -9))), incident.Detected)
	want(t, b.record(behind(2, repo, key("k", -1), key("old", -9))))
	says("k", repo, past)
	says("old", repo, "") // it was known
	want(t, b.record(nightly(3, repo, removed(key("k", -1), 2), key("old", -9))), incident.Sighted)
	want(t, b.record(nightly(4, repo, key("old", -9))), incident.Gone)
	says("k", repo, past)
	want(t, b.record(behind(5, other, key("k", 4), key("old", -9))), incident.Sighted, incident.Sighted)
	says("k", other, past)
	says("old", other, past)
	says("old", repo, "")
}
