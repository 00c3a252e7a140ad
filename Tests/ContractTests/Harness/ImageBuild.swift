import LocalTools
import Posix
import Testing

/// Builds of an image, one after the other, as the lifecycle runs them: a clean environment, the
/// folders, and before each the metadata of the image before it. The app, its variables and the
/// buildpack are those of a build for Heroku.
final class ImageBuild {
  let heroku: HerokuBuild
  /// CNB_LAYERS_DIR.
  var layers: Path { contract.layers }
  /// The layers of the image, once there is one.
  let image: Path
  /// Whether the variables name the folders, and the arguments too; false for an old lifecycle.
  var hasVariables = true
  private let contract: PlatformBuild

  init(_ heroku: HerokuBuild) {
    self.heroku = heroku
    image = heroku.folder("image") / "exported"
    contract = PlatformBuild(.image, in: heroku.app.folder, path: "/usr/bin:/bin")
    if !heroku.wrapper.isEmpty { layers.giveAway() }
  }

  /// - Parameter version: HOOP_VERSION, or nil if it is not set.
  convenience init(from site: ReleaseSite, version: String? = nil) {
    self.init(HerokuBuild(from: site, version: version))
  }

  func set(_ name: String, _ value: String?) { heroku.set(name, value) }

  func detect() async -> Outcome { await heroku.run(launch("detect")) }
  func build() async -> Outcome { await heroku.run(launch("build")) }

  func launch(_ step: String) -> ProcessConfiguration {
    let words = contract.launch(step, of: heroku.buildpack)
    var launch = heroku.launch([words.program] + words.operands)
    launch.directory = words.directory
    launch.environment = words.environment
    if !hasVariables { launch.environment.remove { !["PATH", "HOME"].contains($0) } }
    // What a test has changed of the environment, such as PATH.
    for name in ["PATH", "HOOP_BUILDPACK_TIME_SCALE", "CNB_EXEC_ENV"] {
      if let value = heroku.environment[name] { launch.environment[name] = value }
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

  /// Builds, and expects nothing but success.
  @discardableResult
  func succeed(sourceLocation: SourceLocation = #_sourceLocation) async -> Outcome {
    let outcome = await build()
    #expect(outcome.status == .exited(0), "\(outcome)", sourceLocation: sourceLocation)
    return outcome
  }

  /// Makes the image as the lifecycle does, and begins the next build over it: a launch layer without
  /// a folder is that of the image before, and its metadata is restored without its files.
  ///
  /// - Returns: The layers whose files are new.
  @discardableResult func export() -> [String] {
    let new = image.folder / "new"
    try! new.makeFolder()
    var made: [String] = []
    for name in ["agent", "hoopstart"] where (layers / "\(name).toml").isThere {
      if (layers / name).isThere { made.append(name) }
      try! ((layers / name).isThere ? layers / name : image / name).rename(to: new / name)
    }
    try! image.replace(with: new)
    for name in try! layers.names().map(\.string) where name.hasSuffix(".toml") {
      let text = (layers / name).text.replacing("[types]\nlaunch = true\n", with: "")
      try! (layers / name).removeTree()
      if name != "launch.toml" { (layers / name).write(text) }
    }
    return made
  }

  /// Runs a process of the image without its agent.
  func run(_ command: String) async -> Outcome {
    var contract = contract
    contract.layers = image
    var launch = contract.dyno("web-12a34b56d-e78f9", running: command)
    launch.environment["HOOP_DISABLED"] = "1"
    return await heroku.run(launch)
  }
}
