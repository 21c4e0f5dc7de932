class DiaryEntriesController < ApplicationController
  def create
    entry = Current.session.user.school.diary_entries.create!(notes: params.expect(:notes))
    entry.update!(text: RubyLLM.chat.ask("Write a friendly diary entry for the parents:\n#{entry.notes}").content)
    redirect_to entry
  end

  def show
    @entry = Current.session.user.school.diary_entries.find(params[:id])
  end
end
