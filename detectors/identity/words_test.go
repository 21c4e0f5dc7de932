package identity

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func phrasesOf(text string) []string {
	var out []string
	eachPhrase([]byte(text), func(p []byte) bool {
		out = append(out, string(p))
		return false
	})
	return out
}

// TestPhrases holds that words end where their writer ended them.
func TestPhrases(t *testing.T) {
	for _, c := range []struct {
		text     string
		has, not []string
	}{
		{"max_tokens", []string{"max", "tokens", "maxtokens"}, []string{"token"}},
		{"adminton", []string{"adminton"}, []string{"admin"}},
		{"ADMIN_TON", []string{"admin", "ton"}, nil},
		{"redirectURI redirect_uri redirect-uris", []string{"redirecturi", "redirecturis"}, nil},
		{"OpenAIClient", []string{"openai", "client"}, nil},
		{"OAuth2ClientSecret", []string{"oauth2", "oauth2client", "secret"}, nil},
		{"AzureADB2C", []string{"azureadb2c"}, []string{"b2"}},
		{"AzureAdB2C", []string{"azureadb2c", "b2c"}, []string{"b2"}},
		{"HTTPServer", []string{"http", "server"}, nil},
		{"AZURE_AD_B2C", []string{"b2c"}, nil},
		{`"realm": "customers"`, []string{"realmcustomers"}, nil},
		{"one\ntwo", []string{"one", "two"}, []string{"onetwo"}},
		{"one          two", []string{"two"}, []string{"onetwo"}},
		{"https://login.microsoftonline.com/x/oauth2", []string{"oauth2"}, []string{"login", "microsoftonline"}},
		{"client.messages.create(", []string{"messagescreate"}, nil},
		{"see mail@corp.example.com now", []string{"see", "now"}, []string{"corp"}},
		{"aB3xK9zQ7LmSsoN5pR2t", nil, []string{"sso"}},
		{"sso_aB3xK9zQ7LmSsoN5pR2t", []string{"sso"}, []string{"ssoa"}},
		{"", nil, nil},
	} {
		got := phrasesOf(c.text)
		for _, w := range c.has {
			if !slices.Contains(got, w) {
				t.Errorf("%q: no phrase %q in %q", c.text, w, got)
			}
		}
		for _, w := range c.not {
			if slices.Contains(got, w) {
				t.Errorf("%q: phrase %q", c.text, w)
			}
		}
	}
}

