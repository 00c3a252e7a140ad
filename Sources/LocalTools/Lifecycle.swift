import Posix

/// A build as the lifecycle of Cloud Native Buildpacks runs it, into layers that are empty: the
/// folders, the environment, and how the programs of a buildpack are called (Buildpack Interface
/// Specification 0.10). What is reused and what is exported is the business of pack.
///
///     let lifecycle = Lifecycle(app: app, layers: layers, platform: platform, home: home, path: path)
///     let build = lifecycle.launch(.build, of: buildpack)
package struct Lifecycle: Sendable {
  /// A program in a buildpack's `bin`.
  package enum Step: String, Hashable, Sendable, CaseIterable {
    case detect
    case build
  }

  /// The exit status of `bin/detect` if the buildpack does not apply.
  package static let notDetected: Int32 = 100

  /// The app, which is the working folder of the programs.
  package var app: Path
  /// CNB_LAYERS_DIR, one buildpack's own.
  package var layers: Path
  /// CNB_PLATFORM_DIR. The user's variables are the files of its folder `env`.
  package var platform: Path
  /// CNB_BUILD_PLAN_PATH and CNB_BP_PLAN_PATH: a file.
  package var plan: Path
  /// PATH, HOME, CNB_TARGET_… and the user's variables, as for a buildpack without `clear-env`.
  package var environment: Environment

  /// - Parameters:
  ///   - home: HOME, which is not a folder of the app.
  ///   - path: PATH of the machine that builds.
  ///   - stack: Whose distribution is named.
  ///   - configVars: They do not change what the lifecycle sets.
  package init(
    app: Path, layers: Path, platform: Path, plan: Path, home: Path, path: String,
    stack: String = HerokuBuild.stacks[0], configVars: [EnvFile.Variable] = []
  ) {
    (self.app, self.layers, self.platform, self.plan) = (app, layers, platform, plan)
    let own: [(String, [UInt8])] = [
      ("PATH", Array(path.utf8)), ("HOME", home.bytes), ("CNB_TARGET_OS", Array("linux".utf8)),
      ("CNB_TARGET_ARCH", Array(Self.architecture.utf8)),
      ("CNB_TARGET_DISTRO_NAME", Array("ubuntu".utf8)),
      ("CNB_TARGET_DISTRO_VERSION", Array("\(stack.suffix(2)).04".utf8)),
    ]
    let others = configVars.filter { variable in !own.contains { $0.0 == variable.name } }
    environment = Environment(
      entries: (own + others.map { ($0.name, $0.value) }).map { Array("\($0)=".utf8) + $1 })
  }

  #if arch(arm64)
    static let architecture = "arm64"
  #else
    static let architecture = "amd64"
  #endif

  /// How a step of a buildpack is started. The variables are the contract, the arguments what it was
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
  ///   - programs: The folders `bin` of the launch layers.
  ///   - dyno: Such as `web-12a34b56d-e78f9`.
  package static func process(
    _ dyno: String, running command: String, app: Path, programs: [Path],
    configVars: [EnvFile.Variable], path: String, port: Int
  ) -> ProcessConfiguration {
    var environment = HerokuBuild.environment(
      of: dyno, configVars, home: app, path: path, port: port)
    let folders = programs.map { $0.bytes } + [environment.bytes(of: "PATH") ?? []]
    environment.set("PATH", Array(folders.joined(separator: [UInt8(ascii: ":")])))
    return ProcessConfiguration(
      Path("/bin/bash"), ["-c", command], environment: environment, in: app)
  }
}
