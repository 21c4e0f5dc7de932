resource "google_service_account" "api" {
  account_id   = "cartographer-api"
  display_name = "Cartographer API on Cloud Run"
}

resource "google_project_iam_member" "api" {
  for_each = toset([
    "roles/cloudsql.client",
    "roles/aiplatform.admin",
    "roles/firebaseauth.admin",
  ])
  project = var.project
  role    = each.value
  member  = google_service_account.api.member
}

resource "google_cloud_run_v2_service" "api" {
  name     = "cartographer"
  location = "europe-west4"
  ingress  = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"

  template {
    service_account = google_service_account.api.email
    containers {
      image = "europe-west4-docker.pkg.dev/cartographer-eu/app/api:3.2.0"
      env {
        name = "CARTO_DATABASE_URL"
        value_source {
          secret_key_ref {
            secret  = "database-url"
            version = "latest"
          }
        }
      }
    }
  }
}
