resource "azuread_application" "desk" {
  display_name = "brightdesk"

  required_resource_access {
    resource_app_id = "00000003-0000-0000-c000-000000000000" # Microsoft Graph
    resource_access {
      id   = "741f803b-c850-494e-b5df-cde7c675a1ca" # User.ReadWrite.All
      type = "Role"
    }
  }
}

resource "azuread_service_principal" "desk" {
  client_id = azuread_application.desk.client_id
}

resource "azurerm_cognitive_account" "ai" {
  name                = "brightdesk"
  location            = "westeurope"
  resource_group_name = "brightdesk"
  kind                = "OpenAI"
  sku_name            = "S0"

  custom_subdomain_name = "brightdesk"
  network_acls {
    default_action = "Deny"
    ip_rules       = ["198.51.100.0/28"]
  }
}

resource "azurerm_role_assignment" "ai" {
  scope                = azurerm_cognitive_account.ai.id
  role_definition_name = "Cognitive Services OpenAI Contributor"
  principal_id         = azuread_service_principal.desk.object_id
}
