package inventory

import (
	"bytes"
	"strings"

	"leakline/detectors"
)

// controls are libraries and settings of which the use alone shows an identity control
// of the application.
var controls = inLayer(Control, detectors.ApplicationAuth, []Entry{
	{
		Name: "roles", Title: "roles and permissions",
		Packages: map[string][]string{
			"npm":  {"@casl/*", "casbin", "accesscontrol", "@cerbos/*", "@openfga/*", "permitio", "oso", "oso-cloud", "@authzed/*", "nest-access-control"},
			"pypi": {"casbin", "django-guardian", "oso", "openfga-sdk", "cerbos", "permit", "django-rules", "flask-principal", "authzed", "oso-cloud"},
			"go":   {"github.com/casbin/casbin*", "github.com/open-policy-agent/opa", "github.com/openfga/*", "github.com/cerbos/*", "github.com/osohq/*", "github.com/authzed/*"},
			"gem":  {"pundit", "cancancan", "action_policy", "rolify", "access-granted", "oso-cloud"}, "composer": {"spatie/laravel-permission", "casbin/casbin", "silber/bouncer"},
			"maven": {"org.casbin:jcasbin", "dev.openfga:*", "dev.cerbos:*"}, "nuget": {"Casbin.NET", "OpenFga.Sdk"}, "cargo": {"casbin", "oso", "cedar-policy"},
		},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Authorization_Cheat_Sheet.html",
	},
	{
		Name: "MFA", Title: "a second factor",
		Packages: map[string][]string{
			"npm":  {"otplib", "speakeasy", "@duosecurity/*", "node-2fa", "otpauth", "@simplewebauthn/server"},
			"pypi": {"pyotp", "django-otp", "django-two-factor-auth", "django-mfa2", "duo-universal"}, "go": {"github.com/pquerna/otp*", "github.com/duosecurity/duo_universal_golang*"},
			"gem": {"rotp", "devise-two-factor", "devise-otp", "active_model_otp"}, "composer": {"pragmarx/google2fa*", "spomky-labs/otphp", "laragear/two-factor", "scheb/2fa-*"},
			"maven": {"dev.samstevens.totp:*", "com.warrenstrange:googleauth", "com.duosecurity:*"}, "nuget": {"Otp.NET", "GoogleAuthenticator"}, "cargo": {"totp-rs", "totp-lite"},
		},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Multifactor_Authentication_Cheat_Sheet.html",
	},
	{
		Name: "audit", Title: "a log of what people did",
		Packages: map[string][]string{
			"gem": {"audited", "paper_trail", "logidze"}, "pypi": {"django-auditlog", "django-easy-audit", "django-simple-history"}, "composer": {"owen-it/laravel-auditing", "spatie/laravel-activitylog"},
			"nuget": {"Audit.NET", "Audit.*"}, "npm": {"@retracedhq/*"}, "maven": {"org.hibernate.orm:hibernate-envers", "org.springframework.data:spring-data-envers"},
		},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html",
	},
	{
		Name: "tenant-isolation", Title: "tenants kept apart",
		Packages: map[string][]string{
			"gem": {"acts_as_tenant", "apartment", "ros-apartment", "activerecord-multi-tenant"}, "pypi": {"django-tenants", "django-tenant-schemas", "django-multitenant", "django-organizations"},
			"composer": {"stancl/tenancy", "spatie/laravel-multitenancy", "hyn/multi-tenant"}, "nuget": {"Finbuckle.MultiTenant*"},
		},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Multi_Tenant_Security_Cheat_Sheet.html",
	},
	{
		Name: "admin-portal", Title: "a place in which customers manage their own people",
		Packages: map[string][]string{"npm": {"@workos-inc/widgets", "@frontegg/admin-portal"}, "gem": {"activeadmin", "rails_admin", "administrate", "avo"}, "composer": {"laravel/nova", "filament/filament"}, "pypi": {"sqladmin", "flask-admin"}},
		Source:   "https://workos.com/docs/admin-portal",
	},
})

// app and platform make a line that shows a control of their layer.
func app(control, files, word, pattern string) line {
	return line{kind: Control, layer: detectors.ApplicationAuth, name: control, files: files, word: word, pattern: pattern, how: ByCode}
}

func platform(control, files, word, pattern string) line {
	return line{kind: Control, layer: detectors.AIPlatform, name: control, files: files, word: word, pattern: pattern, how: ByConfig}
}

// enterprise are sign-in drivers of a customer's own directory, in which people work.
const enterprise = `(?:okta|azure(?:-?ad)?|azuread|entra|microsoft|saml2?|onelogin|auth0|keycloak|workos|jumpcloud|ping\w*|adfs|google-workspace)`

// social are those of a person's own account elsewhere.
const social = `(?:google|github|gitlab|facebook|apple|twitter|linkedin|discord|slack|bitbucket|spotify|twitch)`

// aiScim are names of what provisions people into an AI platform.
const aiScim = `\b(?:CLAUDE|ANTHROPIC|OPENAI|CHATGPT|MISTRAL|GEMINI|CURSOR|COPILOT|PERPLEXITY|HUGGINGFACE|HF|GLEAN|LANGSMITH|DATABRICKS|LITELLM|COHERE|WANDB|ELEVENLABS|WRITER)_SCIM_\w+`

