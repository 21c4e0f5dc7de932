package reconcile_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"leakline/detectors"
	"leakline/remediate/incident"
	"leakline/remediate/outbound"
	"leakline/remediate/proof"
	"leakline/remediate/reconcile"
	"leakline/testdata/provider"
)

const (
	active   = detectors.Active
	inactive = detectors.Inactive
	unknown  = detectors.OutcomeUnknown

	shopKeys = "/v1/organization/projects/proj_shop/api_keys"
	labKeys  = "/v1/organization/projects/proj_lab/api_keys"
	antKeys  = "/v1/organizations/api_keys"
)

// was lets a leak have been in a list before.
func was(l reconcile.Leak, provider, key, list string) reconcile.Leak {
	r := reconcile.Result{Key: &reconcile.Key{ID: key}}
	v := r.Verdict(&reconcile.Inventory{Provider: provider, List: list})
	l.Learn(provider, &v)
	return l
}

// The lists of the worlds.
const (
	openAIList = "project proj_lab" // the oldest; of the same age the first
	antList    = "org-1"
)

// others fills a list with keys that nobody leaked.
func others(t testing.TB, n int, entry func(id, plain string) obj, detector string) (out []obj) {
	for i := range n {
		out = append(out, entry(fmt.Sprintf("key_other%d", i), plain(t, detector, 1000+i)))
	}
	return out
}

func ofAnn(id, plain string) obj { return openAIEntry(id, plain, "user_ann") }

