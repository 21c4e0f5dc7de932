resource "okta_app_saml" "chatgpt" {
  label                    = "ChatGPT workspace"
  sso_url                  = "https://external.auth.openai.com/sso/saml/acs"
  recipient                = "https://external.auth.openai.com/sso/saml/acs"
  destination              = "https://external.auth.openai.com/sso/saml/acs"
  audience                 = "https://external.auth.openai.com/sso/saml/metadata"
  subject_name_id_template = "$${user.email}"
  subject_name_id_format   = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
}

resource "okta_app_signon_policy_rule" "chatgpt_mfa" {
  name                        = "always two factors"
  policy_id                   = okta_app_saml.chatgpt.authentication_policy
  factor_mode                 = "2FA"
  re_authentication_frequency = "PT12H"
}
