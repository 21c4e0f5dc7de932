package standing

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// Bounds of what is asked.
const (
	maxPages    = 200    // of one list
	maxEntries  = 50_000 // of one list
	maxRequests = 2_000  // of one provider
)

// asker asks one administration.
type asker struct {
	client outbound.Asker
	p      *Provider
	host   string
	base   string // path before all paths
	header http.Header
	app    string
	more   map[string]string // values of further variables
	now    func() time.Time
	dead   error // the credential is not accepted: nothing more is asked
	// grant is how a token is asked for with the first request, nil if there is one.
	grant func(ctx context.Context) error
	*tally
}

// tally is what was asked so far, with whichever credential.
type tally struct {
	lists map[string]any // that were read, by their first path
	sent  int
	asked []string  // by what the control at hand was asked
	at    time.Time // when the last answer came
}

// newAsker checks what the environment says.
func newAsker(p *Provider, o *Options) (*asker, error) {
	a := &asker{
		client: o.Client, p: p, host: p.Host, app: o.App, now: o.Now, header: http.Header{"Accept": {"application/json"}},
		more: map[string]string{}, tally: &tally{lists: map[string]any{}},
	}
	for name, value := range p.Header {
		a.header.Set(name, value)
	}
	if p.Tenant != nil {
		if err := a.tenant(o); err != nil {
			return nil, err
		}
	}
	for _, v := range p.More {
		text := strings.TrimSpace(o.Getenv(v.Name))
		if text != "" && printable(text) != nil {
			return nil, fmt.Errorf("what stands in %s is not %s: it has blanks or other signs in it", v.Name, v.Is)
		}
		a.more[v.Name] = text
	}
	if p.Key.Name != "" {
		key, err := secret(o.Getenv, p.Key.Variable)
		if err != nil {
			return nil, err
		}
		if key.Len() > 0 {
			a.authorize(key)
			return a, nil
		}
	}
	if p.Grant == nil {
		return nil, missing(p, p.Key.Variable)
	}
	return a, a.granted(o)
}

// missing says that a variable is not set.
func missing(p *Provider, v Variable) error {
	return &ErrMissing{Variable: v.Name, text: fmt.Sprintf("%s: %s is not set, which holds %s", p.Name, v.Name, v.Is)}
}

// ErrMissing says that a variable that a provider needs is not set.
type ErrMissing struct{ Variable, text string }

func (e *ErrMissing) Error() string { return e.text }

// secret is a credential of the environment.
func secret(getenv func(string) string, v Variable) (detectors.Secret, error) {
	text := strings.TrimSpace(getenv(v.Name))
	if err := printable(text); err != nil {
		return detectors.Secret{}, fmt.Errorf("what stands in %s is no credential: it has blanks or other signs in it", v.Name)
	}
	return detectors.NewSecret(text), nil
}

func printable(text string) error {
	if len(text) > 16<<10 || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
		return errors.New("signs that can't be sent")
	}
	return nil
}

// tenant reads a customer's own host. It is the user's word, so its form is checked; one
// of another form, and where any host could be one, the configuration must name it.
func (a *asker) tenant(o *Options) error {
	t := a.p.Tenant
	text := strings.TrimSpace(o.Getenv(t.Name))
	if text == "" {
		return missing(a.p, t.Variable)
	}
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	path := ""
	if err == nil {
		path = strings.TrimRight(u.EscapedPath(), "/")
	}
	if err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || path != "" && !t.Path {
		return fmt.Errorf("what stands in %s is not %s", t.Name, t.Is)
	}
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":443")
	switch {
	case slices.Contains(o.Hosts, host):
	case t.Host != "" && !regexp.MustCompile(t.Host).MatchString(host):
		return fmt.Errorf("what stands in %s is not %s", t.Name, t.Is)
	case t.Host == "":
		return &ErrHost{Host: host, text: fmt.Sprintf("%s: no configuration names the host of %s", a.p.Name, t.Name)}
	}
	a.host, a.base = host, path
	return nil
}

// ErrHost says that a host is one that the configuration has to name.
type ErrHost struct{ Host, text string }

func (e *ErrHost) Error() string { return e.text }

func (a *asker) authorize(key detectors.Secret) {
	a.header.Set(cmp.Or(a.p.Key.Header, "Authorization"), a.p.Key.Prefix+key.Reveal())
}

