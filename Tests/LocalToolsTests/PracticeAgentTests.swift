import BuildpackKit
import Glibc
import HoopAgent
import LocalTools
import Posix
import TestSupport
import Testing

/// The practice agent takes, refuses and says what the agent of its version was seen to.
struct PracticeAgentTests {
  private static let client = "https://app.hoop.test/" + String(repeating: "0f", count: 32)
  private static let organisation = "grpcs://_default:s3cret@app.hoop.test:8443"
  private static let multi = organisation + "?mode=multi-connection"
  private static let embedded = "grpcs://prod:s3cret@app.hoop.test:8443?mode=embedded"
  private static let standard = "grpcs://prod:s3cret@app.hoop.test:8443?mode=standard"

  private static let start = ["start", "agent"]
  private static let run = ["run", "--name", "myapp"]

  /// What the agent of a version says with a key; where it stays, what it says last.
  struct Row: CustomTestStringConvertible, Sendable {
    let version: String
    let words: [String]
    let key: String
    /// Nil: it stays.
    let status: Int32?
    /// The text of its last line; nil: there is none but the practice agent's own.
    let says: String?

    init(
      _ version: String, _ words: [String], _ key: String, says: String? = nil,
      exits status: Int32? = nil
    ) {
      (self.version, self.words, self.key) = (version, words, key)
      (self.status, self.says) = (status, says)
    }

    var testDescription: String { "\(version) \(words) \(key)" }
  }

  private static let invalidMode = "HOOP_DSN in wrong format, reason=invalid agent mode"
  private static let knows = "pre-connect rpc, status=BACKOFF, message="
  private static let success = "connected with success to app.hoop.test:8443"
  private static let asks = "waiting for connection request"

  static let rows = [
    Row("1.14.10", start, client, says: asks),
    Row(
      "1.14.10", start, embedded,
      says: "failed connecting to api, err=Post \"grpcs://app.hoop.test:8443/api/connectionapps\":"
        + " unsupported protocol scheme \"grpcs\""),
    Row(
      "1.15.0", start, "https://dev:s3cret@app.hoop.test",
      says: "dsn is disabled or invalid, contact the administrator"),
    Row("1.14.10", run, client, exits: 1),
    Row("1.16.0", start, client, says: asks),
    Row("1.16.0", start, embedded, says: asks),
    Row("1.16.0", start, standard, says: success),
    Row("1.16.0", start, organisation, says: invalidMode, exits: 1),
    Row("1.19.63", run, embedded, exits: 1),
    Row("1.20.0", run, organisation, says: invalidMode, exits: 1),
    Row("1.20.8", run, multi, says: invalidMode, exits: 1),
    Row("1.20.9", run, multi),
    Row("1.20.11", run, organisation, says: invalidMode, exits: 1),
    Row("1.20.0", start, embedded),
    Row("1.20.0", start, standard, says: success),
    Row("1.21.0", run, organisation, says: knows),
    Row("1.21.0", run + ["--review", "dba"], organisation, exits: 1),
    Row("1.21.1", run + ["--review", "dba", "--data-masking", "PHONE"], organisation, says: knows),
    Row("1.21.22", run + ["--command", "rails c"], organisation, exits: 1),
    Row("1.21.23", run + ["--command", "rails c", "--export", "A"], organisation, says: knows),
    Row(
      "1.21.23", run + ["--command", "a | b"], organisation,
      says: "failed parsing --command flag: unable to coerce to CallExpr", exits: 1),
    Row(
      "1.21.23", run + ["--command", "a; b"], organisation,
      says:
        "failed parsing --command flag: fail parsing command, empty or multiple statements found",
      exits: 1),
    Row(
      "1.21.23", run + ["--command", "it's"], organisation,
      says: "failed parsing --command flag: 1:1: reached EOF without closing quote '", exits: 1),
    Row(AgentVersion.newestKnown.description, start, embedded, says: knows),
    Row(AgentVersion.newestKnown.description, start, standard, says: success),
    Row(
      AgentVersion.newestKnown.description, start, organisation,
      says: "disconnected from app.hoop.test:8443, reason=rpc error: code = FailedPrecondition desc"
        + " = missing connection-name attribute"),
    Row(
      AgentVersion.newestKnown.description, run + ["--name", String(repeating: "n", count: 253)],
      organisation, exits: 1),
    Row(
      AgentVersion.newestKnown.description, run, "", says: "missing HOOP_KEY environment variable",
      exits: 1),
    Row(
      AgentVersion.newestKnown.description, run, "grpcs://prod@app.hoop.test",
      says: "HOOP_KEY is in wrong format, reason=secret key not found in dsn", exits: 1),
    Row(
      "1.21.5", run, "grpcs://prod@app.hoop.test",
      says: "HOOP_KEY in wrong format, reason=secret key not found in dsn", exits: 1),
  ]

