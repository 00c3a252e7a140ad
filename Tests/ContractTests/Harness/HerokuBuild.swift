import BuildpackKit
import LocalTools
import Posix
import TestSupport
import Testing

/// One build of one app, as Heroku runs it: a checkout of the buildpack, the three folders, a clean
/// environment, and the programs in `bin/` in the platform's order (Dev Center, "Buildpack API").
@dynamicMemberLookup
final class HerokuBuild {
  private let root = TemporaryFolder()
  let buildpack: Path
  /// The folders and the environment: what bin/dry-run gives to a build, too.
  private var contract: PlatformBuild

  subscript<Value>(dynamicMember path: WritableKeyPath<PlatformBuild, Value>) -> Value {
    get { contract[keyPath: path] }
    set { contract[keyPath: path] = newValue }
  }

  /// The umask that the platform happens to have.
  var mask = "077"
  /// The words before the program, such as those that make it another user's.
  var wrapper: [String] = []

  /// - Parameter procfile: Nil for an app without one.
  init(procfile: String? = "web: hoopstart -- bundle exec puma\n") {
    buildpack = root.path / "buildpack"
    contract = PlatformBuild(.slug, in: root.path, path: "/usr/bin:/bin")
    try! contract.makeFolders()
    if let procfile { (contract.app / "Procfile").write(procfile) }
    Buildpack.checkOut(at: buildpack)
  }

  /// The server that answers as long as the build lives.
  private var site: ReleaseSite?

  /// - Parameter version: HOOP_VERSION, or nil if it is not set.
  convenience init(from site: ReleaseSite, version: String? = nil) {
    self.init()
    self.site = site
    set("HOOP_RELEASES_URL", site.url)
    if let version { set("HOOP_VERSION", version) }
    set("HOOP_KEY", "grpcs://_default:xagt-Zm9v@app.hoop.dev:8443")
    set("HOOP_CONNECTION", "myapp")
  }

  /// A folder for what a test needs beside the build's own.
  func folder(_ name: String) -> Path {
    let folder = root.path / name
    if !folder.isThere { try! folder.makeFolder() }
    return folder
  }

  /// Sets a config var: a file of ENV_DIR with exactly these bytes; nil unsets it.
  func set(_ name: String, _ value: String?) {
    let file = contract.configVars! / name
    if let value { file.write(value) } else { try! file.removeTree() }
  }

  /// Makes every wait so much shorter.
  func scaleWaits(by scale: Double) {
    contract.environment["HOOP_BUILDPACK_TIME_SCALE"] = "\(scale)"
  }

  /// The program that the launchers start.
  var program: Path { buildpack / Buildpack.program }

  func detect() async -> Outcome { await run("detect", [contract.app]) }
  func compile() async -> Outcome { await run(compiling) }
  func testCompile() async -> Outcome { await run("test-compile", folders) }
  func release() async -> Outcome { await run("release", [contract.app]) }
  func report() async -> Outcome { await run("report", folders) }

  /// `hoopstart --check` in the slug, with the config vars in its environment as a dyno has them.
  func check() async -> Outcome {
    let (app, configVars) = (contract.app, contract.configVars!)
    var launch = launch([app / ".hoop/bin/hoopstart", Path("--check"), Path("--no-connect")])
    launch.environment.remove { $0 != "PATH" }
    launch.environment["HOME"] = app.string
    for name in try! configVars.names() {
      launch.environment[name.string] = (configVars / name).text
    }
    return await run(launch)
  }

  /// How the platform starts `bin/compile`.
  var compiling: ProcessConfiguration { launch([buildpack / "bin/compile"] + folders) }

  var folders: [Path] { contract.folders(for: "compile") }

  func run(_ command: String, _ arguments: [Path]) async -> Outcome {
    await run(launch([buildpack / "bin" / command] + arguments))
  }

  /// Compiles, and expects nothing but success.
  @discardableResult
  func succeed(sourceLocation: SourceLocation = #_sourceLocation) async -> Outcome {
    let outcome = await compile()
    #expect(outcome.status == .exited(0), "\(outcome)", sourceLocation: sourceLocation)
    return outcome
  }

  /// Runs a program, and takes out of what it says what differs from run to run.
  func run(_ launch: ProcessConfiguration) async -> Outcome {
    var outcome: Outcome = await launch.outcome()
    outcome.output = normalised(outcome.output)
    outcome.errors = normalised(outcome.errors)
    return outcome
  }

  /// How the platform starts a program: the words, under its umask and in its environment.
  func launch(_ words: [Path]) -> ProcessConfiguration {
    let script = #"umask "$0"; exec "$@""#
    return ProcessConfiguration(
      Path("/bin/sh"), ["-c", script, mask] + wrapper + words.map(\.string),
      environment: contract.environment, in: root.path)
  }

  /// Staging folders that builds have left.
  var leftovers: [String] {
    FolderSnapshot(of: root.path).listing.filter { $0.contains(".hoop.tmp.") }
  }

  /// The folders of the build are under `/tmp`, servers have the port 1, archives have 1.5 MB, and
  /// what was measured took no time.
  private func normalised(_ text: String) -> String {
    text.replacing(root.path.string, with: "/tmp")
      .replacing(#/127\.0\.0\.1:\d+/#, with: "127.0.0.1:1")
      .replacing(#/\(\d+(\.\d [kM]| )B\)/#, with: "(1.5 MB)")
      .replacing(#/"seconds": \d+\.\d/#, with: #""seconds": 0.0"#)
      .replacing(#/Installed in \d+\.\d s/#, with: "Installed in 0.0 s")
  }
}
