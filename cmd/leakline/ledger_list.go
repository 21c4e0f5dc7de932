package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/scanner"
)

// listFlags choose incidents.
type listFlags struct {
	layers, states, repos, detectors, providers []string
	owner, older, younger, asOf, format         string
	limit                                       int
	oldest                                      bool
}

func newLedgerListCommand(e *env, l *ledgerFlags) *cobra.Command {
	var f listFlags
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List incidents, the newest first",
		Long: `List incidents, those that were detected last first. Without --state these are
the open ones. An incident stands under every layer that it opens or may open.`,
		Example: `  leakline ledger list --layer application-auth --older-than 27d
  leakline ledger list --state remediated --as-of 2026-01-31 -f json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return f.run(cmd.Context(), e, l) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringSliceVar(&f.layers, "layer", nil, "only incidents of these layers: "+layerNames())
	fl.StringSliceVar(&f.states, "state", []string{string(incident.Open)}, "only these states: open, remediated, dismissed or all")
	fl.StringSliceVar(&f.repos, "repo", nil, "only incidents of these repositories, such as github.com/org/repo")
	fl.StringVar(&f.owner, "owner", "", "only incidents that `NAME` owns")
	fl.StringSliceVar(&f.detectors, "detector", nil, "only findings of these detectors (`ID`)")
	fl.StringSliceVar(&f.providers, "provider", nil, "only credentials of these providers")
	fl.StringVar(&f.older, "older-than", "", "only incidents detected longer ago than `AGE`, such as 30d")
	fl.StringVar(&f.younger, "younger-than", "", "only incidents detected within `AGE`")
	fl.BoolVar(&f.oldest, "oldest", false, fmt.Sprintf("the oldest first, %d of them unless --limit says otherwise", maxOldest))
	fl.IntVar(&f.limit, "limit", 0, "list at most `N` incidents (0: all)")
	fl.StringVar(&f.asOf, "as-of", "", "as it was known at the end of `DATE`, or at a time")
	fl.StringVarP(&f.format, "report-format", "f", "text", "text, json, jsonl or csv")
	return cmd
}

func (f *listFlags) run(ctx context.Context, e *env, l *ledgerFlags) error {
	write, ok := map[string]func(io.Writer, iter.Seq2[listed, error]) error{
		"text": writeListText, "json": writeListJSON, "jsonl": writeListLines, "csv": writeListCSV,
	}[f.format]
	if !ok {
		return unknownFormat(f.format, []string{"text", "json", "jsonl", "csv"})
	}
	filter, err := f.filter(e.now())
	if err != nil {
		return err
	}
	o, err := l.read(ctx, e)
	if err != nil {
		return err
	}
	defer o.Close()
	names, err := o.Names(ctx)
	if err != nil {
		return err
	}
	owners, err := ownersOf(names, f.owner)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(e.stdout)
	return errors.Join(write(out, f.view(o.pick(ctx, filter, owners), names, filter.Now)), out.Flush())
}

// filter checks the flags.
func (f *listFlags) filter(now time.Time) (x ledger.Filter, err error) {
	x = ledger.Filter{Repos: f.repos, Detectors: f.detectors, Providers: f.providers, Limit: f.limit, Now: now}
	if x.Layers, err = parseLayers(f.layers); err != nil {
		return x, err
	}
	for _, s := range f.states {
		state := incident.State(s)
		if s == "all" {
			x.States = nil
			break
		}
		if !slices.Contains(incident.States(), state) {
			return x, hinted{fmt.Errorf("unknown state %q", s), "the states are open, remediated, dismissed and all"}
		}
		x.States = append(x.States, state)
	}
	for _, id := range f.detectors {
		all := detectors.Catalogue()
		if !slices.ContainsFunc(all, func(d detectors.Detector) bool { return d.ID == id }) {
			return x, hinted{fmt.Errorf("unknown detector %q", id), suggestDetector(all, id)}
		}
	}
	if f.older != "" {
		if x.OlderThan, err = parseAge(f.older); err != nil {
			return x, fmt.Errorf("--older-than: %w", err)
		}
	}
	if f.younger != "" {
		if x.YoungerThan, err = parseAge(f.younger); err != nil {
			return x, fmt.Errorf("--younger-than: %w", err)
		}
	}
	if f.limit < 0 {
		return x, fmt.Errorf("--limit %d is negative", f.limit)
	}
	x.AsOf, err = parseAsOf(f.asOf, now)
	if !x.AsOf.IsZero() {
		x.Now = x.AsOf
	}
	if f.oldest {
		x.Limit = 0
	}
	return x, err
}

// ownersOf gives everybody of a name; nil if nobody is asked for. Somebody has
// several persons if the ledger's key was rotated.
func ownersOf(names map[incident.Person]string, name string) ([]incident.Person, error) {
	if name == "" {
		return nil, nil
	}
	var found []incident.Person
	for p, n := range names {
		if strings.EqualFold(n, name) {
			found = append(found, p)
		}
	}
	if found == nil {
		return nil, hinted{fmt.Errorf("the ledger knows nobody called %q", name), "see 'leakline ledger list' for owners"}
	}
	slices.Sort(found)
	return found, nil
}

// pick yields the incidents of a filter that one of some people owns, or any if
// owners is nil.
func (o *opened) pick(ctx context.Context, f ledger.Filter, owners []incident.Person) iter.Seq2[*incident.Incident, error] {
	if len(owners) == 1 {
		f.Owner = owners[0]
	}
	if len(owners) < 2 {
		return o.List(ctx, f)
	}
	limit := f.Limit
	f.Limit = 0
	return func(yield func(*incident.Incident, error) bool) {
		n := 0
		for inc, err := range o.List(ctx, f) {
			if err == nil && !slices.Contains(owners, inc.Owner) {
				continue
			}
			if n++; !yield(inc, err) || n == limit {
				return
			}
		}
	}
}

// listed is one incident as lists show it; its JSON form is part of the public
// interface.
type listed struct {
	Short string         `json:"short"`
	State incident.State `json:"state"`
	// AgeDays are days since detection; to the remediation, if there was one.
	AgeDays float64 `json:"age_days"`
	// OwnerName is the name behind the owner; empty if it was erased.
	OwnerName string `json:"owner_name,omitempty"`
	*incident.Incident
	Introduced time.Time `json:"introduced,omitzero"`
	Removed    time.Time `json:"removed,omitzero"`
	Purged     time.Time `json:"purged,omitzero"`
	Remediated time.Time `json:"remediated,omitzero"`
}

func listedOf(inc *incident.Incident, names map[incident.Person]string, now time.Time) listed {
	end := now
	if at := inc.RemediatedAt(); !at.IsZero() {
		end = at
	}
	return listed{
		Short: shortID(inc.ID), State: inc.State(now), OwnerName: names[inc.Owner], Incident: inc,
		AgeDays:    max(0, float64(int64(1000*end.Sub(inc.Detected).Hours()/24))/1000),
		Introduced: inc.Introduced(), Removed: inc.Removed(), Purged: inc.Purged(), Remediated: inc.RemediatedAt(),
	}
}

// maxOldest is how many incidents are held to be listed the other way round.
const maxOldest = 1000

// view yields what is listed, in the order that was asked for.
func (f *listFlags) view(incs iter.Seq2[*incident.Incident, error], names map[incident.Person]string, now time.Time) iter.Seq2[listed, error] {
	return func(yield func(listed, error) bool) {
		var turned []listed // the last of them
		most := cmp.Or(f.limit, maxOldest)
		for inc, err := range incs {
			if err != nil {
				yield(listed{}, err)
				return
			}
			x := listedOf(inc, names, now)
			if !f.oldest {
				if !yield(x, nil) {
					return
				}
				continue
			}
			if turned = append(turned, x); len(turned) >= 2*most {
				turned = slices.Delete(turned, 0, len(turned)-most)
			}
		}
		slices.Reverse(turned)
		for _, x := range turned[:min(most, len(turned))] {
			if !yield(x, nil) {
				return
			}
		}
	}
}

// writeListText writes two lines an incident, of at most 80 columns as far as names
// allow: what tells incidents apart comes first.
func writeListText(w io.Writer, list iter.Seq2[listed, error]) error {
	n := 0
	for x, err := range list {
		if err != nil {
			return err
		}
		if n++; n == 1 {
			fmt.Fprintf(w, "%-12s  %7s  %-16s  %-10s  %s\n", "INCIDENT", "AGE", "LAYER", "STATE", "OWNER")
		}
		age, layer := ageText(time.Duration(x.AgeDays*float64(day))), layerText(&x.Facts)
		if x.Ambiguous() {
			layer = string(detectors.Ambiguous) // whose it may be, show tells
		}
		fmt.Fprintf(w, "%s  %7s  %-16s  %-10s  %s\n", x.Short, age, layer, x.State, ownerText(&x))
		if _, err := fmt.Fprintf(w, "  %s\n", whatText(&x, listWidth-2)); err != nil {
			return err
		}
	}
	if n == 0 {
		fmt.Fprintln(w, "no incidents")
	}
	return nil
}

// listWidth is how many columns a list takes.
const listWidth = 80

// whatText says in so many characters what leaked and where; of a repository whose
// name is too long, the end tells more.
func whatText(x *listed, width int) string {
	repos := x.Repos()
	more := ""
	if len(repos) > 1 {
		more = fmt.Sprintf(" and %d more", len(repos)-1)
	}
	repo := []rune(scanner.Printable(repos[0]))
	title := titleOf(&x.Facts)
	room := max(20, width-len([]rune(title))-len(" in ")-len(more))
	if len(repo) > room {
		repo = append([]rune("…"), repo[len(repo)-room+1:]...)
	}
	return clip(fmt.Sprintf("%s in %s%s", title, string(repo), more), width)
}

// titleOf says what a secret is, with its provider if the title does not name it
// and if it is one, not a list of programs.
func titleOf(f *incident.Facts) string {
	if strings.Contains(f.Provider, ",") {
		return f.Title
	}
	for word := range strings.FieldsSeq(strings.ToLower(f.Provider)) {
		if strings.Contains(strings.ToLower(f.Title), word) {
			return f.Title
		}
	}
	return strings.TrimSpace(f.Provider + " " + f.Title)
}

// ownerText names who owns an incident.
func ownerText(x *listed) string {
	if x.Owner == "" {
		return "nobody yet"
	}
	return personText(x.Owner, x.OwnerName)
}

// personText is a name or, if it was erased, the begin of the hash that is left.
func personText(p incident.Person, name string) string {
	return scanner.Printable(cmp.Or(name, string(p)[:min(len(p), 11)]+"… (erased)"))
}

// clip cuts a text to a number of characters.
func clip(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n-1]) + "…"
}

func encoder(w io.Writer) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc
}

// writeListJSON writes an array, one element a line.
func writeListJSON(w io.Writer, list iter.Seq2[listed, error]) error {
	enc, sep := encoder(w), "["
	for x, err := range list {
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, sep); err != nil {
			return err
		}
		if err := enc.Encode(x); err != nil { // ends the line
			return err
		}
		sep = ","
	}
	if sep == "[" {
		_, err := io.WriteString(w, "[]\n")
		return err
	}
	_, err := io.WriteString(w, "]\n")
	return err
}

func writeListLines(w io.Writer, list iter.Seq2[listed, error]) error {
	enc := encoder(w)
	for x, err := range list {
		if err != nil {
			return err
		}
		if err := enc.Encode(x); err != nil {
			return err
		}
	}
	return nil
}

// writeListCSV writes a table for spreadsheets.
func writeListCSV(w io.Writer, list iter.Seq2[listed, error]) error {
	out := csv.NewWriter(w)
	write := func(cells ...string) { // the writer keeps its first error
		for i := range cells {
			cells[i] = defused(cells[i])
		}
		_ = out.Write(cells)
	}
	write("id", "short", "state", "layer", "layer_confidence", "age_days", "detector", "title", "provider", "confidence",
		"severity", "repositories", "owner", "answerable", "introduced", "detected", "acknowledged", "removed", "purged", "remediated",
		"how", "proof", "dismissed", "secret")
	for x, err := range list {
		if err != nil {
			return err
		}
		var how, proof, dismissed string
		if c := x.Closure; c != nil {
			how, proof = string(c.How), string(c.Proof)
		}
		if d := x.Dismissal; d != nil && x.State == incident.SetAside {
			dismissed = string(d.Reason)
		}
		write(string(x.ID), x.Short, string(x.State), layerText(&x.Facts), string(x.LayerConfidence),
			strconv.FormatFloat(x.AgeDays, 'f', -1, 64), x.Detector, x.Title, x.Provider, string(x.Confidence), string(x.Severity),
			strings.Join(x.Repos(), " "), x.OwnerName, x.Answerable, stamp(x.Introduced), stamp(x.Detected), stamp(x.Acknowledged),
			stamp(x.Removed), stamp(x.Purged), stamp(x.Remediated), how, proof, dismissed, x.Secret)
	}
	out.Flush()
	return out.Error()
}

// stamp is a time for programs.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// defused keeps a cell from being taken for a formula.
// https://owasp.org/www-community/attacks/CSV_Injection
func defused(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
