package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/ledger"
	"leakline/remediate/reconcile"
	"leakline/scanner"
)

// adminEnv names the variables that hold the credentials of administrators.
var adminEnv = map[string]string{
	reconcile.OpenAI: "OPENAI_ADMIN_KEY", reconcile.Anthropic: "ANTHROPIC_ADMIN_KEY", reconcile.WorkOS: "WORKOS_API_KEY",
	reconcile.Okta: "OKTA_TOKEN", reconcile.GitHub: "GITHUB_TOKEN",
}

// unusedAfter is how long a key may go unused unless somebody says otherwise.
const unusedAfter = 90 * day

// reconcileFlags say whose list is compared, and what becomes of the result.
type reconcileFlags struct {
	credentialFile, oktaHost, org, github, unused, format, config string
	allOurs, assign, dry                                          bool
}

func newLedgerReconcileCommand(e *env, l *ledgerFlags) *cobra.Command {
	var f reconcileFlags
	cmd := &cobra.Command{
		Use:   "reconcile " + strings.Join(reconcile.Providers(), "|"),
		Short: "Compare incidents with your own list of keys at a provider",
		Long: `Read your organisation's list of keys at a provider, with a credential of an
administrator, and compare it with the incidents of the ledger. No leaked secret is
sent: the list shows a short form of each key, the ledger keeps a keyed hash of the
same form, and the two are compared here.

It records which keys are proven dead (proof: inventory) or alive, names their
owners, and shows keys whose owner has left and keys that nobody uses. That a key
is missing proves its death only if the list is complete and had it before, or if
--all-ours vouches that it can be nobody else's. See: leakline help reconcile.

The credential is read from ` + strings.Join(adminVariables(), ", ") + `
or from --credential-file. It is sent to the provider alone, and never recorded.

Exit status:
  0    the list was read to its end
  2    usage error or failure, or a part of the list could not be read`,
		Example: `  leakline ledger reconcile openai
  leakline ledger reconcile okta --okta-host acme.okta.com --dry-run -f json`,
		ValidArgs: reconcile.Providers(),
		Args:      cobra.ExactArgs(1),
		RunE:      func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), e, l, args[0]) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.credentialFile, "credential-file", "", "read the administrator's credential from `FILE`, which nobody else may read")
	fl.StringVar(&f.oktaHost, "okta-host", "", "your organisation's `HOST` at Okta, such as acme.okta.com")
	fl.StringVar(&f.org, "org", "", "your organisation's `NAME` on GitHub")
	fl.StringVar(&f.github, "github-url", "", "the `URL` of a GitHub Enterprise Server (else LEAKLINE_GITHUB_URL, else GitHub itself)")
	fl.BoolVar(&f.allOurs, "all-ours", false, "every leaked key of this provider is your organisation's: one that the complete list lacks is dead")
	fl.BoolVar(&f.assign, "assign", false, "let the owners of keys own their incidents, where nobody does")
	fl.StringVar(&f.unused, "unused-after", "", "show active keys that were not used for `AGE` (else 90d; 0d: none)")
	fl.BoolVar(&f.dry, "dry-run", false, "record nothing")
	fl.StringVarP(&f.format, "report-format", "f", "text", "text or json")
	fl.StringVarP(&f.config, "config", "c", "", "read the table [reconcile] of `FILE` (else LEAKLINE_CONFIG)")
	return cmd
}

func adminVariables() []string {
	var names []string
	for _, p := range reconcile.Providers() {
		names = append(names, adminEnv[p])
	}
	return names
}

