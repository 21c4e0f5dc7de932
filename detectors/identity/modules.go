package identity

import (
	"strings"
	"sync"

	"leakline/detectors"
)

// lookModule gives the sign of a package as import statements and manifests name
// it, or nil. The separators of all languages are one; a row stands for everything
// below it: "@clerk/nextjs" and "com.openai.client" fall under "@clerk" and
// "com-openai".
func lookModule(name string) *sign {
	if len(name) > 200 || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "/") {
		return nil // a file of the project itself
	}
	index := moduleIndex()
	key := moduleKey(name)
	for key != "" {
		if s, ok := index[key]; ok {
			return &s
		}
		cut := strings.LastIndexByte(key, '-')
		if cut < 0 {
			return nil
		}
		key = key[:cut]
	}
	return nil
}

// moduleKey is a package name in lower case with "-" for every separator.
func moduleKey(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '/' || r == '.' || r == '_' || r == ':' || r == '\\':
			return '-'
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return r
	}, strings.TrimSpace(name))
}

var moduleIndex = sync.OnceValue(func() map[string]sign {
	index := map[string]sign{}
	for _, g := range moduleGroups {
		for name := range strings.SplitSeq(g.words, ",") {
			s := g.sign
			s.text = strings.TrimSpace(name)
			index[moduleKey(s.text)] = s
		}
	}
	return index
})

// moduleGroups is the table of packages: the SDKs and libraries that the
// providers' documentation names for each language.
var moduleGroups = []wordGroup{
	{
		sign{layer: ai},
		`openai, @openai, anthropic, @anthropic-ai, langchain, @langchain, langgraph, langsmith, langfuse, llamaindex,
		llama-index, llama_index, @llamaindex, @ai-sdk, litellm, cohere, cohere-ai, mistralai, @mistralai, groq, groq-sdk,
		together, together-ai, replicate, huggingface-hub, huggingface_hub, @huggingface, google-generativeai,
		google.generativeai, @google/generative-ai, @google/genai, google-genai, google.genai, vertexai,
		google-cloud-aiplatform, google.cloud.aiplatform, @google-cloud/vertexai, @google-cloud/aiplatform, azure-ai,
		azure.ai.openai, @azure/openai, @azure-rest/ai-inference, semantic-kernel, semantic_kernel,
		microsoft.semantickernel, microsoft.extensions.ai, autogen, autogen-agentchat, crewai, dspy, pydantic-ai, wandb,
		pinecone, pinecone-client, @pinecone-database, weaviate, weaviate-client, qdrant-client, @qdrant, chromadb,
		tiktoken, ollama, portkey-ai, helicone, haystack-ai, @modelcontextprotocol, modelcontextprotocol, mcp, fastmcp,
		elevenlabs, @elevenlabs, deepgram, @deepgram, assemblyai, @aws-sdk/client-bedrock, com.openai,
		com.theokanning.openai, com.anthropic, dev.langchain4j, org.springframework.ai, ruby-openai, async-openai,
		openai-php, github.com/openai, github.com/sashabaranov/go-openai, github.com/anthropics, github.com/tmc/langchaingo,
		github.com/google/generative-ai-go, cloud.google.com/go/vertexai, cloud.google.com/go/aiplatform,
		github.com/aws/aws-sdk-go-v2/service/bedrock, github.com/aws/aws-sdk-go-v2/service/bedrockruntime, voyageai, e2b`,
	},
	{
		sign{layer: app},
		`next-auth, @auth, @next-auth, @clerk, clerk, clerk-backend-api, @workos-inc, workos, auth0, @auth0,
		nextjs-auth0, passport, passport-saml, @node-saml, samlify, omniauth, devise, rodauth, @stytch, stytch, @descope,
		descope, @kinde, @kinde-oss, kinde, @frontegg, frontegg, @propelauth, propelauth, @fusionauth, fusionauth, supertokens,
		supertokens-node, supertokens-python, @ory, ory, keycloak-js, keycloak-connect, lucia, better-auth, @better-auth,
		express-openid-connect, oidc-provider, onelogin.saml2, python3-saml, pysaml2, saml2, django-allauth, allauth,
		social_django, social-auth, social_core, social-auth-app-django, flask-login, flask_login, flask-security, flask-jwt-extended,
		flask_jwt_extended, fastapi-users, djoser, djangorestframework-simplejwt, rest_framework_simplejwt, authlib,
		passport-azure-ad, amazon-cognito-identity-js, @aws-sdk/client-cognito-identity-provider,
		@okta/okta-auth-js, @okta/okta-react, @okta/oidc-middleware, @okta/okta-signin-widget, laravel/socialite,
		laravel/passport, laravel/sanctum, laravel/fortify, jackson-saml, @boxyhq/saml-jackson, scimmy, scim2-models, django-scim2,
		@hanko, @magic-sdk, magic-admin, @privy-io, @logto, @casdoor, casdoor, @simplewebauthn, webauthn, py_webauthn,
		duo_universal, duo-universal, @duosecurity/duo_universal, authy, django-auth-ldap, django_auth_ldap, passport-ldapauth,
		pundit-saml, ruby-saml, github.com/clerk, github.com/workos, github.com/crewjam/saml, github.com/markbates/goth,
		github.com/ory, github.com/auth0, github.com/stytchauth, github.com/descope, github.com/go-webauthn, com.auth0,
		org.keycloak, org.springframework.security.oauth2.client, org.springframework.security.saml2, sustainsys.saml2,
		microsoft.identity.web, microsoft.aspnetcore.identity, duende.identityserver, openiddict`,
	},
	{
		sign{layer: app, weak: true},
		`firebase-admin, firebase_admin, firebase.google.com/go, com.google.firebase, @supabase, supabase, gotrue,
		@azure/msal-node, @azure/msal-browser, @azure/msal-react, openid-client, express-session, iron-session,
		cookie-session, jsonwebtoken, otplib, speakeasy, pyotp, github.com/coreos/go-oidc, github.com/pquerna/otp,
		org.springframework.security, aws-amplify, boxyhq`,
	},
	{
		sign{layer: infra, class: workforce, weak: true},
		`ldap3, ldapjs, python-ldap, ldap, okta, okta-sdk-python, @okta/okta-sdk-nodejs, github.com/okta/okta-sdk-golang,
		duo_client, @microsoft/microsoft-graph-client, msgraph, msgraph-sdk, microsoft.graph, github.com/go-ldap`,
	},
	{
		sign{layer: infra, class: detectors.Cloud},
		`azure-mgmt, azure.mgmt, @azure/arm, azure.resourcemanager, @pulumi, pulumi, aws-cdk, aws-cdk-lib, @cdktf,
		github.com/Azure/azure-sdk-for-go/sdk/resourcemanager, google-cloud-resource-manager, kubernetes, k8s.io`,
	},
	{
		sign{layer: infra, class: detectors.Cloud, weak: true},
		`google-cloud, google.cloud, @google-cloud, cloud.google.com/go, com.google.cloud, boto3, azure-storage,
		azure.storage, @azure/storage-blob, azure-keyvault`,
	},
	{
		sign{layer: infra, class: detectors.SourceControl, vendors: []string{"github", "gitlab", "bitbucket"}},
		`probot, octokit, @octokit, pygithub, github.com/google/go-github, python-gitlab, @gitbeaker`,
	},
	{
		sign{layer: infra, class: detectors.Messaging, vendors: []string{"slack", "discord", "telegram"}},
		`@slack/bolt, slack-bolt, slack_bolt, slack-sdk, slack_sdk, @slack/web-api, discord.js, discord, discord.py,
		github.com/slack-go, telegraf`,
	},
}

