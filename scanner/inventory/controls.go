package inventory

import (
	"bytes"
	"slices"
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

// controlLines are all lines that show a control.
func controlLines() *lineSet {
	return newLineSet(slices.Concat(applicationControls(), platformControls()))
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
	controlSet().find(f, controlWords, func(s Sighting, at int) {
		if s.Name == "federation" && (has("'hd'") || has(`"hd"`)) && s.Text != "accounts.google.com" {
			s.Name = "SSO" // Google speaks for one company's directory
		}
		switch {
		case s.Text == "belongs_to" && !has("has_secure_password") && !has("\n  devise :") && !has("\n    devise :") && f.base != "user.rb",
			s.Text == "belongs_to" && noTenant.Match(lineOf(f.data, at)),
			s.Text == "belongsTo" && !has("extends Authenticatable") && f.base != "User.php",
			s.Text == "verifyIdToken" && !has("irebase"),
			either[s.Text] && !f.signsIn(),
			s.Name == "SSO" && hostedCode[s.Text] && (has(`"authkit"`) || has("'authkit'")), // anybody's page: the console says who may come
			s.Name == "federation" && s.Text == "authorizationCodeGrant" && (has("OKTA") || has("ENTRA") || has("AZURE") || has("KEYCLOAK") || has("SSO")),
			s.Name == "roles" && ofSpeaker(lineOf(f.data, at)),
			s.Name == "roles" && (strings.HasPrefix(s.Text, "equire") || s.Text == "is_admin") && connectFile.MatchString(f.path),
			s.Name == "user-management" && shownTo.Match(lineOf(f.data, at)),
			s.Text == "enantId" && (has("msal") || has("@azure/")),
			explained(f, at),
			s.Name == "sessions" && s.Text == "Session(" && !signInFile.MatchString(f.path),
			s.Name == "sessions" && (strings.HasPrefix(strings.ToLower(s.Text), "jwt.") || s.Text == "getCurrentUser" || s.Text == "verifyToken(") && hookFile.MatchString(f.path),
			(s.Text == "network_acls" || s.Text == "public_network_access_enabled") && !aiResource.MatchString(blockOf(f.data, at)),
			s.Text == "local_auth_enabled" && !aiResource.MatchString(blockOf(f.data, at)),
			bicepOfAI[s.Text] && !strings.Contains(blockOf(f.data, at), "'Microsoft.CognitiveServices/accounts@"):
			return
		}
		add(s)
	})
	if f.ext == ".tf" {
		terraformControls(f, add)
	}
	if len(bedrockWords.in(f)) > 0 {
		bedrockStatements(f, add)
	}
}

// hostedCode are calls that take the code of WorkOS, be it of a company's directory or of
// the page on which anybody signs in.
var hostedCode = map[string]bool{"authenticateWithCode": true, "authenticate_with_code": true, "usermanagement.AuthenticateWithCode": true}

// bicepOfAI are settings of resources of Bicep that count for AI resources alone.
var bicepOfAI = map[string]bool{"networkAcls": true, "publicNetworkAccess": true, "defaultAction": true, "disableLocalAuth": true}

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
	if languages[f.ext] == "" && f.ext != ".exs" && f.ext != ".ex" && f.ext != ".swift" && f.ext != ".dart" {
		return false
	}
	named := strings.Contains(f.base, "est") || strings.Contains(f.base, "spec") || strings.Contains(f.base, "IT.") // one is in all that testName matches
	return named && testName.MatchString(f.base) || strings.HasPrefix(f.path, "test/") || strings.Contains(f.path, "/test/")
}

// either are calls by which a product signs people in, or gets their leave to act for
// them elsewhere: the file's name says which.
var either = map[string]bool{"AuthCodeURL": true, "createAuthorizationURL": true, "authorizationUrl(": true, "buildAuthorizationUrl": true, "authorize_access_token": true}

var (
	signInFile  = compile(`(?i)auth|log-?_?in|sign-?_?in|sso|oidc|session|account|identit`)
	connectFile = compile(`(?i)integration|connect|plugin|import|export|sync|webhook|mcp|drive|gmail|calendar|slack|notion|hubspot|salesforce|jira|dropbox|zoom|stripe|spotify|credential|oauth_?clients?`)
	// connectScope is what a product asks for that wants to act for somebody.
	connectScope = compile(`(?i)auth/(?:gmail|drive|calendar|spreadsheets|documents|contacts)|gmail\.(?:readonly|send|modify)|Mail\.(?:Read|Send)|files\.readwrite|chat:write`)
)

