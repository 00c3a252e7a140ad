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
    .target(name: "Output", dependencies: ["HoopAgent", "Posix"]),
    .target(name: "HoopStart", dependencies: ["HoopAgent", "Output", "Posix"]),
    .target(name: "BuildpackKit", dependencies: ["HoopAgent", "Output", "Posix"]),
    .target(
      name: "LocalTools",
      dependencies: ["BuildpackKit", "HoopAgent", "HoopStart", "Output", "Posix"]),
    .executableTarget(
      name: "hoop-buildpack",
      dependencies: ["BuildpackKit", "HoopAgent", "HoopStart", "LocalTools", "Output", "Posix"]),
    .target(name: "TestSupport", dependencies: ["HoopAgent", "Posix"], path: "Tests/TestSupport"),
    .testTarget(name: "HoopAgentTests", dependencies: ["HoopAgent", "TestSupport"]),
    .testTarget(name: "PosixTests", dependencies: ["Posix", "TestSupport"]),
    .testTarget(name: "OutputTests", dependencies: ["Output", "HoopAgent", "TestSupport"]),
    .testTarget(
      name: "BuildpackKitTests",
      dependencies: ["BuildpackKit", "HoopAgent", "Output", "TestSupport"]),
    // Test-only: the example of BuildpackKit's documentation, which sees what is public.
    .executableTarget(
      name: "example", dependencies: ["BuildpackKit", "Output", "Posix"], path: "Tests/Example",
      packageAccess: false),
    // Test-only: the app and the agent that hoopstart's tests start.
    .executableTarget(
      name: "prober", path: "Tests/Prober", linkerSettings: [.linkedLibrary("util")]),
    .testTarget(
      name: "HoopStartTests",
      dependencies: ["HoopStart", "HoopAgent", "Output", "Posix", "TestSupport"]),
    .testTarget(
      name: "LocalToolsTests",
      dependencies: [
        "LocalTools", "BuildpackKit", "HoopAgent", "hoop-buildpack", "Output", "Posix",
        "TestSupport",
      ]),
    .testTarget(
      name: "ContractTests",
      dependencies: [
        "BuildpackKit", "HoopAgent", "LocalTools", "Output", "example", "hoop-buildpack", "Posix",
        "TestSupport",
      ]),
  ],
  swiftLanguageModes: [.v6]
)
