class TranscribeJob < ApplicationJob
  queue_as :readings
  retry_on RubyLLM::RateLimitError, wait: :polynomially_longer

  def perform(letter)
    text = RubyLLM.chat.ask("Read this hand and give the text as written.", with: letter.image).content
    letter.create_transcript!(text:)
  end
end
