package inventory

import (
	"bytes"
	"strings"
	"sync"

	"leakline/detectors"
)

// setting is a kind of resource of Terraform that shows a control of the application.
type setting struct {
	control string
	// kinds are types of resources, with a blank between them; "name*" is a prefix.
	kinds string
	// line is the line of the block that shows it, if not its head alone does.
	line string
	// not is what must not stand in the block.
	not string
}

// directorySettings are the settings of directories and sign-in services, by the
// documentation of their providers at https://registry.terraform.io.
var directorySettings = []setting{
	{"SSO", "auth0_connection", `(?m)^\s*strategy\s*=\s*"(?:samlp|waad|okta|adfs|pingfederate|google-apps|oidc|ad|auth0-adldap)"`, ""},
	{"federation", "auth0_connection", `(?m)^\s*strategy\s*=\s*"(?:google-oauth2|github|apple|facebook|linkedin|windowslive|twitter|bitbucket|slack)"`, ""},
	{"MFA", "auth0_guardian", `(?m)^\s*policy\s*=\s*"(?:all-applications|confidence-score)"`, ""},
	{"roles", "auth0_role auth0_role_permissions auth0_user_roles", "", ""},
	{"roles", "auth0_resource_server", `(?m)^\s*enforce_policies\s*=\s*true`, ""},
	{"tenant-isolation", "auth0_organization auth0_organization_connection auth0_organization_connections", "", ""},
	{"admin-portal", "auth0_self_service_profile", "", ""},
	{"SCIM", "auth0_connection_scim_configuration auth0_connection_scim_token", "", ""},
	{"audit", "auth0_log_stream", "", ""},
	{"sessions", "auth0_tenant", `(?m)^\s*(?:idle_)?session_lifetime\s*=`, ""},
	{"sessions", "auth0_client", `(?m)^\s*(?:rotation_type|token_lifetime|lifetime_in_seconds|leeway)\s*=`, ""},
	{"sessions", "auth0_resource_server", `(?m)^\s*token_lifetime\w*\s*=`, ""},

	{"SSO", "okta_idp_saml okta_idp_oidc", "", ""},
	{"federation", "okta_idp_social", "", ""},
	{"MFA", "okta_policy_mfa okta_policy_mfa_default okta_policy_rule_mfa", "", ""},
	{"sessions", "okta_policy_rule_signon", `(?m)^\s*session_(?:idle|lifetime)\s*=`, ""},
	{"sessions", "okta_auth_server_policy_rule", `(?m)^\s*access_token_lifetime_minutes\s*=`, ""},
	{"roles", "okta_auth_server_claim", `(?m)^\s*name\s*=\s*"(?:groups|roles?)"`, ""},
	{"audit", "okta_log_stream", "", ""},

	{"MFA", "aws_cognito_user_pool", `(?m)^\s*mfa_configuration\s*=\s*"(?:ON|OPTIONAL)"`, ""},
	{"user-management", "aws_cognito_user_pool", `(?m)^\s*allow_admin_create_user_only\s*=\s*true`, ""},
	{"sessions", "aws_cognito_user_pool_client", `(?m)^\s*(?:access|id|refresh)_token_validity\s*=`, ""},
	{"SSO", "aws_cognito_identity_provider", `(?m)^\s*provider_type\s*=\s*"SAML"`, ""},
	{"federation", "aws_cognito_identity_provider", `(?m)^\s*provider_type\s*=\s*"(?:Google|Facebook|SignInWithApple|LoginWithAmazon|OIDC)"`, ""},
	{"roles", "aws_cognito_user_group aws_verifiedpermissions_policy", "", ""},
	{"sessions", "aws_apigatewayv2_authorizer", `(?m)^\s*authorizer_type\s*=\s*"JWT"`, ""},
	{"sessions", "aws_api_gateway_authorizer", `(?m)^\s*type\s*=\s*"COGNITO_USER_POOLS"`, ""},
	{"sessions", "aws_lb_listener aws_lb_listener_rule aws_alb_listener aws_alb_listener_rule", `(?m)^\s*type\s*=\s*"authenticate-(?:cognito|oidc)"`, ""},

	{"MFA", "azuread_conditional_access_policy", `(?m)^\s*built_in_controls\s*=\s*\[[^\]]*"mfa"`, `state\s*=\s*"disabled"`},
	{"MFA", "azuread_conditional_access_policy", `(?m)^\s*authentication_strength_policy_id\s*=`, `state\s*=\s*"disabled"`},
	{"roles", "azuread_application", `(?m)^\s*app_role\s*\{`, ""},
	{"roles", "azuread_application_app_role", "", ""},
	{"sessions", "azuread_conditional_access_policy", `(?m)^\s*sign_in_frequency\s*=`, `state\s*=\s*"disabled"`},

	{"MFA", "google_identity_platform_config", `(?m)^\s*state\s*=\s*"(?:ENABLED|MANDATORY)"`, ""},
	{"tenant-isolation", "google_identity_platform_tenant", "", ""},
	{"tenant-isolation", "google_identity_platform_config", `(?m)^\s*allow_tenants\s*=\s*true`, ""},
	{"SSO", "google_identity_platform_inbound_saml_config google_identity_platform_tenant_inbound_saml_config google_identity_platform_oauth_idp_config google_identity_platform_tenant_oauth_idp_config", "", ""},
	{"federation", "google_identity_platform_default_supported_idp_config google_identity_platform_tenant_default_supported_idp_config", "", ""},

	{"sessions", "keycloak_realm", `(?m)^\s*(?:sso_session_idle_timeout|sso_session_max_lifespan|access_token_lifespan)\s*=`, ""},
	{"MFA", "keycloak_realm", `(?m)^\s*otp_policy\s*\{`, ""},
	{"MFA", "keycloak_authentication_execution", `(?m)^\s*authenticator\s*=\s*"(?:auth-otp-form|webauthn-authenticator\w*|conditional-user-configured)"`, `requirement\s*=\s*"DISABLED"`},
	{"MFA", "keycloak_required_action", `(?m)^\s*alias\s*=\s*"(?:CONFIGURE_TOTP|webauthn-register\S*)"`, `default_action\s*=\s*false`},
	{"SSO", "keycloak_saml_identity_provider keycloak_oidc_identity_provider", "", ""},
	{"federation", "keycloak_oidc_google_identity_provider keycloak_oidc_github_identity_provider keycloak_oidc_facebook_identity_provider keycloak_ldap_user_federation", "", ""},
	{"roles", "keycloak_role keycloak_group_roles keycloak_default_roles", "", ""},
	{"audit", "keycloak_realm_events", `(?m)^\s*(?:admin_)?events_enabled\s*=\s*true`, ""},
	{"tenant-isolation", "keycloak_organization", "", ""},

	{"MFA", "authentik_stage_authenticator_*", "", ""},
	{"SSO", "authentik_source_saml authentik_source_ldap", "", ""},
	{"federation", "authentik_source_oauth", "", ""},
	{"SCIM", "authentik_provider_scim authentik_source_scim", "", ""},
	{"sessions", "authentik_stage_user_login", `(?m)^\s*session_duration\s*=`, ""},
	{"user-management", "authentik_stage_invitation", "", ""},
	{"roles", "authentik_rbac_role authentik_policy_binding", "", ""},

	{"MFA", "zitadel_login_policy zitadel_default_login_policy", `(?m)^\s*force_mfa\w*\s*=\s*true`, ""},
	{"SSO", "zitadel_idp_saml zitadel_idp_azure_ad zitadel_idp_oidc zitadel_org_idp_saml zitadel_org_idp_azure_ad zitadel_org_idp_oidc zitadel_idp_ldap zitadel_org_idp_ldap", "", ""},
	{"federation", "zitadel_idp_google zitadel_idp_github zitadel_org_idp_google zitadel_org_idp_github zitadel_idp_apple", "", ""},
	{"roles", "zitadel_project_role zitadel_user_grant", "", ""},
	{"tenant-isolation", "zitadel_org", "", ""},

	{"MFA", "fusionauth_tenant", `(?m)^\s*multi_factor_configuration\s*\{`, ""},
	{"sessions", "fusionauth_tenant", `(?m)^\s*jwt_configuration\s*\{`, ""},
	{"SSO", "fusionauth_idp_saml_v2 fusionauth_idp_open_id_connect fusionauth_idp_external_jwt", "", ""},
	{"federation", "fusionauth_idp_google fusionauth_idp_apple fusionauth_idp_facebook fusionauth_idp_linkedin", "", ""},
	{"roles", "fusionauth_application_role", "", ""},

	{"sessions", "cloudflare_zero_trust_access_application cloudflare_access_application", `(?m)^\s*session_duration\s*=`, ""},
	{"MFA", "cloudflare_zero_trust_access_policy cloudflare_access_policy", `(?m)^\s*auth_method\s*=\s*"(?:mfa|hwk|otp|swk)"`, ""},
	{"SSO", "cloudflare_zero_trust_access_identity_provider cloudflare_access_identity_provider", `(?m)^\s*type\s*=\s*"(?:saml|okta|azureAD|onelogin|oidc|pingone|centrify|google-apps)"`, ""},
	{"federation", "cloudflare_zero_trust_access_identity_provider cloudflare_access_identity_provider", `(?m)^\s*type\s*=\s*"(?:google|github|facebook|linkedin)"`, ""},

	{"MFA", "ory_project_config", `(?m)^\s*enable_(?:totp|webauthn|lookup_secret)\s*=\s*true`, ""},
	{"sessions", "ory_project_config", `(?m)^\s*session_lifespan\s*=`, ""},
	{"SSO", "ory_social_provider", `(?m)^\s*provider\s*=\s*"(?:microsoft|generic|auth0|okta)"`, ""},
	{"federation", "ory_social_provider", `(?m)^\s*provider\s*=\s*"(?:google|github|apple|facebook|discord|slack|linkedin\w*)"`, ""},
	{"MFA", "descope_project", `(?m)^\s*(?:totp|passkeys)\s*=\s*\{`, ""},
	{"roles", "descope_project", `(?m)^\s*roles\s*=\s*\[`, ""},
	{"MFA", "supabase_settings", `\bmfa_\w+_(?:enroll|verify)_enabled\s*=\s*true`, ""},
	{"sessions", "supabase_settings", `\b(?:jwt_exp|sessions_timebox|sessions_inactivity_timeout)\s*=`, ""},
}

