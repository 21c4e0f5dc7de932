package inventory

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
)

// Credential is what a name says of the credential that is kept under it.
type Credential struct {
	Layer detectors.Layer // empty if the name does not say it
	// Provider is the AI platform's entry, "" if the name has none.
	Provider string
	// Subject and Privilege are what all credentials of this name have in common.
	Subject   detectors.Subject
	Privilege detectors.Privilege
	// Detectors are those whose credentials are kept under the name.
	Detectors []*detectors.Detector
}

// CredentialOf reads a name: of a variable, a setting ("OpenAI:Key",
// "spring.ai.openai.api-key"), a constant. It is false if nothing in it says that it
// holds a secret.
func CredentialOf(name string) (Credential, bool) {
	credentialMu.Lock()
	c, ok := credentialsRead[name]
	credentialMu.Unlock()
	if ok {
		return c.Credential, c.is
	}
	c.Credential, c.is = readCredential(name)
	credentialMu.Lock()
	defer credentialMu.Unlock()
	if len(credentialsRead) > 20_000 { // names of a hostile tree
		clear(credentialsRead)
	}
	credentialsRead[name] = c
	return c.Credential, c.is
}

type credentialRead struct {
	Credential
	is bool
}

var (
	credentialMu    sync.Mutex
	credentialsRead = map[string]credentialRead{}
)

func readCredential(name string) (Credential, bool) {
	if len(name) > 120 || len(name) < 2 {
		return Credential{}, false
	}
	name = WithoutClientPrefix(name)
	words := nameWords(name)
	kind := secretWords(words)
	c := Credential{Provider: cmp.Or(providerIn(words), sectionProvider(name))}
	if kind == noSecret {
		return c, false
	}
	bare := strings.Join(words, "_")
	if bare != "session_key" { // the name of a cookie of claude.ai, too
		c.Detectors = named().Of(strings.TrimSuffix(bare, "_file"))
		if len(c.Detectors) == 0 {
			if short, ok := withoutEnvironment(words); ok {
				c.Detectors = named().Of(short)
			}
			if c.Provider != "" { // of DESK_GROQ_API_KEY what is kept under GROQ_API_KEY
				for i := 1; i+1 < len(words) && len(c.Detectors) == 0; i++ {
					if providerIn(words[i:i+1]) == c.Provider || i+2 < len(words) && providerIn(words[i:i+2]) == c.Provider {
						c.Detectors = named().Of(strings.Join(words[i:], "_"))
					}
				}
			}
		}
	}
	public := len(c.Detectors) > 0
	for _, d := range c.Detectors {
		public = public && d.Public
	}
	if public {
		return c, false
	}
	c.Detectors = slices.DeleteFunc(c.Detectors, func(d *detectors.Detector) bool { return d.Public })
	for i, d := range c.Detectors {
		id := d.Identity
		if i == 0 {
			c.Layer, c.Subject, c.Privilege = id.Layer, id.Subject, id.Privilege
			continue
		}
		if c.Layer != id.Layer {
			c.Layer = ""
		}
		if c.Subject != id.Subject {
			c.Subject = ""
		}
		if c.Privilege != id.Privilege {
			c.Privilege = ""
		}
	}
	if c.Privilege == detectors.PrivilegeUnknown {
		c.Privilege = ""
	}
	if c.Layer == detectors.ApplicationAuth && slices.ContainsFunc(words, func(w string) bool { return w == "aws" || w == "s3" || w == "minio" || w == "r2" }) && !slices.Contains(words, "cognito") {
		c.Layer, c.Subject, c.Privilege = "", "", "" // of a store of files
	}
	if c.Provider != "" && c.Layer != detectors.AIPlatform {
		c.Layer, c.Subject, c.Privilege = detectors.AIPlatform, "", ""
	}
	if len(c.Detectors) == 0 && kind == surelySecret {
		c.purpose(words)
	}
	return c, kind == surelySecret || len(c.Detectors) > 0 || c.Layer != ""
}

// sectionProvider is the AI platform after which a section of a setting's name is called.
func sectionProvider(name string) string {
	if !strings.ContainsAny(name, ".:") {
		return ""
	}
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '.' || r == ':' })
	for _, p := range parts[:max(0, len(parts)-1)] {
		if e := configKeys[strings.ToLower(p)]; e != "" {
			return e
		}
	}
	return ""
}