func TestOpenAI(t *testing.T) {
	secret := plain(t, "openai-project-key", 1)
	leak := leakOf(t, "openai-project-key", secret)
	t.Run("match on the third page", func(t *testing.T) {
		x := openAI(t)
		x.lists[labKeys] = append(others(t, 150, ofAnn, "openai-project-key"), ofAnn("key_leaked", secret))
		r := join(t, mustRead(t, reconcile.OpenAI, x), leak)
		res := says(t, r, active, reconcile.ByHint, "enabled")
		if k := res.Key; k == nil || k.ID != "key_leaked" || k.Place != "Lab" || k.Owner.Email != "user_ann@example.com" || k.Owner.Kind != reconcile.Person || k.LastUsed.IsZero() {
			t.Errorf("the key is %+v", res.Key)
		}
		if !r.Complete || r.Counts.Listed != 151 || r.Counts.LeakedActive != 1 || !slices.Equal(kindsOf(r), []reconcile.FindingKind{reconcile.LeakedActive}) {
			t.Errorf("%+v %v %v", r.Counts, r.Gaps, kindsOf(r))
		}
	})
	t.Run("a service account's", func(t *testing.T) {
		secret := plain(t, "openai-service-account-key", 2)
		x := openAI(t)
		e := ofAnn("key_svc", secret)
		e["owner"] = obj{"type": "service_account", "service_account": obj{"id": "svc_1", "name": "ci", "role": "member", "created_at": 1}}
		x.lists[shopKeys] = []obj{e}
		res := says(t, join(t, mustRead(t, reconcile.OpenAI, x), leakOf(t, "openai-service-account-key", secret)), active, reconcile.ByHint, "enabled")
		if res.Key.Owner.Kind != reconcile.ServiceAccount || res.Key.Owner.Name != "ci" {
			t.Errorf("the owner is %+v", res.Key.Owner)
		}
		// the same end of a key of another kind is another key
		other := leakOf(t, "openai-project-key", "sk-proj-"+secret[len("sk-svcacct-"):])
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), other), unknown, "", "not in this list")
	})
	t.Run("rotated: it was there, and a new one is", func(t *testing.T) {
		x := openAI(t)
		x.lists[shopKeys] = []obj{ofAnn("key_new", plain(t, "openai-project-key", 2))}
		res := says(t, join(t, mustRead(t, reconcile.OpenAI, x), was(leak, reconcile.OpenAI, "key_leaked", openAIList)), inactive, "", "key_leaked was in the list")
		v := res.Verdict(mustRead(t, reconcile.OpenAI, x))
		if v.Proof != incident.ProofInventory || v.Source != "inventory:openai" || v.Host != "api.openai.com" || !v.At.Equal(now) {
			t.Errorf("the verdict is %+v", v)
		}
	})
	t.Run("gone, and another key ends alike", func(t *testing.T) {
		x := openAI(t)
		x.lists[shopKeys] = []obj{ofAnn("key_new", secret)}
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), was(leak, reconcile.OpenAI, "key_leaked", openAIList)), inactive, "", "gone")
	})
	t.Run("it was there under its id, and others end alike", func(t *testing.T) {
		x := openAI(t)
		x.lists[shopKeys] = []obj{ofAnn("key_new", secret), ofAnn("key_leaked", secret)}
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), was(leak, reconcile.OpenAI, "key_leaked", openAIList)), active, reconcile.ByID, "enabled")
	})
	t.Run("the list of another organisation", func(t *testing.T) {
		x := openAI(t)
		x.lists[shopKeys] = []obj{ofAnn("key_new", secret)}
		o := joining(t)
		o.AllOurs = true
		for _, list := range []string{"project proj_other", ""} {
			r := reconcile.Join(mustRead(t, reconcile.OpenAI, x), []reconcile.Leak{was(leak, reconcile.OpenAI, "key_leaked", list)}, o)
			says(t, r, unknown, "", "another list")
		}
	})
	t.Run("deleted before the first look", func(t *testing.T) {
		inv := mustRead(t, reconcile.OpenAI, openAI(t))
		says(t, join(t, inv, leak), unknown, "", "not in this list")
		o := joining(t)
		o.AllOurs = true
		says(t, reconcile.Join(inv, []reconcile.Leak{leak}, o), inactive, "", "--all-ours")
		bare := leak
		bare.Hints = nil // recorded before there were hints
		x := openAI(t)
		x.lists[shopKeys] = others(t, 1, ofAnn, "openai-project-key")
		says(t, reconcile.Join(mustRead(t, reconcile.OpenAI, x), []reconcile.Leak{bare}, o), unknown, "", "scan again")
		legacy := leakOf(t, "openai-legacy-key", plain(t, "openai-legacy-key", 1))
		says(t, reconcile.Join(inv, []reconcile.Leak{legacy}, o), unknown, "", "not have all keys of this kind")
		o.Keys = []detectors.Key{detectors.RunKey()} // the ledger's key is lost
		says(t, reconcile.Join(inv, []reconcile.Leak{leak}, o), unknown, "", "key of the ledger is missing")
	})
	t.Run("owner left", func(t *testing.T) {
		x := openAI(t)
		gone := openAIEntry("key_gone", plain(t, "openai-project-key", 3), "user_bob")
		barred := openAIEntry("key_barred", plain(t, "openai-project-key", 4), "user_ann")
		barred["owner_project_access"] = "inactive" // without a parameter it is not even listed
		x.lists[shopKeys] = []obj{gone, barred, ofAnn("key_fine", secret)}
		r := join(t, mustRead(t, reconcile.OpenAI, x))
		if want := []reconcile.FindingKind{reconcile.OwnerLeft, reconcile.OwnerLeft}; !slices.Equal(kindsOf(r), want) || r.Findings[0].Key.ID != "key_gone" || r.Findings[1].Key.ID != "key_barred" {
			t.Errorf("findings: %+v", r.Findings)
		}
		x.fail = failing("/v1/organization/users", 1, 403)
		r = join(t, mustRead(t, reconcile.OpenAI, x))
		if len(r.Findings) != 1 || r.Findings[0].Key.ID != "key_barred" || r.Complete {
			t.Errorf("without the list of people: %+v, gaps %q", r.Findings, r.Gaps)
		}
	})
	t.Run("unused", func(t *testing.T) {
		x := openAI(t)
		old, never, young := ofAnn("key_old", secret), ofAnn("key_never", plain(t, "openai-project-key", 5)), ofAnn("key_young", plain(t, "openai-project-key", 6))
		old["last_used_at"], never["last_used_at"] = now.Add(-longAgo).Unix(), nil
		young["last_used_at"], young["created_at"] = nil, now.AddDate(0, 0, -1).Unix()
		x.lists[shopKeys] = []obj{old, never, young}
		r := join(t, mustRead(t, reconcile.OpenAI, x))
		if r.Counts.Unused != 2 || r.Findings[0].Text != "it was not used for 200 days" || r.Findings[1].Text != "it was never used in 365 days" {
			t.Errorf("findings: %+v", r.Findings)
		}
	})
	t.Run("an archived project says nothing", func(t *testing.T) {
		x := openAI(t)
		x.lists["/v1/organization/projects"][1]["status"] = "archived"
		x.lists[labKeys] = []obj{ofAnn("key_leaked", secret)}
		r := join(t, mustRead(t, reconcile.OpenAI, x), leak)
		if r.Incidents[0].Outcome != unknown || !strings.Contains(r.Incidents[0].Reason, "archived") || r.Incidents[0].Judged {
			t.Errorf("%+v", r.Incidents[0])
		}
	})
	t.Run("an admin key, expired", func(t *testing.T) {
		secret := plain(t, "openai-admin-key", 1)
		x := openAI(t)
		x.lists["/v1/organization/admin_api_keys"] = []obj{{
			"id": "key_adm", "name": "root", "redacted_value": "sk-admin..." + secret[len(secret)-3:], "created_at": created.Unix(), "last_used_at": nil,
			"expires_at": now.AddDate(0, 0, -2).Unix(), "owner": obj{"type": "user", "id": "user_ann", "name": "Ann", "role": "owner"},
		}}
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), leakOf(t, "openai-admin-key", secret)), inactive, reconcile.ByHint, "expired")
	})
	t.Run("an admin key that ends like a project's", func(t *testing.T) {
		x := openAI(t)
		x.lists["/v1/organization/admin_api_keys"] = []obj{{"id": "key_adm", "redacted_value": "sk-..." + secret[len(secret)-4:], "created_at": 1}}
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), leak), unknown, "", "not in this list")
	})
	t.Run("made after the leak", func(t *testing.T) {
		x := openAI(t)
		e := ofAnn("key_late", secret)
		e["created_at"] = leaked.AddDate(0, 0, 3).Unix()
		x.lists[shopKeys] = []obj{e}
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), leak), unknown, "", "after the secret had leaked")
	})
	t.Run("a form that is not known", func(t *testing.T) {
		for _, form := range []string{"", "hidden", "sk-...", secret, "sk-proj-..." + secret[len(secret)-2:]} {
			x := openAI(t)
			e := ofAnn("key_odd", secret)
			e["redacted_value"] = form
			x.lists[shopKeys] = []obj{e}
			inv := mustRead(t, reconcile.OpenAI, x)
			if slices.Contains(inv.Whole, "openai-project-key") {
				t.Errorf("%q: a list that can't be compared is taken for whole", form)
			}
			says(t, join(t, inv, was(leak, reconcile.OpenAI, "key_leaked", openAIList)), unknown, "", "proves nothing")
		}
	})
}

