import Config

if config_env() == :prod do
  config :juniper, JuniperWeb.Endpoint,
    url: [host: System.fetch_env!("PHX_HOST"), port: 443, scheme: "https"],
    secret_key_base: System.fetch_env!("SECRET_KEY_BASE")

  config :juniper, Juniper.Repo, url: System.fetch_env!("DATABASE_URL"), pool_size: 10

  config :langchain, :openai_key, System.fetch_env!("OPENAI_API_KEY")
  config :langchain, :openai_org_id, System.get_env("OPENAI_ORG_ID")

  config :juniper, :sensor_key, System.fetch_env!("SENSOR_HMAC_KEY")
end
