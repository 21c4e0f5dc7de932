class LoginsController < ApplicationController
  skip_before_action :require_teacher
  rate_limit to: 10, within: 3.minutes, only: :create

  def create
    teacher = Teacher.authenticate_by(email: params[:email], password: params[:password])
    return redirect_to(login_path, alert: "Unknown address or wrong password") unless teacher
    reset_session
    session[:teacher_id] = teacher.id
    redirect_to lessons_path
  end
end