// failing answers a status for a page of a path.
func failing(path string, page, status int) func(string, int) int {
	return func(p string, n int) int {
		if p == path && n >= page {
			return status
		}
		return 0
	}
}

// TestPartial: a list that is not read to its end proves of nothing that it is gone,
// whatever ends it.
func TestPartial(t *testing.T) {
	secret := plain(t, "openai-project-key", 1)
	gone := was(leakOf(t, "openai-project-key", secret), reconcile.OpenAI, "key_leaked", openAIList)
	ant := was(leakOf(t, "anthropic-api-key", plain(t, "anthropic-api-key", 1)), reconcile.Anthropic, "apikey_1", antList)
	full := func(t *testing.T) *world {
		x := openAI(t)
		x.lists[shopKeys] = others(t, 150, ofAnn, "openai-project-key")
		return x
	}
	fullAnt := func(t *testing.T) *world {
		x := anthropicAPI(t)
		x.lists[antKeys] = others(t, 450, func(id, p string) obj { return anthropicEntry(id, p, "user_ann", "active") }, "anthropic-api-key")
		return x
	}
	says(t, join(t, mustRead(t, reconcile.OpenAI, full(t)), gone), inactive, "", "gone") // or the others prove nothing
	says(t, join(t, mustRead(t, reconcile.Anthropic, fullAnt(t)), ant), inactive, "", "gone")
	for name, break_ := range map[string]func(*world, string){
		"page 2 is refused":    func(x *world, path string) { x.fail = failing(path, 2, 403) },
		"page 2 is an outage":  func(x *world, path string) { x.fail = failing(path, 2, 503) },
		"page 2 is too much":   func(x *world, path string) { x.fail = failing(path, 2, 429) },
		"page 2 is not there":  func(x *world, path string) { x.fail = failing(path, 2, 404) },
		"page 2 is empty":      rawPage(`{"object": "list", "data": [], "has_more": true, "last_id": null}`),
		"page 2 is a portal":   rawPage(`<html>log in</html>`),
		"page 2 is no list":    rawPage(`{}`),
		"page 2 is null":       rawPage(`null`),
		"page 2 has no end":    rawPage(`{"data": []}`),
		"page 2 is page 2":     rawPage(`{"data": [{"id": "a"}], "has_more": true, "last_id": "a"}`),
		"page 2 has bad times": rawPage(`{"data": [{"id": "a", "created_at": 99999999999999}], "has_more": false}`),
		"page 2 has no ids":    rawPage(`{"data": [{"redacted_value": "sk-...abcd", "partial_key_hint": "sk-ant-api03-abc...defg"}], "has_more": false}`),
		"page 2 has odd ids":   rawPage(`{"data": [{"id": "a\u001b[2J", "redacted_value": "sk-...abcd", "partial_key_hint": "sk-ant-api03-abc...defg"}], "has_more": false}`),
	} {
		t.Run(name, func(t *testing.T) {
			for provider, one := range map[string]struct {
				x    *world
				path string
				leak reconcile.Leak
			}{reconcile.OpenAI: {full(t), shopKeys, gone}, reconcile.Anthropic: {fullAnt(t), antKeys, ant}} {
				break_(one.x, one.path)
				inv, err := read(t, provider, one.x)
				if err != nil {
					t.Fatal(err)
				}
				r := join(t, inv, one.leak)
				says(t, r, unknown, "", "proves nothing")
				if r.Complete || len(inv.Keys) < 100 {
					t.Errorf("%s: complete %v, %d keys, gaps %q", provider, r.Complete, len(inv.Keys), r.Gaps)
				}
				for _, g := range r.Gaps {
					if strings.Contains(g, "go away") || strings.Contains(g, "log in") || strings.ContainsAny(g, "\x1b") {
						t.Errorf("the answer is in the error: %q", g)
					}
				}
			}
		})
	}
	t.Run("a project is missing", func(t *testing.T) {
		x := full(t)
		x.fail = failing(labKeys, 1, 500)
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), gone), unknown, "", "proves nothing")
	})
	t.Run("projects are missing", func(t *testing.T) {
		x := full(t)
		for n := range 120 {
			id := fmt.Sprintf("proj_%d", n)
			x.lists["/v1/organization/projects"] = append(x.lists["/v1/organization/projects"], obj{"id": id, "name": id, "created_at": created.Unix()})
			x.lists["/v1/organization/projects/"+id+"/api_keys"] = []obj{}
		}
		x.fail = failing("/v1/organization/projects", 2, 500)
		says(t, join(t, mustRead(t, reconcile.OpenAI, x), gone), unknown, "", "proves nothing")
	})
	t.Run("nothing at all", func(t *testing.T) {
		for _, status := range []int{401, 403, 404, 500, 302} {
			x := openAI(t)
			x.fail = func(string, int) int { return status }
			inv, err := read(t, reconcile.OpenAI, x)
			if err == nil {
				t.Fatalf("%d: a list of %d keys", status, len(inv.Keys))
			}
			if strings.Contains(err.Error(), admin) || strings.Contains(err.Error(), "go away") {
				t.Errorf("%d: %v", status, err)
			}
		}
	})
}

