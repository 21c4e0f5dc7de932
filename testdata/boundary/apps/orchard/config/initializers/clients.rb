require "anthropic"

WorkOS.configure do |config|
  config.key = ENV.fetch("WORKOS_API_KEY")
end

CLAUDE = Anthropic::Client.new(api_key: ENV.fetch("ANTHROPIC_API_KEY"))