func controlLines() *lineSet {
	return newLineSet([]line{
		// SSO: the customers' own directory signs their people in.
		app("SSO", ".java .kt", "saml2Login", `\bsaml2Login\s*\(`),
		app("SSO", ".go", "samlsp.New", ``),
		app("SSO", ".rb", "provider", `(?m)^\s*(?:config\.)?(?:provider|omniauth)\s*\(?\s*:`+enterprise+`\b`),
		app("SSO", ".rb", "config.omniauth", `(?m)^\s*config\.omniauth\s*\(?\s*:`+enterprise+`\b`),
		app("SSO", ".py", "oauth.register", `\.register\(\s*(?:name\s*=\s*)?["']`+enterprise+`["']`),
		app("SSO", ".php", "Socialite::", `Socialite::(?:driver|with)\(\s*['"]`+enterprise+`['"]`),
		app("SSO", inScript+" .py .go .java .cs .php", "authenticateWithCode", `[uU]serManagement\w*\.authenticateWithCode\s*\(`),
		app("SSO", ".py", "authenticate_with_code", `user_management\.authenticate_with_code\s*\(`),
		app("SSO", inScript, ".sso.", `\.sso\.(?:getAuthorizationUrl|getProfileAndToken|start|authenticate|createConnection)\s*\(`),
		app("SSO", ".rb", "WorkOS::SSO", ``),
		app("SSO", ".go", "sso.GetProfileAndToken", ``),
		app("SSO", inScript, "SamlStrategy", `new\s+(?:Multi)?SamlStrategy\s*\(`),
		app("SSO", inScript, "new SAML", `new\s+SAML\s*\(`),
		app("SSO", ".py", "OneLogin_Saml2_Auth", `\bOneLogin_Saml2_Auth\s*\(`),
		app("SSO", ".php", "OneLogin", `new\s+(?:\\?OneLogin\\Saml2\\Auth|OneLogin_Saml2_Auth)\s*\(`),
		app("SSO", ".rb", "OneLogin::RubySaml", `OneLogin::RubySaml::(?:Response|Authrequest)\.new`),
		app("SSO", ".cs", "AddSaml2", `\.AddSaml2\s*\(`),
		app("SSO", ".py", "djangosaml2", `["']djangosaml2["']`),
		app("SSO", inScript, "SSOReadyClient", `new\s+SSOReadyClient\s*\(`),
		app("SSO", inScript, "enterpriseConnections", ``),
		app("SSO", inScript, "better-auth", `["']@better-auth/sso["']`),
		app("SSO", ".tf", "auth0_connection", `(?s)resource\s+"auth0_connection"\s+"[^"]*"\s*\{.{0,300}?strategy\s*=\s*"(?:samlp|waad|okta|adfs|pingfederate|google-apps|oidc)"`),
		app("SSO", ".tf", "aws_cognito_identity_provider", `(?s)resource\s+"aws_cognito_identity_provider"\s+"[^"]*"\s*\{.{0,300}?provider_type\s*=\s*"SAML"`),
		app("SSO", ".tf", "keycloak_saml_identity_provider", ``),

		// Federation: an account elsewhere signs people in.
		app("federation", ".cs", "AddMicrosoftIdentityWebApp", `\.AddMicrosoftIdentityWebApp(?:Authentication)?\s*\(`),
		app("federation", ".cs", "AddOidcAuthentication", `\.AddOidcAuthentication\s*\(`),
		app("federation", ".cs", "AddOpenIdConnect", `\.AddOpenIdConnect\s*\(`),
		app("federation", ".cs", ".Add", `\.Add(?:Google|GitHub|Facebook|Apple|MicrosoftAccount|Twitter|Discord|LinkedIn)\s*\(`),
		app("federation", ".php", "Socialite::", `Socialite::(?:driver|with)\(\s*['"]`+social+`['"]`),
		app("federation", inScript, "next-auth/providers/", `["']next-auth/providers/(?:google|github|gitlab|apple|facebook|discord|slack|linkedin|twitter|auth0|cognito)\b`),
		app("SSO", inScript, "next-auth/providers/", `["']next-auth/providers/(?:okta|azure-ad|azure-ad-b2c|keycloak|onelogin|workos|boxyhq-saml|identity-server4|authentik|fusionauth)\b`),
		app("SSO", inScript, "@auth/", `["']@auth/[\w-]+/providers/(?:okta|microsoft-entra-id|azure-ad|keycloak|onelogin|workos|boxyhq-saml|ping-id)\b`),
		app("federation", ".py", "OAuth2", `\b(?:Google|GitHub|Microsoft\w*|Okta|Discord|Facebook|LinkedIn)OAuth2\s*\(`),
		app("federation", inScript, "@auth/", `["']@auth/[\w-]+/providers/(?:google|github|gitlab|apple|facebook|discord|slack|linkedin|twitter)\b`),
		app("federation", inScript, "socialProviders", `\bsocialProviders\s*:\s*\{`),
		app("federation", inScript, "signInWithOAuth", `\.signInWithOAuth\s*\(`),
		app("federation", inScript, "signInWithPopup", `\bsignIn(?:With)(?:Popup|Redirect)\s*\(`),
		app("federation", inScript, "passport", `["']passport-(?:google|github|facebook|apple|twitter|linkedin)\w*(?:-\w+)?["']`),
		app("federation", ".rs", "AuthUrl::new", `AuthUrl::new\(\s*"https://(?:github\.com|accounts\.google\.com|gitlab\.com|discord\.com|login\.microsoftonline\.com|www\.facebook\.com)/`),
		app("federation", ".properties", "spring.security.oauth2.client.provider", `\bspring\.security\.oauth2\.client\.provider\.[\w-]+\.issuer-uri\b`),
		app("federation", ".properties", "spring.security.oauth2.client.registration", `\bspring\.security\.oauth2\.client\.registration\.`+social+`\.client-id\b`),
		app("federation", ".java .kt", "oauth2Login", `\.?\boauth2Login\s*[({]`),
		app("federation", ".rb", "provider", `(?m)^\s*(?:config\.)?(?:provider|omniauth)\s*\(?\s*:`+social+`\w*\b`),
		app("federation", ".rb", "config.omniauth", `(?m)^\s*config\.omniauth\s*\(?\s*:`+social+`\w*\b`),
		app("federation", ".py", "allauth.socialaccount", `["']allauth\.socialaccount\.providers\.\w+["']`),
		app("federation", ".py", "oauth.register", `\.register\(\s*(?:name\s*=\s*)?["']`+social+`["']`),
		app("federation", ".go", "endpoints.", `oauth2\.Config\{[^}]*\bendpoints\.(?:Google|GitHub|GitLab|Facebook)\b`),
		app("federation", ".go", "google.Endpoint", `\bEndpoint:\s*(?:google|github|gitlab|facebook)\.Endpoint\b`),
		app("federation", ".go", "goth.UseProviders", `\bgoth\.UseProviders\s*\(`),

		// MFA.
		app("MFA", ".rb", "two_factor_authenticatable", ``),
		app("MFA", ".py", "MFA_SUPPORTED_TYPES", `(?m)^MFA_SUPPORTED_TYPES\s*=`),
		app("MFA", ".py", "allauth.mfa", `["']allauth\.mfa["']`),
		app("MFA", ".py", "django_otp", `["']django_otp(?:\.\w+)*["']`),
		app("MFA", ".py", "pyotp.", `\bpyotp\.TOTP\s*\(`),
		app("MFA", ".rs", "_authentication", `\.start_(?:discoverable|passkey|securitykey)_authentication\s*\(`),
		app("MFA", ".cs", "AuthenticatorTokenProvider", `\.Tokens\.AuthenticatorTokenProvider\s*=`),
		app("MFA", ".cs", "TwoFactor", `\.(?:TwoFactorAuthenticatorSignInAsync|TwoFactorSignInAsync|SetTwoFactorEnabledAsync)\s*\(`),
		app("MFA", ".tf", "mfa_configuration", `(?m)^\s*mfa_configuration\s*=\s*"(?:ON|OPTIONAL)"`),
		app("MFA", ".yml .yaml .json", "MfaConfiguration", `["']?MfaConfiguration["']?\s*:\s*["']?(?:ON|OPTIONAL)\b`),
		app("MFA", ".tf", "auth0_guardian", `resource\s+"auth0_guardian"`),
		app("MFA", inScript, ".mfa.", `\.(?:mfa|multiFactor)\.(?:enroll|challenge|verify|challengeAndVerify|enrollFactor|challengeFactor|verifyChallenge|getAuthenticatorAssuranceLevel)\s*\(`),
		app("MFA", inScript, "twoFactor", `\btwoFactor\(\s*(?:\{|\))`),
		app("MFA", inScript, "totp.verify", `\btotp\.verify\s*\(|\bauthenticator\.(?:verify|check)\s*\(`),
		app("MFA", inScript, "authenticator.", `\bauthenticator\.(?:verify|check)\s*\(`),
		app("MFA", inScript, "generateAuthenticationOptions", `\bgenerateAuthenticationOptions\s*\(`),
		app("MFA", ".php", "TwoFactorAuthenticatable", `\buse\s+TwoFactorAuthenticatable\b|Features::twoFactorAuthentication`),
		app("MFA", ".php", "Features::twoFactorAuthentication", ``),
		app("MFA", ".go", "totp.Validate", `\btotp\.Validate\w*\s*\(`),
		app("MFA", ".java .kt", "oneTimeTokenLogin", `\.(?:webAuthn|oneTimeTokenLogin)\s*\(`),

		// Roles.
		app("roles", ".cs", "RequireAuthorization", `\.RequireAuthorization\(\s*["']`),
		app("roles", ".cs", "RequireRole", `\.RequireRole\s*\(`),
		app("roles", ".cs", "[Authorize", `\[Authorize\((?:Roles|Policy)\s*=`),
		app("roles", ".java .kt", "Authority", `\bhas(?:Any)?Authority\s*\(`),
		app("roles", ".java .kt", "Role", `\bhas(?:Any)?Role\s*\(`),
		app("roles", ".java .kt", "@PreAuthorize", `@PreAuthorize\s*\(`),
		app("roles", ".java .kt", "@RolesAllowed", `@RolesAllowed\s*\(`),
		app("roles", ".rb", "enum", `(?m)^\s*enum\s*\(?\s*(?::role\b|role:)`),
		app("roles", ".rb", "authorize!", `(?m)^\s*authorize!?\s+[:@\w]`),
		app("roles", ".py", "permission_required", `@permission_required\s*\(|\bPermissionRequiredMixin\b`),
		app("roles", ".py", "permission_classes", `permission_classes\s*=\s*.*\b(?:IsAdminUser|DjangoModelPermissions|Has\w+Permission|Is\w*(?:Owner|Admin|Staff|Manager)\w*)`),
		app("roles", ".php", "abilit", `['"]abilit(?:y|ies):`),
		app("roles", ".php", "middleware", `->middleware\(\s*\[?['"](?:role|permission|can):|\bmiddleware\(\s*\[?['"](?:role|permission|can):`),
		app("roles", ".php", "Gate::define", `\bGate::(?:define|authorize)\s*\(`),
		app("roles", ".php", "@IsGranted", `[@#]\[?IsGranted\b|denyAccessUnlessGranted\s*\(`),
		app("roles", ".php", "denyAccessUnlessGranted", `denyAccessUnlessGranted\s*\(`),
		app("roles", inScript, "@Roles", `@Roles\s*\(`),
		app("roles", inScript, "requireRole", `\b(?:requireRole|hasRole|authorizeRoles|checkRole)\s*\(`),
		app("roles", inScript, ".role ", `(?i)\b(?:user|currentUser|member|membership|account)\??\.role\s*[!=]==?\s*["'](?:admin|owner|editor|viewer|manager|staff|moderator|billing|super)`),
		app("roles", inScript, "auth.protect", `\bauth\.protect\(\s*\{\s*(?:role|permission)\b`),
		app("roles", inScript, "has({", `\bhas\(\{\s*(?:role|permission|feature)\s*:`),
		app("roles", ".go", "Enforce", `\b(?:enforcer|e)\.Enforce\s*\(`),
		app("roles", ".go", "RequireRole", `\b[Rr]equireRole\s*\(`),
		app("roles", ".rs", "has_role", `\.(?:required_roles|has_role)\s*\(`),

		// Audit.
		app("audit", inScript, "auditLogs.createEvent", `\bauditLogs\.createEvent\s*\(`),
		app("audit", ".py .rb", "audit_logs", `\baudit_logs\.create_event\s*\(`),
		app("audit", ".rb", "AuditLogs", `WorkOS::AuditLogs\.create_event`),
		app("audit", "", "audit", `\b(?:[Aa]udit(?:Log|Trail|Event|Logger|Service|Repository|_log|_trail|_event)s?|audit)\.(?:create|record|log|write|insert|append|emit|add|publish|track|save)\w*\s*\(`),
		app("audit", inScript+" .py .rb .go .java .kt .cs .php .rs", "Audit", `\b(?:[Aa]udit(?:Log|Trail|Event|Logger|Service|Repository)s?)(?:\.|::|->)(?:create|record|log|write|insert|append|emit|add|publish|track|save)\w*\s*\(`),
		app("audit", ".rb", "audited", `(?m)^\s*audited\b`),
		app("audit", ".rb", "has_paper_trail", ``),
		app("audit", ".sql", "audit", `(?i)create\s+table\s+(?:if\s+not\s+exists\s+)?\W?\w*audit\w*`),

		// User management.
		app("user-management", ".rb", "devise ", `(?m)^\s*devise\s+.*:(?:registerable|recoverable|invitable|confirmable)\b`),
		app("user-management", ".cs", "AddIdentity", `\.Add(?:Default)?Identity(?:Core|ApiEndpoints)?<`),
		app("user-management", ".cs", "MapIdentityApi", ``),
		app("user-management", ".cs", ".Users[", `\.Users\[[^\]]+\]\.(?:DeleteAsync|PatchAsync)\s*\(`),
		app("user-management", ".java .kt", "admin", `\.admin(?:Disable|Delete|Create|Enable)User\s*\(`),
		app("user-management", ".tf .json .yml .yaml", "cognito-idp:Admin", `cognito-idp:Admin(?:Disable|Delete|Create|Enable)User\b`),
		app("user-management", inScript, "UserCommand", `new\s+Admin(?:Disable|Delete|Create|Enable)UserCommand\s*\(`),
		app("user-management", ".py", "admin_", `\.admin_(?:disable|delete|create|enable)_user\s*\(`),
		app("user-management", inScript, "users.", `\b(?:clerkClient|clerk|workos|mgmt|management|auth0|stytch|descope|kinde)\b[\w().]*\.users\.(?:create|update|delete|ban|lock)\w*\s*\(`),
		app("user-management", inScript, "userManagement", `\buserManagement\.(?:createUser|updateUser|deleteUser|sendInvitation|deactivateOrganizationMembership|createOrganizationMembership)\s*\(`),
		app("user-management", inScript, "auth.admin.", `\.auth\.admin\.(?:createUser|deleteUser|updateUserById|inviteUserByEmail)\s*\(`),
		app("user-management", inScript, "deleteUser", `\b(?:getAuth\(\)|auth\(\)|auth)\.(?:deleteUser|createUser|updateUser)\s*\(`),
		app("user-management", ".php", "Features::registration", ``),
		app("user-management", ".rb", "invitable", ``),

		// Sessions: something says who is signed in, and for how long.
		app("sessions", ".cs", "IssuerSigningKey", `\bIssuerSigningKey\s*=`),
		app("sessions", ".cs", "RequireAuthorization", `\.RequireAuthorization\(\s*\)`),
		app("sessions", ".cs", "ConfigureApplicationCookie", ``),
		app("sessions", ".cs", ".AddCookie", `\.AddCookie\s*\(`),
		app("sessions", ".cs", ".AddJwtBearer", `\.AddJwtBearer\s*\(`),
		app("sessions", ".cs", "[Authorize]", ``),
		app("sessions", ".java .kt", "oauth2ResourceServer", `\boauth2ResourceServer\s*[({]`),
		app("sessions", ".java .kt", "sessionManagement", `\bsessionManagement\s*[({]`),
		app("sessions", ".java .kt", "formLogin", `\bformLogin\s*[({]`),
		app("sessions", ".java .kt", "rememberMe", `\brememberMe\s*[({]`),
		app("sessions", ".rb", "timeout_in", `\bconfig\.timeout_in\s*=`),
		app("sessions", ".rb", "before_action", `(?m)^\s*before_action\s*\(?\s*:(?:authenticate_\w+!|require_login|require_authentication)`),
		app("sessions", ".rb", "session[:", `\bsession\[:\w*(?:id|user|account|member|admin|maker|who|login)\w*\]|\b(?:unless|if|find_by\(?id:|find\()\s*session\[:\w+\]`),
		app("sessions", ".rb", "session_store", `\bsession_store\s+:`),
		app("sessions", ".py", `session[`, `\bsession\[["']\w*(?:id|user|who|account|member|login|email)\w*["']\]\s*=`),
		app("sessions", ".py", "SessionMiddleware", `\badd_middleware\(\s*SessionMiddleware|["']django\.contrib\.sessions\.middleware\.SessionMiddleware["']`),
		app("sessions", ".py", "jwt.decode", `\bjwt\.decode\s*\(`),
		app("sessions", ".py", "jwt.encode", `\bjwt\.encode\s*\(`),
		app("sessions", ".py", `"exp"`, `["']sub["']\s*:.*["']exp["']\s*:`),
		app("sessions", ".py", "SESSION_COOKIE_AGE", `(?m)^SESSION_COOKIE_AGE\s*=`),
		app("sessions", ".py", "login_", `\blogin_user\s*\(|@login_required\b`),
		app("sessions", ".py", "LoginManager", `\bLoginManager\s*\(`),
		app("sessions", ".py", "LoginRequired", `\bLoginRequiredMi(?:xin|ddleware)\b`),
		app("sessions", ".py", "IsAuthenticated", `permission_classes\s*=.*\bIsAuthenticated\b|["']rest_framework\.permissions\.IsAuthenticated["']`),
		app("sessions", ".py", "Strategy", `\b(?:JWT|Redis|Database)Strategy\s*\(`),
		app("sessions", ".go", "RequireAccount", `\.RequireAccount\s*\(`),
		app("sessions", ".go", ".Authenticate", `\bSessions\.Authenticate(?:Jwt|JWT)?\s*\(`),
		app("sessions", ".go", "VerifyIDToken", `\.VerifyIDToken\w*\s*\(`),
		app("sessions", ".go", ".Verifier", `\.Verifier\(\s*&oidc\.Config`),
		app("sessions", ".go", "store.New", `\b(?:postgresstore|redisstore|mysqlstore|sqlite3store|memstore|boltstore)\.New\w*\s*\(`),
		app("sessions", ".go", "scs.New", `\bscs\.New\w*\s*\(`),
		app("sessions", ".go", "NewCookieStore", `\bsessions\.New(?:Cookie|Filesystem)Store\s*\(`),
		app("sessions", ".go", "jwt.Parse", `\bjwt\.Parse(?:WithClaims)?\s*\(`),
		app("sessions", ".go", "clerkhttp.", `\bclerkhttp\.(?:WithHeaderAuthorization|RequireHeaderAuthorization)\s*\(`),
		app("sessions", ".rs", "SessionManagerLayer", `\bSessionManagerLayer::new\s*\(`),
		app("sessions", ".rs", "SessionMiddleware", `\bSessionMiddleware::(?:new|builder)\s*\(`),
		app("sessions", ".rs", "decode::<", `\bdecode::<\w+>\s*\(`),
		app("sessions", ".rs", "KeycloakAuthLayer", `\bKeycloakAuthLayer::`),
		app("sessions", ".rs", "Cookie::build", `\bCookie::build\s*\(.*(?:http_only|secure)`),
		app("sessions", "", "api.descope.com", `api\.descope\.com/v1/auth/(?:me|validate|refresh)`),
		app("sessions", inScript, "sealSession", `\bsealSession\s*:\s*true`),
		app("sessions", inScript, "loadSealedSession", `\bloadSealedSession\s*\(`),
		app("sessions", inScript, "clerkMiddleware", `\bclerkMiddleware\s*\(`),
		app("sessions", inScript, "authkitMiddleware", `\bauthkitMiddleware\s*\(`),
		app("sessions", inScript, "CognitoJwtVerifier", `\bCognitoJwtVerifier\.create\s*\(`),
		app("sessions", inScript, "session:", `\bsession\s*:\s*\{\s*(?:strategy|maxAge|expiresIn|updateAge)\s*:`),
		app("sessions", inScript, "NextAuth(", `\bNextAuth\(`),
		app("sessions", inScript, "betterAuth(", `\bbetterAuth\(`),
		app("sessions", inScript, "getServerSession", `\bgetServerSession\s*\(`),
		app("sessions", inScript, "auth.api.getSession", `\bauth\.api\.getSession\s*\(`),
		app("sessions", inScript, "expressSession", `\b(?:session|expressSession|cookieSession)\(\s*\{\s*(?:secret|name|store|keys)\s*:`),
		app("sessions", inScript, "session(", `\b(?:session|cookieSession)\(\s*\{\s*(?:secret|name|store|keys)\s*:`),
		app("sessions", inScript, "getIronSession", `\bgetIronSession\s*[(<]`),
		app("sessions", inScript, "jwt.verify", `\bjwt\.verify\s*\(`),
		app("sessions", inScript, "jwtVerify", `\bjwtVerify\s*\(`),
		app("sessions", inScript, "verifyIdToken", `\.verifyIdToken\s*\(`),
		app("sessions", inScript, ".auth.get", `\.auth\.get(?:User|Session|Claims)\s*\(`),
		app("sessions", inScript, "secrets.get", `\bsecrets\.get\(\s*["'][\w.-]*session`),
		app("sessions", inScript, "withPageAuthRequired", ``),
		app("sessions", inScript, "requiresAuth", `\brequiresAuth\s*\(`),
		app("sessions", ".php", "session_start", `\bsession_start\s*\(`),
		app("sessions", ".php", "Auth::login", `\bAuth::(?:login|attempt)\s*\(`),
		app("sessions", ".php", "middleware", `\bmiddleware\(\s*\[?['"]auth(?::\w+)?['"]`),
		app("sessions", ".php", "HasApiTokens", `(?m)^\s*use\s+(?:[\w, ]+,\s*)?HasApiTokens\b`),

		// Tenant isolation.
		app("tenant-isolation", ".rb", "belongs_to", `(?m)^\s*belongs_to\s+:\w+`),
		app("tenant-isolation", ".php", "belongsTo", `->belongsTo\(\s*\w+::class`),
		app("tenant-isolation", ".rb", "scim_token", `\.find_by!?\(\s*scim_token`),
		app("tenant-isolation", ".rb", "acts_as_tenant", ``),
		app("tenant-isolation", ".rb", "current_user.", `\bcurrent_user\.(?:club|team|company|organi[sz]ation|account|tenant|school|plant|workspace|group)\.\w+\.(?:find|where|create|order|build|new)\b`),
		app("tenant-isolation", inScript, "OrganizationSwitcher", `<OrganizationSwitcher\b`),
		app("tenant-isolation", "", "tenant", `(?i)\bwhere\b[^;"'\n]{0,200}\b(?:tenant|tenant_id|org_id|organi[sz]ation_id|company_id|workspace_id)\s*=\s*(?:\$\d|\?|:\w|%s)|\bfunc(?:tion)?\s+(?:tenant(?:Of|From|For)\b|\w*[a-z]Tenant\s*\()|\bdef\s+(?:current_)?tenant\w*\s*\(`),
		app("tenant-isolation", "", "_id = ", `(?i)\bwhere\b[^;"'\n]{0,200}\b(?:tenant_id|org_id|organi[sz]ation_id|company_id|workspace_id|team_id)\s*=\s*(?:\$\d|\?|:\w|%s)`),
		app("tenant-isolation", ".sql", "ROW LEVEL SECURITY", `(?i)enable\s+row\s+level\s+security`),
		app("tenant-isolation", ".sql", "row level security", `(?i)enable\s+row\s+level\s+security`),
		app("tenant-isolation", ".php", "$request->user()", `['"]?(?:owner|tenant|team|company|organi[sz]ation|account|workspace|shop)(?:_id)?['"]?\s*(?:=>|={2,3})\s*\$request->user\(\)`),
		app("tenant-isolation", inScript, "orgId", `\b(?:organizationId|orgId|tenantId|workspaceId)\s*:\s*(?:session|user|auth|ctx|req)\b[\w.?]*\.(?:organizationId|orgId|tenantId|workspaceId|activeOrganizationId)`),
		app("tenant-isolation", inScript, "tenantId", `\b(?:tenantId)\s*:\s*(?:session|user|auth|ctx|req)\b[\w.?]*\.tenantId`),
		app("tenant-isolation", inScript, "organizationId", `\borganizationId\s*:\s*(?:session|user|auth|ctx|req)\b[\w.?]*\.(?:organizationId|activeOrganizationId)`),

		// Admin portal.
		app("admin-portal", ".py", "django.contrib.admin", `["']django\.contrib\.admin["']`),
		app("admin-portal", ".py", "admin.site.urls", ``),
		app("admin-portal", inScript, "generateLink", `\bportal\.generateLink\s*\(`),
		app("admin-portal", ".rb", "WorkOS::Portal", ``),
		app("admin-portal", inScript, "AdminPortal", `<AdminPortal\b|\bAdminPortal\.show\s*\(`),
		app("admin-portal", inScript, "OrganizationProfile", `<OrganizationProfile\b`),

		// The platform's side.
		platform("SCIM", "", "_SCIM_", aiScim),
		platform("network-allow-list", ".tf", "network_acls", `(?m)^\s*network_acls\s*\{[^}]*\bdefault_action\s*=\s*"Deny"`),
		platform("network-allow-list", ".tf", "public_network_access_enabled", `(?m)^\s*public_network_access_enabled\s*=\s*false`),
		platform("network-allow-list", ".bicep", "publicNetworkAccess", `(?m)^\s*publicNetworkAccess\s*:\s*'Disabled'`),
		platform("network-allow-list", ".bicep", "networkAcls", `(?m)^\s*networkAcls\s*:\s*\{[^}]*\bdefaultAction\s*:\s*'Deny'`),
		platform("network-allow-list", ".tf", "bedrock-runtime", `"com\.amazonaws\.[\w.${}-]+\.bedrock-runtime"`),
		platform("service-accounts", ".cs", "AzureOpenAIClient", `new\s+AzureOpenAIClient\([^;]*new\s+(?:DefaultAzure|ManagedIdentity|WorkloadIdentity)Credential\s*\(`),
		platform("service-accounts", ".py", "azure_ad_token_provider", `\bazure_ad_token_provider\s*=`),
		platform("service-accounts", inScript, "azureADTokenProvider", `\bazureADTokenProvider\b`),
		platform("service-accounts", "", "/service_accounts", `/projects/[^\s"']{1,80}/service_accounts\b`),
		platform("project-scoping", "", "api.openai.com/v1/organization", `(?s)api\.openai\.com/v1/organization(?:/projects\b|["'].{0,300}?/projects\b)`),
		platform("project-scoping", "", "/organization/projects", `(?m)/v1/organization/projects\b`),
		platform("project-scoping", "", "OpenAI-Project", `["']OpenAI-Project["']`),
		platform("project-scoping", "", "OPENAI_PROJECT", `\bOPENAI_PROJECT(?:_ID)?\b`),
		platform("project-scoping", "", "/organizations/workspaces", `api\.anthropic\.com/v1/organizations/workspaces\b`),
		platform("audit", "", "/organization/audit_logs", `/v1/organization/audit_logs\b`),
		platform("audit", ".tf", "aws_bedrock_model_invocation_logging_configuration", ``),
		platform("audit", "", "/v1/compliance/", `api\.(?:anthropic|chatgpt|openai)\.com/v1/compliance/`),
	})
}

