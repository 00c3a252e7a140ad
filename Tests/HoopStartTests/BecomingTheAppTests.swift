import Glibc
import Posix
import TestSupport
import Testing

/// The process becomes the app, and the app can only tell by the key that it does not have.
@Suite struct BecomingTheAppTests {
  /// Runs the prober as the app twice, started directly and by hoopstart, after the same changes.
  private func states(
    after changes: [String] = [], onTerminal: Bool = false, _ environment: Environment? = nil
  ) async throws -> (direct: State, beside: State) {
    let slug = try Slug()
    let file = slug.record / "state"
    let probe = [Products.prober.string, "state", file.string]
    var states: [State] = []
    for way in [probe, slug.beside(probe)] {
      let with = [Products.prober.string, "with"] + changes + ["--"] + way
      let run = try Running(
        onTerminal ? [Products.prober.string, "pty"] + with : with,
        environment: environment ?? slug.variables, in: slug, output: "/dev/null")
      #expect(try await run.end(in: slug) == .exited(0))
      states.append(try State(of: file, without: ["HOOP_KEY", "HOOP_DSN"]))
      if !onTerminal { #expect(states.last?.pid == run.pid) }
      try file.removeFile()
    }
    return (states[0], states[1])
  }

  /// What is changed before, and a line that the app then sees.
  static let changes: [(before: [String], seen: String)] = [
    ([], "children No child processes"),
    (
      [
        "ignore=\(SIGHUP)", "ignore=\(SIGPIPE)", "ignore=\(SIGQUIT)", "ignore=\(SIGCHLD)",
        "block=\(SIGUSR1)", "pending=\(SIGUSR2)", "pending=\(SIGPIPE)",
      ], "SigIgn:\t0000000000011005"
    ),
    (["block=\(SIGCHLD)"], "ShdPnd:\t0000000000000000"),
    (["open=3", "open=7", "open=200"], "children No child processes"),
    (["close=0"], "children No child processes"), (["close=1"], "children No child processes"),
    (["close=2"], "children No child processes"),
    (["close=0", "close=1", "close=2"], "children No child processes"),
    (["limit=64", "nice=3", "umask=027", "alarm=1000", "subreaper=1"], "subreaper 1"),
    (["child="], "children alive"),
    (
      [
        "variable=Z=1", "variable=INVALID=\u{1}\n=", "variable=A=", "variable=HOOP_DSN=old",
        "variable=HOOP_DATABASE_MYAPP=env.DATABASE_URL",
        "variable=HOOP_DATABASE_URL=postgres://a:b@c",
      ], "variable HOOP_DATABASE_URL=postgres://a:b@c"
    ),
  ]

  @Test(arguments: changes)
  func `The app sees what it would see without hoopstart`(_ before: [String], _ seen: String)
    async throws
  {
    let (direct, beside) = try await states(after: before)
    #expect(direct.comparable == beside.comparable)
    #expect(beside.lines.contains(seen), "\(beside.lines)")
  }

  @Test func `The app sees it on a terminal too, and has its foreground`() async throws {
    let (direct, beside) = try await states(onTerminal: true)
    #expect(
      direct.comparable.filter { !$0.hasPrefix("parent ") }
        == beside.comparable.filter { !$0.hasPrefix("parent ") })
    #expect(beside["foreground"] == "self")
  }

  @Test func `Bytes that are not UTF-8 and odd entries reach the app`() async throws {
    let odd: [[UInt8]] = [
      [0x41, 0x3d, 0xff, 0xfe], [0xc3, 0x3d, 0x31], Array("NOEQUALS".utf8), [],
      Array("TWICE=1".utf8), Array("TWICE=2".utf8),
    ]
    let (direct, beside) = try await states(
      Environment(entries: odd + Slug().variables.entries))
    #expect(direct.values("variable") == beside.values("variable"))
    #expect(beside.values("variable").contains(#"A=\xff\xfe"#))
  }

  @Test func `The key and the URLs of connections' databases are not in the app's environment`()
    async throws
  {
    let slug = try Slug()
    let run = try slug.start(
      ["env"],
      [
        "HOOP_DSN": "s3cret", "HOOP_DATABASE": "postgres://u:s3cret@h/d",
        "HOOP_DATABASE_MYAPP": "mysql://u:s3cret@h/d",
      ])
    #expect(try await run.end(in: slug) == .exited(0))
    #expect(!run.output.contains("s3cret") && run.output.contains("HOOP_CONNECTION=myapp\n"))
  }

