import Glibc
import HoopAgent
import Posix
import TestSupport

/// A slug in a temporary folder: the executable under test as `.hoop/bin/hoopstart`, the prober as the
/// agent `.hoop/bin/hoop`, and a folder in which that one records what it sees.
final class Slug: Sendable {
  let folder: Path
  let record: Path

  var hoopstart: Path { folder / ".hoop/bin/hoopstart" }
  var agent: Path { folder / ".hoop/bin/hoop" }

  /// - Parameters:
  ///   - version: The content of `.hoop/version`, or nil for no such file.
  ///   - agent: A script for the agent, "" for none, or nil for the prober.
  init(version: String? = AgentVersion.newestKnown.description, agent: String? = nil) throws {
    folder = try makeTemporaryFolder("hoopstart-test")
    record = folder / "record"
    try record.makeFolder()
    _ = try (folder / ".hoop/bin").makeFolders()
    if let version {
      try (folder / ".hoop/version").makeFile(Array("\(version)\n".utf8), mode: 0o644)
    }
    try Self.copy(Products.underTest, to: hoopstart)
    if let agent, !agent.isEmpty {
      let draft = folder / "draft"
      try draft.makeFile(Array(agent.utf8), mode: 0o755)
      try Self.copy(draft, to: self.agent)
    } else if agent == nil {
      try Self.copy(Products.prober, to: self.agent)
    }
  }

  /// One with the practice agent of a version: it behaves as that agent does, and records what it was
  /// given.
  convenience init(practice version: String) throws {
    guard let parsed = AgentVersion(version) else { throw Failed("not a version: \(version)") }
    try self.init(version: version, agent: PracticeAgent.script(for: parsed))
  }

  deinit { try? folder.removeTree() }

  /// Copies a program by cp. A file that this process has open for writing could not be executed: a
  /// child that another test is starting may have it open for a moment more.
  static func copy(_ file: Path, to destination: Path) throws {
    let cp = ProcessConfiguration(
      "/bin/cp", [file.string, destination.string], environment: Environment())
    guard try Children.reap(cp.start()) == .exited(0) else { throw Failed("cp") }
  }

  /// What every test starts from: an organisation key, one connection, short waits.
  var variables: Environment {
    Environment(
      entries: [
        "PATH=/usr/bin:/bin", "HOOP_KEY=grpcs://_default:s3cret@app.hoop.test:8443",
        "HOOP_CONNECTION=myapp", "HOOPSTART_TIME_SCALE=0.01", "STANDIN_RECORD=\(record)",
        "PRACTICE_RECORD=\(record)",
      ].map { Array($0.utf8) })
  }

  /// Starts a program with these words.
  func run(
    _ words: [String], _ changes: [String: String?] = [:], output: Path? = nil
  ) throws -> Running {
    try Running(words, environment: variables.changed(changes), in: self, output: output)
  }

  /// Starts `hoopstart -- COMMAND`, or after the prober has changed something for it.
  func start(
    after changes: [String]? = nil, _ command: [String], _ variables: [String: String?] = [:]
  ) throws -> Running {
    try run(beside(command, after: changes), variables)
  }

  func beside(_ command: [String], after changes: [String]? = nil) -> [String] {
    (changes.map { [Products.prober.string, "with"] + $0 + ["--"] } ?? [])
      + [hoopstart.string, "--"] + command
  }

  // MARK: What agents have recorded

  /// What a practice agent has recorded: its `words`, its `environment` or a `session`'s, a line
  /// each.
  func practice(_ name: String, _ what: String) throws -> [String] {
    let text = try (record / "\(name).\(what)").content(atMost: 1 << 22)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The names of the practice agents that have said all that they say.
  var practiceAgents: [String] {
    get throws {
      try names.filter { $0.hasSuffix(".ready") }.map { String($0.dropLast(6)) }.sorted()
    }
  }

  /// Waits for so many practice agents, and returns their names.
  func practiceAgents(_ count: Int) async throws -> [String] {
    try await found("\(count) practice agents") {
      let agents = try self.practiceAgents
      return agents.count >= count ? agents : nil
    }
  }

  /// The states that agents have recorded so far, in the order of their pids.
  func agents() throws -> [State] {
    try names.filter { $0.hasPrefix("agent-") && !$0.hasSuffix(".part") }
      .map { try State(of: record / $0) }.sorted { $0.pid < $1.pid }
  }

  /// Waits until so many agents run and have their signal handlers.
  func readyAgents(_ count: Int = 1) async throws -> [State] {
    try await eventually("\(count) agents are ready") {
      try self.names.count { $0.hasPrefix("ready-") } >= count
    }
    return try agents()
  }

  private var names: [String] { get throws { try record.names().map(\.string) } }

  /// Waits for the pid that a file of the record has.
  func pid(_ name: String) async throws -> pid_t {
    try await found(name) { pid_t(text(of: self.record / name)) }
  }

  /// The signals that an agent has got.
  func signals(of pid: pid_t) -> [Int32] {
    text(of: record / "signals-\(pid)").utf8.map { Int32($0) - Int32(UInt8(ascii: "A")) + 1 }
  }

  /// The pids of the supervisors and agents of this slug that are alive.
  var processesAlive: [pid_t] {
    processes().filter { pid in
      guard let file = try? Path("/proc/\(pid)/exe").linkTarget() else { return false }
      return file == hoopstart || file == agent
    }
  }

  func nothingLeft() async throws {
    try await eventually("nothing of ours is left") { self.processesAlive.isEmpty }
  }
}

extension Path: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(text) }
}

extension Environment {
  func changed(_ changes: [String: String?]) -> Environment {
    var environment = self
    environment.remove { changes.keys.contains($0) }
    let added = changes.sorted { $0.key < $1.key }.compactMap { name, value in
      value.map { Array("\(name)=\($0)".utf8) }
    }
    return Environment(entries: environment.entries + added)
  }
}

extension Products {
  /// Whether the executable under test is linked statically, as the one in the slug is: it does not
  /// name an interpreter.
  static let isStatic = {
    let start = (try? underTest.content(atMost: 4096)) ?? []
    return !String(decoding: start, as: UTF8.self).contains("/ld-linux")
  }()
}
