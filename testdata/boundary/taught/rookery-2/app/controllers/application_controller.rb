class ApplicationController < ActionController::Base
  include Authentication

  allow_browser versions: :modern

  private

  def flock
    @flock ||= Current.user.flock
  end
end
