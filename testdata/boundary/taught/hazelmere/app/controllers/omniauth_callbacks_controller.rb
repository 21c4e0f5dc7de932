class OmniauthCallbacksController < Devise::OmniauthCallbacksController
  skip_before_action :authenticate_user!

  def google_oauth2
    user = User.from_google(request.env["omniauth.auth"])
    return redirect_to(new_user_session_path, alert: "Ask your chef for an invitation.") unless user

    sign_in_and_redirect user, event: :authentication
  end
end