// controlsOf finds the lines that show a control, and the blocks of Terraform that do.
func (r *Reader) controlsOf(f *file, add func(Sighting)) {
	if prose(f) || inDocs(f) || f.ext == ".ipynb" || f.base == ".leakline.toml" || f.base == "CODEOWNERS" || isTest(f) {
		return
	}
	known := map[string]bool{}
	has := func(word string) bool { // asked once a file
		v, ok := known[word]
		if !ok {
			v = bytes.Contains(f.data, []byte(word))
			known[word] = v
		}
		return v
	}
	controlSet().find(f, func(s Sighting, at int) {
		switch {
		case s.Text == "belongs_to" && !has("has_secure_password") && !has("\n  devise :") && !has("\n    devise :") && f.base != "user.rb",
			s.Text == "belongs_to" && noTenant.Match(lineOf(f.data, at)),
			s.Text == "belongsTo" && !has("extends Authenticatable") && f.base != "User.php",
			s.Text == "verifyIdToken" && !has("irebase"),
			(s.Text == "network_acls" || s.Text == "public_network_access_enabled") && !aiResource.MatchString(blockOf(f.data, at)),
			(s.Text == "networkAcls" || s.Text == "publicNetworkAccess") && !strings.Contains(blockOf(f.data, at), "'Microsoft.CognitiveServices/accounts@"):
			return
		}
		add(s)
	})
	if f.ext == ".tf" {
		terraformControls(f, add)
	}
}

