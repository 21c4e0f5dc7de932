package detectors

// probesAISearch are the probes of search, crawling and browsers for agents. Those
// whose every good call is paid for are asked an incomplete question: a live key gets
// to hear of the question, a dead one of the key.
var probesAISearch = []Probe{
	{
		ID: "tavily-usage", Detectors: []string{"tavily-api-key"},
		URL:    "https://api.tavily.com/usage",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"key", "account"}, Means: Active},
			{Status: []int{432, 433}, Body: `(?i)exceeds`, Means: Active, Why: "the limit of the plan is reached"},
			{Status: []int{401}, Body: `(?i)missing or invalid API key|API key is wrong or missing`, Means: Inactive, Why: "the key is expired or invalid"},
		},
		Identity:  []Reading{{Field: "plan", JSON: "account.current_plan"}},
		PerMinute: 10,
		Source:    "https://docs.tavily.com/documentation/api-reference/endpoint/usage", Confirmed: "2026-11-22",
		Notes: "costs nothing, unlike the search that others ask; meaning of 401, 432 and 433 from help.tavily.com, Understanding HTTP errors",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"key":{"usage":150,"limit":1000},"account":{"current_plan":"Bootstrap","plan_usage":500,"plan_limit":15000,"paygo_usage":25,"paygo_limit":100}}`, Means: Active, Identity: map[string]string{"plan": "Bootstrap"}},
			{Name: "plan used up", Status: 432, Body: `{"detail":{"error":"This request exceeds your plan's set usage limit. Please upgrade your plan or contact support@tavily.com."}}`, Means: Active},
			{Name: "pay-as-you-go used up", Status: 433, Body: `{"detail":{"error":"This request exceeds the pay-as-you-go limit. You can increase your limit on the Tavily dashboard"}}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"detail":{"error":"Unauthorized: missing or invalid API key."}}`, Means: Inactive},
			{Name: "revoked key, newer text", Status: 401, Body: `{"detail":{"error":"Your API key is wrong or missing."}}`, Means: Inactive},
		},
	},
	{
		ID: "exa-empty-search", Detectors: []string{"exa-api-key"},
		Method: "POST", URL: "https://api.exa.ai/search",
		Header: []string{"x-api-key: {secret}"},
		Body:   `{}`, ContentType: "application/json",
		Answers: []Answer{
			{Status: []int{400}, Body: `"tag"\s*:\s*"INVALID_REQUEST`, Means: Active, Why: "the key is accepted, the question is not"},
			{Status: []int{402}, Body: `"tag"\s*:\s*"(NO_MORE_CREDITS|API_KEY_BUDGET_EXCEEDED|TEAM_BUDGET_EXCEEDED)"`, Means: Active, Why: "credits or budget are used up"},
			{Status: []int{403}, Body: `"tag"\s*:\s*"(INSUFFICIENT_SCOPE|FEATURE_DISABLED|ACCESS_DENIED)"`, Means: Active, Why: "the key lacks the permission for this question"},
			{Status: []int{401}, JSON: []string{"tag=INVALID_API_KEY"}, Means: Inactive, Why: "the key is missing or invalid"},
		},
		Open:   true,
		Source: "https://exa.ai/docs/admin/error-codes", Confirmed: "2026-11-22",
		Notes: "a search is paid for; a body without a query never is one, and counts only if a wrong key hears of the key instead",
		Examples: []Exchange{
			{Name: "live key", Status: 400, Body: `{"requestId":"r1","error":"Invalid request body","tag":"INVALID_REQUEST_BODY"}`, Means: Active},
			{Name: "credits used up", Status: 402, Body: `{"requestId":"r1","error":"No more credits","tag":"NO_MORE_CREDITS"}`, Means: Active},
			{Name: "restricted key", Status: 403, Body: `{"requestId":"r1","error":"Insufficient scope","tag":"INSUFFICIENT_SCOPE"}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"requestId":"r1","error":"Invalid API key","tag":"INVALID_API_KEY"}`, Means: Inactive},
			{Name: "offer to pay without a key", Status: 402, Body: `{"x402Version":1,"accepts":[]}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "firecrawl-credit-usage", Detectors: []string{"firecrawl-api-key"},
		URL:    "https://api.firecrawl.dev/v2/team/credit-usage",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"success=true"}, Body: `"remainingCredits"`, Means: Active},
			{Status: []int{401}, JSON: []string{"success=false", "error=Unauthorized: Invalid token"}, Means: Inactive, Why: "no team has the key"},
		},
		Source: "https://docs.firecrawl.dev/api-reference/endpoint/credit-usage", Confirmed: "2026-11-22",
		Notes: "costs no credits; the text of the refusal is that of firecrawl/firecrawl:apps/api/src/controllers/auth.ts, which has others for a lost header",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"success":true,"data":{"remainingCredits":1000,"planCredits":500000,"billingPeriodStart":"2025-01-01T00:00:00Z","billingPeriodEnd":"2025-01-31T23:59:59Z"}}`, Means: Active},
			{Name: "revoked key", Status: 401, Body: `{"success":false,"error":"Unauthorized: Invalid token"}`, Means: Inactive},
			{Name: "header lost on the way", Status: 401, Body: `{"success":false,"error":"Unauthorized: Token missing"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "brave-search-without-query", Detectors: []string{"brave-search-api-key"},
		URL:    "https://api.search.brave.com/res/v1/web/search",
		Header: []string{"X-Subscription-Token: {secret}", "Accept: application/json"},
		Answers: []Answer{
			{Status: []int{422}, Body: `"code"\s*:\s*"SUBSCRIPTION_TOKEN_INVALID"`, Means: Inactive, Why: "the subscription token is invalid"},
			{Status: []int{422}, Body: `x-subscription-token`, Means: OutcomeUnknown, Why: "the header was lost on the way"},
			{Status: []int{422}, Body: `"code"\s*:\s*"VALIDATION"`, Means: Active, Why: "the key is accepted, the question is not"},
		},
		Open:   true,
		Source: "https://api-dashboard.search.brave.com/documentation/guides/authentication", Confirmed: "2026-11-22",
		Notes: "a search is paid for; one without a query is refused after the key is checked (so clients report), and status 422 means both live and dead",
		Examples: []Exchange{
			{Name: "live key", Status: 422, Body: `{"type":"ErrorResponse","error":{"id":"5d832250","status":422,"code":"VALIDATION","detail":"Unable to validate request parameter(s)","meta":{"errors":[{"type":"missing","loc":["query","q"],"msg":"Field required"}]}}}`, Means: Active},
			{Name: "revoked key", Status: 422, Body: `{"type":"ErrorResponse","error":{"id":"5d832250","status":422,"code":"SUBSCRIPTION_TOKEN_INVALID","detail":"The provided subscription token is invalid.","meta":{"component":"authentication"}}}`, Means: Inactive},
			{Name: "header lost on the way", Status: 422, Body: `{"type":"ErrorResponse","error":{"id":"5d832250","status":422,"code":"VALIDATION","detail":"Unable to validate request parameter(s)","meta":{"errors":[{"type":"missing","loc":["header","x-subscription-token"],"msg":"Field required"}]}}}`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "serper-account", Detectors: []string{"serper-api-key"},
		URL:    "https://google.serper.dev/account",
		Header: []string{"X-API-KEY: {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"balance"\s*:`, Means: Active},
			{Status: []int{403}, JSON: []string{"statusCode=403", "message=Unauthorized."}, Means: Inactive, Why: "the key is not accepted"},
		},
		Source: "https://serper.dev/playground",
		Notes:  "in wide use, and not in the provider's documentation that could be read: so it is not confirmed",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"balance":2492,"rateLimit":5}`, Means: Active},
			{Name: "revoked key", Status: 403, Body: `{"message":"Unauthorized.","statusCode":403}`, Means: Inactive},
			{Name: "proxy's 403", Status: 403, Body: `<h1>Forbidden</h1>`, Means: OutcomeUnknown},
		},
	},
	{
		ID: "apify-user", Detectors: []string{"apify-api-token"},
		URL:    "https://api.apify.com/v2/users/me",
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data.id"}, Means: Active},
			{Status: []int{403}, JSON: []string{"error.type=insufficient-permissions"}, Means: Active, Why: "the token lacks the permission for this question"},
			{Status: []int{401}, JSON: []string{"error.type=invalid-token"}, Means: Inactive, Why: "the token is not valid"},
			{Status: []int{401, 403}, JSON: []string{"error.type=user-or-token-not-found"}, Means: Inactive, Why: "no user has the token"},
		},
		Identity: []Reading{{Field: "user", JSON: "data.username"}, {Field: "email", JSON: "data.email"}, {Field: "plan", JSON: "data.plan.id"}, {Field: "account", JSON: "data.id"}},
		Source:   "https://github.com/apify/apify-docs/blob/HEAD/apify-api/openapi/paths/users/users@me.yaml", Confirmed: "2026-11-22",
		Notes: "the types of errors are those of apify/apify-docs; plan and email are left out when an Actor asks",
		Examples: []Exchange{
			{Name: "live token", Status: 200, Body: `{"data":{"id":"user1","username":"dev","email":"dev@example.com","plan":{"id":"STARTER"}}}`, Means: Active, Identity: map[string]string{"user": "dev", "email": "dev@example.com", "plan": "STARTER", "account": "user1"}},
			{Name: "restricted token", Status: 403, Body: `{"error":{"type":"insufficient-permissions","message":"Insufficient permissions to perform this action."}}`, Means: Active},
			{Name: "revoked token", Status: 401, Body: `{"error":{"type":"user-or-token-not-found","message":"User was not found or authentication token is not valid"}}`, Means: Inactive},
			{Name: "revoked token, as documented", Status: 401, Body: `{"error":{"type":"invalid-token","message":"Authentication token is not valid."}}`, Means: Inactive},
			{Name: "header lost on the way", Status: 401, Body: `{"error":{"type":"token-not-provided","message":"Authentication token was not provided"}}`, Means: OutcomeUnknown},
		},
	},
}