  @Test(arguments: rows)
  func `It does what the agent of its version does`(_ row: Row) throws {
    let agent = try Practice(row.version)
    let isOld = try #require(AgentVersion(row.version)) < AgentVersion(1, 21, 5)
    let outcome = try agent.start(
      row.words,
      [isOld ? "HOOP_DSN" : "HOOP_KEY": row.key, "HOOP_CONNECTION": "myapp", "LOG_LEVEL": "debug"])
    #expect(outcome.status == .exited(row.status ?? Practice.stays), "\(outcome)")
    #expect(outcome.messages.last == row.says, "\(outcome)")
    #expect(!outcome.text.contains("s3cret"))
  }

  @Test(arguments: [
    ("1.21.5", nil),
    ("1.21.6", "HOOP_DSN environment variable is deprecated, use HOOP_KEY instead"),
  ])
  func `It warns of HOOP_DSN where the agent does`(version: String, warning: String?) throws {
    let outcome = try Practice(version).start(
      ["run", "--name", "myapp"], ["HOOP_DSN": Self.organisation])
    #expect(outcome.messages == (warning.map { [$0] } ?? []), "\(outcome)")
  }

  static let answers: [String: String?] = [
    "unknown":
      "failed pre-connect, reason=rpc error: code = Unauthenticated desc = invalid authentication",
    "unreachable": """
    failed pre-connect, reason=rpc error: code = Unavailable desc = connection error: desc =\
     "transport: Error while dialing: dial tcp unreachable.test:8443: connect: connection refused"
    """,
    "silent": nil,
    "taken": """
    fail connecting to server, reason=connection myapp is not being managed by this process,\
     choose another name
    """,
    "busy": """
    disconnected from busy.test:8443, reason=rpc error: code = FailedPrecondition desc =\
     agent already connected
    """,
  ]

  @Test(arguments: answers)
  func `The gateway's answer is that of the key's host`(_ label: String, _ says: String?) throws {
    let outcome = try Practice(AgentVersion.newestKnown.description).start(
      Self.run, ["HOOP_KEY": "grpcs://_default:s3cret@\(label).test:8443"])
    #expect(outcome.status == .exited(Practice.stays))
    #expect(outcome.messages.last == says)
  }

  @Test(arguments: ["taken", "taken-too", "silent", "unreachable"])
  func `One connection can fare worse than the others`(_ name: String) throws {
    let agent = try Practice(AgentVersion.newestKnown.description)
    let variables = ["HOOP_KEY": Self.organisation, "LOG_LEVEL": "debug"]
    #expect(try agent.start(Self.run, variables).messages == [Self.knows])
    #expect(try agent.start(["run", "--name", name], variables).messages.last != Self.knows)
  }

