class PlanJob
  include Sidekiq::Job

  def perform(id)
    plan = Plan.find(id)
    client = OpenAI::Client.new(access_token: ENV.fetch("OPENAI_API_KEY"))
    out = client.chat(parameters: {
      model: "gpt-4.1-mini",
      messages: [{ role: "user", content: "A planting plan for #{plan.size} m² with #{plan.wishes}." }]
    })
    plan.update!(text: out.dig("choices", 0, "message", "content"))
  end
end
