class StoriesController < ApplicationController
  before_action :authenticate_user!

  def create
    client = OpenAI::Client.new(access_token: Rails.configuration.x.openai_key)
    out = client.chat(parameters: { model: "gpt-4.1", messages: [{ role: "user", content: "A story for #{params.require(:child)} about #{params.require(:about)}." }] })
    redirect_to current_user.stories.create!(text: out.dig("choices", 0, "message", "content"))
  end
end
