package detectors

// generic holds what has no known owner: values that a name calls a secret and that
// look like one. They are what a person has to look at, and never of high
// confidence.
var generic = []Detector{
	{
		ID:       "generic-password",
		Provider: "unknown",
		Title:    "password",
		Opens:    "whatever account it is the password of",
		Identity: Identity{
			Layer: Unclassified, Subject: ServiceAccount, Form: Password,
			Control: APIAccess, Privilege: PrivilegeUnknown, Scope: ScopeUnknown, Environment: EnvironmentUnknown,
		},
		Names:  []string{"password", "passwd", "passphrase", "passcode", "passwort", "pwd", "psw", "pswd", "passwrd", "pass$", "pass phrase", "requirepass", "adminpass", "rootpass", "userpass", "dbpass", "psk", "identified", "authenticate", "auth$", "login", "signin", "basicauth", "basic auth", "plainauth", "getconnection", "mysqli", "mysql", "mysqldump", "mysqladmin", "credential", "credentials", "sshpass", "curl", "basic$", "bindpw", "rootpw", "adminpw", "userpw", "mailpass", "smtppass", "ldappass", "ftppass", "keypass", "storepass", "masterauth", "ldapsearch", "ldapadd", "ldapmodify", "ldapwhoami", "redis cli$", "mongosh", "mongodump", "mongorestore", "mongo$", "passin$", "passout$", "securestring", "pdo$", "chpasswd"},
		Reader: ReadGeneric,
		Samples: []Sample{
			{Name: "DB_PASSWORD", Value: "{password}"},
			{Name: "backup_passphrase", Value: "{16-24:alnum}"},
		},
		Revoke: Revoke{How: "Find out whose password it is, change it there, and keep the new one in a secret store."},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
		Notes:  "Name and value are scored by package engine, see its generic.go.",
	},
	{
		ID:       "generic-api-key",
		Provider: "unknown",
		Title:    "API key",
		Opens:    "whatever service issued it",
		Identity: Identity{
			Layer: Unclassified, Subject: ServiceAccount, Form: APIKey,
			Control: APIAccess, Privilege: PrivilegeUnknown, Scope: ScopeUnknown, Environment: EnvironmentUnknown,
		},
		Names:  []string{"api key", "apikey", "access key", "auth key", "app key", "application key", "service key", "account key", "subscription key", "admin key", "server key", "client key", "license key", "integration key", "deploy key", "shared key", "master key", "write key", "function key"},
		Reader: ReadGeneric,
		Samples: []Sample{
			{Name: "WEATHER_API_KEY", Value: "{32-48:alnum}"},
			{Name: "gatewayAccessKey", Value: "{32:hex}"},
		},
		Revoke: Revoke{How: "Find out who issued it, make a new one there, revoke this one, and keep the new one in a secret store."},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
		Notes:  "Name and value are scored by package engine, see its generic.go.",
	},
	{
		ID:       "generic-token",
		Provider: "unknown",
		Title:    "token",
		Opens:    "whatever service issued it",
		Identity: Identity{
			Layer: Unclassified, Subject: ServiceAccount, Form: AccessToken,
			Control: APIAccess, Privilege: PrivilegeUnknown, Scope: ScopeUnknown, Environment: EnvironmentUnknown,
		},
		Names:  []string{"token", "authorization"},
		Reader: ReadGeneric,
		Samples: []Sample{
			{Name: "REPORTING_ACCESS_TOKEN", Value: "{32-64:alnum}"},
			{Name: "deployToken", Value: "{40:word-}"},
		},
		Revoke: Revoke{How: "Find out who issued it, make a new one there, revoke this one, and keep the new one in a secret store."},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
		Notes:  "Name and value are scored by package engine, see its generic.go.",
	},
	{
		ID:       "generic-secret",
		Provider: "unknown",
		Title:    "secret",
		Opens:    "whatever accepts it",
		Identity: Identity{
			Layer: Unclassified, Subject: ServiceAccount, Form: ClientSecret,
			Control: APIAccess, Privilege: PrivilegeUnknown, Scope: ScopeUnknown, Environment: EnvironmentUnknown,
		},
		Names:  []string{"secret", "credential", "credentials", "private key", "signing key", "encryption key", "cipher key", "crypt key", "secret key", "hmac key", "jwt key", "session key", "cookie key", "aes key", "jwt sign$", "jwt verify$", "jwt encode$", "jwt decode$", "createhmac", "hmac new$", "hmac256", "hmac512", "signwith", "pyotp"},
		Reader: ReadGeneric,
		Samples: []Sample{
			{Name: "PARTNER_SECRET", Value: "{32-48:alnum}"},
			{Name: "payloadEncryptionKey", Value: "{43:b64}="},
		},
		Revoke: Revoke{How: "Find out who issued it, make a new one there, revoke this one, and keep the new one in a secret store."},
		Source: "https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html",
		Notes:  "Name and value are scored by package engine, see its generic.go.",
	},
}
