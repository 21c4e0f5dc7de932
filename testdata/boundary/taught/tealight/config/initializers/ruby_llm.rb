RubyLLM.configure do |config|
  config.gemini_api_key = Rails.application.credentials.dig(:gemini, :api_key)
  config.default_model = "gemini-2.5-flash"
  config.request_timeout = 60
  config.max_retries = 2
end
