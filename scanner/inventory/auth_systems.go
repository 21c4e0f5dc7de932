package inventory

import "leakline/detectors"

// authSystems are what signs a product's users in and manages them: hosted services,
// servers that one runs, and what frameworks bring.
var authSystems = inLayer(System, detectors.ApplicationAuth, []Entry{
	// Hosted services.
	{
		Name: "workos", Title: "WorkOS",
		Packages: map[string][]string{
			"npm": {"@workos-inc/*", "@workos/*"}, "pypi": {"workos"}, "go": {"github.com/workos/workos-go*"},
			"gem": {"workos"}, "composer": {"workos/*"}, "nuget": {"WorkOS.net", "WorkOS*"}, "maven": {"com.workos:*"}, "cargo": {"workos"},
		},
		Hosts: []string{"api.workos.com", "authkit.app"}, Names: []string{"WORKOS_*"},
		Source: "https://workos.com/docs/sdks",
	},
	{
		Name: "auth0", Title: "Auth0",
		Packages: map[string][]string{
			"npm":  {"auth0", "@auth0/*", "auth0-js", "auth0-lock", "express-openid-connect", "express-oauth2-jwt-bearer", "passport-auth0", "react-native-auth0"},
			"pypi": {"auth0-python", "auth0-*"}, "go": {"github.com/auth0/*"}, "gem": {"auth0", "omniauth-auth0"}, "composer": {"auth0/*"},
			"nuget": {"Auth0.*"}, "maven": {"com.auth0:auth0*", "com.auth0:mvc-auth-commons"},
		},
		Imports: []string{"Auth0\\Laravel", "Auth0\\SDK"},
		Hosts:   []string{"auth0.com"}, Names: []string{"AUTH0_*"}, Marks: []string{"@auth0/auth0-mcp-server"},
		Source: "https://auth0.com/docs/libraries",
	},
	{
		Name: "okta", Title: "Okta",
		Packages: map[string][]string{
			"npm": {"@okta/*"}, "pypi": {"okta", "okta-jwt-verifier"}, "go": {"github.com/okta/*"}, "gem": {"oktakit", "omniauth-okta", "omniauth-oktaoauth"},
			"composer": {"socialiteproviders/okta", "okta/*"}, "nuget": {"Okta.*"}, "maven": {"com.okta.*"},
		},
		Hosts: []string{"okta.com", "oktapreview.com", "okta-emea.com"}, Names: []string{"OKTA_*"},
		Source: "https://developer.okta.com/code/",
	},
	{
		Name: "clerk", Title: "Clerk",
		Packages: map[string][]string{
			"npm": {"@clerk/*", "svelte-clerk", "vue-clerk"}, "pypi": {"clerk-backend-api"}, "go": {"github.com/clerk/clerk-sdk-go*", "github.com/clerkinc/*"},
			"gem": {"clerk-sdk-ruby"}, "nuget": {"Clerk.*"}, "maven": {"com.clerk:*"}, "cargo": {"clerk-rs"},
		},
		Hosts: []string{"clerk.com", "clerk.dev", "clerk.accounts.dev"}, Names: []string{"CLERK_*"},
		Source: "https://clerk.com/docs/reference/overview",
	},
	{
		Name: "stytch", Title: "Stytch",
		Packages: map[string][]string{
			"npm": {"stytch", "@stytch/*"}, "pypi": {"stytch"}, "go": {"github.com/stytchauth/stytch-go*"}, "gem": {"stytch"},
			"maven": {"com.stytch.*"}, "nuget": {"Stytch*"}, "cargo": {"stytch"},
		},
		Hosts: []string{"stytch.com"}, Names: []string{"STYTCH_*"},
		Source: "https://stytch.com/docs/sdks",
	},
	{
		Name: "descope", Title: "Descope",
		Packages: map[string][]string{
			"npm": {"@descope/*"}, "pypi": {"descope", "django-descope"}, "go": {"github.com/descope/go-sdk*"}, "gem": {"descope", "omniauth-descope"},
			"maven": {"com.descope:*"}, "nuget": {"Descope"}, "composer": {"descope/*"},
		},
		Hosts: []string{"api.descope.com", "descope.com"}, Names: []string{"DESCOPE_*"},
		Source: "https://docs.descope.com/getting-started",
	},
	{
		Name: "cognito", Title: "Amazon Cognito",
		Packages: map[string][]string{
			"npm":  {"@aws-sdk/client-cognito-identity-provider", "@aws-sdk/client-cognito-identity", "amazon-cognito-identity-js", "aws-jwt-verify", "@aws-amplify/auth"},
			"pypi": {"pycognito", "warrant", "django-cognito-jwt", "fastapi-cognito", "cognitojwt"}, "go": {"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider", "github.com/aws/aws-sdk-go/service/cognitoidentityprovider"},
			"gem": {"aws-sdk-cognitoidentityprovider", "omniauth-cognito-idp"}, "maven": {"software.amazon.awssdk:cognitoidentityprovider", "com.amazonaws:aws-java-sdk-cognitoidp"},
			"nuget": {"AWSSDK.CognitoIdentityProvider", "Amazon.Extensions.CognitoAuthentication", "Amazon.AspNetCore.Identity.Cognito"}, "cargo": {"aws-sdk-cognitoidentityprovider"},
			"composer": {"ellaisys/aws-cognito"},
		},
		Imports: []string{"software.amazon.awssdk.services.cognitoidentityprovider", "com.amazonaws.services.cognitoidp", "Amazon.CognitoIdentityProvider"},
		Hosts:   []string{"amazoncognito.com"}, Names: []string{"COGNITO_*"},
		Source: "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools.html",
	},
	{
		Name: "entra-id", Title: "Microsoft Entra ID",
		Packages: map[string][]string{
			"npm": {"@azure/msal-*", "passport-azure-ad"}, "pypi": {"msal", "fastapi-azure-auth", "django-auth-adfs", "django-azure-auth"},
			"go": {"github.com/AzureAD/microsoft-authentication-library-for-go*"}, "gem": {"omniauth-entra-id", "omniauth-azure-activedirectory-v2", "omniauth-microsoft_graph"},
			"composer": {"socialiteproviders/microsoft-azure", "socialiteproviders/azure", "thenetworg/oauth2-azure"}, "nuget": {"Microsoft.Identity.Web*", "Microsoft.Identity.Client", "Microsoft.Authentication.WebAssembly.Msal"},
			"maven": {"com.azure.spring:spring-cloud-azure-starter-active-directory*", "com.microsoft.azure:msal4j"},
		},
		Hosts: []string{"ciamlogin.com", "b2clogin.com"}, Names: []string{"AZURE_AD_CLIENT_*", "AZURE_AD_TENANT_*", "AZURE_AD_B2C_*", "ENTRA_CLIENT_*", "ENTRA_TENANT_*"},
		Source: "https://learn.microsoft.com/en-us/entra/external-id/customers/overview-customers-ciam",
	},
	{
		Name: "firebase-auth", Title: "Firebase Authentication",
		Packages: map[string][]string{
			"npm": {"firebase", "firebase-admin", "next-firebase-auth-edge", "next-firebase-auth", "@react-native-firebase/auth", "firebaseui"}, "pypi": {"firebase-admin", "pyrebase4"},
			"go": {"firebase.google.com/go*"}, "maven": {"com.google.firebase:firebase-admin", "com.google.firebase:firebase-auth*"}, "nuget": {"FirebaseAdmin", "FirebaseAuthentication.net"},
			"composer": {"kreait/firebase-php", "kreait/laravel-firebase"}, "gem": {"firebase_id_token"}, "cargo": {"firebase-auth", "rs-firebase-admin-sdk"},
		},
		Imports: []string{"firebase_admin", "com.google.firebase.auth"},
		Hosts:   []string{"identitytoolkit.googleapis.com", "securetoken.google.com", "securetoken.googleapis.com"}, Names: []string{"FIREBASE_*"},
		Source: "https://firebase.google.com/docs/auth/admin/verify-id-tokens",
	},
	{
		Name: "supabase-auth", Title: "Supabase Auth",
		Packages: map[string][]string{
			"npm": {"@supabase/supabase-js", "@supabase/ssr", "@supabase/auth-*", "@nuxtjs/supabase"}, "pypi": {"supabase", "supabase-auth", "gotrue"},
			"go": {"github.com/supabase-community/*"}, "nuget": {"Supabase", "Supabase.Gotrue"},
		},
		Hosts: []string{"supabase.co"}, Names: []string{"SUPABASE_*"},
		Source: "https://supabase.com/docs/guides/auth",
	},
	{
		Name: "kinde", Title: "Kinde",
		Packages: map[string][]string{
			"npm": {"@kinde-oss/*", "@kinde/*"}, "pypi": {"kinde-python-sdk"}, "go": {"github.com/kinde-oss/*"}, "gem": {"kinde_sdk"}, "composer": {"kinde-oss/*"},
			"maven": {"com.kinde:*"}, "nuget": {"Kinde.SDK", "Kinde*"},
		},
		Hosts: []string{"kinde.com"}, Names: []string{"KINDE_*"}, Source: "https://docs.kinde.com/developer-tools/about/our-sdks/",
	},
	{
		Name: "logto", Title: "Logto",
		Packages: map[string][]string{
			"npm": {"@logto/*"}, "pypi": {"logto"}, "go": {"github.com/logto-io/*"}, "gem": {"logto"}, "composer": {"logto/*"}, "maven": {"io.logto.sdk:*"}, "nuget": {"Logto.*"}, "cargo": {"logto"},
		},
		Hosts: []string{"logto.app"}, Names: []string{"LOGTO_*"}, Source: "https://docs.logto.io/quick-starts",
	},
	{
		Name: "propelauth", Title: "PropelAuth",
		Packages: map[string][]string{
			"npm": {"@propelauth/*"}, "pypi": {"propelauth-py", "propelauth-fastapi", "propelauth-flask", "propelauth-django-rest-framework"},
			"go": {"github.com/propelauth/*"}, "cargo": {"propelauth"}, "nuget": {"PropelAuth"},
		},
		Hosts: []string{"propelauth.com", "propelauthtest.com"}, Names: []string{"PROPELAUTH_*"}, Source: "https://docs.propelauth.com/reference",
	},
	{
		Name: "frontegg", Title: "Frontegg",
		Packages: map[string][]string{"npm": {"@frontegg/*"}, "pypi": {"frontegg"}, "maven": {"com.frontegg.*"}},
		Hosts:    []string{"frontegg.com"}, Names: []string{"FRONTEGG_*"}, Source: "https://developers.frontegg.com/",
	},
	{
		Name: "scalekit", Title: "Scalekit",
		Packages: map[string][]string{"npm": {"@scalekit-sdk/*"}, "pypi": {"scalekit-sdk-python"}, "go": {"github.com/scalekit-inc/*"}, "maven": {"com.scalekit:*"}},
		Hosts:    []string{"scalekit.com", "scalekit.dev"}, Names: []string{"SCALEKIT_*"}, Source: "https://docs.scalekit.com/",
	},
	{
		Name: "ssoready", Title: "SSOReady", Controls: []string{"SSO"},
		Packages: map[string][]string{"npm": {"ssoready"}, "pypi": {"ssoready"}, "go": {"github.com/ssoready/*"}, "gem": {"ssoready"}, "composer": {"ssoready/*"}, "nuget": {"SSOReady.*"}},
		Hosts:    []string{"api.ssoready.com"}, Names: []string{"SSOREADY_*"}, Source: "https://ssoready.com/docs",
	},
	{
		Name: "stack-auth", Title: "Stack Auth",
		Packages: map[string][]string{"npm": {"@stackframe/*"}},
		Hosts:    []string{"api.stack-auth.com"}, Names: []string{"STACK_SECRET_SERVER_KEY", "STACK_PROJECT_ID"}, Source: "https://docs.stack-auth.com/",
	},
	{
		Name: "magic", Title: "Magic",
		Packages: map[string][]string{"npm": {"magic-sdk", "@magic-sdk/*", "@magic-ext/*"}, "pypi": {"magic-admin"}, "go": {"github.com/magiclabs/*"}, "gem": {"magic-admin"}, "composer": {"magiclabs/*"}},
		Names:    []string{"MAGIC_SECRET_KEY", "MAGIC_PUBLISHABLE_KEY"}, Source: "https://magic.link/docs",
	},
	{
		Name: "privy", Title: "Privy",
		Packages: map[string][]string{"npm": {"@privy-io/*"}, "cargo": {"privy-rs"}},
		Hosts:    []string{"auth.privy.io"}, Names: []string{"PRIVY_*"}, Source: "https://docs.privy.io/",
	},
	{
		Name: "dynamic", Title: "Dynamic",
		Packages: map[string][]string{"npm": {"@dynamic-labs/*"}}, Hosts: []string{"app.dynamicauth.com"}, Source: "https://www.dynamic.xyz/docs",
	},
	{
		Name: "hanko", Title: "Hanko",
		Packages: map[string][]string{"npm": {"@teamhanko/*"}, "go": {"github.com/teamhanko/*"}}, Hosts: []string{"hanko.io"}, Names: []string{"HANKO_*"}, Source: "https://docs.hanko.io/",
	},
	{
		Name: "corbado", Title: "Corbado",
		Packages: map[string][]string{"npm": {"@corbado/*"}, "composer": {"corbado/*"}, "go": {"github.com/corbado/*"}}, Names: []string{"CORBADO_*"}, Source: "https://docs.corbado.com/",
	},
	{
		Name: "passage", Title: "Passage by 1Password",
		Packages: map[string][]string{"npm": {"@passageidentity/*"}, "pypi": {"passage-identity"}, "go": {"github.com/passageidentity/*"}, "gem": {"passageidentity"}}, Hosts: []string{"passage.id"}, Names: []string{"PASSAGE_APP_ID", "PASSAGE_API_KEY"}, Source: "https://docs.passage.id/",
	},
	{Name: "userfront", Title: "Userfront", Packages: map[string][]string{"npm": {"@userfront/*"}}, Hosts: []string{"userfront.com"}, Names: []string{"USERFRONT_*"}, Source: "https://userfront.com/docs"},
	{Name: "memberstack", Title: "Memberstack", Packages: map[string][]string{"npm": {"@memberstack/*"}}, Names: []string{"MEMBERSTACK_*"}, Source: "https://developers.memberstack.com/"},
	{Name: "wristband", Title: "Wristband", Packages: map[string][]string{"npm": {"@wristband/*"}}, Names: []string{"WRISTBAND_*"}, Source: "https://docs.wristband.dev/docs/nextjs-install-auth-sdk"},
	{Name: "authsignal", Title: "Authsignal", Controls: []string{"MFA"}, Packages: map[string][]string{"npm": {"@authsignal/*"}, "pypi": {"authsignal"}, "gem": {"authsignal-ruby"}}, Hosts: []string{"authsignal.com"}, Names: []string{"AUTHSIGNAL_*"}, Source: "https://docs.authsignal.com/"},
	{Name: "nhost", Title: "Nhost Auth", Packages: map[string][]string{"npm": {"@nhost/*"}}, Hosts: []string{"nhost.run"}, Names: []string{"NHOST_*"}, Source: "https://docs.nhost.io/products/auth/overview"},
	{Name: "appwrite", Title: "Appwrite", Packages: map[string][]string{"npm": {"appwrite", "node-appwrite"}, "pypi": {"appwrite"}, "composer": {"appwrite/appwrite"}, "nuget": {"Appwrite"}, "gem": {"appwrite"}, "go": {"github.com/appwrite/sdk-for-go*"}}, Hosts: []string{"cloud.appwrite.io"}, Names: []string{"APPWRITE_*"}, Source: "https://appwrite.io/docs/products/auth"},
	{Name: "pocketbase", Title: "PocketBase", Packages: map[string][]string{"npm": {"pocketbase"}, "pypi": {"pocketbase"}, "go": {"github.com/pocketbase/pocketbase"}}, Names: []string{"POCKETBASE_*"}, Source: "https://pocketbase.io/docs/authentication/"},
	{Name: "convex-auth", Title: "Convex Auth", Packages: map[string][]string{"npm": {"@convex-dev/auth"}}, Source: "https://labs.convex.dev/auth"},
	{Name: "ping-identity", Title: "Ping Identity", Packages: map[string][]string{"npm": {"@forgerock/*"}, "maven": {"com.pingidentity*"}}, Hosts: []string{"pingone.com", "pingone.eu", "forgeblocks.com"}, Names: []string{"PINGONE_*", "PINGFEDERATE_*"}, Source: "https://developer.pingidentity.com/"},
	{Name: "onelogin", Title: "OneLogin", Packages: map[string][]string{"npm": {"@onelogin/*"}, "pypi": {"onelogin"}, "gem": {"onelogin"}}, Hosts: []string{"onelogin.com"}, Names: []string{"ONELOGIN_*"}, Source: "https://developers.onelogin.com/"},
	{Name: "asgardeo", Title: "Asgardeo", Packages: map[string][]string{"npm": {"@asgardeo/*"}, "maven": {"io.asgardeo*"}}, Hosts: []string{"asgardeo.io"}, Names: []string{"ASGARDEO_*"}, Source: "https://wso2.com/asgardeo/docs/"},
	{Name: "ibm-app-id", Title: "IBM App ID", Packages: map[string][]string{"npm": {"ibmcloud-appid", "ibmcloud-appid-js"}}, Hosts: []string{"appid.cloud.ibm.com"}, Source: "https://cloud.ibm.com/docs/appid"},
	{Name: "sap-xsuaa", Title: "SAP XSUAA and IAS", Packages: map[string][]string{"npm": {"@sap/xssec", "@sap/approuter"}, "maven": {"com.sap.cloud.security:*", "com.sap.cloud.security.xsuaa:*"}, "pypi": {"sap-xssec"}}, Source: "https://help.sap.com/docs/btp/sap-business-technology-platform/what-is-sap-authorization-and-trust-management-service"},
	{Name: "google-sign-in", Title: "Sign in with Google", Packages: map[string][]string{"npm": {"@react-oauth/google", "@react-native-google-signin/google-signin", "passport-google-oauth20"}, "gem": {"omniauth-google-oauth2", "google_sign_in"}}, Hosts: []string{"accounts.google.com/gsi"}, Source: "https://developers.google.com/identity/gsi/web/guides/overview"},
	{Name: "apple-sign-in", Title: "Sign in with Apple", Packages: map[string][]string{"npm": {"apple-signin-auth", "expo-apple-authentication", "@invertase/react-native-apple-authentication", "passport-apple"}, "gem": {"omniauth-apple"}}, Hosts: []string{"appleid.apple.com"}, Source: "https://developer.apple.com/documentation/signinwithapple"},
	{Name: "cloudflare-access", Title: "Cloudflare Access", Hosts: []string{"cloudflareaccess.com"}, Marks: []string{"Cf-Access-Jwt-Assertion", "cf-access-jwt-assertion", "cloudflare_access_application", "cloudflare_zero_trust_access_application"}, Source: "https://developers.cloudflare.com/cloudflare-one/identity/authorization-cookie/validating-json/"},
	{Name: "google-iap", Title: "Google Identity-Aware Proxy", Marks: []string{"google_iap_web_backend_service_iam_member", "google_iap_client"}, Source: "https://cloud.google.com/iap/docs/signed-headers-howto"},
	{Name: "aws-alb-auth", Title: "Sign-in at the AWS load balancer", Marks: []string{"authenticate-oidc", "authenticate-cognito"}, Source: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"},
	{Name: "azure-easy-auth", Title: "Azure App Service authentication", Marks: []string{"auth_settings_v2"}, Source: "https://learn.microsoft.com/en-us/azure/app-service/overview-authentication-authorization"},

	// Servers that one runs.
	{
		Name: "keycloak", Title: "Keycloak",
		Packages: map[string][]string{
			"npm": {"keycloak-js", "keycloak-connect", "keycloak-angular", "@keycloak/*", "@react-keycloak/*", "nest-keycloak-connect"}, "pypi": {"python-keycloak", "fastapi-keycloak", "django-keycloak*"},
			"go": {"github.com/Nerzal/gocloak*"}, "gem": {"keycloak", "omniauth-keycloak", "keycloak-api-rails"}, "composer": {"socialiteproviders/keycloak", "robsontenorio/laravel-keycloak-guard", "stevenmaguire/oauth2-keycloak"},
			"nuget": {"Keycloak.*"}, "maven": {"org.keycloak:*"}, "cargo": {"axum-keycloak-auth", "keycloak", "actix-web-middleware-keycloak-auth"},
		},
		Imports: []string{"org.keycloak"}, Names: []string{"KEYCLOAK_*"},
		Source: "https://www.keycloak.org/securing-apps/overview",
	},
	{
		Name: "ory", Title: "Ory Kratos and Hydra",
		Packages: map[string][]string{"npm": {"@ory/*"}, "pypi": {"ory-client", "ory-kratos-client", "ory-hydra-client"}, "go": {"github.com/ory/kratos*", "github.com/ory/hydra*", "github.com/ory/client-go*", "github.com/ory/fosite"}, "gem": {"ory-client", "ory-kratos-client"}, "composer": {"ory/*"}, "nuget": {"Ory.*"}, "maven": {"sh.ory*"}, "cargo": {"ory-client", "ory-kratos-client"}},
		Hosts:    []string{"projects.oryapis.com"}, Names: []string{"ORY_*", "KRATOS_*"}, Marks: []string{"oryd/kratos", "oryd/hydra", "oryd/oathkeeper"}, Source: "https://www.ory.sh/docs/sdk",
	},
	{
		Name: "zitadel", Title: "ZITADEL",
		Packages: map[string][]string{"npm": {"@zitadel/*"}, "go": {"github.com/zitadel/*"}, "cargo": {"zitadel"}, "nuget": {"Zitadel", "Zitadel.*"}, "pypi": {"zitadel-client"}, "gem": {"zitadel-client"}, "composer": {"zitadel/*"}, "maven": {"io.github.zitadel:*"}},
		Hosts:    []string{"zitadel.cloud"}, Names: []string{"ZITADEL_*"}, Marks: []string{"ghcr.io/zitadel/zitadel"}, Source: "https://zitadel.com/docs/sdk-examples/introduction",
	},
	{
		Name: "fusionauth", Title: "FusionAuth",
		Packages: map[string][]string{"npm": {"@fusionauth/*"}, "pypi": {"fusionauth-client"}, "gem": {"fusionauth_client"}, "go": {"github.com/FusionAuth/go-client*"}, "maven": {"io.fusionauth:*"}, "nuget": {"FusionAuth.Client"}, "composer": {"fusionauth/*"}},
		Hosts:    []string{"fusionauth.io"}, Names: []string{"FUSIONAUTH_*"}, Marks: []string{"fusionauth/fusionauth-app"}, Source: "https://fusionauth.io/docs/sdks/",
	},
	{
		Name: "supertokens", Title: "SuperTokens",
		Packages: map[string][]string{"npm": {"supertokens-*"}, "pypi": {"supertokens-python"}, "go": {"github.com/supertokens/*"}},
		Hosts:    []string{"supertokens.io"}, Names: []string{"SUPERTOKENS_*"}, Source: "https://supertokens.com/docs/quickstart/introduction",
	},
	{Name: "authentik", Title: "authentik", Packages: map[string][]string{"pypi": {"authentik-client"}, "go": {"goauthentik.io/*"}}, Names: []string{"AUTHENTIK_*"}, Marks: []string{"goauthentik/server"}, Source: "https://docs.goauthentik.io/"},
	{Name: "authelia", Title: "Authelia", Names: []string{"AUTHELIA_*"}, Marks: []string{"authelia/authelia"}, Source: "https://www.authelia.com/configuration/prologue/introduction/"},
	{Name: "casdoor", Title: "Casdoor", Packages: map[string][]string{"npm": {"casdoor-*"}, "pypi": {"casdoor"}, "go": {"github.com/casdoor/*"}, "maven": {"org.casbin:casdoor-*"}, "composer": {"casdoor/*"}, "nuget": {"Casdoor.*"}, "cargo": {"casdoor-*"}}, Names: []string{"CASDOOR_*"}, Marks: []string{"casbin/casdoor"}, Source: "https://casdoor.org/docs/how-to-connect/sdk"},
	{Name: "dex", Title: "Dex", Packages: map[string][]string{"go": {"github.com/dexidp/*"}}, Marks: []string{"ghcr.io/dexidp/dex", "dexidp/dex"}, Source: "https://dexidp.io/docs/"},
	{Name: "oauth2-proxy", Title: "OAuth2 Proxy", Packages: map[string][]string{"go": {"github.com/oauth2-proxy/*"}}, Names: []string{"OAUTH2_PROXY_*"}, Marks: []string{"oauth2-proxy/oauth2-proxy", "nginx.ingress.kubernetes.io/auth-signin"}, Source: "https://oauth2-proxy.github.io/oauth2-proxy/configuration/overview"},
	{Name: "pomerium", Title: "Pomerium", Packages: map[string][]string{"go": {"github.com/pomerium/*"}}, Names: []string{"POMERIUM_*"}, Marks: []string{"pomerium/pomerium"}, Source: "https://www.pomerium.com/docs/capabilities/getting-users-identity"},
	{Name: "saml-jackson", Title: "SAML Jackson (Ory Polis)", Controls: []string{"SSO"}, Packages: map[string][]string{"npm": {"@boxyhq/saml-jackson", "@boxyhq/*"}}, Marks: []string{"boxyhq/jackson"}, Source: "https://boxyhq.com/docs/jackson/overview"},

	// What frameworks bring, and libraries that are systems of their own.
	{
		Name: "spring-security", Title: "Spring Security",
		Packages: map[string][]string{"maven": {"org.springframework.security:*", "org.springframework.boot:spring-boot-starter-security", "org.springframework.boot:spring-boot-starter-oauth2*", "org.springframework.boot:spring-boot-starter-security-*"}},
		Imports:  []string{"org.springframework.security"}, Source: "https://docs.spring.io/spring-security/reference/",
	},
	{Name: "spring-authorization-server", Title: "Spring Authorization Server", Packages: map[string][]string{"maven": {"org.springframework.boot:spring-boot-starter-oauth2-authorization-server", "org.springframework.security:spring-security-oauth2-authorization-server"}}, Source: "https://docs.spring.io/spring-authorization-server/reference/"},
	{Name: "quarkus-security", Title: "Quarkus security", Packages: map[string][]string{"maven": {"io.quarkus:quarkus-oidc*", "io.quarkus:quarkus-security*", "io.quarkus:quarkus-smallrye-jwt*", "io.quarkus:quarkus-elytron-security*"}}, Names: []string{"QUARKUS_OIDC_*"}, Source: "https://quarkus.io/guides/security-overview"},
	{Name: "micronaut-security", Title: "Micronaut Security", Packages: map[string][]string{"maven": {"io.micronaut.security:*"}}, Imports: []string{"io.micronaut.security"}, Source: "https://micronaut-projects.github.io/micronaut-security/latest/guide/"},
	{Name: "apache-shiro", Title: "Apache Shiro", Packages: map[string][]string{"maven": {"org.apache.shiro:*"}}, Imports: []string{"org.apache.shiro"}, Source: "https://shiro.apache.org/reference.html"},
	{Name: "pac4j", Title: "pac4j", Packages: map[string][]string{"maven": {"org.pac4j:*"}}, Imports: []string{"org.pac4j"}, Source: "https://www.pac4j.org/docs/"},
	{Name: "ktor-auth", Title: "Ktor authentication", Packages: map[string][]string{"maven": {"io.ktor:ktor-server-auth*", "io.ktor:ktor-server-sessions*"}}, Imports: []string{"io.ktor.server.auth"}, Source: "https://ktor.io/docs/server-auth.html"},
	{Name: "vertx-auth", Title: "Vert.x Auth", Packages: map[string][]string{"maven": {"io.vertx:vertx-auth-*"}}, Imports: []string{"io.vertx.ext.auth"}, Source: "https://vertx.io/docs/vertx-auth-common/java/"},
	{Name: "dropwizard-auth", Title: "Dropwizard authentication", Packages: map[string][]string{"maven": {"io.dropwizard:dropwizard-auth"}}, Imports: []string{"io.dropwizard.auth"}, Source: "https://www.dropwizard.io/en/stable/manual/auth.html"},
	{Name: "aspnet-identity", Title: "ASP.NET Core Identity", Packages: map[string][]string{"nuget": {"Microsoft.AspNetCore.Identity*", "Microsoft.Extensions.Identity.*"}}, Imports: []string{"Microsoft.AspNetCore.Identity"}, Source: "https://learn.microsoft.com/en-us/aspnet/core/security/authentication/identity"},
	{Name: "duende-identityserver", Title: "Duende IdentityServer", Packages: map[string][]string{"nuget": {"Duende.*", "IdentityServer4*"}}, Source: "https://docs.duendesoftware.com/identityserver/"},
	{Name: "openiddict", Title: "OpenIddict", Packages: map[string][]string{"nuget": {"OpenIddict*"}}, Source: "https://documentation.openiddict.com/"},
	{Name: "devise", Title: "Devise", Packages: map[string][]string{"gem": {"devise", "devise-*", "devise_*"}}, Source: "https://github.com/heartcombo/devise"},
	{Name: "omniauth", Title: "OmniAuth", Packages: map[string][]string{"gem": {"omniauth", "omniauth-*", "omniauth_*"}}, Source: "https://github.com/omniauth/omniauth"},
	{Name: "rodauth", Title: "Rodauth", Packages: map[string][]string{"gem": {"rodauth", "rodauth-*"}}, Source: "https://rodauth.jeremyevans.net/documentation.html"},
	{Name: "sorcery", Title: "Sorcery", Packages: map[string][]string{"gem": {"sorcery"}}, Source: "https://github.com/Sorcery/sorcery"},
	{Name: "clearance", Title: "Clearance", Packages: map[string][]string{"gem": {"clearance"}}, Source: "https://github.com/thoughtbot/clearance"},
	{Name: "authlogic", Title: "Authlogic", Packages: map[string][]string{"gem": {"authlogic"}}, Source: "https://github.com/binarylogic/authlogic"},
	{Name: "doorkeeper", Title: "Doorkeeper", Packages: map[string][]string{"gem": {"doorkeeper", "doorkeeper-*"}}, Source: "https://github.com/doorkeeper-gem/doorkeeper"},
	{Name: "warden", Title: "Warden", Packages: map[string][]string{"gem": {"warden"}}, Source: "https://github.com/wardencommunity/warden/wiki"},
	{Name: "django-auth", Title: "Django's own sign-in", Packages: map[string][]string{"pypi": {"djoser", "dj-rest-auth"}}, Source: "https://docs.djangoproject.com/en/stable/topics/auth/"},
	{Name: "django-allauth", Title: "django-allauth", Packages: map[string][]string{"pypi": {"django-allauth"}}, Imports: []string{"allauth"}, Source: "https://docs.allauth.org/"},
	{Name: "drf-simplejwt", Title: "Simple JWT for Django REST", Packages: map[string][]string{"pypi": {"djangorestframework-simplejwt"}}, Imports: []string{"rest_framework_simplejwt"}, Source: "https://django-rest-framework-simplejwt.readthedocs.io/"},
	{Name: "django-oauth-toolkit", Title: "Django OAuth Toolkit", Packages: map[string][]string{"pypi": {"django-oauth-toolkit"}}, Imports: []string{"oauth2_provider"}, Source: "https://django-oauth-toolkit.readthedocs.io/"},
	{Name: "python-social-auth", Title: "Python Social Auth", Packages: map[string][]string{"pypi": {"social-auth-app-django", "social-auth-core", "social-auth-app-flask"}}, Imports: []string{"social_core", "social_django"}, Source: "https://python-social-auth.readthedocs.io/"},
	{Name: "fastapi-users", Title: "FastAPI Users", Packages: map[string][]string{"pypi": {"fastapi-users", "fastapi-users-*"}}, Imports: []string{"fastapi_users"}, Source: "https://fastapi-users.github.io/fastapi-users/"},
	{Name: "flask-login", Title: "Flask-Login", Packages: map[string][]string{"pypi": {"flask-login"}}, Imports: []string{"flask_login"}, Source: "https://flask-login.readthedocs.io/"},
	{Name: "flask-security", Title: "Flask-Security", Packages: map[string][]string{"pypi": {"flask-security", "flask-security-too"}}, Imports: []string{"flask_security"}, Source: "https://flask-security.readthedocs.io/"},
	{Name: "auth.js", Title: "Auth.js (NextAuth)", Packages: map[string][]string{"npm": {"next-auth", "@auth/*", "@next-auth/*", "@hono/auth-js"}}, Names: []string{"NEXTAUTH_*"}, Source: "https://authjs.dev/getting-started"},
	{Name: "better-auth", Title: "Better Auth", Packages: map[string][]string{"npm": {"better-auth", "@better-auth/*"}}, Names: []string{"BETTER_AUTH_*"}, Source: "https://www.better-auth.com/docs"},
	{Name: "lucia", Title: "Lucia", Packages: map[string][]string{"npm": {"lucia", "lucia-auth", "@lucia-auth/*"}}, Source: "https://lucia-auth.com/"},
	{Name: "passport", Title: "Passport", Packages: map[string][]string{"npm": {"passport", "passport-*", "@nestjs/passport", "@fastify/passport", "koa-passport"}}, Source: "https://www.passportjs.org/docs/"},
	{Name: "remix-auth", Title: "Remix Auth", Packages: map[string][]string{"npm": {"remix-auth", "remix-auth-*"}}, Source: "https://github.com/sergiodxa/remix-auth"},
	{Name: "nuxt-auth", Title: "Nuxt auth modules", Packages: map[string][]string{"npm": {"nuxt-auth-utils", "@sidebase/nuxt-auth"}}, Source: "https://nuxt.com/modules/auth-utils"},
	{Name: "adonis-auth", Title: "AdonisJS Auth", Packages: map[string][]string{"npm": {"@adonisjs/auth", "@adonisjs/ally"}}, Source: "https://docs.adonisjs.com/guides/authentication/introduction"},
	{Name: "feathers-auth", Title: "Feathers authentication", Packages: map[string][]string{"npm": {"@feathersjs/authentication", "@feathersjs/authentication-*"}}, Source: "https://feathersjs.com/api/authentication/"},
	{Name: "grant", Title: "Grant", Packages: map[string][]string{"npm": {"grant"}}, Source: "https://github.com/simov/grant"},
	{Name: "laravel-auth", Title: "Laravel's own sign-in", Packages: map[string][]string{"composer": {"laravel/ui"}}, Source: "https://laravel.com/docs/authentication"},
	{Name: "laravel-sanctum", Title: "Laravel Sanctum", Packages: map[string][]string{"composer": {"laravel/sanctum"}}, Imports: []string{"Laravel\\Sanctum"}, Names: []string{"SANCTUM_*"}, Source: "https://laravel.com/docs/sanctum"},
	{Name: "laravel-passport", Title: "Laravel Passport", Packages: map[string][]string{"composer": {"laravel/passport"}}, Imports: []string{"Laravel\\Passport"}, Names: []string{"PASSPORT_PRIVATE_KEY", "PASSPORT_PUBLIC_KEY"}, Source: "https://laravel.com/docs/passport"},
	{Name: "laravel-fortify", Title: "Laravel Fortify", Packages: map[string][]string{"composer": {"laravel/fortify", "laravel/jetstream"}}, Imports: []string{"Laravel\\Fortify", "Laravel\\Jetstream"}, Source: "https://laravel.com/docs/fortify"},
	{Name: "laravel-socialite", Title: "Laravel Socialite", Packages: map[string][]string{"composer": {"laravel/socialite", "socialiteproviders/*"}}, Imports: []string{"Laravel\\Socialite"}, Source: "https://laravel.com/docs/socialite"},
	{Name: "symfony-security", Title: "Symfony Security", Packages: map[string][]string{"composer": {"symfony/security-bundle", "symfony/security-http"}}, Imports: []string{"Symfony\\Component\\Security"}, Source: "https://symfony.com/doc/current/security.html"},
	{Name: "lexik-jwt", Title: "LexikJWTAuthenticationBundle", Packages: map[string][]string{"composer": {"lexik/jwt-authentication-bundle"}}, Source: "https://symfony.com/bundles/LexikJWTAuthenticationBundle/current/index.html"},
	{Name: "codeigniter-shield", Title: "CodeIgniter Shield", Packages: map[string][]string{"composer": {"codeigniter4/shield"}}, Source: "https://shield.codeigniter.com/"},
	{Name: "cakephp-authentication", Title: "CakePHP Authentication", Packages: map[string][]string{"composer": {"cakephp/authentication", "cakephp/authorization"}}, Source: "https://book.cakephp.org/authentication/"},
	{Name: "authboss", Title: "Authboss", Packages: map[string][]string{"go": {"github.com/volatiletech/authboss*", "github.com/aarondl/authboss*"}}, Source: "https://github.com/aarondl/authboss"},
	{Name: "goth", Title: "Goth", Packages: map[string][]string{"go": {"github.com/markbates/goth*"}}, Source: "https://github.com/markbates/goth"},
	{Name: "axum-login", Title: "axum-login", Packages: map[string][]string{"cargo": {"axum-login"}}, Source: "https://docs.rs/axum-login/"},
	{Name: "actix-identity", Title: "actix-identity", Packages: map[string][]string{"cargo": {"actix-identity"}}, Source: "https://docs.rs/actix-identity/"},
})

// authLibraries are kinds of library of which the product's own sign-in is made.
var authLibraries = inLayer(System, detectors.ApplicationAuth, []Entry{
	{
		Name: "saml library", Title: "a SAML library", Controls: []string{"SSO"},
		Packages: map[string][]string{
			"npm": {"@node-saml/*", "passport-saml", "samlify", "saml2-js", "@authenio/samlify-*"}, "pypi": {"python3-saml", "pysaml2", "djangosaml2", "grafana-django-saml2-auth", "django-saml2-auth"},
			"go": {"github.com/crewjam/saml", "github.com/crewjam/saml/*", "github.com/russellhaering/gosaml2*"}, "gem": {"ruby-saml", "omniauth-saml", "saml_idp", "devise_saml_authenticatable"},
			"maven": {"org.springframework.security:spring-security-saml2-service-provider", "org.opensaml:*", "com.onelogin:java-saml*", "com.lastpass.saml*", "org.pac4j:pac4j-saml*"}, "nuget": {"Sustainsys.Saml2*", "ITfoxtec.Identity.Saml2*", "AspNetSaml", "ComponentSpace.Saml2"},
			"composer": {"onelogin/php-saml", "simplesamlphp/*", "litesaml/lightsaml", "aacotroneo/laravel-saml2", "24slides/laravel-saml2", "socialiteproviders/saml2"}, "cargo": {"samael"},
		},
		Imports: []string{"onelogin.saml2", "saml2"}, Names: []string{"SAML_*"}, Source: "https://docs.oasis-open.org/security/saml/v2.0/saml-core-2.0-os.pdf",
	},
	{
		Name: "oidc library", Title: "an OpenID Connect library",
		Packages: map[string][]string{
			"npm":  {"openid-client", "oidc-client", "oidc-client-ts", "react-oidc-context", "angular-auth-oidc-client", "angular-oauth2-oidc", "oidc-provider", "@axa-fr/react-oidc"},
			"pypi": {"authlib", "mozilla-django-oidc", "flask-oidc", "flask-pyoidc", "oic", "fastapi-oidc"}, "go": {"github.com/coreos/go-oidc*"},
			"gem": {"openid_connect", "omniauth_openid_connect", "omniauth-openid-connect"}, "maven": {"com.nimbusds:oauth2-oidc-sdk", "org.pac4j:pac4j-oidc*"},
			"nuget":    {"Microsoft.AspNetCore.Authentication.OpenIdConnect", "Microsoft.AspNetCore.Components.WebAssembly.Authentication", "Microsoft.AspNetCore.Authentication.Google", "Microsoft.AspNetCore.Authentication.MicrosoftAccount", "IdentityModel.OidcClient", "Duende.IdentityModel.OidcClient"},
			"composer": {"jumbojett/openid-connect-php", "drenso/symfony-oidc-bundle"}, "cargo": {"openidconnect", "axum-oidc", "actix-web-openidconnect"},
		},
		Imports: []string{"authlib.integrations"}, Names: []string{"OIDC_*"}, Source: "https://openid.net/specs/openid-connect-core-1_0.html",
	},
	{
		Name: "oauth library", Title: "an OAuth library",
		Packages: map[string][]string{
			"npm": {"simple-oauth2", "arctic", "client-oauth2", "@node-oauth/*", "oauth4webapi"}, "pypi": {"oauthlib", "requests-oauthlib", "httpx-oauth", "flask-dance"},
			"gem": {"oauth2"}, "composer": {"league/oauth2-client", "league/oauth2-server", "knpuniversity/oauth2-client-bundle"},
			"nuget": {"AspNet.Security.OAuth.*"}, "cargo": {"oauth2"}, "maven": {"com.github.scribejava:*", "com.google.oauth-client:*"},
		},
		Source: "https://www.rfc-editor.org/rfc/rfc6749",
	},
	{
		Name: "scim library", Title: "a SCIM library", Controls: []string{"SCIM"},
		Packages: map[string][]string{
			"npm": {"scimmy", "scimmy-routers", "scimgateway", "scim-patch", "scim2-parse-filter"}, "pypi": {"django-scim2", "scim2-models", "scim2-server", "scim2-filter-parser"},
			"go": {"github.com/elimity-com/scim*", "github.com/imulab/go-scim*", "github.com/scim2/*"}, "gem": {"scimitar", "scim_rails", "scim-kit"},
			"maven": {"com.unboundid.product.scim2:*", "org.apache.directory.scimple:*", "de.captaingoldfish:scim-*"}, "nuget": {"Microsoft.SCIM*", "SimpleIdServer.Scim*"}, "composer": {"arietimmerman/laravel-scim-server"},
			"cargo": {"scim_v2", "scim-server"},
		},
		Names: []string{"SCIM_*"}, Source: "https://www.rfc-editor.org/rfc/rfc7644",
	},
	{
		Name: "webauthn library", Title: "a library for passkeys", Controls: []string{"MFA"},
		Packages: map[string][]string{
			"npm": {"@simplewebauthn/*", "fido2-lib", "@passwordless-id/webauthn"}, "pypi": {"webauthn", "fido2", "django-passkeys", "py-webauthn"}, "go": {"github.com/go-webauthn/webauthn*", "github.com/duo-labs/webauthn*"},
			"gem": {"webauthn", "devise-passkeys", "webauthn-rails"}, "maven": {"com.yubico:webauthn-server-*", "com.webauthn4j:*"}, "nuget": {"Fido2*"}, "composer": {"web-auth/*", "laragear/webauthn", "lbuchs/webauthn"}, "cargo": {"webauthn-rs*", "passkey*"},
		},
		Source: "https://www.w3.org/TR/webauthn-3/",
	},
	{
		Name: "ldap library", Title: "an LDAP library",
		Packages: map[string][]string{
			"npm": {"ldapts", "ldapjs", "passport-ldapauth", "activedirectory2"}, "pypi": {"python-ldap", "ldap3", "django-auth-ldap"}, "go": {"github.com/go-ldap/ldap*"},
			"gem": {"net-ldap", "devise_ldap_authenticatable", "omniauth-ldap"}, "maven": {"org.springframework.security:spring-security-ldap", "com.unboundid:unboundid-ldapsdk"}, "nuget": {"Novell.Directory.Ldap*", "System.DirectoryServices.AccountManagement"},
			"composer": {"directorytree/ldaprecord*", "symfony/ldap", "adldap2/*"}, "cargo": {"ldap3"},
		},
		Source: "https://www.rfc-editor.org/rfc/rfc4513",
	},
	{
		Name: "own", Title: "own sessions, tokens or passwords",
		Packages: map[string][]string{
			"npm":  {"jsonwebtoken", "jose", "express-session", "cookie-session", "iron-session", "bcrypt", "bcryptjs", "argon2", "@node-rs/argon2", "@node-rs/bcrypt", "koa-session", "@fastify/jwt", "@fastify/session", "@fastify/secure-session", "express-jwt", "koa-jwt", "@nestjs/jwt", "fast-jwt", "oslo", "@hapi/cookie", "@hapi/jwt"},
			"pypi": {"pyjwt", "python-jose", "passlib", "bcrypt", "argon2-cffi", "flask-jwt-extended", "flask-bcrypt", "fastapi-sessions", "starsessions", "joserfc", "pwdlib"},
			"go":   {"github.com/golang-jwt/jwt*", "github.com/dgrijalva/jwt-go*", "github.com/lestrrat-go/jwx*", "github.com/go-jose/go-jose*", "gopkg.in/square/go-jose*", "github.com/gorilla/sessions", "github.com/gorilla/securecookie", "github.com/alexedwards/scs*", "github.com/gin-contrib/sessions*", "github.com/go-chi/jwtauth*", "golang.org/x/crypto/bcrypt", "golang.org/x/crypto/argon2"},
			"gem":  {"bcrypt", "jwt", "argon2", "jwt_sessions", "knock"}, "maven": {"io.jsonwebtoken:*", "com.auth0:java-jwt", "com.nimbusds:nimbus-jose-jwt", "org.bitbucket.b_c:jose4j", "org.mindrot:jbcrypt", "at.favre.lib:bcrypt", "de.mkammerer:argon2-jvm"},
			"nuget":    {"BCrypt.Net-Next", "Microsoft.AspNetCore.Authentication.JwtBearer", "System.IdentityModel.Tokens.Jwt", "Konscious.Security.Cryptography.Argon2", "Isopoh.Cryptography.Argon2", "jose-jwt", "JWT"},
			"composer": {"firebase/php-jwt", "lcobucci/jwt", "tymon/jwt-auth", "php-open-source-saver/jwt-auth"},
			"cargo":    {"jsonwebtoken", "tower-sessions*", "axum-sessions", "actix-session", "argon2", "bcrypt", "josekit", "jwt-simple", "async-session"},
		},
		Imports: []string{"jwt", "jose", "argon2", "System.IdentityModel.Tokens.Jwt"},
		Source:  "https://cheatsheetseries.owasp.org/cheatsheets/Session_Management_Cheat_Sheet.html",
	},
})
