Devise.setup do |config|
  config.mailer_sender = "garden@bramble.example"
  config.timeout_in = 10.hours
  config.lock_strategy = :failed_attempts
  config.maximum_attempts = 10
  config.warden do |manager|
    manager.default_strategies(scope: :user).unshift :two_factor_authenticatable
  end
end
