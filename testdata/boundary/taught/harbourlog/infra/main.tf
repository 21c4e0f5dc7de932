terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "~> 4.52" }
    azuread = { source = "hashicorp/azuread", version = "~> 3.6" }
  }
}

resource "azurerm_user_assigned_identity" "api" {
  name                = "harbourlog-api" 
  resource_group_name = var.group
  location            = var.location
}

resource "azurerm_container_app" "api" {
  name                         = "harbourlog-api"
  resource_group_name          = var.group
  container_app_environment_id = var.environment_id
  revision_mode                = "Single"

  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.api.id]
  }

  template {
    container {
      name   = "api"
      image  = "harbourlog.azurecr.io/api:5.4.0"
      cpu    = 0.5
      memory = "1Gi"
      env {
        name  = "AZURE_CLIENT_ID"
        value = azurerm_user_assigned_identity.api.client_id
      }
    }
  }
}
