package detectors

// authWorkforceProbes are the probes of the detectors in auth_workforce.go.
var authWorkforceProbes = []Probe{
	{
		ID:        "jumpcloud-users",
		Detectors: []string{"jumpcloud-api-key", "jumpcloud-api-key-legacy"},
		URL:       "https://{host}/api/systemusers?limit=1&fields=id",
		Header:    []string{"x-api-key: {secret}", "Accept: application/json"},
		Hosts:     []string{"console.jumpcloud.com", "console.eu.jumpcloud.com", "console.in.jumpcloud.com"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"totalCount"}, Means: Active},
			{Status: []int{403}, JSON: []string{"message"}, Means: Active, Why: "key is valid, but not allowed to list users"},
			{Status: []int{401}, Body: `"message"\s*:\s*"Unauthorized: api key (?:user )?not found"`, Means: Inactive, Why: "JumpCloud does not know the key"},
			{Status: []int{401}, JSON: []string{"message=Unauthorized: no organization selected"}, Means: OutcomeUnknown, Why: "key is an administrator's of several organizations, and none was named"},
		},
		Source:    "https://docs.jumpcloud.com/api/1.0/index.yaml",
		Confirmed: "2026-11-22",
		Notes:     "Hosts of the regions and the header are that document's. The texts of the 401 are in github.com/DefGuard/defguard/issues/2743 and github.com/lbrictson/wazuh-jumpcloud-integration/issues/1: not each is a dead key's.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"totalCount":12,"results":[{"id":"example"}]}`, Means: Active},
			{Name: "reset key", Status: 401, Body: `{"error":"Unauthorized","message":"Unauthorized: api key user not found"}`, Means: Inactive},
			{Name: "key of several organizations", Status: 401, Body: `{"message":"Unauthorized: no organization selected"}`, Means: OutcomeUnknown},
		},
	},
}
