// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "Pebblerun",
    platforms: [.iOS(.v17)],
    dependencies: [
        .package(url: "https://github.com/aws-amplify/amplify-swift", from: "2.51.0"),
    ],
    targets: [
        .target(name: "Pebblerun", dependencies: [
            .product(name: "Amplify", package: "amplify-swift"),
            .product(name: "AWSCognitoAuthPlugin", package: "amplify-swift"),
        ], path: "Pebblerun"),
    ]
)