// purpose reads from a name's words what the credential is for, where nobody's format
// goes by that name.
func (c *Credential) purpose(words []string) {
	has := func(ws ...string) bool {
		return slices.ContainsFunc(ws, func(w string) bool { return slices.Contains(words, w) })
	}
	follow := func(a, b string) bool {
		i := slices.Index(words, a)
		return i >= 0 && i+1 < len(words) && words[i+1] == b
	}
	switch {
	case has("scim"):
		c.Subject, c.Privilege = detectors.Directory, detectors.Write
	case has("webhook", "webhooks") && (c.Provider != "" || slices.ContainsFunc(words, func(w string) bool { return identityWords()[w] })),
		has("session", "sessions", "cookie", "cookies", "jwt", "jws", "saml", "remember", "nextauth", "csrf") && !has("aws", "ssh", "db", "database", "token"),
		follow("sign", "in") && has("secret"), follow("auth", "secret") && len(words) <= 3:
		c.Subject, c.Privilege = detectors.Anyone, detectors.Forge
	case follow("client", "secret"):
		c.Subject, c.Privilege = detectors.Application, detectors.Write
	default:
		return
	}
	if c.Layer == "" {
		c.Layer = detectors.ApplicationAuth
	}
}

type secretKind int

const (
	noSecret secretKind = iota
	maybeSecret
	surelySecret
)

// secretWords judges the words of a name: "api key" is a secret, "cache key" and "max
// tokens" are none, and of "key" alone nobody knows.
func secretWords(words []string) secretKind {
	for len(words) > 1 && trailing[words[len(words)-1]] {
		words = words[:len(words)-1]
	}
	if len(words) == 0 || len(words) > 1 && saysOrDoes[words[0]] {
		return noSecret
	}
	last := words[len(words)-1]
	before := ""
	if len(words) > 1 {
		before = words[len(words)-2]
	}
	switch last {
	case "secret", "password", "passwd", "pwd", "passphrase", "apikey", "secretkey", "pat", "credentials", "credential":
		if before == "" || noSecrets[before] {
			return maybeSecret
		}
		return surelySecret
	case "key", "token":
		if noSecrets[before] || last == "key" && memberOf[before] {
			return noSecret
		}
		if before == "" {
			return maybeSecret
		}
		if sureBefore[before] || len(words) > 2 || before == "jwt" || before == "saml" || before == "scim" || before == "me" {
			return surelySecret
		}
		return maybeSecret
	case "base":
		if before == "key" { // SECRET_KEY_BASE; but not OLLAMA_BASE_PATH
			return maybeSecret
		}
	case "salt", "keys", "secrets":
		return maybeSecret
	}
	return noSecret
}

var (
	trailing = map[string]bool{
		"file": true, "path": true, "pem": true, "base64": true, "b64": true, "prod": true, "production": true, "test": true, "staging": true, "dev": true,
		"live": true, "old": true, "new": true, "previous": true, "v1": true, "v2": true, "1": true, "2": true, "3": true, "value": true, "local": true,
	}
	noSecrets = map[string]bool{
		"public": true, "publishable": true, "anon": true, "primary": true, "foreign": true, "cache": true, "sort": true, "partition": true,
		"max": true, "min": true, "next": true, "page": true, "index": true, "object": true, "s3": true, "map": true, "group": true, "unique": true,
		"storage": true, "redis": true, "query": true, "translation": true, "i18n": true, "routing": true, "site": true, "end": true, "start": true,
		"eos": true, "bos": true, "pad": true, "continuation": true, "sync": true, "cancellation": true, "host": true, "event": true, "row": true,
		"reset": true, "forgot": true, "confirm": true, "wrong": true, "invalid": true, "missing": true, "no": true, "is": true, "has": true, "per": true,
	}
	// saysOrDoes are words with which names of functions, options and messages begin.
	saysOrDoes = map[string]bool{
		"store": true, "set": true, "get": true, "is": true, "has": true, "use": true, "validate": true, "verify": true, "generate": true, "create": true, "fetch": true,
		"load": true, "parse": true, "rotate": true, "revoke": true, "incorrect": true, "invalid": true, "missing": true, "wrong": true, "no": true, "hash": true,
	}
	// memberOf are words before "key" by which it is a key of a table.
	memberOf   = map[string]bool{"score": true, "text": true, "panel": true, "id": true, "credential": true}
	sureBefore = map[string]bool{
		"api": true, "secret": true, "private": true, "access": true, "auth": true, "admin": true, "master": true, "signing": true, "encryption": true,
		"service": true, "bearer": true, "refresh": true, "session": true, "cookie": true, "deploy": true, "bot": true, "app": true, "role": true,
		"management": true, "license": true, "webhook": true,
	}
	environmentWords = map[string]bool{
		"prod": true, "production": true, "test": true, "testing": true, "staging": true, "dev": true, "development": true, "live": true, "local": true, "my": true,
	}
)

// withoutEnvironment is a name without the word for where it is used.
func withoutEnvironment(words []string) (string, bool) {
	out := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return environmentWords[w] })
	return strings.Join(out, "_"), len(out) < len(words) && len(out) > 1
}

