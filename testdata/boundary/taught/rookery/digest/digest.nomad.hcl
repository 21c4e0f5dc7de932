job "digest" {
  type = "batch"
  periodic {
    crons            = ["0 6 * * 1"]
    prohibit_overlap = true
  }

  group "letter" {
    task "digest" {
      driver = "docker"
      config {
        image = "registry.rookery.example/digest:0.6.0"
      }
      env {
        COHERE_API_KEY = "<<cohere-api-key:rookery>>"
      }
    }
  }
}