// rawPage lets the second page of a list be some text.
func rawPage(text string) func(*world, string) {
	return func(x *world, path string) {
		n := 0
		x.raw = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path != path {
				return false
			}
			if n++; n < 2 {
				return false
			}
			fmt.Fprint(w, text)
			return true
		}
	}
}

func TestAnthropic(t *testing.T) {
	secret := plain(t, "anthropic-api-key", 1)
	leak := leakOf(t, "anthropic-api-key", secret)
	for status, want := range map[string]detectors.Outcome{"active": active, "inactive": inactive, "archived": inactive, "expired": inactive} {
		t.Run(status, func(t *testing.T) {
			x := anthropicAPI(t)
			x.lists[antKeys] = append(others(t, 450, func(id, p string) obj { return anthropicEntry(id, p, "user_ann", "active") }, "anthropic-api-key"),
				anthropicEntry("apikey_1", secret, "user_ann", status))
			r := join(t, mustRead(t, reconcile.Anthropic, x), leak)
			res := says(t, r, want, reconcile.ByHint, status)
			if res.Key.Place != "Shop" || res.Key.Owner.Email != "ann@example.com" || r.Organization != "org-1" || !r.Complete {
				t.Errorf("%+v %+v", res.Key, r)
			}
		})
	}
	t.Run("a status that nobody knows", func(t *testing.T) {
		x := anthropicAPI(t)
		x.lists[antKeys] = []obj{anthropicEntry("apikey_1", secret, "user_ann", "paused")}
		r := join(t, mustRead(t, reconcile.Anthropic, x), leak)
		if res := r.Incidents[0]; res.Outcome != unknown || res.Judged {
			t.Errorf("%+v", res)
		}
	})
	t.Run("expired by its time", func(t *testing.T) {
		x := anthropicAPI(t)
		e := anthropicEntry("apikey_1", secret, "user_ann", "active")
		e["expires_at"] = now.AddDate(0, 0, -1).Format(time.RFC3339)
		x.lists[antKeys] = []obj{e}
		says(t, join(t, mustRead(t, reconcile.Anthropic, x), leak), inactive, reconcile.ByHint, "expired")
	})
	t.Run("gone from its organisation", func(t *testing.T) {
		ours, theirs := leak, leak
		verdict := func(org string) *incident.Verdict {
			return &incident.Verdict{Source: "anthropic-models", Identity: map[string]string{"organization": org}}
		}
		ours.Learn(reconcile.Anthropic, verdict("org-1")) // a probe has said so
		theirs.Learn(reconcile.Anthropic, verdict("org-2"))
		inv := mustRead(t, reconcile.Anthropic, anthropicAPI(t))
		says(t, join(t, inv, ours), inactive, "", "org-1")
		says(t, join(t, inv, theirs), unknown, "", "another organisation")
	})
	t.Run("owner left, and the principal counts", func(t *testing.T) {
		x := anthropicAPI(t)
		left, service := anthropicEntry("apikey_1", secret, "user_bob", "active"), anthropicEntry("apikey_2", plain(t, "anthropic-api-key", 2), "user_bob", "active")
		service["principal"] = obj{"type": "service_account_actor", "id": "sa_1"}
		dead := anthropicEntry("apikey_3", plain(t, "anthropic-api-key", 3), "user_bob", "archived")
		x.lists[antKeys] = []obj{left, service, dead}
		r := join(t, mustRead(t, reconcile.Anthropic, x))
		if len(r.Findings) != 1 || r.Findings[0].Kind != reconcile.OwnerLeft || r.Findings[0].Key.ID != "apikey_1" {
			t.Errorf("%+v", r.Findings)
		}
	})
	t.Run("its provider had said that it is dead", func(t *testing.T) {
		x := anthropicAPI(t)
		x.lists[antKeys] = []obj{anthropicEntry("apikey_1", secret, "user_ann", "active")}
		closed := leak
		closed.Closed = incident.ProofProvider
		r := join(t, mustRead(t, reconcile.Anthropic, x), closed)
		if res := r.Incidents[0]; res.Outcome != active || res.Judged || !strings.Contains(res.Reason, "leakline verify") {
			t.Errorf("%+v", res)
		}
		closed.Closed = incident.ProofAttested
		if !join(t, mustRead(t, reconcile.Anthropic, x), closed).Incidents[0].Judged {
			t.Error("a list is worth more than somebody's word")
		}
	})
}

