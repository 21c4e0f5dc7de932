class ApplicationController < ActionController::Base
  before_action :maker!

  def maker!
    redirect_to new_session_path unless session[:maker]
  end
end
