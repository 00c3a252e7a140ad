import Posix
import Testing

/// A build that succeeds, and what it says about the app.
struct ForecastBuild: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var procfile = "web: hoopstart -- bundle exec puma\n"
  /// Files of the app.
  var files: [String: String] = [:]
  var configVars: [String: String?] = [:]
  var release = AgentRelease.newest
  /// The last line of the log, or nil if nothing will be published.
  var publishes: String? = "myapp from every process that starts with hoopstart"
  /// The lines behind that one.
  var details: [String] = []
  /// The problems, whole.
  var said: [Said] = []
  /// The first lines of the problems, for those that are compared whole elsewhere.
  var headings: [String] = []
  /// Whether hoopstart would start an agent, whatever the Procfile says.
  var isPlanGood = false
  var isImage = false

  /// Runs the build, and compares what it says with what it should, and with what hoopstart says in
  /// the slug.
  func check() async {
    let build = HerokuBuild(from: ReleaseSite(release))
    (build.app / "Procfile").write(procfile)
    for (name, content) in files { (build.app / name).write(content) }
    for (name, value) in configVars { build.set(name, value) }
    let outcome = isImage ? await ImageBuild(build).build() : await build.compile()
    #expect(outcome.status == .exited(0))
    if headings.isEmpty {
      let text = said.map { $0.text() }.joined()
      #expect(outcome.errors == (isImage ? Self.forImage(text) : text))
    } else {
      let found = outcome.errors.split(separator: "\n").filter { line in
        line.hasPrefix(" !     Warning: ") || line.hasPrefix(" !     Notice: ")
      }
      #expect(found.map(String.init) == headings.map { " !     \($0)" })
    }
    let lines = outcome.output.split(separator: "\n")
    let line = lines.dropLast(details.count).last!
    #expect(lines.suffix(details.count) == details.map { "       \($0)" }[...])
    if isImage { return }
    let check = await build.check()
    #expect(check.status == .exited(publishes == nil && !isPlanGood ? 1 : 0), "\(check.output)")
    if let publishes {
      #expect(line == "       Publishes \(publishes)")
      #expect(check.output.hasSuffix("Result      Publishes \(publishes).\n"))
    } else {
      #expect(line.hasPrefix("       Installed in"))
    }
  }

  private static func forImage(_ text: String) -> String {
    text.isEmpty
      ? ""
      : "\n" + text.replacing(" !     ", with: "! ").replacing("\n !\n", with: "\n!\n")
  }
}
