package detectors

// infraPaymentsProbes are the probes of the detectors in infra_payments.go.
var infraPaymentsProbes = []Probe{
	{
		ID:        "stripe-account",
		Detectors: []string{"stripe-live-secret-key", "stripe-test-secret-key", "stripe-live-restricted-key", "stripe-test-restricted-key"},
		URL:       "https://api.stripe.com/v1/account",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"object=account"}, Means: Active},
			{Status: []int{403}, JSON: []string{"error.type=invalid_request_error"}, Means: Active, Why: "key is valid, but not allowed to read its account"},
			{Status: []int{401}, JSON: []string{"error.code=api_key_expired"}, Means: Inactive, Why: "key has expired or was rolled"},
			{Status: []int{401}, Body: `"message"\s*:\s*"(?:Invalid|Expired) API Key provided`, Means: Inactive, Why: "Stripe does not know the key"},
		},
		Identity: []Reading{
			{Field: "account", JSON: "id"},
			{Field: "organization", JSON: "settings.dashboard.display_name"},
			{Field: "email", JSON: "email"},
		},
		Source:    "stripe/stripe-cli:pkg/requests/base_test.go",
		Confirmed: "2026-11-22",
		Notes:     "403 is a restricted key that lives (docs.stripe.com/keys). The path is in stripe/openapi; the text for an unknown key is as public code records it. Publishable keys are never sent.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"id":"acct_example","object":"account","email":"ada@example.com","settings":{"dashboard":{"display_name":"Acme"}}}`,
				Means: Active, Identity: map[string]string{"account": "acct_example", "organization": "Acme", "email": "ada@example.com"},
			},
			{Name: "restricted key without the permission", Status: 403, Body: `{"error":{"message":"The provided key does not have the required permissions for this endpoint.","type":"invalid_request_error"}}`, Means: Active},
			{Name: "expired key", Status: 401, Body: `{"error":{"code":"api_key_expired","doc_url":"https://stripe.com/docs/error-codes/api-key-expired","message":"Expired API Key provided: ***123","type":"invalid_request_error"}}`, Means: Inactive},
			{Name: "deleted key", Status: 401, Body: `{"error":{"message":"Invalid API Key provided: ***123","type":"invalid_request_error"}}`, Means: Inactive},
		},
	},
	{
		ID:        "square-token-status",
		Detectors: []string{"square-access-token", "square-access-token-legacy"},
		Method:    "POST",
		URL:       "https://{host}/oauth2/token/status",
		Header:    []string{"Authorization: Bearer {secret}"},
		Hosts:     []string{"connect.squareup.com", "connect.squareupsandbox.com"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"client_id"}, Means: Active},
			{Status: []int{401}, Body: `"code"\s*:\s*"(?:UNAUTHORIZED|ACCESS_TOKEN_EXPIRED|ACCESS_TOKEN_REVOKED)"`, Means: Inactive, Why: "Square does not know the token, or it has expired"},
		},
		Identity: []Reading{
			{Field: "account", JSON: "merchant_id"},
			{Field: "scopes", JSON: "scopes"},
			{Field: "expires", JSON: "expires_at"},
		},
		Source:    "square/square-nodejs-sdk:reference.md",
		Confirmed: "2026-11-22",
		Notes:     "Made for this very question. Tokens of the sandbox look alike, so both hosts are asked.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"scopes":["PAYMENTS_READ","PAYMENTS_WRITE"],"expires_at":"2027-10-14T14:44:00Z","client_id":"example","merchant_id":"acme"}`,
				Means: Active, Identity: map[string]string{"account": "acme", "scopes": "PAYMENTS_READ PAYMENTS_WRITE", "expires": "2027-10-14T14:44:00Z"},
			},
			{Name: "revoked token", Status: 401, Body: `{"errors":[{"category":"AUTHENTICATION_ERROR","code":"UNAUTHORIZED","detail":"This request could not be authorized."}]}`, Means: Inactive},
		},
	},
	{
		ID:        "shopify-access-scopes",
		Detectors: []string{"shopify-access-token"},
		URL:       "https://{host}/admin/oauth/access_scopes.json",
		Header:    []string{"X-Shopify-Access-Token: {secret}"},
		Tenant:    true,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"access_scopes"}, Means: Active},
			{Status: []int{401}, Body: `\[API\] Invalid API key or access token`, Means: Inactive, Why: "shop does not know the token"},
		},
		Identity:  []Reading{{Field: "scopes", JSON: "access_scopes.0.handle"}},
		Source:    "Shopify/shopify-api-ruby:lib/shopify_api/rest/resources/2022_07/access_scope.rb",
		Confirmed: "2026-11-22",
		Notes:     "A token belongs to one shop: configure NAME.myshopify.com. The text of the 401 is recorded in github.com/Shopify/shopify-cli/issues/263.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"access_scopes":[{"handle":"read_products"},{"handle":"write_orders"}]}`,
				Means: Active, Identity: map[string]string{"scopes": "read_products"},
			},
			{Name: "uninstalled app", Status: 401, Body: `{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}`, Means: Inactive},
		},
	},
	{
		ID:        "paystack-balance",
		Detectors: []string{"paystack-secret-key", "paystack-test-secret-key"},
		URL:       "https://api.paystack.co/balance",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"status=true", "data"}, Means: Active},
			{Status: []int{401}, JSON: []string{"status=false", "message=Invalid key"}, Means: Inactive, Why: "Paystack does not know the key"},
		},
		Source:    "PaystackOSS/openapi:dist/paystack.yaml",
		Confirmed: "2026-11-22",
		Notes:     "The document has path and refusal. Keys of Stripe and Clerk begin alike: only what has 40 hexadecimal digits is sent here.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"status":true,"message":"Balances retrieved","data":[{"currency":"NGN","balance":0}]}`, Means: Active},
			{Name: "regenerated key", Status: 401, Body: `{"status":false,"message":"Invalid key"}`, Means: Inactive},
		},
	},
	{
		ID:        "mollie-methods",
		Detectors: []string{"mollie-api-key"},
		URL:       "https://api.mollie.com/v2/methods",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"_embedded.methods"}, Means: Active},
			{Status: []int{401}, JSON: []string{"title=Unauthorized Request", "detail=Missing authentication, or failed to authenticate"}, Means: Inactive, Why: "Mollie does not know the key"},
		},
		Source:    "mollie/mollie-api-node:tests/unit/errors.test.ts",
		Confirmed: "2026-11-22",
		Notes:     "The path is in src/binders/methods; the form of the refusal is the client's own test.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"count":1,"_embedded":{"methods":[{"resource":"method","id":"ideal"}]}}`, Means: Active},
			{Name: "regenerated key", Status: 401, Body: `{"status":401,"title":"Unauthorized Request","detail":"Missing authentication, or failed to authenticate","_links":{"documentation":{"href":"https://docs.mollie.com/overview/authentication","type":"text/html"}}}`, Means: Inactive},
		},
	},
	{
		ID:        "paddle-event-types",
		Detectors: []string{"paddle-api-key"},
		URL:       "https://{host}/event-types",
		Header:    []string{"Authorization: Bearer {secret}"},
		Hosts:     []string{"api.paddle.com", "sandbox-api.paddle.com"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data", "meta.request_id"}, Means: Active},
			{Status: []int{403}, JSON: []string{"error.code=forbidden"}, Means: Active, Why: "key is valid, but not allowed to list types of events"},
			{Status: []int{401, 403}, JSON: []string{"error.code=invalid_token"}, Means: Inactive, Why: "Paddle does not know the key"},
		},
		Source:    "PaddleHQ/paddle-go-sdk:shared.go",
		Confirmed: "2026-11-22",
		Notes:     "Path and hosts are in event_types.go and paddle.go. A key works in its own environment alone, so both are asked.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"data":[{"name":"transaction.billed","group":"Transaction"}],"meta":{"request_id":"example"}}`, Means: Active},
			{Name: "key without the permission", Status: 403, Body: `{"error":{"type":"request_error","code":"forbidden","detail":"You aren't permitted to perform this request."},"meta":{"request_id":"example"}}`, Means: Active},
			{Name: "revoked key", Status: 403, Body: `{"error":{"type":"request_error","code":"invalid_token","detail":"Authentication token is invalid."},"meta":{"request_id":"example"}}`, Means: Inactive},
			{Name: "malformed key", Status: 403, Body: `{"error":{"type":"request_error","code":"authentication_malformed"},"meta":{"request_id":"example"}}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "easypost-webhooks",
		Detectors: []string{"easypost-api-key"},
		URL:       "https://api.easypost.com/v2/webhooks",
		User:      "{secret}",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"webhooks"}, Means: Active},
			{Status: []int{401, 403}, JSON: []string{"error.code=APIKEY.INACTIVE"}, Means: Inactive, Why: "key is not active any more"},
		},
		Source:    "EasyPost/easypost-go:cassettes/TestErrorInheritance.yaml",
		Confirmed: "2026-11-22",
		Notes:     "A recording of the provider's own client; host and authentication are in client.go. Other refusals are no answer.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"webhooks":[]}`, Means: Active},
			{Name: "deactivated key", Status: 403, Body: `{"error":{"code":"APIKEY.INACTIVE","errors":[],"message":"This api key is no longer active. Please use a different api key or reactivate this key."}}`, Means: Inactive},
		},
	},
}