func TestWorkOS(t *testing.T) {
	secret := plain(t, "workos-api-key", 1)
	entry := func(id, p string) obj {
		return obj{
			"object": "api_key", "id": id, "owner": obj{"type": "organization", "id": "org_1"}, "name": "key", "obfuscated_value": "sk_…" + p[len(p)-4:],
			"last_used_at": now.Add(-longAgo).Format(time.RFC3339), "created_at": created.Format(time.RFC3339), "permissions": []string{},
		}
	}
	x := workOSAPI(t)
	x.lists["/organizations/org_1/api_keys"] = append(others(t, 150, entry, "workos-api-key"), entry("api_key_1", secret))
	inv := mustRead(t, reconcile.WorkOS, x)
	r := join(t, inv, leakOf(t, "workos-api-key", secret))
	says(t, r, active, reconcile.ByHint, "has it")
	if len(inv.Whole) != 0 || r.Counts.Listed != 152 || r.Counts.Unused != 152 || !r.Complete {
		t.Errorf("%+v %q %q", r.Counts, inv.Whole, r.Gaps)
	}
	o := joining(t)
	o.AllOurs = true
	gone := was(leakOf(t, "workos-api-key", plain(t, "workos-api-key", 2)), reconcile.WorkOS, "api_key_9", "")
	says(t, reconcile.Join(inv, []reconcile.Leak{gone}, o), unknown, "", "not have all keys of this kind")
}

