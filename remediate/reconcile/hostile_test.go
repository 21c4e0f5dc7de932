package reconcile_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/outbound"
	"leakline/remediate/reconcile"
	"leakline/testdata/provider"
)

// direct answers without a network.
type direct func(path string, query url.Values) (int, any)

func (d direct) Do(_ context.Context, r outbound.Request) (*outbound.Answer, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return nil, err
	}
	status, v := d(u.Path, u.Query())
	body, err := json.Marshal(v)
	return &outbound.Answer{Status: status, Header: http.Header{}, Body: body, At: now}, err
}

// TestHugeList: a list of 100,000 keys is read, matches by the short form that is long
// enough for it, and does not by the one that is not.
func TestHugeList(t *testing.T) {
	const n = 100_000
	secret := plain(t, "anthropic-api-key", 1)
	entry := func(i int) obj {
		tail := fmt.Sprintf("%05d", i)
		return anthropicEntry("apikey_"+tail, "sk-ant-api03-"+tail[:3]+strings.Repeat("x", 80)+tail[3:]+"AA", "user_ann", "active")
	}
	client := direct(func(path string, q url.Values) (int, any) {
		if path != antKeys {
			return http.StatusOK, obj{"data": []obj{}, "has_more": false, "id": "org-1"}
		}
		from := 0
		if after := q.Get("after_id"); after != "" {
			from, _ = strconv.Atoi(strings.TrimPrefix(after, "apikey_"))
			from++
		}
		limit, _ := strconv.Atoi(q.Get("limit"))
		var page []obj
		for i := from; i < min(from+limit, n); i++ {
			page = append(page, entry(i))
		}
		if from+limit >= n {
			page = append(page, anthropicEntry("apikey_leaked", secret, "user_ann", "active"))
		}
		return http.StatusOK, obj{"data": page, "has_more": from+limit < n}
	})
	inv, err := reconcile.Read(t.Context(), reconcile.Anthropic, optionsFor(reconcile.Anthropic, client))
	if err != nil || len(inv.Keys) != n+1 {
		t.Fatalf("%d keys, %v", len(inv.Keys), err)
	}
	r := join(t, inv, leakOf(t, "anthropic-api-key", secret))
	if res := says(t, r, active, reconcile.ByHint, "active"); res.Key.ID != "apikey_leaked" {
		t.Errorf("%+v", res.Key)
	}
	if r.Counts.OwnerLeft != n+1 {
		t.Errorf("%+v", r.Counts)
	}
}

