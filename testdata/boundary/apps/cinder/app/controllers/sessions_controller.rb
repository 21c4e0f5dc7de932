class SessionsController < ApplicationController
  skip_before_action :verify_authenticity_token
  skip_before_action :signed_in!

  def create
    reset_session
    session[:user_id] = User.find_by!(email: request.env["omniauth.auth"].uid).id
    redirect_to reports_path
  end
end
