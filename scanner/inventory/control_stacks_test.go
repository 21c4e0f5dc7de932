package inventory

import (
	"strings"
	"testing"
)

// controlsIn reads one file and gives the controls that it shows.
func controlsIn(t *testing.T, name, text string) map[string]bool {
	t.Helper()
	got := map[string]bool{}
	for _, s := range sightingsOf(t, map[string]string{name: text + "\n"}) {
		if s.Kind == Control {
			got[s.Name] = true
		}
	}
	return got
}

// What frameworks of all stacks write for a control shows it.
func TestControlsOfStacks(t *testing.T) {
	for _, c := range []struct{ file, text, control string }{
		// Who is signed in.
		{"a.ts", `await setUserSession(event, { user });`, "sessions"},
		{"a.ts", `req.session.userId = user.id;`, "sessions"},
		{"a.ts", `const user = await authenticator.isAuthenticated(request);`, "sessions"},
		{"a.ts", `app.register(fastifyJwt, { secret });`, "sessions"},
		{"a.ts", `@UseGuards(JwtAuthGuard)`, "sessions"},
		{"a.ts", `const identity = await ctx.auth.getUserIdentity();`, "sessions"},
		{"a.ts", `const lucia = new Lucia(adapter, {});`, "sessions"},
		{"a.ts", `const { sessionClaims } = await auth.protect();`, "sessions"},
		{"a.py", `    login(request, user)`, "sessions"},
		{"a.py", `    request.session["user_id"] = user.pk`, "sessions"},
		{"a.py", `def me(user: Annotated[User, Depends(get_current_user)]):`, "sessions"},
		{"a.py", `auth = JWTCookieAuth[User](retrieve_user_handler=find)`, "sessions"},
		{"a.rb", `    session[:user_id] = user.id`, "sessions"},
		{"a.rb", `  before_action :require_login`, "sessions"},
		{"a.php", `$_SESSION['user_id'] = $user->id;`, "sessions"},
		{"a.ex", `    |> put_session(:user_token, token)`, "sessions"},
		{"a.ex", `  plug Plug.Session, store: :cookie`, "sessions"},
		{"a.go", `manager.Put(r.Context(), "user", id)`, ""},
		{"a.go", `sessionManager.Put(r.Context(), "user", id)`, "sessions"},
		{"a.go", `token, err := jwt.ParseRequest(r, jwt.WithKeySet(keys))`, "sessions"},
		{"A.java", `return Jwts.parser().verifyWith(key).build().parseSignedClaims(text);`, "sessions"},
		{"A.kt", `    install(Sessions) {`, "sessions"},
		{"application.properties", `quarkus.oidc.auth-server-url=https://id.acme.example`, "sessions"},
		{"A.cs", `builder.Services.AddAuthorization(o => o.FallbackPolicy = o.DefaultPolicy);`, "sessions"},
		{"a.rs", `Identity::login(&req.extensions(), id)?;`, "sessions"},
		{"a.rs", `impl<S> FromRequestParts<S> for CurrentUser {`, "sessions"},
		{"realm.json", `  "ssoSessionIdleTimeout": 1800,`, "sessions"},
		{"a.tf", "resource \"aws_cognito_user_pool_client\" \"web\" {\n  access_token_validity = 1\n}", "sessions"},
		{"values.yaml", `    nginx.ingress.kubernetes.io/auth-url: https://auth.acme.example/check`, "sessions"},

		// What they may do.
		{"a.ts", `if (session.user.role !== "editor") throw new Error("no");`, "roles"},
		{"a.ts", `const ability = defineAbility((can) => can("read", "Post"));`, "roles"},
		{"a.ts", `export const role = pgEnum("user_role", ["owner", "member"]);`, "roles"},
		{"a.ts", `if (!claims.roles.includes("curator")) return deny();`, "roles"},
		{"schema.prisma", "enum UserRole {\n  OWNER\n}", "roles"},
		{"a.py", `class IsCurator(BasePermission):`, "roles"},
		{"a.py", `    if user.role != "curator": raise HTTPException(403)`, "roles"},
		{"a.py", `    guards=[requires_admin],`, "roles"},
		{"a.rb", `  before_action :require_admin`, "roles"},
		{"a.php", `if ($request->user()->cannot('update', $post)) abort(403);`, "roles"},
		{"A.php", `class PostVoter extends Voter`, "roles"},
		{"a.ex", `    with :ok <- Bodyguard.permit(Posts, :update, user, post) do`, "roles"},
		{"a.ex", `  policies do`, "roles"},
		{"a.go", `if claims.Role != "editor" { return errForbidden }`, "roles"},
		{"a.go", `if !slices.Contains(claims.Roles, "editor") {`, "roles"},
		{"A.java", `@Secured("ROLE_EDITOR")`, "roles"},
		{"A.java", `@PermissionsAllowed("post:write")`, "roles"},
		{"application.properties", `quarkus.http.auth.policy.editors.roles-allowed=editor`, "roles"},
		{"A.cs", `[Authorize("editors")]`, "roles"},
		{"A.cs", `group.MapPost("/x", X).RequireAuthorization(p => p.RequireRole("editor"));`, "roles"},
		{"a.rs", `#[protect("ADMIN")]`, "roles"},
		{"a.sql", `  role text not null default 'member',`, "roles"},
		{"a.sql", `create type user_role as enum ('owner', 'member');`, "roles"},
		{"authz.rego", `allow if input.user.role == "editor"`, "roles"},
		{"a.tf", "resource \"auth0_role\" \"editor\" {\n}", "roles"},

		// Tenants.
		{"a.py", `rows = Doc.objects.filter(centre=request.user.centre)`, "tenant-isolation"},
		{"a.py", `q = select(Doc).where(Doc.clinic_id == user.clinic_id)`, "tenant-isolation"},
		{"a.ts", `const rows = await db.select().from(docs).where(eq(docs.clubId, session.clubId));`, "tenant-isolation"},
		{"a.ts", "const rows = await prisma.doc.findMany({\n  where: {\n    clubId: session.user.clubId,\n  },\n});", "tenant-isolation"},
		{"a.rb", `    @doc = current_user.school.docs.find(params[:id])`, "tenant-isolation"},
		{"a.php", `$dish = $request->user()->restaurant->dishes()->findOrFail($id);`, "tenant-isolation"},
		{"a.ex", `    from(d in Doc, where: d.clinic_id == ^scope.user.clinic_id)`, "tenant-isolation"},
		{"a.go", `err := db.QueryRow(ctx, "select body from doc where id = $1 and council_id = $2", id, who(r).Council).Scan(&body)`, "tenant-isolation"},
		{"A.java", `var found = docs.findByIdAndInsurer(id, who.getClaimAsString("insurer")).orElseThrow();`, "tenant-isolation"},
		{"A.java", `    @TenantId`, "tenant-isolation"},
		{"A.cs", `b.Entity<Doc>().HasQueryFilter(d => d.TenantId == tenant.Id);`, "tenant-isolation"},
		{"A.cs", `builder.Services.AddMultiTenant<Tenant>().WithHostStrategy();`, "tenant-isolation"},
		{"a.sql", `create policy own on doc using (org_id = current_setting('app.org_id')::uuid);`, "tenant-isolation"},
		{"firestore.rules", `allow read: if resource.data.orgId == request.auth.token.orgId;`, "tenant-isolation"},

		{"a.js", `const { rows } = await pool.query("select * from disputes where carrier = $1", [req.oidc.user.org_id]);`, "tenant-isolation"},
		{"a.go", `rows, err := db.Query(ctx, "select * from levels where board = $1", claims.OrgID)`, "tenant-isolation"},
		{"a.ts", `const found = await db.selectFrom('people').selectAll().where('plant', '=', plant.id).execute();`, "tenant-isolation"},
		{"a.ts", `const rows = await knex("orders").where("school_id", school.id);`, "tenant-isolation"},
		{"a.ts", `    return ctx.db.query("entries").withIndex("by_user", (q) => q.eq("userId", userId)).collect();`, "tenant-isolation"},

		// A second factor.
		{"a.py", `@otp_required`, "MFA"},
		{"a.rb", `    if user.validate_and_consume_otp!(params[:otp])`, "MFA"},
		{"a.php", `if (! $google2fa->verifyKey($secret, $code)) abort(403);`, "MFA"},
		{"a.ts", `if (!claims.amr?.includes("mfa")) return stepUp();`, "MFA"},
		{"a.sql", `create policy aal on doc using ((auth.jwt()->>'aal') = 'aal2');`, "MFA"},
		{"realm.json", `  "otpPolicyType": "totp",`, "MFA"},
		{"a.tf", "resource \"auth0_guardian\" \"g\" {\n  policy = \"all-applications\"\n}", "MFA"},
		{"a.tf", "resource \"azuread_conditional_access_policy\" \"m\" {\n  grant_controls {\n    built_in_controls = [\"mfa\"]\n  }\n}", "MFA"},
		{"scheb_2fa.yaml", "scheb_two_factor:\n    totp:\n        enabled: true", "MFA"},

		// Whose word counts.
		{"a.py", "oauth.register(\n    name=\"okta\",\n)", "SSO"},
		{"a.ts", `const config = await client.discovery(new URL(process.env.OKTA_ISSUER!), id, secret);`, "SSO"},
		{"a.tf", "resource \"keycloak_saml_identity_provider\" \"acme\" {\n}", "SSO"},
		{"oauth2-proxy.cfg.yaml", `  - --provider=entra-id`, "SSO"},
		{"a.go", `user, err := gothic.CompleteUserAuth(w, r)`, "federation"},
		{"internal/door/door.go", "p, err := oidc.NewProvider(ctx, os.Getenv(\"ISSUER\"))\nc := oauth2.Config{Endpoint: p.Endpoint()}", "federation"},
		{"a.ts", "const { link } = await workos.portal.generateLink({\n  organization,\n  intent: 'sso',\n});", "SSO"},
		{"a.py", "link = workos.portal.generate_link(organization_id=o, intent=\"sso\")", "SSO"},
		{"a.ts", "import { jwt } from \"hono/jwt\";\napp.use(\"/finds/*\", (c, next) => jwt({ secret: c.env.JWT_SECRET })(c, next));", "sessions"},
		{"src/hooks.server.ts", `export const handle = sequence(authKitHandle(), members);`, "sessions"},
		{"src/hooks.server.ts", `export const handle = sequence(withClerkHandler(), members);`, "sessions"},
		{"a.py", `    if user.get("role") != "keeper":`, "roles"},
		{"a.py", `    if claims["app_metadata"].get('role') not in ("lead", "chief"):`, "roles"},
		{"auth.ts", "import { betterAuth } from \"better-auth\";\nbetterAuth({\n  emailAndPassword: {\n    enabled: true,\n    sendResetPassword: async ({ user, url }) => mail(user.email, url),\n  },\n});", "user-management"},
		{"realm.json", `  "providerId": "google",`, "federation"},

		// People and what they did.
		{"a.py", `class AuditEvent(models.Model):`, "audit"},
		{"A.java", `void on(AuthenticationSuccessEvent e) {`, "audit"},
		{"a.go", `s.audit(ctx, "doc.deleted", id)`, "audit"},
		{"a.ts", `await db.insert(auditLog).values({ actor, action });`, "audit"},
		{"a.ts", `await auth.api.banUser({ body: { userId } });`, "user-management"},
		{"a.go", `err := s.closeAccount(ctx, id)`, "user-management"},
		{"a.rb", `  resources :invitations, only: %i[new create]`, "user-management"},

		// The AI platform.
		{"a.py", `client = AsyncOpenAI(api_key=settings().key, project=settings().project)`, "project-scoping"},
		{"a.ts", `const client = new OpenAI({ apiKey, project: "proj" });`, "project-scoping"},
		{"a.go", `client := openai.NewClient(option.WithProject(p))`, "project-scoping"},
		{"a.tf", "resource \"openai_project\" \"p\" {\n}", "project-scoping"},
		{"a.tf", "resource \"google_project_iam_member\" \"m\" {\n  role   = \"roles/aiplatform.user\"\n  member = \"serviceAccount:${google_service_account.a.email}\"\n}", "service-accounts"},
		{"a.tf", "resource \"google_project_iam_member\" \"m\" {\n  role   = \"roles/aiplatform.user\"\n  member = google_service_account.atlas.member\n}", "service-accounts"},
		{"a.tf", "resource \"google_project_iam_binding\" \"m\" {\n  role    = \"roles/aiplatform.user\"\n  members = [google_service_account.a[\"x\"].member]\n}", "service-accounts"},
		{"a.bicep", "resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n  properties: {\n    disableLocalAuth: true\n  }\n}", "service-accounts"},
		{"a.tf", "resource \"azurerm_private_endpoint\" \"ai\" {\n  private_service_connection {\n    private_connection_resource_id = azurerm_cognitive_account.ai.id\n  }\n}", "network-allow-list"},
		{"np.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: { matchLabels: { app: ollama } }", "network-allow-list"},
		{"a.tf", "resource \"azurerm_monitor_diagnostic_setting\" \"ai\" {\n  target_resource_id = azurerm_cognitive_account.ai.id\n}", "audit"},
	} {
		got := controlsIn(t, c.file, c.text)
		if c.control != "" && !got[c.control] || c.control == "" && len(got) > 0 {
			t.Errorf("%s: %s shows %v, want %q", c.file, c.text, got, c.control)
		}
	}
}

