package inventory

import (
	"bytes"
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"

	"leakline/detectors"
)

// inLayer completes entries that are all of one kind and layer.
func inLayer(k Kind, l detectors.Layer, all []Entry) []Entry {
	for i := range all {
		all[i].Kind, all[i].Layer = k, l
	}
	return all
}

// ofStem makes what stands for a system out of the begin of the names of its settings.
func ofStem(name, stem string) line {
	pattern := `(?:\b|_)` + regexp.QuoteMeta(stem) + `\w+`
	if strings.HasSuffix(name, " library") {
		pattern = `\b` + regexp.QuoteMeta(stem) + `\w+`
	}
	return line{kind: System, layer: detectors.ApplicationAuth, name: name, how: ByName, word: stem, pattern: pattern, whole: true}
}

// system makes a line that shows a system.
func system(name, files, word, pattern string, how How) line {
	return line{kind: System, layer: detectors.ApplicationAuth, name: name, files: files, word: word, pattern: pattern, how: how}
}

const (
	inScript = ".js .jsx .ts .tsx .mjs .cjs .mts .cts .vue .svelte .astro"
	inJVM    = ".java .kt .kts .scala .groovy"
	inConfig = ".yml .yaml .json .toml .properties .env .ini .conf .xml .tf .php .py .rb .cs .js .ts .mjs .cjs .kt .java .go .rs"
)

