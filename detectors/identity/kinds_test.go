package identity

import "leakline/detectors"

const ambiguous = detectors.Ambiguous

var kindCases = []kindCase{
	// Entra client secrets.
	{
		name: "entra/b2c authority", d: &entra, path: "config/default.json",
		doc: `{
  "AzureAdB2C": {
    "Instance": "https://contoso.b2clogin.com",
    "ClientId": "11111111-1111-1111-1111-111111111111",
    "ClientSecret": "@@@@"
  },
  "Logging": {}
}`,
		layer: app, first: detectors.EvidenceHost,
	},
	{
		name: "entra/next-auth", d: &entra, path: "src/lib/options.ts",
		doc: `import NextAuth from "next-auth"
export default NextAuth({
  providers: [
    AzureADProvider({
      clientId: process.env.AZURE_ID,
      clientSecret: "@@@@",
      tenantId: "common",
    }),
  ],
})`,
		layer: app, first: detectors.EvidenceNeighbour,
	},
	{
		name: "entra/terraform", d: &entra, path: "deploy/run.sh",
		doc:   "export ARM_CLIENT_ID=1\nexport ARM_CLIENT_SECRET=\"@@@@\"\nexport ARM_SUBSCRIPTION_ID=2\nterraform apply\n",
		layer: infra, class: detectors.Cloud, first: detectors.EvidenceName,
	},
	{
		name: "entra/az login", d: &entra, path: "scripts/setup.sh",
		doc:   "#!/bin/sh\naz login --service-principal -u 1 -p @@@@ --tenant 2\n",
		layer: infra, class: detectors.Cloud,
	},
	{
		name: "entra/credentials object", d: &entra, path: "creds.json",
		doc:   `{"clientId":"1","clientSecret":"@@@@","subscriptionId":"2","resourceManagerEndpointUrl":"https://management.azure.com/"}`,
		layer: infra, class: detectors.Cloud, first: detectors.EvidenceNeighbour,
	},
	{
		name: "entra/directory", d: &entra, path: "jobs/people.py",
		doc: "import msal\napp = msal.ConfidentialClientApplication(\n    client_id,\n    client_credential=\"@@@@\",\n)\n" +
			"scopes = ['User.ReadWrite.All']\nurl = 'https://graph.microsoft.com/v1.0/users'\n",
		layer: infra, class: workforce,
	},
	{
		name: "entra/azure openai", d: &entra, path: "svc/chat.py",
		doc: `cred = ClientSecretCredential(tenant, client, "@@@@")
token = cred.get_token("https://cognitiveservices.azure.com/.default")
client = AzureOpenAI(azure_endpoint="https://acme.openai.azure.com")
`,
		layer: ai,
	},
	{
		name: "entra/nothing", d: &entra, path: "notes.txt", doc: "it is @@@@ today\n",
		layer: app, confidence: ambiguous, candidates: three, first: detectors.EvidenceFormat,
	},

	// Google service accounts.
	{
		name: "service account/firebase", d: &googleAccount, path: "key.json",
		doc:    `{"type": "service_account", "private_key": "@@@@"}`,
		claims: claims{"type": "service_account", "client_email": "firebase-adminsdk-ab1cd@acme.iam.gserviceaccount.com"},
		layer:  app, confidence: detectors.Certain, first: detectors.EvidenceClaim,
	},
	{
		name: "service account/terraform", d: &googleAccount, path: "key.json",
		doc:    `{"type": "service_account", "private_key": "@@@@"}`,
		claims: claims{"client_email": "terraform@acme.iam.gserviceaccount.com"},
		layer:  infra, class: detectors.Cloud, confidence: detectors.Certain,
	},
	{
		name: "service account/compute default", d: &googleAccount, path: "key.json",
		doc:    `{"private_key": "@@@@"}`,
		claims: claims{"client_email": "123456-compute@developer.gserviceaccount.com"},
		layer:  infra, class: detectors.Cloud, confidence: detectors.Certain,
	},
	{
		name: "service account/github actions", d: &googleAccount, path: "key.json",
		doc:    `{"private_key": "@@@@"}`,
		claims: claims{"client_email": "github-actions@acme.iam.gserviceaccount.com"},
		layer:  infra, class: detectors.CICD, confidence: detectors.Certain,
	},
	{
		name: "service account/vertex", d: &googleAccount, path: "key.json",
		doc:    `{"private_key": "@@@@"}`,
		claims: claims{"client_email": "vertex-ai-runner@acme.iam.gserviceaccount.com"},
		layer:  ai, confidence: detectors.Certain,
	},
	{
		name: "service account/delegation", d: &googleAccount, path: "sync.py",
		doc: `creds = Credentials.from_service_account_info({
  "private_key": "@@@@",
  "scopes": ["https://www.googleapis.com/auth/admin.directory.user"],
}).with_subject(ADMIN)
`,
		layer: infra, class: workforce, first: detectors.EvidenceNeighbour,
	},
	{
		name: "service account/firebase import", d: &googleAccount, path: "server.js",
		doc: `const admin = require("firebase-admin");
const crypto = require("crypto");





const sa = {
  type: "service_account",
  private_key: "@@@@",
};
`,
		layer: app, first: detectors.EvidenceImport,
	},

	// Google OAuth client secrets.
	{
		name: "google client/nextauth", d: &googleClient, path: ".env",
		doc:   "DATABASE_URL=x\n\n# sign in\nAUTH_GOOGLE_ID=1\nAUTH_GOOGLE_SECRET=@@@@\n",
		layer: app, first: detectors.EvidenceName,
	},
	{
		name: "google client/oauth2-proxy", d: &googleClient, path: "values.yaml",
		doc:   "oauth2-proxy:\n  config:\n    clientID: 1\n    clientSecret: @@@@\n    cookieSecret: 2\n",
		layer: infra, class: workforce, first: detectors.EvidenceNeighbour,
	},
	{
		name: "google client/grafana environment", d: &googleClient, path: "docker-compose.yml",
		doc:   "services:\n  web:\n    environment:\n      - GF_AUTH_GOOGLE_CLIENT_ID=1\n      - GF_AUTH_GOOGLE_CLIENT_SECRET=@@@@\n",
		layer: infra, class: workforce, first: detectors.EvidenceName,
	},
	{
		name: "google client/supabase config", d: &googleClient, path: "supabase/config.toml",
		doc:   "[auth]\nenabled = true\n\n[auth.external.google]\nenabled = true\nclient_id = \"1\"\nsecret = \"@@@@\"\n",
		layer: app,
	},
	{
		name: "google client/cloud scope", d: &googleClient, path: "tool/main.go",
		doc:   "conf := &oauth2.Config{\n\tClientSecret: \"@@@@\",\n\tScopes: []string{\"https://www.googleapis.com/auth/cloud-platform\"},\n}\n",
		layer: infra, class: detectors.Cloud,
	},

	// Okta.
	{
		name: "okta/own sign-up", d: &oktaToken, path: "api/register.js",
		doc:   "const okta_token = '@@@@';\nawait fetch(`https://login.acme.example/api/v1/users?activate=true`, { method: 'POST' });\n",
		layer: app,
	},
	{
		name: "okta/workforce org", d: &oktaToken, path: "sync/users.py",
		doc:   "OKTA_TOKEN = '@@@@'\nOKTA_ORG_URL = 'https://acme.okta.com'\n",
		layer: infra, class: workforce,
	},
	{
		name: "okta/terraform provider", d: &oktaToken, path: "main.tf",
		doc:   "provider \"okta\" {\n  org_name  = \"acme\"\n  api_token = \"@@@@\"\n}\n",
		layer: infra, class: workforce, first: detectors.EvidenceNeighbour,
	},
	{
		name: "oidc/argo cd", d: &oidcSecret, path: "k8s/argocd-cm.yaml",
		doc:   "data:\n  url: https://argocd.acme.example\n  oidc.config: |\n    name: Okta\n    issuer: https://acme.okta.com\n    clientID: 1\n    clientSecret: @@@@\n",
		layer: infra, class: workforce,
	},
	{
		name: "oidc/product login", d: &oidcSecret, path: "src/config.ts",
		doc:   "export const customerLogin = {\n  issuer: 'https://acme.auth0.com',\n  clientSecret: '@@@@',\n  redirectUri: 'https://app.acme.example/callback',\n}\n",
		layer: app, first: detectors.EvidenceHost,
	},
	{
		name: "oidc/passport import alone", d: &oidcSecret, path: "server/index.js",
		doc:   "import passport from 'passport'\n\n\n\n\n\n\n\n\n\n\n\nconst o = {\n  clientSecret: '@@@@',\n}\n",
		layer: app, first: detectors.EvidenceImport,
	},

	// Keycloak.
	{
		name: "keycloak/customers", d: &keycloak, path: "application.yml",
		doc:   "keycloak:\n  realm: customers\n  resource: web\n  secret: @@@@\n",
		layer: app, first: detectors.EvidenceNeighbour,
	},
	{
		name: "keycloak/staff", d: &keycloak, path: "application.yml",
		doc:   "keycloak:\n  realm: \"employees\"\n  secret: @@@@\n",
		layer: infra, class: workforce,
	},
	{
		name: "keycloak/admin", d: &keycloak, path: "x.env", doc: "KEYCLOAK_ADMIN_SECRET=@@@@\nKEYCLOAK_REDIRECT_URI=1\n",
		layer: app, confidence: ambiguous, candidates: appInfra,
	},
	{
		name: "keycloak/federation", d: &keycloak, path: "import.json",
		doc:   `{"clientId": "grafana", "secret": "@@@@", "redirectUris": ["https://grafana.acme.example/*"]}`,
		layer: infra, class: workforce,
	},

	// SAML and SCIM.
	{
		name: "saml/service provider", d: &samlKey, path: "sso/config.js",
		doc:   "passport.use(new MultiSamlStrategy({\n  decryptionPvk: `@@@@`,\n  callbackUrl: '/login/callback',\n}))\n",
		layer: app,
	},
	{
		name: "saml/grafana", d: &samlKey, path: "grafana/saml.pem", doc: "@@@@\n",
		layer: infra, class: workforce, first: detectors.EvidenceFile,
	},
	{
		name: "scim/issued by us", d: &scimToken, path: "server/scim.js",
		doc:   "const SCIM_TOKEN = '@@@@'\napp.use('/scim/v2', (req, res, next) => {\n  if (!crypto.timingSafeEqual(Buffer.from(req.headers.authorization), Buffer.from(SCIM_TOKEN))) return res.sendStatus(401)\n})\n",
		layer: app, first: detectors.EvidenceDirection,
	},
	{
		name: "scim/toward a vendor", d: &scimToken, path: "jobs/provision.py",
		doc:   "SCIM_TOKEN = '@@@@'\nrequests.post('https://api.slack.com/scim/v2/Users', headers=h)\n",
		layer: infra, class: workforce,
	},
	{
		name: "scim/toward an AI platform", d: &scimToken, path: "jobs/provision.py",
		doc:   "SCIM_TOKEN = '@@@@'\nrequests.post('https://api.openai.com/scim/v2/Users', headers=h)\n",
		layer: ai,
	},
	{
		name: "scim/nothing", d: &scimToken, path: ".env", doc: "SCIM_TOKEN=@@@@\n",
		layer: app, confidence: ambiguous, candidates: three,
	},

	// OAuth applications.
	{
		name: "github/sign in with", d: &githubOAuth, path: "auth.ts",
		doc:   "export const { handlers } = NextAuth({\n  providers: [GitHubProvider({ clientSecret: '@@@@' })],\n})\n",
		layer: app,
	},
	{
		name: "github/app", d: &githubOAuth, path: "bot/.env", doc: "GITHUB_APP_ID=1\nGITHUB_CLIENT_SECRET=@@@@\nGITHUB_APP_NAME=probot\n",
		layer: infra, class: detectors.SourceControl,
	},
	{
		name: "slack/bot", d: &slackOAuth, path: "slack.env", doc: "SLACK_BOT_TOKEN=1\nSLACK_CLIENT_SECRET=@@@@\nSLACK_SIGNING_SECRET=2\n",
		layer: infra, class: detectors.Messaging,
	},
	{
		name: "slack/sign in with", d: &slackOAuth, path: ".env", doc: "AUTH_SLACK_ID=1\nAUTH_SLACK_SECRET=@@@@\n",
		layer: app, first: detectors.EvidenceName,
	},

	// LDAP, Duo, Twilio.
	{
		name: "ldap/grafana", d: &ldapBind, path: "grafana/ldap.toml",
		doc:   "[[servers]]\nhost = \"ldap.acme.example\"\nbind_password = \"@@@@\"\n",
		layer: infra, class: workforce, first: detectors.EvidenceFile,
	},
	{
		name: "ldap/django users", d: &ldapBind, path: "app/settings.py",
		doc:   "import ldap\nfrom django_auth_ldap.config import LDAPSearch\n\nAUTH_LDAP_BIND_PASSWORD = '@@@@'\n",
		layer: app, first: detectors.EvidenceName,
	},
	{
		name: "duo/product", d: &duoSecret, path: "login.py",
		doc: "import duo_universal\n\n\n\n\n\n\n\n\n\n\n\nskey = '@@@@'\n", layer: app,
	},
	{
		name: "duo/vpn", d: &duoSecret, path: "authproxy.cfg", doc: "[radius_server_auto]\n; vpn\nskey=@@@@\n", layer: infra, class: workforce,
	},
	{
		name: "twilio/verify", d: &twilio, path: ".env", doc: "TWILIO_AUTH_TOKEN=@@@@\nTWILIO_VERIFY_SERVICE_SID=1\n", layer: app,
	},
	{
		name: "twilio/sms", d: &twilio, path: "notify.py",
		doc: "twilio_token = '@@@@'\nclient.messages.create(to=to, from_=FROM_NUMBER)\n", layer: infra, class: detectors.Messaging,
	},

	// Tokens.
	{
		name: "jwt/kubernetes", d: &jwt, path: "x.txt", doc: "token: @@@@\n",
		claims: claims{"iss": "kubernetes/serviceaccount", "sub": "system:serviceaccount:default:x"},
		layer:  infra, class: detectors.Cloud, confidence: detectors.Certain, first: detectors.EvidenceClaim,
	},
	{
		name: "jwt/argo cd", d: &jwt, path: "x.txt", doc: "token: @@@@\n", claims: claims{"iss": "argocd", "sub": "ci"},
		layer: infra, class: detectors.CICD, confidence: detectors.Certain,
	},
	{
		name: "jwt/auth0 management", d: &jwt, path: "x.txt", doc: "token: @@@@\n",
		claims: claims{"iss": "https://acme.eu.auth0.com/", "aud": "https://acme.eu.auth0.com/api/v2/", "gty": "client-credentials"},
		layer:  app, confidence: detectors.Certain,
	},
	{
		name: "jwt/azure management", d: &jwt, path: "x.txt", doc: "token: @@@@\n",
		claims: claims{"iss": "https://sts.windows.net/1/", "aud": "https://management.azure.com/"},
		layer:  infra, class: detectors.Cloud, confidence: detectors.Certain,
	},
	{
		name: "jwt/openai", d: &jwt, path: "auth.json", doc: `{"access_token": "@@@@"}`,
		claims: claims{"iss": "https://auth.openai.com", "https://api.openai.com/auth": claims{"x": "y"}},
		layer:  ai, confidence: detectors.Certain,
	},
	{
		name: "jwt/keycloak customers", d: &jwt, path: "x.txt", doc: "t=@@@@\n",
		claims: claims{"iss": "https://id.acme.example/realms/customers", "typ": "Offline"},
		layer:  app, confidence: detectors.Certain,
	},
	{
		name: "jwt/apple client secret", d: &jwt, path: "x.txt", doc: "t=@@@@\n",
		claims: claims{"iss": "TEAMID", "aud": "https://appleid.apple.com"}, layer: app, confidence: detectors.Certain,
	},
	{
		name: "jwt/okta name decides", d: &jwt, path: "x.txt", doc: "customer_session=@@@@\n",
		claims: claims{"iss": "https://acme.example"}, layer: app,
	},

	// MCP: ambiguous until the file says whose tool it is.
	{
		name: "mcp/editor", d: &mcpToken, path: ".cursor/mcp.json",
		doc: `{"mcpServers": {"tickets": {"env": {"API_TOKEN": "@@@@"}}}}`, layer: ai, first: detectors.EvidenceNeighbour,
	},

	// Generic secrets.
	{name: "generic/openai name", d: &generic, path: "x.env", doc: "OPENAI_API_KEY=@@@@\n", layer: ai, first: detectors.EvidenceName},
	{name: "generic/sso name", d: &generic, path: "x.env", doc: "SSO_SIGNING_SECRET=@@@@\n", layer: app},
	{name: "generic/deploy name", d: &generic, path: "x.env", doc: "DEPLOY_PASSWORD=@@@@\n", layer: infra, class: detectors.CICD},
	{
		name: "generic/base url", d: &generic, path: "x.py",
		doc: "client = Client(\n  base_url='https://api.mistral.ai/v1',\n  api_key='@@@@',\n)\n", layer: ai,
	},
	{name: "generic/nothing", d: &generic, path: "x.env", doc: "PASSWORD=@@@@\n", layer: detectors.Unclassified},
	{name: "generic/admin is not clear", d: &generic, path: "x.env", doc: "ADMIN_PASSWORD=@@@@\n", layer: detectors.Unclassified},
	{name: "generic/file is not enough", d: &generic, path: ".cursor/x.env", doc: "PASSWORD=@@@@\n", layer: detectors.Unclassified},
	{
		name: "generic/tie", d: &generic, path: "x.env", doc: "OPENAI_SSO_KEY=@@@@\n", layer: detectors.Unclassified,
		confidence: ambiguous, candidates: []detectors.Layer{ai, app},
	},

	// Formats that belong to one door.
	{
		name: "openai in an auth file", d: &openaiKey, path: "auth.ts", doc: "const login = '@@@@'\n",
		layer: ai, confidence: detectors.Certain, first: detectors.EvidenceFormat,
	},
	{name: "named", d: &authSecret, path: ".env", doc: "NEXTAUTH_SECRET=@@@@\n", layer: app, first: detectors.EvidenceName},

	// What signs sessions: the default layer decides nothing, the SDKs that a product
	// calls decide nothing, an AI tool that one hosts does.
	{name: "session/nothing", d: &sessionSecret, path: "x.env", doc: "SESSION_SECRET=@@@@\n", layer: app, confidence: ambiguous, candidates: three},
	{
		name: "session/next-auth", d: &sessionSecret, path: "x.env", doc: "NEXTAUTH_SECRET=@@@@\nNEXTAUTH_URL=1\n",
		layer: app, first: detectors.EvidenceName,
	},
	{
		name: "session/langfuse", d: &sessionSecret, path: "docker-compose.yml",
		doc: "services:\n  langfuse-web:\n    image: langfuse/langfuse:3\n    environment:\n      NEXTAUTH_SECRET: @@@@\n", layer: ai,
	},
	{
		name: "session/a product that calls a model", d: &sessionSecret, path: "server.py",
		doc: "import openai\nimport authlib\n\n\n\n\n\n\n\n\n\n\n\nSESSION_SECRET = '@@@@'\nOPENAI_MODEL = 'x'\n", layer: app,
	},

	// Private keys.
	{name: "key/ssh", d: &privateKey, path: "home/.ssh/id_rsa", doc: "@@@@\n", layer: infra, class: detectors.Cloud, first: detectors.EvidenceFile},
	{name: "key/tls", d: &privateKey, path: "x.yaml", doc: "  tls.key: |\n    @@@@\n", layer: infra, class: detectors.Cloud},
	{name: "key/tokens", d: &privateKey, path: "x.env", doc: "JWT_PRIVATE_KEY=\"@@@@\"\n", layer: app, first: detectors.EvidenceName},
	{name: "key/github app", d: &privateKey, path: "x.env", doc: "GITHUB_APP_PRIVATE_KEY=\"@@@@\"\n", layer: infra, class: detectors.SourceControl},
	{name: "key/nothing", d: &privateKey, path: "x.txt", doc: "@@@@\n", layer: infra, class: detectors.Cloud, confidence: ambiguous, candidates: three},

	// URLs with a password: the host is part of the credential.
	{
		name: "url/host", d: &basicURL, path: "x.env", doc: "LOGIN_URL=https://user:@@@@@api.openai.com/v1\n",
		layer: ai, confidence: detectors.Certain, first: detectors.EvidenceHost,
	},
	{
		name: "url/name", d: &basicURL, path: "x.env", doc: "CUSTOMER_LOGIN_URL=https://user:@@@@@id.acme.example/x\n",
		layer: app, first: detectors.EvidenceName,
	},
	{
		name: "url/user", d: &basicURL, path: "x.env", doc: "U=https://deploy:@@@@@host.acme.example/x\n",
		layer: infra, class: detectors.CICD, confidence: detectors.Certain, first: detectors.EvidenceName,
	},
	{
		name: "url/nothing", d: &basicURL, path: "x.env", doc: "U=https://u:@@@@@acme.example/x\n",
		layer: infra, class: detectors.Cloud, confidence: ambiguous, candidates: three,
	},
	{
		name: "jwt/a product's user", d: &jwt, path: "x", doc: "t=@@@@\n",
		claims: claims{"iss": "https://id.acme.example", "sub": "4711", "email": "a@b.example"}, layer: app,
	},

	// Words that the detector itself demanded.
	{
		name: "demanded/one of several names", d: &oidcSecret, path: "x.env", doc: "GRAFANA_CLIENT_SECRET=@@@@\n", layer: infra, class: workforce,
	},

	// Ties.
	{
		name: "tie in the block", d: &oidcSecret, path: "x.yml",
		doc: "grafana:\n  customer: acme\n  client_secret: @@@@\n", layer: app, confidence: ambiguous, candidates: appInfra,
	},
	{
		name: "the stronger kind wins", d: &oidcSecret, path: "ansible/vars.yml",
		doc: "customer_client_secret: @@@@\n", layer: app, first: detectors.EvidenceName,
	},
	{
		name: "weak evidence does not beat strong of a weaker kind", d: &oidcSecret, path: "auth.ts",
		doc: "const ADMIN_CLIENT_SECRET = '@@@@'\n", layer: app,
	},
	{
		name: "another service's variables only tip", d: &oidcSecret, path: ".env",
		doc: "GRAFANA_URL=1\nTAILSCALE_KEY=2\nWEB_LOGIN_URL=3\nWEB_CLIENT_SECRET=@@@@\n", layer: app,
	},
}
