resource "azurerm_cognitive_account" "grader" {
  name                          = "tannery-prod"
  location                      = "swedencentral"
  resource_group_name           = "tannery-prod"
  kind                          = "OpenAI"
  sku_name                      = "S0"
  custom_subdomain_name         = "tannery-prod"
  public_network_access_enabled = false

  network_acls {
    default_action = "Deny"
    virtual_network_rules { subnet_id = var.cluster_subnet }
  }
}

variable "cluster_subnet" { type = string }
