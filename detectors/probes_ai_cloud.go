package detectors

import "slices"

// Answers of the Gemini API that mean the same for both kinds of its keys.
var (
	geminiLive = []Answer{
		{Status: []int{403}, Body: `"(SERVICE_DISABLED|API_KEY_SERVICE_BLOCKED)"`, Means: Active, Why: "key is not for the Gemini API"},
		{
			Status: []int{403}, Body: `"API_KEY_(HTTP_REFERRER|IP_ADDRESS|ANDROID_APP|IOS_APP)_BLOCKED"`,
			Means: Active, Why: "only other sites, addresses or apps may use the key",
		},
		{
			Status: []int{401}, Body: `ACCESS_TOKEN_TYPE_UNSUPPORTED|invalid authentication credentials`,
			Means: OutcomeUnknown, Why: "API no longer takes keys of this kind",
		},
		{
			Status: []int{400}, Body: `(?i)user location is not supported|FAILED_PRECONDITION`,
			Means: OutcomeUnknown, Why: "asked from a place that is not served",
		},
		{Status: []int{403}, Body: `(?i)project has been denied access`, Means: OutcomeUnknown, Why: "project is denied this API"},
		{Status: []int{200}, Body: `"models"\s*:\s*\[`, Means: Active},
	}
	geminiDead = []Answer{
		{Status: []int{400}, Body: `"API_KEY_INVALID"`, Means: Inactive, Why: "key does not exist, is deleted or expired"},
	}
	geminiIdentity = []Reading{{Field: "project", JSON: "error.details.0.metadata.consumer"}}

	geminiCommon = []Exchange{
		{
			Name: "live key", Status: 200, Means: Active,
			Body: `{"models":[{"name":"models/gemini-2.5-flash","version":"001","displayName":"Gemini 2.5 Flash"}],"nextPageToken":"2"}`,
		},
		{
			Name: "deleted key", Status: 400, Means: Inactive,
			Body: `{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}]}}`,
		},
		{
			Name: "expired key", Status: 400, Means: Inactive,
			Body: `{"error":{"code":400,"message":"API key expired. Please renew the API key.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com","metadata":{"service":"generativelanguage.googleapis.com"}}]}}`,
		},
		{
			Name: "key for another API", Status: 403, Means: Active,
			Body:     `{"error":{"code":403,"message":"Requests to this API generativelanguage.googleapis.com method google.ai.generativelanguage.v1beta.ModelService.ListModels are blocked.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_SERVICE_BLOCKED","domain":"googleapis.com","metadata":{"consumer":"projects/123456789012","service":"generativelanguage.googleapis.com"}}]}}`,
			Identity: map[string]string{"project": "projects/123456789012"},
		},
		{
			Name: "key for some sites", Status: 403, Means: Active,
			Body: `{"error":{"code":403,"message":"Requests from referer <empty> are blocked.","status":"PERMISSION_DENIED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_HTTP_REFERRER_BLOCKED","domain":"googleapis.com","metadata":{"consumer":"projects/123456789012","httpReferrer":"<empty>"}}]}}`,
		},
		{
			Name: "kind of key not taken", Status: 401, Means: OutcomeUnknown,
			Body: `{"error":{"code":401,"message":"Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.","status":"UNAUTHENTICATED","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"ACCESS_TOKEN_TYPE_UNSUPPORTED"}]}}`,
		},
		{
			Name: "place not served", Status: 400, Means: OutcomeUnknown,
			Body: `{"error":{"code":400,"message":"User location is not supported for the API use.","status":"FAILED_PRECONDITION"}}`,
		},
	}
)

