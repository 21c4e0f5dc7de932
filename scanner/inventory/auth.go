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
		system("supabase-auth", inScript+" .py .dart", ".auth.", `\.auth\.(?:getUser\b|getSession|getClaims|signIn\w*|signUp|signOut|exchangeCodeForSession|admin\.|get_user|sign_in\w*|sign_up|onAuthStateChange)`, ByCode),
		system("google-iap", "", "x-goog-iap-jwt-assertion", `(?i)x-goog-iap-jwt-assertion`, ByCode),
		system("aws-alb-auth", "", "x-amzn-oidc-data", `(?i)x-amzn-oidc-data`, ByCode),
		system("wasp-auth", ".wasp .wasp.ts", "userEntity", `\buserEntity\s*:`, ByConfig),
		system("wasp-auth", inScript, "wasp/", `["']wasp/(?:client/|server/)?auth(?:/\w+)?["']`, ByImport),
		system("chainlit-auth", ".py", "_auth_callback", `@(?:cl|chainlit)\.(?:password|header|oauth)\w*_callback\b`, ByCode),
		system("chainlit-auth", ".py", "oauth_callback", `@(?:cl|chainlit)\.oauth_callback\b`, ByCode),
		system("streamlit-auth", ".py", "st.login", `\bst\.login\s*\(`, ByCode),
		system("streamlit-auth", ".py", "is_logged_in", `\bst\.(?:experimental_)?user\.is_logged_in\b`, ByCode),
		within("gradio", system("gradio-auth", ".py", ".launch(", `\.launch\([^)]*\bauth\s*=`, ByCode)),
		within("gradio", system("gradio-auth", ".py", "mount_gradio_app", `\bmount_gradio_app\([^)]*\bauth(?:_dependency)?\s*=`, ByCode)),
		system("own", inScript, "hono/jwt", `["']hono/jwt["']`, ByImport),
		system("own", inScript, "createCookieSessionStorage", `\bcreateCookieSessionStorage\s*[(<]`, ByCode),
		system("own", ".rb", "Rack::Session", `\buse\s+Rack::Session::\w+`, ByCode),
		system("own", ".rb", "enable :sessions", ``, ByCode),
		system("own", ".py", "pyjwt.encode", ``, ByCode),
		system("own", ".py", "security.jwt", `\blitestar\.security\.jwt\b`, ByImport),
		system("own", ".py", "session_auth", `\blitestar\.security\.session_auth\b`, ByImport),
		system("own", ".py", "werkzeug.security", `(?m)^\s*from werkzeug\.security import \(?[^)\n]*\b(?:check|generate)_password_hash\b`, ByImport),
		system("own", ".py", "check_password_hash", `\bcheck_password_hash\s*\(`, ByCode),
		system("own", ".go", "middleware/session", `["']github\.com/gofiber/fiber/v[23]/middleware/session["']`, ByImport),
		system("own", ".go", "sessions.Sessions", `\bsessions\.Sessions(?:Many)?\s*\(`, ByCode),
		system("own", ".ex .exs", "_password(", `\b(?:Bcrypt|Argon2|Pbkdf2)\.(?:verify_pass|hash_pwd_salt)\s*\(`, ByCode),
		system("own", ".ex .exs", "verify_pass", `\b(?:Bcrypt|Argon2|Pbkdf2)\.verify_pass\s*\(`, ByCode),
		system("own", ".ex .exs", "Phoenix.Token.sign", `\bPhoenix\.Token\.sign\s*\(`, ByCode),
		system("own", ".rs", "jsonwebtoken::", `\bencode\s*\(\s*&Header`, ByCode),
		system("symfony-security", "security.yaml security.yml", "firewalls:", `(?m)^\s+firewalls:\s*$`, ByConfig),
		system("supabase-auth", "config.toml", "[auth.external.", `(?m)^\[auth\.external\.\w+\]\s*\n\s*enabled\s*=\s*true`, ByConfig),
		system("cognito", ".ts .js .py .java .cs", "UserPool", `new\s+(?:cognito\.)?UserPool\s*\(|\bcognito\.UserPool\s*\(`, ByConfig),
		system("cognito", inScript+" .py", "aws_cognito", `\baws_cognito\b`, ByImport),
		system("cognito", inScript, "aws-cdk-lib/aws-cognito", `["']aws-cdk-lib/aws-cognito["']`, ByImport),
		system("cognito", ".yml .yaml .json", "COGNITO_USER_POOLS", ``, ByConfig),
		system("azure-easy-auth", "", "X-Ms-Client-Principal", ``, ByCode),
		system("azure-easy-auth", ".bicep .json", "authsettingsV2", ``, ByConfig),
		system("casdoor", ".go", "casdoorsdk.", `\bcasdoorsdk\.(?:InitConfig|ParseJwtToken|GetOAuthToken)\b`, ByCode),
		system("pow", ".ex .exs", "Pow.", `\bPow\.(?:Plug|Phoenix|Ecto)\b|\buse Pow\.`, ByCode),
		system("ueberauth", ".ex .exs", "Ueberauth", `\bplug\s*\(?\s*Ueberauth\b|\bUeberauth\.Strategy\b`, ByCode),
		system("ash-authentication", ".ex .exs", "AshAuthentication", `\bAshAuthentication\b`, ByCode),
		within("firebase-functions", system("firebase-auth", inScript, ".auth", `\b(?:request|req|context|ctx)\.auth\??(?:\.uid\b|\s*\)|\s*[=!]==?)`, ByCode)),
		system("firebase-auth", ".swift", "import FirebaseAuth", ``, ByImport),
		system("google-sign-in", ".swift", "import GoogleSignIn", ``, ByImport),
		system("apple-sign-in", ".swift", "ASAuthorizationAppleIDProvider", ``, ByCode),
		system("auth0", ".swift", "import Auth0", ``, ByImport),
		system("entra-id", ".swift", "import MSAL", ``, ByImport),
		system("own", inScript, "verifyAsync", `\bjwt\w*\.verifyAsync\s*[(<]`, ByCode),
		system("own", inScript, "signAsync", `\bjwt\w*\.signAsync\s*[(<]`, ByCode),
		system("own", ".ex .exs", "put_session", `\bput_session\(\s*(?:conn\s*,\s*)?:\w*(?:user|account|member|token)\w*`, ByCode),
		system("own", ".rs", "Key::", `\bKey::(?:derive_from|from|generate)\s*\(`, ByCode),
		system("lexik-jwt", ".yml .yaml", "lexik_jwt_authentication", ``, ByConfig),
		system("lexik-jwt", "security.yaml security.yml", "jwt:", `(?m)^\s+jwt:\s*~`, ByConfig),
		system("symfony-security", "security.yaml security.yml", "security:", `(?m)^security:`, ByConfig),
		system("drf-simplejwt", ".py", "rest_framework_simplejwt", `["']rest_framework_simplejwt(?:\.[\w.]+)?["']`, ByConfig),
		system("flask-login", ".py", "LoginManager", `\bLoginManager\s*\(`, ByCode),
		system("auth0", ".tf", "auth0", `resource\s+"auth0_\w+"|\bsource\s*=\s*"auth0/auth0"`, ByConfig),
		system("auth0", ".rb", ":auth0", `\bdig\(\s*:auth0\b`, ByConfig),
		system("auth.js", inConfig+" .example .local .sample", "AUTH_", `\bAUTH_(?:SECRET|GITHUB_ID|GITHUB_SECRET|GOOGLE_ID|GOOGLE_SECRET|TRUST_HOST)\b`, ByName),
		system("cognito", ".swift", "AWSCognitoAuthPlugin", ``, ByImport),
		system("cognito", ".kt .kts .java", "AWSCognitoAuthPlugin", ``, ByImport),
		system("authentik", ".yml .yaml", "goauthentik.io", ``, ByHost),
		system("authentik", ".yml .yaml", "authentik_", `\bmodel:\s*authentik_\w+`, ByConfig),
		system("entra-id", "", "login.microsoftonline.com", `login\.microsoftonline\.com/[^\s"']*openid-configuration`, ByHost),
		system("google-sign-in", "", "accounts.google.com", `accounts\.google\.com(?:/o/oauth2/(?:v2/)?auth|/\.well-known/openid-configuration)?`, ByHost),
		system("own", ".rb", "BCrypt::Password", `\bBCrypt::Password\.(?:new|create)\b`, ByCode),
		system("own", ".rb", "set :session", `\bset\s*\(?\s*:session(?:s|_secret)\b`, ByCode),
		system("own", ".py", "JWT", `\bJWT(?:Cookie)?Auth\[\w+\]\s*\(|\bSessionAuth\[`, ByCode),
		system("own", ".py", "SessionAuth[", `\bSessionAuth\[`, ByCode),
		system("firebase-auth", inScript+" .json", "authDomain", `\bauthDomain["']?\s*:`, ByConfig),
		system("quarkus-security", ".properties .yml .yaml", "quarkus.oidc.", `\bquarkus\.oidc\.[\w-]+`, ByConfig),
		system("quarkus-security", ".properties .yml .yaml", "quarkus.http.auth.", `\bquarkus\.http\.auth\.`, ByConfig),
		system("micronaut-security", ".properties .yml .yaml", "micronaut.security.", `\bmicronaut\.security\.`, ByConfig),
		system("cognito", ".ts .js .py .java .cs", "CognitoUserPoolsAuthorizer", `\bCognitoUserPoolsAuthorizer\b`, ByConfig),
		system("own", ".go", "sessions.New", `\bsessions\.New(?:Cookie|Filesystem)Store\s*\(`, ByCode),
		system("laravel-sanctum", ".php", "statefulApi", `->statefulApi\s*\(`, ByCode),
		system("entra-id", ".json", "login.microsoftonline.com", `"(?:Instance|Authority)"\s*:\s*"https://login\.microsoftonline\.`, ByConfig),
		system("okta", ".tf", "okta", `\b(?:resource|provider|data)\s+"okta\w*"`, ByConfig),
		system("entra-id", "secrets.toml secrets.toml.example", "[auth.entra", `(?m)^\[auth\.entra\w*\]`, ByConfig),
		system("entra-id", "secrets.toml secrets.toml.example", "[auth.microsoft", `(?m)^\[auth\.microsoft\w*\]`, ByConfig),
		system("okta", "secrets.toml secrets.toml.example", "[auth.okta", `(?m)^\[auth\.okta\w*\]`, ByConfig),
		system("auth0", "secrets.toml secrets.toml.example", "[auth.auth0", `(?m)^\[auth\.auth0\w*\]`, ByConfig),
		system("own", ".ex .exs", "Guardian", `\buse Guardian\b|\bGuardian\.Plug\b|\bGuardian\.DB\b`, ByCode),
		system("saml library", ".ex .exs", "Samly", `\bSamly\.\w+|:samly\b`, ByCode),
		system("saml library", ".ex .exs", ":samly", ``, ByConfig),
		system("own", ".rs", "SessionMiddleware::", `\bSessionMiddleware::(?:new|builder)\s*\(`, ByCode),
		system("cognito", ".ts .js .py .java .cs", "UserPoolAuthorizer", `\b(?:Http)?UserPoolAuthorizer\b`, ByConfig),
		system("keycloak", "", "KC_", `\bKC_(?:BOOTSTRAP|DB|HOSTNAME|HTTP|PROXY|FEATURES|HEALTH|CACHE|LOG|METRICS)\w*`, ByName),
		system("zitadel", "", "urn:zitadel:", ``, ByCode),
		system("azure-easy-auth", "", "X-MS-CLIENT-PRINCIPAL", `(?i)x-ms-client-principal`, ByCode),
		system("azure-easy-auth", "", "x-ms-client-principal", `(?i)x-ms-client-principal`, ByCode),
	}
	// A brand in quotes names a driver, a provider of a list or a server of tools.
	for _, brand := range []string{"auth0", "okta", "workos", "stytch", "descope", "cognito", "keycloak", "frontegg", "fusionauth", "propelauth", "kinde", "logto", "zitadel"} {
		all = append(all, system(brand, ".js .ts .tsx .mjs .py .php .rb .json .cs .java .go .yml .yaml", brand, `["']`+brand+`["']`, ByConfig),
			system(brand, ".json .toml .yml .yaml", brand+"-mcp", `\b`+brand+`-mcp\b`, ByConfig),
			system(brand, ".rb", ":"+brand, `\bprovider\s*\(?\s*:`+brand+`\b`, ByConfig))
	}
	// Settings in lower case, as classes of settings and variables of Terraform write them.
	for _, brand := range []string{"auth0", "clerk", "workos", "stytch", "descope", "cognito", "propelauth", "kinde", "logto", "frontegg", "fusionauth", "zitadel", "authentik", "casdoor", "supertokens", "scalekit", "okta"} {
		all = append(all, line{kind: System, layer: detectors.ApplicationAuth, name: brand, how: ByName, files: ".py .tf .yml .yaml .toml .rb .ex .exs .rs", word: brand + "_", pattern: `\b` + brand + `_\w+`, whole: true})
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
	if strings.HasPrefix(f.base, "nuxt.config.") || strings.HasPrefix(f.base, "astro.config.") {
		r.modules(f, add)
	}
	if f.ext == ".py" && strings.Contains(f.path, "settings") {
		r.installed(f, add)
	}
	firebase := sync.OnceValue(func() bool { return bytes.Contains(f.data, []byte("irebase")) })
	systemSet().find(f, systemWords, func(s Sighting, at int) {
		switch {
		case s.Name == "spring-security" && s.Text == "security:" && !under(f.data, at, "spring:"),
			s.Text == "saml2:" && !under(f.data, at, "security:"),
			s.Text == "accounts.google.com" && !f.signsIn(),
			s.Text == "Key::" && !bytes.Contains(f.data, []byte("CookieJar")) && !bytes.Contains(f.data, []byte("axum_extra")) && !bytes.Contains(f.data, []byte("actix_session")),
			s.Name == "okta" && f.ext == ".tf" && (s.Text != "okta" || aiService.MatchString(tfBlockAt(f.data, at))), // the team's own sign-in
			s.Text == "verifyIdToken" && !firebase(), // Google's own library has it, too
			s.Name == "keycloak" && s.Text == "keycloak" && f.ext == ".tf":
			return
		}
		add(s)
	})
}

