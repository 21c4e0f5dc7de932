class NotesController < ApplicationController
  def create
    reply = CLAUDE.messages.create(
      model: "claude-3-5-haiku-latest",
      max_tokens: 300,
      messages: [{ role: "user", content: "A tasting note, 60 words: #{params.require(:words)}" }]
    )
    render json: { note: reply.content.first.text }
  end
end
