provider "okta" {
  org_name  = "fulmar"
  base_url  = "okta-emea.com"
  client_id = "0oa7fk2mTerraform"
  scopes    = ["okta.apps.manage", "okta.policies.manage"]
}

resource "okta_app_oauth" "desk" {
  label          = "Fulmar, insurers' desks"
  type           = "web"
  grant_types    = ["authorization_code"]
  redirect_uris  = ["https://app.fulmar.example/login/oauth2/code/okta"]
  response_types = ["code"]
}

resource "okta_app_signon_policy_rule" "second_factor" {
  policy_id          = okta_app_signon_policy.desk.id
  name               = "Always two factors"
  factor_mode        = "2FA"
  re_authentication_frequency = "PT8H"
}

resource "okta_app_signon_policy" "desk" {
  name        = "Insurers' desks"
  description = "Staff of insurers"
}
