package engine_test

import (
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
)

// examplesPerSample is how many examples of each sample are tried. The first has
// the least width, the second the greatest, the others are random.
var examplesPerSample = func() int {
	if os.Getenv("LEAKLINE_TEST_LONG") != "" {
		return 8
	}
	return 2
}()

// table is the one table test's state: the catalogue, compiled as a whole, and
// what was tried, for the summary.
type table struct {
	ds    []detectors.Detector
	set   *engine.Set
	words words

	examples, files, refused, windows, flips, nearMisses, glued, printed, companions atomic.Int64
}

func newTable(ds []detectors.Detector) (*table, error) {
	set, err := engine.Compile(ds)
	if err != nil {
		return nil, err
	}
	w, err := closedWords("../identity.go", "../detector.go")
	return &table{ds: ds, set: set, words: w}, err
}

// TestCatalogue holds every detector of the catalogue to what it says of itself.
func TestCatalogue(t *testing.T) {
	tb, err := newTable(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	if len(tb.ds) == 0 {
		t.Fatal("the catalogue is empty")
	}
	t.Run("ids", func(t *testing.T) { checkIDs(t, tb.ds) })
	t.Run("detector", func(t *testing.T) {
		for _, d := range tb.ds {
			t.Run(d.ID, func(t *testing.T) {
				t.Parallel()
				tr := trial{table: tb, Detector: d, places: map[string][]string{}}
				tr.run()
				tr.report(t)
			})
		}
	})
	t.Logf("%d detectors, %d examples in %d hosts: %d files (%d blocks that a host can't hold left out), "+
		"%d read again from their window alone, %d bytes outside a window changed, %d near-misses, %d glued, %d printed, %d companions",
		len(tb.ds), tb.examples.Load(), len(sample.Hosts()), tb.files.Load(), tb.refused.Load(), tb.windows.Load(),
		tb.flips.Load(), tb.nearMisses.Load(), tb.glued.Load(), tb.printed.Load(), tb.companions.Load())
}

// trial is one detector under test, with the problems found so far, each with
// the places where it was seen.
type trial struct {
	*table
	detectors.Detector
	problems []string
	places   map[string][]string
}

func (tr *trial) bad(place, format string, args ...any) {
	problem := fmt.Sprintf(format, args...)
	if tr.places[problem] == nil {
		tr.problems = append(tr.problems, problem)
	}
	tr.places[problem] = append(tr.places[problem], place)
}

// report fails the test with each problem once, and says where it was seen.
func (tr *trial) report(t *testing.T) {
	t.Helper()
	const most = 20
	for i, p := range tr.problems {
		if i == most {
			t.Errorf("and %d more problems", len(tr.problems)-most)
			break
		}
		places := tr.places[p]
		more := ""
		if n := len(places); n > 6 {
			places, more = places[:6], fmt.Sprintf(" and %d more", n-6)
		}
		t.Errorf("%s [%s%s]", p, strings.Join(places, ", "), more)
	}
}

// anonymous says whether a text of the detector is found without its name.
func (tr *trial) anonymous(text sample.Text) bool {
	return len(tr.Anchors) > 0 && (len(tr.Near) == 0 || text.Context != "" || text.Block)
}

func (tr *trial) run() {
	for _, p := range tr.words.fields(tr.Detector) {
		tr.bad("fields", "%s", p)
	}
	for i := range tr.Samples {
		for n := range examplesPerSample {
			where := fmt.Sprintf("sample %d/%d", i, n)
			text, err := sample.Example(tr.Detector, i, n)
			if err != nil {
				tr.bad(where, "%v", err)
				continue
			}
			misses, err := sample.NearMisses(tr.Detector, i, n)
			if err != nil {
				tr.bad(where, "%v", err)
			}
			tr.examples.Add(1)
			if len(tr.Anchors) > 0 && len(tr.Names) == 0 && !slices.ContainsFunc(tr.Anchors, func(a string) bool { return strings.Contains(text.Value, a) }) {
				tr.bad(where, "no anchor stands in the value")
			}
			tr.inHosts(where, text, n)
			if named := text; tr.anonymous(text) && text.Name != "" {
				named.Name = ""
				tr.inHosts(where+" nameless", named, n)
			}
			tr.gluedTo(where, text)
			tr.missed(where, misses)
			tr.accompanied(where, text)
		}
	}
}

// accompanied puts an example's companions before it and looks for them: the values
// that are placed must be found, and each of the detector's companions.
func (tr *trial) accompanied(where string, text sample.Text) {
	values := text.CompanionValues()
	if len(values) == 0 {
		return
	}
	if len(values) != len(tr.Companions) {
		tr.bad(where, "%d lines of companions for %d Companions", len(values), len(tr.Companions))
		return
	}
	for _, host := range []string{"env", "json", "yaml"} {
		data := []byte(sample.WithCompanions(host, text))
		at := where + " with companions in " + host
		ms := tr.set.Find(data)
		i := slices.IndexFunc(ms, func(m engine.Match) bool { return m.Detector.ID == tr.ID && m.Secret.Reveal() == text.Secret })
		if i < 0 {
			tr.bad(at, "not found: %s", tr.why(data))
			continue
		}
		found := tr.set.Companions(data, ms, i)
		for k, c := range tr.Companions {
			tr.companions.Add(1)
			if !slices.ContainsFunc(found, func(f engine.Companion) bool { return f.Name == c.Name && f.Title == c.Title && f.Value == values[k] }) {
				tr.bad(at, "companion %s is not found", c.Name)
			}
		}
	}
}

// inHosts puts an example into every host and looks for it.
func (tr *trial) inHosts(where string, text sample.Text, n int) {
	for i, h := range sample.Hosts() {
		if n > 0 && (i+len(tr.ID))%2 == 0 && os.Getenv("LEAKLINE_TEST_LONG") == "" {
			continue // half of the hosts do for a second example
		}
		data := []byte(h.Render(text))
		at := where + " " + h.ID
		if len(data) == 0 {
			tr.refused.Add(1)
			several := text.Block || strings.Contains(text.Value, "\n")
			if !several || !slices.Contains([]string{"url", "curl", "ini", "dockerfile-env-blank"}, h.ID) {
				tr.bad(at, "the host gives nothing")
			}
			continue
		}
		tr.files.Add(1)
		m, why := tr.one(text, data)
		if why != "" {
			tr.bad(at, "%s", why)
			continue
		}
		if why := tr.alone(m, data); why != "" {
			tr.bad(at, "%s", why)
		}
		if n != 1 {
			continue
		}
		tr.local(at, data)
		if h.ID == "env" {
			tr.printed.Add(1)
			for _, leak := range leaks(m) {
				tr.bad(at, "%s", leak)
			}
		}
	}
}

// one looks for the example in data, with the whole set: it must be found once,
// and by its own detector.
func (tr *trial) one(text sample.Text, data []byte) (engine.Match, string) {
	var hits, others []engine.Match
	for _, m := range tr.set.Find(data) {
		if m.Secret.Reveal() == text.Secret {
			hits = append(hits, m)
		} else {
			others = append(others, m)
		}
	}
	switch {
	case len(hits) == 0 && len(others) == 0:
		return engine.Match{}, "not found: " + tr.why(data)
	case len(hits) == 0:
		m := others[0]
		return m, fmt.Sprintf("not found; %s found %+d bytes: %s", m.Detector.ID, m.Secret.Len()-len(text.Secret), tr.why(data))
	case len(hits) > 1:
		return hits[0], fmt.Sprintf("found %d times, by %s and %s", len(hits), hits[0].Detector.ID, hits[1].Detector.ID)
	case hits[0].Detector.ID != tr.ID:
		return hits[0], fmt.Sprintf("found by %s instead", hits[0].Detector.ID)
	}
	m := hits[0]
	if m.Start < 0 || m.End > len(data) || m.Start >= m.End || !spanHolds(string(data[m.Start:m.End]), text) {
		return m, fmt.Sprintf("the span %d to %d does not hold the secret", m.Start, m.End)
	}
	// A value of several parts may hold other credentials, and so may a context.
	if len(others) > 0 && text.Context == "" && text.Value == text.Secret {
		return m, fmt.Sprintf("%s found something beside it", others[0].Detector.ID)
	}
	return m, ""
}

// why says what the detector itself made of the data.
func (tr *trial) why(data []byte) string {
	var reasons []string
	tr.set.Anchors(data, 0, len(data), func(a engine.Anchor) {
		for _, trial := range tr.set.Explain(data, a) {
			reason := trial.Rejected
			if reason == "" {
				reason = "a match"
			}
			if reason = fmt.Sprintf("at %q %s", tr.set.Literal(a.Literal), reason); trial.Detector.ID == tr.ID && !slices.Contains(reasons, reason) {
				reasons = append(reasons, reason)
			}
		}
	})
	if len(reasons) == 0 {
		return "it had no anchor there"
	}
	return strings.Join(reasons, "; ")
}

// spanHolds says whether the bytes of a match are the secret as the host writes
// it. The span of a block may be the whole of it.
func spanHolds(span string, text sample.Text) bool {
	if span == text.Secret {
		return true
	}
	unquoted, err := url.QueryUnescape(span)
	if err != nil {
		unquoted = span
	}
	bare := func(s string) string { return strings.ReplaceAll(s, `\`, "") }
	for _, s := range []string{unquoted, html.UnescapeString(span), span} {
		if bare(s) == bare(text.Secret) {
			return true
		}
	}
	return (text.Block || strings.Contains(text.Value, "\n")) && strings.Contains(squeezed(span), squeezed(text.Secret))
}

// squeezed keeps of a text what base64 consists of, without line ends, written
// out or escaped.
func squeezed(s string) string {
	s = strings.NewReplacer(`\\n`, "", `\n`, "", `\\r`, "", `\r`, "").Replace(s)
	return strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r|0x20 >= 'a' && r|0x20 <= 'z' || r == '/' || r == '=') {
			return r
		}
		return -1
	}, s)
}

// alone reads the match again from its read extent and nothing else.
func (tr *trial) alone(m engine.Match, data []byte) string {
	tr.windows.Add(1)
	lo, hi := max(m.Lo, 0), min(m.Hi, len(data))
	if lo > m.Start || hi < m.End {
		return fmt.Sprintf("the extent %d to %d does not hold the match %d to %d", m.Lo, m.Hi, m.Start, m.End)
	}
	for _, again := range tr.set.Find(slices.Clone(data[lo:hi])) {
		if again.Secret.Reveal() != m.Secret.Reveal() {
			continue
		}
		if again.Detector.ID != tr.ID || again.Start != m.Start-lo || again.End != m.End-lo {
			return fmt.Sprintf("from its window alone found by %s at %d", again.Detector.ID, again.Start+lo)
		}
		return ""
	}
	return "not found from its window alone"
}

// local changes bytes outside the extent of every verdict: the verdict must stay what it
// was. The two at its ends and some others are changed one at a time, then, twice, nearly
// all of them at once: a verdict that depends on any of them shows itself.
func (tr *trial) local(at string, data []byte) {
	rng := rand.New(rand.NewPCG(uint64(len(data)), 16))
	changed := slices.Clone(data)
	tr.set.Anchors(data, 0, len(data), func(a engine.Anchor) {
		before := tr.set.Judge(data, a)
		lo, hi := min(max(before.Lo, 0), len(data)), min(before.Hi, len(data))
		outside := lo + len(data) - hi // bytes
		if outside == 0 {
			return
		}
		nth := func(k int) int { // of those outside
			if k < lo {
				return k
			}
			return k - lo + hi
		}
		change := func(i int) {
			const other = "\n\"'= aZ7_-\\{}<\x00"
			if changed[i] = other[rng.IntN(len(other))]; changed[i] == data[i] {
				changed[i] ^= 1
			}
			tr.flips.Add(1)
		}
		was := told(before)
		judge := func(what string) {
			if after := tr.set.Judge(changed, a); told(after) != was {
				tr.bad(fmt.Sprintf("%s, %s, extent [%d, %d), anchor at %d", at, what, before.Lo, before.Hi, a.Pos),
					"a byte outside the extent changes the verdict at %q", tr.set.Literal(a.Literal))
			}
			copy(changed, data)
		}
		one := func(i int) {
			change(i)
			judge(fmt.Sprintf("byte %d", i))
		}
		if lo > 0 {
			one(lo - 1)
		}
		if hi < len(data) {
			one(hi)
		}
		for range min(2, outside) {
			one(nth(rng.IntN(outside)))
		}
		for range 2 {
			for k := range outside {
				if rng.IntN(8) != 0 {
					change(nth(k))
				}
			}
			judge("many bytes")
		}
	})
}

// told is a verdict as text that holds all of it.
func told(v engine.Verdict) string {
	var b strings.Builder
	fmt.Fprintln(&b, v.Pos, v.Literal, v.Lo, v.Hi)
	for _, m := range v.Matches {
		fmt.Fprintln(&b, m.Detector.ID, m.Start, m.End, m.NameStart, m.NameEnd, m.Secret.Reveal(), m.Confidence, m.Reasons, m.Claims)
	}
	return b.String()
}

// plainHosts are hosts for texts that must not be found.
func plainHosts() []sample.Host {
	return slices.DeleteFunc(sample.Hosts(), func(h sample.Host) bool {
		return !slices.Contains([]string{"env", "json", "yaml", "python", "go", "xml", "markdown-inline"}, h.ID)
	})
}

// missed puts near-misses into hosts, under no telling name if the detector
// needs none: nothing may be found. Under a telling name other detectors may
// find something, for instance the generic one.
func (tr *trial) missed(where string, misses []sample.Text) {
	for _, text := range misses {
		anonymous := tr.anonymous(text)
		if anonymous {
			text.Name = ""
		}
		for _, h := range plainHosts() {
			data := []byte(h.Render(text))
			if len(data) == 0 {
				continue
			}
			tr.nearMisses.Add(1)
			for _, m := range tr.set.Find(data) {
				if _, _, _, encoded := m.Decoded(); encoded {
					continue // what a near-miss decodes to is another text
				}
				if m.Detector.ID == tr.ID || anonymous && !tr.mayFind(*m.Detector, text) {
					tr.bad(where+" "+h.ID, "near-miss (%s) found by %s", text.Why, m.Detector.ID)
				}
			}
		}
	}
}

// mayFind says whether another detector may find a near-miss: because it has the
// format of that one's samples, because both read JSON Web Tokens, or because
// the text holds more than the secret.
func (tr *trial) mayFind(other detectors.Detector, text sample.Text) bool {
	if text.Block || text.Context != "" || text.Secret != text.Value {
		return true
	}
	if tr.Reader == detectors.ReadJWT && other.Reader == detectors.ReadJWT {
		return true
	}
	ok, err := sample.HoldsSample(other, text.Value)
	return err != nil || ok
}

// gluedTo puts a letter or a digit directly before and behind a secret that
// identifies itself as a whole: it must not be found. Behind an escaped line end it must.
func (tr *trial) gluedTo(where string, text sample.Text) {
	if len(tr.Anchors) == 0 || text.Block || text.Secret != text.Value || tr.Reader == detectors.ReadPEM || tr.Reader == detectors.ReadObject {
		return
	}
	value, name := text.Value, text.Name
	if tr.anonymous(text) {
		text.Name = ""
	}
	var values []string
	for _, c := range []string{"a", "Z", "7"} {
		values = append(values, c+value)
		if tr.Reader == detectors.ReadPattern { // a signature or a host may go on with any character
			values = append(values, value+c)
		}
	}
	for _, v := range values {
		if ok, err := sample.HoldsSample(tr.Detector, v); err != nil || ok {
			continue
		}
		text.Value = v
		side := "before"
		if strings.HasPrefix(v, value) {
			side = "behind"
		}
		for _, h := range plainHosts() {
			tr.glued.Add(1)
			for _, m := range tr.set.Find([]byte(h.Render(text))) {
				if m.Detector.ID == tr.ID {
					tr.bad(where+" "+h.ID, "found though a letter or digit is glued to it, %s it", side)
				}
			}
		}
	}
	if strings.ContainsAny(value, "\"\\\n") {
		return
	}
	data := "{\n  \"note\": \"" + name + " " + text.Context + "\",\n  \"text\": \"the first line\\n" + value + "\\nand the last\"\n}\n"
	if !slices.ContainsFunc(tr.set.Find([]byte(data)), func(m engine.Match) bool { return m.Detector.ID == tr.ID }) {
		tr.bad(where, "not found behind an escaped line end: %s", tr.why([]byte(data)))
	}
}