// granted prepares to ask for a token.
func (a *asker) granted(o *Options) error {
	g := a.p.Grant
	id := strings.TrimSpace(o.Getenv(g.ID.Name))
	key, err := secret(o.Getenv, g.Secret)
	switch {
	case printable(id) != nil:
		return fmt.Errorf("what stands in %s is not %s: it has blanks or other signs in it", g.ID.Name, g.ID.Is)
	case err != nil:
		return err
	case id == "" && a.p.Key.Name != "":
		return &ErrMissing{Variable: a.p.Key.Name, text: fmt.Sprintf("%s: neither %s nor %s and %s are set", a.p.Name, a.p.Key.Name, g.ID.Name, g.Secret.Name)}
	case id == "":
		return missing(a.p, g.ID)
	case key.Len() == 0:
		return missing(a.p, g.Secret)
	}
	host, path := cmp.Or(g.Host, a.host), g.Path
	if g.Host == "" {
		path = a.base + path
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {id}, "client_secret": {key.Reveal()}}
	for name, value := range g.Form {
		form.Set(name, strings.ReplaceAll(value, "{host}", a.host))
	}
	for name, value := range a.more {
		if strings.Contains(path, "{"+name+"}") {
			if value == "" {
				i := slices.IndexFunc(a.p.More, func(v Variable) bool { return v.Name == name })
				return missing(a.p, a.p.More[i])
			}
			path = strings.ReplaceAll(path, "{"+name+"}", segment(value))
		}
	}
	a.grant = func(ctx context.Context) error { return a.token(ctx, host, path, form) }
	return nil
}

// token asks for one.
func (a *asker) token(ctx context.Context, host, path string, form url.Values) error {
	a.sent++
	ans, err := a.client.Do(ctx, outbound.Request{
		Method: http.MethodPost, URL: "https://" + host + path, Hosts: []string{host}, Body: []byte(form.Encode()),
		Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"application/json"}},
	})
	if err != nil {
		return fmt.Errorf("asking for a token: %w", err)
	}
	switch ans.Status {
	case http.StatusOK:
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return fmt.Errorf("no token is given for what stands in %s and %s (%d)", a.p.Grant.ID.Name, a.p.Grant.Secret.Name, ans.Status)
	default:
		return fmt.Errorf("asking for a token: %s answers %d", host, ans.Status)
	}
	var got struct {
		Token string `json:"access_token"`
	}
	if json.Unmarshal(ans.Body, &got) != nil || got.Token == "" || printable(got.Token) != nil {
		return errors.New("asking for a token: " + outbound.ErrShape.Error())
	}
	a.authorize(detectors.NewSecret(got.Token))
	return nil
}

// refused says whether an answer was a status.
func refused(err error, statuses ...int) bool {
	var r *outbound.Refusal
	return errors.As(err, &r) && slices.Contains(statuses, r.Status)
}

// get asks for a path. Its form, with * for ids and without a query, is what a reading
// says of the request.
func (a *asker) get(ctx context.Context, form, path string, into any) (*outbound.Answer, error) {
	request := "GET " + a.base + form
	if !slices.Contains(a.asked, request) {
		a.asked = append(a.asked, request)
	}
	if a.dead != nil {
		return nil, a.dead
	}
	if a.grant != nil {
		if err := a.grant(ctx); err != nil {
			a.dead = err
			return nil, err
		}
		a.grant = nil
	}
	if a.sent++; a.sent > maxRequests {
		return nil, fmt.Errorf("%s: more than %d requests would be needed", request, maxRequests)
	}
	ans, err := outbound.GetJSON(ctx, a.client, outbound.Request{URL: "https://" + a.host + a.base + path, Header: a.header, Hosts: []string{a.host}}, request, into)
	switch {
	case err == nil:
		a.at = a.now()
	case refused(err, http.StatusUnauthorized):
		a.dead = err
	}
	return ans, err
}

// as asks with the credential of a further variable.
func (a *asker) as(variable string) *asker {
	b := *a
	b.header, b.dead, b.grant = a.header.Clone(), nil, nil
	b.authorize(detectors.NewSecret(a.more[variable]))
	return &b
}

