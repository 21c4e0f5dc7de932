class LessonsController < ApplicationController
  def create
    client = OpenAI::Client.new(access_token: ENV.fetch("OPENAI_API_KEY"))
    out = client.chat(parameters: { model: "gpt-4.1-mini", messages: [{ role: "user", content: "A lesson plan on #{params.require(:topic)} for year #{params.require(:year)}." }] })
    @teacher.school.lessons.create!(topic: params[:topic], text: out.dig("choices", 0, "message", "content"))
    redirect_to lessons_path
  end
end