// systemLines are the lines that show a system beyond its packages, hosts and the
// names of its settings.
func systemLines() *lineSet {
	all := []line{
		system("workos", ".rb", "WorkOS.configure", ``, ByCode),
		system("workos", ".rb", "WorkOS::", ``, ByCode),
		system("devise", ".rb", "Devise.setup", ``, ByCode),
		system("devise", ".rb", "devise_for", ``, ByCode),
		system("devise", ".rb", "devise ", `(?m)^\s*devise\s+:\w+`, ByCode),
		system("omniauth", ".rb", "OmniAuth::", ``, ByCode),
		system("saml library", ".rb", "provider", `(?m)^\s*(?:config\.)?(?:provider|omniauth)\s*\(?\s*:saml\b`, ByCode),
		system("doorkeeper", ".rb", "use_doorkeeper", ``, ByCode),
		system("own", ".rb", "has_secure_password", ``, ByCode),
		system("own", ".php", "session_start", `\bsession_start\s*\(`, ByCode),
		system("own", ".php", "password_verify", `\bpassword_verify\s*\(`, ByCode),
		system("own", ".py", "SessionMiddleware", `\bstarlette\.middleware\.sessions import [\w, (]*SessionMiddleware|add_middleware\(\s*SessionMiddleware`, ByCode),
		system("own", ".py", "jwt.encode", `\bjwt\.encode\s*\(`, ByCode),
		system("own", inScript, "jwt.sign", `\bjwt\.sign\s*\(`, ByCode),
		system("own", inScript, "new SignJWT", ``, ByCode),
		system("own", ".cs", "BCrypt.Verify", ``, ByCode),
		system("own", ".go", "NewWithClaims", `\bjwt\.NewWithClaims\s*\(`, ByCode),
		system("own", "Cargo.toml", "axum-extra", `(?m)^axum-extra\s*=.*\bversion\s*=\s*"([^"]+)".*"cookie-(?:private|signed)"`, ByManifest),
		system("own", ".rs", "axum_extra", `\baxum_extra::extract::(?:cookie|\{[^}]*\b(?:Private|Signed)CookieJar)`, ByImport),
		system("django-allauth", ".py", "allauth", `["']allauth(?:\.[\w.]+)?["']`, ByConfig),
		system("django-auth", ".py", "django.contrib.auth", `\bdjango\.contrib\.auth\b`, ByConfig),
		system("laravel-auth", ".php", "Illuminate", `\bIlluminate\\(?:Foundation\\Auth\\User|Support\\Facades\\Auth)\b`, ByImport),
		system("laravel-sanctum", ".php", "auth:sanctum", ``, ByConfig),
		system("laravel-passport", ".php", "auth:api", ``, ByConfig),
		system("laravel-socialite", ".php", "Socialite::", ``, ByCode),
		system("keycloak", inConfig, "/realms/", `https?://[^\s"'<>]*/realms/`, ByHost),
		system("keycloak", "", "keycloak", `\bkeycloak\w*`, ByName),
		system("keycloak", "", "/keycloak/keycloak", ``, ByHost),
		system("entra-id", ".json .cs", `AzureAd`, `"AzureAd(?:B2C)?"`, ByConfig),
		system("entra-id", ".py", "initiate_auth_code_flow", ``, ByCode),
		system("entra-id", ".tf", "azuread_", `\bazuread_(?:application|service_principal)\b`, ByConfig),
		system("entra-id", ".cs", "AddMicrosoftIdentityWeb", `\.AddMicrosoftIdentityWeb(?:App|Api)`, ByCode),
		system("aspnet-identity", ".cs", "Identity", `\.Add(?:Default)?Identity(?:Core|ApiEndpoints)?<|\bMapIdentityApi<`, ByCode),
		system("cognito", ".tf", "aws_cognito_", `\baws_cognito_\w+`, ByConfig),
		system("cognito", "", "AWS::Cognito::", ``, ByConfig),
		system("cognito", "", "cognito-idp", `\bcognito-idp\b`, ByHost),
		system("spring-security", ".yml .yaml", "security:", `(?m)^\s+security:\s*$`, ByConfig),
		system("saml library", ".yml .yaml", "saml2:", `(?m)^\s+saml2:\s*$`, ByConfig),
		system("spring-security", ".properties .yml .yaml", "spring.security.", `\bspring\.security\.`, ByConfig),
		system("saml library", ".properties", "spring.security.saml2.", ``, ByConfig),
		system("oidc library", ".json", "Oidc", `"Oidc"\s*:\s*\{`, ByConfig),
		system("oidc library", ".cs", "AddOidcAuthentication", ``, ByCode),
		system("oidc library", ".cs", "AddOpenIdConnect", `\.AddOpenIdConnect\s*\(`, ByCode),
		system("oidc library", ".cs", ".AddGoogle", `\.AddGoogle\s*\(`, ByCode),
		system("supabase-auth", "", "@supabase/supabase-js", ``, ByCode),
		system("firebase-auth", inScript, "verifyIdToken", `\.verifyIdToken\s*\(`, ByCode),
		system("firebase-auth", ".go", "VerifyIDToken", `\.VerifyIDToken\w*\s*\(`, ByCode),
		system("firebase-auth", inScript, "firebase/auth", `["']firebase(?:-admin)?/auth["']`, ByImport),
		system("firebase-auth", ".py", "verify_id_token", `\bauth\.verify_id_token\s*\(`, ByCode),
		system("supabase-auth", inScript+" .py .dart", ".auth.", `\.auth\.(?:getUser|getSession|getClaims|signIn\w*|signUp|signOut|exchangeCodeForSession|admin\.|get_user|sign_in\w*|sign_up|onAuthStateChange)`, ByCode),
		system("google-iap", "", "x-goog-iap-jwt-assertion", `(?i)x-goog-iap-jwt-assertion`, ByCode),
		system("aws-alb-auth", "", "x-amzn-oidc-data", `(?i)x-amzn-oidc-data`, ByCode),
		system("azure-easy-auth", "", "X-MS-CLIENT-PRINCIPAL", `(?i)x-ms-client-principal`, ByCode),
		system("azure-easy-auth", "", "x-ms-client-principal", `(?i)x-ms-client-principal`, ByCode),
	}
	// A brand in quotes names a driver, a provider of a list or a server of tools.
	for _, brand := range []string{"auth0", "okta", "workos", "stytch", "descope", "cognito", "keycloak", "frontegg", "fusionauth", "propelauth", "kinde", "logto", "zitadel"} {
		all = append(all, system(brand, ".js .ts .tsx .mjs .py .php .rb .json .cs .java .go .yml .yaml", brand, `["']`+brand+`["']`, ByConfig),
			system(brand, ".json .toml .yml .yaml", brand+"-mcp", `\b`+brand+`-mcp\b`, ByConfig),
			system(brand, ".rb", ":"+brand, `\bprovider\s*\(?\s*:`+brand+`\b`, ByConfig))
	}
	for _, e := range slices.Concat(authSystems, authLibraries) {
		for _, n := range e.Names {
			if stem, ok := strings.CutSuffix(n, "*"); ok {
				all = append(all, ofStem(e.Name, stem))
			}
		}
	}
	return newLineSet(all)
}