// list reads the pages of a list once. Read takes a page apart: its entries, and the path
// of the next page, empty at the end.
func list[P, T any](ctx context.Context, a *asker, form, path string, read func(*P, *outbound.Answer) (some []T, next string, err error)) ([]T, error) {
	type known struct {
		all []T
		err error
	}
	first := path
	if k, ok := a.lists[first].(known); ok {
		a.note(form)
		return k.all, k.err
	}
	get := func(path string, page *P) (*outbound.Answer, error) { return a.get(ctx, form, path, page) }
	everything, err := outbound.Pages("GET "+a.base+form, path, outbound.Bounds{Pages: maxPages, Entries: maxEntries}, get, read)
	if err != nil {
		everything = nil
	}
	a.lists[first] = known{everything, err}
	return everything, err
}

// note notes a request that was answered before.
func (a *asker) note(form string) {
	if request := "GET " + a.base + form; !slices.Contains(a.asked, request) {
		a.asked = append(a.asked, request)
	}
}

// one reads an object once.
func one[T any](ctx context.Context, a *asker, form, path string) (*T, error) {
	got, err := list(ctx, a, form, path, func(p *T, _ *outbound.Answer) ([]T, string, error) { return []T{*p}, "", nil })
	if err != nil {
		return nil, err
	}
	return &got[0], nil
}

// after reads pages whose next one begins after an id (OpenAI, Anthropic).
func after[T any](ctx context.Context, a *asker, form, path, parameter string, query url.Values, id func(*T) string) ([]T, error) {
	type page struct {
		Data    *[]T    `json:"data"`
		HasMore *bool   `json:"has_more"`
		LastID  *string `json:"last_id"`
	}
	return list(ctx, a, form, path+"?"+query.Encode(), func(p *page, _ *outbound.Answer) ([]T, string, error) {
		if p.Data == nil || p.HasMore == nil {
			return nil, "", outbound.ErrShape
		}
		if !*p.HasMore {
			return *p.Data, "", nil
		}
		if len(*p.Data) == 0 {
			return nil, "", outbound.ErrShape
		}
		last := id(&(*p.Data)[len(*p.Data)-1])
		if p.LastID != nil {
			last = cmp.Or(*p.LastID, last)
		}
		if last == "" {
			return nil, "", outbound.ErrShape
		}
		q := url.Values{parameter: {last}}
		for k, v := range query {
			q[k] = v
		}
		return *p.Data, path + "?" + q.Encode(), nil
	})
}

// linked reads pages that name the next one in a header (RFC 8288).
func linked[T any](ctx context.Context, a *asker, form, path string) ([]T, error) {
	return list(ctx, a, form, path, func(p *[]T, ans *outbound.Answer) ([]T, string, error) {
		if *p == nil {
			return nil, "", outbound.ErrShape
		}
		for _, value := range ans.Header.Values("Link") {
			for link := range strings.SplitSeq(value, ",") {
				target, params, ok := strings.Cut(strings.TrimSpace(link), ">")
				if !ok || !strings.Contains(strings.ReplaceAll(params, " ", ""), `rel="next"`) {
					continue
				}
				next, err := a.within(strings.TrimPrefix(target, "<"))
				return *p, next, err
			}
		}
		return *p, "", nil
	})
}

// within is the path of an address that an answer gives: it must be one of the same host.
func (a *asker) within(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || strings.TrimSuffix(strings.ToLower(u.Host), ":443") != a.host || u.User != nil || !strings.HasPrefix(u.EscapedPath(), a.base+"/") {
		return "", errors.New("it names an address at another host, which is not asked")
	}
	path := strings.TrimPrefix(u.EscapedPath(), a.base)
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	return path, nil
}

// segment is a text as one part of a path. An id that would lead elsewhere gives none.
func segment(id string) string {
	if id == "." || id == ".." {
		return "%2E"
	}
	return url.PathEscape(id)
}

// count says how many of a list are so.
func count[T any](all []T, is func(*T) bool) int {
	n := 0
	for i := range all {
		if is(&all[i]) {
			n++
		}
	}
	return n
}

// member is one member of an object.
func member[T any](body []byte, name string) (T, error) {
	var all map[string]json.RawMessage
	var out T
	if json.Unmarshal(body, &all) != nil || json.Unmarshal(all[name], &out) != nil {
		return out, outbound.ErrShape
	}
	return out, nil
}
