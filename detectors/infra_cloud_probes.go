package detectors

// infraCloudProbes are the probes of the detectors in infra_cloud.go.
var infraCloudProbes = []Probe{
	{
		ID:        "digitalocean-account",
		Detectors: []string{"digitalocean-personal-access-token", "digitalocean-oauth-token"},
		URL:       "https://api.digitalocean.com/v2/account",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"account.uuid"}, Means: Active},
			{Status: []int{403}, Body: `(?i)"id"\s*:\s*"forbidden"`, Means: Active, Why: "token is valid, but not allowed to read its account"},
			{Status: []int{401}, Body: `(?i)"id"\s*:\s*"unauthorized"`, Means: Inactive, Why: "DigitalOcean does not know the token"},
		},
		Identity: []Reading{
			{Field: "email", JSON: "account.email"},
			{Field: "name", JSON: "account.name"},
			{Field: "team", JSON: "account.team.name"},
			{Field: "account", JSON: "account.uuid"},
		},
		Source:    "digitalocean/openapi:specification/shared/responses/unauthorized.yml",
		Confirmed: "2026-11-22",
		Notes:     "The refresh token is good for one use and never sent.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"account":{"droplet_limit":25,"email":"sammy@digitalocean.com","name":"Sammy the Shark","uuid":"example","email_verified":true,"status":"active","status_message":" ","team":{"uuid":"example","name":"My Team"}}}`,
				Means: Active, Identity: map[string]string{"email": "sammy@digitalocean.com", "name": "Sammy the Shark", "team": "My Team", "account": "example"},
			},
			{Name: "token without the scope", Status: 403, Body: `{"id":"forbidden","message":"You do not have permission to perform this action."}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"id":"unauthorized","message":"Unable to authenticate you."}`, Means: Inactive},
		},
	},
	{
		ID:        "linode-profile",
		Detectors: []string{"linode-token"},
		URL:       "https://api.linode.com/v4/profile",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"username"}, Means: Active},
			{Status: []int{401, 403}, Body: `(?i)not authorized to use this endpoint`, Means: Active, Why: "token is valid, but not allowed to read its profile"},
			{Status: []int{401}, JSON: []string{"errors.0.reason=Invalid Token"}, Means: Inactive, Why: "Linode does not know the token"},
		},
		Identity:  []Reading{{Field: "user", JSON: "username"}, {Field: "email", JSON: "email"}},
		Source:    "linode/linodego:test/integration/fixtures/TestReservedIPAddresses_InsufficientPermissions.yaml",
		Confirmed: "2026-11-22",
		Notes:     "A recording of the provider's own client; host and path are in client.go and profile.go. A 401 about the endpoint is a live token of a narrower scope.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"username":"ada","email":"ada@example.com","uid":1}`,
				Means: Active, Identity: map[string]string{"user": "ada", "email": "ada@example.com"},
			},
			{Name: "token of a narrower scope", Status: 401, Body: `{"errors": [{"reason": "Your OAuth token is not authorized to use this endpoint."}]}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"errors": [{"reason": "Invalid Token"}]}`, Means: Inactive},
		},
	},
	{
		ID:        "hetzner-locations",
		Detectors: []string{"hetzner-cloud-token"},
		URL:       "https://api.hetzner.cloud/v1/locations?per_page=1",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"locations"}, Means: Active},
			{Status: []int{401}, JSON: []string{"error.code=unauthorized"}, Means: Inactive, Why: "Hetzner does not know the token"},
		},
		Source:    "hetznercloud/hcloud-go:hcloud/error.go",
		Confirmed: "2026-11-22",
		Notes:     "unauthorized is, in the client's own words, an invalid or unknown token.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"locations":[{"id":1,"name":"fsn1"}],"meta":{}}`, Means: Active},
			{Name: "deleted token", Status: 401, Body: `{"error":{"code":"unauthorized","message":"the token you provided is invalid","details":null}}`, Means: Inactive},
		},
	},
	{
		ID:        "scaleway-servers",
		Detectors: []string{"scaleway-secret-key"},
		URL:       "https://api.scaleway.com/instance/v1/zones/fr-par-1/servers?per_page=1",
		Header:    []string{"X-Auth-Token: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"servers"}, Means: Active},
		},
		Source:    "https://scaleway.com/en/developers/api",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: live keys without the permission are refused too, and the texts of refusals are not documented.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"servers":[]}`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"type":"denied_authentication"}`, Means: OutcomeUnknown},
		},
	},
}