// probesAICloud are the probes of the AI platforms of Google, Microsoft and Amazon.
var probesAICloud = []Probe{
	{
		ID:        "google-api-key",
		Detectors: []string{"google-api-key"},
		URL:       "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
		Header:    []string{"x-goog-api-key: {secret}"},
		Answers: slices.Concat(geminiLive, geminiDead, []Answer{
			{Status: []int{403}, Body: `(?i)reported as leaked`, Means: OutcomeUnknown, Why: "blocked for Gemini, may open other APIs"},
		}),
		Identity:  geminiIdentity,
		Source:    "https://ai.google.dev/api/rest/v1beta/models/list",
		Confirmed: "2026-11-22",
		Notes:     "since September 2026 Gemini refuses standard keys (ai.google.dev/gemini-api/docs/api-key): only API_KEY_INVALID says that a key is dead",
		Examples: append([]Exchange{{
			Name: "known to be leaked", Status: 403, Means: OutcomeUnknown,
			Body: `{"error":{"code":403,"message":"Your API key was reported as leaked. Please use another API key.","status":"PERMISSION_DENIED"}}`,
		}}, geminiCommon...),
	},
	{
		ID:        "google-gemini-auth-key",
		Detectors: []string{"google-gemini-auth-key"},
		URL:       "https://generativelanguage.googleapis.com/v1beta/models?pageSize=1",
		Header:    []string{"x-goog-api-key: {secret}"},
		Answers: slices.Concat(geminiLive, geminiDead, []Answer{
			{Status: []int{403}, Body: `(?i)reported as leaked`, Means: Inactive, Why: "Google blocked the key as leaked"},
		}),
		Identity:  geminiIdentity,
		Source:    "https://ai.google.dev/gemini-api/docs/api-key",
		Confirmed: "2026-11-22",
		Notes:     "restricted to the Gemini API by default, so a block there is all of it; live ones get 401 ACCESS_TOKEN_TYPE_UNSUPPORTED in some projects",
		Examples: append([]Exchange{{
			Name: "known to be leaked", Status: 403, Means: Inactive,
			Body: `{"error":{"code":403,"message":"Your API key was reported as leaked. Please use another API key.","status":"PERMISSION_DENIED"}}`,
		}}, geminiCommon...),
	},
	{
		ID:        "azure-openai-resource",
		Detectors: []string{"azure-ai-key", "azure-ai-legacy-key", "azure-openai-legacy-key-by-host"},
		URL:       "https://{host}/openai/models?api-version=2024-10-21",
		Tenant:    true,
		Header:    []string{"api-key: {secret}"},
		Answers: []Answer{
			{Status: []int{403}, Body: `(?i)virtual network|firewall|public access is disabled`, Means: OutcomeUnknown, Why: "resource takes other networks only"},
			{
				Status: []int{401}, JSON: []string{"error.code=401"}, Body: `(?i)invalid subscription key`,
				Means: Inactive, Why: "no configured resource takes the key",
			},
			{Status: []int{200}, Body: `"data"\s*:\s*\[`, Means: Active},
		},
		Source:    "https://learn.microsoft.com/en-us/rest/api/azureopenai/models/list",
		Confirmed: "2026-11-22",
		Notes:     "read in its Chinese versions; a key opens its own resource alone, and another answers it as it answers a wrong one",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Means: Active,
				Body: `{"data":[{"status":"succeeded","capabilities":{"inference":true},"id":"gpt-4o","object":"model"}],"object":"list"}`,
			},
			{
				Name: "wrong key or resource", Status: 401, Means: Inactive,
				Body: `{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource."}}`,
			},
			{
				Name: "network not allowed", Status: 403, Means: OutcomeUnknown,
				Body: `{"error":{"code":"403","message":"Access denied due to Virtual Network/Firewall rules."}}`,
			},
		},
	},
	{
		ID:        "aws-bedrock-long-term-key",
		Detectors: []string{"aws-bedrock-long-term-key"},
		URL:       "https://{host}/foundation-models",
		Hosts: []string{
			"bedrock.us-east-1.amazonaws.com", "bedrock.us-west-2.amazonaws.com", "bedrock.us-east-2.amazonaws.com",
			"bedrock.eu-central-1.amazonaws.com", "bedrock.eu-west-1.amazonaws.com", "bedrock.eu-west-3.amazonaws.com",
			"bedrock.ap-northeast-1.amazonaws.com", "bedrock.ap-southeast-1.amazonaws.com",
			"bedrock.ap-southeast-2.amazonaws.com", "bedrock.ap-south-1.amazonaws.com",
		},
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{403}, Body: `(?i)is not authorized to perform`, Means: Active, Why: "policy does not reach this action"},
			{
				Status: []int{403}, Body: `(?i)make sure your API key is valid`,
				Means: OutcomeUnknown, Why: "refused, as a live key of another region is",
			},
			{Status: []int{200}, Body: `"modelSummaries"\s*:`, Means: Active},
		},
		Source:    "https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-use.html",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: a live key gets the same answer in a wrong region, and not all regions are asked; a short-term key has its expiry in itself",
		PerMinute: 30,
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Means: Active,
				Body: `{"modelSummaries":[{"modelArn":"arn:aws:bedrock:us-east-1::foundation-model/amazon.titan-text-express-v1","modelId":"amazon.titan-text-express-v1","providerName":"Amazon"}]}`,
			},
			{
				Name: "key for other actions", Status: 403, Means: Active,
				Body: `{"Message":"User: arn:aws:iam::123456789012:user/BedrockAPIKey-example is not authorized to perform: bedrock:ListFoundationModels because no identity-based policy allows the bedrock:ListFoundationModels action"}`,
			},
			{
				Name: "wrong key or region", Status: 403, Means: OutcomeUnknown,
				Body: `{"Message":"Authentication failed: Please make sure your API Key is valid."}`,
			},
		},
	},
}