  @Test func `The app's arguments are its own`() async throws {
    let slug = try Slug()
    let odd = ["", "--", "--check", "a b", "é", "*"]
    let run = try slug.start([Products.prober.string, "state", "\(slug.record)/state"] + odd)
    #expect(try await run.end() == .exited(0))
    let words = try State(of: slug.record / "state").values("word")
    #expect(words.dropFirst(3) == ["", "--", "--check", "a b", #"\xc3\xa9"#, "*"])
  }

  @Test(
    arguments: [
      (["sh", "-c", "exit 3"], .exited(3)), (["sh", "-c", "kill -9 $$"], .killed(signal: SIGKILL)),
      // A script without an interpreter line, as execvp(3) has it.
      (["./script"], .exited(5)),
      // Without PATH a command is looked for as glibc does.
      (["true"], .exited(0)), (["no-such-command"], .exited(127)),
    ] as [([String], Posix.ExitStatus)])
  func `It ends as the app does`(_ command: [String], _ end: Posix.ExitStatus) async throws {
    let slug = try Slug()
    try (slug.folder / "script").makeFile(Array("exit 5\n".utf8), mode: 0o755)
    let run = try slug.start(command, command.count == 1 ? ["PATH": nil] : [:])
    #expect(try await run.end(in: slug) == end)
  }

  /// A script's first line, or nil for a command that is not there; the mode; and what is said.
  static let commands: [(line: String?, mode: mode_t, status: Int32, said: String)] = [
    (
      nil, 0, 127,
      "reason=\"No such file or directory\" status=127 remedy=\"Correct the Procfile, or see which"
        + " buildpack brings the program: heroku buildpacks\""
    ),
    ("text", 0o644, 126, "reason=\"Permission denied\" status=126"),
    (
      "#!/no/ruby -w", 0o755, 127,
      "reason=\"The interpreter of ./app, /no/ruby, is not there.\" status=127 remedy=\"Correct its"
        + " first line, or see which buildpack brings it: heroku buildpacks\""
    ),
    (
      "#!/bin/sh\r", 0o755, 127,
      "reason=\"The lines of ./app end with CR and LF, so its interpreter /bin/sh is not found.\""
        + " status=127 remedy=\"Save it with LF alone: sed -i 's/\\\\r$//' ./app\""
    ),
  ]

  @Test(arguments: commands)
  func `A command that cannot be executed ends as in a shell, and leaves no agent`(
    _ line: String?, _ mode: mode_t, _ status: Int32, _ said: String
  ) async throws {
    let slug = try Slug()
    if let line { try (slug.folder / "app").makeFile(Array("\(line)\n".utf8), mode: mode) }
    let run = try slug.start(["./app"])
    #expect(try await run.end(in: slug) == .exited(status))
    #expect(run.lines == ["buildpack=hoop at=command-error command=./app \(said)"])
    #expect(try slug.agents().isEmpty)
  }

  @Test(
    .enabled(if: Mount.isPossible),
    arguments: [
      (
        "mount -t tmpfs -o noexec none bin && cp /bin/true bin && exec \"$0\" -- bin/true", 126,
        "reason=\"Its file system is mounted noexec.\" status=126"
      ),
      ("umount -l /proc && exec \"$0\" -- sh -c 'exit 7'", 7, "at=no-agent "),
    ])
  func `A file system that is noexec is named, and the app starts without proc`(
    _ script: String, _ status: Int32, _ said: String
  ) async throws {
    let slug = try Slug()
    try (slug.folder / "bin").makeFolder()
    let run = try slug.run(
      ["/usr/bin/unshare", "-m", "sh", "-c", script, slug.hoopstart.string])
    #expect(try await run.end() == .exited(status), "\(run.errors)")
    #expect(run.errors.contains(said))
  }

  @Test func `It works when it is called by a link`() async throws {
    let slug = try Slug()
    try (slug.folder / "bin").makeFolder()
    try (slug.folder / "bin/hoopstart").makeLink(to: "../.hoop/bin/hoopstart")
    let run = try slug.run(["\(slug.folder)/bin/hoopstart", "--", "sleep", "1000"])
    #expect(try await slug.readyAgents().count == 1)
    try await run.kill(in: slug)
  }

  @Test(arguments: [(5, "pipe"), (6, "pidfd_open")])
  func `It starts the app when no more descriptors can be opened`(
    _ limit: Int, _ call: String
  ) async throws {
    let slug = try Slug()
    let run = try slug.start(after: ["limit=\(limit)"], ["/bin/true"])
    #expect(try await run.end(in: slug) == .exited(0))
    #expect(run.lines(of: "no-agent").count == 1)
    // What glibc and musl call EMFILE.
    let reasons = ["Too many open files", "No file descriptors available"]
    #expect(
      reasons.contains { run.errors.contains("cannot be supervised: \(call): \($0).") },
      "\(run.errors)")
    #expect(try slug.agents().isEmpty)
  }
}