// quotedName is the name of a package of npm in quotes.
var quotedName = compile(`["']((?:@[\w.-]+/)?[\w.-]+)["']`)

// tfBlockAt is the block of Terraform that begins at a place.
func tfBlockAt(data []byte, at int) string {
	text := data[at:]
	if n := bytes.Index(text, []byte("\n}")); n >= 0 {
		text = text[:n]
	}
	return string(text[:min(len(text), 4<<10)])
}

// modules finds the systems that a framework's configuration names as its modules.
func (r *Reader) modules(f *file, add func(Sighting)) {
	for _, m := range quotedName.FindAllSubmatchIndex(f.data, manyHits) {
		name := string(f.data[m[2]:m[3]])
		for _, e := range r.of("npm", name) {
			if e.Kind == System && !spoken(f, m[2]) {
				add(Sighting{Kind: System, Layer: e.Layer, Name: e.Name, How: ByConfig, Line: f.line(m[2]), Text: name})
			}
		}
	}
}

// quotedModule is the name of a module of Python in quotes.
var quotedModule = compile(`["']([a-z_][a-z0-9_]*(?:\.\w+)*)["']`)

// installed finds the systems that the settings of Django name as its applications,
// backends and middleware.
func (r *Reader) installed(f *file, add func(Sighting)) {
	for _, m := range quotedModule.FindAllSubmatchIndex(f.data, manyHits) {
		name := string(f.data[m[2]:m[3]])
		for _, e := range r.imported(importers[".py"], name) {
			if e.Kind == System && !spoken(f, m[2]) && !fallbackSystems[e.Name] {
				add(Sighting{Kind: System, Layer: e.Layer, Name: e.Name, How: ByConfig, Line: f.line(m[2]), Text: name})
			}
		}
	}
}