var (
	aiResource = compile(`^resource\s+"(?:azurerm_cognitive_account|azurerm_ai_services|azurerm_ai_foundry\w*|azapi_resource)"`)
	// aiService are addresses and names of AI platforms in which a workforce has seats.
	aiService = compile(`(?i)auth\.openai\.com|chatgpt|openai|claude\.ai|anthropic|\bclaude\b|mistral\.ai|perplexity|huggingface\.co|cursor\.(?:com|sh)|\bgemini\b|langsmith|wandb\.ai|\bwriter\.com|glean\.com`)
	tfBlock   = compile(`(?m)^resource\s+"([\w-]+)"\s+"([\w-]+)"\s*\{`)
	tfActions = compile(`Action\s*=\s*(?:\[([^\]]*)\]|("[^"]*"))|actions\s*=\s*\[([^\]]*)\]`)
	tfBedrock = compile(`"bedrock:(?:InvokeModel\w*|Converse\w*)"`)
	tfTarget  = compile(`(?i)Resources?\s*=\s*\[?\s*"(arn:[^"]+)"`)
	tfRole    = compile(`(?m)^\s*role\s*=`)
)

// noTenant is what a person's record belongs to that is no tenant.
var noTenant = compile(`\bbelongs_to\s+:(?:role|invite\w*|invited_by|creator|created_by|parent|manager|country|city|language|locale|time_?zone|avatar|plan|department|user|person|profile)\b|optional:\s*true`)

