package detectors

import "strconv"

// probesRest are probes of application authentication and infrastructure that the
// other lists leave out. The first of them ask the provider's own hosts about formats
// that servers of one's own issue as well, beside the probes that ask those.
//
// These have none, for their text is not enough: account-owned tokens of Cloudflare
// (the account's id), keys of Hanko, PropelAuth, FusionAuth and SpiceDB that look like
// any other text (they may be a server's of any kind), tokens of SCIM directories
// whose path is each customer's own, and whatever is good for one use.
var probesRest = []Probe{
	{
		ID:        "gitlab-token-self-hosted",
		Detectors: []string{"gitlab-pat"},
		URL:       "https://{host}/api/v4/personal_access_tokens/self",
		Header:    []string{"PRIVATE-TOKEN: {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"active=true"}, Means: Active},
			{Status: []int{200}, JSON: []string{"active=false"}, Means: Inactive, Why: "token is revoked or has expired"},
			{Status: []int{403}, JSON: []string{"error=insufficient_scope"}, Means: Active, Why: "token is valid, but not allowed to read itself"},
			{Status: []int{401}, JSON: []string{"error=invalid_token"}, Body: `Token (?:was revoked|is expired)`, Means: Inactive, Why: "token is revoked or has expired"},
			{Status: []int{401}, JSON: []string{"message=401 Unauthorized"}, Means: Inactive, Why: "server does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "user_id"},
			{Field: "name", JSON: "name"},
			{Field: "scopes", JSON: "scopes"},
			{Field: "expires", JSON: "expires_at"},
		},
		Source:    "https://docs.gitlab.com/17.6/api/personal_access_tokens",
		Confirmed: "2026-11-22",
		Notes:     "The texts are those of lib/api/api_guard.rb. gitlab-token-self asks gitlab.com as well, and must agree.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":4,"name":"deploy","revoked":false,"scopes":["api","read_user"],"user_id":24,"active":true,"expires_at":"2027-01-01"}`,
				Means: Active, Identity: map[string]string{"user": "24", "name": "deploy", "scopes": "api read_user", "expires": "2027-01-01"},
			},
			{Name: "token of a narrow scope", Status: 403, Body: `{"error":"insufficient_scope","error_description":"The request requires higher privileges than provided by the access token.","scope":"api read_api"}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"error":"invalid_token","error_description":"Token was revoked. You have to re-authorize from the user."}`, Means: Inactive},
			{Name: "unknown token", Status: 401, Body: `{"message":"401 Unauthorized"}`, Means: Inactive},
		},
	},
	{
		ID:        "sentry-public",
		Detectors: []string{"sentry-user-token"},
		URL:       "https://sentry.io/api/0/organizations/",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[`, Means: Active},
			{Status: []int{403}, JSON: []string{"detail"}, Means: Active, Why: "token is valid, but not allowed to list organizations"},
			{Status: []int{401}, JSON: []string{"detail=Token expired"}, Means: Inactive, Why: "token has expired"},
			{Status: []int{401}, JSON: []string{"detail=User inactive or deleted"}, Means: Inactive, Why: "user of the token is gone"},
			{Status: []int{401}, JSON: []string{"detail=Invalid token"}, Means: OutcomeUnknown, Why: "sentry.io does not know the token; it may be of another Sentry"},
		},
		Identity:  []Reading{{Field: "organization", JSON: "0.slug"}},
		Source:    "getsentry/sentry:src/sentry/api/authentication.py",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source. Sentry of one's own issues the same format, so that only a token that sentry.io knows is dead.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `[{"id":"1","slug":"acme","name":"Acme"}]`,
				Means: Active, Identity: map[string]string{"organization": "acme"},
			},
			{Name: "token without the scope", Status: 403, Body: `{"detail":"You do not have permission to perform this action."}`, Means: Active},
			{Name: "expired token", Status: 401, Body: `{"detail":"Token expired"}`, Means: Inactive},
			{Name: "token of a deleted user", Status: 401, Body: `{"detail":"User inactive or deleted"}`, Means: Inactive},
			{Name: "deleted token, or one of another Sentry", Status: 401, Body: `{"detail":"Invalid token"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "sentry-validate",
		Detectors: []string{"sentry-org-token", "sentry-app-token"},
		URL:       "https://{host}/api/0/auth/validate/",
		Header:    []string{"Authorization: Bearer {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, Means: Active},
			{Status: []int{401}, JSON: []string{"detail=This token access is limited to organization endpoints."}, Means: Active, Why: "token is valid, but for one organization"},
			{Status: []int{401}, Body: `"detail"\s*:\s*"(?:Invalid (?:org )?token|Token expired|User inactive or deleted|UserApplication inactive or deleted)"`, Means: Inactive, Why: "server does not know the token, or it has expired, or its user or application is gone"},
		},
		Source:    "getsentry/sentry:src/sentry/api/endpoints/auth_validate.py",
		Confirmed: "2026-11-22",
		Notes:     "Made for this very question; 200 has no body. The refusals are in src/sentry/api/authentication.py. sentry-validate-public asks sentry.io.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Means: Active},
			{Name: "token of one organization", Status: 401, Body: `{"detail":"This token access is limited to organization endpoints."}`, Means: Active},
			{Name: "deactivated token", Status: 401, Body: `{"detail":"Invalid org token"}`, Means: Inactive},
			{Name: "deleted token of an application", Status: 401, Body: `{"detail":"Invalid token"}`, Means: Inactive},
			{Name: "no token", Status: 403, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "sentry-validate-public",
		Detectors: []string{"sentry-org-token", "sentry-app-token"},
		URL:       "https://sentry.io/api/0/auth/validate/",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Means: Active},
			{Status: []int{401}, JSON: []string{"detail=This token access is limited to organization endpoints."}, Means: Active, Why: "token is valid, but for one organization"},
			{Status: []int{401}, Body: `"detail"\s*:\s*"(?:Token expired|User inactive or deleted|UserApplication inactive or deleted)"`, Means: Inactive, Why: "token has expired, or its user or application is gone"},
			{Status: []int{401}, Body: `"detail"\s*:\s*"Invalid (?:org )?token"`, Means: OutcomeUnknown, Why: "sentry.io does not know the token; it may be of another Sentry"},
		},
		Source:    "getsentry/sentry:src/sentry/api/endpoints/auth_validate.py",
		Confirmed: "2026-11-22",
		Notes:     "Made for this very question; 200 has no body. Sentry of one's own issues the same formats, so that only a token that sentry.io knows is dead.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Means: Active},
			{Name: "token of one organization", Status: 401, Body: `{"detail":"This token access is limited to organization endpoints."}`, Means: Active},
			{Name: "expired token", Status: 401, Body: `{"detail":"Token expired"}`, Means: Inactive},
			{Name: "deactivated token, or one of another Sentry", Status: 401, Body: `{"detail":"Invalid org token"}`, Means: OutcomeUnknown},
			{Name: "no token", Status: 403, Means: OutcomeUnknown},
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
		ID:        "posthog-public",
		Detectors: []string{"posthog-personal-api-key"},
		URL:       "https://{host}/api/users/@me/",
		Header:    []string{"Authorization: Bearer {secret}"},
		Hosts:     []string{"us.posthog.com", "eu.posthog.com"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"uuid"}, Means: Active},
			{Status: []int{403}, JSON: []string{"code=permission_denied"}, Means: Active, Why: "key is valid, but not allowed to read its user"},
			{Status: []int{401}, JSON: []string{"code=authentication_failed"}, Body: `Personal API key found in request`, Means: OutcomeUnknown, Why: "PostHog does not know the key; it may be of another PostHog"},
		},
		Identity: []Reading{
			{Field: "email", JSON: "email"},
			{Field: "name", JSON: "first_name"},
			{Field: "organization", JSON: "organization.name"},
		},
		Source:    "PostHog/posthog:posthog/auth.py",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: PostHog of one's own issues the same format.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"uuid":"example","first_name":"Ada","email":"ada@example.com","organization":{"name":"Acme"}}`,
				Means: Active, Identity: map[string]string{"email": "ada@example.com", "name": "Ada", "organization": "Acme"},
			},
			{Name: "key of a narrower scope", Status: 403, Body: `{"type":"authentication_error","code":"permission_denied","detail":"API key missing required scope 'user:read'","attr":null}`, Means: Active},
			{Name: "deleted key, or one of another PostHog", Status: 401, Body: `{"type":"authentication_error","code":"authentication_failed","detail":"Personal API key found in request Authorization header is invalid.","attr":null}`, Means: OutcomeUnknown},
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
		ID:        "jackson-connections",
		Detectors: []string{"jackson-api-key"},
		URL:       "https://{host}/api/v1/sso?tenant={random}&product={random}",
		Header:    []string{"Authorization: Api-Key {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, Body: `^\s*\[`, Means: Active},
			{Status: []int{401}, JSON: []string{"error.message=Unauthorized"}, Means: Inactive, Why: "server does not know the key"},
		},
		Source:    "boxyhq/jackson:middleware.ts",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source; the keys are in lib/auth.ts, the list in pages/api/v1/sso/index.ts. A tenant that does not exist has no connections. Other paths refuse every key alike.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `[]`, Means: Active},
			{Name: "removed key", Status: 401, Body: `{"error":{"message":"Unauthorized"}}`, Means: Inactive},
			{Name: "refusal of a gateway", Status: 401, Body: `{"message":"Unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "ssoready-organizations",
		Detectors: []string{"ssoready-api-key"},
		URL:       "https://api.ssoready.com/v1/organizations",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"organizations"}, Means: Active},
			{Status: []int{401}, Body: `"message"\s*:\s*"api key is not authorized to access management api"`, Means: Active, Why: "key is valid, but not allowed to manage"},
		},
		Source:    "ssoready/ssoready:internal/authn/authninterceptor/authninterceptor.go",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: the server passes on whatever its database says of an unknown key, and servers of one's own issue the same format. The path is in internal/proto/ssoready/v1/ssoready.proto; a 401 may be a live key's.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"organizations":[{"id":"org_example"}],"nextPageToken":""}`, Means: Active},
			{Name: "live key without management", Status: 401, Body: `{"code":16,"message":"api key is not authorized to access management api","details":[]}`, Means: Active},
			{Name: "no key", Status: 401, Body: `{"code":16,"message":"authorization header is required","details":[]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "gitea-user",
		Detectors: []string{"gitea-access-token"},
		URL:       "https://{host}/api/v1/user",
		Header:    []string{"Authorization: token {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "login"}, Means: Active},
			{Status: []int{403}, Body: `"message"\s*:\s*"token does not have at least one of required scope`, Means: Active, Why: "token is valid, but not allowed to read its user"},
			{Status: []int{401}, Body: `"message"\s*:\s*"(?:token is required|user does not exist)`, Means: Inactive, Why: "server does not know the token"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "login"},
			{Field: "name", JSON: "full_name"},
			{Field: "email", JSON: "email"},
		},
		Source:    "go-gitea/gitea:services/auth/oauth2.go",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source: who sends an unknown token is nobody, and routers/api/v1/api.go refuses nobody; the other text is in github.com/go-gitea/gitea/issues/27695. Forgejo answers alike. The format is any 40 digits, so that no public server is asked.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":1,"login":"ada","full_name":"Ada","email":"ada@example.com"}`,
				Means: Active, Identity: map[string]string{"user": "ada", "name": "Ada", "email": "ada@example.com"},
			},
			{Name: "token without the scope", Status: 403, Body: `{"message":"token does not have at least one of required scope(s): [read:user]"}`, Means: Active},
			{Name: "deleted token", Status: 401, Body: `{"message":"token is required","url":"https://git.example.com/api/swagger"}`, Means: Inactive},
			{Name: "deleted token at an older server", Status: 401, Body: `{"message":"user does not exist [uid: 0, name: , keyid: 0]","url":"https://git.example.com/api/swagger"}`, Means: Inactive},
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
		ID:        "telnyx-balance",
		Detectors: []string{"telnyx-api-key"},
		URL:       "https://api.telnyx.com/v2/balance",
		Header:    []string{"Authorization: Bearer {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data"}, Means: Active},
			{Status: []int{401}, JSON: []string{"errors.0.code=10009"}, Means: Inactive, Why: "Telnyx does not know the key"},
		},
		Source:    "https://developers.telnyx.com/docs/development/api-fundamentals/troubleshooting.md",
		Confirmed: "2026-11-22",
		Notes:     "The page names the request as the one to begin with. The body of the refusal is in developers.telnyx.com/api-reference/agent-gateway-policy-attachments/attach-a-policy.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"data":{"record_type":"balance","balance":"0.00","currency":"USD"}}`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"errors":[{"code":"10009","title":"Authentication failed","detail":"The required authentication headers were either invalid or not included in the request.","meta":{"url":"https://developers.telnyx.com/docs/overview/errors/10009"}}]}`, Means: Inactive},
			{Name: "blocked account", Status: 403, Body: `{"errors":[{"code":"10010","title":"Authorization failed"}]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "postmark-server",
		Detectors: []string{"postmark-server-token"},
		URL:       "https://api.postmarkapp.com/server",
		Header:    []string{"X-Postmark-Server-Token: {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"ID", "Name"}, Means: Active},
			{Status: []int{401}, JSON: []string{"ErrorCode=10"}, Means: Inactive, Why: "no server of Postmark knows the token"},
		},
		Identity:  []Reading{{Field: "project", JSON: "ID"}, {Field: "name", JSON: "Name"}},
		Source:    "https://postmarkapp.com/developer/api/overview",
		Confirmed: "2026-11-22",
		Notes:     "The live answer holds all tokens of the server: only id and name are read. A token of an account has the same format; postmark-account asks about that, and both must agree.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"ID":1,"Name":"Staging","Color":"red","SmtpApiActivated":true}`,
				Means: Active, Identity: map[string]string{"project": "1", "name": "Staging"},
			},
			{Name: "deleted token", Status: 401, Body: `{"ErrorCode":10,"Message":"Request does not contain a valid Server token."}`, Means: Inactive},
			{Name: "maintenance", Status: 503, Body: `{"ErrorCode":100,"Message":"Maintenance"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "postmark-account",
		Detectors: []string{"postmark-server-token"},
		URL:       "https://api.postmarkapp.com/servers?count=1&offset=0",
		Header:    []string{"X-Postmark-Account-Token: {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"TotalCount"}, Means: Active},
			{Status: []int{401}, JSON: []string{"ErrorCode=10"}, Means: Inactive, Why: "no account of Postmark knows the token"},
		},
		Source:    "https://postmarkapp.com/developer/api/overview",
		Confirmed: "2026-11-22",
		Notes:     "The twin of postmark-server: the two kinds of tokens look alike, and each is refused where the other is asked for.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"TotalCount":1,"Servers":[{"ID":1,"Name":"Staging"}]}`, Means: Active},
			{Name: "deleted token", Status: 401, Body: `{"ErrorCode":10,"Message":"Request does not contain a valid Account token."}`, Means: Inactive},
		},
	},
	{
		ID:          "mandrill-ping",
		Detectors:   []string{"mandrill-api-key"},
		Method:      "POST",
		URL:         "https://mandrillapp.com/api/1.0/users/ping2.json",
		Body:        `{"key":"{secret}"}`,
		ContentType: "application/json",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"PING=PONG!"}, Means: Active},
			{Status: []int{400, 401, 500}, JSON: []string{"status=error", "name=Invalid_Key"}, Means: Inactive, Why: "Mandrill does not know the key"},
		},
		Source:    "https://hackage.haskell.org/package/mandrill-0.2.1.0/docs/Network-API-Mandrill-Users.html",
		Confirmed: "2026-11-22",
		Notes:     "Made for this very question, and sends nothing. The provider's own client names the refusal InvalidKeyError (rubydoc.info/gems/mandrill-api); its status was 500 once and is 401 now.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"PING":"PONG!"}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"status":"error","code":-1,"name":"Invalid_Key","message":"Invalid API key"}`, Means: Inactive},
			{Name: "revoked key, as of old", Status: 500, Body: `{"status":"error","code":-1,"name":"Invalid_Key","message":"Invalid API key"}`, Means: Inactive},
			{Name: "failure of Mandrill", Status: 500, Body: `{"status":"error","code":-99,"name":"GeneralError","message":"An unknown error occurred"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "mailchimp-ping",
		Detectors: []string{"mailchimp-api-key"},
		URL:       "https://{host}/3.0/ping",
		User:      "leakline",
		Password:  "{secret}",
		Split:     `[0-9a-f]{32}-(?P<host>us[1-9][0-9]?)`,
		Hosts:     mailchimpHosts(),
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"health_status"}, Means: Active},
			{Status: []int{401}, JSON: []string{"title=API Key Invalid", "status=401"}, Means: Inactive, Why: "data center of the key does not know it"},
		},
		Source:    "https://mailchimp.com/developer/marketing/docs/errors/",
		Confirmed: "2026-11-22",
		Notes:     "The key ends with the name of its data center, and only that is asked: all others refuse it. The text is the provider's glossary of errors, read in public copies; the body is as public code records it.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"health_status":"Everything's Chimpy!"}`, Means: Active},
			{Name: "disabled key", Status: 401, Body: `{"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"API Key Invalid","status":401,"detail":"API key has been disabled","instance":"example"}`, Means: Inactive},
			{Name: "disabled account", Status: 403, Body: `{"type":"https://mailchimp.com/developer/marketing/docs/errors/","title":"User Disabled","status":403}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "mailgun-domains",
		Detectors: []string{"mailgun-api-key", "mailgun-api-key-unprefixed"},
		URL:       "https://{host}/v3/domains?limit=1",
		User:      "api",
		Password:  "{secret}",
		Hosts:     []string{"api.mailgun.net", "api.eu.mailgun.net"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"items"}, Means: Active},
		},
		Source:    "https://documentation.mailgun.com/docs/mailgun/api-reference/authentication",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: keys that may only send are refused here as dead ones are, with a text that anybody could give. The path is as public code records it.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"total_count":1,"items":[{"name":"mg.example.com","state":"active"}]}`, Means: Active},
			{Name: "deleted key, or one that may only send", Status: 401, Body: "Forbidden", Means: OutcomeUnknown},
		},
	},
	{
		ID:        "mailersend-quota",
		Detectors: []string{"mailersend-api-token"},
		URL:       "https://api.mailersend.com/v1/api-quota",
		Header:    []string{"Authorization: Bearer {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"quota", "remaining"}, Means: Active},
		},
		Source:    "https://raw.githubusercontent.com/api-evangelist/mailersend/refs/heads/main/rate-limits/mailersend-rate-limits.yml",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: the texts of refusals are not documented. The request does not count against the quota; the provider's page is developers.mailersend.com/guides/checking-api-quota.",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"quota":100000,"remaining":99999,"reset":"2026-12-01T00:00:00Z"}`, Means: Active},
			{Name: "deleted token", Status: 401, Body: `{"message":"Unauthenticated."}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "neon-organizations",
		Detectors: []string{"neon-api-key"},
		URL:       "https://console.neon.tech/api/v2/users/me/organizations",
		Header:    []string{"Authorization: Bearer {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"organizations"}, Means: Active},
		},
		Identity:  []Reading{{Field: "organization", JSON: "organizations.0.name"}},
		Source:    "https://neon.com/docs/manage/orgs-api-consumption",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: keys of an organization have no user, and the texts of refusals are not documented.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"organizations":[{"id":"org-example","name":"Acme"}]}`,
				Means: Active, Identity: map[string]string{"organization": "Acme"},
			},
			{Name: "deleted key, or one of an organization", Status: 401, Body: `{"code":"","message":"unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "cockroach-clusters",
		Detectors: []string{"cockroach-cloud-api-key"},
		URL:       "https://cockroachlabs.cloud/api/v1/clusters",
		Header:    []string{"Authorization: Bearer {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"clusters"}, Means: Active},
			{Status: []int{200}, JSON: []string{"pagination"}, Means: Active},
		},
		Source:    "https://cockroachlabs.com/docs/cockroachcloud/cloud-api",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: the texts of refusals are not documented.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"clusters":[{"id":"example","name":"prod"}],"pagination":null}`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"code":16,"message":"unauthenticated","details":[]}`, Means: OutcomeUnknown},
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
	{
		ID:        "axiom-user",
		Detectors: []string{"axiom-api-token"},
		URL:       "https://api.axiom.co/v2/user",
		Header:    []string{"Authorization: Bearer {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "email"}, Means: Active},
		},
		Identity: []Reading{
			{Field: "user", JSON: "id"},
			{Field: "name", JSON: "name"},
			{Field: "email", JSON: "email"},
		},
		Source:    "axiomhq/axiom-go:axiom/users.go",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: tokens that are nobody's have no user, and the texts of refusals are not documented (axiom/error.go knows the statuses alone).",
		Examples: []Exchange{
			{
				Name: "live personal token", Status: 200, Body: `{"id":"example","name":"Ada","email":"ada@example.com"}`,
				Means: Active, Identity: map[string]string{"user": "example", "name": "Ada", "email": "ada@example.com"},
			},
			{Name: "deleted token, or one that is nobody's", Status: 403, Body: `{"message":"Forbidden"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:          "dynatrace-lookup",
		Detectors:   []string{"dynatrace-api-token"},
		Method:      "POST",
		URL:         "https://{host}/api/v2/apiTokens/lookup",
		Header:      []string{"Authorization: Api-Token {secret}"},
		Body:        `{"token":"{secret}"}`,
		ContentType: "application/json",
		Tenant:      true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "enabled=true"}, Means: Active},
			{Status: []int{200}, JSON: []string{"id", "enabled=false"}, Means: Inactive, Why: "token is disabled"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "owner"},
			{Field: "name", JSON: "name"},
			{Field: "scopes", JSON: "scopes"},
			{Field: "expires", JSON: "expirationDate"},
		},
		Source:    "https://docs.dynatrace.com/docs/dynatrace-api/environment-api/tokens-v2/api-tokens/post-token-lookup",
		Confirmed: "2026-11-22",
		Notes:     "A token of any scope may look itself up: configure ID.live.dynatrace.com. The texts of refusals are not documented, so that a deleted token stays unknown.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":"example","name":"ci","enabled":true,"personalAccessToken":false,"owner":"ada@example.com","scopes":["metrics.read","logs.read"],"expirationDate":"2027-01-01T00:00:00.000Z"}`,
				Means: Active, Identity: map[string]string{"user": "ada@example.com", "name": "ci", "scopes": "metrics.read logs.read", "expires": "2027-01-01T00:00:00.000Z"},
			},
			{Name: "disabled token", Status: 200, Body: `{"id":"example","name":"ci","enabled":false,"owner":"ada@example.com","scopes":["metrics.read"]}`, Means: Inactive},
			{Name: "deleted token", Status: 401, Body: `{"error":{"code":401,"message":"Unauthorized"}}`, Means: OutcomeUnknown},
		},
	},
}

// mailchimpHosts are the data centers that a key of Mailchimp may name: us1 and so on,
// with some to come. All of the domain is the provider's.
func mailchimpHosts() []string {
	var hosts []string
	for i := 1; i <= 30; i++ {
		hosts = append(hosts, "us"+strconv.Itoa(i)+".api.mailchimp.com")
	}
	return hosts
}
