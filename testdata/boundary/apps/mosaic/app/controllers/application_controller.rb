class ApplicationController < ActionController::Base
  before_action :require_teacher

  def require_teacher
    @teacher = Teacher.find_by(id: session[:teacher_id]) or redirect_to(login_path)
  end
end