// signsIn says whether a file is, by its name, about the sign-in of the product,
// and does not ask for more than that.
func (f *file) signsIn() bool {
	return signInFile.MatchString(f.path) && !connectFile.MatchString(f.path) && !connectScope.Match(f.data)
}

// anybodysWord are calls by which a product takes somebody's word on who a user is, and
// that do not say whose.
var anybodysWord = map[string]bool{"oauth2Login": true, "AddOpenIdConnect": true, "AddOidcAuthentication": true, "oidc.NewProvider": true, "plug Ueberauth": true, "AuthCodeURL": true, "authorize_access_token": true}

// companies are systems that speak for directories of companies.
var companies = map[string]bool{"okta": true, "entra-id": true, "onelogin": true, "ping-identity": true, "jumpcloud": true}

// settleControls says of calls that do not say by whose word people sign in whether it
// is that of a company's directory: if the program uses one, and nobody else's.
//
// Of a server of SCIM that is mounted in one file and made in another, the latter says
// what it does.
func settleControls(all []Sighting) []Sighting {
	makes := map[string]bool{} // by path
	for i := range all {
		if s := &all[i]; s.Kind == Provisioning && s.Name == scimCreate {
			makes[s.Path] = true
		}
	}
	if len(makes) > 0 {
		all = slices.DeleteFunc(all, func(s Sighting) bool {
			return s.Kind == Provisioning && s.Name == scimEndpoint && s.Text == "scim" && !makes[s.Path]
		})
	}
	company, other := false, false
	for i := range all {
		switch s := &all[i]; {
		case s.Kind == System && companies[s.Name]:
			company = true
		case s.Kind == System && s.Name != "own" && !strings.Contains(s.Name, " ") && s.Name != "spring-security" && s.Name != "aspnet-identity":
			other = true
		case s.Kind == Control && s.Name == "federation" && !anybodysWord[s.Text]:
			other = true
		}
	}
	if !company || other {
		return all
	}
	for i := range all {
		if s := &all[i]; s.Kind == Control && s.Name == "federation" && anybodysWord[s.Text] {
			s.Name = "SSO"
		}
	}
	return all
}

// ofSpeaker says whether a line compares the role of a message of a chat.
func ofSpeaker(text []byte) bool {
	if spokenRole.Match(text) {
		return true
	}
	m := roleAsked.FindSubmatch(text)
	return m != nil && speakers[strings.ToLower(string(m[1]))]
}

var (
	// spokenRole is the role of a message, or a column of such roles.
	spokenRole = compile(`(?i)\w*(?:message|msg|chat|turn|prompt|completion)\w*\)?(?:\?\.|!\.|\.|->|\[["':]?)\W{0,2}role\b|["'](?:assistant|system)["']|\brole["']?\s*(?::|=>)\s*["':](?:user|assistant|system|tool|model|developer|human|ai)\b|\bchar_length\s*\(`)
	// shownTo are names of what people see, and not of what is done.
	shownTo = compile(`(?:Modal|Dialog|Drawer|Warning|Button|Form|Page|Props|Panel|View)\b`)
	// hookFile is, by its name, about what other services send.
	hookFile = compile(`(?i)webhook|/providers?/|integrations?/`)
)

// explained says whether a place stands in a comment of several lines, or in what a
// program of Python says about itself.
func explained(f *file, at int) bool {
	head := f.data[max(0, at-16<<10):at]
	if f.ext == ".py" {
		const mark = `"""`
		if n := bytes.LastIndex(head, []byte(mark)); n >= 0 && bytes.Count(head, []byte(mark))%2 == 1 {
			begin := bytes.LastIndexByte(head[:n], '\n') + 1
			return len(bytes.TrimSpace(head[begin:n])) == 0
		}
		return false
	}
	n := bytes.LastIndex(head, []byte("/*"))
	if n < 0 || bytes.Contains(head[n:], []byte("*/")) {
		return false
	}
	begin := bytes.LastIndexByte(head[:n], '\n') + 1
	before := bytes.TrimSpace(head[begin:n])
	return len(before) == 0 || bytes.Equal(before, []byte("{"))
}
