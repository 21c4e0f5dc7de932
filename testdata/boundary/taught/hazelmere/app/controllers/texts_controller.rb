class TextsController < ApplicationController
  skip_before_action :authenticate_user!
  skip_before_action :verify_authenticity_token
  before_action :from_twilio

  def incoming
    Text.create!(sender: params[:From], count: params[:Body].to_i)
    head :no_content
  end

  private

  def from_twilio
    validator = Twilio::Security::RequestValidator.new(Rails.application.credentials.dig(:twilio, :token))
    head :forbidden unless validator.validate(request.url, request.POST, request.headers["X-Twilio-Signature"])
  end
end
