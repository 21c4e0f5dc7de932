okta_client_secret = "<<okta-client-secret:board>>"
