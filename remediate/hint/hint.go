package hint

import (
	"strconv"
	"strings"

	"leakline/detectors"
)

// The providers whose lists of keys show a short form of each, as they stand in
// hints.
const (
	OpenAI    = "openai"
	Anthropic = "anthropic"
	WorkOS    = "workos"
	GitHub    = "github"
)

// Forms are the short forms of a secret that its provider's list may show; none if
// its provider lists no keys, or shows nothing of them.
//
// OpenAI shows the begin and the end of a key ("redacted_value": "sk-abc...def"),
// and does not say how long they are; the end has three characters in its
// documentation and four in its dashboard, and either is a form:
// https://platform.openai.com/docs/api-reference/project-api-keys/object.
// Anthropic shows the kind and three characters, and the last four
// ("partial_key_hint": "sk-ant-api03-R2D...igAA"):
// https://platform.claude.com/docs/en/api/admin/api_keys/list.
// WorkOS shows the last four ("obfuscated_value": "sk_...3456"):
// https://workos.com/docs/reference/authkit/api-keys. GitHub shows the last eight
// ("token_last_eight"): https://docs.github.com/en/rest/orgs/orgs.
func forms(detector, plain string) (provider string, short []string) {
	switch detector {
	case "openai-legacy-key", "openai-project-key", "openai-service-account-key", "openai-admin-key",
		"openai-service-key", "openai-none-key":
		return OpenAI, []string{Ending(plain, 4), Ending(plain, 3)}
	case "anthropic-api-key", "anthropic-user-key", "anthropic-admin-key", "anthropic-compliance-key":
		return Anthropic, []string{anthropic(plain)}
	case "workos-api-key", "workos-api-key-staging":
		return WorkOS, []string{Ending(plain, 4)}
	case "github-pat", "github-pat-legacy", "github-fine-grained-pat", "github-oauth-access-token", "github-app-user-token":
		return GitHub, []string{Ending(plain, 8)}
	}
	return "", nil
}

// least is the length in bytes below which a secret has no hint: a short form would
// be too much of it.
const least = 32

// Hints gives the hints of a secret that a detector found, under a ledger's key:
// "h1:PROVIDER:HEX" each. It gives none for a kind that no provider lists.
func Hints(detector string, secret detectors.Secret, key detectors.Key) []string {
	if secret.Len() < least {
		return nil
	}
	provider, short := forms(detector, secret.Reveal())
	var out []string
	for _, form := range short {
		if form != "" {
			out = append(out, Listed(provider, form, key))
		}
	}
	return out
}

// Listed gives the hint of a short form that a provider's list shows, as [Ending] or
// as Anthropic writes it.
func Listed(provider, form string, key detectors.Key) string {
	fp := key.Fingerprint(detectors.NewSecret("leakline hint\x00" + provider + "\x00" + form))
	return "h1:" + provider + ":" + fp[strings.LastIndexByte(fp, ':')+1:]
}

// Ending is the form of a list that shows the last n bytes of a key: their number
// and the bytes, so that ends of different lengths never compare.
func Ending(plain string, n int) string {
	if len(plain) < n {
		return ""
	}
	return strconv.Itoa(n) + ":" + plain[len(plain)-n:]
}

// anthropic is a key as Anthropic's list shows it: what says its kind, up to the
// third hyphen, three more characters, three dots, and the last four.
func anthropic(plain string) string {
	at := 0
	for range 3 {
		n := strings.IndexByte(plain[at:], '-')
		if n < 0 {
			return ""
		}
		at += n + 1
	}
	if at+3+4 > len(plain) {
		return ""
	}
	return plain[:at+3] + "..." + plain[len(plain)-4:]
}
