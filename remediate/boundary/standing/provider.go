package standing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"leakline/detectors"
	"leakline/remediate/boundary"
	"leakline/remediate/outbound"
)

// Provider is an administration that can be asked.
type Provider struct {
	// Name is one word, as in the inventory.
	Name, Title string
	// Layers are those that it can stand behind; of several the user names one.
	Layers []detectors.Layer
	// Host is the provider's own; Tenant says where a customer's own stands.
	Host   string
	Tenant *Tenant
	// Key is the credential that is sent with each request. Grant, if it is not set, is
	// how one is asked for first.
	Key   Key
	Grant *Grant
	// More are further variables that it takes; those that are not set are left out.
	More []Variable
	// Header is sent with each request.
	Header map[string]string
	// PerMinute is how many requests are sent in a minute at most.
	PerMinute int
	// App says that it is a directory, in which the AI platform is an application: which
	// one the user says.
	App bool
	// Controls are what it can tell of, Untold what it can't, with the reason.
	Controls []Control
	Untold   []Untold
	// Source is its documentation, Confirmed the day on which it was read.
	Source, Confirmed string
}

// Variable is an environment variable that a provider's own tools take.
type Variable struct{ Name, Is string }

// Key is a credential that stands in an environment variable.
type Key struct {
	Variable
	Header, Prefix string // of the header: "Authorization", "Bearer "
}

// Grant asks for a token with a client's id and secret (RFC 6749, section 4.4).
type Grant struct {
	ID, Secret Variable
	Host       string // empty: the tenant's
	Path       string // {tenant} is the variable of More that names it
	Form       map[string]string
}

// Tenant is where a customer's own host stands.
type Tenant struct {
	Variable
	// Host is the form of it, an RE2 expression; "": any, but only one that the
	// configuration names.
	Host string
	// Path says that the address may have a path before all paths.
	Path bool
}

// Control is one that a provider can tell of.
type Control struct {
	Name string
	// Layer is the one in which it tells; empty: each of the provider's.
	Layer detectors.Layer
	// App says that it tells of the AI platform's application in a directory.
	App bool
	// Needs is a variable of More without which it tells nothing.
	Needs  string
	Source string // of the request; empty: the provider's
	read   func(ctx context.Context, a *asker) (said, error)
}

// Untold is a control of which a provider does not tell.
type Untold struct {
	Name  string
	Layer detectors.Layer // empty: each
	Why   string
}

// said is what was said of a control.
type said struct{ standing, words string }

// errUntold says that nothing was said, for a reason that is no failure.
type errUntold struct{ why string }

func (e errUntold) Error() string { return e.why }

// Providers is the table, by name.
func Providers() []Provider {
	return []Provider{
		anthropic(), auth0(), clerk(), entra(), keycloak(), okta(), openAI(), supabase(), workOS(),
	}
}

// Named gives a provider.
func Named(name string) (Provider, bool) {
	all := Providers()
	i := slices.IndexFunc(all, func(p Provider) bool { return p.Name == name })
	if i < 0 {
		return Provider{}, false
	}
	return all[i], true
}

// Variables are all that a provider takes.
func (p *Provider) Variables() []Variable {
	var out []Variable
	if p.Tenant != nil {
		out = append(out, p.Tenant.Variable)
	}
	if p.Key.Name != "" {
		out = append(out, p.Key.Variable)
	}
	if p.Grant != nil {
		out = append(out, p.Grant.ID, p.Grant.Secret)
	}
	return append(out, p.More...)
}

// Options say how a provider is asked.
type Options struct {
	Client outbound.Asker
	// Getenv gives environment variables. Credentials are read from there alone.
	Getenv func(string) string
	// Layer is the one that it stands behind; empty: its only one.
	Layer detectors.Layer
	// App is the id of the AI platform's application in a directory.
	App string
	// Hosts are those that the configuration allows where any host may be a tenant's.
	Hosts []string
	Now   func() time.Time // nil: time.Now
}

// Check says why a provider can't be asked, without asking it; nil if it can.
func Check(p *Provider, o Options) error {
	_, _, err := prepare(p, &o)
	return err
}