// TestOwnCredential: what the list was asked for with lives; if it has leaked, that is
// the worst of all.
func TestOwnCredential(t *testing.T) {
	k := ledgerKey(t)
	leak := reconcile.Leak{ID: incident.ID(k.Fingerprint(detectors.NewSecret(admin))), Detector: "workos-api-key", Title: "a key"}
	r := join(t, mustRead(t, reconcile.WorkOS, workOSAPI(t)), leak)
	says(t, r, active, reconcile.ByUse, "asked for with it")
	if len(r.Findings) == 0 || r.Findings[0].Kind != reconcile.OwnCredential || r.Findings[0].Incident != leak.ID {
		t.Errorf("%+v", r.Findings)
	}
}

func TestOkta(t *testing.T) {
	secretPath := "/api/v1/apps/0oa1/credentials/secrets"
	secret := plain(t, "okta-client-secret", 1)
	leak := leakOf(t, "okta-client-secret", secret)
	entry := func(id, p, status string) obj {
		return obj{"id": id, "client_secret": p, "secret_hash": "x", "status": status, "created": created.Format(time.RFC3339), "lastUpdated": created.Format(time.RFC3339)}
	}
	for status, want := range map[string]detectors.Outcome{"ACTIVE": active, "INACTIVE": inactive} {
		x := oktaAPI(t)
		x.lists[secretPath] = []obj{entry("ocs0", plain(t, "okta-client-secret", 3), "ACTIVE"), entry("ocs1", plain(t, "okta-client-secret", 4), "ACTIVE"), entry("ocs2", secret, status)}
		r := join(t, mustRead(t, reconcile.Okta, x), leak)
		res := says(t, r, want, reconcile.ByFingerprint, strings.ToLower(status))
		if res.Key.Place != "Shop" {
			t.Errorf("%+v", res.Key)
		}
		if text, _ := json.Marshal(r); strings.Contains(string(text), secret) || strings.Contains(fmt.Sprintf("%+v", *r), secret) {
			t.Error("the report holds a secret of the list")
		}
	}
	t.Run("gone", func(t *testing.T) {
		x := oktaAPI(t)
		gone := was(leak, reconcile.Okta, "ocs2", oktaHost)
		says(t, join(t, mustRead(t, reconcile.Okta, x), gone), inactive, "", "ocs2 was in the list")
		x.lists[secretPath] = []obj{entry("ocs9", secret[:4]+"..."+secret[30:], "ACTIVE")} // masked: it may be this one
		says(t, join(t, mustRead(t, reconcile.Okta, x), gone), unknown, "", "proves nothing")
		x.lists[secretPath], x.fail = nil, failing(secretPath, 1, 403)
		r := join(t, mustRead(t, reconcile.Okta, x), gone)
		says(t, r, unknown, "", "proves nothing")
		if r.Complete {
			t.Error("it is taken for complete")
		}
	})
	t.Run("tokens", func(t *testing.T) {
		x := oktaAPI(t)
		token := func(id, user string) obj {
			return obj{
				"id": id, "name": "t", "userId": user, "created": created.Format(time.RFC3339), "expiresAt": now.AddDate(0, 0, 9).Format(time.RFC3339),
				"lastUpdated": now.AddDate(0, 0, -2).Format(time.RFC3339), "network": obj{"connection": "ANYWHERE"},
			}
		}
		late := token("00T4", "00u1")
		late["created"] = now.Format(time.RFC3339)
		x.lists["/api/v1/api-tokens"] = []obj{token("00T1", "00u1"), token("00T2", "00u2"), token("00T3", "00u9"), late}
		l := leakOf(t, "okta-api-token", plain(t, "okta-api-token", 1))
		l.By = []incident.Person{incident.PersonOf(ledgerKey(t), "ann@example.com")}
		r := join(t, mustRead(t, reconcile.Okta, x), l)
		res := says(t, r, unknown, "", "of the person who committed it")
		if len(res.Possible) != 1 || res.Possible[0].ID != "00T1" || res.Key != nil {
			t.Errorf("possible: %+v", res.Possible)
		}
		var left []string
		for _, f := range r.Findings {
			left = append(left, f.Key.ID+" "+f.Key.Owner.Why)
		}
		if !slices.Equal(left, []string{"00T2 their account is deprovisioned", "00T3 there is no such user any more"}) {
			t.Errorf("left: %q", left)
		}
		if x.pages["/api/v1/users/00u1"] != 1 {
			t.Errorf("a user is asked for %d times", x.pages["/api/v1/users/00u1"])
		}
	})
	t.Run("the next page is elsewhere", func(t *testing.T) {
		for _, link := range []string{"https://evil.example/api/v1/apps?x", "http://" + oktaHost + "/api/v1/apps?x", "https://u:p@" + oktaHost + "/api/v1/apps?x", "//evil.example/", "%zz"} {
			s := provider.Start(t)
			x := oktaAPI(t)
			x.raw = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path != "/api/v1/apps" {
					return false
				}
				w.Header().Set("Link", "<"+link+`>; rel="next"`)
				fmt.Fprint(w, "[]")
				return true
			}
			s.Serve(oktaHost, x)
			inv, err := reconcile.Read(t.Context(), reconcile.Okta, optionsFor(reconcile.Okta, outbound.New(s.Options())))
			if err != nil {
				t.Fatal(err)
			}
			for _, seen := range s.Requests() {
				if seen.Host != oktaHost {
					t.Errorf("%s is asked", seen.Host)
				}
			}
			if len(inv.Whole) > 0 || len(inv.Gaps) == 0 {
				t.Errorf("%s: whole %q, gaps %q", link, inv.Whole, inv.Gaps)
			}
		}
	})
}

