RubyLLM.configure do |config|
  config.anthropic_api_key = ENV.fetch("ANTHROPIC_API_KEY")
  config.mistral_api_key = ENV.fetch("MISTRAL_API_KEY")
  config.default_model = "claude-haiku-4-5"
end
