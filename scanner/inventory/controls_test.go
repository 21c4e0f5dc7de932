package inventory

import (
	"strings"
	"testing"
	"time"

	"leakline/testdata/boundary"
)

// Files that were made to take long are read to their end (one that takes minutes meets
// the time limit of the tests), and pieces of files too.
func TestHostileLines(t *testing.T) {
	for name, text := range map[string]string{
		"a.rb": "belongs_to :x\n", "b.rb": "belongs_to ", "c.tf": "network_acls {\n", "d.tf": "resource \"okta_app_saml\" \"x\" {\n openai\n", "e.yml": " security:\n",
		"f.yml": "security:", "evidence.yaml": "evidence: openai\n", "scim.ts": "router.delete(\"/scim/Users\",\n", "g.ts": "orgId tenant ", "h.cs": ".Add", "i.json": "{\"AUTH0_X ",
	} {
		start := time.Now()
		f := &file{path: name, base: name, ext: name[strings.LastIndex(name, "."):], data: []byte(strings.Repeat(text, maxFile/len(text)))}
		r := &Reader{}
		n := 0
		for _, read := range []func(*Reader, *file, func(Sighting)){(*Reader).systems, (*Reader).controlsOf, (*Reader).provisioning, (*Reader).claims} {
			read(r, f, func(Sighting) { n++ })
		}
		t.Logf("%s: %v, %d sightings", name, time.Since(start).Round(time.Millisecond), n)
	}
	apps, err := boundary.Load("")
	if err != nil {
		t.Fatal(err)
	}
	r := &Reader{}
	for _, a := range apps[:20] {
		for _, name := range a.Names() {
			for cut := 0; cut < len(a.Files[name]); cut += 53 {
				f := &file{path: name, base: name[strings.LastIndex(name, "/")+1:], ext: name[max(0, strings.LastIndex(name, ".")):], data: a.Files[name][cut : cut+(len(a.Files[name])-cut)*2/3]}
				for _, read := range []func(*Reader, *file, func(Sighting)){(*Reader).systems, (*Reader).controlsOf, (*Reader).provisioning, (*Reader).claims} {
					read(r, f, func(s Sighting) {
						if s.Line < 1 {
							t.Errorf("%s cut at %d: %+v", name, cut, s)
						}
					})
				}
			}
		}
	}
}

// What shows no control of the layer that it looks like.
func TestNoControl(t *testing.T) {
	for what, files := range map[string]map[string]string{
		"a pool without a second factor":   {"p.tf": "resource \"aws_cognito_user_pool\" \"p\" {\n  mfa_configuration = \"OFF\"\n}\n"},
		"a firewall of a store":            {"s.tf": "resource \"azurerm_storage_account\" \"s\" {\n  network_acls {\n    default_action = \"Deny\"\n  }\n}\n"},
		"an open AI resource":              {"a.bicep": "resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n  properties: {\n    publicNetworkAccess: 'Enabled'\n  }\n}\n"},
		"a firewall of a store in Bicep":   {"a.bicep": "resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n}\n\nresource s 'Microsoft.Storage/storageAccounts@2023-01-01' = {\n  properties: {\n    networkAcls: {\n      defaultAction: 'Deny'\n    }\n  }\n}\n"},
		"a firewall that lets all in":      {"a.bicep": "resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n  properties: {\n    networkAcls: {\n      defaultAction: 'Allow'\n    }\n  }\n}\n"},
		"the team's sign-in to its wiki":   {"o.tf": "resource \"okta_app_saml\" \"wiki\" {\n  sso_url = \"https://wiki.acme.example/acs\"\n}\n"},
		"costs of the organisation":        {"c.py": "httpx.get('https://api.openai.com/v1/organization/costs')\n"},
		"any model":                        {"r.tf": "resource \"aws_iam_role_policy\" \"r\" {\n  role = aws_iam_role.r.id\n  policy = jsonencode({ Statement = [{ Action = [\"bedrock:InvokeModel\", \"s3:GetObject\"], Resource = \"*\" }] })\n}\n"},
		"a record that belongs to another": {"comment.rb": "class Comment < ApplicationRecord\n  belongs_to :post\nend\n"},
		"an app's Azure tenant":            {"a.cs": "var t = config[\"TenantId\"];\n"},
		"a comment":                        {"a.ts": "// clerkMiddleware(auth) comes later\n"},
		"a test":                           {"a_test.go": "package a\n\nvar s = scs.New()\n"},
		"the sender of a message":          {"a.ts": "if (userMessage.role === \"user\" || message.role === \"system\") send();\n"},
		"somebody's manager":               {"user.rb": "class User < ApplicationRecord\n  devise :database_authenticatable\n  belongs_to :manager, optional: true\nend\n"},
		"a list of users":                  {"a.ts": "const all = await mgmt.users.list();\n"},
	} {
		if got := read(t, files, Control); len(got) > 0 {
			t.Errorf("%s: %q", what, got)
		}
	}
}

