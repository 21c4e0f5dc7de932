package scanner

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"leakline/detectors"
	"leakline/detectors/engine"
)

// inLines lists texts that hold secrets of several kinds on one line, or in lines
// that touch. "{…}" are sample notations and each is private, unless it is
// written "{public …}". AI stands for a key that is always found with high
// confidence, so that there is a line to show.
var inLines = []struct{ name, text string }{
	{"RSA JWK", `{"key": "AI", "jwk": {"kty":"RSA","e":"AQAB","n":"{public 342:word-}","d":"{342:word-}","p":"{171:word-}","q":"{171:word-}","dp":"{171:word-}","dq":"{171:word-}","qi":"{171:word-}"}, "again": "AI"}`},
	{"RSA JWK behind", `{"jwk": {"p":"{171:word-}","kty":"RSA","q":"{171:word-}","d":"{342:word-}","e":"AQAB","qi":"{171:word-}","dp":"{171:word-}","n":"{public 342:word-}","dq":"{171:word-}"},"key": "AI"}`},
	{"short primes", `{"kty":"RSA","d":"{86:word-}","p":"{43:word-}","q":"{43:word-}"} // AI`},
	{"JWK in a string", `KEY=AI JWK="{\"kty\":\"RSA\",\"d\":\"{342:word-}\",\"p\":\"{171:word-}\",\"q\":\"{171:word-}\"}" AI`},
	{"JWK as a script has it", `x = {kty: 'RSA', d: '{342:word-}', p: '{171:word-}', q: '{171:word-}'}; y = 'AI'`},
	{"key set", `{"keys":[{"kty":"EC","crv":"P-256","d":"{43:word-}","x":"{public 43:word-}"},{"kty":"oct","k":"{43:word-}"}]} AI`},
	{"JWK with certificates", `{"kty":"RSA","x5c":["` + strings.Repeat("MIIB", 12_000) + `"],"d":"{342:word-}","p":"{171:word-}","q":"{171:word-}"} AI`},
	{"JWK without an end", `AI {"kty":"RSA","d":"{342:word-}","p":"{171:word-}","q":"{171:word-}"`},
	{"JWK over lines", "{\"kty\":\"RSA\",\n\"d\":\"{342:word-}\",\n\"p\":\"{171:word-}\",\"q\":\"{171:word-}\"}, \"AI\"\n"},
	{"PEM on one line", `{"key": "{pem:PRIVATE KEY:600}", "other": "AI"}`},
	{"PEM between", "a: AI\nb: |\n{pem:RSA PRIVATE KEY:600}\nc: AI\n"},
	{"PEM without an end", "AI\n-----BEGIN PRIVATE KEY-----\n{64:b64} AI\nAI {64:b64}\n"},
	{"PEM body alone", "AI {64:b64}\\n{64:b64}\\n{64:b64}=="},
	{"connection string", `"Server=db;User Id=sa;Password={password};Encrypt=true", AI`},
	{"storage account", `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey={86:b64}==;EndpointSuffix=core.windows.net AI`},
	{"service bus", `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey={43:b64}= AI`},
	{"URL", `DATABASE_URL=postgres://shop:{20:alnum}@db.example.com/shop?sslmode=require KEY=AI`},
	{"URL with a weak password", `amqp://guest:{8:lower}@mq.example.com AI`},
	{"URL with a token as user", `https://{40:alnum}@git.example.com/shop.git AI`},
	{"Bearer", `curl -H "Authorization: Bearer {32:alnum}" -H "x-api-key: AI"`},
	{"Basic", `curl -H 'Authorization: Basic {27:b64}=' -H 'x-api-key: AI'`},
	{"JWT", `{"Authorization": "Bearer {jwt:HS256:{"sub":"1"}}", "key": "AI"}`},
	{"npm token", `//registry.example.com/:_authToken={36:alnum} # AI`},
	{"npm password", `_auth={24:b64}== ; AI` + "\n" + `//registry.example.com/:_password={24:b64} ; AI`},
	{"XML", `<add key="ai" value="AI"/><password>{password}</password>`},
	{"a name that no detector knows", `KEY=AI SHOP_PASSPHRASE={12:lower}`},
	{"no name", `KEY=AI {40:hex} {32:alnum} {24:word-}`},
}

// private expands the notations of a text and gives its private parts.
func private(t *testing.T, seed, text, ai string) (string, []string) {
	t.Helper()
	var secrets []string
	var b strings.Builder
	text = strings.ReplaceAll(text, "AI", ai)
	for i := 0; i < len(text); {
		if text[i] != '{' {
			b.WriteByte(text[i])
			i++
			continue
		}
		depth, end := 0, i
		for ; end < len(text); end++ {
			if text[end] == '{' {
				depth++
			} else if text[end] == '}' {
				if depth--; depth == 0 {
					break
				}
			}
		}
		notation, public := strings.CutPrefix(text[i:min(end+1, len(text))], "{public ")
		if public {
			notation = "{" + notation
		}
		if n := notation[1]; !(n >= '0' && n <= '9') && !strings.HasPrefix(notation, "{pem:") && !strings.HasPrefix(notation, "{jwt:") && notation != "{password}" {
			b.WriteByte('{') // a brace of the text itself
			i++
			continue
		}
		s := expand(t, fmt.Sprint(seed, i), notation)
		if strings.HasPrefix(notation, "{pem:") {
			for line := range strings.Lines(s) {
				if !strings.HasPrefix(line, "-----") {
					secrets = append(secrets, strings.TrimSuffix(line, "\n"))
				}
			}
			if strings.Contains(text, `"{pem:`) { // one line
				s = strings.ReplaceAll(s, "\n", `\n`)
			}
		} else if !public {
			secrets = append(secrets, s)
		}
		b.WriteString(s)
		i = end + 1
	}
	return b.String(), secrets
}

