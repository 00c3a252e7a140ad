// swift-tools-version: 6.2
import PackageDescription

// The order is the house: a target uses only targets above it.
let package = Package(
  name: "hoop-buildpack",
  products: [
    .library(name: "BuildpackKit", targets: ["BuildpackKit"]),
    .executable(name: "hoop-buildpack", targets: ["hoop-buildpack"]),
  ],
  targets: [
    .target(name: "CPosix"),
    .target(name: "Posix", dependencies: ["CPosix"]),
    .target(name: "HoopAgent"),
    .target(name: "HoopStart", dependencies: ["HoopAgent", "Posix"]),
    .target(name: "BuildpackKit", dependencies: ["HoopAgent", "Posix"]),
    .target(name: "LocalTools", dependencies: ["BuildpackKit", "HoopAgent", "HoopStart", "Posix"]),
    .executableTarget(
      name: "hoop-buildpack", dependencies: ["BuildpackKit", "LocalTools", "HoopStart"]),
    .target(name: "TestSupport", dependencies: ["Posix"], path: "Tests/TestSupport"),
    .testTarget(name: "HoopAgentTests", dependencies: ["HoopAgent", "TestSupport"]),
    .testTarget(name: "PosixTests", dependencies: ["Posix", "TestSupport"]),
    .testTarget(name: "BuildpackKitTests", dependencies: ["BuildpackKit", "TestSupport"]),
    // Test-only: the example of BuildpackKit's documentation, which sees what is public.
    .executableTarget(
      name: "example", dependencies: ["BuildpackKit", "Posix"], path: "Tests/Example",
      packageAccess: false),
    // Test-only: the app and the agent that hoopstart's tests start.
    .executableTarget(
      name: "prober", path: "Tests/Prober", linkerSettings: [.linkedLibrary("util")]),
    .testTarget(
      name: "HoopStartTests",
      dependencies: ["HoopStart", "HoopAgent", "LocalTools", "Posix", "TestSupport"]),
    .testTarget(
      name: "LocalToolsTests",
      dependencies: [
        "LocalTools", "BuildpackKit", "HoopAgent", "hoop-buildpack", "Posix", "TestSupport",
      ]),
    .testTarget(
      name: "ContractTests",
      dependencies: [
        "BuildpackKit", "LocalTools", "example", "hoop-buildpack", "Posix", "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
