import Posix

/// A build as the lifecycle of Cloud Native Buildpacks runs it, into layers that are empty: the
/// folders, the environment, and how the programs of a buildpack are called (Buildpack Interface
/// Specification 0.10). pack does the rest: it reuses layers and exports the image.
package struct Lifecycle: Sendable {
  /// A program in a buildpack's `bin`.
  package enum Step: String, Sendable {
    case detect
    case build
  }

  /// The app, which is the working folder of the programs.
  package var app: Path
  /// CNB_LAYERS_DIR: the folder of one buildpack's layers.
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
  ///   - stack: The stack whose distribution is named.
  ///   - configVars: They do not change what the lifecycle sets.
  package init(
    app: Path, layers: Path, platform: Path, plan: Path, home: Path, path: String,
    stack: String = HerokuBuild.stacks[0], configVars: [EnvFile.Variable] = []
  ) {
    (self.app, self.layers, self.platform, self.plan) = (app, layers, platform, plan)
    environment = Environment(
      [
        EnvFile.Variable("PATH", path), EnvFile.Variable("HOME", home),
        EnvFile.Variable("CNB_TARGET_OS", "linux"),
        EnvFile.Variable("CNB_TARGET_ARCH", Machine.target),
        EnvFile.Variable("CNB_TARGET_DISTRO_NAME", "ubuntu"),
        EnvFile.Variable("CNB_TARGET_DISTRO_VERSION", "\(stack.suffix(2)).04"),
      ], configVars)
  }

  /// How a step of a buildpack is started. The lifecycle passes the folders twice: in variables, and
  /// in the arguments as before.
  package func launch(_ step: Step, of buildpack: Path) -> ProcessConfiguration {
    let isBuild = step == .build
    var launch = ProcessConfiguration(
      buildpack / "bin" / step.rawValue, [], environment: environment, in: app)
    launch.operands = (isBuild ? [layers] : []) + [platform, plan]
    for (name, path) in [
      ("CNB_BUILDPACK_DIR", buildpack), ("CNB_PLATFORM_DIR", platform),
      (isBuild ? "CNB_BP_PLAN_PATH" : "CNB_BUILD_PLAN_PATH", plan),
    ] { launch.environment.set(name, path.bytes) }
    if isBuild { launch.environment.set("CNB_LAYERS_DIR", layers.bytes) }
    return launch
  }
}
