package reconcile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"leakline/detectors"
	"leakline/remediate/outbound"
)

// Client asks. An *[outbound.Client] is one.
type Client interface {
	Do(ctx context.Context, r outbound.Request) (*outbound.Answer, error)
}

// Options say whose list is read, and how.
type Options struct {
	Client Client
	// Credential is the owner's own, of an administrator. It goes into a header of the
	// requests to the provider, and nowhere else.
	Credential detectors.Secret
	// Host is the customer's own host at Okta, or of a GitHub Enterprise Server; empty:
	// the provider's.
	Host string
	// Organization is the one whose list is read, where the credential does not tell
	// (GitHub).
	Organization string
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Bounds of a list.
const (
	maxPages   = 20_000
	maxEntries = 2_000_000
)

// ErrCredential says that the provider takes no list for this credential.
var ErrCredential = errors.New("the credential opens no list of keys")

// Read reads a provider's list of keys. What could not be read is in its gaps; the error
// says that there is no list at all.
func Read(ctx context.Context, provider string, o Options) (*Inventory, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Credential.Len() == 0 {
		return nil, errors.New("there is no credential to ask with")
	}
	read := map[string]func(context.Context, *asker, *Inventory) error{
		OpenAI: readOpenAI, Anthropic: readAnthropic, WorkOS: readWorkOS, Okta: readOkta, GitHub: readGitHub,
	}[provider]
	if read == nil {
		return nil, fmt.Errorf("no list of keys can be read at %q", provider)
	}
	a, err := newAsker(provider, o)
	if err != nil {
		return nil, err
	}
	inv := &Inventory{Provider: provider, Host: a.host}
	if err := read(ctx, a, inv); err != nil {
		return nil, fmt.Errorf("read the list of keys at %s: %w", a.host, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	inv.close()
	inv.At = o.Now()
	return inv, nil
}

// asker asks one host with one credential.
type asker struct {
	client Client
	host   string
	base   string // path before all paths
	header http.Header
	org    string
	now    func() time.Time
}

func newAsker(provider string, o Options) (*asker, error) {
	a := &asker{client: o.Client, org: o.Organization, now: o.Now, header: http.Header{"Accept": {"application/json"}}}
	bearer := "Bearer "
	switch provider {
	case OpenAI:
		a.host = "api.openai.com"
	case Anthropic:
		a.host = "api.anthropic.com"
		a.header.Set("Anthropic-Version", "2023-06-01")
	case WorkOS:
		a.host = "api.workos.com"
	case Okta:
		a.host, bearer = o.Host, "SSWS "
	case GitHub:
		a.host = "api.github.com"
		if o.Host != "" { // https://docs.github.com/en/enterprise-server@latest/rest/using-the-rest-api/getting-started-with-the-rest-api
			a.host, a.base = o.Host, "/api/v3"
		}
		a.header.Set("Accept", "application/vnd.github+json")
		a.header.Set("X-GitHub-Api-Version", "2022-11-28")
	}
	if u, err := url.Parse("https://" + a.host); err != nil || a.host == "" || u.Host != a.host || strings.ContainsAny(a.host, "/?#@ ") {
		return nil, fmt.Errorf("%q is no host", a.host)
	}
	name, value := "Authorization", bearer
	if provider == Anthropic {
		name, value = "X-Api-Key", ""
	}
	a.header.Set(name, value+o.Credential.Reveal())
	return a, nil
}

// refusal is an answer that is no list.
type refusal struct{ *outbound.Refusal }

func (r *refusal) Unwrap() error {
	if r.Status == http.StatusUnauthorized || r.Status == http.StatusForbidden {
		return ErrCredential
	}
	return nil
}

// get asks for a path with a query, and reads the answer.
func (a *asker) get(ctx context.Context, what, path string, into any) (*outbound.Answer, error) {
	r := outbound.Request{URL: "https://" + a.host + a.base + path, Header: a.header, Hosts: []string{a.host}}
	ans, err := outbound.GetJSON(ctx, a.client, r, what, into)
	var no *outbound.Refusal
	if errors.As(err, &no) {
		err = &refusal{no}
	}
	return ans, err
}

// walk reads the pages of a list. Read takes a page apart and gives its entries and the
// path of the next page, empty at the end. With an error come the entries that were read.
func walk[P, T any](ctx context.Context, a *asker, what, path string, read func(*P, *outbound.Answer) (some []T, next string, err error)) ([]T, error) {
	get := func(path string, page *P) (*outbound.Answer, error) { return a.get(ctx, what, path, page) }
	return outbound.Pages(what, path, outbound.Bounds{Pages: maxPages, Entries: maxEntries}, get, read)
}

// cursors are the pages of OpenAI and Anthropic: more there are after the last id.
type cursors[T any] struct {
	Data    *[]T    `json:"data"`
	HasMore *bool   `json:"has_more"`
	LastID  *string `json:"last_id"`
}

// cursor reads pages whose next one begins after an id, given by a parameter.
func cursor[T any](ctx context.Context, a *asker, what, path, parameter string, query url.Values, id func(*T) string) ([]T, error) {
	return walk(ctx, a, what, path+"?"+query.Encode(), func(p *cursors[T], _ *outbound.Answer) ([]T, string, error) {
		if p.Data == nil || p.HasMore == nil {
			return nil, "", outbound.ErrShape
		}
		some := *p.Data
		if !*p.HasMore {
			return some, "", nil
		}
		if len(some) == 0 {
			return nil, "", outbound.ErrShape
		}
		after := id(&some[len(some)-1])
		if p.LastID != nil && *p.LastID != "" {
			after = *p.LastID
		}
		if after == "" {
			return nil, "", outbound.ErrShape
		}
		q := url.Values{parameter: {after}}
		for k, v := range query {
			q[k] = v
		}
		return some, path + "?" + q.Encode(), nil
	})
}

// linked reads pages that name the next one in a header (RFC 8288): it must be one of
// the same host.
func linked[T any](ctx context.Context, a *asker, what, path string) ([]T, error) {
	return walk(ctx, a, what, path, func(p *[]T, ans *outbound.Answer) ([]T, string, error) {
		if *p == nil {
			return nil, "", outbound.ErrShape
		}
		next, err := a.next(ans.Header)
		return *p, next, err
	})
}

// next gives the path that a Link header names as the next page.
func (a *asker) next(h http.Header) (string, error) {
	for _, value := range h.Values("Link") {
		for link := range strings.SplitSeq(value, ",") {
			target, params, ok := strings.Cut(strings.TrimSpace(link), ">")
			rels := strings.Split(strings.ReplaceAll(params, " ", ""), ";")
			if !ok || !slices.Contains(rels, `rel="next"`) && !slices.Contains(rels, "rel=next") {
				continue
			}
			u, err := url.Parse(strings.TrimPrefix(target, "<"))
			if err != nil || u.Scheme != "https" || u.Host != a.host || u.User != nil || !strings.HasPrefix(u.EscapedPath(), a.base+"/") {
				return "", errors.New("its next page is at another host, which is not asked")
			}
			path := strings.TrimPrefix(u.EscapedPath(), a.base)
			if u.RawQuery != "" {
				path += "?" + u.RawQuery
			}
			return path, nil
		}
	}
	return "", nil
}

// segment is a text as one part of a path. An id that would lead elsewhere gives none.
func segment(id string) string {
	if id == "." || id == ".." {
		return "%2E"
	}
	return url.PathEscape(id)
}