// TestLongestPhrase holds that a phrase hides what it ends in.
func TestLongestPhrase(t *testing.T) {
	look := func(text string) []string {
		var out []string
		lookWords([]byte(text), inBlock, "", func(s *sign) { out = append(out, s.text) })
		return out
	}
	for text, want := range map[string][]string{
		"docker login":                  nil,
		"login":                         {"login"},
		"az login":                      {"az login"},
		"GF_AUTH_GOOGLE_CLIENT_SECRET":  {"gf auth", "gf auth google"},
		"adminton":                      nil,
		"the company's intune policies": {"intune"},
	} {
		if got := look(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestPhrasesAreBounded holds that no text makes eachPhrase quadratic or panic.
func TestPhrasesAreBounded(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("a", 100_000), strings.Repeat("aB", 50_000), strings.Repeat("a_", 50_000), strings.Repeat(".", 10_000),
		strings.Repeat("a.", 10_000), "\xff\xfe" + strings.Repeat("é", 100),
	} {
		n := 0
		eachPhrase([]byte(text), func(p []byte) bool {
			if len(p) > maxPhraseBytes {
				t.Fatalf("a phrase of %d bytes", len(p))
			}
			n++
			return false
		})
		if n > maxPhraseWords*len(text) {
			t.Errorf("%d phrases in %d bytes", n, len(text))
		}
	}
}

// TestTables checks the tables for rows that can't match or contradict each other.
func TestTables(t *testing.T) {
	for key, signs := range wordIndex() {
		if key == "" || len(key) > maxPhraseBytes || strings.ToLower(key) != key || !utf8.ValidString(key) {
			t.Errorf("the phrase %q can't be found", key)
		}
		for i := range signs {
			if n := len(strings.Fields(signs[i].text)); n > maxPhraseWords {
				t.Errorf("%q has %d words", signs[i].text, n)
			}
			for j := range i {
				if signs[i].where&signs[j].where != 0 && slices.Equal(signs[i].vendors, signs[j].vendors) {
					t.Errorf("%q stands twice for the same place", signs[i].text)
				}
			}
			if signs[i].layer == infra && signs[i].class == "" {
				t.Errorf("%q has no class", signs[i].text)
			}
			if !slices.Contains(phrasesOf(signs[i].text), key) {
				t.Errorf("%q is not read as a phrase of its own", signs[i].text)
			}
		}
	}
	for host, rows := range hostIndex() {
		name, after, ok := strings.Cut(host, "/")
		if ok {
			after = "/" + after
		}
		for i := range rows {
			label := rows[i].first
			if label != "" {
				label += "x."
			}
			if got := lookHost(label+name, []byte(after)); got != &rows[i].sign {
				t.Errorf("the host %q is not found by itself", host)
			}
			if hostEnd([]byte(name), 0) != len(name) {
				t.Errorf("the words of the host %q are read as words: its top-level domain is missing", host)
			}
		}
	}
	for _, s := range pathIndex() {
		p := strings.NewReplacer("*", "x", `\`, "").Replace(s.text)
		if strings.HasSuffix(p, "/") {
			p += "file"
		}
		if !pathMatches(s.text, pathParts(p)) {
			t.Errorf("the pattern %q does not match %q", s.text, p)
		}
	}
	for key, s := range moduleIndex() {
		if got := lookModule(s.text); got == nil || got.text != s.text {
			t.Errorf("the package %q is not found by its key %q", s.text, key)
		}
	}
}

// TestHosts holds the longest row, ports, paths and first labels.
func TestHosts(t *testing.T) {
	for text, want := range map[string]string{
		"https://api.openai.com/v1":                               "api.openai.com",
		"https://acme.openai.azure.com":                           "openai.azure.com",
		"domain: dev-abc.us.auth0.com":                            "auth0.com",
		"https://acme.okta.com":                                   "okta.com",
		"https://dev-123.okta.com/oauth2":                         "*dev-*.okta.com",
		"https://bedrock-runtime.us-east-1.amazonaws.com":         "*bedrock*.amazonaws.com",
		"https://cognito-idp.eu-west-1.amazonaws.com:443/x":       "*cognito-id*.amazonaws.com",
		"https://us-central1-aiplatform.googleapis.com":           "*-aiplatform*.googleapis.com",
		"https://login.microsoftonline.com/common/oauth2":         "login.microsoftonline.com/common",
		"https://login.microsoftonline.com:443/organizations":     "login.microsoftonline.com/organizations",
		"https://login.microsoftonline.com/11111111-1111/oauth2":  "",
		"https://notauth0.com":                                    "",
		"https://auth0.com.evil.example":                          "",
		"https://s3.amazonaws.com":                                "",
		"HTTPS://API.OPENAI.COM":                                  "api.openai.com",
		strings.Repeat("a", 300) + ".openai.com":                  "",
		"https://api.slack.com/scim/v2/Users":                     "api.slack.com/scim",
		"https://api.slack.com/methods":                           "",
		"user@login.auth0.com":                                    "auth0.com",
		"client.verify.v2.services('x')":                          "",
		"https://kubernetes.default.svc.cluster.local":            "",
		"iss https://kubernetes.default.svc":                      "kubernetes.default.svc",
		"https://generativelanguage.googleapis.com/v1beta/models": "generativelanguage.googleapis.com",
	} {
		got := ""
		lookHosts([]byte(text), "", func(s *sign) { got = s.text })
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestNameBefore reads names in the syntaxes in which secrets are assigned.
func TestNameBefore(t *testing.T) {
	for doc, want := range map[string]string{
		"KEY=@@@@":                                    "KEY",
		"export MY_KEY='@@@@'":                        "MY_KEY",
		`"client_secret": "@@@@"`:                     "client_secret",
		"clientSecret: '@@@@',":                       "clientSecret",
		"name := \"@@@@\"":                            "name",
		"const apiKey: string = '@@@@'":               "apiKey",
		"$conf['secret'] = '@@@@';":                   "secret",
		"'secret' => '@@@@',":                         "secret",
		`<add key="ida:Secret" value="@@@@"/>`:        "Secret",
		"<secret>@@@@</secret>":                       "secret",
		"--client-secret @@@@":                        "client-secret",
		"--client-secret=@@@@":                        "client-secret",
		`os.getenv("OPENAI_KEY", "@@@@")`:             "OPENAI_KEY",
		`process.env.AUTH_SECRET || "@@@@"`:           "process.env.AUTH_SECRET",
		`Authorization: Bearer @@@@`:                  "Authorization",
		`f(a, "@@@@")`:                                "",
		"it is @@@@":                                  "",
		"@@@@":                                        "",
		"\n\n= @@@@":                                  "",
		`- {name: "SSO_SECRET", value: "@@@@"}`:       "SSO_SECRET",
		strings.Repeat("x", 400) + "=@@@@":            strings.Repeat("x", 199),
		"secret = b'@@@@'":                            "secret",
		`jwt.sign(payload, "@@@@")`:                   "",
		`- name: A` + "\n" + `  value: "@@@@"` + "\n": "value",
	} {
		at := strings.Index(doc, mark)
		got := ""
		if s, ok := nameBefore([]byte(doc), at); ok {
			got = doc[s.lo:s.hi]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", doc, got, want)
		}
	}
}

// TestBlocks says what stands in the block of a secret, and what does not.
func TestBlocks(t *testing.T) {
	for _, c := range []struct {
		name, doc    string
		has, not     []string
		heads, other []string
	}{
		{
			name: "object", doc: "const a = {\n  far: 1,\n}\nconst login = {\n  id: 1,\n  key: '@@@@',\n  after: 2,\n}\nconst b = 3\n",
			has: []string{"id: 1", "after: 2"}, not: []string{"far", "const b"}, heads: []string{"const login = "}, other: []string{"const a"},
		},
		{
			name: "nested objects", doc: `{"a": {"x": 1}, "outer": {"inner": {"key": "@@@@", "near": 2}, "later": 3}}`,
			has: []string{`"near": 2`}, not: []string{"later", `"x"`}, heads: []string{"inner", "outer"},
		},
		{
			name: "arguments", doc: "passport.use(\n  new Strategy(\n    id,\n    '@@@@',\n    url\n  )\n)\n",
			has: []string{"id", "url"}, heads: []string{"new Strategy", "passport.use"},
		},
		{
			name: "paragraphs", doc: "A=1\n\n# mine\nB=2\nKEY=@@@@\nC=3\n\nD=4\n",
			has: []string{"# mine", "B=2", "C=3"}, not: []string{"A=1", "D=4"},
		},
		{
			name: "indentation", doc: "top:\n  other:\n    x: 1\n  login:\n    id: 2\n    key: @@@@\n    url: 3\n  next:\n    y: 4\n",
			has: []string{"id: 2", "url: 3"}, not: []string{"x: 1", "y: 4"}, heads: []string{"login:", "top:"}, other: []string{"other:"},
		},
		{
			name: "sections", doc: "[one]\na = 1\n[auth.google]\nid = 2\nsecret = @@@@\n[two]\nb = 3\n",
			has: []string{"id = 2"}, not: []string{"a = 1", "b = 3"}, heads: []string{"[auth.google]"}, other: []string{"[one]"},
		},
		{
			name: "a comment above", doc: "// customer login\nconst o = {\n  key: '@@@@',\n}\n", heads: []string{"customer login"},
		},
		{name: "ten lines", doc: strings.Repeat("x\n", 30) + "key = @@@@\n" + strings.Repeat("y\n", 30)},
		{name: "one long line", doc: strings.Repeat("x ", 5000) + "key=@@@@" + strings.Repeat(" y", 5000)},
		{name: "unbalanced", doc: strings.Repeat("}{)(", 2000) + "@@@@" + strings.Repeat("}{)(", 2000)},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := strings.Index(c.doc, mark)
			b := around([]byte(c.doc), span{at, at + len(mark)})
			var text, heads strings.Builder
			b.eachText(func(line []byte, heading bool) {
				if heading {
					heads.Write(append(line, '\n'))
				} else {
					text.Write(append(line, '\n'))
				}
			})
			check := func(what, in string, has, not []string) {
				for _, s := range has {
					if !strings.Contains(in, s) {
						t.Errorf("%s lack %q: %q", what, s, in)
					}
				}
				for _, s := range not {
					if strings.Contains(in, s) {
						t.Errorf("%s hold %q: %q", what, s, in)
					}
				}
			}
			check("the lines", text.String(), c.has, append(c.not, mark))
			check("the headings", heads.String(), c.heads, c.other)
			if n := text.Len(); n > 2*blockReach+100 {
				t.Errorf("the block has %d bytes", n)
			}
			if n := heads.Len(); n > maxHeads*(maxHead+1) {
				t.Errorf("the headings have %d bytes", n)
			}
		})
	}
}