// A role of which all actions use models is a service account of the platform, bound to
// the models that it names.
func TestBedrockRole(t *testing.T) {
	same(t, "bound", read(t, map[string]string{"r.tf": `resource "aws_iam_role_policy" "r" {
  role = aws_iam_role.r.id
  policy = jsonencode({ Statement = [{ Action = ["bedrock:InvokeModel"],
    Resource = "arn:aws:bedrock:eu-central-1::foundation-model/m" }] })
}
`}, Control), "r.tf:2 service-accounts", "r.tf:4 project-scoping")
}

// The team's sign-in in front of an AI platform is the platform's, with the rule that
// belongs to it.
func TestSignInOfTheTeam(t *testing.T) {
	same(t, "Okta", read(t, map[string]string{"o.tf": `resource "okta_app_saml" "claude" {
  label = "Claude"
}

resource "okta_app_signon_policy_rule" "two" {
  policy_id   = okta_app_saml.claude.authentication_policy
  factor_mode = "2FA"
}

resource "okta_app_signon_policy_rule" "wiki" {
  policy_id   = okta_app_saml.wiki.authentication_policy
  factor_mode = "2FA"
}
`}, Control), "o.tf:1 SSO", "o.tf:5 MFA")
}

// Lines of many frameworks that show a control.
func TestControlLines(t *testing.T) {
	for _, c := range []struct{ file, text, control string }{
		{"a.ts", `const url = workos.sso.getAuthorizationUrl({ organization });`, "SSO"},
		{"a.py", `found = client.user_management.authenticate_with_code(code=code)`, "SSO"},
		{"a.go", `found, err := sso.GetProfileAndToken(ctx, opts)`, "SSO"},
		{"a.ts", `passport.use(new MultiSamlStrategy(options, verify));`, "SSO"},
		{"a.py", `auth = OneLogin_Saml2_Auth(req, settings)`, "SSO"},
		{"a.php", `$auth = new OneLogin\Saml2\Auth($settings);`, "SSO"},
		{"a.rb", `response = OneLogin::RubySaml::Response.new(params[:SAMLResponse])`, "SSO"},
		{"a.cs", `builder.Services.AddAuthentication().AddSaml2(o => { });`, "SSO"},
		{"auth.ts", `import OktaProvider from "next-auth/providers/okta";`, "SSO"},
		{"a.tf", "resource \"aws_cognito_identity_provider\" \"acme\" {\n  provider_type = \"SAML\"\n}", "SSO"},
		{"a.tf", "resource \"auth0_connection\" \"acme\" {\n  strategy = \"samlp\"\n}", "SSO"},
		{"devise.rb", `  config.omniauth :okta, ENV["A"], ENV["B"]`, "SSO"},
		{"devise.rb", `  config.omniauth :google_oauth2, ENV["A"], ENV["B"]`, "federation"},
		{"a.cs", `builder.Services.AddAuthentication().AddOpenIdConnect(o => { });`, "federation"},
		{"a.py", `google = GoogleOAuth2(id, secret)`, "federation"},
		{"auth.ts", `  socialProviders: { github: {} },`, "federation"},
		{"a.ts", `await supabase.auth.signInWithOAuth({ provider: "github" });`, "federation"},
		{"a.ts", `await signInWithPopup(auth, provider);`, "federation"},
		{"A.java", `http.oauth2Login(Customizer.withDefaults());`, "federation"},
		{"a.go", `conf := oauth2.Config{Endpoint: google.Endpoint}`, "federation"},
		{"a.go", `goth.UseProviders(google.New(id, secret, callback))`, "federation"},
		{"a.py", `ok = pyotp.TOTP(secret).verify(code)`, "MFA"},
		{"a.cs", `var r = await signIn.TwoFactorAuthenticatorSignInAsync(code, false, false);`, "MFA"},
		{"a.ts", `const { data } = await supabase.auth.mfa.challengeAndVerify({ factorId, code });`, "MFA"},
		{"auth.ts", `  plugins: [twoFactor()],`, "MFA"},
		{"a.ts", `if (!authenticator.check(code, secret)) stop();`, "MFA"},
		{"a.ts", `const o = await generateAuthenticationOptions({ rpID });`, "MFA"},
		{"User.php", `    use TwoFactorAuthenticatable;`, "MFA"},
		{"a.go", `if !totp.Validate(code, secret) {`, "MFA"},
		{"A.cs", `[Authorize(Roles = "Admin")]`, "roles"},
		{"A.java", `@PreAuthorize("hasRole('ADMIN')")`, "roles"},
		{"A.java", `@RolesAllowed("admin")`, "roles"},
		{"a.rb", `    authorize! :read, @plan`, "roles"},
		{"a.py", `    permission_classes = [IsAuthenticated, IsAdminUser]`, "roles"},
		{"web.php", `Route::get('/x', X::class)->middleware('can:edit');`, "roles"},
		{"A.php", `Gate::define('edit', fn ($u) => $u->admin);`, "roles"},
		{"A.php", `$this->denyAccessUnlessGranted('ROLE_ADMIN');`, "roles"},
		{"a.ts", `@Roles("admin")`, "roles"},
		{"a.ts", `app.get("/x", requireRole("admin"), x);`, "roles"},
		{"a.ts", `if (user.role !== "admin") stop();`, "roles"},
		{"a.ts", `await auth.protect({ role: "org:admin" });`, "roles"},
		{"a.go", `ok, err := enforcer.Enforce(sub, obj, act)`, "roles"},
		{"a.ts", `await auditLog.create({ who, what });`, "audit"},
		{"a.go", `s.audit.Record(ctx, event)`, "audit"},
		{"A.java", `auditService.record(event);`, "audit"},
		{"a.rb", `  has_paper_trail`, "audit"},
		{"a.sql", `CREATE TABLE audit_log (id bigint);`, "audit"},
		{"a.ts", `await client.send(new AdminDisableUserCommand({ Username }));`, "user-management"},
		{"a.py", `client.admin_disable_user(UserPoolId=pool, Username=name)`, "user-management"},
		{"a.ts", `await clerkClient.users.deleteUser(id);`, "user-management"},
		{"a.ts", `await workos.userManagement.sendInvitation({ email });`, "user-management"},
		{"a.ts", `await supabase.auth.admin.deleteUser(id);`, "user-management"},
		{"a.ts", `await getAuth().deleteUser(uid);`, "user-management"},
		{"A.cs", `app.MapIdentityApi<User>();`, "user-management"},
		{"A.cs", `[Authorize]`, "sessions"},
		{"session_store.rb", `Rails.application.config.session_store :cookie_store, key: "_x"`, "sessions"},
		{"a.py", `login_manager = LoginManager(app)`, "sessions"},
		{"a.py", `class X(LoginRequiredMixin, View):`, "sessions"},
		{"a.py", `return JWTStrategy(secret=SECRET, lifetime_seconds=3600)`, "sessions"},
		{"a.go", `store := sessions.NewCookieStore([]byte(os.Getenv("KEY")))`, "sessions"},
		{"a.go", `token, err := jwt.ParseWithClaims(text, &claims, key)`, "sessions"},
		{"a.go", `mux.Handle("/", clerkhttp.RequireHeaderAuthorization()(h))`, "sessions"},
		{"middleware.ts", `export default authkitMiddleware();`, "sessions"},
		{"auth.ts", `export const { handlers, auth } = NextAuth({ providers });`, "sessions"},
		{"auth.ts", `export const auth = betterAuth({ database });`, "sessions"},
		{"a.ts", `const s = await getServerSession(authOptions);`, "sessions"},
		{"a.ts", `app.use(session({ secret: process.env.SESSION_SECRET }));`, "sessions"},
		{"a.ts", `const s = await getIronSession<Data>(cookies(), options);`, "sessions"},
		{"a.ts", `const { payload } = await jwtVerify(token, key);`, "sessions"},
		{"a.ts", `export default withPageAuthRequired(Page);`, "sessions"},
		{"a.ts", `app.get("/x", requiresAuth(), x);`, "sessions"},
		{"a.sql", `ALTER TABLE docs ENABLE ROW LEVEL SECURITY;`, "tenant-isolation"},
		{"a.sql", `alter table docs enable row level security;`, "tenant-isolation"},
		{"a.ts", `const rows = await db.doc.findMany({ where: { organizationId: session.user.organizationId } });`, "tenant-isolation"},
		{"a.rb", `  acts_as_tenant :company`, "tenant-isolation"},
		{"a.go", `db.Query("select body from doc where org_id = $1", org)`, "tenant-isolation"},
		{"a.tsx", `return <OrganizationProfile />;`, "admin-portal"},
		{"a.tf", "resource \"azurerm_cognitive_account\" \"ai\" {\n  public_network_access_enabled = false\n}", "network-allow-list"},
		{"a.bicep", "resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n  properties: {\n    publicNetworkAccess: 'Disabled'\n  }\n}", "network-allow-list"},
		{"a.bicep", "resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n  properties: {\n    networkAcls: {\n      defaultAction: 'Deny'\n    }\n  }\n}", "network-allow-list"},
		{"a.tf", `  service_name = "com.amazonaws.${var.region}.bedrock-runtime"`, "network-allow-list"},
		{"a.py", `client = AzureOpenAI(azure_ad_token_provider=provider)`, "service-accounts"},
		{"a.ts", `const client = new AzureOpenAI({ azureADTokenProvider });`, "service-accounts"},
		{"a.sh", `curl https://api.openai.com/v1/organization/projects/$P/service_accounts`, "service-accounts"},
		{"a.py", `httpx.get("https://api.openai.com/v1/organization/audit_logs")`, "audit"},
		{"a.tf", `resource "aws_bedrock_model_invocation_logging_configuration" "all" {`, "audit"},
	} {
		got := map[string]bool{}
		for _, s := range sightingsOf(t, map[string]string{c.file: c.text + "\n"}) {
			if s.Kind == Control {
				got[s.Name] = true
			}
		}
		if c.control != "" && !got[c.control] || c.control == "" && len(got) > 0 {
			t.Errorf("%s shows %v, want %q", c.text, got, c.control)
		}
	}
}
