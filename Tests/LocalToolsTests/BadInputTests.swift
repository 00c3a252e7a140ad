import Glibc
import HoopAgent
import Posix
import TestSupport
import Testing

/// What the commands print about bad input, and that nothing is left behind.
struct BadInputTests {
  private static let cases: [(words: [String], summary: String, code: String)] = [
    (["home"], "The app has no Procfile.", "no-procfile"),
    (["app", "--env-file", "no"], "The env file “no” cannot be read.", "unreadable-env-file"),
    (["app", "--env-file", "home"], "The env file “home” cannot be read.", "unreadable-env-file"),
    (
      ["app", "--env-file", "-"],
      "Line 3 of standard input cannot be read: its quote is never closed.", "malformed-env-file"
    ),
    (
      ["app", "--config", "A=1", "--config", "secret"], "--config number 2 is not KEY=VALUE.",
      "malformed-config"
    ),
  ]

  @Test(arguments: cases)
  func `a bad argument is named`(words: [String], summary: String, code: String) throws {
    let bench = try Bench()
    _ = try bench.app()
    try bench.write("file", "")
    let outcome = try bench.run(
      "dry-run", words + ["--offline", "--json"], input: "A=1\n\nHOOP_KEY='secret\n")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix(" !     Error: \(summary)\n !\n !     "), "\(outcome.errors)")
    #expect(!outcome.errors.contains("secret\n"))
    // It would overwrite what is in the file.
    #expect(!outcome.errors.contains(">.env"))
    let failure = JSONObject(outcome.output)?.object("failure")
    #expect(failure?.text("code") == code)
    #expect(failure?.text("summary") == summary)
    #expect(bench.leftOver.isEmpty)
  }

  @Test func `no folder for what is temporary`() throws {
    let bench = try Bench()
    let outcome = try bench.shell("TMPDIR=/proc/none \"$PROGRAM\" dry-run")
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix(" !     Error: Cannot write to “/proc/none”: "))
  }

  @Test(arguments: [
    (["--bot", "web"], "There is no option “--bot”. Did you mean --boot?"),
    (["file"], "APP_DIR is not a folder: “file”."),
    (["app", "--boot", "x"], "The Procfile has no process type “x”. It has web."),
    (["app", "--buildpack", "app"], "There is no bin/compile in “app”."),
    (["app", "--keep", "app"], "“app” exists already. --keep makes a new folder."),
    (
      ["app", "--cloud-native", "--buildpack", "app"],
      "--buildpack is for slugs, and --cloud-native builds an image."
    ),
  ])
  func `a command line that is wrong`(words: [String], problem: String) throws {
    let bench = try Bench()
    _ = try bench.app("web: hoopstart -- a\n")
    let outcome = try bench.run("dry-run", words)
    let errors = """
      \(problem)

      Usage: bin/dry-run [APP_DIR] [OPTION…]
             bin/dry-run --help

      """
    #expect(outcome == Bench.Outcome(status: .exited(64), output: "", errors: errors))
  }

  @Test(.enabled(if: Rights.isAnotherUsers)) func `an app that cannot be read completely`() throws {
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
         !     Error: The app cannot be read completely: “app”.
         !
         !     cp: cannot access 'secret': Permission denied

        """))
    #expect(bench.leftOver.isEmpty)
  }

  /// In KiB: too small for the buildpack, and for the app.
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
    let start = " !     Error: Cannot write to “\(bench.folder)/tmp"
    #expect(outcome.errors.hasPrefix(start), "\(outcome.errors)")
    #expect(outcome.output == "With an agent that connects to nothing, whatever its version.\n")
  }

  @Test(arguments: ["check app --json", "check app --jsn --json", "check --help"])
  func `output that cannot be written is a failure`(words: String) throws {
    let bench = try Bench()
    _ = try bench.app()
    let outcome = try bench.shell(
      "HOOP=x; \"$PROGRAM\" \(words) --config HOOP_DISABLED=1 >/dev/full 2>/dev/null")
    #expect(outcome.status == .exited(words.contains("jsn") ? 64 : 1))
  }

  @Test func `standard input that returns at once when it is empty is waited for`() throws {
    let bench = try Bench()
    _ = try bench.app()
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
    var writeEnd: Int32? = ends[1]
    defer {
      for number in [ends[0], writeEnd ?? -1] where number >= 0 { close(number) }
    }
    let pidFile = bench.folder / "pid"
    let outcome = try bench.shell(
      "echo \"$$\" >pid; exec \"$PROGRAM\" check app --env-file -", input: ends[0]
    ) { _ in
      guard let number = writeEnd, let pid = try? pidFile.content(atMost: 20),
        case let name = String(decoding: pid, as: UTF8.self).trimmed(),
        let status = try? Path("/proc/\(name)/stat").content(atMost: 100),
        // Asleep, and the program instead of the shell.
        case let text = String(decoding: status, as: UTF8.self), text.contains(") S "),
        !text.contains("(sh)")
      else { return }
      writeEnd = nil
      try? Descriptor.write(Array("HOOP_DISABLED=on\n".utf8), to: number)
      close(number)
    }
    #expect(outcome.status == .exited(0), "\(outcome)")
  }
}
