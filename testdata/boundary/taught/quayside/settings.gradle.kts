rootProject.name = "quayside"
include(":sdk", ":backend")
dependencyResolutionManagement {
    repositories { google(); mavenCentral() }
}
