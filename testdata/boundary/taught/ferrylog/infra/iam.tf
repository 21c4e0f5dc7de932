resource "google_service_account" "api" {
  account_id   = "ferrylog-api"
  display_name = "what the API runs as"
}

resource "google_project_iam_member" "api_vertex" {
  project = var.project
  role    = "roles/aiplatform.user"
  member  = "serviceAccount:${google_service_account.api.email}"
}

resource "google_service_account" "deploy" {
  account_id = "ferrylog-deploy"
}

resource "google_project_iam_member" "deploy_run" {
  project = var.project
  role    = "roles/run.developer"
  member  = "serviceAccount:${google_service_account.deploy.email}"
}
