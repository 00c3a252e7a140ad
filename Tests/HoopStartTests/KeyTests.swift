import Glibc
import Posix
import TestSupport
import Testing

/// What a session can do to read the key. It runs as the app's user, so these tests need to be root in
/// order to have another user; the attacker is the app (Tests/Prober/attack.c).
@Suite(.enabled(if: Stranger.isPossible, "Only root can start programs as another user."))
struct KeyTests {
  enum Place: String, CaseIterable, Sendable {
    /// `hoopstart -- app`, in a slug that is the user's own.
    case process
    /// The same as a container's first process.
    case pidOne
    /// In a folder that is root's, as an image's layer is.
    case layer
    /// `bash -c 'cd x && exec hoopstart -- app'`
    case shell
  }

  private struct Attack {
    let slug: Slug
    let run: Running
    /// What it prints: the ways that are open.
    let ways: [String]
  }

  /// Runs the attacker as an app with an agent, until it is done.
  private func attack(
    _ place: Place, _ how: String, planted: Bool = false, behind shell: [String]? = nil
  ) async throws -> Attack {
    let slug = try Slug(agent: "")
    let stranger = Stranger()
    let folder = place == .layer ? slug.folder / "layers/agent" : slug.folder / ".hoop"
    try slug.install(in: folder, isLayer: place == .layer)
    try stranger.own(slug, besides: place == .layer ? [slug.folder / "layers"] : [])
    let secret = String(UInt64.random(in: .min ... .max), radix: 36) + "s3cret"
    var app = [(slug.folder / "prober").string, "attack"] + (planted ? ["--planted"] : [])
    app += [String(secret.reversed()), how, "\(folder)/bin/hoop"]
    app += [slug.record.string, slug.folder.string, "/tmp"]
    let start = ["\(folder)/bin/hoopstart", "--"] + app
    var words = stranger.command(start)
    if place == .shell {
      words = stranger.command(["bash", "-c", "cd / && exec \(start.joined(separator: " "))"])
    }
    if let shell { words = stranger.command(shell + start) }
    if place == .pidOne { words = Container.command(words) }
    let run = try slug.run(
      words,
      [
        "HOOP_KEY": "grpcs://_default:\(secret)@app.hoop.test:8443", "STANDIN": "quiet",
        "HOOP_DATABASE_MYAPP": "postgres://u:\(secret)@db.hoop.test/d",
      ])
    #expect(try await run.end(in: slug) == .exited(0), "\(run.errors)")
    #expect(!run.errors.contains(secret))
    return Attack(
      slug: slug, run: run, ways: run.output.split(separator: "\n").map(String.init))
  }

  @Test(arguments: Place.allCases)
  func `Nothing that a session can read has the key, and a crash is restarted with it`(
    _ place: Place
  ) async throws {
    let attack = try await attack(place, "crash")
    #expect(attack.ways == ["done"])
    #expect(attack.slug.starts == ["with-key", "with-key"])
    #expect(attack.run.lines(of: "notice").isEmpty)
  }

  @Test(arguments: Place.allCases, ["rename", "write", "chmod", "helper"])
  func `An agent whose file a session has changed is not started again`(
    _ place: Place, _ how: String
  ) async throws {
    let attack = try await attack(place, how)
    #expect(attack.ways == ["done"])
    if place == .layer {
      // The session could not change anything.
      #expect(attack.slug.starts == ["with-key", "with-key"])
    } else {
      #expect(Set(attack.slug.starts) == ["with-key"])
      #expect(attack.run.lines(of: "agent-error").map { $0.contains("agent-changed") } == [true])
    }
  }

  @Test func `The attacker finds a key that is left somewhere`() async throws {
    let planted = try await attack(.process, "read", planted: true)
    #expect(planted.ways.contains("/proc/PID/environ of sleep has the key"))
    let shell = try await attack(.process, "read", behind: ["sh", "-c", "\"$@\"; exit", "sh"])
    #expect(shell.ways.contains("/proc/PID/environ of sh has the key"))
  }

