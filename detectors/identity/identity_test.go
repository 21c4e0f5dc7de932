package identity

import (
	"slices"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
	"leakline/detectors/sample"
)

// The kinds of credential that the tests rule on. They stand in for the catalogue,
// whose fields are all that this package reads.
var (
	three    = []detectors.Layer{ai, app, infra}
	appInfra = []detectors.Layer{app, infra}

	entra = detectors.Detector{
		Provider: "Microsoft", Title: "Entra client secret", Anchors: []string{"Q~"}, AmbiguousLayers: three,
		Identity: detectors.Identity{Layer: app, Form: detectors.ClientSecret, Control: detectors.APIAccess, Subject: detectors.Application},
	}
	googleAccount = detectors.Detector{
		Provider: "Google", Title: "service account key", Anchors: []string{"service_account"}, Reader: detectors.ReadObject,
		Structured: true, AmbiguousLayers: three,
		Identity: detectors.Identity{Layer: infra, Class: detectors.Cloud, Form: detectors.KeyFile, Subject: detectors.ServiceAccount},
	}
	googleClient = detectors.Detector{
		Provider: "Google", Title: "OAuth client secret", Anchors: []string{"GOCSPX-"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: app, Form: detectors.ClientSecret, Control: detectors.SSO, Subject: detectors.Application},
	}
	oktaToken = detectors.Detector{
		Provider: "Okta", Title: "API token", Names: []string{"okta token", "ssws"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{
			Layer: infra, Class: workforce, Form: detectors.APIKey, Control: detectors.UserManagement,
			Subject: detectors.OrgAdmin, Privilege: detectors.Admin, Scope: detectors.All,
		},
	}
	oidcSecret = detectors.Detector{
		Provider: "OpenID Connect", Title: "client secret", Names: []string{"client secret"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: app, Form: detectors.ClientSecret, Control: detectors.SSO, Subject: detectors.Application},
	}
	keycloak = detectors.Detector{
		Provider: "Keycloak", Title: "client secret", Names: []string{"keycloak secret"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: app, Form: detectors.ClientSecret, Control: detectors.SSO, Subject: detectors.Application},
	}
	samlKey = detectors.Detector{
		Provider: "SAML 2.0", Title: "private key", Anchors: []string{"-----BEGIN"}, Reader: detectors.ReadPEM, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{
			Layer: app, Form: detectors.SigningKey, Control: detectors.SSO, Subject: detectors.Anyone, Privilege: detectors.Forge,
		},
	}
	scimToken = detectors.Detector{
		Provider: "SCIM", Title: "bearer token", Names: []string{"scim token"}, AmbiguousLayers: three,
		Identity: detectors.Identity{Layer: app, Form: detectors.AccessToken, Control: detectors.SCIM, Subject: detectors.Directory},
	}
	githubOAuth = detectors.Detector{
		Provider: "GitHub", Title: "OAuth client secret", Names: []string{"github secret"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: infra, Class: detectors.SourceControl, Form: detectors.ClientSecret, Control: detectors.SSO},
	}
	slackOAuth = detectors.Detector{
		Provider: "Slack", Title: "OAuth client secret", Names: []string{"slack secret"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: infra, Class: detectors.Messaging, Form: detectors.ClientSecret},
	}
	ldapBind = detectors.Detector{
		Provider: "LDAP", Title: "bind password", Names: []string{"bind password"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: infra, Class: workforce, Form: detectors.Password, Control: detectors.Federation},
	}
	duoSecret = detectors.Detector{
		Provider: "Duo", Title: "secret key", Names: []string{"skey"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: infra, Class: workforce, Form: detectors.ClientSecret, Control: detectors.MFA},
	}
	twilio = detectors.Detector{
		Provider: "Twilio", Title: "auth token", Names: []string{"twilio token"}, AmbiguousLayers: appInfra,
		Identity: detectors.Identity{Layer: infra, Class: detectors.Messaging, Form: detectors.AccessToken},
	}
	jwt = detectors.Detector{
		Provider: "JSON Web Token", Title: "signed token", Anchors: []string{"eyJ"}, Reader: detectors.ReadJWT, Structured: true,
		AmbiguousLayers: three, Identity: detectors.Identity{Layer: app, Form: detectors.AccessToken, Control: detectors.SessionControl},
	}
	mcpToken = detectors.Detector{
		Provider: "MCP", Title: "server token", Names: []string{"api token"}, AmbiguousLayers: three,
		Identity: detectors.Identity{Layer: ai, Form: detectors.AccessToken},
	}
	openaiKey = detectors.Detector{
		Provider: "OpenAI", Title: "project API key", Anchors: []string{"T3BlbkFJ"}, Structured: true,
		Identity: detectors.Identity{Layer: ai, Form: detectors.APIKey, Subject: detectors.Project, Privilege: detectors.Write},
	}
	authSecret = detectors.Detector{
		Provider: "Auth.js", Title: "session secret", Names: []string{"nextauth secret", "secret key"},
		Identity: detectors.Identity{
			Layer: app, Form: detectors.SigningKey, Control: detectors.SessionControl, Subject: detectors.Anyone, Privilege: detectors.Forge,
		},
	}
	sessionSecret = detectors.Detector{
		Provider: "Express", Title: "session secret", Names: []string{"session secret$", "^nextauth secret$"}, AmbiguousLayers: three,
		Identity: detectors.Identity{
			Layer: app, Form: detectors.SigningKey, Control: detectors.SessionControl, Subject: detectors.Anyone, Privilege: detectors.Forge,
		},
	}
	privateKey = detectors.Detector{
		Provider: "PKCS #8", Title: "private key", Anchors: []string{"-----BEGIN "}, Reader: detectors.ReadPEM, Structured: true,
		AmbiguousLayers: []detectors.Layer{infra, app, ai},
		Identity: detectors.Identity{
			Layer: infra, Class: detectors.Cloud, Form: detectors.SigningKey, Control: detectors.Signing, Privilege: detectors.Forge,
		},
	}
	basicURL = detectors.Detector{
		Provider: "HTTP", Title: "URL with a password", Anchors: []string{"https://"}, Reader: detectors.ReadURL, AmbiguousLayers: three,
		Identity: detectors.Identity{Layer: infra, Class: detectors.Cloud, Form: detectors.URL},
	}
	googleKey = detectors.Detector{
		Provider: "Google", Title: "API key", Anchors: []string{"AIzaSy"}, AmbiguousLayers: []detectors.Layer{ai, infra, app},
		Identity: detectors.Identity{Layer: ai, Form: detectors.APIKey, Subject: detectors.Project},
	}
	awsKey = detectors.Detector{
		Provider: "AWS", Title: "secret access key", Names: []string{"aws secret"},
		Identity: detectors.Identity{Layer: infra, Class: detectors.Cloud, Form: detectors.APIKey, Subject: detectors.ServiceAccount},
	}
	generic = detectors.Detector{
		Title: "generic secret", Names: []string{"secret", "key", "password", "token"}, Reader: detectors.ReadGeneric,
		Identity: detectors.Identity{Layer: detectors.Unclassified},
	}
)

// randomText makes a text that is shaped like a key.
func randomText(t testing.TB, seed string) string {
	t.Helper()
	s, err := sample.Expand(seed, "{40:alnum}")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mark stands in the tests' documents where the secret is.
const mark = "@@@@"

// matchIn puts a secret into a document and makes the match that the engine would.
func matchIn(t testing.TB, d *detectors.Detector, doc, secret string) (engine.Match, []byte) {
	t.Helper()
	at := strings.Index(doc, mark)
	if at < 0 {
		t.Fatalf("no mark in %q", doc)
	}
	data := []byte(strings.Replace(doc, mark, secret, 1))
	m := engine.Match{Detector: d, Start: at, End: at + len(secret), Secret: detectors.NewSecret(secret), Confidence: detectors.High}
	if len(d.Anchors) == 0 {
		if s, ok := nameBefore(data, at); ok {
			m.NameStart, m.NameEnd = s.lo, s.hi
		}
	}
	return m, data
}

func ruleOn(t testing.TB, d *detectors.Detector, path, doc string, claims map[string]any, repo *Repo) Ruling {
	t.Helper()
	m, data := matchIn(t, d, doc, randomText(t, path+doc))
	m.Claims = claims
	return Classify(m, Document{Path: path, Data: data}, repo)
}

type claims = map[string]any

// TestKinds rules on every kind of section 3 of the notes in realistic documents,
// as customers', the organisation's and the AI platform's.
func TestKinds(t *testing.T) {
	for _, c := range kindCases {
		t.Run(c.name, func(t *testing.T) {
			r := ruleOn(t, c.d, c.path, c.doc, c.claims, nil)
			if r.Layer != c.layer && c.layer != "" {
				t.Errorf("layer %s, want %s", r.Layer, c.layer)
			}
			if r.Class != c.class {
				t.Errorf("class %q, want %q", r.Class, c.class)
			}
			confidence := c.confidence
			if confidence == "" {
				confidence = detectors.Likely
			}
			if r.Confidence != confidence {
				t.Errorf("confidence %s, want %s", r.Confidence, confidence)
			}
			if !slices.Equal(r.Candidates, c.candidates) {
				t.Errorf("candidates %v, want %v", r.Candidates, c.candidates)
			}
			if c.first != "" && (len(r.Evidence) == 0 || r.Evidence[0].Kind != c.first) {
				t.Errorf("first evidence is not %s", c.first)
			}
			if t.Failed() {
				for _, e := range r.Evidence {
					t.Logf("%-10s %-17s %s", e.Kind, e.Layer, e.Detail)
				}
			}
		})
	}
}

type kindCase struct {
	name       string
	d          *detectors.Detector
	path, doc  string
	claims     claims
	layer      detectors.Layer
	class      detectors.Class
	confidence detectors.LayerConfidence // likely if empty
	candidates []detectors.Layer
	first      detectors.EvidenceKind
}
