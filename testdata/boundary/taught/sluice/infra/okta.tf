# Our own people at Claude. Keepers of water boards are in Keycloak and not here.
resource "okta_app_saml" "claude_console" {
  label                    = "Claude Console"
  sso_url                  = "https://platform.claude.com/saml/acs"
  recipient                = "https://platform.claude.com/saml/acs"
  destination              = "https://platform.claude.com/saml/acs"
  audience                 = "https://platform.claude.com"
  subject_name_id_template = "$${user.email}"
  subject_name_id_format   = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
  response_signed          = true
  authentication_policy    = okta_app_signon_policy.claude.id
}

resource "okta_app_signon_policy" "claude" {
  name        = "Claude Console"
  description = "Second factor for everybody"
}

resource "okta_app_signon_policy_rule" "claude" {
  policy_id   = okta_app_signon_policy.claude.id
  name        = "two factors"
  factor_mode = "2FA"
}
