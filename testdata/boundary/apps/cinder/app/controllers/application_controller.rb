class ApplicationController < ActionController::Base
  before_action :signed_in!

  def signed_in!
    redirect_to "/auth/saml" unless session[:user_id]
  end

  def current_user = @current_user ||= User.find(session[:user_id])
end