// TestShortForms: with four characters of a key, a match in a list of thousands is none.
func TestShortForms(t *testing.T) {
	secret := plain(t, "openai-project-key", 1)
	leak := leakOf(t, "openai-project-key", secret)
	list := func(n int, form string) *reconcile.Inventory {
		page := []obj{ofAnn("key_leaked", secret)}
		page[0]["redacted_value"] = form
		for i := range n {
			e := ofAnn(fmt.Sprintf("key_%d", i), "sk-proj-"+fmt.Sprintf("%06d", i))
			e["redacted_value"] = form[:len(form)-4] + fmt.Sprintf("%04d", i%10000)
			page = append(page, e)
		}
		inv, err := reconcile.Read(t.Context(), reconcile.OpenAI, optionsFor(reconcile.OpenAI, direct(func(path string, _ url.Values) (int, any) {
			switch path {
			case "/v1/organization/projects":
				return 200, obj{"data": []obj{{"id": "proj_shop"}}, "has_more": false}
			case shopKeys:
				return 200, obj{"data": page, "has_more": false}
			}
			return 200, obj{"data": []obj{}, "has_more": false}
		})))
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	four := "sk-proj-..." + secret[len(secret)-4:]
	says(t, join(t, list(2000, four), leak), active, reconcile.ByHint, "enabled")
	res := says(t, join(t, list(5000, four), leak), unknown, "", "too short")
	if len(res.Possible) != 1 || res.Possible[0].ID != "key_leaked" {
		t.Errorf("possible: %+v", res.Possible)
	}
}

// TestDuplicates: a short form that stands for several keys, or for several incidents,
// proves nothing of any; the same secret in two repositories is one.
func TestDuplicates(t *testing.T) {
	secret := plain(t, "openai-project-key", 1)
	twin := plain(t, "openai-project-key", 2)
	twin = twin[:len(twin)-4] + secret[len(secret)-4:]
	leak, other := leakOf(t, "openai-project-key", secret), leakOf(t, "openai-project-key", twin)
	x := openAI(t)
	x.lists[shopKeys] = []obj{ofAnn("key_1", secret)}
	inv := mustRead(t, reconcile.OpenAI, x)
	for _, res := range join(t, inv, leak, other).Incidents {
		if res.Outcome != unknown || res.Judged || !strings.Contains(res.Reason, "2 incidents") {
			t.Errorf("%+v", res)
		}
	}
	copied := leak
	copied.ID += "@github.com/acme/shop"
	for _, res := range join(t, inv, leak, copied).Incidents {
		if res.Outcome != active || !res.Judged {
			t.Errorf("%+v", res)
		}
	}
	x = openAI(t)
	x.lists[shopKeys], x.lists[labKeys] = []obj{ofAnn("key_1", secret)}, []obj{ofAnn("key_2", twin)}
	res := says(t, join(t, mustRead(t, reconcile.OpenAI, x), leak), unknown, "", "2 keys of the list")
	if len(res.Possible) != 2 {
		t.Errorf("possible: %+v", res.Possible)
	}
	x.lists[labKeys] = []obj{ofAnn("key_1", secret)} // the same entry twice is one
	says(t, join(t, mustRead(t, reconcile.OpenAI, x), leak), active, reconcile.ByHint, "enabled")
}

// TestHostileNames: what a list says is shown without what a terminal obeys.
func TestHostileNames(t *testing.T) {
	secret := plain(t, "openai-project-key", 1)
	x := openAI(t)
	e := ofAnn("key_1", secret)
	e["name"] = "\x1b]0;pwned\x07\r\nowner: nobody" + strings.Repeat("A", 100_000)
	e["owner"] = obj{"type": "user", "user": obj{"id": "user_\x1b[2J", "name": "\u202eann", "email": "a\x00@example.com"}}
	x.lists[shopKeys] = []obj{e}
	r := join(t, mustRead(t, reconcile.OpenAI, x), leakOf(t, "openai-project-key", secret))
	if r.Incidents[0].Key == nil || r.Incidents[0].Key.Name == "" {
		t.Fatalf("%+v", r.Incidents)
	}
	seen := 0
	r.Clean(func(s string) string {
		seen++
		if strings.ContainsAny(s, "\x1b\x00\u202e") || len(s) > 1000 {
			return "cleaned"
		}
		return s
	})
	for _, f := range append(r.Findings, reconcile.Finding{Key: r.Incidents[0].Key}) {
		if k := f.Key; k.Name != "cleaned" || k.Owner.ID != "cleaned" || k.Owner.Name != "cleaned" || k.Owner.Email != "cleaned" {
			t.Errorf("%+v", k)
		}
	}
	if v := r.Incidents[0].Verdict(&reconcile.Inventory{Provider: "openai"}); v.Identity[reconcile.KeyField] != "key_1" || len(v.Identity) != 2 {
		t.Errorf("a verdict names more than the key and its project: %v", v.Identity)
	}
}

// TestFaults: the faults of a network leave a reason, never a list.
func TestFaults(t *testing.T) {
	for _, fault := range []string{"expired", "stranger", "name", "1.1"} {
		s := provider.Start(t)
		s.Serve("api.openai.com", openAI(t))
		s.TLS("api.openai.com", fault)
		inv, err := reconcile.Read(t.Context(), reconcile.OpenAI, optionsFor(reconcile.OpenAI, outbound.New(s.Options())))
		if err == nil || strings.Contains(err.Error(), admin) || len(s.Requests()) > 0 {
			t.Errorf("%s: %v, %v, %d requests", fault, inv, err, len(s.Requests()))
		}
	}
	s := provider.Start(t)
	s.Serve("api.openai.com", http.RedirectHandler("https://evil.example/", http.StatusFound))
	if _, err := reconcile.Read(t.Context(), reconcile.OpenAI, optionsFor(reconcile.OpenAI, outbound.New(s.Options()))); err == nil {
		t.Error("a redirect to another host is followed")
	}
	for _, seen := range s.Requests() {
		if seen.Host != "api.openai.com" {
			t.Errorf("%s is asked", seen.Host)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	x := openAI(t)
	x.raw = func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == labKeys {
			cancel()
		}
		return false
	}
	s = provider.Start(t)
	s.Serve("api.openai.com", x)
	if inv, err := reconcile.Read(ctx, reconcile.OpenAI, optionsFor(reconcile.OpenAI, outbound.New(s.Options()))); err == nil {
		t.Errorf("interrupted, and there is a list: %+v", inv)
	}
	for _, host := range []string{"", "a b", "a/b", "u@h", "h?x"} {
		o := optionsFor(reconcile.Okta, direct(nil))
		o.Host = host
		if _, err := reconcile.Read(t.Context(), reconcile.Okta, o); err == nil {
			t.Errorf("%q is asked", host)
		}
	}
}

// TestNeverRounded: whatever a list says, an inactive outcome has one of three grounds:
// the entry itself says so, or the list is whole and had the key, or the user vouches.
func TestNeverRounded(t *testing.T) {
	secrets := []string{plain(t, "openai-project-key", 1), plain(t, "openai-project-key", 2), plain(t, "openai-project-key", 3)}
	k := ledgerKey(t)
	rapid.Check(t, func(t *rapid.T) {
		listed := rapid.SliceOfDistinct(rapid.IntRange(0, 2), rapid.ID).Draw(t, "listed")
		broken := rapid.Bool().Draw(t, "broken")
		expired := rapid.Bool().Draw(t, "expired")
		known := rapid.SampledFrom([]string{"", "key_0", "key_9"}).Draw(t, "known")
		o := reconcile.JoinOptions{Keys: []detectors.Key{k}, AllOurs: rapid.Bool().Draw(t, "all ours")}
		client := direct(func(path string, _ url.Values) (int, any) {
			switch path {
			case "/v1/organization/projects":
				return 200, obj{"data": []obj{{"id": "proj_shop"}, {"id": "proj_lab"}}, "has_more": false}
			case shopKeys:
				var page []obj
				for _, n := range listed {
					e := ofAnn(fmt.Sprintf("key_%d", n), secrets[n])
					if expired {
						e["expires_at"] = now.Add(-time.Hour).Unix()
					}
					page = append(page, e)
				}
				return 200, obj{"data": append([]obj{}, page...), "has_more": false}
			case labKeys:
				if broken {
					return 403, obj{}
				}
			}
			return 200, obj{"data": []obj{}, "has_more": false}
		})
		inv, err := reconcile.Read(context.Background(), reconcile.OpenAI, optionsFor(reconcile.OpenAI, client))
		if err != nil {
			t.Fatal(err)
		}
		secret := detectors.NewSecret(secrets[0])
		leak := reconcile.Leak{ID: incident.ID(k.Fingerprint(secret)), Detector: "openai-project-key", Hints: leakHints(k, secret)}
		if known != "" {
			leak = was(leak, reconcile.OpenAI, known, openAIList)
		}
		res := reconcile.Join(inv, []reconcile.Leak{leak}, o).Incidents[0]
		there := slices.Contains(listed, 0)
		want := unknown
		switch {
		case known == "key_9" && broken: // of which it is known that it is not key_0
		case there && known != "key_9" && expired:
			want = inactive
		case there && known != "key_9":
			want = active
		case !broken && (known != "" || o.AllOurs):
			want = inactive
		}
		if res.Outcome != want {
			t.Errorf("it says %q because %q, want %q", res.Outcome, res.Reason, want)
		}
	})
}
