class ReportsController < ApplicationController
  def index
    @reports = current_user.plant.reports.order(created_at: :desc)
  end

  def create
    out = Assistant.new.tidy(params.require(:text))
    current_user.plant.reports.create!(text: out, author: current_user)
    redirect_to reports_path
  end
end