// holds gives a part of secret, n bytes long, that text holds.
func holds(text, secret string, n int) string {
	n = min(n, len(secret))
	for i := 0; i+n <= len(secret); i++ {
		if strings.Contains(text, secret[i:i+n]) {
			return secret[i : i+n]
		}
	}
	return ""
}

// fullScanner has the whole catalogue.
func fullScanner(t *testing.T, c detectors.Confidence) *Scanner {
	t.Helper()
	set, err := engine.Compile(detectors.Catalogue())
	if err != nil {
		t.Fatal(err)
	}
	s := newScanner(t)
	s.Set, s.MinConfidence = set, c
	return s
}

// TestNothingPrivateInLines: whatever stands beside a secret that is reported,
// and whether a detector matched it, would report it, or is there at all, the
// result holds no part of it.
func TestNothingPrivateInLines(t *testing.T) {
	ai := expand(t, "ai", "sk-ant-api03-{93:word-}AA")
	only := fullScanner(t, detectors.High)
	for _, d := range detectors.Catalogue() {
		if d.ID == "anthropic-api-key" {
			set, err := engine.Compile([]detectors.Detector{d})
			if err != nil {
				t.Fatal(err)
			}
			only.Set = set
		}
	}
	for name, s := range map[string]*Scanner{
		"high": fullScanner(t, detectors.High), "low": fullScanner(t, detectors.Low), "one detector": only,
	} {
		for _, c := range inLines {
			text, secrets := private(t, c.name, c.text, ai)
			if len(secrets) == 0 {
				t.Fatalf("%s: nothing private in it", c.name)
			}
			res := scan(t, s, file("a.txt", text))
			out, err := json.Marshal(res)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(out), "sk-ant-api…(108)") {
				t.Errorf("%s, %s: the key is not reported", c.name, name)
			}
			for i, secret := range append(secrets, ai[20:]) {
				if part := holds(string(out), secret, 8); part != "" {
					for _, f := range res.Findings {
						t.Logf("%s: %s", f.Detector, f.Line)
					}
					t.Errorf("%s, %s: secret %d is shown in part: %q", c.name, name, i, part)
				}
			}
		}
	}
}

// A window may begin and end anywhere in a key, and a line be cut anywhere.
func TestNothingPrivateInWindows(t *testing.T) {
	ai := expand(t, "ai", "sk-ant-api03-{93:word-}AA")
	s := fullScanner(t, detectors.High)
	text, secrets := private(t, "w", inLines[0].text, ai)
	pad := strings.Repeat("x ", WindowOverlap/2)
	first := strings.Index(text, ai)
	for cut := 0; cut < len(text); cut += 37 {
		whole := pad + text + pad
		chunk := file("a", whole)
		chunk.From, chunk.To = 1, len(pad)+cut
		if cut%2 == 0 {
			chunk.From, chunk.To = len(pad)+cut, len(whole)
		}
		chunk.Offset, chunk.Line, chunk.Column = 5, 1, 6
		res := scan(t, s, chunk)
		if cut%2 != 0 && cut > first && len(res.Findings) == 0 {
			t.Errorf("cut at %d: nothing found", cut)
		}
		for _, f := range res.Findings {
			for _, secret := range secrets {
				if part := holds(f.Line, secret, 8); part != "" {
					t.Fatalf("cut at %d: %q in %q", cut, part, f.Line)
				}
			}
		}
	}
	// Data that ends within the key, as a file that was cut off does. The first few
	// bytes of a long value may show there.
	for cut := first + len(ai); cut < len(text); cut += 11 {
		for _, f := range scan(t, s, file("a", text[:cut])).Findings {
			for _, secret := range secrets {
				if part := holds(f.Line, secret, 16); part != "" {
					t.Fatalf("cut off at %d: %q in %q", cut, part, f.Line)
				}
			}
		}
	}
}

// The first line of a commit's message is shown beside what the commit brought.
func TestNothingPrivateInMessages(t *testing.T) {
	s := fullScanner(t, detectors.High)
	c := blob("1", "a", "k="+expand(t, "ai", "sk-ant-api03-{93:word-}AA"), day(1))
	text, secrets := private(t, "m", "add the password={10:lower} and {40:b64} of https://shop:{9:lower}@db.example.com", "")
	c.Commit.Message = text
	f := one(t, scan(t, s, c))
	for _, secret := range secrets {
		if part := holds(f.Message, secret, 8); part != "" {
			t.Errorf("%q in %q", part, f.Message)
		}
	}
	if !strings.HasPrefix(f.Message, "add the password=…(10) and …(40) of https://shop:…(9)@db.") {
		t.Errorf("message %q", f.Message)
	}
}

// What people need in order to find a place stays readable.
func TestVeilLeavesCode(t *testing.T) {
	for _, text := range []string{
		`  password = os.environ["DATABASE_PASSWORD"] # see docs/operations/rotation.md`,
		`token: settings.anthropic.api_token, maxTokens: 4096`,
		`const client = new AnthropicBedrockConverseStreamingClient({apiKey: getSecretFromVault("`,
		`from langchain_community.chat_models.anthropic_messages import ChatAnthropicMessages as Chat`,
		`https://console.example.com/settings/organization/projects/default/keys?tab=all`,
		`/usr/local/lib/python3.11/site-packages/django_rest_framework_simplejwt/tokens.py`,
		`image: registry.example.com/team/storefront-api:2026.11.22-release-candidate`,
		`Basic authentication and Bearer credentials are both documented`,
		`"token": null, "secret": false, password: ${DB_PASSWORD}`,
		"clé privée → größer, 漢字",
	} {
		if got := veil(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
}
