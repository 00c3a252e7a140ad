import LocalTools
import Posix
import Testing

/// A build that succeeds and has something to say about the app.
struct AdvisedBuild: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var procfile = "web: hoopstart -- bundle exec puma\n"
  /// Files of the app's own.
  var files: [String] = []
  var configVars: [String: String?] = [:]
  var release = AgentRelease.newest
  /// The last line of the log; nil where nothing will be published.
  var publishes: String? = "myapp from every process that starts with hoopstart"
  /// What follows on that line.
  var details: [String] = []
  var warnings = ""
  /// Whether hoopstart would start an agent, whatever the Procfile says.
  var isPlanGood = false

  /// Runs the build, and compares what it says with what it should, and with what hoopstart says in
  /// the slug.
  func check() async {
    let build = HerokuBuild(from: ReleaseSite(release))
    (build.app / "Procfile").write(procfile)
    for file in files { (build.app / file).write("# the app's own\n") }
    for (name, value) in configVars { build.set(name, value) }
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == warnings)
    let check = await build.check()
    #expect(check.status == .exited(publishes == nil && !isPlanGood ? 1 : 0))
    let lines = outcome.output.split(separator: "\n")
    let line = lines.dropLast(details.count).last!
    #expect(lines.suffix(details.count) == details.map { "       \($0)" }[...])
    if let publishes {
      #expect(line == "       Publishes \(publishes)")
      #expect(check.output.hasSuffix("Result      Publishes \(publishes).\n"))
    } else {
      #expect(line.hasPrefix("       Installed in"))
    }
  }
}