  @Test(arguments: [
    (AgentVersion.newestKnown.description, "_all", ["A", "B", "HOOP_KEY"]),
    (AgentVersion.newestKnown.description, "A", ["A"]),
    (AgentVersion.newestKnown.description, "A,C", ["A"]),
    (AgentVersion.newestKnown.description, "C", ["A", "B", "HOOP_KEY"]),
    ("1.21.22", "_all", []), ("1.21.22", "A", []),
  ])
  func `A session has what --export names, and all where no such variable exists`(
    _ version: String, _ names: String, _ seen: [String]
  ) throws {
    let agent = try Practice(version)
    let key = version == AgentVersion.newestKnown.description ? "HOOP_KEY" : "HOOP_DSN"
    _ = try agent.start(
      Self.run + ["--export", names], [key: Self.organisation, "A": "1", "B": "2"])
    let names = try agent.session("myapp").map { $0.prefix { $0 != "=" } }
    #expect(names.filter { ["A", "B", "HOOP_KEY"].contains($0) }.sorted() == seen.map { $0[...] })
    #expect(names.isEmpty == seen.isEmpty)
  }

  @Test(
    arguments: ["1.16.0", "1.21.4", AgentVersion.newestKnown.description], [embedded, standard])
  func `A session of an embedded key has all but the key, and of a standard key nothing`(
    _ version: String, _ key: String
  ) throws {
    let agent = try Practice(version)
    let name = version == AgentVersion.newestKnown.description ? "HOOP_KEY" : "HOOP_DSN"
    _ = try agent.start(Self.start, [name: key, "A": "1", "HOOP_CONNECTION": "myapp"])
    let session = try agent.session("agent")
    #expect(session.contains("A=1") == (key == Self.embedded))
    #expect(!session.contains { $0.contains("s3cret") })
  }

  @Test(arguments: [
    ("postgres://u:p@db/app", nil), ("mysql://u:p@db/app", nil), ("mongodb://u:p@db/app", nil),
    ("sqlserver://u:p@db", nil),
    ("postgresql://u:p@db/app", "unknown database type, scheme=postgresql"),
    ("postgres://u@db/app", "password is not set on the connection string"),
    ("postgres://db/app", "missing user credentials information on the connection string"),
  ])
  func `HOOP_DB_URI makes the connection a database from 1.21.23 on`(
    _ url: String, _ refusal: String?
  ) throws {
    let variables = ["HOOP_KEY": Self.organisation, "HOOP_DB_URI": url]
    let outcome = try Practice("1.21.23").start(Self.run, variables)
    #expect(outcome.messages.last == refusal)
    #expect(outcome.text.contains("a database of the type") == (refusal == nil))
    #expect(try Practice("1.21.22").start(Self.run, variables).status == .exited(Practice.stays))
  }
}

/// A practice agent of a version, in a folder of its own, whose `sleep` ends at once.
private struct Practice {
  /// The exit status in place of staying for ever.
  static let stays: Int32 = 42

  let bench: Bench

  init(_ version: String) throws {
    bench = try Bench()
    let version = try #require(AgentVersion(version))
    try bench.write("hoop", PracticeAgent.script(for: version), mode: 0o755)
    try bench.write("tools/sleep", "#!/bin/sh\nexit \(Self.stays)\n", mode: 0o755)
    try (bench.folder / "record").makeFolder()
  }

  struct Outcome {
    let status: Posix.ExitStatus?
    let text: String

    /// The texts of the log's lines.
    var messages: [String] {
      text.split(separator: "\n").compactMap { line in
        JSONObject(String(line))?.text("msg")
      }
    }
  }

  func start(_ words: [String], _ variables: [String: String]) throws -> Outcome {
    let settings = variables.map { "\($0)=\($1)" }
    let outcome = try bench.shell(
      #"exec env PATH="$PWD/tools:$PATH" PRACTICE_RECORD="$PWD/record" "$@" 2>&1"#,
      settings + ["./hoop"] + words)
    return Outcome(status: outcome.status, text: outcome.output)
  }

  /// The environment of a session, a line each.
  func session(_ name: String) throws -> [String] {
    let text = try (bench.folder / "record/\(name).session").content(atMost: 1 << 20)
    return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
  }
}