// What looks like a control and is none.
func TestNoControlOfStacks(t *testing.T) {
	for what, c := range map[string]struct{ file, text string }{
		"the sender of a message":            {"a.ts", `if (message.role !== "assistant") continue;`},
		"the sender of a user's message":     {"a.py", `if user_message.role == "user": last = user_message`},
		"a message":                          {"a.ex", `messages: [%{role: "user", content: mail}]`},
		"the column of a message's sender":   {"a.sql", `  role text not null check (char_length(role) <= 1000),`},
		"a conversation's session":           {"a.ts", `const session = await manager.createSession();`},
		"an agent's session":                 {"src/agent/run.ts", `const s = await runtime.newSession({ model });`},
		"a variable named so":                {"a.ts", `const requireRole = true;`},
		"a type named so":                    {"a.go", `type TenantID string`},
		"a tenant of Azure":                  {"a.py", `credential = AzureDeveloperCliCredential(tenant_id=os.getenv("AZURE_TENANT_ID"))`},
		"what a caller names himself":        {"a.ts", `const rows = await db.doc.findMany({ where: { orgId: input.orgId } });`},
		"another column of the same name":    {"a.ts", `const rows = await db.chat.findMany({ where: { theme: user.theme } });`},
		"a person's own attribute":           {"a.py", `user = User.objects.get(email=session.email)`},
		"rows of one person":                 {"a.ts", `const own = (user: string, deck: string) => and(eq(decks.id, deck), eq(decks.userId, user));`},
		"rows of whoever is signed in":       {"a.py", `talk = Talk.query.filter_by(id=talk_id, user_id=current_user.id).first_or_404()`},
		"his rows, by SQL":                   {"a.js", `const { rows } = await pool.query("select * from decks where owner = $1", [req.user.sub]);`},
		"a tenant that a caller names":       {"a.js", `const { rows } = await pool.query("select * from decks where org = $1", [req.body.org_id]);`},
		"what belongs to a project":          {"a.ts", `const rows = await knex("tasks").where("project_id", project.id);`},
		"what belongs to another thing":      {"a.ts", `const rows = await db.selectFrom("cards").where("plant_id", "=", deck.id).execute();`},
		"a role of a dictionary":             {"a.py", `if message.get("role") != "user": continue`},
		"a role of somebody unknown":         {"a.py", `role = user.get("role")`},
		"a page for anybody":                 {"a.go", "u := Opts{Provider: \"authkit\"}\ngot, err := usermanagement.AuthenticateWithCode(ctx, opts)"},
		"an intent of a chat":                {"a.ts", `const route = { intent: "sso", answer };`},
		"a checker of tokens":                {"a.go", `p, err := oidc.NewProvider(ctx, os.Getenv("ISSUER"))`},
		"passwords without a way back":       {"forms.ts", "const x = \"better-auth\";\nconst o = { emailAndPassword: { enabled: true }, sendResetPassword };"},
		"a model's administrator":            {"a.tf", "resource \"google_project_iam_member\" \"m\" {\n  role   = \"roles/aiplatform.admin\"\n  member = google_service_account.a.member\n}"},
		"a person who uses models":           {"a.tf", "resource \"google_project_iam_member\" \"m\" {\n  role   = \"roles/aiplatform.user\"\n  member = \"user:ada@acme.example\"\n}"},
		"an event of a person":               {"a.ts", `analytics.track("opened", { userId: user.id });`},
		"a comment of several lines":         {"a.ts", "/*\n  app.use(requireRole(\"admin\"));\n  await jwtVerify(token, key);\n*/"},
		"what a module says about itself":    {"a.py", "\"\"\"\nlogin(request, user) is called by the form.\nuser.role != \"admin\"\n\"\"\""},
		"a comment":                          {"a.py", `# login_manager = LoginManager(app)`},
		"a comment of Terraform":             {"a.tf", "# resource \"auth0_guardian\" \"g\" {\n#   policy = \"all-applications\"\n# }"},
		"a second factor that is never due":  {"a.tf", "resource \"auth0_guardian\" \"g\" {\n  policy = \"never\"\n}"},
		"a policy that is off":               {"a.tf", "resource \"azuread_conditional_access_policy\" \"m\" {\n  state = \"disabled\"\n  grant_controls {\n    built_in_controls = [\"mfa\"]\n  }\n}"},
		"a private endpoint of a store":      {"a.tf", "resource \"azurerm_private_endpoint\" \"s\" {\n  private_service_connection {\n    private_connection_resource_id = azurerm_storage_account.s.id\n  }\n}"},
		"a log of a store":                   {"a.tf", "resource \"azurerm_monitor_diagnostic_setting\" \"s\" {\n  target_resource_id = azurerm_storage_account.s.id\n}"},
		"a network policy of a web server":   {"np.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec:\n  podSelector: { matchLabels: { app: web } }"},
		"a project of a cloud":               {"a.py", `client = storage.Client(project="acme")`},
		"a service account of another cloud": {"a.tf", "resource \"google_project_iam_member\" \"m\" {\n  role   = \"roles/storage.objectViewer\"\n  member = \"serviceAccount:x\"\n}"},
		"a document":                         {"SECURITY.md", `We call login_user(user) and check user.role != "admin".`},
		"a test":                             {"test/auth_test.exs", `conn = put_session(conn, :user_token, token)`},
		"a window of invitations":            {"a.tsx", `export function InviteMemberModal({ open }) {`},
		"a namespace of Kubernetes":          {"a.yaml", `  namespace: team-a`},
		"a Google sign-in of one company":    {"office.php", `return Socialite::driver('google')->with(['prompt' => 'x'])->foo();`},
	} {
		got := controlsIn(t, c.file, c.text)
		delete(got, map[bool]string{true: "federation"}[strings.Contains(what, "Google")])
		if len(got) > 0 {
			t.Errorf("%s (%s): %s shows %v", what, c.file, c.text, got)
		}
	}
}
