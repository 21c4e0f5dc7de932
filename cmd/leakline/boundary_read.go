package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/remediate/boundary/evidence"
	"leakline/remediate/boundary/standing"
	"leakline/remediate/outbound"
	"leakline/scanner"
)

// readFormats are the forms of readings.
var readFormats = []string{"json", "text"}

// maxReadAnswer bounds an answer of an administration, in bytes.
const maxReadAnswer = 8 << 20

// readFlags say whose administration is asked, and what becomes of the answers.
type readFlags struct {
	layer, app, config, format, path string
	timeout                          time.Duration
	quiet                            bool
}

func newBoundaryRead(e *env) *cobra.Command {
	var f readFlags
	cmd := &cobra.Command{
		Use:   "read [PROVIDER...]",
		Short: "Ask the providers' administrations which controls are in force",
		Long: `Ask the administrations of AI platforms and of identity systems which identity
controls are in force, with your own credentials, and write what they say as
JSON: on, off or partly, in numbers, with the request that said so and the time.
"map", "check" and "evidence" take it with --readings FILE.

Credentials are read from environment variables alone:

` + readVariables() + `
They go to the provider over TLS and are never recorded or shown. Nothing is
changed there. What is written holds no secret, and of people only how many.

okta, entra-id and keycloak can stand behind either door: --layer says which, or
read = ["okta"] in [boundaries.LAYER] of a configuration that is named, with
--config or LEAKLINE_CONFIG. Without PROVIDER, those of the configuration are
asked. See: leakline help boundary.

Exit status:
  0    all that a provider tells was read
  2    usage error or failure, or something could not be read`,
		Example: `  leakline boundary read openai anthropic -r readings.json
  leakline boundary read okta --layer ai-platform --app 0oa1b2c3 -r readings.json
  leakline boundary map --readings readings.json`,
		ValidArgs: readable(),
		RunE:      func(cmd *cobra.Command, args []string) error { return f.run(cmd.Context(), e, args) },
	}
	fl := cmd.Flags()
	fl.SortFlags = false
	fl.StringVar(&f.layer, "layer", "", "the `LAYER` that a directory stands behind: ai-platform or application-auth")
	fl.StringVar(&f.app, "app", "", "the `ID` of the AI platform's application in a directory (okta, entra-id)")
	fl.StringVarP(&f.config, "config", "c", "", "read the table [boundaries] of `FILE` (else LEAKLINE_CONFIG)")
	fl.StringVarP(&f.format, "report-format", "f", "json", "one of "+strings.Join(readFormats, ", "))
	fl.StringVarP(&f.path, "report-path", "r", "-", "write to `FILE`; - is standard output")
	fl.Var((*limit)(&f.timeout), "timeout", "stop after this `TIME`, as 90s (0: never)")
	fl.BoolVarP(&f.quiet, "quiet", "q", false, "do not say on standard error who is asked")
	addSchema(cmd, e, "-f json", boundary.ReadingsSchema)
	return cmd
}

// readable are the names of all providers.
func readable() []string {
	var names []string
	for _, p := range standing.Providers() {
		names = append(names, p.Name)
	}
	return names
}

// readVariables lists by provider what is read from the environment.
func readVariables() string {
	var b strings.Builder
	for _, p := range standing.Providers() {
		name := p.Name
		for _, v := range p.Variables() {
			fmt.Fprintf(&b, "  %-13s %s\n", name, v.Name)
			name = ""
		}
	}
	return b.String()
}

// asks is one provider, as it is asked for one layer.
type asks struct {
	standing.Provider
	options standing.Options
}

