import Posix
import Testing

/// A build that succeeds, and what it says about the app.
struct ForecastBuild: Sendable, CustomTestStringConvertible {
  let testDescription: String
  var configVars: [String: String?] = [:]
  var procfile = "web: hoopstart -- bundle exec puma\n"
  /// Files of the app.
  var files: [String: String] = [:]
  var release = AgentRelease.newest
  /// The last line of the log, or nil if nothing will be published.
  var publishes: String?
  /// The lines behind that one.
  var details: [String] = []
  /// The problems, whole.
  var said: [Said] = []
  /// The first lines of the problems, for those that are compared whole elsewhere.
  var headings: [String] = []
  /// Whether hoopstart would start an agent, whatever the Procfile says.
  var isPlanGood = false
  var isImage = false

  static let myapp = "myapp from every process that starts with hoopstart"

  init(
    _ name: String, _ configVars: [String: String?] = [:], of release: AgentRelease = .newest,
    publishes: String?, details: [String] = [], headings: [String] = []
  ) {
    (testDescription, self.configVars, self.release) = (name, configVars, release)
    (self.publishes, self.details, self.headings) = (publishes, details, headings)
  }

  init(
    _ name: String, procfile: String? = nil, files: [String: String] = [:],
    configVars: [String: String?] = [:], publishes: String? = myapp, isPlanGood: Bool = false,
    isImage: Bool = false, _ said: Said...
  ) {
    self.init(name, configVars, publishes: publishes)
    if let procfile { self.procfile = procfile }
    (self.files, self.isPlanGood, self.isImage) = (files, isPlanGood, isImage)
    self.said = said
  }

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
      #expect(outcome.errors == said.map { $0.text(forImage: isImage) }.joined())
    } else {
      let found = outcome.errors.split(separator: "\n").filter {
        $0.contains(#/^ !     (Warning|Notice): /#)
      }
      #expect(found.map(String.init) == headings.map { " !     \($0)" })
    }
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.suffix(details.count) == details.map { "       \($0)" }[...])
    if isImage { return }
    let line = lines.dropLast(details.count).last!
    let check = await build.check()
    #expect(check.status == .exited(publishes == nil && !isPlanGood ? 1 : 0), "\(check.output)")
    if let publishes {
      #expect(line == "       Publishes \(publishes)")
      #expect(check.output.hasSuffix("Result      Publishes \(publishes).\n"))
    } else {
      #expect(line.hasPrefix("       Installed in"))
    }
  }
}
