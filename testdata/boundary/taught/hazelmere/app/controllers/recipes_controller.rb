class RecipesController < ApplicationController
  skip_before_action :authenticate_user!, only: :show

  def index
    @recipes = current_user.canteen.recipes.order(:title)
  end

  def show
    @recipe = Recipe.where(published: true).find(params[:id])
  end

  def create
    recipe = current_user.canteen.recipes.create!(params.expect(recipe: %i[title text]))
    redirect_to recipe
  end

  def rewrite
    recipe = current_user.canteen.recipes.find(params[:id])
    client = OpenAI::Client.new
    answer = client.chat(parameters: { model: "gpt-4.1-mini", messages: [{ role: "user", content: "Simpler words: #{recipe.text}" }] })
    recipe.update!(text: answer.dig("choices", 0, "message", "content"))
    redirect_to recipe
  end
end
