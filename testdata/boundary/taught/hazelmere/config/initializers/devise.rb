Devise.setup do |config|
  config.mailer_sender = "kitchen@hazelmere.example"
  config.lock_strategy = :failed_attempts
  config.maximum_attempts = 8
  config.omniauth :google_oauth2,
                  "418804.apps.hazelmere.example",
                  "<<google-oauth-client-secret:door>>",
                  scope: "email,profile"
end
