class GreetingJob < ApplicationJob
  def perform
    text = RubyLLM.chat(model: "mistral-small-latest").ask("A greeting of one sentence for a riding school.").content
    Rails.cache.write("greeting-of-the-day", text, expires_in: 2.days)
  end
end
