class SessionsController < ApplicationController
  allow_unauthenticated_access only: %i[new create]
  rate_limit to: 10, within: 3.minutes, only: :create

  def new
  end

  def create
    if user = User.authenticate_by(params.permit(:email_address, :password))
      start_new_session_for user
      redirect_to session.delete(:return_to_after_authenticating) || root_url
    else
      redirect_to new_session_path, alert: "Try another address or password."
    end
  end

  def destroy
    terminate_session
    redirect_to new_session_path
  end
end
