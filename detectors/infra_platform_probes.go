package detectors

// infraPlatformProbes are the probes of the detectors in infra_platform.go.
var infraPlatformProbes = []Probe{
	{
		ID:        "tailscale-keys",
		Detectors: []string{"tailscale-api-key"},
		URL:       "https://api.tailscale.com/api/v2/tailnet/-/keys",
		User:      "{secret:key}",
		Split:     `(?P<key>tskey-api-[A-Za-z0-9]+-[A-Za-z0-9]+)`,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"keys"}, Means: Active},
			{Status: []int{403}, JSON: []string{"message"}, Means: Active, Why: "token is valid, but not allowed to list keys"},
			{Status: []int{401}, JSON: []string{"message=API token invalid"}, Means: Inactive, Why: "Tailscale does not know the token"},
		},
		Source:    "tailscale/tailscale-client-go-v2:keys.go",
		Confirmed: "2026-11-22",
		Notes:     "The secret of an OAuth client (tskey-client-) is refused here alive or dead, and so is not sent. The text of the 401 is as public code records it.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"keys":[{"id":"example"}]}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"message":"API token invalid"}`, Means: Inactive},
		},
	},
	{
		ID:        "doppler-me",
		Detectors: []string{"doppler-token", "doppler-service-token"},
		URL:       "https://api.doppler.com/v3/me",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"type"}, Means: Active},
			{Status: []int{401}, Body: `(?i)"Invalid (?:Auth|Service) token`, Means: Inactive, Why: "Doppler does not know the token"},
		},
		Identity: []Reading{
			{Field: "workspace", JSON: "workplace.name"},
			{Field: "name", JSON: "name"},
		},
		Source:    "DopplerHQ/python-sdk:src/dopplersdk/services/auth.py",
		Confirmed: "2026-11-22",
		Notes:     "The header is in DopplerHQ/cli:pkg/http/api.go, the text of the 401 in github.com/DopplerHQ/vscode/issues/31.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"workplace":{"name":"Acme","slug":"acme"},"type":"service_token","name":"ci","slug":"example"}`,
				Means: Active, Identity: map[string]string{"workspace": "Acme", "name": "ci"},
			},
			{Name: "revoked token", Status: 401, Body: `{"messages":["Invalid Auth token"],"success":false}`, Means: Inactive},
		},
	},
	{
		ID:        "vault-lookup-self",
		Detectors: []string{"vault-service-token", "vault-batch-token", "vault-token-legacy"},
		URL:       "https://{host}/v1/auth/token/lookup-self",
		Header:    []string{"X-Vault-Token: {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.policies"}, Means: Active},
			{Status: []int{403}, JSON: []string{"errors"}, Body: `\binvalid token\b`, Means: Inactive, Why: "Vault does not know the token"},
			{Status: []int{403}, JSON: []string{"errors"}, Means: OutcomeUnknown, Why: "token is dead, or its policies forbid it to look itself up"},
		},
		Identity: []Reading{
			{Field: "name", JSON: "data.display_name"},
			{Field: "role", JSON: "data.policies"},
			{Field: "expires", JSON: "data.expire_time"},
		},
		Source:    "https://github.com/hashicorp/vault/pull/26687",
		Confirmed: "2026-11-22",
		Notes:     "The documentation's change that names both texts. permission denied alone is no proof: older servers say it to dead tokens, and all to live ones without the policy.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"data":{"display_name":"ci","policies":["default","deploy"],"expire_time":"2027-01-01T00:00:00Z","ttl":3600}}`,
				Means: Active, Identity: map[string]string{"name": "ci", "role": "default deploy", "expires": "2027-01-01T00:00:00Z"},
			},
			{Name: "revoked token", Status: 403, Body: `{"errors":["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]}`, Means: Inactive},
			{Name: "revoked token, or no policy", Status: 403, Body: `{"errors":["permission denied"]}`, Means: OutcomeUnknown},
		},
	},
}
