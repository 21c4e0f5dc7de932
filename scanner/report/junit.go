package report

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"leakline/detectors"
	"leakline/scanner"
)

// junit writes JUnit XML. It has the elements and attributes that are common to
// Jenkins (plug-ins junit and xunit, whose schema junit-10.xsd is the strictest)
// and GitLab: testsuites, testsuite, testcase with name and classname, failure,
// error. https://docs.gitlab.com/ci/testing/unit_test_reports
type junit struct {
	w     *bufio.Writer
	clean *cleaner
	seen  map[string]int // how often a name occurred in its class
}

// writeJUnit writes a suite for the scan and one for each layer. A row is a test
// that failed; that everything was read is a test of its own, so that the report of
// a clean scan has one that passed, and an incomplete one has an error.
func writeJUnit(w *bufio.Writer, r *scanner.Result, o Options, c *cleaner) error {
	j := &junit{w: w, clean: c, seen: map[string]int{}}
	sum := c.summary(r.Summary)
	groups := groups(r.Findings)
	failures := 0
	for _, g := range groups {
		failures += countRows(g.findings)
	}
	scan, errors := 1, 0
	if !sum.Complete {
		errors = 1
	} else if failures == 0 {
		scan = 2
	}
	fmt.Fprintf(w, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"leakline\" tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.3f\">\n",
		scan+failures, failures, errors, sum.Seconds)
	j.scan(sum, scan, errors, o)
	for _, g := range groups {
		n := countRows(g.findings)
		j.suite(layerTitle(g), n, n, 0, 0, o)
		for _, f := range g.findings {
			f = c.finding(f)
			for _, p := range rows(&f) {
				j.failure(&f, p, o)
			}
		}
		_, _ = w.WriteString("  </testsuite>\n")
	}
	_, err := w.WriteString("</testsuites>\n")
	return err
}

func countRows(fs []scanner.Finding) int {
	n := 0
	for i := range fs {
		n += len(rows(&fs[i]))
	}
	return n
}

// layerTitle names what stands under one heading.
func layerTitle(g group) string {
	var names []string
	for _, l := range g.layers {
		names = append(names, layerName(l))
	}
	if g.ambiguous {
		return "Undecided: " + strings.Join(names, " or ")
	}
	return strings.Join(names, " or ")
}

func (j *junit) suite(name string, tests, failures, errors int, seconds float64, o Options) {
	fmt.Fprintf(j.w, "  <testsuite name=\"%s\" tests=\"%d\" failures=\"%d\" errors=\"%d\" skipped=\"0\" time=\"%.3f\"",
		j.escaped("leakline: "+name), tests, failures, errors, seconds)
	if !o.Now.IsZero() {
		fmt.Fprintf(j.w, " timestamp=\"%s\"", o.Now.UTC().Format("2006-01-02T15:04:05"))
	}
	_, _ = j.w.WriteString(">\n")
}

// scan is the suite of the scan as a whole.
func (j *junit) scan(sum scanner.Summary, tests, errors int, o Options) {
	j.suite("scan", tests, 0, errors, sum.Seconds, o)
	const everything = "    <testcase classname=\"leakline.scan\" name=\"everything was read\" time=\"0.000\""
	if sum.Complete {
		_, _ = j.w.WriteString(everything + "/>\n")
		if tests == 2 {
			_, _ = j.w.WriteString("    <testcase classname=\"leakline.scan\" name=\"no secrets were found\" time=\"0.000\"/>\n")
		}
		j.account(sum)
		return
	}
	var lines []string
	for _, e := range sum.Errors {
		if e.Allowed == "" && len(lines) < named {
			lines = append(lines, tidy(e.Class+": "+e.What+": "+e.Why))
		}
	}
	if n := open(sum) - len(lines); n > 0 {
		lines = append(lines, "and "+thousands(int64(n))+" more")
	}
	fmt.Fprintf(j.w, "%s>\n      <error type=\"incomplete\" message=\"%s\">%s</error>\n    </testcase>\n",
		everything, j.escaped(verdict(sum)), j.escaped(strings.Join(lines, "\n")))
	j.account(sum)
}

// account ends the suite of the scan with what was looked at and what is not shown.
func (j *junit) account(sum scanner.Summary) {
	lines := []string{"scanned: " + said(scanned(sum))}
	if ws := hidden(sum.Hidden); len(ws) > 0 {
		lines = append(lines, "hidden: "+said(ws))
	}
	if ws := ignored(sum.Ignored); len(ws) > 0 {
		lines = append(lines, "accepted: "+said(ws))
	}
	fmt.Fprintf(j.w, "    <system-out>%s</system-out>\n  </testsuite>\n", j.escaped(strings.Join(lines, "\n")))
}

// failure is one row. Its name has no line numbers: those change when something
// else does, and the services compare runs by name.
func (j *junit) failure(f *scanner.Finding, p scanner.Place, o Options) {
	name := title(f) + " " + string(f.Secret) + " in " + j.clean.fileName(p)
	class := "leakline." + string(f.Layer) + "." + f.Detector
	if f.LayerConfidence == detectors.Ambiguous {
		class = "leakline.undecided." + f.Detector
	}
	j.seen[class+"\x00"+name]++
	if n := j.seen[class+"\x00"+name]; n > 1 {
		name += " (" + strconv.Itoa(n) + ")"
	}
	var body []string
	say := func(label, text string) {
		if text != "" {
			body = append(body, label+": "+text)
		}
	}
	say("place", said(placeWords(p)))
	say("line", tidy(j.clean.shown(f, p.Line)))
	say("opens", said(opens(f)))
	say("layer", layersOf(f))
	for _, e := range evidenceLines(f) {
		say("why", e)
	}
	say("since", said(since(f, o)))
	if n := places(f); n > 1 {
		say("places", thousands(int64(n)))
	}
	say("owner", tidy(remedy(f).Owner))
	for i, s := range steps(f) {
		say("do", strconv.Itoa(i+1)+". "+s)
	}
	fmt.Fprintf(j.w, "    <testcase classname=\"%s\" name=\"%s\" time=\"0.000\">\n      <failure type=\"%s\" message=\"%s\">%s</failure>\n    </testcase>\n",
		j.escaped(class), j.escaped(name), j.escaped(string(f.Severity)),
		j.escaped(string(f.Severity)+": "+title(f)+" at "+said(placeWords(p))), j.escaped(strings.Join(body, "\n")))
}

// escaped is a text as XML, without characters that XML has not; only the line
// breaks that stand between its lines stay.
func (j *junit) escaped(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(j.clean.text(tidy(l)))) // a Builder takes everything
		lines[i] = b.String()
	}
	return strings.Join(lines, "\n")
}
