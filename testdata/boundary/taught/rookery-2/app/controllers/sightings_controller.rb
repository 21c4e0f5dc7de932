class SightingsController < ApplicationController
  allow_unauthenticated_access only: %i[index show]

  def index
    @sightings = Sighting.published.order(seen_on: :desc).limit(50)
  end

  def show
    @sighting = Sighting.published.find(params[:id])
  end

  def create
    sighting = flock.sightings.create!(sighting_params)
    redirect_to sighting
  end

  def identify
    sighting = flock.sightings.find(params[:id])
    answer = RubyLLM.chat(model: "claude-haiku-4-5")
                    .with_instructions("Name the bird. If you are not sure, give up to three.")
                    .ask(sighting.notes, with: sighting.photo)
    sighting.update!(guess: answer.content)
    redirect_to sighting
  end

  private

  def sighting_params
    params.expect(sighting: %i[notes seen_on photo])
  end
end