  @Test func `What protects the key is said to be missing for root and on a read-only file system`()
    async throws
  {
    let slug = try Slug(agent: "")
    try slug.install(in: slug.folder / ".hoop", isLayer: false)
    let run = try slug.start(["sleep", "1000"])
    try await eventually("it is said") { run.errors.contains("code=key-readable") }
    #expect(
      run.errors.contains(
        "at=notice code=key-readable reason=\"Sessions can read the key: hoopstart runs as root.\""
          + " remedy=\"Run the app as another user than root.\""))
    try await run.kill(in: slug)
    let stranger = Stranger()
    try stranger.own(slug)
    try slug.agent.setMode(0o755)
    guard Mount.isPossible else { return }
    let script = """
      mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"
      """
    let words =
      ["-m", "sh", "-c", script, "\(slug.folder)/.hoop"]
      + stranger.command([slug.hoopstart.string, "--", "sleep", "1000"])
    let readOnly = try slug.run(["/usr/bin/unshare"] + words)
    try await eventually("it is said") { readOnly.errors.contains("code=key-readable") }
    #expect(readOnly.errors.contains("cannot be made unreadable (Read-only file system)."))
    try await readOnly.kill(in: slug)
  }

  @Test(arguments: [0o755, 0o111, 0o711])
  func `The check says whether sessions can read the key`(_ mode: mode_t) async throws {
    let slug = try Slug(agent: "")
    try slug.install(in: slug.folder / ".hoop", isLayer: false)
    let stranger = Stranger()
    try stranger.own(slug)
    try slug.agent.setMode(mode)
    func key(_ words: [String]) async throws -> String? {
      let run = try slug.run(words)
      _ = try await run.end()
      return run.output.split(separator: "\n").first { $0.hasPrefix("Key  ") }.map(String.init)
    }
    let row = "Key         grpcs://_default:***@app.hoop.test:8443, an organisation key;"
    let check = [slug.hoopstart.string, "--check"]
    #expect(try await key(stranger.command(check)) == "\(row) sessions cannot read it")
    #expect(try await key(check) == "\(row) sessions can read it: hoopstart runs as root")
    let shell = stranger.command(["sh", "-c", "\"$@\"; exit", "sh"] + check)
    #expect(try await key(shell)?.hasPrefix("\(row) sessions can read it in sh (pid ") == true)
  }
}

/// A user that no other process has.
struct Stranger {
  private let user = UInt32.random(in: 100_000...900_000)

  static let isPossible = geteuid() == 0

  /// Starts a program as this user. Through a shell: what setpriv starts has its capabilities still.
  func command(_ words: [String]) -> [String] {
    ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups", "sh", "-c"]
      + ["exec \"$@\"", "sh"] + words
  }

  /// Gives a slug to this user.
  func own(_ slug: Slug, besides others: [Path] = []) throws {
    try slug.folder.setMode(0o755)
    for (owner, paths) in [("\(user):\(user)", [slug.folder]), ("0:0", others)] where !paths.isEmpty
    {
      let chown = ProcessConfiguration(
        "/bin/chown", ["-R", owner] + paths.map(\.string), environment: Environment())
      guard try Children.reap(chown.start()) == .exited(0) else { throw Failed("chown") }
    }
  }
}

extension Slug {
  /// Puts a static agent, its helper and hoopstart into a folder, and the attacker into the slug.
  fileprivate func install(in folder: Path, isLayer: Bool) throws {
    try (folder / "bin").makeFolders()
    if isLayer {
      try Slug.copy(hoopstart, to: folder / "bin/hoopstart")
      try Slug.copy(self.folder / ".hoop/version", to: folder / "version")
    }
    for program in [folder / "bin/hoop", folder / "bin/hoop_rs", self.folder / "prober"] {
      try Slug.copy(Products.staticProber, to: program)
      if isLayer { try program.setMode(program.name == Path("prober") ? 0o755 : 0o711) }
    }
  }

  /// What the agents were started with, in their order.
  fileprivate var starts: [String] {
    ((try? record.names()) ?? []).map(\.string).filter { $0.contains("-key-") }
      .map { $0.split(separator: "-").dropLast().joined(separator: "-") }
  }
}

extension Products {
  /// The prober without shared libraries, as the agent is, or the ordinary one if no compiler makes
  /// it.
  fileprivate static let staticProber: Path = {
    let sources = Path(#filePath).folder.folder / "Prober"
    let program = Path("/tmp/hoopstart-prober-\(getpid())")
    var compiler = ProcessConfiguration("/bin/sh", [], environment: .current)
    compiler.arguments = ["-c", "exec clang -O1 -w -static -o \"$0\" \"$1\"/*.c -lutil"]
    compiler.arguments += [program.string, sources.string]
    guard (try? Children.reap(compiler.start())) == .exited(0) else { return prober }
    atexit { _ = unlink("/tmp/hoopstart-prober-\(getpid())") }
    return program
  }()
}
