variable "okta_client_secret" {
  type = string
}

job "board" {
  datacenters = ["fsn1"]

  group "web" {
    count = 2

    task "board" {
      driver = "docker"
      config {
        image = "registry.rookery.example/board:1.8.2"
      }
      env {
        COHERE_API_KEY     = "<<cohere-api-key:rookery>>"
        OKTA_CLIENT_ID     = "0oa8k2rookery4x5d7"
        OKTA_CLIENT_SECRET = var.okta_client_secret
      }
      template {
        destination = "secrets/app.env"
        env         = true
        data        = <<-EOT
          {{ with nomadVar "nomad/jobs/board" }}
          BOARD_COOKIE_KEY={{ .cookie_key }}
          REDIS_URL={{ .redis_url }}
          {{ end }}
        EOT
      }
    }
  }
}
