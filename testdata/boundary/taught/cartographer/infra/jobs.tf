# Renders the legends of a whole atlas at night.
resource "google_service_account" "atlas" {
  account_id   = "cartographer-atlas"
  display_name = "Nightly atlas job"
}

resource "google_project_iam_member" "atlas_model" {
  project = var.project
  role    = "roles/aiplatform.user"
  member  = google_service_account.atlas.member
}

resource "google_storage_bucket_iam_member" "atlas_sheets" {
  bucket = "cartographer-sheets"
  role   = "roles/storage.objectViewer"
  member = google_service_account.atlas.member
}
