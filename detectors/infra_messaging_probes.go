package detectors

import "strconv"

// infraMessagingProbes are the probes of the detectors in infra_messaging.go.
var infraMessagingProbes = []Probe{
	{
		ID:        "discord-bot",
		Detectors: []string{"discord-bot-token"},
		URL:       "https://discord.com/api/v10/users/@me",
		Header:    []string{"Authorization: Bot {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "username"}, Means: Active},
			{Status: []int{401}, JSON: []string{"message=401: Unauthorized", "code=0"}, Means: Inactive, Why: "Discord does not know the token"},
		},
		Identity:  []Reading{{Field: "user", JSON: "id"}, {Field: "name", JSON: "username"}},
		PerMinute: 30,
		Source:    "discord/discord-api-docs:developers/resources/user.mdx",
		Confirmed: "2026-11-22",
		Notes:     "The table of statuses is in developers/topics/opcodes-and-status-codes.mdx; too many refusals ban the address for a while.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"id":"1","username":"helper","bot":true,"verified":true}`,
				Means: Active, Identity: map[string]string{"user": "1", "name": "helper"},
			},
			{Name: "reset token", Status: 401, Body: `{"message":"401: Unauthorized","code":0}`, Means: Inactive},
			{Name: "banned address", Status: 429, Body: `{"message":"You are being rate limited.","retry_after":64.57,"global":false}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "discord-webhook",
		Detectors: []string{"discord-webhook-url"},
		URL:       "https://discord.com/api/v10/webhooks/{secret:id}/{secret:token}",
		Split:     `https://[a-z.]*(?:discord|discordapp)\.com/api/(?:v[0-9]+/)?webhooks/(?P<id>[0-9]+)/(?P<token>[A-Za-z0-9_-]+)`,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"id", "channel_id"}, Means: Active},
			{Status: []int{404}, JSON: []string{"code=10015"}, Means: Inactive, Why: "webhook is gone"},
			{Status: []int{401, 403}, JSON: []string{"code=50027"}, Means: Inactive, Why: "token of the webhook is wrong"},
		},
		Identity: []Reading{
			{Field: "name", JSON: "name"},
			{Field: "account", JSON: "guild_id"},
		},
		PerMinute: 30,
		Source:    "discord/discord-api-docs:developers/resources/webhook.mdx",
		Confirmed: "2026-11-22",
		Notes:     "Getting a webhook with its token needs no other authentication and posts nothing. The codes are in developers/topics/opcodes-and-status-codes.mdx.",
		Examples: []Exchange{
			{
				Name: "live webhook", Status: 200, Body: `{"application_id":null,"channel_id":"2","guild_id":"3","id":"1","name":"deploys","type":1}`,
				Means: Active, Identity: map[string]string{"name": "deploys", "account": "3"},
			},
			{Name: "deleted webhook", Status: 404, Body: `{"message":"Unknown Webhook","code":10015}`, Means: Inactive},
			{Name: "wrong token", Status: 401, Body: `{"message":"Invalid Webhook Token","code":50027}`, Means: Inactive},
			{Name: "other page that is missing", Status: 404, Body: `{"message":"404: Not Found","code":0}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "telegram-get-me",
		Detectors: []string{"telegram-bot-token"},
		URL:       "https://api.telegram.org/bot{secret}/getMe",
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"ok=true", "result.id"}, Means: Active},
			{Status: []int{401}, JSON: []string{"ok=false", "error_code=401"}, Means: Inactive, Why: "Telegram does not know the token"},
		},
		Identity:  []Reading{{Field: "user", JSON: "result.username"}, {Field: "name", JSON: "result.first_name"}},
		Source:    "tdlib/telegram-bot-api:telegram-bot-api/ClientManager.cpp",
		Confirmed: "2026-11-22",
		Notes:     "The server's own source. The token stands in the path, so the URL is as secret as it.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"Helper","username":"helper_bot"}}`,
				Means: Active, Identity: map[string]string{"user": "helper_bot", "name": "Helper"},
			},
			{Name: "revoked token", Status: 401, Body: `{"ok":false,"error_code":401,"description":"Unauthorized"}`, Means: Inactive},
			{Name: "other data centre", Status: 421, Body: `{"ok":false,"error_code":421,"description":"Misdirected Request: unallowed token specified"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "sendgrid-scopes",
		Detectors: []string{"sendgrid-api-key"},
		URL:       "https://{host}/v3/scopes",
		Header:    []string{"Authorization: Bearer {secret}"},
		Hosts:     []string{"api.sendgrid.com", "api.eu.sendgrid.com"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"scopes"}, Means: Active},
			{Status: []int{403}, Body: `"message"\s*:\s*"access forbidden"`, Means: Active, Why: "key is valid, but not allowed to read its scopes"},
			{Status: []int{401}, Body: `authorization grant is invalid, expired, or revoked`, Means: Inactive, Why: "SendGrid does not know the key"},
		},
		Identity:  []Reading{{Field: "scopes", JSON: "scopes"}},
		Source:    "sendgrid/sendgrid-oai:oas_v3.json",
		Confirmed: "2026-11-22",
		Notes:     "Subusers of the European region have keys of their own host. The text of the 401 is as public code records it.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"scopes":["mail.send","sender_verification_eligible"]}`,
				Means: Active, Identity: map[string]string{"scopes": "mail.send sender_verification_eligible"},
			},
			{Name: "key without the permission", Status: 403, Body: `{"errors":[{"field":null,"message":"access forbidden"}]}`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"errors":[{"field":null,"message":"The provided authorization grant is invalid, expired, or revoked"}]}`, Means: Inactive},
		},
	},
	{
		ID:        "resend-domains",
		Detectors: []string{"resend-api-key"},
		URL:       "https://api.resend.com/domains",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"data"}, Means: Active},
			{Status: []int{401, 403}, JSON: []string{"name=restricted_api_key"}, Means: Active, Why: "key is valid, but only for sending"},
			{Status: []int{400, 401, 403}, Body: `"name"\s*:\s*"invalid_api_key"|"message"\s*:\s*"API key is invalid"`, Means: Inactive, Why: "Resend does not know the key"},
		},
		PerMinute: 60,
		Source:    "resend/resend-node:src/interfaces.ts",
		Confirmed: "2026-11-22",
		Notes:     "401 restricted_api_key is a live key that may only send. The path is in resend/resend-openapi; the bodies are as public code records them.",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Body: `{"object":"list","data":[]}`, Means: Active},
			{Name: "key for sending only", Status: 401, Body: `{"statusCode":401,"message":"This API key is restricted to only send emails","name":"restricted_api_key"}`, Means: Active},
			{Name: "deleted key", Status: 400, Body: `{"statusCode":400,"message":"API key is invalid","name":"validation_error"}`, Means: Inactive},
			{Name: "deleted key, as documented", Status: 403, Body: `{"statusCode":403,"message":"The API key is not valid.","name":"invalid_api_key"}`, Means: Inactive},
		},
	},
	{
		ID:        "brevo-account",
		Detectors: []string{"brevo-api-key"},
		URL:       "https://api.brevo.com/v3/account",
		Header:    []string{"api-key: {secret:key}"},
		Split:     `(?P<key>xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16})`,
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"email"}, Means: Active},
			{Status: []int{401}, Body: `(?i)unrecognised IP address`, Means: Active, Why: "key is valid, but not from this address"},
			{Status: []int{401, 403}, Body: `(?i)does not include the required permission`, Means: Active, Why: "key is valid, but not allowed to read its account"},
			{Status: []int{401}, JSON: []string{"code=unauthorized"}, Body: `(?i)"message"\s*:\s*"(?:key not found|api key is not enabled)`, Means: Inactive, Why: "Brevo does not know the key"},
		},
		Identity: []Reading{
			{Field: "email", JSON: "email"},
			{Field: "organization", JSON: "companyName"},
			{Field: "plan", JSON: "plan.0.type"},
		},
		Source:    "getbrevo/brevo-node:api/accountApi.ts",
		Confirmed: "2026-11-22",
		Notes:     "401 from an address that is not allowed is a live key. The texts are as public code records them. Keys for SMTP (xsmtpsib-) open no API.",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Body: `{"email":"ada@example.com","companyName":"Acme","plan":[{"type":"free"}]}`,
				Means: Active, Identity: map[string]string{"email": "ada@example.com", "organization": "Acme", "plan": "free"},
			},
			{Name: "address that is not allowed", Status: 401, Body: `{"message":"We have detected you are using an unrecognised IP address 192.0.2.1.","code":"unauthorized"}`, Means: Active},
			{Name: "deleted key", Status: 401, Body: `{"message":"Key not found","code":"unauthorized"}`, Means: Inactive},
			{Name: "other refusal", Status: 401, Body: `{"message":"authentication not found in headers","code":"unauthorized"}`, Means: OutcomeUnknown},
		},
	},
	{
		ID:        "hubspot-account",
		Detectors: []string{"hubspot-private-app-token"},
		URL:       "https://api.hubapi.com/account-info/2026-03/details",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"portalId"}, Means: Active},
			{Status: []int{403}, JSON: []string{"category=MISSING_SCOPES"}, Means: Active, Why: "token is valid, but not allowed to read its account"},
			{Status: []int{401}, JSON: []string{"category=INVALID_AUTHENTICATION"}, Means: Inactive, Why: "HubSpot does not know the token"},
			{Status: []int{401}, JSON: []string{"category=EXPIRED_AUTHENTICATION"}, Means: Inactive, Why: "token has expired"},
		},
		Identity:  []Reading{{Field: "account", JSON: "portalId"}, {Field: "plan", JSON: "accountType"}},
		Source:    "https://developers.hubspot.com/docs/api-reference/latest/account/account-information/get-account-details",
		Confirmed: "2026-11-22",
		Notes:     "HubSpot deactivates tokens that it finds in public repositories. The category of a refusal is in HubSpot/hubspot-cli:lib/doctor/Doctor.ts; a 403 of a missing scope lives.",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Body: `{"portalId":1,"accountType":"STANDARD","timeZone":"Europe/Berlin","uiDomain":"app.hubspot.com"}`,
				Means: Active, Identity: map[string]string{"account": "1", "plan": "STANDARD"},
			},
			{Name: "token without the scope", Status: 403, Body: `{"status":"error","message":"This app hasn't been granted all required scopes to make this call.","category":"MISSING_SCOPES"}`, Means: Active},
			{Name: "deactivated token", Status: 401, Body: `{"status":"error","message":"Authentication credentials not found.","correlationId":"example","category":"INVALID_AUTHENTICATION"}`, Means: Inactive},
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
