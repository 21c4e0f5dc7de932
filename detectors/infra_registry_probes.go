package detectors

// infraRegistryProbes are the probes of the detectors in infra_registry.go.
var infraRegistryProbes = []Probe{
	{
		ID:        "npm-whoami",
		Detectors: []string{"npm-access-token"},
		URL:       "https://{host}/-/whoami",
		Header:    []string{"Authorization: Bearer {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"username"}, Means: Active},
			{Status: []int{401}, Body: `(?i)unauthori[sz]ed|invalid token`, Means: Inactive, Why: "registry does not know the token"},
		},
		Identity: []Reading{{Field: "user", JSON: "username"}},
		Source:   "npm/cli:lib/utils/get-identity.js",
		Notes:    "The registry must be configured. Path and header are the client's; the answer to a dead token is recalled, and so nothing is sent.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"username":"ada"}`,
				Means: Active, Identity: map[string]string{"user": "ada"},
			},
			{Name: "revoked token", Status: 401, Body: `{"message":"Unauthorized"}`, Means: Inactive},
		},
	},
}
