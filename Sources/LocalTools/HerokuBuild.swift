import Posix

/// A build as Heroku runs it: the folders, the environment, and how the programs of a buildpack are
/// called (Dev Center, "Buildpack API").
///
///     let build = HerokuBuild(app: app, cache: cache, configVars: env, home: home, path: path)
///     let compile = build.launch(.compile, of: buildpack)
package struct HerokuBuild: Sendable {
  /// A program in a buildpack's `bin`.
  package enum Step: String, Sendable {
    case detect
    case compile
    case release
    case report
  }

  /// The stacks that exist. The first is a new app's.
  package static let stacks = ["heroku-24", "heroku-22", "heroku-26"]

  /// BUILD_DIR.
  package var app: Path
  /// CACHE_DIR, which need not exist.
  package var cache: Path
  /// ENV_DIR, or nil for an old caller, who passes two folders.
  package var configVars: Path?
  /// PATH, HOME, STACK, SOURCE_VERSION and REQUEST_ID.
  package var environment: Environment

  /// - Parameters:
  ///   - home: HOME, which is not a folder of the app.
  ///   - path: PATH of the machine that builds.
  package init(
    app: Path, cache: Path, configVars: Path?, home: Path, path: String, stack: String = stacks[0]
  ) {
    (self.app, self.cache, self.configVars) = (app, cache, configVars)
    // The commit and the request are examples.
    environment = Environment([
      EnvFile.Variable("PATH", path), EnvFile.Variable("HOME", home),
      EnvFile.Variable("STACK", stack),
      EnvFile.Variable("SOURCE_VERSION", "6743ea8411bd93a513914a17b977238d444dbfa5"),
      EnvFile.Variable("REQUEST_ID", "0a0f6f4c-8d5b-4e2d-9a53-7b0f8a0f3a11"),
    ])
  }

  /// The folders that a step is called with.
  package func folders(for step: Step) -> [Path] {
    let isShort = step == .detect || step == .release
    return isShort ? [app] : [app, cache] + (configVars.map { [$0] } ?? [])
  }

  /// How a step of a buildpack is started.
  ///
  /// - Parameter exports: The `export` files of the buildpacks before it. bash sources them first.
  package func launch(_ step: Step, of buildpack: Path, after exports: [Path] = [])
    -> ProcessConfiguration
  {
    let program = buildpack / "bin" / step.rawValue
    let script = #"while [ "$1" != -- ]; do . "$1"; shift; done; shift; exec "$@""#
    var launch =
      exports.isEmpty
      ? ProcessConfiguration(program, [], environment: environment)
      : ProcessConfiguration(
        Path("/bin/bash"), ["-c", script, "bash"], environment: environment)
    launch.operands =
      (exports.isEmpty ? [] : exports + [Path("--"), program]) + folders(for: step)
    return launch
  }

  /// How a dyno starts a process. Of a slug, bash sources `.profile.d` in alphabetical order, then
  /// `.profile`, and runs the command (Dev Center, "Dynos" and "The .profile file"). An image has the
  /// layers' programs first on PATH instead, and heroku/procfile has bash run the command.
  ///
  /// - Parameters:
  ///   - dyno: Such as `web.1`, or `web-12a34b56d-e78f9` of an image.
  ///   - app: The folder of the app, which is HOME.
  ///   - programs: The folders `bin` of an image's launch layers. Empty for a slug.
  ///   - configVars: They may change PATH, and nothing else that the platform sets.
  package static func dyno(
    _ dyno: String, running command: String, app: Path, programs: [Path] = [],
    configVars: [EnvFile.Variable], path: String, port: Int
  ) -> ProcessConfiguration {
    let profiles = """
      for profile in "$HOME"/.profile.d/*.sh "$HOME"/.profile; do
        [ -f "$profile" ] && . "$profile"
      done
      unset profile

      """
    var environment = Environment(of: dyno, configVars, home: app, path: path, port: port)
    let folders = programs.map { $0.bytes } + [environment.bytes(of: "PATH") ?? []]
    environment.set("PATH", Array(folders.joined(separator: [UInt8(ascii: ":")])))
    let script = (programs.isEmpty ? profiles : "") + "exec /bin/bash -c \"$0\""
    return ProcessConfiguration(
      Path("/bin/bash"), ["-c", script, command], environment: environment, in: app)
  }
}

extension Environment {
  /// The environment of a program: what its platform sets, and the user's variables, which do not
  /// change that.
  init(_ own: [EnvFile.Variable], _ configVars: [EnvFile.Variable] = []) {
    let others = configVars.filter { variable in !own.contains { $0.name == variable.name } }
    self.init(entries: (own + others).map { $0.entry })
  }

  /// The environment of a process on either kind of platform.
  init(of dyno: String, _ configVars: [EnvFile.Variable], home: Path, path: String, port: Int) {
    let hasPath = configVars.contains { $0.name == "PATH" }
    self.init(
      [
        EnvFile.Variable("HOME", home), EnvFile.Variable("PORT", "\(port)"),
        EnvFile.Variable("DYNO", dyno),
      ] + (hasPath ? [] : [EnvFile.Variable("PATH", path)]), configVars)
  }
}

/// Names of the machine that this program is compiled for.
enum Machine {
  #if arch(arm64)
    /// In the names of this buildpack's folders.
    static let name = "aarch64"
    /// In CNB_TARGET_ARCH.
    static let target = "arm64"
  #else
    static let name = "x86_64"
    static let target = "amd64"
  #endif
}
