package identity

import "leakline/detectors"

// wordGroups is the table of words. It knows no credential's own format, which the
// detector has judged; it says what a word close to a credential tells of its use.
// The customer, workforce and AI words are those by which the products, SDKs and
// infrastructure tools concerned name their settings in their documentation.
var wordGroups = []wordGroup{
	{
		sign{layer: ai, generic: true, tool: true, where: anywhere},
		`litellm, langfuse, langsmith, langflow, flowise, open webui, librechat, lobe chat, anything llm, dify, ragflow,
		mlflow, mcp, mcp server, mcp servers, ai gateway, llm gateway, llm proxy, llm, llms, portkey, helicone,
		model context protocol`,
	},
	{
		sign{layer: ai, generic: true, where: anywhere},
		`openai, aoai, azure openai, chatgpt, anthropic, claude, langchain, langgraph, llama index, vertex ai, bedrock, gemini, generative language, ai platform, cognitive services,
		ai foundry, mistral, mistral ai, cohere, groq, deepseek, openrouter, hugging face, perplexity, ollama, elevenlabs,
		deepgram, together ai, fireworks ai, cerebras, voyage ai, pinecone, weaviate, qdrant, copilot,
		genai, semantic kernel, crewai, autogen, watsonx`,
	},
	{
		sign{layer: ai, generic: true, where: inName | inAccount},
		`ai, vertex, cognitive, foundry, gpt, hf, xai, grok, inference, embedding, embeddings`,
	},
	{
		sign{layer: ai, weak: true, where: inBlock},
		`chat completion, chat completions, completions, max tokens, embedding, embeddings, system prompt, vertex,
		cognitive, model name, deployment name`,
	},

	{
		sign{layer: app, generic: true, where: anywhere},
		`sso, saml, sign in, sign up, nextauth, authjs, omniauth, devise, passwordless, webauthn, passkey, passkeys,
		magic link, ciam, b2c, azure ad b2c, user pool, clerk, workos, stytch, descope, auth0, frontegg, kinde, propelauth,
		fusionauth, supertokens, better auth, gotrue, social auth, social login, social account, socialite,
		end user, end users, customer login, customer portal, customer identity, identity platform, identity toolkit`,
	},
	{sign{layer: app, generic: true, where: inName}, `customer, customers, mfa, totp, scim, passport, social, cognito`},
	{
		sign{layer: app, where: inName | inBlock},
		`login, auth google, auth github, auth gitlab, auth microsoft, auth azure ad, auth microsoft entra id, auth apple,
		auth facebook, auth twitter, auth linkedin, auth discord, auth slack, auth okta, auth keycloak, auth cognito,
		auth auth0, auth zitadel, auth ldap`,
	},
	{
		sign{layer: app, where: inBlock},
		`customer, customers, mfa, totp, passport use, google strategy, github strategy, facebook strategy,
		oauth2 strategy, oidc strategy, saml strategy, multi saml, azure ad strategy, bearer strategy, google provider,
		github provider, gitlab provider, facebook provider, apple provider, azure ad provider, azure ad b2c provider,
		microsoft entra id, okta provider, auth0 provider, keycloak provider, cognito provider, credentials provider,
		sp private key, decryption pvk, user flow, auth callback, register user, self service registration,
		social connections, auth external, firebase admin, firebase auth`,
	},
	{sign{layer: app, weak: true, where: inName}, `tenant, tenants`},
	{
		sign{layer: app, weak: true, where: inBlock},
		`redirect uri, redirect uris, redirect url, redirect urls, callback url, callback, register, registration, multi tenant,
		service provider, assertion consumer, acs url, sp entity id, identity provider, post logout redirect uri, storefront`,
	},
	{sign{layer: app, where: inPath}, `scim, passport, login, customer, customers, socials`},
	{sign{layer: app, where: inAccount}, `firebase adminsdk`},
	{sign{layer: app, where: inBlock | inName, vendors: []string{"okta"}}, `users activate, sign in widget, customer idp`},
	{
		sign{layer: app, where: inBlock | inName, vendors: []string{"twilio"}},
		`twilio verify, verify service, verify service sid, verify v2 services, verifications, verification checks, authy, otp`,
	},
	{sign{layer: app, where: inBlock | inName, vendors: []string{"duo"}}, `universal prompt, duo universal, duo web`},
	{sign{layer: app, where: inBlock | inName | inPath, vendors: []string{"ldap"}}, `auth ldap bind, user store`},

	{
		sign{layer: infra, class: workforce, where: anywhere},
		`workforce, employee, employees, intune, oauth2 proxy, argo cd, argo workflows, grafana, dex, vpn, openvpn,
		tailscale, teleport, identity aware proxy, jumpcloud, kerberos, gsuite, google workspace, ms graph,
		microsoft graph, identity center, aws sso, rancher, harbor, pgadmin, backstage, airflow, headlamp, zscaler,
		cloudflare access, sonarqube, internal tools`,
	},
	{
		sign{layer: infra, class: workforce, where: inName | inBlock},
		`staff, ldap federation, provider okta, okta app, okta group, gf security, gf auth, gf auth google, gf auth github,
		gf auth gitlab, gf auth okta, gf auth azuread, gf auth generic oauth, user readwrite, user readwrite all,
		directory readwrite, directory read, group readwrite, group member readwrite`,
	},
	{
		sign{layer: infra, class: workforce, where: inName | inBlock, vendors: []string{"google"}},
		`admin directory, auth admin directory, domain wide delegation, with subject, create delegated`,
	},
	{sign{layer: infra, class: workforce, weak: true, where: inName | inAccount}, `admin, graph, corp, corporate, internal`},
	{
		sign{layer: infra, class: workforce, weak: true, where: inBlock},
		`synchronization, provisioning, active directory, corp, corporate, iap`,
	},

	{
		sign{layer: infra, class: detectors.Cloud, generic: true, where: anywhere},
		`terraform, azurerm, arm client id, arm client secret, arm subscription id, arm tenant id, azure credentials,
		kubeconfig, pulumi, crossplane`,
	},
	{sign{layer: infra, class: detectors.Cloud, where: inName | inBlock}, `az login, gcloud auth, cloud platform, packer`},
	{
		sign{layer: infra, class: detectors.Cloud, where: inName | inBlock, vendors: []string{"microsoft", "azure", "entra"}},
		`subscription id, azure subscription id, resource group, login service principal`,
	},
	{sign{layer: infra, class: detectors.Cloud, where: inAccount}, `compute, appspot, cloudbuild, gke, cloud run`},
	{sign{layer: infra, class: detectors.Cloud, weak: true, where: inName | inBlock}, `backup, service principal`},

	{
		sign{layer: infra, class: detectors.CICD, generic: true, where: inName | inAccount},
		`ci, cicd, deploy, deployer, github actions, gitlab ci, circleci, travis, buildkite, jenkins, ansible`,
	},
	{
		sign{layer: infra, class: detectors.CICD, where: inBlock},
		`github actions, gitlab ci, circleci, buildkite, jenkins, ansible`,
	},
	{
		sign{layer: infra, class: detectors.SourceControl, where: inName | inBlock, vendors: []string{"github", "gitlab", "bitbucket"}},
		`github app, github bot, gitlab bot, probot, renovate, octokit, gitlab runner, repository sync, pull request, bot`,
	},
	{
		sign{layer: infra, class: detectors.Messaging, where: inName | inBlock, vendors: []string{"slack", "discord", "telegram"}},
		`slack bot, slack app, slack bolt, bot token, discord bot, signing secret, slash command, slash commands,
		event subscriptions, chatbot, bot`,
	},
	{
		sign{layer: infra, class: detectors.Messaging, where: inName | inBlock, vendors: []string{"twilio"}},
		`messages create, messaging service, messaging service sid, from number, phone number, whatsapp, sms, send sms`,
	},

	// Private keys are of all trades.
	{
		sign{layer: infra, class: detectors.Cloud, where: inName | inBlock, vendors: keyFormats},
		`tls, tls key, ssl, ssl key, ssl certificate key, ssh, ssh key, ssh private key, host key, https, etcd, kubernetes, kubelet,
		ca key, proxy, nginx, haproxy, wireguard`,
	},
	{
		sign{layer: infra, class: detectors.SourceControl, where: inName | inBlock, vendors: keyFormats},
		`github app, github app private key, git ssh`,
	},
	{
		sign{layer: app, where: inName, vendors: keyFormats},
		`jwt, oidc, oauth, id token, token signing, passport private key, signing key, idp, idp key`,
	},
	{
		sign{layer: app, where: inBlock, vendors: keyFormats},
		`jwt sign, jsonwebtoken, sign jwt, token issuer, issue token, assertion consumer, idp metadata, jwks`,
	},

	// The configuration that Firebase gives to browsers and apps:
	// https://firebase.google.com/docs/web/learn-more#config-object
	{
		sign{layer: app, where: inBlock, vendors: ofGoogle},
		`auth domain, messaging sender id, mobilesdk app id, firebase config, firebase app id`,
	},

	// Neutral phrases that end in one of the words above and mean something else.
	{
		sign{where: anywhere},
		`docker login, helm login, registry login, npm login, gh auth login, last login, login shell, login server,
		is staff, azure tenant, ms tenant`,
	},
	// An identity server of one's own serves customers or staff: its administrator and
	// the redirect URIs of its clients are there either way.
	{
		sign{where: inName | inBlock, vendors: []string{"keycloak", "authentik", "zitadel", "authelia", "ory", "simplesamlphp"}},
		`admin, redirect uri, redirect uris, redirect url, redirect urls, callback url, identity provider, service provider, callback`,
	},
}

// keyFormats are the providers under which private keys of no particular product
// are known.
var keyFormats = []string{"pkcs", "sec 1", "openssl", "openssh"}