// systems finds the lines that show a system.
func (r *Reader) systems(f *file, add func(Sighting)) {
	if prose(f) || inDocs(f) || isTest(f) || f.base == ".leakline.toml" || f.base == "CODEOWNERS" {
		return
	}
	firebase := sync.OnceValue(func() bool { return bytes.Contains(f.data, []byte("irebase")) })
	systemSet().find(f, func(s Sighting, at int) {
		switch {
		case s.Text == "security:" && !under(f.data, at, "spring:"),
			s.Text == "saml2:" && !under(f.data, at, "security:"),
			s.Name == "okta" && f.ext == ".tf",       // the team's own sign-in
			s.Text == "verifyIdToken" && !firebase(), // Google's own library has it, too
			s.Name == "keycloak" && s.Text == "keycloak" && f.ext == ".tf":
			return
		}
		add(s)
	})
}

// Systems that stand behind another: what a framework brings counts only where nothing
// else signs people in.
var fallbackSystems = map[string]bool{"django-auth": true, "laravel-auth": true, "warden": true}

// needed are, for services that do more than sign people in, what has to be seen.
var needed = map[string]*pattern{
	"firebase-auth": compile(`(?i)verify_?id_?token|/auth\b|\.auth\b|identitytoolkit|securetoken|firebase-auth|FirebaseAuthentication|firebase_id_token`),
	"supabase-auth": compile(`^\.auth\.|/ssr$|auth`),
	// an application's registration or a token for Graph signs nobody in
	"entra-id": compile(`AzureAd|(?i:Identity\.Web)|IdentityWeb|ciamlogin|b2clogin|@azure/msal-(?:browser|react|angular|node)|passport-azure|AZURE_AD|ENTRA_|omniauth|azure-auth|auth-adfs|active-directory|auth_code_flow|microsoft-azure|oauth2-azure|\.Msal$`),
}

// onlyChecks are libraries that may only check somebody else's tokens.
var onlyChecks = compile(`(?i)jwt|jose|jsonwebtoken|jwx`)

// makes are calls that make a token, whatever the library.
var makes = compile(`encode|sign|NewWithClaims`)

// settleAuth drops sightings of systems that others of the same tree explain: a library
// that only checks tokens beside the named system that makes them, a framework's own
// sign-in under what replaces it, a library that only an import names while the
// manifest has what brings it in, a service that does much more of which no line
// signs anybody in.
func settleAuth(all []Sighting) []Sighting {
	named, manifest, other, shown, ownMakes := map[string]bool{}, map[string]bool{}, false, map[string]bool{}, false
	for _, s := range all {
		if s.Kind != System {
			continue
		}
		library := s.Name == "own" || strings.HasSuffix(s.Name, " library")
		if !library && !fallbackSystems[s.Name] {
			named[s.Name] = true
		}
		if !fallbackSystems[s.Name] {
			other = true
		}
		if s.How == ByManifest {
			manifest[s.Name] = true
		}
		if need := needed[s.Name]; need == nil || need.MatchString(s.Text) {
			shown[s.Name] = true
		}
		if s.Name == "own" && (!onlyChecks.MatchString(s.Text) || makes.MatchString(s.Text)) {
			ownMakes = true
		}
	}
	all = slices.DeleteFunc(all, func(s Sighting) bool {
		if s.Kind != System {
			return false
		}
		switch {
		case !shown[s.Name]:
			return true
		case fallbackSystems[s.Name]:
			return other
		case s.Name == "own":
			return len(named) > 0 && !ownMakes
		case strings.HasSuffix(s.Name, " library"):
			return !manifest[s.Name] && (len(named) > 0 || s.How == ByName || s.How == ByConfig)
		}
		return false
	})
	return brought(all)
}

// brought adds the controls that systems always bring, each where its system is seen
// first, by a manifest if there is one.
func brought(all []Sighting) []Sighting {
	var more []Sighting
	for _, e := range slices.Concat(authSystems, authLibraries) {
		if len(e.Controls) == 0 {
			continue
		}
		is := func(how How) func(Sighting) bool {
			return func(s Sighting) bool { return s.Kind == System && s.Name == e.Name && (how == "" || s.How == how) }
		}
		i := slices.IndexFunc(all, is(ByManifest))
		if i < 0 {
			i = slices.IndexFunc(all, is(""))
		}
		if i < 0 {
			continue
		}
		for _, c := range e.Controls {
			s := all[i]
			s.Kind, s.Name, s.Version = Control, c, ""
			more = append(more, s)
		}
	}
	if len(more) == 0 {
		return all
	}
	all = append(all, more...)
	slices.SortStableFunc(all, func(a, b Sighting) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), a.Line-b.Line, cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Name, b.Name))
	})
	return all
}
