RubyLLM.configure do |config|
  config.anthropic_api_key = Rails.application.credentials.dig(:anthropic, :api_key) || ENV["ANTHROPIC_API_KEY"]
  config.default_model = "claude-haiku-4-5"
  config.request_timeout = 60
end
