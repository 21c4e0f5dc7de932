require "faraday"

module Ferrous
  module Vision
    HTTP = Faraday.new("https://api.groq.com") do |f|
      f.request :authorization, "Bearer", -> { ENV.fetch("GROQ_API_KEY") }
      f.request :json
      f.response :json
      f.response :raise_error
    end

    def self.read(url)
      out = HTTP.post("/openai/v1/chat/completions", {
        model: "meta-llama/llama-4-maverick-17b-128e-instruct",
        messages: [{ role: "user", content: [
          { type: "text", text: "Name each defect of this weld. Begin with CRACK if there is one." },
          { type: "image_url", image_url: { url: } }
        ] }]
      })
      out.body.dig("choices", 0, "message", "content")
    end
  end
end
