package boundary

import (
	"slices"

	"leakline/detectors"
)

// pause is how a credential can be put out of use and be taken into use again.
type pause struct {
	provider string
	forms    []detectors.Form
	not      []detectors.Subject // whose credentials this does not hold for
	how      string
	source   string // the documentation that says so
}

// pauses are those that providers describe; of others none is known.
var pauses = []pause{
	{
		"Anthropic",
		[]detectors.Form{detectors.APIKey},
		[]detectors.Subject{detectors.OrgAdmin, detectors.Directory},
		"its status can be set to inactive, in the Console or by the Admin API",
		"https://platform.claude.com/docs/en/api/admin/api_keys/update",
	},
	{
		"OpenRouter",
		[]detectors.Form{detectors.APIKey},
		[]detectors.Subject{detectors.OrgAdmin},
		"it can be disabled, in its settings or by a management key (disabled: true)",
		"https://openrouter.ai/docs/agent-sdk/typescript/api-reference/operations/updatekeysrequest",
	},
	{
		"LiteLLM",
		[]detectors.Form{detectors.APIKey},
		[]detectors.Subject{detectors.OrgAdmin, detectors.Anyone},
		"the proxy can block it (/key/block) and unblock it",
		"https://www.rubydoc.info/gems/litellm_client/LiteLLMClient/KeyManagementApi",
	},
	{
		"Google Cloud",
		[]detectors.Form{detectors.KeyFile, detectors.SigningKey},
		nil,
		"a key of a service account can be disabled: gcloud iam service-accounts keys disable",
		"https://docs.cloud.google.com/iam/docs/keys-disable-enable",
	},
	{
		"Amazon Web Services",
		[]detectors.Form{detectors.APIKey},
		nil,
		"an access key's status can be set to Inactive",
		"https://boto3.amazonaws.com/v1/documentation/api/1.33.4/reference/services/iam/accesskeypair/deactivate.html",
	},
	{
		"Okta",
		[]detectors.Form{detectors.ClientSecret},
		nil,
		"a client secret can be deactivated while a second one is in use",
		"https://developer.okta.com/okta-sdk-java/apidocs/com/okta/sdk/resource/model/class-use/OAuth2ClientSecret.html",
	},
	{
		"Descope",
		[]detectors.Form{detectors.APIKey},
		nil,
		"it can be deactivated on the page of management keys",
		"https://docs.descope.com/manage",
	},
}

// paused is how all credentials of some detectors can be put out of use, "" if that is
// not known of each.
func paused(of []*detectors.Detector) string {
	how := ""
	for i, d := range of {
		at := slices.IndexFunc(pauses, func(p pause) bool {
			return p.provider == d.Provider && slices.Contains(p.forms, d.Identity.Form) && !slices.Contains(p.not, d.Identity.Subject)
		})
		if at < 0 || i > 0 && pauses[at].how != how {
			return ""
		}
		how = pauses[at].how
	}
	return how
}
