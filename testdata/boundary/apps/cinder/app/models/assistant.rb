class Assistant
  def initialize
    @client = OpenAI::Client.new(
      access_token: ENV.fetch("AZURE_OPENAI_API_KEY"),
      uri_base: "https://cinder-reports.openai.azure.com/openai/deployments/gpt-4o-mini",
      api_type: :azure,
      api_version: "2024-10-21"
    )
  end

  def tidy(text)
    @client.chat(parameters: { messages: [{ role: "user", content: "Tidy this incident report, add nothing:\n#{text}" }] }).dig("choices", 0, "message", "content")
  end
end
