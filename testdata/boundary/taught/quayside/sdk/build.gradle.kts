plugins {
    id("com.android.library") version "8.13.0"
    id("org.jetbrains.kotlin.android") version "2.2.21"
    id("maven-publish")
}

android {
    namespace = "example.quayside.dictation"
    compileSdk = 36
    defaultConfig { minSdk = 26 }
    publishing { singleVariant("release") { withSourcesJar() } }
}

dependencies {
    implementation("com.squareup.okhttp3:okhttp:5.2.1")
}

publishing {
    publications {
        register<MavenPublication>("release") {
            groupId = "example.quayside"
            artifactId = "dictation"
            version = "1.4.0"
            afterEvaluate { from(components["release"]) }
        }
    }
    repositories { maven { url = uri("https://repo.quayside.example/releases") } }
}
