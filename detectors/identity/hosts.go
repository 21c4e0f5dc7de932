package identity

import (
	"bytes"
	"strings"
	"sync"

	"leakline/detectors"
)

// hostSign is one row of the table of hosts.
type hostSign struct {
	// host is the host, which stands for all below it too; it may go on with "/"
	// and the first part of the path.
	host string
	// first, if not empty, must occur in the host's first label.
	first string
	sign
}

// maxHost is the longest host name, in bytes (RFC 1035, section 2.3.4).
const maxHost = 255

// eachHost calls found with every host name in a text, in lower case, and what
// follows it, cut to a few bytes. Anything with a dot between labels counts; the
// table decides.
func eachHost(text []byte, found func(host string, after []byte)) {
	for i := 0; i < len(text); {
		if !isHostByte(text[i]) {
			i++
			continue
		}
		end, dots := i, 0
		for end < len(text) && isHostByte(text[end]) {
			if text[end] == '.' {
				dots++
			}
			end++
		}
		if dots > 0 && end-i <= maxHost {
			host := strings.Trim(string(bytes.ToLower(text[i:end])), ".-")
			found(host, text[end:min(end+64, len(text))])
		}
		i = end
	}
}

// lookHosts calls found with every sign of the hosts in a text.
func lookHosts(text []byte, provider string, found func(*sign)) {
	eachHost(text, func(host string, after []byte) {
		if s := lookHost(host, after); s != nil && s.speaks(provider) {
			found(s)
		}
	})
}

// lookHost gives the sign of the longest row that a host and the path after it
// fall under, or nil.
func lookHost(host string, after []byte) *sign {
	index := hostIndex()
	label, _, _ := strings.Cut(host, ".")
	if len(after) > 0 && after[0] == ':' { // a port
		n := 1
		for n < len(after) && after[n] >= '0' && after[n] <= '9' {
			n++
		}
		after = after[n:]
	}
	part := firstPart(after)
	for tail := host; tail != ""; {
		if part != "" {
			if s := pick(index[tail+"/"+part], label); s != nil {
				return s
			}
		}
		if s := pick(index[tail], label); s != nil {
			return s
		}
		dot := strings.IndexByte(tail, '.')
		if dot < 0 {
			break
		}
		tail = tail[dot+1:]
	}
	return nil
}

func pick(rows []hostSign, label string) *sign {
	for i := range rows {
		if strings.Contains(label, rows[i].first) {
			return &rows[i].sign
		}
	}
	return nil
}

// firstPart is the first part of a path, "" if there is no path.
func firstPart(after []byte) string {
	if len(after) < 2 || after[0] != '/' {
		return ""
	}
	n := 1
	for n < len(after) && (isAlnum(after[n]) || after[n] == '-' || after[n] == '_' || after[n] == '.') {
		n++
	}
	return string(bytes.ToLower(after[1:n]))
}

// hostIndex gives the rows of a host, those that ask for a first label before the
// one that does not.
var hostIndex = sync.OnceValue(func() map[string][]hostSign {
	index := map[string][]hostSign{}
	add := func(h hostSign) {
		h.text = h.host
		if h.first != "" {
			h.text = "*" + h.first + "*." + h.host
			index[h.host] = append([]hostSign{h}, index[h.host]...)
			return
		}
		index[h.host] = append(index[h.host], h)
	}
	for _, g := range hostGroups {
		for host := range strings.SplitSeq(g.words, ",") {
			add(hostSign{host: strings.TrimSpace(host), sign: g.sign})
		}
	}
	for _, h := range labelledHosts {
		add(h)
	}
	return index
})