func prepare(p *Provider, o *Options) (detectors.Layer, *asker, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	layer, err := p.layer(o.Layer)
	if err != nil {
		return "", nil, err
	}
	if o.App != "" && (!p.App || layer != detectors.AIPlatform) {
		return "", nil, fmt.Errorf("%s: an application is named for a directory of the AI platform only", p.Name)
	}
	if o.App != "" && !idForm().MatchString(o.App) {
		return "", nil, fmt.Errorf("%s: what is named as the application is no id", p.Name)
	}
	a, err := newAsker(p, o)
	return layer, a, err
}

// Read asks a provider. What could not be read is among its failures; the error says
// that it was not asked at all.
func Read(ctx context.Context, p *Provider, o Options) (*boundary.ProviderReading, error) {
	layer, a, err := prepare(p, &o)
	if err != nil {
		return nil, err
	}
	r := &boundary.ProviderReading{
		Provider: p.Name, Title: p.Title, Layer: layer, Host: a.host, App: o.App, Source: p.Source,
		Controls: []boundary.Reading{}, Untold: []boundary.Untold{}, Failures: []boundary.Untold{},
	}
	for i := range p.Controls {
		if c := &p.Controls[i]; c.Layer == "" || c.Layer == layer {
			a.control(ctx, c, r)
		}
	}
	for _, u := range p.Untold {
		if u.Layer == "" || u.Layer == layer {
			r.Untold = append(r.Untold, boundary.Untold{Control: u.Name, Why: u.Why})
		}
	}
	if errors.Is(ctx.Err(), context.Canceled) { // a time that is over leaves failures
		return nil, ctx.Err()
	}
	r.At, r.Requests = o.Now().UTC().Truncate(time.Second), a.sent
	return r, nil
}

// control asks about one control.
func (a *asker) control(ctx context.Context, c *Control, r *boundary.ProviderReading) {
	untold := func(why string) { r.Untold = append(r.Untold, boundary.Untold{Control: c.Name, Why: why}) }
	switch {
	case c.App && a.app == "":
		untold("no application was named (--app)")
		return
	case c.Needs != "" && a.more[c.Needs] == "":
		untold(c.Needs + " is not set")
		return
	}
	a.asked = nil
	s, err := c.read(ctx, a)
	var none errUntold
	switch {
	case errors.As(err, &none):
		untold(none.why)
	case err != nil:
		r.Failures = append(r.Failures, boundary.Untold{Control: c.Name, Why: err.Error()})
	default:
		r.Controls = append(r.Controls, boundary.Reading{
			Control: c.Name, Standing: s.standing, Says: s.words, Requests: slices.Clone(a.asked), At: a.at.UTC().Truncate(time.Second), Source: cmp.Or(c.Source, a.p.Source),
		})
	}
}

// layer is the one that a provider is read for.
func (p *Provider) layer(l detectors.Layer) (detectors.Layer, error) {
	switch {
	case l != "" && !slices.Contains(p.Layers, l):
		return "", fmt.Errorf("%s has no controls of %s", p.Name, l)
	case l == "" && len(p.Layers) > 1:
		return "", &ErrLayer{Provider: p.Name}
	case l == "":
		return p.Layers[0], nil
	}
	return l, nil
}

// ErrLayer says that a provider can stand behind either layer, and nobody said which.
type ErrLayer struct{ Provider string }

func (e *ErrLayer) Error() string { return e.Provider + " can stand behind either layer: which is it?" }

// idForm is what ids of applications look like.
var idForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$`) })

// all says of what must hold for each: n of the whole have it.
func all(n, whole int, words string, args ...any) said {
	s := said{boundary.Partly, fmt.Sprintf(words, args...)}
	switch {
	case n <= 0:
		s.standing = boundary.Off
	case n >= whole:
		s.standing = boundary.On
	}
	return s
}

// some says of what is there as soon as there is one.
func some(n int, words string, args ...any) said {
	return all(n, min(n, 1), words, args...)
}

// flag says of what is switched on or off.
func flag(on bool, yes, no string) said {
	if on {
		return said{boundary.On, yes}
	}
	return said{boundary.Off, no}
}

// many is a number with its noun: "1 project", "3 projects", "2 policies".
func many(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	if before, ok := strings.CutSuffix(one, "y"); ok && !strings.HasSuffix(before, "e") {
		return fmt.Sprintf("%d %sies", n, before)
	}
	return fmt.Sprintf("%d %ss", n, one)
}
