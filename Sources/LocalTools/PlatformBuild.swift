import Posix

/// A build of an app as its platform runs it: the folders, the environment, how the programs of a
/// buildpack are called, and how a dyno starts what was built.
package struct PlatformBuild: Sendable {
  package enum Product: Sendable {
    /// As Heroku builds it (Dev Center, "Buildpack API").
    case slug
    /// As the lifecycle of Cloud Native Buildpacks builds it, into layers that are empty (Buildpack
    /// Interface Specification 0.10). pack does the rest: it reuses layers and exports the image.
    case image
  }

  /// A new app's.
  package static let stack = "heroku-24"

  let product: Product
  private let folder: Path
  /// BUILD_DIR, or the working folder of an image's build.
  package var app: Path
  /// CACHE_DIR, which need not exist.
  package var cache: Path
  /// ENV_DIR, or nil for an old caller, who passes two folders.
  package var configVars: Path?
  /// CNB_LAYERS_DIR: the folder of one buildpack's layers.
  package var layers: Path
  /// The user's variables. In a slug's build they are in files only.
  var variables: [EnvFile.Variable]
  /// What the platform sets in a build. CNB_TARGET_… are left out: this buildpack does not read them.
  package var environment = Environment()

  /// - Parameters:
  ///   - folder: What has all folders of the build.
  ///   - path: PATH of the machine that builds.
  package init(
    _ product: Product, in folder: Path, path: String, stack: String = stack,
    variables: [EnvFile.Variable] = []
  ) {
    (self.product, self.folder, self.variables) = (product, folder, variables)
    (app, cache, configVars) = (folder / "app", folder / "cache", folder / "platform/env")
    layers = folder / "layers/hoophq_hoop"
    environment["PATH"] = path
    environment.set("HOME", (folder / "home").bytes)
    if product == .image { return }
    environment["STACK"] = stack
    // The commit and the request are examples.
    environment["SOURCE_VERSION"] = "6743ea8411bd93a513914a17b977238d444dbfa5"
    environment["REQUEST_ID"] = "0a0f6f4c-8d5b-4e2d-9a53-7b0f8a0f3a11"
  }

  /// CNB_PLATFORM_DIR. The user's variables are the files of its folder `env`.
  private var platform: Path { folder / "platform" }

  /// CNB_BUILD_PLAN_PATH and CNB_BP_PLAN_PATH: a file.
  private var plan: Path { folder / "plan.toml" }

  /// Makes the folders, and a file for each of the user's variables.
  package func makeFolders() throws(SystemError) {
    for folder in [app, folder / "home", platform / "env", layers] { try folder.makeFolders() }
    for variable in variables {
      try (platform / "env" / variable.name).makeFile(variable.value, mode: 0o600)
    }
    try plan.makeFile([], mode: 0o644)
  }

  /// The folders that a program of a slug's buildpack is called with.
  package func folders(for program: String) -> [Path] {
    let isShort = program == "detect" || program == "release"
    return isShort ? [app] : [app, cache] + (configVars.map { [$0] } ?? [])
  }

  /// How a program in a buildpack's `bin` is started.
  ///
  /// - Parameter exports: The `export` files of the buildpacks before it. bash sources them first.
  package func launch(
    _ program: String, of buildpack: Path, after exports: [Path] = []
  ) -> ProcessConfiguration {
    let file = buildpack / "bin" / program
    var launch = ProcessConfiguration(file, [], environment: environment)
    switch product {
    case .slug where exports.isEmpty: launch.operands = folders(for: program)
    case .slug:
      launch.program = Path("/bin/bash")
      launch.arguments = [
        "-c", #"while [ "$1" != -- ]; do . "$1"; shift; done; shift; exec "$@""#, "bash",
      ]
      launch.operands = exports + [Path("--"), file] + folders(for: program)
    case .image:
      // The lifecycle passes the folders twice: in variables, and in the arguments as before.
      let isBuild = program == "build"
      launch.directory = app
      launch.operands = (isBuild ? [layers] : []) + [platform, plan]
      launch.environment.add(variables)
      for (name, path) in [
        ("CNB_BUILDPACK_DIR", buildpack), ("CNB_PLATFORM_DIR", platform),
        (isBuild ? "CNB_BP_PLAN_PATH" : "CNB_BUILD_PLAN_PATH", plan),
      ] { launch.environment.set(name, path.bytes) }
      if isBuild { launch.environment.set("CNB_LAYERS_DIR", layers.bytes) }
    }
    return launch
  }

  /// How a dyno starts a process. Of a slug, bash sources `.profile.d` in alphabetical order, then
  /// `.profile`, and runs the command (Dev Center, "Dynos" and "The .profile file"). An image has the
  /// layers' programs first on PATH instead, and heroku/procfile has bash run the command.
  ///
  /// - Parameter name: Such as `web.1`, or `web-12a34b56d-e78f9` of an image.
  package func dyno(_ name: String, running command: String) -> ProcessConfiguration {
    let profiles = """
      for profile in "$HOME"/.profile.d/*.sh "$HOME"/.profile; do
        [ -f "$profile" ] && . "$profile"
      done
      unset profile

      """
    var dyno = Environment(
      ofDyno: name, variables, home: app, path: environment["PATH"] ?? "/usr/bin:/bin")
    if product == .image {
      let folders = ["hoopstart", "agent"].map { (layers / $0 / "bin").bytes }
      let path = folders + [dyno.bytes(of: "PATH") ?? []]
      dyno.set("PATH", Array(path.joined(separator: [UInt8(ascii: ":")])))
    }
    let script = (product == .slug ? profiles : "") + "exec /bin/bash -c \"$0\""
    return ProcessConfiguration(
      Path("/bin/bash"), ["-c", script, command], environment: dyno, in: app)
  }
}

extension Environment {
  /// The usual local port of an app. The platform chooses another one for each dyno.
  static let dynoPort = 5000

  /// The user's variables. What is there already is the platform's, which they do not change.
  mutating func add(_ variables: [EnvFile.Variable]) {
    let names = Set(names)
    let added = variables.filter { !names.contains($0.name) }
    self = Environment(entries: entries + added.map { $0.entry })
  }

  /// The environment of a dyno. The config vars may change PATH, and nothing else that the platform sets.
  init(ofDyno name: String, _ configVars: [EnvFile.Variable], home: Path, path: String) {
    self.init()
    set("HOME", home.bytes)
    (self["PORT"], self["DYNO"]) = ("\(Self.dynoPort)", name)
    add(configVars)
    if bytes(of: "PATH") == nil { self["PATH"] = path }
  }
}