// Bounds of reading imports: they stand at the top.
const (
	importBytes = 64 << 10
	importLines = 2000
)

// eachImport calls found with the packages that a source file of any language
// imports. It reads line by line and knows no grammar: a line of prose that looks
// like an import costs a look-up and no more.
func eachImport(data []byte, found func(name string)) {
	whole := string(data[:min(len(data), importBytes)])
	var calls []string // that stand in the text at all: most lines hold none
	for _, call := range importCalls {
		if strings.Contains(whole, call) {
			calls = append(calls, call)
		}
	}
	escaped := strings.Contains(whole, `\n"`)
	inGroup := false // in Go's import ( … )
	for range importLines {
		line, rest, more := strings.Cut(whole, "\n")
		text := strings.TrimLeft(line[:min(len(line), 400)], " \t\"'>")
		if escaped {
			text, _, _ = strings.Cut(text, `\n"`) // the end of a notebook's line
		}
		switch {
		case strings.HasPrefix(text, "import (") || strings.HasPrefix(text, "import("):
			inGroup = !strings.Contains(text, "import('") && !strings.Contains(text, `import("`)
		case inGroup && strings.HasPrefix(text, ")"):
			inGroup = false
		case inGroup:
			if name := quoted(line); name != "" {
				found(name)
			}
		}
		if !inGroup {
			importLine(text, calls, found)
		}
		if !more {
			return
		}
		whole = rest
	}
}

// importLine reads one line outside of a group.
func importLine(text string, calls []string, found func(string)) {
	for _, call := range calls {
		if _, after, ok := strings.Cut(text, call); ok {
			if name := quoted(after); name != "" {
				found(name)
			}
			return
		}
	}
	if text == "" || !strings.Contains(importStarts, text[:1]) {
		return
	}
	word, after, ok := strings.Cut(text, " ")
	if !ok || !importWords[word] {
		return
	}
	if q := strings.IndexAny(after, "\"'`"); q >= 0 && word != "from" && !strings.ContainsAny(after[:q], "#/;{") {
		found(quoted(after))
		return
	}
	if word == "using" || word == "import" || word == "use" {
		after = strings.TrimPrefix(strings.TrimPrefix(after, "static "), "global::")
	}
	for name := range strings.SplitSeq(after, ",") {
		if end := strings.IndexAny(strings.TrimSpace(name), " ;({\"'"); end >= 0 {
			name = strings.TrimSpace(name)[:end]
		}
		found(strings.ReplaceAll(strings.TrimSpace(name), "::", "."))
		if word != "import" {
			return
		}
	}
}

// importCalls are what stands before a quoted package name in JavaScript, Ruby
// and PHP; importWords begin an import statement in these and other languages.
var (
	importCalls  = []string{"require(", "import(", " from ", "require_once ", "importlib.import_module("}
	importStarts = "ifurge@" // what the words begin with
	importWords  = map[string]bool{
		"import": true, "from": true, "using": true, "use": true, "require": true, "gem": true, "export": true,
		"@import": true, "global": true,
	}
)

// quoted is the text between the first two quotes of a text, "" if there is none.
func quoted(text string) string {
	i := strings.IndexAny(text, "\"'`")
	if i < 0 {
		return ""
	}
	body, _, ok := strings.Cut(text[i+1:], text[i:i+1])
	if !ok {
		return ""
	}
	return body
}