// Systems that stand behind another: what a framework brings counts only where nothing
// else signs people in.
var fallbackSystems = map[string]bool{"streamlit-auth": true, "gradio-auth": true, "chainlit-auth": true, "django-auth": true, "laravel-auth": true, "warden": true}

// needed are, for services that do more than sign people in, what has to be seen.
var needed = map[string]*pattern{
	"firebase-auth": compile(`(?i)verify_?id_?token|/auth\b|\.auth\b|identitytoolkit|securetoken|firebase-auth|FirebaseAuthentication|firebase_id_token|firebase_auth|^import FirebaseAuth|Firebase/Auth|^authDomain$`),
	// names that other systems have, too
	"google-sign-in": compile(`accounts\.google|google-signin|google_sign_in|googleid|play-services-auth|GoogleSignIn|@react-oauth|ueberauth_google|one-tap`),
	"auth.js":        compile(`next-auth|@auth/|@next-auth|@hono/auth-js|auth-astro|authjs|NEXTAUTH`),
	"supabase-auth":  compile(`^\.auth\.|/ssr$|auth`),
	// an application's registration or a token for Graph signs nobody in
	"entra-id": compile(`AzureAd|(?i:Identity\.Web)|IdentityWeb|ciamlogin|b2clogin|@azure/msal-(?:browser|react|angular|node)|passport-azure|AZURE_AD|ENTRA_|omniauth|azure-auth|auth-adfs|active-directory|auth_code_flow|microsoft-azure|oauth2-azure|\.Msal$|^login\.microsoftonline\.com$|^msal_|MSAL$|client:msal|authentication-library-for-objc`),
}

