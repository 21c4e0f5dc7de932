package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// A peer is another scanner of histories.
type peer struct {
	name string
	// limit is the target: leakline's CPU time, of the peer's. They are 0.45 s
	// of the 6.8, 5.8 and 11.1 s that the three took on the machine on which the
	// targets were set.
	limit float64
	// scan is the call for the whole history of a repository; report what is
	// added so that it names places on standard output, without the secrets if
	// it can.
	scan   func(program string, r *repo) []string
	report []string
	// read reads such a report. It takes places and nothing else.
	read func(io.Reader) ([]place, error)
}

var peers = []peer{
	{
		name: "gitleaks", limit: 0.45 / 6.8, read: readGitleaks,
		scan:   scanGitleaks,
		report: []string{"-f", "json", "-r", "-", "--redact=100", "--log-level=error"},
	},
	{
		name: "betterleaks", limit: 0.45 / 5.8, read: readGitleaks,
		scan:   scanGitleaks,
		report: []string{"-f", "json", "-r", "-", "--redact=100", "--log-level=error"},
	},
	{
		name: "trufflehog", limit: 0.45 / 11.1, read: readTrufflehog,
		scan: func(program string, r *repo) []string {
			args := []string{program, "git", "file://" + r.path, "--no-verification", "--no-update", "--json"}
			if r.bare() {
				args = append(args, "--bare")
			}
			return args
		},
	},
}

// scanGitleaks is the call that gitleaks and those after it have.
func scanGitleaks(program string, r *repo) []string {
	return []string{program, "git", "--no-banner", "--log-opts=--all", r.path}
}

// place is where a peer says that a secret stands.
type place struct {
	rule, path, commit string
	line               int
	blob               string // resolved from commit and path; "" if there is none
}

func (p place) String() string {
	return fmt.Sprintf("%s\t%s:%d\t%s", p.rule, p.path, p.line, p.commit)
}

// beside measures leakline beside other scanners, and compares what they name.
func (b *bench) beside() error {
	r := b.find("gitleaks", "gitleaks")
	if r == nil {
		return nil
	}
	n, err := objects(r.dir)
	if err != nil {
		return err
	}
	if err := warm(r.dir); err != nil {
		return err
	}
	leakline, account := b.scan("leakline git", r.path)
	cs := []*contender{leakline, catFile(r)}
	programs := map[string]string{}
	for _, p := range peers {
		if path := b.peer(p.name); path != "" {
			programs[p.name] = path
			cs = append(cs, &contender{name: p.name, args: p.scan(path, r)})
		}
	}
	race(1, b.runs, cs)
	table(fmt.Sprintf("%s, all refs, %d objects (peers: anonymous memory without the git they start)", r.name, n), cs)
	for _, p := range peers {
		for _, c := range cs {
			if c.name == p.name {
				target("CPU, of "+p.name+"'s", ratio(leakline, c, cpu), p.limit, " x")
			}
		}
	}
	if leakline.failed != "" {
		return nil
	}
	if err := account.print(); err != nil {
		return err
	}
	return b.compare(r, programs)
}

// compare names the places of the peers that leakline does not report.
func (b *bench) compare(r *repo, programs map[string]string) error {
	ours, err := b.ours(r)
	if err != nil {
		return err
	}
	var all bytes.Buffer
	for _, p := range peers {
		program := programs[p.name]
		if program == "" {
			continue
		}
		theirs, err := p.places(program, r)
		if err != nil {
			absent("the findings of "+p.name, err.Error())
			continue
		}
		fmt.Fprintf(&all, "# of %s, not of leakline: rule, place, commit\n", p.name)
		for _, lacked := range ours.compare(p.name, theirs) {
			fmt.Fprintln(&all, lacked)
		}
	}
	if b.places == "" {
		return nil
	}
	return os.WriteFile(b.places, all.Bytes(), 0o644)
}

// places runs a peer once more, for its findings.
func (p *peer) places(program string, r *repo) ([]place, error) {
	args := append(p.scan(program, r), p.report...)
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = os.TempDir()
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	found, err := p.read(out)
	io.Copy(io.Discard, out) // so that the peer ends, whatever went wrong
	var exit *exec.ExitError
	if e := cmd.Wait(); e != nil && (!errors.As(e, &exit) || exit.ExitCode() != 1) {
		err = errors.Join(err, e)
	}
	if err != nil {
		return nil, err
	}
	return found, resolve(r, found)
}

// readGitleaks reads gitleaks' report.
func readGitleaks(r io.Reader) ([]place, error) {
	var rows []struct {
		RuleID, File, Commit string
		StartLine            int
	}
	if err := json.NewDecoder(r).Decode(&rows); err != nil {
		return nil, err
	}
	var found []place
	for _, row := range rows {
		found = append(found, place{rule: row.RuleID, path: row.File, commit: row.Commit, line: row.StartLine})
	}
	return found, nil
}