func (f *reconcileFlags) run(ctx context.Context, e *env, l *ledgerFlags, provider string) error {
	if !slices.Contains(reconcile.Providers(), provider) {
		return hinted{fmt.Errorf("no list of keys can be read at %q", provider), "the providers are " + strings.Join(reconcile.Providers(), ", ")}
	}
	if f.format != "text" && f.format != "json" {
		return unknownFormat(f.format, []string{"text", "json"})
	}
	c, err := readConfig(e, f.config)
	if err != nil {
		return err
	}
	if err := c.withholding(); err != nil {
		fmt.Fprintf(e.stderr, "leakline: warning: %s\n", hintedText(err))
	}
	options, err := f.options(e, &c, provider)
	if err != nil {
		return err
	}
	unused, err := f.idle(&c)
	if err != nil {
		return err
	}
	o, err := l.write(ctx, e) // compares with the ledger's keys, even if nothing is recorded
	if err != nil {
		return err
	}
	defer o.Close()
	client := newOutbound(e, &c, detectors.Probes())
	defer client.Close()
	options.Client = client
	inv, err := reconcile.Read(ctx, provider, options)
	if errors.Is(err, reconcile.ErrCredential) {
		return hinted{err, "see which rights the credential needs: leakline help reconcile"}
	}
	if err != nil {
		return err
	}
	leaks, err := o.leaks(ctx, provider)
	if err != nil {
		return err
	}
	report := reconcile.Join(inv, leaks, reconcile.JoinOptions{
		Keys: o.keys.all(), Credential: options.Credential, AllOurs: f.allOurs, UnusedAfter: unused,
	})
	byID := map[incident.ID]*reconcile.Leak{}
	for i := range leaks {
		byID[leaks[i].ID] = &leaks[i]
	}
	done := reconciled{Report: report, DryRun: f.dry, Incidents: []reconciledIncident{}}
	for i := range report.Incidents {
		one := reconciledIncident{Result: report.Incidents[i], Short: shortID(report.Incidents[i].Incident)}
		if !f.dry {
			if err := f.record(ctx, e, o, inv, &one, byID[one.Incident]); err != nil {
				return err
			}
		}
		done.Incidents = append(done.Incidents, one)
	}
	if err := done.clean(); err != nil {
		return err
	}
	out := bufio.NewWriter(e.stdout)
	if f.format == "json" {
		err = encoder(out).Encode(&done)
	} else {
		done.write(out)
	}
	if err = errors.Join(err, out.Flush()); err != nil {
		return err
	}
	if !done.Complete {
		fmt.Fprintln(e.stderr, "leakline: a part of the list could not be read; what is missing there proves nothing")
		return outcome(exitFailure)
	}
	return nil
}

// options say whose list is read, and with what.
func (f *reconcileFlags) options(e *env, c *config, provider string) (o reconcile.Options, err error) {
	set := c.reconcile.providers[provider]
	o = reconcile.Options{Now: e.now}
	switch provider {
	case reconcile.Okta:
		o.Host = cmp.Or(f.oktaHost, set.host)
		if why := isHost(o.Host); why != "" {
			return o, hinted{fmt.Errorf("--okta-host %q is no host's name", o.Host), "write it in full and in lower case, without https://, such as acme.okta.com"}
		}
	case reconcile.GitHub:
		o.Organization = cmp.Or(f.org, set.organization)
		if isOrganization(o.Organization) != "" {
			return o, hinted{fmt.Errorf("--org %q is no organisation's name", o.Organization), "write it as in https://github.com/NAME"}
		}
		if o.Host, err = gitHubHost(cmp.Or(f.github, e.getenv("LEAKLINE_GITHUB_URL"))); err != nil {
			return o, err
		}
	}
	if o.Credential, err = f.credential(e, cmp.Or(set.credentialEnv, adminEnv[provider])); err != nil {
		return o, err
	}
	return o, nil
}

