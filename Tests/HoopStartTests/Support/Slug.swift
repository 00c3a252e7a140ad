import Glibc
import HoopAgent
import Posix
import TestSupport

/// Something that kept a test from being one.
struct Failed: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// A slug in a temporary folder: the executable under test as `.hoop/bin/hoopstart`, the stand-in
/// agent as `.hoop/bin/hoop`, and a folder where that one records what it sees.
final class Slug: Sendable {
  let folder: Path
  let record: Path

  /// - Parameters:
  ///   - version: the content of `.hoop/version`; nil: no such file.
  ///   - agent: whether there is an agent.
  init(version: String? = AgentVersion.newestKnown.description, agent: Bool = true) throws {
    var template = Array("/tmp/hoopstart-test-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw Failed("no temporary folder") }
    folder = try Path(cString: template).resolved()
    record = folder / "record"
    try record.makeFolder()
    _ = try (folder / ".hoop/bin").makeFolders()
    if let version {
      try (folder / ".hoop/version").makeFile(Array("\(version)\n".utf8), mode: 0o644)
    }
    // By cp, since a file that this process has open for writing could not be executed: a child that
    // another test is starting may have it open for a moment more.
    try Self.copy(Products.underTest, to: folder / ".hoop/bin/hoopstart")
    if agent { try Self.copy(Products.prober, to: self.agent) }
  }

  /// One with the practice agent of a version in place of the stand-in: it behaves as that agent
  /// does, and records what it was given.
  convenience init(practice version: String) throws {
    guard let parsed = AgentVersion(version) else { throw Failed("no version: \(version)") }
    try self.init(version: version, agent: false)
    let script = folder / "practice"
    try script.makeFile(Array(PracticeAgent.script(for: parsed).utf8), mode: 0o755)
    try Self.copy(script, to: agent)
  }

  /// What a practice agent has recorded: its `words`, its `environment` or a `session`'s, a line
  /// each.
  func practice(_ name: String, _ what: String) throws -> [String] {
    let text = try (record / "\(name).\(what)").content(atMost: 1 << 22)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Waits until practice agents have said all that they say, and returns their names.
  func practiceAgents(_ count: Int) async throws -> [String] {
    try await eventually("\(count) practice agents are ready") {
      try self.practiceReadyNow >= count
    }
    return try ready().map { String($0.dropLast(Self.ready.count)) }.sorted()
  }

  var practiceReadyNow: Int { get throws { try ready().count } }

  private static let ready = ".ready"

  private func ready() throws -> [String] {
    try record.names().map(\.string).filter { $0.hasSuffix(Self.ready) }
  }

  deinit { try? folder.removeTree() }

  var hoopstart: Path { folder / ".hoop/bin/hoopstart" }
  var agent: Path { folder / ".hoop/bin/hoop" }

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

  /// Starts `hoopstart -- COMMAND`.
  func start(_ command: [String], _ changes: [String: String?] = [:]) throws -> Running {
    try Running(hoopstart, ["--"] + command, environment: variables.changed(changes), in: folder)
  }

  /// Starts hoopstart with these words.
  func call(_ words: [String], _ changes: [String: String?] = [:]) throws -> Running {
    try Running(hoopstart, words, environment: variables.changed(changes), in: folder)
  }

  /// The states that agents have recorded so far, in the order of their pids.
  func agents() throws -> [State] { try states(of: "agent-") }

  func states(of prefix: String) throws -> [State] {
    try record.names().map(\.string)
      .filter { $0.hasPrefix(prefix) && !$0.hasSuffix(".part") }
      .map { try State(of: record / $0) }
      .sorted { $0.pid < $1.pid }
  }

  /// Removes what agents have recorded.
  func forgetAgents() throws {
    for name in try record.names() { try (record / name).removeFile() }
  }

  /// Waits until that many agents run and have their signal handlers.
  func readyAgents(_ count: Int = 1) async throws -> [State] {
    try await eventually("\(count) agents are ready") {
      try self.record.names().filter { $0.string.hasPrefix("ready-") }.count >= count
    }
    return try agents()
  }

  /// The number in a file of the record; nil while it is not there.
  func number(_ name: String) -> pid_t? {
    (try? (record / name).content(atMost: 16)).flatMap {
      pid_t(String(decoding: $0, as: UTF8.self))
    }
  }

  /// The signals that an agent has got.
  func signals(of pid: pid_t) -> [Int32] {
    let bytes = (try? (record / "signals-\(pid)").content(atMost: 4096)) ?? []
    return bytes.map { Int32($0) - Int32(UInt8(ascii: "A")) + 1 }
  }
}

extension Path: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(text) }
}

extension Environment {
  func changed(_ changes: [String: String?]) -> Environment {
    var environment = self
    environment.remove { changes.keys.contains($0) }
    let added = changes.compactMap { name, value in value.map { Array("\(name)=\($0)".utf8) } }
    return Environment(entries: environment.entries + added)
  }
}

extension Products {
  /// Whether the executable under test is linked statically, as the one in the slug is: it names no
  /// interpreter.
  static let isStatic: Bool = {
    let start = (try? underTest.content(atMost: 4096)) ?? []
    return !String(decoding: start, as: UTF8.self).contains("/ld-linux")
  }()

  /// Whether a test may have a mount namespace of its own.
  static let canUnmount: Bool = {
    let words = ["-m", "umount", "-l", "/proc"]
    let unshare = ProcessConfiguration("/usr/bin/unshare", words, environment: .current)
    return (try? Children.reap(unshare.start())) == .exited(0)
  }()
}
