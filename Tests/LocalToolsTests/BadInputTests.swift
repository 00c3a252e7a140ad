import Posix
import TestSupport
import Testing

/// What is said of bad input, in the house form, and that nothing is left behind.
struct BadInputTests {
  /// The first line, the code, and that the rest of the form is there.
  private func expect(
    _ bench: Bench, _ words: [String], input: String = "", summary: String, code: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try bench.run("dry-run", words + ["--offline", "--json"], input: input)
    #expect(outcome.status == .exited(1), sourceLocation: sourceLocation)
    let lines = outcome.errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(
      lines.first.map(String.init) == " !     Error: \(summary)", sourceLocation: sourceLocation)
    #expect(lines.filter { $0 == " !" }.count == 3, sourceLocation: sourceLocation)
    let failure = JSONObject(outcome.output)?.object("failure")
    #expect(failure?.text("code") == code, sourceLocation: sourceLocation)
    #expect(failure?.text("summary") == summary, sourceLocation: sourceLocation)
    #expect(bench.leftOver.isEmpty, sourceLocation: sourceLocation)
  }

  @Test func `an APP_DIR that is missing or a file`() throws {
    let bench = try Bench()
    try bench.write("file", "")
    try expect(bench, ["no"], summary: "APP_DIR is no folder: “no”.", code: "no-app")
    try expect(bench, ["file"], summary: "APP_DIR is no folder: “file”.", code: "no-app")
  }

  @Test func `an app without Procfile`() throws {
    let bench = try Bench()
    try expect(
      bench, ["home"], summary: "There is no Procfile in “home”.", code: "no-procfile")
  }

  @Test func `a Procfile without the type to boot`() throws {
    let bench = try Bench()
    try expect(
      bench, [try bench.app(), "--boot", "worker"],
      summary: "The Procfile has no process type “worker”.", code: "no-process-type")
  }

  @Test func `an env file that is missing or malformed, whose value is not shown`() throws {
    let bench = try Bench()
    let app = try bench.app()
    try expect(
      bench, [app, "--env-file", "no"], summary: "The env file “no” cannot be read.",
      code: "unreadable-env-file")
    try expect(
      bench, [app, "--env-file", "home"], summary: "The env file “home” cannot be read.",
      code: "unreadable-env-file")
    try expect(
      bench, [app, "--env-file", "-"], input: "A=1\n\nHOOP_KEY='secret\n",
      summary: "Line 3 of standard input cannot be read: its quote is never closed.",
      code: "malformed-env-file")
    try expect(
      bench, [app, "--config", "A=1", "--config", "secret"],
      summary: "The second --config is no KEY=VALUE.", code: "malformed-config")
  }

  @Test func `a buildpack that is none, and a slug's folder that is taken`() throws {
    let bench = try Bench()
    let app = try bench.app()
    try expect(
      bench, [app, "--buildpack", "home"], summary: "There is no bin/compile in “home”.",
      code: "no-buildpack")
    try expect(
      bench, [app, "--keep", "home"], summary: "“home” is there already.", code: "keep-is-taken")
  }

  @Test func `no folder for what is temporary`() throws {
    let bench = try Bench()
    let outcome = try bench.shell("TMPDIR=/proc/none \"$PROGRAM\" dry-run")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix(" !     Error: No folder can be made in “/proc/none”."))
  }

  @Test func `an option that there is not`() throws {
    let bench = try Bench()
    let outcome = try bench.run("dry-run", ["--bot", "web"])
    #expect(
      outcome
        == Bench.Outcome(
          status: .exited(64), output: "",
          errors: """
            There is no option “--bot”. The nearest is --boot.

            Usage: bin/dry-run [APP_DIR] [OPTION…]
                   bin/dry-run --help

            """))
  }

  @Test(.enabled(if: Rights.isAnotherUsers)) func `an app that cannot be read whole`() throws {
    let bench = try Bench()
    try bench.write("app/secret/key", "x")
    try (bench.folder / "app/secret").setMode(0o700)
    _ = try bench.app()
    let outcome = try bench.shell(
      """
      chmod 755 .
      exec setpriv --reuid=65534 --regid=65534 --clear-groups "$PROGRAM" dry-run app --offline
      """)
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors.hasPrefix(
        """
         !     Error: The app cannot be read whole: “app”.
         !
         !     tar: ./secret: Cannot open: Permission denied

        """))
    #expect(bench.leftOver.isEmpty)
  }

  /// In KiB: too small for the buildpack, for the app, and for the build.
  @Test(.enabled(if: Rights.canMount), arguments: [64, 40_960])
  func `a full disk`(size: Int) throws {
    let bench = try Bench()
    _ = try bench.app()
    let outcome = try bench.shell(
      """
      head -c 60000000 /dev/urandom >app/blob
      exec unshare --mount sh -c 'mount -t tmpfs -o size=${0}k tmpfs tmp &&
        { "$PROGRAM" dry-run app --offline; status=$?; ls -A tmp; exit "$status"; }' \(size)
      """)
    #expect(outcome.status == .exited(1))
    let start = " !     Error: The disk of “\(bench.folder)/tmp"
    #expect(outcome.errors.hasPrefix(start), "\(outcome.errors)")
    let practice = "With a practice agent that connects nowhere, whatever the version.\n"
    #expect(outcome.output == practice)
  }
}

enum Rights {
  /// Whether another user can run the program: only root can say so, and its folders must let
  /// others in.
  static var isAnotherUsers: Bool {
    let words = "setpriv --reuid=65534 --regid=65534 --clear-groups test -x \"$PROGRAM\""
    return (try? Bench().shell(words))?.status == .exited(0)
  }

  static var canMount: Bool {
    (try? Bench().shell("unshare --mount mount -t tmpfs tmpfs tmp"))?.status == .exited(0)
  }
}
