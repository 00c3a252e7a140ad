import BuildpackKit
import Posix

/// A build as the lifecycle of Cloud Native Buildpacks runs it: the folders, the environment and no
/// more, and how the programs of a buildpack are called (Buildpack Interface Specification 0.10).
///
///     let lifecycle = Lifecycle(app: app, layers: layers, platform: platform, home: home, path: path)
///     let build = lifecycle.launch(.build, of: buildpack)
package struct Lifecycle: Sendable {
  /// A program in a buildpack's `bin`.
  package enum Step: String, Hashable, Sendable, CaseIterable {
    case detect
    case build
  }

  /// What `bin/detect` ends with where the buildpack has nothing to do.
  package static let notDetected: Int32 = 100

  /// The app, which is the programs' working folder.
  package var app: Path
  /// CNB_LAYERS_DIR, one buildpack's own.
  package var layers: Path
  /// CNB_PLATFORM_DIR: the user's variables are the files of its folder `env`.
  package var platform: Path
  /// CNB_BUILD_PLAN_PATH and CNB_BP_PLAN_PATH: a file.
  package var plan: Path
  /// PATH, HOME, CNB_TARGET_… and, as of a buildpack without `clear-env`, the user's variables.
  package var environment: Environment

  /// - Parameters:
  ///   - home: HOME, which is no folder of the app's.
  ///   - path: PATH of the machine that builds.
  ///   - stack: whose distribution is named.
  package init(
    app: Path, layers: Path, platform: Path, plan: Path, home: Path, path: String,
    stack: String = HerokuBuild.stacks[0]
  ) {
    (self.app, self.layers, self.platform, self.plan) = (app, layers, platform, plan)
    environment = Environment()
    environment["PATH"] = path
    environment.set("HOME", home.bytes)
    environment["CNB_TARGET_OS"] = "linux"
    environment["CNB_TARGET_ARCH"] = Self.architecture
    environment["CNB_TARGET_DISTRO_NAME"] = "ubuntu"
    environment["CNB_TARGET_DISTRO_VERSION"] = "\(stack.suffix(2)).04"
  }

  #if arch(arm64)
    static let architecture = "arm64"
  #else
    static let architecture = "amd64"
  #endif

  /// Adds a variable of the user's to the environment, where it changes nothing of the lifecycle's own.
  package mutating func set(_ variable: EnvFile.Variable) {
    if environment[variable.name] == nil { environment.set(variable.name, variable.value) }
  }

  /// How a step of a buildpack is started: the variables are the contract, the arguments what it was
  /// before.
  package func launch(_ step: Step, of buildpack: Path) -> ProcessConfiguration {
    var launch = ProcessConfiguration(
      buildpack / "bin" / step.rawValue, [], environment: environment, in: app)
    launch.environment.set("CNB_BUILDPACK_DIR", buildpack.bytes)
    launch.environment.set("CNB_PLATFORM_DIR", platform.bytes)
    switch step {
    case .detect:
      launch.environment.set("CNB_BUILD_PLAN_PATH", plan.bytes)
      launch.operands = [platform, plan]
    case .build:
      launch.environment.set("CNB_LAYERS_DIR", layers.bytes)
      launch.environment.set("CNB_BP_PLAN_PATH", plan.bytes)
      launch.operands = [layers, platform, plan]
    }
    return launch
  }

  /// How a process of an image starts: the layers' programs are first on PATH, and heroku/procfile
  /// has bash run the Procfile's line. There is no `.profile.d`.
  ///
  /// - Parameters:
  ///   - programs: the folders `bin` of the launch layers.
  ///   - dyno: such as `web-12a34b56d-e78f9`.
  package static func process(
    _ dyno: String, running command: String, app: Path, programs: [Path],
    configVars: [EnvFile.Variable], path: String, port: Int
  ) -> ProcessConfiguration {
    var environment = Environment()
    environment["PATH"] = path
    for variable in configVars { environment.set(variable.name, variable.value) }
    let rest = environment.keeping(["PATH"]).entries.first?.dropFirst("PATH=".utf8.count) ?? []
    environment.set(
      "PATH", Array((programs.map { $0.bytes } + [Array(rest)]).joined(separator: [0x3a])))
    environment.set("HOME", app.bytes)
    environment["PORT"] = "\(port)"
    environment["DYNO"] = dyno
    return ProcessConfiguration(
      Path("/bin/bash"), ["-c", command], environment: environment, in: app)
  }
}