func (f *readFlags) run(ctx context.Context, e *env, args []string) error {
	if !slices.Contains(readFormats, f.format) {
		return unknownFormat(f.format, readFormats)
	}
	if l := detectors.Layer(f.layer); l != "" && !slices.Contains(evidence.Layers(), l) {
		return hinted{fmt.Errorf("--layer %q is no layer with controls", f.layer), "the layers are ai-platform and application-auth"}
	}
	c, err := readConfig(e, f.config)
	if err != nil {
		return err
	}
	if err := c.withholding(); err != nil && !f.quiet {
		fmt.Fprintf(e.stderr, "leakline: warning: %s\n", hintedText(err))
	}
	all, err := f.chosen(e, &c, args)
	if err != nil {
		return err
	}
	for i := range all { // before anybody is asked
		if err := standing.Check(&all[i].Provider, all[i].options); err != nil {
			return readHint(err)
		}
	}
	if f.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, f.timeout)
		defer cancel()
	}
	out := boundary.Readings{Schema: boundary.ReadingsForm, Complete: true, Providers: []boundary.ProviderReading{}}
	for i := range all {
		r, err := f.ask(ctx, e, &c, &all[i])
		if err != nil {
			return readHint(err)
		}
		out.Providers = append(out.Providers, *r)
		out.Complete = out.Complete && len(r.Failures) == 0
	}
	if err := f.write(e, &out); err != nil {
		return err
	}
	for _, p := range out.Providers {
		for _, x := range p.Failures {
			fmt.Fprintf(e.stderr, "leakline: %s: %s could not be read: %s\n", p.Provider, x.Control, scanner.Printable(x.Why))
		}
	}
	if !out.Complete {
		return outcome(exitFailure)
	}
	return nil
}

// chosen are the providers that are asked, each for its layers.
func (f *readFlags) chosen(e *env, c *config, args []string) ([]asks, error) {
	names := args
	for _, l := range evidence.Layers() {
		if len(args) > 0 {
			break
		}
		for _, name := range c.boundary.reads[l].providers {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return nil, hinted{errors.New("nobody is named who could be asked"), "the providers are " + strings.Join(readable(), ", ")}
	}
	var out []asks
	for i, name := range names {
		p, ok := standing.Named(name)
		if !ok {
			hint := "the providers are " + strings.Join(readable(), ", ")
			if near := nearest(name, readable()); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, hinted{fmt.Errorf("no administration of %q can be asked", name), hint}
		}
		if slices.Contains(names[:i], name) {
			continue
		}
		layers := c.readLayers(&p)
		if f.layer != "" && (len(p.Layers) > 1 || !slices.ContainsFunc(names, eitherDoor)) {
			layers = []detectors.Layer{detectors.Layer(f.layer)}
		}
		for _, l := range layers {
			o := standing.Options{Getenv: e.getenv, Layer: l, Now: e.now, Hosts: c.boundary.reads[l].hosts}
			if p.App && l == detectors.AIPlatform {
				o.App = cmp.Or(f.app, c.boundary.reads[l].app)
			}
			out = append(out, asks{p, o})
		}
	}
	if f.app != "" && !slices.ContainsFunc(out, func(a asks) bool { return a.options.App != "" }) {
		return nil, hinted{errors.New("--app names an application in a directory of the AI platform, and none is asked"), "for okta and entra-id, with --layer ai-platform"}
	}
	return out, nil
}

// eitherDoor says of a provider that it can stand behind either layer.
func eitherDoor(name string) bool {
	p, ok := standing.Named(name)
	return ok && len(p.Layers) > 1
}

// readLayers are those for which the configuration reads a provider, else its only one,
// "" if the user has to say.
func (c *config) readLayers(p *standing.Provider) []detectors.Layer {
	var out []detectors.Layer
	for _, l := range evidence.Layers() {
		if slices.Contains(c.boundary.reads[l].providers, p.Name) {
			out = append(out, l)
		}
	}
	switch {
	case len(out) > 0:
		return out
	case len(p.Layers) == 1:
		return p.Layers
	}
	return []detectors.Layer{""}
}

// readHint adds to an error what to do.
func readHint(err error) error {
	var missing *standing.ErrMissing
	var host *standing.ErrHost
	var layer *standing.ErrLayer
	switch {
	case errors.As(err, &missing):
		return hinted{err, "set it in the environment; there is no flag for it (see: leakline help boundary)"}
	case errors.As(err, &host):
		return hinted{err, fmt.Sprintf("write read-hosts = [%q] into [boundaries.LAYER] of a file that --config or LEAKLINE_CONFIG names", host.Host)}
	case errors.As(err, &layer):
		return hinted{err, "say --layer ai-platform or --layer application-auth, or read = [\"" + layer.Provider + "\"] in [boundaries.LAYER]"}
	}
	return err
}

// ask asks one provider, and says so.
func (f *readFlags) ask(ctx context.Context, e *env, c *config, a *asks) (*boundary.ProviderReading, error) {
	var o outbound.Options
	if e.outbound != nil {
		o = e.outbound()
	}
	o.Now, o.Version, o.MaxBody = e.now, buildVersion(), maxReadAnswer
	o.Timeout = cmp.Or(o.Timeout, c.verify.timeout)
	o.Private = a.Tenant != nil && a.Tenant.Host == "" // its host is one that the configuration names
	if c.verify.proxy && o.Proxy == nil && e.outbound == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.PerMinute == nil {
		o.PerMinute = func(string) int { return a.PerMinute }
	}
	client := outbound.New(o)
	defer client.Close()
	if !f.quiet {
		fmt.Fprintf(e.stderr, "boundary: asking %s\n", a.Title)
	}
	a.options.Client = client
	return standing.Read(ctx, &a.Provider, a.options)
}

func (f *readFlags) write(e *env, r *boundary.Readings) error {
	write := r.WriteJSON
	if f.format == "text" {
		write = func(w io.Writer) error { return writeReadings(w, r) }
	}
	return writeWhere(e, f.path, "the readings", write)
}

// writeReadings writes readings for people.
func writeReadings(out io.Writer, r *boundary.Readings) error {
	w := bufio.NewWriter(out)
	for i, p := range r.Providers {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s, %s, asked at %s: %s\n", p.Title, p.Layer, p.Host, plural(p.Requests, "request"))
		for _, c := range p.Controls {
			writeFolded(w, fmt.Sprintf("  %-20s", c.Control), c.Standing+": "+c.Says)
			writeFolded(w, "    by ", strings.Join(c.Requests, ", "))
		}
		for _, x := range p.Failures {
			writeFolded(w, fmt.Sprintf("  %-20s", x.Control), "could not be read: "+scanner.Printable(x.Why))
		}
		for _, x := range p.Untold {
			writeFolded(w, fmt.Sprintf("  %-20s", x.Control), "not told: "+x.Why)
		}
	}
	return w.Flush()
}

// addReadings adds the flag that takes readings.
func (f *boundaryFlags) addReadings(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&f.readings, "readings", nil, "take what providers say of their controls from `FILE` of \"boundary read\" (repeatable)")
}

