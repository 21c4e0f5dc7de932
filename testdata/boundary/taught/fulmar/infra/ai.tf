resource "azurerm_user_assigned_identity" "letters" {
  name                = "fulmar-letters"
  location            = var.location
  resource_group_name = var.group
}

resource "azurerm_cognitive_account" "openai" {
  name                  = "fulmar-openai"
  location              = var.location
  resource_group_name   = var.group
  kind                  = "OpenAI"
  sku_name              = "S0"
  custom_subdomain_name = "fulmar-openai"
  local_auth_enabled    = false
  network_acls {
    default_action = "Deny"
    virtual_network_rules { subnet_id = var.subnet }
  }
}

resource "azurerm_role_assignment" "letters" {
  scope                = azurerm_cognitive_account.openai.id
  role_definition_name = "Cognitive Services OpenAI User"
  principal_id         = azurerm_user_assigned_identity.letters.principal_id
}

resource "azurerm_monitor_diagnostic_setting" "openai" {
  name                       = "to-log"
  target_resource_id         = azurerm_cognitive_account.openai.id
  log_analytics_workspace_id = var.workspace
  enabled_log { category = "Audit" }
  enabled_log { category = "RequestResponse" }
}
