import Config

config :woodcock, WoodcockWeb.Endpoint,
  http: [ip: {127, 0, 0, 1}, port: 4002],
  secret_key_base: "only-for-tests-only-for-tests-only-for-tests-only-for-tests-1234",
  server: false

config :woodcock, openai_api_key: "only-for-tests"
config :bcrypt_elixir, :log_rounds, 1
