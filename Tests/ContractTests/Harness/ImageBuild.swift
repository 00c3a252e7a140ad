import Glibc
import HoopAgent
import LocalTools
import Posix
import Testing

/// Builds of an image, one after the other, as the lifecycle runs them: a clean environment, the
/// folders, and before each the metadata of the image before it. The app, its variables and the
/// buildpack are those of a build for Heroku.
final class ImageBuild {
  let heroku: HerokuBuild
  /// CNB_LAYERS_DIR.
  var layers: Path { lifecycle.layers }
  private(set) var image: Image?
  /// Whether the variables name the folders, and the arguments too; false for an old lifecycle.
  var hasVariables = true
  private var lifecycle: Lifecycle
  private let root: Path
  private var count = 0

  init(_ heroku: HerokuBuild) {
    self.heroku = heroku
    root = heroku.folder("image")
    lifecycle = Lifecycle(
      app: heroku.app, layers: root / "layers/hoophq_hoop", platform: root / "platform",
      plan: root / "plan.toml", home: heroku.folder("home"), path: "/usr/bin:/bin")
    _ = try! layers.makeFolders()
    try! lifecycle.platform.makeFolder()
    try! (lifecycle.platform / "env").makeLink(to: heroku.configVars!.string)
    lifecycle.plan.write("")
    if Machine.isRoot, !heroku.wrapper.isEmpty { giveAway(layers) }
  }

  /// - Parameter version: HOOP_VERSION; nil where it is not set.
  convenience init(from site: ReleaseSite, version: String? = nil) {
    self.init(HerokuBuild(from: site, version: version))
  }

  func set(_ name: String, _ value: String?) { heroku.set(name, value) }

  func detect() async -> Outcome { await heroku.run(launch(.detect)) }
  func build() async -> Outcome { await heroku.run(launch(.build)) }

  func launch(_ step: Lifecycle.Step) -> ProcessConfiguration {
    let words = lifecycle.launch(step, of: heroku.buildpack)
    var launch = heroku.launch([words.program] + words.operands)
    launch.directory = words.directory
    launch.environment = words.environment
    if !hasVariables {
      launch.environment = launch.environment.keeping(["PATH", "HOME"])
    }
    // What a test has changed of the environment, such as PATH.
    for entry in heroku.environment.entries {
      let (name, value) = String(decoding: entry, as: UTF8.self).halves(around: "=")
      if ["PATH", "HOOP_BUILDPACK_TIME_SCALE", "CNB_EXEC_ENV"].contains(name) {
        launch.environment[String(name)] = String(value!)
      }
    }
    // Without clear-env the user's variables are in the environment too.
    if hasVariables {
      for name in try! heroku.configVars!.names() {
        guard let value = try? (heroku.configVars! / name).content(atMost: .max) else { continue }
        launch.environment.set(name.string, value)
      }
    }
    return launch
  }

  /// Builds, and expects nothing but success and what the lifecycle takes.
  @discardableResult
  func succeed(sourceLocation: SourceLocation = #_sourceLocation) async -> Outcome {
    let outcome = await build()
    #expect(
      outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)",
      sourceLocation: sourceLocation)
    return outcome
  }

  /// Makes the image, and begins the next build over it.
  func export() {
    count += 1
    image = try! Image(
      exporting: layers, of: BuildpackDescriptor(of: heroku.buildpack), over: image,
      to: root / "image-\(count)")
    try! layers.removeTree()
    try! image!.restore(to: layers)
  }

  /// Runs a process of the image, which has been moved since it was built, without its agent.
  func run(_ command: String) async -> Outcome {
    let launch = Lifecycle.process(
      "web-12a34b56d-e78f9", running: command, app: heroku.app, programs: image!.programs,
      configVars: [EnvFile.Variable(name: "HOOP_DISABLED", value: Array("1".utf8))],
      path: "/usr/bin:/bin", port: 5000)
    return await heroku.run(launch)
  }

  /// What a build has left beside its results.
  var leftovers: [String] {
    [layers, heroku.app, heroku.buildpack].flatMap { FolderSnapshot(of: $0).listing }
      .filter { $0.contains(".hoop.tmp.") }
  }

  /// Makes a folder another user's.
  func giveAway(_ folder: Path) {
    _ = folder.withCString { chown($0, Machine.nobody, Machine.nobody) }
  }
}

extension FailedBuild {
  /// Runs the same build for an image, whose user reads the same in the other contract's style, and
  /// whose layers stay as they were.
  func checkAsImage() async {
    let site = ReleaseSite(.newest)
    let heroku = HerokuBuild(from: site, version: AgentVersion.newestKnown.description)
    heroku.scaleWaits(by: 0.05)
    (heroku.cache / "hoop/file").write("arranged for classic builds")
    arrange(heroku, site)
    let image = ImageBuild(heroku)
    let before = FolderSnapshot(of: image.layers)

    expect(
      await image.build(), status: 1, output: ImageLog.output(output),
      errors: ImageLog.errors(errors))

    #expect(FolderSnapshot(of: image.layers) == before)
  }
}

/// The log of a classic build in the style of an image's.
enum ImageLog {
  static func output(_ classic: String) -> String {
    lines(classic) { line in
      if line.hasPrefix("-----> ") { return "\n## \(line.dropFirst(7))\n" }
      let text = line.dropFirst(7)
      return text.hasPrefix("SHA-256") ? "  - \(text)" : "- \(text)"
    }
  }

  static func errors(_ classic: String) -> String {
    "\n"
      + lines(classic) { line in
        guard line.hasPrefix(" !     ") else { return "!" }
        let text = line.dropFirst(7).replacing("ENV_DIR", with: "CNB_PLATFORM_DIR/env")
        let setting = text.split(separator: "heroku config:set ").last.map(String.init) ?? ""
        let isRead =
          text.contains("config:set")
          && setting.contains(#/^(HOOP_VERSION|HOOP_SHA256|HTTPS_PROXY|CURL_CA_BUNDLE)=/#)
        return "! \(text)" + (isRead ? "\n!     pack build APP --env \(setting)" : "")
      }
  }

  private static func lines(_ text: String, _ change: (Substring) -> String) -> String {
    text.split(separator: "\n").map { change($0) + "\n" }.joined()
  }
}
