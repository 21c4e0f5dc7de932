Rails.application.config.middleware.use OmniAuth::Builder do
  provider :saml,
           sp_entity_id: "https://cinder.example/saml",
           idp_sso_service_url: ENV.fetch("SAML_IDP_URL"),
           idp_cert: ENV.fetch("SAML_IDP_CERT")
end