// clientPrefixes are those with which build tools write a variable into what browsers
// and devices load: of Next.js, Vite, Create React App, Expo, Nuxt, Gatsby, SvelteKit
// and Astro, Vue CLI, Angular.
var clientPrefixes = []string{
	"NEXT_PUBLIC_", "VITE_", "REACT_APP_", "EXPO_PUBLIC_", "NUXT_PUBLIC_", "GATSBY_", "PUBLIC_", "VUE_APP_", "NG_APP_", "WXT_", "PLASMO_PUBLIC_",
	"BUN_PUBLIC_", "RSBUILD_PUBLIC_", "RENDERER_VITE_", "PARCEL_PUBLIC_", "STORYBOOK_",
}

// WithoutClientPrefix is a name without the prefix by which it goes into what browsers
// load, or the name itself.
func WithoutClientPrefix(name string) string {
	for _, p := range clientPrefixes {
		if rest, ok := strings.CutPrefix(name, p); ok && rest != "" {
			return rest
		}
	}
	return name
}

// nameWords splits a name at its separators and humps, in lower case.
func nameWords(name string) []string {
	var out []string
	from := 0
	flush := func(to int) {
		if to > from {
			out = append(out, strings.ToLower(name[from:to]))
		}
	}
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	lower := func(c byte) bool { return c >= 'a' && c <= 'z' }
	for i := range len(name) {
		c := name[i]
		switch {
		case !isIdent(c) || c == '_':
			flush(i)
			from = i + 1
		case i > from && upper(c) && (lower(name[i-1]) || i+1 < len(name) && lower(name[i+1]) && upper(name[i-1])):
			flush(i)
			from = i
		}
	}
	flush(len(name))
	return joinBrands(out)
}

// joinBrands puts the words of brands together again that humps took apart.
func joinBrands(words []string) []string {
	for i := 0; i+1 < len(words); i++ {
		if brands[words[i]+words[i+1]] {
			words[i] += words[i+1]
			words = slices.Delete(words, i+1, i+2)
		}
	}
	return words
}

var brands = map[string]bool{
	"openai": true, "litellm": true, "openrouter": true, "deepseek": true, "mistralai": true, "huggingface": true, "elevenlabs": true, "assemblyai": true,
	"langsmith": true, "langchain": true, "dashscope": true, "nextauth": true, "togetherai": true, "xai": true,
}

// providerNames are AI platforms by the words with which names of theirs begin.
var providerNames = sync.OnceValue(func() map[string]string {
	out := map[string]string{
		"openai": "openai", "claude": "anthropic", "azureopenai": "azure-openai", "azure_openai": "azure-openai", "huggingface": "huggingface", "hf": "huggingface",
		"litellm": "litellm", "openrouter": "openrouter", "open_router": "openrouter", "mistral": "mistral", "mistralai": "mistral", "pplx": "perplexity",
		"chatgpt": "openai", "gemini": "gemini", "cohere": "cohere", "ollama": "ollama", "xai": "xai", "bedrock": "bedrock",
	}
	for _, e := range slices.Concat(aiProviders, aiHosts, aiTools) {
		for _, n := range e.Names {
			for _, suffix := range []string{"_API_KEY", "_API_TOKEN", "_ACCESS_TOKEN", "_AUTH_TOKEN", "_SECRET_KEY", "_TOKEN"} {
				if p, ok := strings.CutSuffix(n, suffix); ok && len(p) > 3 && out[strings.ToLower(p)] == "" {
					out[strings.ToLower(p)] = e.Name
				}
			}
		}
	}
	for _, w := range plainWords {
		delete(out, w)
	}
	return out
})

// plainWords are names of AI platforms that are words of other names, too; a variable
// shows them by the whole of its name only.
var plainWords = []string{
	"inference", "writer", "scale", "parallel", "cursor", "modal", "luma", "morph", "venice", "nomic", "arcade", "letta", "unstructured", "phoenix", "comet",
	"confident", "chroma", "nova", "synthetic", "ambient", "inception", "kilo", "merge", "brave", "beam", "steel", "fish", "maxim", "neptune", "contextual",
	"poe", "runway", "groke", "wafer", "frogbot", "sakana", "crusoe", "lambda", "label_studio", "wit", "together", "replicate", "nvidia", "upstage", "parasail",
	"segmind", "galileo", "patronus", "agno", "exa", "fal", "reka", "gradient", "playht", "vision_agent", "apify", "mastra", "coze",
}

// providerIn gives the AI platform that the words of a name say, the longest run of
// words first.
func providerIn(words []string) string {
	names := providerNames()
	for n := min(3, len(words)); n > 0; n-- {
		for i := 0; i+n <= len(words); i++ {
			if p := names[strings.Join(words[i:i+n], "_")]; p != "" && (i == 0 || n > 1 || len(words[i]) > 4 || i+2 < len(words) && words[i+1] == "api" && words[i+2] == "key") {
				return p
			}
		}
	}
	return ""
}
