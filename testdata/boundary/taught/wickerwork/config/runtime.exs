import Config

config :wickerwork, Wickerwork.Guardian,
  issuer: "wickerwork",
  ttl: {8, :hours},
  secret_key: System.fetch_env!("GUARDIAN_SECRET_KEY")

config :qdrant,
  base_url: System.get_env("QDRANT_URL", "http://qdrant"),
  port: 6333,
  api_key: System.fetch_env!("QDRANT_API_KEY")

config :wickerwork, :anthropic_key, System.fetch_env!("ANTHROPIC_API_KEY")

config :samly, Samly.Provider,
  idp_id_from: :path_segment,
  service_providers: [%{id: "wickerwork", entity_id: "urn:wickerwork", certfile: "/etc/saml/sp.crt", keyfile: "/etc/saml/sp.pem"}],
  identity_providers: Wickerwork.Tenants.identity_providers()
