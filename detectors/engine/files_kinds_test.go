package engine_test

// credentialFiles are the files, in order of how common they are.
func credentialFiles() []credentialFile {
	return []credentialFile{
		{
			path: ".mcp.json",
			text: `{
  "mcpServers": {
    "github": {
      "command": "npx",
      "args": ["-y", "@modelcontextprotocol/server-github"],
      "env": { "GITHUB_PERSONAL_ACCESS_TOKEN": "%[1]s" }
    },
    "search": {
      "command": "npx",
      "args": ["-y", "acme-search", "--api-key", "%[2]s"],
      "env": { "SEARCH_API_KEY": "%[3]s", "LOG_LEVEL": "info" }
    },
    "remote": {
      "type": "http",
      "url": "https://mcp.acme.dev/mcp",
      "headers": { "Authorization": "Bearer %[4]s", "X-API-Key": "%[5]s" }
    },
    "cloud": { "url": "https://mcp.acme.dev/sse?api_key=%[6]s" },
    "postgres": { "command": "npx", "args": ["-y", "server-postgres", "postgresql://app:%[7]s@db.acme.dev:5432/shop"] },
    "bridge": { "command": "npx", "args": ["mcp-remote", "https://mcp.acme.dev/sse", "--header", "Authorization: Bearer %[8]s"] },
    "fromEnv": { "command": "x", "env": { "API_TOKEN": "${API_TOKEN}", "API_KEY": "YOUR_API_KEY_HERE" } }
  }
}
`,
			secrets: []string{
				"github-pat ghp_{crc}{30:alnum}{crc32:6}", "? {40:alnum}", "? {32:hex}", "? {48:alnum}", "? {36:alnum}", "? {32:alnum}",
				"postgres-url {20:alnum}", "? {43:word-}",
			},
		},
		{
			path: "claude_desktop_config.json",
			text: "{\n  \"mcpServers\": {\n    \"notion\": {\n      \"command\": \"npx\",\n      \"args\": [\"-y\", \"@notionhq/notion-mcp-server\"],\n      \"env\": {\n        \"OPENAPI_MCP_HEADERS\": \"{\\\"Authorization\\\": \\\"Bearer ntn_%[1]s\\\", \\\"Notion-Version\\\": \\\"2022-06-28\\\" }\"\n      }\n    },\n    \"brave\": {\n      \"command\": \"docker\",\n      \"args\": [\"run\", \"-i\", \"--rm\", \"-e\", \"ACME_API_KEY=%[2]s\", \"mcp/acme\"]\n    }\n  }\n}\n",
			secrets: []string{
				"- {1:digit}", "? {40:alnum}",
			},
		},
		{
			path: ".vscode/mcp.json",
			text: `{
	"inputs": [{ "type": "promptString", "id": "acme-key", "description": "API key", "password": true }],
	"servers": {
		"acme": { "type": "http", "url": "https://mcp.acme.dev/mcp", "headers": { "Authorization": "Bearer ${input:acme-key}" } },
		"other": { "type": "stdio", "command": "uvx", "args": ["acme"], "env": { "ACME_TOKEN": "%[1]s" } }
	}
}
`,
			secrets: []string{"? {40:alnum}"},
		},
		{
			path: ".codex/auth.json",
			text: `{
  "OPENAI_API_KEY": null,
  "tokens": {
    "id_token": "%[1]s",
    "access_token": "%[2]s",
    "refresh_token": "%[3]s",
    "account_id": "0f0d6c1e-7a44-4d0e-9a3b-5c2f1f0f3a11"
  },
  "last_refresh": "2026-10-01T10:00:00.000000Z"
}
`,
			secrets: []string{
				"? {jwt:RS256:{\"iss\":\"https://auth.openai.com\",\"sub\":\"auth0|{24:hex}\",\"aud\":[\"app_{24:alnum}\"],\"email\":\"{8:lower}@acme.dev\",\"exp\":1790003600}}",
				"? {jwt:RS256:{\"iss\":\"https://auth.openai.com\",\"aud\":[\"https://api.openai.com/v1\"],\"scp\":[\"openid\",\"offline_access\"],\"exp\":1790003600}}",
				"openai-codex-refresh-token rt_{60:word-}.{43:word-}",
			},
		},
		{
			path: ".claude/.credentials.json",
			text: `{"claudeAiOauth":{"accessToken":"%[1]s","refreshToken":"%[2]s","expiresAt":1790003600000,"scopes":["user:inference","user:profile"],"subscriptionType":"max"}}`,
			secrets: []string{
				"anthropic-oauth-access-token sk-ant-oat01-{86:word-}-{6:alnum}AA", "anthropic-oauth-refresh-token sk-ant-ort01-{86:word-}-{6:alnum}AA",
			},
		},
		{
			path: ".gemini/oauth_creds.json",
			text: `{
  "access_token": "%[1]s",
  "scope": "https://www.googleapis.com/auth/cloud-platform openid",
  "token_type": "Bearer",
  "id_token": "%[2]s",
  "expiry_date": 1790003600000,
  "refresh_token": "%[3]s"
}
`,
			secrets: []string{
				"google-oauth-access-token ya29.a0{180:word-}", "? {jwt:RS256:{\"iss\":\"https://accounts.google.com\",\"azp\":\"{12:digit}.apps.googleusercontent.com\",\"sub\":\"{21:digit}\",\"exp\":1790003600}}",
				"google-oauth-refresh-token 1//0{1:digit}{80:word-}",
			},
		},
		{
			path: ".qwen/oauth_creds.json",
			text: `{
  "access_token": "%[1]s",
  "token_type": "Bearer",
  "refresh_token": "%[2]s",
  "resource_url": "portal.qwen.ai",
  "expiry_date": 1790003600000
}
`,
			secrets: []string{"? {86:word-}", "? {86:word-}"},
		},
		{
			path: "transcript.jsonl",
			text: `{"type":"user","message":{"role":"user","content":"deploy it with my key"},"uuid":"7f1c8a52-2c1b-4b7e-9f63-0a3f6d2c9e10","timestamp":"2026-10-01T10:00:00.000Z"}
{"type":"assistant","message":{"content":[{"type":"tool_use","id":"toolu_01A","name":"Bash","input":{"command":"export ACME_API_KEY=%[1]s && curl -H \"Authorization: Bearer %[2]s\" https://api.acme.dev/v1/me"}}]}}
{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"toolu_01A","content":"DB_PASSWORD=%[3]s\nDB_HOST=db.acme.dev\nJWT_SECRET=\"%[4]s\"\n{\"password\": \"%[5]s\"}"}]}}
`,
			secrets: []string{"? {40:alnum}", "? {48:alnum}", "? {password}", "jwt-signing-secret {48:alnum}", "? {20:alnum}"},
		},
		{
			path: ".env",
			text: "# app\nNODE_ENV=production\nPORT=3000\nDB_PASSWORD=%[1]s\nDATABASE_URL=\"postgresql://app:%[2]s@db.acme.dev:5432/shop?schema=public\"\nexport REDIS_URL=redis://:%[3]s@cache.acme.dev:6379/0\nJWT_SECRET='%[4]s'\nSESSION_SECRET=%[5]s # rotate\nACME_API_KEY = %[6]s\nMAIL_PASSWORD=%[7]s\nSECRET_KEY=changeme\nEMPTY_PASSWORD=\nADMIN_TOKEN=$(cat /run/token)\nAPP_PASSWORD=${DB_PASSWORD}\n",
			secrets: []string{
				"? {password}", "postgres-url {20:alnum}", "redis-url {24:alnum}", "jwt-signing-secret {48:alnum}", "session-secret {40:hex}",
				"? {32:alnum}", "? {16:lower}",
			},
		},
		{
			path: "notebook.ipynb",
			text: `{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": 3,
   "metadata": {},
   "outputs": [
    {
     "name": "stdout",
     "output_type": "stream",
     "text": [
      "{'api_key': '%[1]s', 'model': 'x'}\n",
      "ACME_TOKEN=%[2]s\n"
     ]
    },
    {
     "data": { "text/plain": [ "Config(token='%[3]s', retries=3)" ] },
     "output_type": "execute_result"
    }
   ],
   "source": [
    "import os\n",
    "os.environ[\"ACME_API_KEY\"] = \"%[4]s\"\n",
    "client = Client(api_key=\"%[5]s\")\n",
    "conn = connect(host='db.acme.dev', user='app', password='%[6]s')\n",
    "%%env ACME_SECRET_KEY=%[7]s"
   ]
  }
 ],
 "nbformat": 4
}
`,
			secrets: []string{"? {40:alnum}", "? {40:alnum}", "? {40:alnum}", "? {32:hex}", "? {48:alnum}", "? {password}", "? {40:alnum}"},
		},
		{
			path:    ".docker/config.json",
			text:    "{\n\t\"auths\": {\n\t\t\"https://registry.acme.dev/v1/\": {\n\t\t\t\"auth\": \"%[1]s\"\n\t\t},\n\t\t\"ghcr.acme.dev\": {\n\t\t\t\"auth\": \"%[2]s\",\n\t\t\t\"identitytoken\": \"%[3]s\"\n\t\t},\n\t\t\"empty.acme.dev\": {}\n\t},\n\t\"credsStore\": \"desktop\"\n}\n",
			secrets: []string{"docker-config-auth {b64:deployer:{password}}", "docker-config-auth {b64:ci-bot:{32:alnum}}", "docker-config-identity-token {48:alnum}"},
		},
		{
			path:    "dockercfg (pull secret with user and password)",
			text:    `{"auths":{"registry.acme.dev":{"username":"ci","password":"%[1]s","email":"ci@acme.dev","auth":"%[2]s"}}}`,
			secrets: []string{"? {24:alnum}", "docker-config-auth {b64:ci:{24:alnum}}"},
		},
		{
			path: ".kube/config",
			text: `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority-data: %[1]s
    server: https://10.0.0.1:6443
  name: prod
current-context: prod
users:
- name: admin
  user:
    client-certificate-data: %[2]s
    client-key-data: %[3]s
- name: bot
  user:
    token: %[4]s
- name: sa
  user:
    token: %[5]s
- name: basic
  user:
    username: admin
    password: %[6]s
- name: oidc
  user:
    auth-provider:
      name: oidc
      config:
        client-id: kube
        client-secret: %[7]s
        id-token: %[8]s
        refresh-token: %[9]s
        idp-issuer-url: https://sso.acme.dev/realms/prod
`,
			secrets: []string{
				"- {b64:{pem:CERTIFICATE:700}\n}", "- {b64:{pem:CERTIFICATE:800}\n}", "private-key-base64 {b64:{pem:RSA PRIVATE KEY:1190}\n}", "? {64:hex}",
				"? {jwt:RS256:{\"iss\":\"kubernetes/serviceaccount\",\"kubernetes.io/serviceaccount/namespace\":\"default\",\"sub\":\"system:serviceaccount:default:ci\"}}",
				"? {20:alnum}", "oidc-client-secret {32:alnum}",
				"? {jwt:RS256:{\"iss\":\"https://sso.acme.dev/realms/prod\",\"aud\":\"kube\",\"sub\":\"{uuid}\",\"exp\":1790003600}}", "? {60:word-}",
			},
		},
		{
			path:    ".npmrc",
			text:    "registry=https://registry.acme.dev/\n//registry.acme.dev/:_authToken=%[1]s\n//other.acme.dev/:_authToken=\"%[2]s\"\n//nexus.acme.dev/repository/npm/:_auth=%[3]s\n//art.acme.dev/:username=ci\n//art.acme.dev/:_password=%[4]s\n_auth=%[5]s\n_authToken = %[6]s\n//npm.acme.dev/:_authToken=${NPM_TOKEN}\nalways-auth=true\nemail=ci@acme.dev\n",
			secrets: []string{"? npm_{crc}{30:alnum}{crc32:6}", "npmrc-auth {uuid4}", "npmrc-auth {b64:ci:{20:alnum}}", "npmrc-auth {b64:{password}}", "npmrc-legacy-auth {b64:ci:{20:alnum}}", "npmrc-legacy-auth {40:alnum}"},
		},
		{
			path:    ".yarnrc.yml",
			text:    "npmScopes:\n  acme:\n    npmRegistryServer: \"https://npm.acme.dev\"\n    npmAuthToken: %[1]s\nnpmRegistries:\n  \"https://art.acme.dev\":\n    npmAuthIdent: \"ci:%[2]s\"\n    npmAlwaysAuth: true\n",
			secrets: []string{"yarn-registry-token {uuid4}", "yarn-registry-token {20:alnum}"},
		},
		{
			path:    ".pypirc",
			text:    "[distutils]\nindex-servers =\n    private\n    acme\n\n[private]\nrepository = https://pypi.acme.dev/\nusername = deployer\npassword = %[1]s\n\n[acme]\nusername: ci\npassword: %[2]s\n",
			secrets: []string{"? {password}", "? {24:alnum}"},
		},
		{
			path:    ".netrc",
			text:    "machine api.acme.dev login deployer password %[1]s\nmachine git.acme.dev\n  login bot\n  password %[2]s\n\nmachine files.acme.dev\n\tlogin ci\n\taccount x\n\tpassword %[3]s\ndefault login anonymous password user@site\n",
			secrets: []string{"? {password}", "? {40:hex}", "? {16:lowernum}"},
			also:    []string{"netrc-password"},
		},
		{
			path:    ".pgpass",
			text:    "# hostname:port:database:username:password\ndb.acme.dev:5432:shop:app:%[1]s\n*:*:*:postgres:%[2]s\nlocalhost:5433:*:admin:%[3]s\n10.0.0.5:5432:billing:svc_billing:%[4]s\n",
			secrets: []string{"pgpass-password {password}", "pgpass-password {20:alnum}", "pgpass-password {16:alnum}", "pgpass-password {24:hex}"},
		},
		{
			path:    ".my.cnf",
			text:    "[client]\nuser=app\npassword=%[1]s\nhost=db.acme.dev\n\n[mysqldump]\nuser = backup\npassword = \"%[2]s\"\n",
			secrets: []string{"? {password}", "? {16:alnum}"},
		},
		{
			path: "realm-export.json",
			text: `{
  "id" : "shop",
  "realm" : "shop",
  "users" : [ {
    "username" : "admin",
    "enabled" : true,
    "credentials" : [ {
      "id" : "5d1f1a4e-3a44-4a0e-9a3b-5c2f1f0f3a11",
      "type" : "password",
      "createdDate" : 1700000000000,
      "secretData" : "{\"value\":\"%[1]s\",\"salt\":\"%[2]s\",\"additionalParameters\":{}}",
      "credentialData" : "{\"hashIterations\":27500,\"algorithm\":\"pbkdf2-sha256\",\"additionalParameters\":{}}"
    } ],
    "realmRoles" : [ "admin" ]
  }, {
    "username" : "demo",
    "credentials" : [ { "type" : "password", "value" : "%[3]s", "temporary" : false } ]
  } ],
  "clients" : [ {
    "clientId" : "shop-web",
    "clientAuthenticatorType" : "client-secret",
    "secret" : "%[4]s",
    "redirectUris" : [ "https://shop.acme.dev/*" ]
  } ],
  "identityProviders" : [ {
    "alias" : "google",
    "providerId" : "google",
    "config" : { "clientId" : "acme", "clientSecret" : "%[5]s", "syncMode" : "IMPORT" }
  } ],
  "smtpServer" : { "host" : "smtp.acme.dev", "user" : "mailer", "password" : "%[6]s" },
  "components" : {
    "org.keycloak.keys.KeyProvider" : [ {
      "name" : "rsa-generated",
      "providerId" : "rsa-generated",
      "config" : { "privateKey" : [ "%[7]s" ], "priority" : [ "100" ] }
    }, {
      "name" : "hmac-generated",
      "providerId" : "hmac-generated",
      "subComponents" : { },
      "config" : { "kid" : [ "4f6c0e3a-8d44-4a0e-9a3b-5c2f1f0f3a11" ], "secret" : [ "%[8]s" ], "algorithm" : [ "HS256" ] }
    } ],
    "org.keycloak.storage.UserStorageProvider" : [ {
      "providerId" : "ldap",
      "config" : { "bindDn" : [ "cn=admin" ], "bindCredential" : [ "%[9]s" ] }
    } ]
  }
}
`,
			secrets: []string{
				"- {86:b64}==", "- {22:b64}==", "? {16:alnum}", "keycloak-realm-client-secret {32:alnum}", "? {32:alnum}", "? {16:alnum}",
				"keycloak-realm-private-key MIIEowIBAAKCAQEA{1572:b64}", "keycloak-realm-secret-key {86:word-}", "keycloak-ldap-bind-credential-export {16:alnum}",
			},
		},
		{
			path:    "idp.pem and metadata.xml",
			text:    "<md:EntityDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://sso.acme.dev\">\n<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>%[1]s</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\n<PrivateKey>%[2]s</PrivateKey>\n</md:EntityDescriptor>\n",
			secrets: []string{"- MIID{900:b64}", "saml-settings-private-key MIIEowIBAAKCAQEA{1572:b64}"},
		},
		{
			path: "service-account.json",
			text: `{
  "type": "service_account",
  "project_id": "acme-prod-1",
  "private_key_id": "0123456789abcdef0123456789abcdef01234567",
  "private_key": "%[1]s",
  "client_email": "ci@acme-prod-1.iam.gserviceaccount.com",
  "client_id": "103456789012345678901",
  "auth_uri": "https://accounts.google.com/o/oauth2/auth",
  "token_uri": "https://oauth2.googleapis.com/token"
}
`,
			secrets: []string{"- {1:digit}"},
			also:    []string{"google-service-account-key"},
		},
		{
			path: "application_default_credentials.json",
			text: `{
  "account": "",
  "client_id": "764086051850-abc.apps.googleusercontent.com",
  "client_secret": "%[1]s",
  "quota_project_id": "acme",
  "refresh_token": "%[2]s",
  "type": "authorized_user",
  "universe_domain": "googleapis.com"
}
`,
			secrets: []string{"? {24:word-}", "google-oauth-refresh-token 1//0{1:digit}{80:word-}"},
		},
		{
			path: "terraform.tfstate",
			text: `{
  "version": 4,
  "terraform_version": "1.9.0",
  "outputs": { "db_password": { "value": "%[1]s", "type": "string", "sensitive": true } },
  "resources": [
    { "mode": "managed", "type": "random_password", "name": "db", "instances": [ { "attributes": {
      "bcrypt_hash": "$2a$10$abc", "id": "none", "length": 24, "result": "%[2]s" } } ] },
    { "mode": "managed", "type": "aws_db_instance", "name": "db", "instances": [ { "attributes": {
      "address": "db.acme.dev", "password": "%[3]s", "username": "app" } } ] },
    { "mode": "managed", "type": "tls_private_key", "name": "ca", "instances": [ { "attributes": {
      "algorithm": "RSA", "private_key_pem": "%[4]s", "public_key_openssh": "ssh-rsa" } } ] },
    { "mode": "managed", "type": "aws_iam_access_key", "name": "ci", "instances": [ { "attributes": {
      "id": "AKIA", "secret": "%[5]s", "ses_smtp_password_v4": "%[6]s", "status": "Active", "user": "ci" } } ] },
    { "mode": "managed", "type": "azuread_application_password", "name": "ci", "instances": [ { "attributes": {
      "key_id": "x", "value": "%[7]s" } } ] }
  ]
}
`,
			secrets: []string{"? {24:alnum}", "terraform-random-password {24:alnum}", "? {20:alnum}", "- {1:digit}", "? {40:alnum}", "? B{43:b64}", "? {3:alnum}8Q~{34:word}"},
		},
		{
			path:    "prod.auto.tfvars",
			text:    "region = \"eu-west-1\"\ndb_password = \"%[1]s\"\napi_tokens = {\n  ci = \"%[2]s\"\n}\ngrafana_admin_password=\"%[3]s\"\n",
			secrets: []string{"? {password}", "~ {40:alnum}", "? {16:alnum}"},
		},
		{
			path:    "config/secrets.yml",
			text:    "development:\n  secret_key_base: %[1]s\n\nproduction:\n  secret_key_base: <%%= ENV[\"SECRET_KEY_BASE\"] %%>\n  smtp_password: %[2]s\n  api_key: %[3]s\n",
			secrets: []string{"? {128:hex}", "? {16:alnum}", "? {32:hex}"},
		},
		{
			path:    "config/database.yml",
			text:    "default: &default\n  adapter: postgresql\n  pool: 5\nproduction:\n  <<: *default\n  database: shop\n  username: shop\n  password: %[1]s\n  host: db.acme.dev\nstaging:\n  <<: *default\n  password: '%[2]s'\ntest:\n  password: <%%= ENV['DB_PASSWORD'] %%>\n",
			secrets: []string{"? {16:alnum}", "? {password}"},
		},
		{
			path:    "laravel .env",
			text:    "APP_NAME=Shop\nAPP_KEY=base64:%[1]s\nDB_CONNECTION=mysql\nDB_USERNAME=root\nDB_PASSWORD=%[2]s\nREDIS_PASSWORD=null\nMAIL_PASSWORD=\"%[3]s\"\nPUSHER_APP_SECRET=%[4]s\nAWS_SECRET_ACCESS_KEY=%[5]s\nMIX_PUSHER_APP_KEY=\"${PUSHER_APP_KEY}\"\n",
			secrets: []string{"laravel-app-key base64:{42:b64}{1:[AEIMQUYcgkosw048]}=", "? {12:alnum}", "? {32:hex}", "? {20:lowernum}", "? {40:b64}"},
		},
		{
			path:    "application.yml",
			text:    "spring:\n  datasource:\n    url: jdbc:postgresql://db.acme.dev:5432/shop\n    username: shop\n    password: %[1]s\n  security:\n    oauth2:\n      client:\n        registration:\n          google:\n            client-id: acme\n            client-secret: %[2]s\n  mail:\n    password: ${MAIL_PASSWORD:}\njwt:\n  secret: %[3]s\nserver:\n  ssl:\n    key-store-password: %[4]s\neureka:\n  client:\n    serviceUrl:\n      defaultZone: http://eureka:%[5]s@discovery.acme.dev:8761/eureka/\nencrypt:\n  key: %[6]s\njasypt:\n  encryptor:\n    password: %[7]s\ndb2:\n  password: ENC(Yk1nZ3hWc2JqZ2hqZ2hq)\n",
			secrets: []string{"? {16:alnum}", "? {32:alnum}", "? {64:hex}", "? {14:alnum}", "basic-auth-url {20:alnum}", "~ {24:alnum}", "? {20:alnum}"},
		},
		{
			path:    "application.properties",
			text:    "spring.datasource.url=jdbc:mysql://db.acme.dev:3306/shop?user=app&password=%[1]s\nspring.datasource.password=%[2]s\nspring.security.user.password=%[3]s\njwt.secret=%[4]s\nspring.mail.password = %[5]s\napp.api-key: %[6]s\nspring.rabbitmq.password=${RABBIT}\n",
			secrets: []string{"? {16:alnum}", "? {password}", "? {16:alnum}", "jwt-signing-secret {48:alnum}", "? {16:alnum}", "? {32:hex}"},
		},
		{
			path: "appsettings.json",
			text: `{
  "ConnectionStrings": {
    "Default": "Server=tcp:db.acme.dev,1433;Database=shop;User ID=app;Password=%[1]s;Encrypt=True;",
    "Redis": "cache.acme.dev:6380,password=%[2]s,ssl=True,abortConnect=False",
    "Storage": "DefaultEndpointsProtocol=https;AccountName=acme;AccountKey=%[3]s;EndpointSuffix=core.windows.net"
  },
  "Jwt": { "Issuer": "acme", "Key": "%[4]s" },
  "JwtSettings": { "SecretKey": "%[5]s" },
  "AzureAd": { "ClientId": "5d1f1a4e-3a44-4a0e-9a3b-5c2f1f0f3a11", "ClientSecret": "%[6]s" },
  "Smtp": { "UserName": "mailer", "Password": "%[7]s" },
  "SendGrid": { "ApiKey": "%[8]s" }
}
`,
			secrets: []string{"? {16:alnum}", "? {43:b64}=", "? {86:b64}==", "aspnet-jwt-signing-key {48:alnum}", "? {40:alnum}", "entra-client-secret {3:alnum}8Q~{34:word}", "? {14:alnum}", "? SG.{22:word-}.{43:word-}"},
		},
		{
			path: "web.config",
			text: `<?xml version="1.0"?>
<configuration>
  <connectionStrings>
    <add name="Default" connectionString="Data Source=db.acme.dev;Initial Catalog=shop;User Id=app;Password=%[1]s" providerName="System.Data.SqlClient" />
  </connectionStrings>
  <appSettings>
    <add key="ApiSecret" value="%[2]s" />
    <add key="SmtpPassword" value="%[3]s" />
  </appSettings>
  <system.web>
    <machineKey validationKey="%[4]s" decryptionKey="%[5]s" validation="SHA1" decryption="AES" />
    <identity impersonate="true" userName="ACME\svc" password="%[6]s" />
  </system.web>
</configuration>
`,
			secrets: []string{"? {16:alnum}", "? {40:alnum}", "? {14:alnum}", "~ {128:HEX}", "~ {64:HEX}", "? {14:alnum}"},
		},
		{
			path:    ".github/workflows/ci.yml",
			text:    "on: push\nenv:\n  NODE_AUTH_TOKEN: %[1]s\njobs:\n  test:\n    runs-on: ubuntu-latest\n    services:\n      postgres:\n        image: postgres:16\n        env:\n          POSTGRES_PASSWORD: postgres\n    steps:\n      - run: docker login -u ci -p %[2]s registry.acme.dev\n      - run: curl -H \"Authorization: token %[3]s\" https://api.acme.dev\n      - uses: acme/deploy@v1\n        with:\n          api-key: %[4]s\n          token: ${{ secrets.DEPLOY_TOKEN }}\n          password: '%[5]s'\n",
			secrets: []string{"? {40:alnum}", "? {24:alnum}", "~ {40:hex}", "? {32:hex}", "? {16:alnum}"},
			also:    []string{"generic-password"},
		},
		{
			path:    ".gitlab-ci.yml",
			text:    "variables:\n  DEPLOY_TOKEN: \"%[1]s\"\n  SONAR_PASSWORD:\n    value: \"%[2]s\"\n    description: \"x\"\n  FROM_CI: $CI_JOB_TOKEN\ndeploy:\n  script:\n    - sshpass -p '%[3]s' ssh deploy@host.acme.dev\n    - echo \"%[4]s\" | docker login -u ci --password-stdin\n    - export SSHPASS=%[5]s\n    - mysql -u app -p%[6]s shop < x.sql\n    - curl -u ci:%[7]s https://nexus.acme.dev/\n    - PGPASSWORD=%[8]s psql -h db\n",
			secrets: []string{"? {40:alnum}", "~ {16:alnum}", "? {16:alnum}", "~ {24:alnum}", "~ {16:alnum}", "? {16:alnum}", "? {20:alnum}", "? {16:alnum}"},
		},
		{
			path: "credentials.xml (Jenkins)",
			text: `<com.cloudbees.plugins.credentials.SystemCredentialsProvider>
<com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl>
  <scope>GLOBAL</scope><id>nexus</id>
  <username>ci</username>
  <password>%[1]s</password>
</com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl>
<com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl>
  <username>ci2</username>
  <password>{%[2]s}</password>
</com.cloudbees.plugins.credentials.impl.UsernamePasswordCredentialsImpl>
<org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl>
  <id>token</id>
  <secret>%[3]s</secret>
</org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl>
<passphrase>{%[4]s}</passphrase>
</com.cloudbees.plugins.credentials.SystemCredentialsProvider>
`,
			secrets: []string{"? {16:alnum}", "jenkins-encrypted-secret AQAAABAAAAA{52:b64}=", "? {40:alnum}", "jenkins-encrypted-secret AQAAABAAAAA{52:b64}="},
		},
		{
			path:    "settings.xml (Maven)",
			text:    "<settings>\n  <servers>\n    <server>\n      <id>releases</id>\n      <username>deployer</username>\n      <password>%[1]s</password>\n    </server>\n    <server>\n      <id>enc</id>\n      <username>deployer</username>\n      <password>{%[2]s}</password>\n    </server>\n    <server>\n      <id>key</id>\n      <privateKey>${user.home}/.ssh/id_dsa</privateKey>\n      <passphrase>%[3]s</passphrase>\n    </server>\n    <server><id>env</id><password>${env.PW}</password></server>\n  </servers>\n  <proxies><proxy><username>p</username><password>%[4]s</password></proxy></proxies>\n</settings>\n",
			secrets: []string{"? {16:alnum}", "- {42:b64}==", "? {20:alnum}", "? {password}"},
		},
		{
			path:    "NuGet.Config",
			text:    "<configuration>\n  <packageSourceCredentials>\n    <acme>\n      <add key=\"Username\" value=\"ci\" />\n      <add key=\"ClearTextPassword\" value=\"%[1]s\" />\n    </acme>\n    <old>\n      <add key=\"Username\" value=\"ci\" />\n      <add key=\"Password\" value=\"%[2]s\" />\n    </old>\n  </packageSourceCredentials>\n  <apikeys>\n    <add key=\"https://nuget.acme.dev/v3/index.json\" value=\"%[3]s\" />\n  </apikeys>\n</configuration>\n",
			secrets: []string{"? {24:alnum}", "- AQAAANCMnd8BFdERjHoAwE{180:b64}=", "- AQAAANCMnd8BFdERjHoAwE{180:b64}="},
		},
		{
			path:    "group_vars/all.yml",
			text:    "ansible_user: root\nansible_ssh_pass: %[1]s\nansible_become_password: \"%[2]s\"\nmysql_root_password: %[3]s\nvaulted: !vault |\n  $ANSIBLE_VAULT;1.1;AES256\n  62313365396662343061393464336163383764373764613633653634306231386433626436623361\n  6134333665353966363534333632666535333761666131620a663537646436643839616531643561\nlookup_password: \"{{ lookup('env', 'PW') }}\"\nvault_password: \"{{ vault_db_password }}\"\n",
			secrets: []string{"? {16:alnum}", "? {password}", "? {20:alnum}"},
		},
		{
			path:    "hosts.ini",
			text:    "[web]\nweb1.acme.dev ansible_user=deploy ansible_ssh_pass=%[1]s ansible_port=22\nweb2.acme.dev ansible_user=deploy ansible_password='%[2]s'\n[all:vars]\nansible_become_pass=%[3]s\n",
			secrets: []string{"? {16:alnum}", "? {16:alnum}", "? {16:alnum}"},
		},
		{
			path:    "wg0.conf",
			text:    "[Interface]\nAddress = 10.8.0.2/24\nPrivateKey = %[1]s\nDNS = 10.8.0.1\n\n[Peer]\nPublicKey = %[2]s\nPresharedKey = %[3]s\nAllowedIPs = 0.0.0.0/0\nEndpoint = vpn.acme.dev:51820\n",
			secrets: []string{"wireguard-private-key {42:b64}8=", "- {42:b64}8=", "wireguard-private-key {42:b64}8="},
		},
		{
			path:    "client.ovpn",
			text:    "client\ndev tun\nremote vpn.acme.dev 1194\nkey-direction 1\n<ca>\n%[1]s\n</ca>\n<key>\n%[2]s\n</key>\n<tls-auth>\n#\n# 2048 bit OpenVPN static key\n#\n-----BEGIN OpenVPN Static key V1-----\n%[3]s\n-----END OpenVPN Static key V1-----\n</tls-auth>\n<auth-user-pass>\nalice\n%[4]s\n</auth-user-pass>\n",
			secrets: []string{"- {pem:CERTIFICATE:700}", "- {1:digit}", "openvpn-static-key {512:hex}", "? {16:alnum}"},
		},
		{
			path:    ".htpasswd",
			text:    "admin:$apr1$%[1]s\nbob:$2y$10$%[2]s\ncarol:{SHA}%[3]s\n",
			secrets: []string{"- {8:alnum}${22:alnum}", "~ {53:alnum}", "- {27:b64}="},
			also:    []string{"htpasswd-sha1-password-hash", "apache-md5-password-hash"},
		},
		{
			path:    "shadow",
			text:    "root:$6$%[1]s:19000:0:99999:7:::\ndaemon:*:19000:0:99999:7:::\nalice:$y$j9T$%[2]s:19500:0:99999:7:::\n",
			secrets: []string{"- {8:alnum}${86:alnum}", "- {22:alnum}${43:alnum}"},
			also:    []string{"sha512-crypt-password-hash", "yescrypt-password-hash"},
		},
		{
			path:    ".git-credentials",
			text:    "https://ci:%[1]s@git.acme.dev\nhttps://%[2]s:x-oauth-basic@github.com\nhttps://x-access-token:%[3]s@github.com/acme/shop.git\nhttps://bob%%40acme.dev:%[4]s@dev.acme.dev\n",
			secrets: []string{"basic-auth-url {20:alnum}", "github-pat ghp_{crc}{30:alnum}{crc32:6}", "? ghs_{crc}{30:alnum}{crc32:6}", "basic-auth-url {32:lowernum}"},
		},
		{
			path:    ".git/config",
			text:    "[remote \"origin\"]\n\turl = https://ci:%[1]s@git.acme.dev/shop.git\n[http \"https://git.acme.dev/\"]\n\textraheader = AUTHORIZATION: basic %[2]s\n[sendemail]\n\tsmtpPass = %[3]s\n",
			secrets: []string{"basic-auth-url {20:alnum}", "~ {b64:x-access-token:ghs_{crc}{30:alnum}{crc32:6}}", "? {16:alnum}"},
			also:    []string{"github-app-installation-token"},
		},
		{
			path:    "sitemanager.xml",
			text:    "<FileZilla3 version=\"3.60\" platform=\"windows\">\n<Servers>\n<Server>\n<Host>ftp.acme.dev</Host>\n<Port>21</Port>\n<User>deployer</User>\n<Pass encoding=\"base64\">%[1]s</Pass>\n<Logontype>1</Logontype>\n</Server>\n<Server>\n<Host>old.acme.dev</Host>\n<User>old</User>\n<Pass>%[2]s</Pass>\n</Server>\n</Servers>\n</FileZilla3>\n",
			secrets: []string{"filezilla-password {b64:{password}}", "? {16:alnum}"},
			also:    []string{"generic-password"},
		},
		{
			path:    ".vscode/sftp.json",
			text:    "{\n  \"name\": \"acme\",\n  \"host\": \"ftp.acme.dev\",\n  \"protocol\": \"sftp\",\n  \"username\": \"deployer\",\n  \"password\": \"%[1]s\",\n  \"passphrase\": \"%[2]s\",\n  \"remotePath\": \"/var/www\"\n}\n",
			secrets: []string{"? {16:alnum}", "? {20:alnum}"},
		},
		{
			path:    ".s3cfg",
			text:    "[default]\naccess_key = %[1]s\nsecret_key = %[2]s\ngpg_passphrase = %[3]s\nhost_base = s3.amazonaws.com\n",
			secrets: []string{"? AKIA{16:[A-Z2-7]}", "? {40:b64}", "? {16:alnum}"},
		},
		{
			path:    "rclone.conf",
			text:    "[s3]\ntype = s3\nprovider = Minio\naccess_key_id = %[1]s\nsecret_access_key = %[2]s\n\n[sftp]\ntype = sftp\nhost = x.acme.dev\nuser = bob\npass = %[3]s\n\n[drive]\ntype = drive\nclient_secret = %[4]s\ntoken = {\"access_token\":\"%[5]s\",\"token_type\":\"Bearer\",\"refresh_token\":\"%[6]s\",\"expiry\":\"2026-10-01T10:00:00Z\"}\n\n[box]\ntype = webdav\nurl = https://dav.acme.dev\nbearer_token = %[7]s\n",
			secrets: []string{"- {20:alnum}", "? {40:alnum}", "? {b64url:{30:alnum}}", "? GOCSPX-{28:word-}", "google-oauth-access-token ya29.a0{180:word-}", "google-oauth-refresh-token 1//0{1:digit}{80:word-}", "? {40:alnum}"},
		},
		{
			path:    ".boto",
			text:    "[Credentials]\naws_access_key_id = %[1]s\naws_secret_access_key = %[2]s\ngs_oauth2_refresh_token = %[3]s\ngs_access_key_id = GOOG%[4]s\ngs_secret_access_key = %[5]s\n",
			secrets: []string{"? AKIA{16:[A-Z2-7]}", "? {40:b64}", "google-oauth-refresh-token 1//0{1:digit}{80:word-}", "- {20:uppernum}", "? {40:b64}"},
		},
		{
			path:    ".aws/credentials",
			text:    "[default]\naws_access_key_id = %[1]s\naws_secret_access_key = %[2]s\n\n[sso]\naws_access_key_id=%[3]s\naws_secret_access_key=%[4]s\naws_session_token=%[5]s\n",
			secrets: []string{"? AKIA{16:[A-Z2-7]}", "? {40:b64}", "? ASIA{16:[A-Z2-7]}", "? {40:b64}", "aws-session-token IQoJb3JpZ2luX2Vj{500:b64}=="},
		},
		{
			path:    "acme.PublishSettings",
			text:    "<publishData><publishProfile profileName=\"acme - Web Deploy\" publishMethod=\"MSDeploy\" publishUrl=\"acme.scm.azurewebsites.net:443\" userName=\"$acme\" userPWD=\"%[1]s\" destinationAppUrl=\"https://acme.azurewebsites.net\" SQLServerDBConnectionString=\"\" mySQLDBConnectionString=\"\" ></publishProfile><publishProfile publishMethod=\"FTP\" userName=\"acme\\$acme\" userPWD=\"%[2]s\" /></publishData>\n",
			secrets: []string{"azure-publish-profile-password {60:alnum}", "azure-publish-profile-password {60:alnum}"},
		},
		{
			path:    "azureProfile / .azure/accessTokens.json",
			text:    "[{\"tokenType\": \"Bearer\", \"expiresIn\": 3599, \"resource\": \"https://management.core.windows.net/\", \"accessToken\": \"%[1]s\", \"refreshToken\": \"%[2]s\", \"_authority\": \"https://login.microsoftonline.com/acme\"}]\n",
			secrets: []string{"? {jwt:RS256:{\"aud\":\"{uuid}\",\"iss\":\"https://login.microsoftonline.com/{uuid}/v2.0\",\"exp\":1790003600}}", "entra-refresh-token 0.A{80:word-}.Ag{600:word-}"},
		},
		{
			path:    ".dbeaver/data-sources.json (unencrypted)",
			text:    "{\"connections\": {\"postgres-jdbc-1\": {\"provider\": \"postgresql\", \"configuration\": {\"host\": \"db.acme.dev\", \"port\": \"5432\", \"user\": \"app\", \"password\": \"%[1]s\", \"url\": \"jdbc:postgresql://db.acme.dev:5432/shop\"}}}}\n",
			secrets: []string{"? {16:alnum}"},
		},
		{
			path:    "hub / gh hosts.yml",
			text:    "github.com:\n    user: bob\n    oauth_token: %[1]s\n    git_protocol: https\nghe.acme.dev:\n    oauth_token: %[2]s\n",
			secrets: []string{"? gho_{crc}{30:alnum}{crc32:6}", "? {40:hex}"},
		},
		{
			path:    "auth.json (Composer)",
			text:    "{\n  \"http-basic\": { \"repo.acme.dev\": { \"username\": \"ci\", \"password\": \"%[1]s\" } },\n  \"bearer\": { \"api.acme.dev\": \"%[2]s\" },\n  \"gitlab-token\": { \"git.acme.dev\": \"%[3]s\" },\n  \"github-oauth\": { \"github.com\": \"%[4]s\" }\n}\n",
			secrets: []string{"? {32:hex}", "composer-auth-token {40:alnum}", "composer-auth-token {20:word-}", "? ghp_{crc}{30:alnum}{crc32:6}"},
		},
		{
			path:    ".bundle/config, gem credentials, .cargo/credentials.toml, .terraformrc, .vault-token",
			text:    "---\nBUNDLE_GEMS__ACME__DEV: \"ci:%[1]s\"\n:rubygems_api_key: rubygems_%[2]s\n:acme_key: %[3]s\n[registries.acme]\ntoken = \"%[4]s\"\n[registry]\ntoken = \"cio%[5]s\"\n",
			secrets: []string{"bundler-source-password {20:alnum}", "- {48:hex}", "- {40:hex}", "? {40:alnum}", "- {32:alnum}"},
			also:    []string{"rubygems-api-key", "crates-io-api-token"},
		},
		{
			path:    "docker-compose.yml",
			text:    "services:\n  db:\n    image: postgres:16\n    ports:\n      - \"127.0.0.1:5432:5432\"\n    environment:\n      POSTGRES_PASSWORD: %[1]s\n      - MYSQL_ROOT_PASSWORD=%[2]s\n      - \"ADMIN_TOKEN=%[3]s\"\n    command: redis-server --requirepass %[4]s\n",
			secrets: []string{"? {16:alnum}", "? {16:alnum}", "? {40:hex}", "? {24:alnum}"},
		},
		{
			path:    "secret.yaml (Kubernetes)",
			text:    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ntype: Opaque\ndata:\n  password: %[1]s\n  api-key: %[2]s\nstringData:\n  token: %[3]s\n---\nkind: Secret\ntype: kubernetes.io/dockerconfigjson\ndata:\n  .dockerconfigjson: %[4]s\n",
			secrets: []string{"~ {b64:{16:alnum}}", "? {b64:{32:hex}}", "~ {40:alnum}", "- {b64:{{\"auths\":{{\"r.acme.dev\":{{\"auth\":\"{b64:ci:{20:alnum}}\"}}}}}}}"},
			also:    []string{"docker-config-auth"},
		},
		{
			path:    "wp-config.php",
			text:    "<?php\ndefine( 'DB_PASSWORD', '%[1]s' );\ndefine('AUTH_KEY',         '%[2]s');\n$table_prefix = 'wp_';\n",
			secrets: []string{"? {password}", "? {64:[a-zA-Z0-9!@#^&*()]}"},
		},
		{
			path:    "snmpd.conf, smbcredentials, ldap.conf, msmtprc, fetchmailrc, muttrc",
			text:    "rocommunity %[1]s\nusername=bob\npassword=%[2]s\nbindpw %[3]s\naccount acme\npassword %[4]s\npoll mail.acme.dev proto imap user \"bob\" password \"%[5]s\"\nset imap_pass=\"%[6]s\"\nset smtp_pass = \"%[7]s\"\n",
			secrets: []string{"- {12:alnum}", "? {14:alnum}", "ldap-config-password {16:alnum}", "~ {16:alnum}", "~ {16:alnum}", "? {16:alnum}", "? {16:alnum}"},
		},
		{
			path:    "Cisco, FortiGate, Juniper",
			text:    "enable secret 5 $1$abcd$%[1]s\nusername admin password 0 %[2]s\nset password ENC %[3]s\npre-shared-key ascii-text \"%[4]s\"\nset psksecret \"%[5]s\"\n",
			secrets: []string{"~ {22:alnum}", "~ {14:alnum}", "- {60:b64}=", "~ {20:alnum}", "? {20:alnum}"},
			also:    []string{"md5-crypt-password-hash"},
		},
	}
}