// readTrufflehog reads trufflehog's report, a line for each finding.
func readTrufflehog(r io.Reader) ([]place, error) {
	var found []place
	dec := json.NewDecoder(r)
	for {
		var row struct {
			DetectorName   string
			SourceMetadata struct {
				Data struct {
					Git struct {
						Commit, File string
						Line         int
					}
				}
			}
		}
		if err := dec.Decode(&row); err == io.EOF {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		if at := row.SourceMetadata.Data.Git; at.Commit != "" {
			found = append(found, place{rule: row.DetectorName, path: at.File, commit: at.Commit, line: at.Line})
		}
	}
}

// resolve finds the object that each place stands in: the file at that path in
// that commit, or the commit itself if there is none (its message).
func resolve(r *repo, places []place) error {
	var names bytes.Buffer
	for _, p := range places {
		if strings.Contains(p.path, "\n") {
			return errors.New("a path holds a line break")
		}
		fmt.Fprintf(&names, "%s:%s\n", p.commit, p.path)
	}
	cmd := exec.Command("git", "--git-dir="+r.dir, "cat-file", "--batch-check=%(objecttype) %(objectname)")
	cmd.Stdin = &names
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	for i := range places {
		if !lines.Scan() {
			return errors.New("git cat-file answers for fewer objects than it was asked for")
		}
		if id, ok := strings.CutPrefix(lines.Text(), "blob "); ok {
			places[i].blob = id
		} else {
			places[i].blob = places[i].commit
		}
	}
	return nil
}

// lines are the places of leakline's findings: the lines of each object that a
// secret covers.
type lines map[string][]span

type span struct {
	from, to int
	reported bool // by default
}

// ours runs leakline for its findings, those of low confidence included.
func (b *bench) ours(r *repo) (lines, error) {
	cmd := exec.Command(b.leakline, "git", "-q", "-f", "json", "--min-confidence", "low", r.path)
	cmd.Dir = os.TempDir()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() > 2) {
		return nil, fmt.Errorf("leakline git -f json: %w", err)
	}
	var findings []struct {
		Confidence  string `json:"confidence"`
		Occurrences []struct {
			Blob string `json:"blob"`
			From int    `json:"start_line"`
			To   int    `json:"end_line"`
		} `json:"occurrences"`
		Total int `json:"occurrences_total"`
	}
	if err := json.Unmarshal(out, &findings); err != nil {
		return nil, fmt.Errorf("read leakline's findings: %w", err)
	}
	ours, left := lines{}, 0
	for _, f := range findings {
		for _, o := range f.Occurrences {
			ours[o.Blob] = append(ours[o.Blob], span{o.From, o.To, f.Confidence != "low"})
		}
		left += max(0, f.Total-len(f.Occurrences))
	}
	if left > 0 {
		fmt.Printf("  %d places of leakline's are beyond what its report lists, and count as lacking below\n", left)
	}
	return ours, nil
}

// has says whether leakline found something on a line, and whether it reports it
// by default. In a commit any line will do: peers count its lines differently.
func (l lines) has(p place) (found, reported bool) {
	for _, x := range l[p.blob] {
		if p.blob == p.commit || x.from <= p.line && p.line <= x.to {
			found, reported = true, reported || x.reported
		}
	}
	return found, reported
}

// compare prints how many places of a peer leakline has, and gives those that it
// lacks. A line of one object counts once, whatever the number of commits.
func (l lines) compare(name string, theirs []place) []place {
	type key struct {
		blob string
		line int
	}
	seen := map[key]bool{}
	var lacked []place
	low, rules := 0, map[string]int{}
	for _, p := range theirs {
		k := key{p.blob, p.line}
		if seen[k] {
			continue
		}
		seen[k] = true
		switch found, reported := l.has(p); {
		case !found:
			lacked = append(lacked, p)
			rules[p.rule]++
		case !reported:
			low++
		}
	}
	fmt.Printf("  %s: %d findings on %d lines of objects; leakline reports %d of the lines, %d only at low confidence, and not %d\n",
		name, len(theirs), len(seen), len(seen)-low-len(lacked), low, len(lacked))
	for _, rule := range slices.SortedFunc(maps.Keys(rules), func(a, b string) int { return rules[b] - rules[a] }) {
		fmt.Printf("    not leakline's: %4d  %s\n", rules[rule], rule)
	}
	slices.SortStableFunc(lacked, func(a, b place) int {
		return strings.Compare(a.rule+"\x00"+a.path, b.rule+"\x00"+b.path)
	})
	return lacked
}
