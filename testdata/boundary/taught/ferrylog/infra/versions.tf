terraform {
  required_providers {
    google = { source = "hashicorp/google", version = "~> 7.6" }
    auth0  = { source = "auth0/auth0", version = "~> 1.30" }
  }
}

variable "project" { type = string }
