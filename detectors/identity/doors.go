package identity

import (
	"slices"
	"strings"

	"leakline/detectors"
)

// doors gives the further layers that a credential opens: those that its format
// proves, and those that this hit shows.
func (h *hearing) doors(r *Ruling) []detectors.Door {
	doors := slices.Clone(h.d.AlsoOpens)
	add := func(l detectors.Layer, kind detectors.EvidenceKind, detail string) {
		if l == r.Layer {
			return
		}
		e := detectors.Evidence{Kind: kind, Detail: detail, Layer: l}
		for i := range doors {
			if doors[i].Layer == l {
				if !slices.Contains(doors[i].Evidence, e) {
					doors[i].Evidence = append(slices.Clone(doors[i].Evidence), e)
				}
				return
			}
		}
		doors = append(doors, detectors.Door{Layer: l, Evidence: []detectors.Evidence{e}})
	}
	for _, v := range formatDoors {
		declared := slices.ContainsFunc(doors, func(d detectors.Door) bool { return d.Layer == v.to })
		if !declared && r.Layer == v.from && strings.Contains(strings.ToLower(h.d.Provider+" "+h.d.Title), v.word) {
			add(v.to, detectors.EvidenceFormat, v.why)
		}
	}
	if h.claimed.serviceDB {
		add(infra, detectors.EvidenceClaim, "the role service_role passes every row policy of the project's database")
	}
	if h.claimed.wideCloud {
		add(infra, detectors.EvidenceClaim, "the scope cloud-platform reaches every service of the cloud project")
		add(ai, detectors.EvidenceClaim, "the scope cloud-platform reaches the project's AI services")
	}
	if r.Class == detectors.Cloud || h.d.Identity.Class == detectors.Cloud || h.isAccount() {
		h.services(add)
	}
	return slices.DeleteFunc(doors, func(d detectors.Door) bool { return d.Layer == r.Layer })
}

// isAccount says that the credential is a cloud's service account, of which one
// may reach many of its services.
func (h *hearing) isAccount() bool {
	return h.claimed.subject == detectors.ServiceAccount && strings.Contains(h.provider, "google")
}

// formatDoors are doors that a provider's credentials open by what they are.
var formatDoors = []struct {
	from detectors.Layer
	word string // of provider or title, in lower case
	to   detectors.Layer
	why  string
}{
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_bedrock.html
	{ai, "bedrock", infra, "it is a credential of an IAM identity of the AWS account, and has what policies that identity has"},
}

// services reads which of a cloud's AI and identity services the block names: the
// account's credential reaches them too.
func (h *hearing) services(add func(detectors.Layer, detectors.EvidenceKind, string)) {
	read := func(text []byte) {
		eachPhrase(text, func(phrase []byte) bool {
			s, ok := cloudServices[string(phrase)]
			if ok && s.speaks(h.provider) {
				add(s.layer, detectors.EvidenceNeighbour, `"`+s.text+`", a service of the same cloud, stands beside it`)
			}
			return ok
		})
	}
	h.around.eachText(func(text []byte, _ bool) { read(text) })
	read([]byte(h.name))
	for _, f := range h.found {
		if f.rank == inOwn && f.Kind == detectors.EvidenceHost && f.Layer != infra && !f.weak {
			if strings.Contains(f.Detail, "amazonaws.com") || strings.Contains(f.Detail, "googleapis.com") ||
				strings.Contains(f.Detail, "azure.com") {
				add(f.Layer, f.Kind, f.Detail)
			}
		}
	}
}

var (
	ofAWS    = []string{"aws", "amazon"}
	ofGoogle = []string{"google", "gcp", "firebase"}
	ofAzure  = []string{"azure", "microsoft", "entra"}
)

// cloudServices are names of services of the three great clouds.
var cloudServices = map[string]sign{
	"bedrock":            {text: "bedrock", layer: ai, vendors: ofAWS},
	"bedrockruntime":     {text: "bedrock runtime", layer: ai, vendors: ofAWS},
	"sagemaker":          {text: "sagemaker", layer: ai, vendors: ofAWS},
	"cognito":            {text: "cognito", layer: app, vendors: ofAWS},
	"cognitoidp":         {text: "cognito-idp", layer: app, vendors: ofAWS},
	"userpool":           {text: "user pool", layer: app, vendors: ofAWS},
	"userpoolid":         {text: "user pool id", layer: app, vendors: ofAWS},
	"vertexai":           {text: "vertex ai", layer: ai, vendors: ofGoogle},
	"aiplatform":         {text: "aiplatform", layer: ai, vendors: ofGoogle},
	"generativelanguage": {text: "generativelanguage", layer: ai, vendors: ofGoogle},
	"gemini":             {text: "gemini", layer: ai, vendors: ofGoogle},
	"cloudplatform":      {text: "cloud-platform", layer: infra, vendors: ofGoogle},
	"identitytoolkit":    {text: "identitytoolkit", layer: app, vendors: ofGoogle},
	"identityplatform":   {text: "identity platform", layer: app, vendors: ofGoogle},
	"azureopenai":        {text: "azure openai", layer: ai, vendors: ofAzure},
	"cognitiveservices":  {text: "cognitive services", layer: ai, vendors: ofAzure},
	"azureadb2c":         {text: "azure ad b2c", layer: app, vendors: ofAzure},
}
