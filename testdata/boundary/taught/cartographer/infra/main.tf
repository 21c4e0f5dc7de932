terraform {
  required_version = ">= 1.9"
  required_providers {
    google = { source = "hashicorp/google", version = "~> 7.10" }
  }
  backend "gcs" { bucket = "cartographer-tfstate" }
}

provider "google" {
  project = var.project
  region  = "europe-west4"
}

variable "project" {
  type    = string
  default = "cartographer-eu"
}