// hostGroups is the table of hosts: the API and sign-in hosts that the providers'
// documentation names.
var hostGroups = []wordGroup{
	{
		sign{layer: ai, generic: true},
		`api.openai.com, auth.openai.com, chatgpt.com, openai.azure.com, cognitiveservices.azure.com, ai.azure.com,
		services.ai.azure.com, inference.ai.azure.com, anthropic.com, claude.ai, claude.com,
		generativelanguage.googleapis.com, aiplatform.googleapis.com, ai.google.dev, api.mistral.ai, mistral.ai,
		api.cohere.com, api.cohere.ai, api.groq.com, api.perplexity.ai, api.deepseek.com, openrouter.ai, huggingface.co,
		hf.space, api.replicate.com, replicate.com, api.x.ai, api.together.xyz, api.together.ai, api.fireworks.ai,
		smith.langchain.com, langchain.com, langfuse.com, wandb.ai, pinecone.io, weaviate.cloud,
		qdrant.io, elevenlabs.io, deepgram.com, assemblyai.com, cursor.sh, cursor.com, api.nvidia.com,
		dashscope.aliyuncs.com, dashscope-intl.aliyuncs.com, api.moonshot.cn, api.moonshot.ai, api.voyageai.com,
		portkey.ai, helicone.ai, braintrust.dev, modelcontextprotocol.io, api.githubcopilot.com, ai-gateway.vercel.sh`,
	},
	{
		sign{layer: app, generic: true},
		`auth0.com, b2clogin.com, ciamlogin.com, clerk.accounts.dev, clerk.dev, clerk.com, workos.com, authkit.app,
		stytch.com, descope.com, kinde.com, frontegg.com, propelauth.com, propelauthtest.com, fusionauth.io,
		supertokens.com, supertokens.io, securetoken.google.com, identitytoolkit.googleapis.com, amazoncognito.com,
		oryapis.com, logto.app, hanko.io, magic.link, api.authy.com, verify.twilio.com, appleid.apple.com,
		nextauth.js.org, authjs.dev`,
	},
	{
		sign{layer: app},
		`login.microsoftonline.com/common, login.microsoftonline.com/organizations, login.microsoftonline.com/consumers,
		securetoken.googleapis.com`,
	},
	{sign{layer: app, weak: true}, `oktapreview.com, supabase.co, firebaseapp.com, graph.facebook.com`},
	{
		sign{layer: infra, class: workforce},
		`admin.googleapis.com, jumpcloud.com, tailscale.com, api.slack.com/scim, slack.com/scim, cloudflareaccess.com`,
	},
	{
		sign{layer: infra, class: workforce, weak: true},
		`okta.com, okta-gov.com, okta-emea.com, graph.microsoft.com, graph.windows.net, onelogin.com, duosecurity.com`,
	},
	{
		sign{layer: infra, class: detectors.Cloud},
		`management.azure.com, management.core.windows.net, cloudresourcemanager.googleapis.com,
		compute.googleapis.com, container.googleapis.com, kubernetes.default.svc`,
	},
	{sign{layer: infra, class: detectors.Cloud, weak: true}, `storage.googleapis.com, vault.azure.net`},
	{sign{layer: infra, class: detectors.CICD}, `token.actions.githubusercontent.com, pipelines.actions.githubusercontent.com`},
	{sign{layer: infra, class: detectors.SourceControl, weak: true}, `api.github.com, uploads.github.com`},
	{sign{layer: infra, class: detectors.Messaging, weak: true}, `hooks.slack.com, slack.com/api, discord.com/api, api.twilio.com`},
}

// labelledHosts are hosts that the first label decides.
var labelledHosts = []hostSign{
	{host: "amazonaws.com", first: "bedrock", sign: sign{layer: ai, generic: true}},
	{host: "amazonaws.com", first: "cognito-id", sign: sign{layer: app, generic: true}},
	{host: "googleapis.com", first: "-aiplatform", sign: sign{layer: ai, generic: true}},
	// A developer's own Okta organisation serves the product being built:
	// https://developer.okta.com/docs/concepts/okta-organizations/
	{host: "okta.com", first: "dev-", sign: sign{layer: app, weak: true}},
}
