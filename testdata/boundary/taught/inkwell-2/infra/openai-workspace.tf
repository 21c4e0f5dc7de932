# The team's own seats: joiners and leavers of Inkwell Ltd at OpenAI, out of our Okta.
resource "okta_app_saml" "chatgpt" {
  label                    = "ChatGPT Business"
  sso_url                  = "https://auth.openai.com/sso/saml/acs"
  recipient                = "https://auth.openai.com/sso/saml/acs"
  destination              = "https://auth.openai.com/sso/saml/acs"
  audience                 = "https://auth.openai.com"
  subject_name_id_template = "$${user.userName}"
  subject_name_id_format   = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
  response_signed          = true
  assertion_signed         = true
  signature_algorithm      = "RSA_SHA256"
  digest_algorithm         = "SHA256"
  authn_context_class_ref  = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
}
