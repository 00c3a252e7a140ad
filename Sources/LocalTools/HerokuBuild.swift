import Posix

/// A build as Heroku runs it: the folders, the environment, and how the programs of a buildpack are
/// called (Dev Center, "Buildpack API").
///
///     let build = HerokuBuild(app: app, cache: cache, configVars: env, home: home, path: path)
///     let compile = build.launch(.compile, of: buildpack)
package struct HerokuBuild: Sendable {
  /// A program in a buildpack's `bin`.
  package enum Step: String, Hashable, Sendable, CaseIterable {
    case detect
    case compile
    /// What Heroku CI runs instead of `compile`.
    case testCompile = "test-compile"
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
    environment = Environment()
    environment["PATH"] = path
    environment.set("HOME", home.bytes)
    environment["STACK"] = stack
    // A commit and a request like any other.
    environment["SOURCE_VERSION"] = "6743ea8411bd93a513914a17b977238d444dbfa5"
    environment["REQUEST_ID"] = "0a0f6f4c-8d5b-4e2d-9a53-7b0f8a0f3a11"
  }

  /// The folders that a step is called with.
  package func folders(for step: Step) -> [Path] {
    switch step {
    case .detect, .release: [app]
    case .compile, .testCompile, .report: [app, cache] + (configVars.map { [$0] } ?? [])
    }
  }

  /// How a step of a buildpack is started.
  ///
  /// - Parameter exports: The `export` files of the buildpacks before it. bash sources them first.
  package func launch(_ step: Step, of buildpack: Path, after exports: [Path] = [])
    -> ProcessConfiguration
  {
    let program = buildpack / "bin" / step.rawValue
    if exports.isEmpty {
      var launch = ProcessConfiguration(program, [], environment: environment)
      launch.operands = folders(for: step)
      return launch
    }
    let script = #"while [ "$1" != -- ]; do . "$1"; shift; done; shift; exec "$@""#
    var launch = ProcessConfiguration(
      Path("/bin/bash"), ["-c", script, "bash"], environment: environment)
    launch.operands = exports + [Path("--"), program] + folders(for: step)
    return launch
  }

  /// How a dyno starts a process: bash sources `.profile.d` in alphabetical order, then `.profile`,
  /// and runs the command (Dev Center, "Dynos" and "The .profile file").
  ///
  /// - Parameters:
  ///   - slug: Where it is then, which is HOME.
  ///   - configVars: They may change PATH, and nothing else that the platform sets.
  ///   - dyno: Such as `web.1`.
  package static func dyno(
    _ dyno: String, running command: String, slug: Path, configVars: [EnvFile.Variable],
    path: String, port: Int
  ) -> ProcessConfiguration {
    let script = """
      for profile in "$HOME"/.profile.d/*.sh "$HOME"/.profile; do
        [ -f "$profile" ] && . "$profile"
      done
      unset profile
      exec /bin/bash -c "$0"
      """
    return ProcessConfiguration(
      Path("/bin/bash"), ["-c", script, command],
      environment: environment(of: dyno, configVars, home: slug, path: path, port: port), in: slug)
  }

  /// The environment of a process on either kind of platform.
  static func environment(
    of dyno: String, _ configVars: [EnvFile.Variable], home: Path, path: String, port: Int
  ) -> Environment {
    let own = ["HOME", "PORT", "DYNO"]
    var entries = configVars.filter { !own.contains($0.name) }
      .map { Array("\($0.name)=".utf8) + $0.value }
    if !configVars.contains(where: { $0.name == "PATH" }) {
      entries.append(Array("PATH=\(path)".utf8))
    }
    entries += [
      Array("HOME=".utf8) + home.bytes, Array("PORT=\(port)".utf8), Array("DYNO=\(dyno)".utf8),
    ]
    return Environment(entries: entries)
  }
}
