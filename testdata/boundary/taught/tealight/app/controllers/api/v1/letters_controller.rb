module Api
  module V1
    class LettersController < ApplicationController
      skip_before_action :require_person, only: %i[preview]

      def index
        render json: policy_scope(Letter).order(:written_on)
      end

      def show
        render json: authorize(Letter.find(params[:id]))
      end

      def create
        letter = authorize(current_person.family.letters.build(letter_params))
        letter.save!
        TranscribeJob.perform_later(letter)
        render json: letter, status: :created
      end

      # For the shop window on the home page.
      def preview
        chat = RubyLLM.chat(model: "gemini-2.5-pro")
        reading = chat.ask("Read this hand and give the text as written.", with: params.require(:image_url))
        render json: { text: reading.content }
      end

      private

      def letter_params = params.expect(letter: %i[image written_on])
    end
  end
end
