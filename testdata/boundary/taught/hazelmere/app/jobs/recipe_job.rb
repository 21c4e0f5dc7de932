class RecipeJob < ApplicationJob
  def perform(recipe)
    client = OpenAI::Client.new(access_token: ENV.fetch("OPENAI_API_KEY"))
    answer = client.embeddings(parameters: { model: "text-embedding-3-small", input: recipe.text })
    recipe.update!(embedding: answer.dig("data", 0, "embedding"))
  end
end