// input reads what arguments mean, and takes what administrations have said.
func (f *boundaryFlags) input(ctx context.Context, e *env, args []string) (*boundaryInput, error) {
	readings, err := f.ofReadings()
	if err != nil {
		return nil, err
	}
	in, err := f.scanned(ctx, e, args)
	if err != nil {
		return nil, err
	}
	in.Readings = readings
	f.tellReadings(e, in)
	return in, nil
}

// ofReadings reads the files of readings.
func (f *boundaryFlags) ofReadings() ([]boundary.ProviderReading, error) {
	var out []boundary.ProviderReading
	for _, path := range f.readings {
		file, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("--readings: %w", err)
		}
		r, err := boundary.ParseReadings(file)
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("--readings %s: %w", scanner.Printable(path), err)
		}
		out = append(out, r.Providers...)
	}
	return out, nil
}

// tellReadings says which readings are old, which came later and do not count, and what
// could not be read.
func (f *boundaryFlags) tellReadings(e *env, in *boundaryInput) {
	if f.scan.quiet {
		return
	}
	warn := func(format string, args ...any) {
		fmt.Fprintf(e.stderr, "leakline: warning: "+format+"\n", args...)
	}
	for i := range in.Readings {
		r := &in.Readings[i]
		old, later := in.Policy.Age(r, in.Now)
		if old > 0 {
			warn("%s was read more than %s before; old: %s", r.Title, plural(int(in.Policy.OldAfter()/day), "day"), plural(old, "reading"))
		}
		if later > 0 {
			warn("%s was read after %s; not counted: %s", r.Title, in.Now.UTC().Format(time.DateOnly), plural(later, "reading"))
		}
		for _, x := range r.Failures {
			warn("%s: %s could not be read: %s", r.Title, scanner.Printable(x.Control), scanner.Printable(x.Why))
		}
	}
}
