resource "auth0_resource_server" "api" {
  name                = "ferrylog api"
  identifier          = "https://api.ferrylog.example"
  enforce_policies    = true
  token_dialect       = "access_token_authz"
}

resource "auth0_guardian" "factors" {
  policy = "all-applications"
  otp    = true
  webauthn_roaming {
    enabled = true
  }
}