// workforce are kinds of blocks that are of the platform's plane if what they stand in
// front of is one.
func workforce(kind string) bool {
	return strings.HasPrefix(kind, "okta_") || strings.HasPrefix(kind, "azuread_") || strings.HasPrefix(kind, "onelogin_") || strings.HasPrefix(kind, "jumpcloud_") || strings.HasPrefix(kind, "cloudflare_")
}

type settingAt struct {
	*setting
	line, not *pattern
}

// settingsByKind are the settings by the type of a resource, and those of which the type
// is a prefix.
var settingsByKind = sync.OnceValues(func() (map[string][]settingAt, []settingAt) {
	exact, prefixes := map[string][]settingAt{}, []settingAt(nil)
	for i := range directorySettings {
		s := &directorySettings[i]
		at := settingAt{setting: s}
		if s.line != "" {
			at.line = compile(s.line)
		}
		if s.not != "" {
			at.not = compile(s.not)
		}
		for _, kind := range strings.Fields(s.kinds) {
			if strings.HasSuffix(kind, "*") {
				prefixes = append(prefixes, at)
				continue
			}
			exact[kind] = append(exact[kind], at)
		}
	}
	return exact, prefixes
})

// directoryBlock tells what a block of a directory's or sign-in service's settings shows
// of the application; front says that it stands in front of an AI platform.
func directoryBlock(f *file, kind, block string, at int, front bool, add func(Sighting)) {
	exact, prefixes := settingsByKind()
	all := exact[kind]
	for _, p := range prefixes {
		if strings.HasPrefix(kind, strings.TrimSuffix(p.kinds, "*")) {
			all = append(all[:len(all):len(all)], p)
		}
	}
	for _, s := range all {
		layer := detectors.ApplicationAuth
		if front && workforce(kind) {
			layer = detectors.AIPlatform
		}
		if s.not != nil && s.not.MatchString(block) {
			continue
		}
		tell := func(pos int) {
			if !spoken(f, pos) {
				add(Sighting{Kind: Control, Layer: layer, Name: s.control, How: ByConfig, Line: f.line(pos), Text: kind})
			}
		}
		if s.line == nil {
			tell(at)
			continue
		}
		for _, m := range s.line.compiled().FindAllStringIndex(block, 4) {
			lead := len(block[m[0]:m[1]]) - len(strings.TrimLeft(block[m[0]:m[1]], " \t\n"))
			tell(at + m[0] + lead)
		}
	}
}

