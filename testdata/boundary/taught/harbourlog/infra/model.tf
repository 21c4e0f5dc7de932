resource "azurerm_cognitive_account" "model" {
  name                          = "harbourlog"
  resource_group_name           = var.group
  location                      = var.location
  kind                          = "OpenAI"
  sku_name                      = "S0"
  custom_subdomain_name         = "harbourlog"
  local_auth_enabled            = false
  public_network_access_enabled = false
}

resource "azurerm_cognitive_deployment" "mini" {
  name                 = "gpt-5-mini"
  cognitive_account_id = azurerm_cognitive_account.model.id
  model {
    format  = "OpenAI"
    name    = "gpt-5-mini"
    version = "2025-08-07"
  }
  sku { name = "GlobalStandard" }
}

resource "azurerm_role_assignment" "api_model" {
  scope                = azurerm_cognitive_account.model.id
  role_definition_name = "Cognitive Services Contributor"
  principal_id         = azurerm_user_assigned_identity.api.principal_id 
}

resource "azurerm_user_assigned_identity" "batch" {
  name                = "harbourlog-night-summary"
  resource_group_name = var.group
  location            = var.location
}

resource "azurerm_role_assignment" "batch_model" {
  scope                = azurerm_cognitive_account.model.id
  role_definition_name = "Cognitive Services OpenAI User"
  principal_id         = azurerm_user_assigned_identity.batch.principal_id
}
