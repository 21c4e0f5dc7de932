class SessionsController < ApplicationController
  skip_before_action :maker!

  def new
    redirect_to WorkOS::SSO.authorization_url(client_id: ENV.fetch("WORKOS_CLIENT_ID"), redirect_uri: session_callback_url, provider: "authkit"), allow_other_host: true
  end

  def callback
    found = WorkOS::SSO.profile_and_token(code: params[:code], client_id: ENV.fetch("WORKOS_CLIENT_ID"))
    reset_session
    session[:maker] = found.profile.id
    redirect_to root_path
  end
end
