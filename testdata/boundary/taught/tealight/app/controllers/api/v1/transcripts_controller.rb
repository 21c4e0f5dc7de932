module Api
  module V1
    class TranscriptsController < ApplicationController
      before_action { @letter = policy_scope(Letter).find(params[:letter_id]) }

      def show
        render json: @letter.transcript
      end

      def create
        answer = RubyLLM.chat.ask("Put this into the spelling of today:\n#{@letter.transcript.text}")
        render json: { modern: answer.content }
      end
    end
  end
end
