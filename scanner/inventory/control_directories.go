package inventory

// inDeployment are files in which deployments and directories are described.
const inDeployment = ".yml .yaml .json .toml .env .env.example .conf .cfg .ini"

// directoryControls are the lines of what describes a directory, a gateway or a sign-in
// service that show a control of the application. Blocks of Terraform are read in
// control_terraform.go.
func directoryControls() []line {
	return []line{
		// Keycloak's exported realms.
		// https://www.keycloak.org/server/importExport
		app("sessions", ".json", `"ssoSession`, `"ssoSession(?:IdleTimeout|MaxLifespan)"\s*:\s*[1-9]`),
		app("sessions", ".json", `"accessTokenLifespan"`, `"accessTokenLifespan"\s*:\s*[1-9]`),
		app("MFA", ".json", `"otpPolicyType"`, ``),
		app("MFA", ".json", "auth-otp-form", `(?s)"auth-otp-form".{0,120}?"(?:REQUIRED|CONDITIONAL|ALTERNATIVE)"`),
		app("MFA", ".json", "CONFIGURE_TOTP", `(?s)"CONFIGURE_TOTP".{0,200}?"defaultAction"\s*:\s*true`),
		app("MFA", ".json", "webauthn-authenticator", `(?s)"webauthn-authenticator".{0,120}?"(?:REQUIRED|CONDITIONAL|ALTERNATIVE)"`),
		app("SSO", ".json", `"providerId"`, `"providerId"\s*:\s*"(?:saml|oidc|keycloak-oidc|microsoft)"`),
		app("federation", ".json", `"providerId"`, `"providerId"\s*:\s*"(?:google|github|gitlab|facebook|apple|twitter|linkedin-openid-connect|bitbucket)"`),
		within(`"realm"`, app("audit", ".json", `"adminEventsEnabled"`, `"adminEventsEnabled"\s*:\s*true`)),
		within(`"realm"`, app("audit", ".json", `"eventsEnabled"`, `"eventsEnabled"\s*:\s*true`)),
		within(`"realm"`, app("roles", ".json", `"roles"`, `"roles"\s*:\s*\{\s*"(?:realm|client)"`)),
		within(`"realm"`, app("tenant-isolation", ".json", `"organizationsEnabled"`, `"organizationsEnabled"\s*:\s*true`)),
		within(`"realm"`, app("user-management", ".json", `"registrationAllowed"`, `"registrationAllowed"\s*:`)),
		within(`"realm"`, app("user-management", ".json", `"resetPasswordAllowed"`, `"resetPasswordAllowed"\s*:\s*true`)),

		// authentik's blueprints.
		// https://docs.goauthentik.io/customize/blueprints/
		app("MFA", ".yml .yaml", "authentik_stages_authenticator_", `\bauthentik_stages_authenticator_(?:validate|totp|webauthn|duo|static|sms)\.\w+`),
		app("MFA", ".yml .yaml", "not_configured_action", `\bnot_configured_action:\s*(?:configure|deny)`),
		app("sessions", ".yml .yaml", "session_duration", `\bsession_duration:`),
		app("SSO", ".yml .yaml", "authentik_sources_", `\bauthentik_sources_(?:saml|ldap)\.\w+`),
		app("federation", ".yml .yaml", "authentik_sources_", `\bauthentik_sources_oauth\.\w+`),
		app("federation", ".yml .yaml", "authentik_providers_oauth2", `\bauthentik_providers_oauth2\.oauth2provider`),
		app("SSO", ".yml .yaml", "authentik_providers_saml", ``),
		app("SCIM", ".yml .yaml", "authentik_providers_scim", ``),
		app("roles", ".yml .yaml", "authentik_policies_", `\bauthentik_policies\.policybinding\b|\bauthentik_policies_expression\.\w+`),
		app("roles", ".yml .yaml", "authentik_core.group", ``),
		app("user-management", ".yml .yaml", "authentik_stages_invitation", ``),

		// Authelia, oauth2-proxy, ingresses, meshes.
		// https://www.authelia.com/configuration/
		// https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview
		app("MFA", ".yml .yaml", "policy:", `(?m)^\s*(?:default_)?policy:\s*['"]?two_factor`),
		app("sessions", ".yml .yaml", "inactivity:", `(?m)^\s+inactivity:\s*['"]?\d`),
		app("roles", ".yml .yaml", "subject:", `(?m)^\s+(?:-\s*)?subject:\s*\[?\s*['"]?(?:group|user):`),
		app("SSO", inDeployment+" .tf .service .sh", "oidc-issuer-url", `oidc[-_]issuer[-_]url["']?\s*[:=]\s*["']?https?://[^\s"']*(?:okta|microsoftonline|/realms/|auth0|onelogin|authentik|/application/o/|dex|ping)`),
		app("federation", inDeployment+" .tf .service .sh", "oidc-issuer-url", `oidc[-_]issuer[-_]url["']?\s*[:=]\s*["']?https?://(?:accounts\.google\.com|gitlab\.com)`),
		app("SSO", inDeployment, "OIDC_ISSUER_URL", `\bOAUTH2_PROXY_OIDC_ISSUER_URL["']?\s*[:=]`),
		app("SSO", inDeployment+" .sh .service", "--provider=", `--provider=(?:oidc|keycloak-oidc|entra-id|azure|adfs)\b`),
		app("federation", inDeployment+" .sh .service", "--provider=", `--provider=(?:google|github|gitlab|facebook|linkedin|bitbucket)\b`),
		app("SSO", inDeployment, "OAUTH2_PROXY_PROVIDER", `\bOAUTH2_PROXY_PROVIDER["']?\s*[:=]\s*["']?(?:oidc|keycloak-oidc|entra-id|azure|adfs)\b`),
		app("federation", inDeployment, "OAUTH2_PROXY_PROVIDER", `\bOAUTH2_PROXY_PROVIDER["']?\s*[:=]\s*["']?(?:google|github|gitlab)\b`),
		app("sessions", inDeployment+" .sh .service .tf", "cookie-", `--cookie-(?:expire|refresh|secret)\b|\bcookie-(?:expire|refresh)["']?\s*[:=]`),
		app("sessions", inDeployment+" .tf", "OAUTH2_PROXY_COOKIE", `\bOAUTH2_PROXY_COOKIE_(?:SECRET|EXPIRE|REFRESH)\b`),
		app("sessions", ".cfg", "cookie_", `(?m)^cookie_(?:expire|refresh|secret|secure)\s*=`),
		app("roles", inDeployment+" .sh .service .tf", "allowed-group", `--allowed-groups?=|\ballowed-groups?["']?\s*[:=]`),
		app("roles", inDeployment, "OAUTH2_PROXY_ALLOWED_GROUP", `\bOAUTH2_PROXY_ALLOWED_(?:GROUPS?|ROLES)\b`),
		app("roles", ".cfg", "allowed_", `(?m)^allowed_(?:groups|roles)\s*=`),
		app("sessions", ".yml .yaml", "auth-url", `nginx\.ingress\.kubernetes\.io/auth-url["']?\s*:`),
		app("sessions", ".yml .yaml .toml", "orwardAuth", `(?m)^\s+forwardAuth:\s*$|\.forwardauth\.address=`),
		app("sessions", ".yml .yaml", "forwardauth", `\.forwardauth\.address=`),
		app("sessions", ".yml .yaml", "jwtRules:", ``),
		app("sessions", ".yml .yaml", "jwt_authn", `\benvoy\.filters\.http\.jwt_authn\b`),
		app("sessions", "nginx.conf .conf", "auth_request", `(?m)^\s*auth_request\s+/`),
		app("sessions", "Caddyfile", "forward_auth", ``),
		app("roles", ".yml .yaml", "request.auth.claims", `\brequest\.auth\.claims\[`),
		app("federation", ".yml .yaml", "connectors:", `(?m)^\s*connectors:\s*\n\s*-\s*type:\s*(?:google|github|gitlab|bitbucket-cloud|linkedin)`),
		app("SSO", ".yml .yaml", "connectors:", `(?m)^\s*connectors:\s*\n\s*-\s*type:\s*(?:saml|microsoft|oidc|ldap|authproxy|atlassian-crowd)`),

		// Cognito and Azure in templates.
		app("MFA", ".yml .yaml .json .template", "EnabledMfas", ``),
		app("MFA", ".yml .yaml .json", "mfaConfiguration", `["']?mfaConfiguration["']?\s*:\s*["']?(?:ON|OPTIONAL)\b`),
		app("sessions", ".yml .yaml .json", "TokenValidity", `["']?(?:Access|Id|Refresh)TokenValidity["']?\s*:\s*\d`),
		app("sessions", ".yml .yaml .json", "authenticate-", `["']?Type["']?\s*:\s*["']?authenticate-(?:cognito|oidc)\b`),
		app("sessions", ".yml .yaml .json", "CognitoAuthorizer", `["']?DefaultAuthorizer["']?\s*:\s*["']?\w+`),
		app("sessions", ".yml .yaml .json", "UserPoolArn", `["']?UserPoolArn["']?\s*:`),
		app("sessions", "serverless.yml serverless.yaml", "authorizer:", `(?m)^\s+authorizer:`),
		app("user-management", ".yml .yaml .json", "AllowAdminCreateUserOnly", `["']?AllowAdminCreateUserOnly["']?\s*:\s*["']?true`),
		app("roles", ".yml .yaml .json", "appRoles", `"appRoles"\s*:\s*\[\s*\{`),
		app("sessions", ".bicep", "authsettingsV2", ``),
		app("sessions", ".bicep", "Microsoft.App/containerApps/authConfigs", ``),
		app("sessions", ".bicep", "authConfigs", `/authConfigs@`),
		app("SSO", ".bicep", "azureActiveDirectory", `(?m)^\s*azureActiveDirectory\s*:\s*\{`),
		app("roles", ".bicep", "appRoles", `(?m)^\s*appRoles\s*:`),
		app("SSO", "staticwebapp.config.json", `"azureActiveDirectory"`, ``),
		app("roles", "staticwebapp.config.json", `"allowedRoles"`, `"allowedRoles"\s*:\s*\[\s*"(?:[b-z]|a[a-tv-z]|au[a-su-z]|an[a-mo-z])`),
		app("sessions", "staticwebapp.config.json", `"allowedRoles"`, `"allowedRoles"\s*:\s*\[[^\]]*"authenticated"`),

		// Supabase, Auth0, Ory and others as files.
		app("sessions", "config.toml", "jwt_expiry", `(?m)^jwt_expiry\s*=`),
		app("sessions", "config.toml", "timebox", `(?m)^\s*timebox\s*=`),
		app("MFA", "config.toml", "enroll_enabled", `(?m)^\s*enroll_enabled\s*=\s*true`),
		app("user-management", "config.toml", "enable_signup", `(?m)^\s*enable_signup\s*=\s*false`),
		app("SSO", "config.toml", "[auth.sso", `(?m)^\[auth\.sso`),
		app("MFA", ".yml .yaml", "totp:", `(?m)^\s+totp:\s*\n\s+enabled:\s*true`),
		app("MFA", ".yml .yaml", "webauthn:", `(?m)^\s+webauthn:\s*\n\s+enabled:\s*true`),
		app("MFA", ".yml .yaml", "required_aal:", `\brequired_aal:\s*(?:highest_available|aal2)`),
		app("sessions", ".yml .yaml", "lifespan:", `(?m)^\s+lifespan:\s*\d+h`),
		app("MFA", ".yml .yaml .json", "guardianFactors", ``),
		app("MFA", ".yml .yaml .env .env.example .toml", "ENFORCE_MFA", `\b(?:ENFORCE|REQUIRE|FORCE)_(?:MFA|2FA|TOTP)["']?\s*[:=]\s*["']?(?:true|1|on|yes)`),
		app("SSO", ".yml .yaml .env .toml", "ENABLE_SAML", `\bENABLE_SAML\w*["']?\s*[:=]\s*["']?(?:true|1)`),
		app("user-management", ".yml .yaml .env .toml", "ENABLE_SIGNUP", `\bENABLE_SIGNUP["']?\s*[:=]\s*["']?[fF]alse`),
		app("user-management", ".yml .yaml .env .toml", "DEFAULT_USER_ROLE", `\bDEFAULT_USER_ROLE["']?\s*[:=]`),
		app("SSO", ".yml .yaml", "cloudflareaccess", `\bcloudflareaccess\.com\b`),
		app("sessions", inScript+" .py .go", "Cf-Access-Jwt-Assertion", ``),
		app("sessions", inScript+" .py .go", "cf-access-jwt-assertion", ``),
		app("sessions", inScript+" .py .go .java .kt .rb .php .cs .rs", "x-goog-iap-jwt-assertion", ``),
		app("sessions", inScript+" .py .go .java .kt .rb .php .cs .rs", "x-amzn-oidc-data", ``),
		within("better-auth", app("SCIM", inScript, "scim(", `\bscim\(\s*(?:\{|\))`)),
	}
}