// onlyChecks are libraries that may only check somebody else's tokens.
var onlyChecks = compile(`(?i)jwt|jose|jsonwebtoken|jwx|^SessionMiddleware$`)

// makes are calls that make a token, whatever the library.
var makes = compile(`(?i)encode|sign|NewWithClaims`)

// settleAuth drops sightings of systems that others of the same tree explain: a library
// that only checks tokens beside the named system that makes them, a framework's own
// sign-in under what replaces it, a library that only an import names while the
// manifest has what brings it in, a service that does much more of which no line
// signs anybody in.
func settleAuth(all []Sighting) []Sighting {
	all = withoutConnectors(all)
	hashes, okta, codes := false, false, false
	for i := range all {
		if s := &all[i]; s.Kind == System {
			hashes = hashes || s.Name == "own" && passwordHash.MatchString(s.Text)
			okta = okta || s.Name == "okta" && !strings.HasSuffix(s.Path, ".tf")
		}
		codes = codes || all[i].Kind == Control && (all[i].Text == "AuthCodeURL" || all[i].Text == "oidc.NewProvider")
	}
	all = slices.DeleteFunc(all, func(s Sighting) bool {
		return s.Kind == System && (strings.HasPrefix(s.Text, "golang.org/x/crypto") && !passwordHash.MatchString(s.Text) && (s.How != ByManifest || !hashes) ||
			s.Text == "golang.org/x/oauth2" && !codes || // which speaks to services for the program
			s.Name == "okta" && !okta) // Terraform alone: the team's own directory
	})
	named, manifest, other, shown, ownMakes := map[string]bool{}, map[string]bool{}, false, map[string]bool{}, false
	for _, s := range all {
		if s.Kind != System {
			continue
		}
		library := s.Name == "own" || strings.HasSuffix(s.Name, " library")
		if !library && !fallbackSystems[s.Name] {
			named[s.Name] = true
		}
		if !fallbackSystems[s.Name] && s.Name != "drf-simplejwt" { // it makes tokens for Django's users
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
		case !shown[s.Name], s.Name == "auth.js" && manifest["better-auth"] && !manifest["auth.js"]: // names that one left behind
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
	personal := named["google-sign-in"] || named["apple-sign-in"]
	for i := range all {
		if s := &all[i]; s.Kind == Control && s.Name == "federation" && anyDirectory[s.Text] && !personal && (named["okta"] || named["entra-id"] || named["auth0"] || named["keycloak"] || named["workos"] || named["onelogin"] || named["ping-identity"]) {
			s.Name = "SSO"
		}
	}
	return brought(all)
}

// anyDirectory are calls that sign people in wherever they are configured to: where only
// directories of companies are named, that is their single sign-on.
var anyDirectory = map[string]bool{"cl.oauth_callback": true, "st.login": true}

// passwordHash are the packages of Go's module of cryptography that passwords need.
var passwordHash = compile(`^golang\.org/x/crypto/(?:bcrypt|argon2|scrypt|pbkdf2)`)

// connectorFolder holds what a product uses to speak to services for its users.
var connectorFolder = compile(`(?i)(?:^|/)(?:integrations|connectors|plugins|connections)/`)

// withoutConnectors leaves out the systems of which every place lies in connectors: there
// they sign the product in elsewhere, and nobody in here.
func withoutConnectors(all []Sighting) []Sighting {
	in := map[string]bool{}
	for i := range all {
		if s := &all[i]; s.Kind == System && !in[s.Name] && !connectorFolder.MatchString(s.Path) {
			in[s.Name] = true
		}
	}
	return slices.DeleteFunc(all, func(s Sighting) bool { return s.Kind == System && !in[s.Name] })
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
