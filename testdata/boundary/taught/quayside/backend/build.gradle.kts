plugins {
    id("org.jetbrains.kotlin.jvm") version "2.2.21"
    id("com.gradleup.shadow") version "9.2.2"
}

dependencies {
    implementation("com.amazonaws:aws-lambda-java-core:1.4.0")
    implementation("com.amazonaws:aws-lambda-java-events:3.16.1")
    implementation("com.descope:java-sdk:1.0.55")
}
