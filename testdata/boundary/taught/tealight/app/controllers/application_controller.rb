class ApplicationController < ActionController::API
  include ActionController::Cookies
  include Pundit::Authorization

  before_action :require_person
  rescue_from Pundit::NotAuthorizedError, with: -> { head :forbidden }

  private

  def current_person
    @current_person ||= Person.find_by(id: session[:person_id])
  end
  alias pundit_user current_person

  def require_person
    head :unauthorized unless current_person
  end
end