var (
	aiResource = compile(`^resource\s+"(?:azurerm_cognitive_account|azurerm_ai_services|azurerm_ai_foundry\w*|azapi_resource)"`)
	// aiService are addresses and names of AI platforms in which a workforce has seats.
	aiService    = compile(`(?i)auth\.openai\.com|chatgpt|openai|claude\.ai|anthropic|\bclaude\b|mistral\.ai|perplexity|huggingface\.co|cursor\.(?:com|sh)|\bgemini\b|langsmith|wandb\.ai|\bwriter\.com|glean\.com`)
	tfBlock      = compile(`(?m)^resource\s+"([\w-]+)"\s+"([\w-]+)"\s*\{`)
	tfActions    = compile(`Action\s*=\s*(?:\[([^\]]*)\]|("[^"]*"))|actions\s*=\s*\[([^\]]*)\]`)
	tfBedrock    = compile(`"bedrock:(?:InvokeModel\w*|Converse\w*)"`)
	tfTarget     = compile(`(?i)Resources?\s*=\s*\[?\s*"(arn:[^"]+)"`)
	tfRole       = compile(`(?m)^\s*role\s*=`)
	vertexRole   = compile(`role\s*=\s*"roles/aiplatform\.(?:user|endpointUser)"`)
	memberOfTree = compile(`\bmembers?\s*=\s*\[?\s*google_service_account\.[\w-]+(?:\[[^\]\n]{1,60}\])?\.member\b`)
	aiTarget     = compile(`\bazurerm_(?:cognitive_account|ai_services|ai_foundry\w*)\.`)
	aiUser       = compile(`role_definition_name\s*=\s*"(?:Cognitive Services OpenAI User|Cognitive Services User|Azure AI User|Azure AI Developer)"`)
	secondFactor = compile(`(?m)^\s*factor_mode\s*=\s*"2FA"|"possession"|"verificationMethod"`)
)

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
			if pass == 1 {
				directoryBlock(f, kind, block, h[0], names(block, apps) || aiService.MatchString(block), add)
			}
			switch {
			case pass == 0 && len(apps) < 200 && signInApp(kind) && aiService.MatchString(block):
				apps[kind+"."+name] = true
				ours("SSO", kind, h[0])
			case pass == 1 && kind == "okta_app_signon_policy_rule" && strings.Contains(block, `"2FA"`) && (names(block, apps) || aiService.MatchString(block)):
				ours("MFA", kind, h[0])
			case pass == 1 && kind == "okta_app_signon_policy_rule" && secondFactor.MatchString(block) && bytes.Contains(f.data, []byte(`"okta_app_oauth"`)) && !strings.Contains(block, "okta_app_saml."):
				add(Sighting{Kind: Control, Layer: detectors.ApplicationAuth, Name: "MFA", How: ByConfig, Line: f.line(h[0]), Text: kind})
			case pass == 1 && kind == "azurerm_private_endpoint" && aiTarget.MatchString(block):
				ours("network-allow-list", kind, h[0])
			case pass == 1 && kind == "azurerm_monitor_diagnostic_setting" && aiTarget.MatchString(block):
				ours("audit", kind, h[0])
			case pass == 1 && kind == "azurerm_role_assignment" && aiUser.MatchString(block):
				ours("service-accounts", kind, h[0]+aiUser.FindStringIndex(block)[0])
			case pass == 1 && kind == "azurerm_user_assigned_identity" && bytes.Contains(f.data, []byte(`"Cognitive Services OpenAI User"`)):
				ours("service-accounts", kind, h[0])
			case pass == 1 && kind == "google_project_iam_audit_config" && strings.Contains(block, "aiplatform.googleapis.com"):
				ours("audit", kind, h[0])
			case pass == 1 && kind == "databricks_ip_access_list":
				ours("network-allow-list", kind, h[0])
			case pass == 1 && (kind == "azuread_synchronization_job" || kind == "okta_app_user_schema_property") && names(block, apps):
				ours("SCIM", kind, h[0])
			case pass == 1 && (kind == "aws_iam_role_policy" || kind == "aws_iam_policy"):
				bedrockOnly(f, block, h[0], ours)
			case pass == 1 && (kind == "google_project_iam_member" || kind == "google_project_iam_binding") && vertexRole.MatchString(block) && strings.Contains(block, "serviceAccount:"):
				ours("service-accounts", kind, h[0]+strings.LastIndex(block[:strings.Index(block, "serviceAccount:")], "\n")+1)
				ours("project-scoping", kind, h[0]+vertexRole.FindStringIndex(block)[0])
			case pass == 1 && (kind == "google_project_iam_member" || kind == "google_project_iam_binding") && memberOfTree.MatchString(block) && vertexRole.MatchString(block):
				ours("service-accounts", kind, h[0]+vertexRole.FindStringIndex(block)[0])
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
