Rails.application.configure do
  config.enable_reloading = false
  config.eager_load = true
  config.force_ssl = true
  config.x.openai_key = "<<openai-service-account-key:stories>>"
  config.active_record.dump_schema_after_migration = false
end