// gitHubHost gives the host of a GitHub Enterprise Server, empty for GitHub itself.
func gitHubHost(address string) (string, error) {
	if address == "" || strings.TrimRight(address, "/") == "https://api.github.com" || strings.TrimRight(address, "/") == "https://github.com" {
		return "", nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.Trim(u.Path, "/") != "" {
		return "", hinted{errors.New("the address of GitHub is no plain https URL"), "write it as https://github.example.com"}
	}
	return u.Host, nil
}

// maxCredential bounds the file of a credential, in bytes.
const maxCredential = 16 << 10

// credential gives the administrator's credential.
func (f *reconcileFlags) credential(e *env, variable string) (detectors.Secret, error) {
	text, from := e.getenv(variable), variable
	if f.credentialFile != "" {
		from = fmt.Sprintf("%q", f.credentialFile)
		info, err := os.Stat(f.credentialFile)
		switch {
		case err != nil:
			return detectors.Secret{}, fmt.Errorf("read the credential: %w", err)
		case !info.Mode().IsRegular() || info.Size() > maxCredential:
			return detectors.Secret{}, fmt.Errorf("read the credential: %s is no regular file, or larger than %d bytes", from, maxCredential)
		case runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0:
			return detectors.Secret{}, hinted{fmt.Errorf("others may read the credential in %s", from), "chmod 600 it"}
		}
		data, err := os.ReadFile(f.credentialFile)
		if err != nil {
			return detectors.Secret{}, fmt.Errorf("read the credential: %w", err)
		}
		text = string(data)
	}
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return detectors.Secret{}, hinted{fmt.Errorf("there is no credential to ask with in %s", from), "set it to one of an administrator (see: leakline help reconcile)"}
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f }):
		return detectors.Secret{}, fmt.Errorf("what stands in %s is no credential: it has blanks or other signs in it", from)
	}
	return detectors.NewSecret(text), nil
}

// idle is how long a key may go unused.
func (f *reconcileFlags) idle(c *config) (time.Duration, error) {
	if f.unused == "" {
		return cmp.Or(c.reconcile.unusedAfter, unusedAfter), nil
	}
	d, err := parseAge(f.unused)
	if err != nil {
		return 0, fmt.Errorf("--unused-after: %w", err)
	}
	return d, nil
}

// leaks gives all incidents as a join takes them, with what the ledger knows of their
// places in the provider's list.
func (o *opened) leaks(ctx context.Context, provider string) ([]reconcile.Leak, error) {
	var leaks []reconcile.Leak
	judged := map[incident.ID]bool{}
	for inc, err := range o.List(ctx, ledger.Filter{}) {
		if err != nil {
			return nil, err
		}
		leaks = append(leaks, reconcile.LeakOf(inc))
		judged[inc.ID] = inc.Verdict != nil
	}
	for i := range leaks {
		l := &leaks[i]
		if !judged[l.ID] || !reconcile.Concerns(provider, l) {
			continue
		}
		for ev, err := range o.Events(ctx, l.ID) {
			if err != nil {
				return nil, err
			}
			if ev.Kind == incident.Verified {
				l.Learn(provider, ev.Verdict)
			}
		}
	}
	return leaks, nil
}

// reconciled is what a comparison came to. Its JSON form is part of the public
// interface.
type reconciled struct {
	*reconcile.Report
	Incidents []reconciledIncident `json:"incidents"`
	DryRun    bool                 `json:"dry_run,omitempty"`
}

// reconciledIncident is what a list says of an incident, and what was recorded of it.
type reconciledIncident struct {
	reconcile.Result
	Short      string          `json:"short"`
	Recorded   []incident.Kind `json:"recorded,omitempty"`
	AssignedTo string          `json:"assigned_to,omitempty"`
}

// record records what a list says of an incident, if that is something.
func (f *reconcileFlags) record(ctx context.Context, e *env, o *opened, inv *reconcile.Inventory, r *reconciledIncident, leak *reconcile.Leak) error {
	fail := func(err error) error { return fmt.Errorf("incident %s: %w", r.Short, err) }
	if r.Judged {
		if err := o.judgeListed(ctx, r, r.Verdict(inv), leak); err != nil {
			return fail(err)
		}
	}
	if !f.assign || r.Key == nil || r.Key.Owner.State == reconcile.Left {
		return nil
	}
	name := ownerOf(&r.Key.Owner)
	if name == "" || harmless(name) != nil {
		return nil
	}
	people := map[incident.Person]string{}
	_, err := o.Change(ctx, r.Incident, people, func(inc *incident.Incident) ([]incident.Event, error) {
		clear(people)
		if inc.Owner != "" {
			return nil, nil
		}
		r.AssignedTo = name
		return []incident.Event{{
			Kind: incident.Assigned, Owner: o.person(name, people), Actor: o.person(e.getenv("LEAKLINE_ACTOR"), people),
			Note: "it is the owner of the key in the list of " + inv.Provider,
		}}, nil
	})
	if err != nil {
		return fail(err)
	}
	return nil
}