// lineOf gives the line in which a place stands.
func lineOf(data []byte, at int) []byte {
	begin := writtenFrom(data, at)
	line := data[begin:min(len(data), at+lineWindow)]
	if n := bytes.IndexByte(data[at:begin+len(line)], '\n'); n >= 0 {
		return data[begin : at+n]
	}
	return line
}

// blockOf gives the block of a file of Terraform or Bicep in which a place stands, from
// its head on.
func blockOf(data []byte, at int) string {
	head := data[max(0, at-16<<10):at]
	begin := -1
	for _, word := range []string{"resource ", "data ", "module "} {
		if bytes.HasPrefix(head, []byte(word)) {
			begin = max(begin, 0)
		}
		if n := bytes.LastIndex(head, []byte("\n"+word)); n >= 0 {
			begin = max(begin, n+1)
		}
	}
	if begin < 0 {
		return ""
	}
	return string(head[begin:])
}

// terraformControls reads what resources say of the AI platform: the team's own sign-in
// in front of it, and roles of programs that may use models and nothing else.
func terraformControls(f *file, add func(Sighting)) {
	heads := tfBlock.FindAllSubmatchIndex(f.data, -1)
	ours := func(control, text string, at int) {
		add(Sighting{Kind: Control, Layer: detectors.AIPlatform, Name: control, How: ByConfig, Line: f.line(at), Text: text})
	}
	apps := map[string]bool{}
	for pass := range 2 {
		for i, h := range heads {
			end := len(f.data)
			if i+1 < len(heads) {
				end = heads[i+1][0]
			}
			kind, name, block := string(f.data[h[2]:h[3]]), string(f.data[h[4]:h[5]]), string(f.data[h[0]:end])
			switch {
			case pass == 0 && len(apps) < 200 && signInApp(kind) && aiService.MatchString(block):
				apps[kind+"."+name] = true
				ours("SSO", kind, h[0])
			case pass == 1 && kind == "okta_app_signon_policy_rule" && strings.Contains(block, `"2FA"`) && (names(block, apps) || aiService.MatchString(block)):
				ours("MFA", kind, h[0])
			case pass == 1 && (kind == "azuread_synchronization_job" || kind == "okta_app_user_schema_property") && names(block, apps):
				ours("SCIM", kind, h[0])
			case pass == 1 && (kind == "aws_iam_role_policy" || kind == "aws_iam_policy"):
				bedrockOnly(f, block, h[0], ours)
			case pass == 1 && (kind == "google_project_iam_member" || kind == "google_project_iam_binding") && strings.Contains(block, `"roles/aiplatform.user"`) && strings.Contains(block, "serviceAccount:"):
				ours("service-accounts", kind, h[0])
			}
		}
	}
}