func TestGitHub(t *testing.T) {
	secret := plain(t, "github-pat", 1)
	leak := leakOf(t, "github-pat", secret)
	entry := gitHubEntry
	const authorised = "/orgs/acme/credential-authorizations"
	t.Run("match", func(t *testing.T) {
		x := gitHubAPI(t)
		x.lists[authorised] = []obj{entry(1, "ann", plain(t, "github-pat", 2)), entry(2, "ann", plain(t, "github-pat", 3)), entry(3, "bob", secret)}
		r := join(t, mustRead(t, reconcile.GitHub, x), leak)
		res := says(t, r, active, reconcile.ByHint, "authorised")
		if res.Key.ID != "3" || res.Key.Owner.ID != "bob" || res.Key.Owner.State != reconcile.Left || res.Key.Name != "ci" {
			t.Errorf("%+v", res.Key)
		}
		if want := []reconcile.FindingKind{reconcile.LeakedActive, reconcile.OwnerLeft}; !slices.Equal(kindsOf(r), want) {
			t.Errorf("findings: %v", kindsOf(r))
		}
	})
	t.Run("expired", func(t *testing.T) {
		x := gitHubAPI(t)
		e := entry(3, "ann", secret)
		e["authorized_credential_expires_at"] = now.AddDate(0, 0, -1).Format(time.RFC3339)
		x.lists[authorised] = []obj{e}
		says(t, join(t, mustRead(t, reconcile.GitHub, x), leak), inactive, reconcile.ByHint, "expired")
	})
	t.Run("gone proves nothing", func(t *testing.T) {
		o := joining(t)
		o.AllOurs = true
		inv := mustRead(t, reconcile.GitHub, gitHubAPI(t))
		says(t, reconcile.Join(inv, []reconcile.Leak{was(leak, reconcile.GitHub, "3", "api.github.com/acme")}, o), unknown, "", "proves nothing")
	})
	t.Run("what only some may read is no gap", func(t *testing.T) {
		x := gitHubAPI(t)
		delete(x.lists, authorised)
		x.fail = failing("/orgs/acme/personal-access-tokens", 1, 403)
		inv := mustRead(t, reconcile.GitHub, x)
		if len(inv.Gaps) != 0 || !strings.Contains(strings.Join(inv.Limits, "\n"), "403") {
			t.Errorf("gaps %q, limits %q", inv.Gaps, inv.Limits)
		}
		x.fail = failing("/orgs/acme/personal-access-tokens", 1, 500)
		if inv := mustRead(t, reconcile.GitHub, x); len(inv.Gaps) != 1 {
			t.Errorf("gaps %q", inv.Gaps)
		}
	})
	t.Run("fine-grained tokens", func(t *testing.T) {
		x := gitHubAPI(t)
		grant := func(id int, expired bool) obj {
			return obj{"id": id, "token_id": id, "token_name": "n", "owner": obj{"login": "out"}, "token_expired": expired, "access_granted_at": created.Format(time.RFC3339), "token_last_used_at": nil, "token_expires_at": nil}
		}
		x.lists["/orgs/acme/personal-access-tokens"] = []obj{grant(1, false), grant(2, true), grant(3, false)}
		r := join(t, mustRead(t, reconcile.GitHub, x), leakOf(t, "github-fine-grained-pat", plain(t, "github-fine-grained-pat", 1)))
		says(t, r, unknown, "", "proves nothing")
		if r.Counts.Unused != 2 || r.Counts.Inactive != 1 || r.Counts.OwnerLeft != 0 {
			t.Errorf("%+v", r.Counts)
		}
	})
	t.Run("a deploy key", func(t *testing.T) {
		pair, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		x := gitHubAPI(t)
		x.lists["/repos/acme/shop/keys"] = []obj{
			{"id": 7, "title": "other", "key": "ssh-rsa AAAA", "created_at": created.Format(time.RFC3339)},
			{"id": 8, "title": "deploy", "key": openSSH(t, &pair.PublicKey), "read_only": false, "created_at": created.Format(time.RFC3339), "last_used": now.Format(time.RFC3339), "added_by": "bob"},
		}
		leak := reconcile.Leak{ID: "v1:aaaaaaaa:1", Detector: "private-key", Title: "SSH key", PublicKey: proof.SPKI(&pair.PublicKey)}
		other := reconcile.Leak{ID: "v1:aaaaaaaa:2", Detector: "private-key", Title: "SSH key", PublicKey: "spki-sha256:00"}
		r := join(t, mustRead(t, reconcile.GitHub, x), leak, other)
		res := says(t, r, active, reconcile.ByPublicKey, "deploy key")
		if res.Key.ID != "8" || res.Key.Place != "acme/shop" || res.Key.Status != "may write" {
			t.Errorf("%+v", res.Key)
		}
	})
}

// openSSH is a public key of P-256 as RFC 5656, section 3.1 writes it.
func openSSH(t *testing.T, pub *ecdsa.PublicKey) string {
	t.Helper()
	point, err := pub.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	var blob []byte
	for _, field := range []string{"ecdsa-sha2-nistp256", "nistp256", string(point)} {
		blob = binary.BigEndian.AppendUint32(blob, uint32(len(field)))
		blob = append(blob, field...)
	}
	return "ecdsa-sha2-nistp256 " + base64.StdEncoding.EncodeToString(blob)
}
