data "azuread_application_published_app_ids" "known" {}

data "azuread_service_principal" "graph" {
  client_id = data.azuread_application_published_app_ids.known.result["MicrosoftGraph"]
}

resource "azuread_app_role_assignment" "api_users" {
  app_role_id         = data.azuread_service_principal.graph.app_role_ids["User.ReadWrite.All"]
  principal_object_id = azurerm_user_assigned_identity.api.principal_id
  resource_object_id  = data.azuread_service_principal.graph.object_id
}

# Our own people: seats in ChatGPT come and go with the group.
resource "azuread_synchronization_job" "chatgpt" {
  service_principal_id = var.chatgpt_service_principal_id
  template_id          = "scim"
  enabled              = true
}
