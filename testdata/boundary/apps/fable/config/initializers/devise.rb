Devise.setup do |config|
  config.mailer_sender = "stories@fable.example"
  config.password_length = 12..128
end