func signInApp(kind string) bool {
	return strings.HasPrefix(kind, "okta_app_") && kind != "okta_app_signon_policy_rule" || kind == "azuread_application" || kind == "onelogin_saml_apps" || kind == "jumpcloud_app"
}

func names(block string, resources map[string]bool) bool {
	for r := range resources {
		if strings.Contains(block, r+".") {
			return true
		}
	}
	return false
}

// bedrockOnly says of a policy of which all actions use models that its role is a
// service account of the platform, and if it names models, that it is bound to them.
func bedrockOnly(f *file, block string, at int, ours func(control, text string, at int)) {
	actions, only := tfActions.FindAllString(block, -1), true
	for _, a := range actions {
		for _, one := range regexpQuoted.FindAllString(a, -1) {
			only = only && strings.HasPrefix(one, `"bedrock:`)
		}
	}
	if len(actions) == 0 || !only || !tfBedrock.MatchString(block) {
		return
	}
	if m := tfRole.FindStringIndex(block); m != nil {
		lead := len(block[m[0]:m[1]]) - len(strings.TrimLeft(block[m[0]:m[1]], " \t\n"))
		ours("service-accounts", "role", at+m[0]+lead)
	}
	if m := tfTarget.FindStringIndex(block); m != nil {
		ours("project-scoping", "bedrock:InvokeModel", at+m[0])
	}
}

var regexpQuoted = compile(`"[^"]*"`)

// inDocs says whether a file belongs to the documentation.
func inDocs(f *file) bool {
	return strings.HasPrefix(f.path, "docs/") || strings.Contains(f.path, "/docs/")
}

// testName is how files with tests are called.
var testName = compile(`(?:_test|_spec|\.\w*test|\.spec|Test|Tests|IT)\.\w+$|^test_\w+\.py$|^conftest\.py$`)

// isTest says whether a file holds tests, which show what they play.
func isTest(f *file) bool {
	for _, dir := range []string{"tests/", "__tests__/", "spec/", "e2e/", "fixtures/", "testdata/"} {
		if strings.HasPrefix(f.path, dir) || strings.Contains(f.path, "/"+dir) {
			return true
		}
	}
	if languages[f.ext] == "" {
		return false
	}
	named := strings.Contains(f.base, "est") || strings.Contains(f.base, "spec") || strings.Contains(f.base, "IT.") // one is in all that testName matches
	return named && testName.MatchString(f.base) || strings.HasPrefix(f.path, "test/") || strings.Contains(f.path, "/test/")
}
