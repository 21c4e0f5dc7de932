import Config

if config_env() == :prod do
  config :woodcock, Woodcock.Repo, url: System.fetch_env!("DATABASE_URL"), pool_size: 10

  config :woodcock, WoodcockWeb.Endpoint,
    url: [host: System.fetch_env!("PHX_HOST"), port: 443, scheme: "https"],
    secret_key_base: System.fetch_env!("SECRET_KEY_BASE")

  config :woodcock,
    openai_api_key: System.fetch_env!("OPENAI_API_KEY")
end
