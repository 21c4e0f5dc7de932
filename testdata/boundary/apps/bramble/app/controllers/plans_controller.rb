class PlansController < ApplicationController
  def create
    plan = current_user.club.plans.create!(params.expect(plan: %i[bed size wishes]))
    PlanJob.perform_async(plan.id)
    redirect_to plan
  end

  def show
    @plan = current_user.club.plans.find(params[:id])
  end
end
