class SessionsController < ApplicationController
  skip_before_action :require_person, only: :create

  def create
    info = request.env["omniauth.auth"]
    person = Person.find_or_create_by!(auth0_id: info.uid) { |p| p.name = info.info.name }
    reset_session
    session[:person_id] = person.id
    redirect_to "/", allow_other_host: false
  end

  def destroy
    reset_session
    head :no_content
  end
end
