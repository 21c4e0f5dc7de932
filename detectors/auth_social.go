package detectors

// authSocial holds the client secrets with which a product lets its customers sign
// in through their accounts elsewhere. Google and Apple stand in authCloud.
var authSocial = []Detector{
	{
		ID:       "linkedin-client-secret",
		Provider: "LinkedIn",
		Title:    "client secret of an application",
		Opens:    "LinkedIn in the name of your product: Sign in with LinkedIn, and the tokens its users grant",
		Identity: Identity{
			Layer: ApplicationAuth, Subject: Application, Form: ClientSecret,
			Control: Federation, Privilege: Write, Scope: All, Environment: EnvironmentUnknown,
		},
		Anchors:  []string{"WPL_AP1.", "WPL_AP0."},
		Pattern:  `WPL_(?:AP1\.|AP0\.)[A-Za-z0-9]{16}\.[A-Za-z0-9+/]{6}==`,
		Boundary: "_-+/=",
		Samples: []Sample{
			{Name: "LINKEDIN_CLIENT_SECRET", Value: "WPL_AP1.{16:alnum}.{6:b64}=="},
			{Name: "LINKEDIN_CLIENT_SECRET", Value: "WPL_AP0.{16:alnum}.{6:b64}=="},
		},
		Revoke: Revoke{URL: "https://www.linkedin.com/developers/apps", How: "Generate a new secret on the Auth tab, deploy it, then delete this one."},
		Source: "https://learn.microsoft.com/en-us/linkedin/shared/authentication/authentication",
	},
	{
		ID:       "login-with-amazon-client-secret",
		Provider: "Amazon",
		Title:    "Login with Amazon client secret",
		Opens:    "Amazon in the name of your product: Login with Amazon, and the tokens its users grant",
		Identity: Identity{
			Layer: ApplicationAuth, Subject: Application, Form: ClientSecret,
			Control: Federation, Privilege: Write, Scope: All, Environment: EnvironmentUnknown,
		},
		Anchors: []string{"amzn1.oa2-cs.v1."},
		Pattern: `amzn1\.oa2-cs\.v1\.[0-9a-f]{64}`,
		Samples: []Sample{{Name: "AMAZON_CLIENT_SECRET", Value: "amzn1.oa2-cs.v1.{64:hex}"}},
		Revoke:  Revoke{URL: "https://developer.amazon.com/loginwithamazon/console/site/lwa/overview.html", How: "Rotate the client secret of the security profile."},
		Source:  "https://developer.amazon.com/docs/login-with-amazon/security-profile.html",
	},
	{
		ID:       "facebook-app-secret",
		Provider: "Meta",
		Title:    "app secret",
		Opens:    "Facebook and Instagram in the name of your product: its login, and the data its users granted",
		Identity: Identity{
			Layer: ApplicationAuth, Subject: Application, Form: ClientSecret,
			Control: Federation, Privilege: Admin, Scope: All, Environment: EnvironmentUnknown,
		},
		Names:      []string{"facebook secret$", "facebook app secret$", "facebook client secret$", "meta app secret$", "fb app secret$", "instagram app secret$"},
		Pattern:    `[0-9a-f]{32}`,
		MinEntropy: 2.5,
		Samples:    []Sample{{Name: "FACEBOOK_APP_SECRET", Value: "{32:hex}"}},
		Revoke:     Revoke{URL: "https://developers.facebook.com/apps/", How: "Reset the app secret under Settings, Basic."},
		Source:     "https://developers.facebook.com/docs/development/create-an-app/app-dashboard/basic-settings",
	},
	{
		ID:       "social-login-client-secret",
		Provider: "OAuth 2.0",
		Title:    "client secret of a sign-in provider",
		Opens:    "that provider in the name of your product: its sign-in, and the tokens its users grant",
		Identity: Identity{
			Layer: ApplicationAuth, Subject: Application, Form: ClientSecret,
			Control: Federation, Privilege: Write, Scope: All, Environment: EnvironmentUnknown,
		},
		Names:   []string{"^auth google secret$", "^auth github secret$", "^auth gitlab secret$", "^auth discord secret$", "^auth facebook secret$", "^auth twitter secret$", "^auth linkedin secret$", "^auth microsoft entra secret$", "^auth azure secret$", "^auth okta secret$", "^auth spotify secret$", "^auth twitch secret$", "^auth slack secret$", "^auth cognito secret$", "^auth keycloak secret$", "^auth oidc secret$", "^auth oidc client secret$", "^auth client secret$", "social auth secret$"},
		Pattern: opaquePattern,
		Checks:  []Check{CheckTokenLike, CheckMixed},
		Samples: []Sample{
			{Name: "AUTH_GITHUB_SECRET", Value: opaqueSample},
			{Name: "SOCIAL_AUTH_GITHUB_SECRET", Value: opaqueSample},
		},
		Revoke:    Revoke{How: "Make a new secret at the provider that the name tells, deploy it, then delete this one."},
		Source:    "https://github.com/nextauthjs/next-auth/blob/main/docs/pages/getting-started/providers/fusionauth.mdx",
		Confirmed: "2026-11-22",
		Notes:     "AUTH_<provider>_SECRET is what Auth.js reads by itself, SOCIAL_AUTH_<backend>_SECRET what python-social-auth reads.",
	},
}