// judgeListed records what a list says of an incident. Where in the list its key is found
// for the first time is recorded even if it was known that it lives: only what was in a
// list can be gone from it.
func (o *opened) judgeListed(ctx context.Context, r *reconciledIncident, v incident.Verdict, leak *reconcile.Leak) error {
	after, err := o.Judge(ctx, r.Incident, v)
	if err != nil {
		return err
	}
	switch was := leak.Closed; {
	case was == "" && after.Closure != nil:
		r.Recorded = append(r.Recorded, incident.Remediated)
	case was != "" && after.Closure == nil:
		r.Recorded = append(r.Recorded, incident.Reopened)
	}
	if b := leak.Before; r.Key == nil || b != nil && b.Key == r.Key.ID {
		return nil
	}
	r.Recorded = append([]incident.Kind{incident.Verified}, r.Recorded...)
	if now := after.Verdict; now != nil && now.Source == v.Source && now.Identity[reconcile.KeyField] == r.Key.ID {
		return nil // which has just been recorded
	}
	_, err = o.Change(ctx, r.Incident, nil, func(*incident.Incident) ([]incident.Event, error) {
		v.At = incident.Stamp(v.At)
		return []incident.Event{{Kind: incident.Verified, Verdict: &v}}, nil
	})
	return err
}

// ownerOf names the owner of a key, empty if it is nobody who can own an incident.
func ownerOf(o *reconcile.Owner) string {
	switch {
	case o.Kind == reconcile.Person:
		return cmp.Or(o.Email, o.Name, o.ID)
	case o.Kind == reconcile.ServiceAccount && cmp.Or(o.Name, o.ID) != "":
		return "service account " + cmp.Or(o.Name, o.ID)
	}
	return ""
}

// clean makes what others wrote fit to be shown: no secret in a name, nothing that a
// terminal obeys.
func (d *reconciled) clean() error {
	set, err := (&scanFlags{}).detectors()
	if err != nil {
		return err
	}
	show := func(text string) string { return clip(scanner.Printable(veiled(set, text)), maxListed) }
	d.Report.Incidents = nil // those of d are shown
	for i := range d.Incidents {
		r := &reconcile.Report{Incidents: []reconcile.Result{d.Incidents[i].Result}}
		r.Clean(show)
		d.Incidents[i].Result = r.Incidents[0]
		d.Incidents[i].AssignedTo = show(d.Incidents[i].AssignedTo)
	}
	d.Report.Clean(show)
	return nil
}

// maxListed bounds a text of a list that is shown, in characters.
const maxListed = 200

// write writes the text form, of at most 80 columns as far as names allow.
func (d *reconciled) write(w io.Writer) {
	name := cmp.Or(d.OrganizationName, d.Organization)
	if name != "" {
		name = " of " + name
	}
	c := &d.Counts
	fmt.Fprintf(w, "%s%s, asked at %s: %s, %d active, %d dead\n", d.Provider, name, d.Host, plural(c.Listed, "key"), c.Active, c.Inactive)
	if c.Active > c.LeakedActive {
		fmt.Fprintf(w, "of the active ones %d not known to have leaked\n", c.Active-c.LeakedActive)
	}
	if len(d.Gaps) > 0 {
		fmt.Fprintln(w, "\nthe list is not complete:")
		writeBullets(w, d.Gaps)
	}
	d.writeIncidents(w)
	d.writeFindings(w)
	if len(d.Limits) > 0 {
		fmt.Fprintln(w, "\nWhat this list does not tell:")
		writeBullets(w, d.Limits)
	}
	if d.DryRun {
		fmt.Fprintln(w, "\nNothing was recorded: --dry-run")
	}
}

