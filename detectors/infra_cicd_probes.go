package detectors

// infraCICDProbes are the probes of the detectors in infra_cicd.go.
var infraCICDProbes = []Probe{
	{
		ID:        "buildkite-access-token",
		Detectors: []string{"buildkite-api-token"},
		URL:       "https://api.buildkite.com/v2/access-token",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"uuid"}, Means: Active},
			{Status: []int{401}, Body: `Please supply a valid API Access Token`, Means: Inactive, Why: "Buildkite does not know the token"},
		},
		Identity: []Reading{
			{Field: "email", JSON: "user.email"},
			{Field: "user", JSON: "user.name"},
			{Field: "name", JSON: "description"},
			{Field: "scopes", JSON: "scopes"},
			{Field: "expires", JSON: "expires_at"},
		},
		Source:    "buildkite/docs:pages/apis/rest_api/access_token.md",
		Confirmed: "2026-11-22",
		Notes:     "The endpoint needs no scope; DELETE at the same place revokes the token. The text of the 401 is as public code records it.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"uuid":"example","scopes":["read_build"],"description":"Development Token","created_at":"2025-07-16 06:07:42 UTC","expires_at":"2027-07-23 06:07:42 UTC","user":{"email":"algernon.m@buildkite.com","name":"Algernon Moncrieff"}}`,
				Means: Active, Identity: map[string]string{
					"email": "algernon.m@buildkite.com", "user": "Algernon Moncrieff", "name": "Development Token", "scopes": "read_build", "expires": "2027-07-23 06:07:42 UTC",
				},
			},
			{Name: "revoked token", Status: 401, Body: `{"message":"Authentication required. Please supply a valid API Access Token: https://buildkite.com/docs/apis/rest-api#authentication"}`, Means: Inactive},
		},
	},
	{
		ID:        "circleci-me",
		Detectors: []string{"circleci-personal-token"},
		URL:       "https://circleci.com/api/v2/me",
		Header:    []string{"Circle-Token: {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "login"}, Means: Active},
			{Status: []int{401}, JSON: []string{"message=You must log in first."}, Means: Inactive, Why: "CircleCI does not know the token"},
		},
		Identity:  []Reading{{Field: "user", JSON: "login"}, {Field: "name", JSON: "name"}},
		Source:    "https://github.com/CircleCI-Archived/api-preview-docs/issues/52",
		Confirmed: "2026-11-22",
		Notes:     "The provider's own tracker. Live tokens of projects get the same refusal, so that it proves nothing of a token whose kind its text does not show.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":"example","login":"ada","name":"Ada"}`,
				Means: Active, Identity: map[string]string{"user": "ada", "name": "Ada"},
			},
			{Name: "revoked token", Status: 401, Body: `{"message":"You must log in first."}`, Means: Inactive},
		},
	},
	{
		ID:          "snyk-verify-token",
		Detectors:   []string{"snyk-api-token"},
		Method:      "POST",
		URL:         "https://{host}/v1/verify/token",
		Body:        `{"api":"{secret}"}`,
		ContentType: "application/json",
		Hosts:       []string{"api.snyk.io", "api.us.snyk.io", "api.eu.snyk.io", "api.au.snyk.io"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"ok=true"}, Means: Active},
			{Status: []int{200, 401}, JSON: []string{"ok=false"}, Means: Inactive, Why: "region does not know the token"},
		},
		Source:    "snyk/cli:src/cli/commands/auth/verify.ts",
		Confirmed: "2026-11-22",
		Notes:     "What the client asks when one signs in; the refusal is that of its stand-in server (test/acceptance/fake-server.ts), the hosts are in help/cli-commands/config-environment.md.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"ok":true,"api":"***"}`, Means: Active},
			{Name: "revoked token, or one of another region", Status: 401, Body: `{"ok":false}`, Means: Inactive},
			{Name: "other refusal", Status: 401, Body: `{"code":401,"error":"Not authorised"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "terraform-account",
		Detectors: []string{"terraform-cloud-token"},
		URL:       "https://{host}/api/v2/organizations?page%5Bsize%5D=1",
		Header:    []string{"Authorization: Bearer {secret}", "Content-Type: application/vnd.api+json"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data"}, Means: Active},
			{Status: []int{401}, JSON: []string{"errors.0.status=401", "errors.0.title=unauthorized"}, Means: Inactive, Why: "server does not know the token"},
		},
		Identity:  []Reading{{Field: "organization", JSON: "data.0.attributes.name"}},
		Source:    "hashicorp/terraform:internal/command/testdata/login-tfe-server/tfeserver.go",
		Confirmed: "2026-11-22",
		Notes:     "The client's stand-in of the server. HCP Terraform issues the same format; terraform-public asks it. /account/details refuses live tokens of organizations.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"data":[{"id":"acme","type":"organizations","attributes":{"name":"acme"}}]}`,
				Means: Active, Identity: map[string]string{"organization": "acme"},
			},
			{Name: "deleted token", Status: 401, Body: `{"errors":[{"status":"401","title":"unauthorized"}]}`, Means: Inactive},
		},
	},
	{
		ID:        "pulumi-user",
		Detectors: []string{"pulumi-access-token"},
		URL:       "https://api.pulumi.com/api/user",
		Header:    []string{"Authorization: token {secret}", "Accept: application/vnd.pulumi+8"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"githubLogin"}, Means: Active},
			{Status: []int{401}, Body: `saml_(?:reauth|login)_required`, Means: Active, Why: "token is valid, but its organization asks for a new sign-in"},
			{Status: []int{401}, JSON: []string{"code=401", "message=Unauthorized"}, Means: Inactive, Why: "Pulumi does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "githubLogin"},
			{Field: "name", JSON: "name"},
			{Field: "organization", JSON: "organizations.0.githubLogin"},
		},
		Source:    "pulumi/pulumi:pkg/backend/httpstate/client/api_test.go",
		Confirmed: "2026-11-22",
		Notes:     "The client's own tests of a 401, of which that with SAML is a live token; host, path and header are in client.go and api.go beside it.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"githubLogin":"ada","name":"Ada","organizations":[{"githubLogin":"acme","name":"Acme"}]}`,
				Means: Active, Identity: map[string]string{"user": "ada", "name": "Ada", "organization": "acme"},
			},
			{Name: "organization that asks for a new sign-in", Status: 401, Body: `{"code":401,"message":"Unauthorized","errors":[{"resource":"user","attribute":"acme","errorType":"saml_reauth_required"}]}`, Means: Active},
			{Name: "deleted token", Status: 401, Body: `{"code":401,"message":"Unauthorized"}`, Means: Inactive},
		},
	},
	{
		ID:        "launchdarkly-caller",
		Detectors: []string{"launchdarkly-api-key"},
		URL:       "https://{host}/api/v2/caller-identity",
		Header:    []string{"Authorization: {secret:key}"},
		Split:     `(?P<key>api-[0-9a-f-]{36})`,
		Hosts:     []string{"app.launchdarkly.com", "app.eu.launchdarkly.com", "app.launchdarkly.us"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"accountId"}, Means: Active},
			{Status: []int{401}, JSON: []string{"code=unauthorized"}, Means: Inactive, Why: "LaunchDarkly does not know the token"},
		},
		Identity: []Reading{
			{Field: "account", JSON: "accountId"},
			{Field: "name", JSON: "tokenName"},
			{Field: "user", JSON: "memberId"},
		},
		Source:    "launchdarkly/ldcli:cmd/whoami/whoami.go",
		Confirmed: "2026-11-22",
		Notes:     "The form of the 401 is in cmd/resources/test_data/test-openapi.json. Keys of SDKs (sdk-) open no API of this kind. The hosts of the regions are those of the API's description.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"memberId":"example","tokenName":"my-token","tokenKind":"personal","accountId":"acct1"}`,
				Means: Active, Identity: map[string]string{"account": "acct1", "name": "my-token", "user": "example"},
			},
			{Name: "deleted token", Status: 401, Body: `{"code":"unauthorized","message":"Invalid access token"}`, Means: Inactive},
		},
	},
	{
		ID:        "sonar-validate",
		Detectors: []string{"sonar-token"},
		URL:       "https://{host}/api/authentication/validate",
		User:      "{secret}",
		Tenant:    true,
		Open:      true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"valid=true"}, Means: Active},
			{Status: []int{200}, JSON: []string{"valid=false"}, Means: Inactive, Why: "server does not know the token"},
		},
		Source:    "SonarSource/sonarlint-core:backend/server-api/src/test/java/org/sonarsource/sonarlint/core/serverapi/authentication/AuthenticationApiTests.java",
		Confirmed: "2026-11-22",
		Notes:     "200 may mean dead, and a server without forced authentication calls no credential at all valid, hence Open.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"valid":true}`, Means: Active},
			{Name: "revoked token", Status: 200, Body: `{"valid":false}`, Means: Inactive},
		},
	},
	{
		ID:        "terraform-public",
		Detectors: []string{"terraform-cloud-token"},
		URL:       "https://app.terraform.io/api/v2/organizations?page%5Bsize%5D=1",
		Header:    []string{"Authorization: Bearer {secret}", "Content-Type: application/vnd.api+json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data"}, Means: Active},
			{Status: []int{401}, JSON: []string{"errors.0.status=401", "errors.0.title=unauthorized"}, Means: OutcomeUnknown, Why: "app.terraform.io does not know the token; it may be of a Terraform Enterprise"},
		},
		Identity:  []Reading{{Field: "organization", JSON: "data.0.attributes.name"}},
		Source:    "hashicorp/terraform:internal/command/testdata/login-tfe-server/tfeserver.go",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: Terraform Enterprise issues the same format, and a refusal does not tell a dead token from one of another server.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"data":[{"id":"acme","type":"organizations","attributes":{"name":"acme"}}]}`,
				Means: Active, Identity: map[string]string{"organization": "acme"},
			},
			{Name: "deleted token, or one of another server", Status: 401, Body: `{"errors":[{"status":"401","title":"unauthorized"}]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "sonar-cloud-validate",
		Detectors: []string{"sonar-token"},
		URL:       "https://sonarcloud.io/api/authentication/validate",
		User:      "{secret}",
		Open:      true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"valid=true"}, Means: Active},
			{Status: []int{200}, JSON: []string{"valid=false"}, Means: OutcomeUnknown, Why: "SonarQube Cloud does not know the token; it may be of another server"},
		},
		Source:    "SonarSource/sonarlint-core:backend/server-api/src/test/java/org/sonarsource/sonarlint/core/serverapi/authentication/AuthenticationApiTests.java",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: SonarQube of one's own issues the same format. The host is as public code records it.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"valid":true}`, Means: Active},
			{Name: "revoked token, or one of another server", Status: 200, Body: `{"valid":false}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "circleci-me-legacy",
		Detectors: []string{"circleci-token-legacy"},
		URL:       "https://circleci.com/api/v2/me",
		Header:    []string{"Circle-Token: {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "login"}, Means: Active},
			{Status: []int{401}, JSON: []string{"message=You must log in first."}, Means: OutcomeUnknown, Why: "token is dead, or a project's"},
		},
		Identity:  []Reading{{Field: "user", JSON: "login"}, {Field: "name", JSON: "name"}},
		Source:    "https://github.com/CircleCI-Archived/api-preview-docs/issues/52",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: live tokens of projects have the same format and get the refusal of dead ones.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":"example","login":"ada","name":"Ada"}`,
				Means: Active, Identity: map[string]string{"user": "ada", "name": "Ada"},
			},
			{Name: "revoked token, or one of a project", Status: 401, Body: `{"message":"You must log in first."}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "prefect-workspaces",
		Detectors: []string{"prefect-api-key"},
		URL:       "https://api.prefect.cloud/api/me/workspaces",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[`, Means: Active},
		},
		Identity: []Reading{
			{Field: "account", JSON: "0.account_name"},
			{Field: "workspace", JSON: "0.workspace_name"},
		},
		Source:    "PrefectHQ/prefect:src/prefect/client/cloud.py",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: the client takes 401 and 403 alike, and their texts are not documented.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `[{"account_id":"example","account_name":"Acme","workspace_id":"example","workspace_name":"prod"}]`,
				Means: Active, Identity: map[string]string{"account": "Acme", "workspace": "prod"},
			},
			{Name: "deleted key", Status: 401, Body: `{"detail":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
}
