class GreetingsController < ApplicationController
  allow_unauthenticated_access only: :show

  def show
    @greeting = Rails.cache.read("greeting-of-the-day")
  end
end
