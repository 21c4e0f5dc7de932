package detectors

// aiModelsChinaProbes are the probes of the detectors in ai_models_china.go.
var aiModelsChinaProbes = []Probe{
	{
		ID:        "deepseek-api-key",
		Detectors: []string{"deepseek-api-key"},
		URL:       "https://api.deepseek.com/user/balance",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, Body: `"balance_infos"\s*:`, Means: Active},
			{Status: []int{402}, Body: `(?i)insufficient balance`, Means: Active, Why: "credit is used up, the key is not"},
			{Status: []int{401}, Body: `(?i)header format`, Means: OutcomeUnknown, Why: "header was changed on the way"},
			{
				Status: []int{401}, JSON: []string{"error.type=authentication_error"}, Body: `(?i)is invalid|no such user`,
				Means: Inactive, Why: "key does not exist or is deleted",
			},
		},
		Source:    "https://api-docs.deepseek.com/api/get-user-balance",
		Confirmed: "2026-11-22",
		Notes:     "api-docs.deepseek.com/quick_start/error_codes; is_available=false is an empty account, not a dead key; relays and other providers have keys of this form",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Means: Active,
				Body: `{"is_available":true,"balance_infos":[{"currency":"CNY","total_balance":"110.00","granted_balance":"10.00","topped_up_balance":"100.00"}]}`,
			},
			{
				Name: "empty account", Status: 200, Means: Active,
				Body: `{"is_available":false,"balance_infos":[{"currency":"CNY","total_balance":"0.00","granted_balance":"0.00","topped_up_balance":"0.00"}]}`,
			},
			{
				Name: "no credit", Status: 402, Means: Active,
				Body: `{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}`,
			},
			{
				Name: "deleted key", Status: 401, Means: Inactive,
				Body: `{"error":{"message":"Authentication Fails, Your api key is invalid","type":"authentication_error","param":null,"code":"invalid_request_error"}}`,
			},
			{
				Name: "malformed header", Status: 401, Means: OutcomeUnknown,
				Body: `{"error":{"message":"Authentication Fails (auth header format should be Bearer sk-...)","type":"authentication_error","param":null,"code":"invalid_request_error"}}`,
			},
		},
	},
	{
		ID:        "dashscope-api-key",
		Detectors: []string{"dashscope-api-key"},
		URL:       "https://{host}/api/v1/models?page_size=1",
		Hosts: []string{
			"dashscope.aliyuncs.com", "dashscope-intl.aliyuncs.com", "dashscope-us.aliyuncs.com",
			"cn-hongkong.dashscope.aliyuncs.com",
		},
		Header: []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{400, 403}, JSON: []string{"code=Arrearage"}, Means: Active, Why: "bill is not paid, the key lives"},
			{Status: []int{401}, JSON: []string{"code=InvalidApiKey"}, Means: OutcomeUnknown, Why: "refused, as a live key of another region is"},
			{Status: []int{200}, Body: `"output"\s*:\s*\{`, Means: Active},
		},
		Open:      true,
		Source:    "https://www.alibabacloud.com/help/en/model-studio/list-models",
		Confirmed: "2026-11-22",
		Notes:     "never says inactive: a key is refused outside its region, and Frankfurt and Tokyo have only hosts named after a workspace",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Means: Active,
				Body: `{"code":null,"message":null,"success":true,"request_id":"example","output":{"total":101,"models":[{"model":"qwen-plus","name":"Qwen Plus"}]}}`,
			},
			{
				Name: "bill not paid", Status: 400, Means: Active,
				Body: `{"code":"Arrearage","message":"Access denied, please make sure your account is in good standing.","request_id":"example"}`,
			},
			{
				Name: "deleted key or other region", Status: 401, Means: OutcomeUnknown,
				Body: `{"code":"InvalidApiKey","message":"Invalid API-key provided.","request_id":"example"}`,
			},
		},
	},
	{
		ID:        "moonshot-api-key",
		Detectors: []string{"moonshot-api-key"},
		URL:       "https://{host}/v1/users/me/balance",
		Hosts:     []string{"api.moonshot.ai", "api.moonshot.cn"},
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"code=0"}, Body: `"available_balance"\s*:`, Means: Active},
			{
				Status: []int{401}, JSON: []string{"error.type=invalid_authentication_error"},
				Means: Inactive, Why: "neither site takes the key",
			},
		},
		Source:    "https://platform.moonshot.cn/docs/api/balance",
		Confirmed: "2026-11-22",
		Notes:     "also platform.kimi.ai/docs/api/balance; a balance below zero is an empty account, not a dead key",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Means: Active,
				Body: `{"code":0,"data":{"available_balance":49.58894,"voucher_balance":46.58893,"cash_balance":3.00001},"scode":"0x0","status":true}`,
			},
			{
				Name: "empty account", Status: 200, Means: Active,
				Body: `{"code":0,"data":{"available_balance":-1.5,"voucher_balance":0,"cash_balance":-1.5},"scode":"0x0","status":true}`,
			},
			{
				Name: "deleted key or other site", Status: 401, Means: Inactive,
				Body: `{"error":{"message":"Invalid Authentication","type":"invalid_authentication_error"}}`,
			},
		},
	},
	{
		ID:        "kimi-code-key",
		Detectors: []string{"kimi-code-key"},
		URL:       "https://api.kimi.com/coding/v1/models",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{
				Status: []int{401}, Body: `"(invalid_)?authentication_error"`,
				Means: Inactive, Why: "key does not exist or is expired",
			},
			{Status: []int{200}, JSON: []string{"object=list"}, Means: Active},
		},
		Open:   true,
		Source: "https://www.kimi.com/code/docs/",
		Notes:  "refusal recorded in public issues; the endpoint itself is only recalled",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Means: Active, Body: `{"object":"list","data":[{"id":"kimi-for-coding","object":"model"}]}`},
			{
				Name: "revoked key", Status: 401, Means: Inactive,
				Body: `{"error":{"message":"The API Key appears to be invalid or may have expired. Please verify your credentials and try again.","type":"invalid_authentication_error"}}`,
			},
		},
	},
	{
		ID:        "zhipu-api-key",
		Detectors: []string{"zhipu-api-key"},
		URL:       "https://{host}/api/paas/v4/files?purpose=batch&limit=1",
		Hosts:     []string{"open.bigmodel.cn", "api.z.ai"},
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{429}, JSON: []string{"error.code=1113"}, Means: Active, Why: "credit is used up, the key is not"},
			{
				Status: []int{401}, Body: `"code"\s*:\s*"?(1000|1002|1003|1004|401)\b`,
				Means: Inactive, Why: "neither site takes the key",
			},
			{Body: `"code"\s*:\s*"?(1001|1005|1112|1121)\b`, Means: OutcomeUnknown, Why: "account is locked or the header was lost"},
			{Status: []int{200}, JSON: []string{"object=list"}, Means: Active},
		},
		Source:    "https://docs.bigmodel.cn/api-reference",
		Confirmed: "2026-11-22",
		Notes:     "codes: docs.bigmodel.cn/cn/faq/api-code and docs.z.ai/api-reference/api-code; a locked account (1112, 1121) may come back",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Means: Active, Body: `{"object":"list","data":[],"has_more":false}`},
			{Name: "no credit", Status: 429, Means: Active, Body: `{"error":{"code":"1113","message":"Insufficient balance or no resource package. Please recharge."}}`},
			{Name: "deleted key", Status: 401, Means: Inactive, Body: `{"error":{"code":"401","message":"令牌已过期或验证不正确"}}`},
			{Name: "failed authentication", Status: 401, Means: Inactive, Body: `{"error":{"code":"1000","message":"身份验证失败"}}`},
			{Name: "no header", Status: 401, Means: OutcomeUnknown, Body: `{"error":{"code":"1001","message":"Header 中未收到 Authentication 参数，无法进行身份验证"}}`},
			{Name: "locked account", Status: 401, Means: OutcomeUnknown, Body: `{"error":{"code":"1112","message":"您的账户已被锁定，请联系客服人员解锁"}}`},
		},
	},
	{
		ID:        "minimax-api-key",
		Detectors: []string{"minimax-api-key"},
		URL:       "https://{host}/v1/models",
		Hosts:     []string{"api.minimax.io", "api.minimaxi.com"},
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Body: `"status_code"\s*:\s*2049\b|invalid api key \(2049\)`, Means: Inactive, Why: "neither site takes the key"},
			{Body: `"status_code"\s*:\s*1004\b|\(1004\)`, Means: OutcomeUnknown, Why: "header was lost or key and group do not match"},
			{Body: `"status_code"\s*:\s*1008\b`, Means: Active, Why: "credit is used up, the key is not"},
			{Status: []int{200}, JSON: []string{"object=list"}, Means: Active},
		},
		Open:      true,
		Source:    "https://platform.minimax.io/docs/api-reference/models/openai/list-models",
		Confirmed: "2026-11-22",
		Notes:     "errors come with 200 and base_resp; codes: platform.minimax.io/docs/api-reference/errorcode",
		Examples: []Exchange{
			{Name: "live key", Status: 200, Means: Active, Body: `{"object":"list","data":[{"id":"MiniMax-M2","object":"model","created":1761523200,"owned_by":"minimax"}]}`},
			{Name: "dead key with 200", Status: 200, Means: Inactive, Body: `{"base_resp":{"status_code":2049,"status_msg":"invalid api key"}}`},
			{Name: "dead key", Status: 401, Means: Inactive, Body: `{"type":"error","error":{"type":"authorized_error","message":"invalid api key (2049)","http_code":"401"},"request_id":"example"}`},
			{Name: "login fail", Status: 200, Means: OutcomeUnknown, Body: `{"base_resp":{"status_code":1004,"status_msg":"login fail: Please carry the API secret key in the 'Authorization' field of the request header"}}`},
			{Name: "no credit", Status: 200, Means: Active, Body: `{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}`},
		},
	},
	{
		ID:        "siliconflow-api-key",
		Detectors: []string{"siliconflow-api-key"},
		URL:       "https://{host}/v1/user/info",
		Hosts:     []string{"api.siliconflow.cn", "api.siliconflow.com"},
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{200}, JSON: []string{"code=20000", "status=true", "data.id"}, Means: Active},
			{Status: []int{401}, Body: `^"?(Api key is invalid|Invalid token)`, Means: Inactive, Why: "neither site takes the key"},
		},
		Identity: []Reading{
			{Field: "user", JSON: "data.id"},
			{Field: "email", JSON: "data.email"},
			{Field: "name", JSON: "data.name"},
			{Field: "role", JSON: "data.role"},
		},
		Source:    "https://docs.siliconflow.cn/cn/api-reference/userinfo/get-user-info",
		Confirmed: "2026-11-22",
		Notes:     "a refusal is a JSON text, not an object",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Means: Active,
				Body:     `{"code":20000,"message":"OK","status":true,"data":{"id":"userid","name":"username","email":"user@example.com","isAdmin":false,"balance":"0.88","status":"normal","role":"member","chargeBalance":"88.00","totalBalance":"88.88"}}`,
				Identity: map[string]string{"user": "userid", "email": "user@example.com", "name": "username", "role": "member"},
			},
			{Name: "deleted key", Status: 401, Means: Inactive, Body: `"Api key is invalid"`},
			{Name: "malformed token", Status: 401, Means: Inactive, Body: `"Invalid token"`},
		},
	},
	{
		ID:        "coze-pat",
		Detectors: []string{"coze-personal-access-token"},
		URL:       "https://{host}/v1/users/me",
		Hosts:     []string{"api.coze.com", "api.coze.cn"},
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{JSON: []string{"code=4100"}, Means: Inactive, Why: "neither site takes the token"},
			{JSON: []string{"code=4101"}, Body: `(?i)token you entered is incorrect`, Means: Inactive, Why: "neither site takes the token"},
			{Status: []int{200}, JSON: []string{"code=0", "data.user_id"}, Means: Active},
		},
		Identity: []Reading{
			{Field: "user", JSON: "data.user_id"},
			{Field: "account", JSON: "data.user_name"},
			{Field: "name", JSON: "data.nick_name"},
		},
		Source:    "coze-dev/coze-py:cozepy/users/__init__.py",
		Confirmed: "2026-11-22",
		Notes:     "refusals may come with 200 and a code; 4101 also stands for a lack of permissions, so its text decides",
		Examples: []Exchange{
			{
				Name: "live token", Status: 200, Means: Active,
				Body:     `{"code":0,"msg":"","data":{"user_id":"1234","user_name":"dev","nick_name":"Dev","avatar_url":""}}`,
				Identity: map[string]string{"user": "1234", "account": "dev", "name": "Dev"},
			},
			{Name: "revoked token", Status: 401, Means: Inactive, Body: `{"code":4100,"msg":"authentication is invalid"}`},
			{Name: "wrong token with 200", Status: 200, Means: Inactive, Body: `{"code":4101,"msg":"The token you entered is incorrect. Please check and try again."}`},
			{Name: "no permission", Status: 403, Means: OutcomeUnknown, Body: `{"code":4101,"msg":"access denied"}`},
		},
	},
	{
		ID:        "stability-api-key",
		Detectors: []string{"stability-api-key"},
		URL:       "https://api.stability.ai/v1/user/account",
		Header:    []string{"Authorization: Bearer {secret}"},
		Answers: []Answer{
			{Status: []int{401}, JSON: []string{"name=unauthorized"}, Means: OutcomeUnknown, Why: "refused, for a reason that is not documented"},
			{Status: []int{200}, JSON: []string{"id"}, Body: `"organizations"\s*:`, Means: Active},
		},
		Identity: []Reading{
			{Field: "user", JSON: "id"},
			{Field: "email", JSON: "email"},
			{Field: "organization", JSON: "organizations.0.name"},
		},
		Source:    "Stability-AI/rest-api-support:examples/curl/code/v1/get_account.sh",
		Confirmed: "2026-11-22",
		PerMinute: 30,
		Notes:     "never says inactive: only the answer to a malformed header is recorded, with the same name",
		Examples: []Exchange{
			{
				Name: "live key", Status: 200, Means: Active,
				Body:     `{"id":"user-example","email":"dev@example.com","organizations":[{"id":"org-example","name":"Acme","role":"OWNER","is_default":true}]}`,
				Identity: map[string]string{"user": "user-example", "email": "dev@example.com", "organization": "Acme"},
			},
			{
				Name: "malformed header", Status: 401, Means: OutcomeUnknown,
				Body: `{"errors":["authorization: invalid or missing header value"],"id":"example","name":"unauthorized"}`,
			},
		},
	},
}