// lives are the outcomes as lists show them.
var lives = map[detectors.Outcome]string{detectors.Active: "alive", detectors.Inactive: "dead", detectors.OutcomeUnknown: "unknown"}

func (d *reconciled) writeIncidents(w io.Writer) {
	if len(d.Incidents) == 0 {
		fmt.Fprintln(w, "\nno incidents of this provider")
		return
	}
	fmt.Fprintf(w, "\n%-12s  %-7s  %s\n", "INCIDENT", "IT IS", "WHAT")
	for i := range d.Incidents {
		r := &d.Incidents[i]
		fmt.Fprintf(w, "%s  %-7s  %s\n", r.Short, lives[r.Outcome], r.Title)
		writeFolded(w, "  ", r.Reason)
		if r.Key != nil {
			writeFolded(w, "  ", keyText(r.Key))
		}
		for n := range r.Possible {
			writeFolded(w, "  possibly ", keyText(&r.Possible[n]))
		}
		var did []string
		for _, k := range r.Recorded {
			did = append(did, string(k))
		}
		if r.AssignedTo != "" {
			did = append(did, "assigned to "+r.AssignedTo)
		}
		if len(did) > 0 {
			writeFolded(w, "  recorded: ", strings.Join(did, ", "))
		}
	}
}

// findingTitles head the findings of a list.
var findingTitles = map[reconcile.FindingKind]string{
	reconcile.OwnCredential: "Your own credential has leaked",
	reconcile.LeakedActive:  "Leaked, and still active",
	reconcile.OwnerLeft:     "Active, and their owner has left",
	reconcile.Unused:        "Active, and nobody uses them",
}

// maxShown is how many findings of a kind the text form shows; json has all.
const maxShown = 20

func (d *reconciled) writeFindings(w io.Writer) {
	for _, kind := range reconcile.FindingKinds() {
		n := 0
		for i := range d.Findings {
			f := &d.Findings[i]
			if f.Kind != kind {
				continue
			}
			if n++; n == 1 {
				fmt.Fprintf(w, "\n%s:\n", findingTitles[kind])
			}
			if n > maxShown {
				continue
			}
			text := f.Text
			if f.Key != nil {
				text = keyText(f.Key) + ": " + text
			}
			if f.Incident != "" {
				text = shortID(f.Incident) + " " + text
			}
			writeFolded(w, "- ", text)
		}
		if n > maxShown {
			fmt.Fprintf(w, "  and %d more: -f json has them all\n", n-maxShown)
		}
	}
}

// keyText names a key: its id, its name, where it belongs and to whom.
func keyText(k *reconcile.Key) string {
	parts := []string{k.Kind + " " + k.ID}
	if k.Name != "" {
		parts[0] += fmt.Sprintf(" %q", k.Name)
	}
	if k.Place != "" {
		parts = append(parts, "of "+k.Place)
	}
	o := &k.Owner
	if who := cmp.Or(ownerOf(o), o.Name, o.ID); who != "" && who != k.Place {
		if o.State == reconcile.Left {
			who += " (left)"
		}
		parts = append(parts, "owner "+who)
	}
	switch {
	case !k.LastUsed.IsZero():
		parts = append(parts, "last used "+dateText(k.LastUsed))
	case k.TellsUse:
		parts = append(parts, "never used")
	}
	return strings.Join(parts, ", ")
}

func writeBullets(w io.Writer, texts []string) {
	for _, t := range texts {
		writeFolded(w, "- ", t)
	}
}

// writeFolded writes a text in lines of at most 80 columns, the first after a lead and
// the others under it.
func writeFolded(w io.Writer, lead, text string) {
	line := lead
	used := false
	for word := range strings.FieldsSeq(text) {
		if used && len([]rune(line))+1+len([]rune(word)) > listWidth {
			fmt.Fprintln(w, line)
			line, used = strings.Repeat(" ", min(4, len(lead))), false
		}
		if used {
			line += " "
		}
		line, used = line+word, true
	}
	fmt.Fprintln(w, line)
}
