import Glibc
import Posix
import TestSupport
import Testing

struct BootTests {
  private static let key = "--config=HOOP_KEY=grpcs://_default:xagt-Zm9v@h.test:1"
  private static let connection = "--config=HOOP_CONNECTION=x"

  @Test func `a process type starts as in a dyno`() throws {
    let bench = try Bench()
    try bench.write("app/.profile.d/b.sh", "echo \"second $A\"\nA=changed\n")
    try bench.write("app/.profile.d/a.sh", "echo \"first $A\"\n")
    try bench.write("app/.profile", "echo \"last $A\"\n")
    let app = try bench.app(
      "web: [ \"$PWD\" = \"$HOME\" ] && echo \"$DYNO $PORT $A\" && command -v hoopstart && exit 3\n"
    )
    let outcome = try bench.run("dry-run", [app, "--offline", "--config=A=x", "--boot=web"])
    #expect(outcome.status == .exited(1))
    let dyno = outcome.output.section(from: "app[web.1]", to: "=====>").split(separator: "\n")
    #expect(
      dyno.dropLast() == [
        "app[web.1]: first x", "app[web.1]: second x", "app[web.1]: last changed",
        "app[web.1]: web.1 5000 changed",
      ])
    #expect(dyno.last?.hasSuffix("/app/.hoop/bin/hoopstart") == true)
    #expect(
      outcome.output.contains(
        """
        =====> web.1 ended with exit status 3, and no process is left
        =====> A deploy would succeed, but web.1 ended with exit status 3

        """), "\(outcome.output)")
    #expect(bench.leftOver.isEmpty)
  }

  @Test(arguments: [[], ["--cloud-native"]])
  func `a runtime that is not here comes from another buildpack`(words: [String]) throws {
    let bench = try Bench()
    let app = try bench.app("web: hoopstart -- no-such-ruby app.rb\n")
    let outcome = try bench.run(
      "dry-run", [app, "--offline", "--config=HOOP_DISABLED=on", "--boot", "web"] + words)
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors.hasSuffix(
        """
         !     A runtime, such as Ruby, comes from a buildpack of its own.
         !
         !     Build a slug with that buildpack after ours, such as Heroku's for Ruby:
         !
         !         git clone https://github.com/heroku/heroku-buildpack-ruby /tmp/ruby
         !         bin/dry-run APP_DIR --offline --buildpack /tmp/ruby --boot web


        """), "\(outcome.errors)")
  }

  @Test(arguments: [
    (".profile", "export PATH=/usr/bin:/bin\n", true),
    (".profile.d/ruby.sh", "  PATH=\"$HOME/.ruby/bin\"; export PATH\n", true),
    (".profile.d/a.sh", "PATH=/usr/bin:/bin\n", false),
    (".profile.d/ruby.sh", "export PATH=\"$HOME/.ruby/bin:$PATH\"\n", false),
  ])
  func `a script that replaces PATH hides hoopstart`(
    script: String, text: String, isHidden: Bool
  ) throws {
    let bench = try Bench()
    try bench.write("app/\(script)", text)
    let app = try bench.app("web: hoopstart -- true\n")
    let words = [app, "--config=HOOP_DISABLED=on"]
    let check = try bench.run("check", words)
    let warning = "Warning: “\(script)” replaces PATH when a dyno starts."
    #expect(check.errors.contains(warning) == isHidden, "\(check.errors)")
    let boot = try bench.run("dry-run", words + ["--offline", "--boot=web"])
    let booted = "Warning: PATH does not have hoopstart when web starts."
    #expect(boot.errors.contains(booted) == isHidden, "\(boot)")
    #expect(boot.status == .exited(isHidden ? 1 : 0))
  }

  @Test func `an agent that does not stay up is a failure, and its last line is shown`() throws {
    let bench = try Bench()
    let agent = """
      #!/bin/sh
      [ "$1" != version ] || exec echo '{"version":"1.148.0"}'
      echo '{"level":"info","msg":"it begins"}'
      echo '{"level":"fatal","msg":"no gateway in sight"}'
      exit 1
      """
    let url = try bench.mirror(agent)
    let app = try bench.app(
      "web: hoopstart -- sh -c 'until [ -e \"$MARK\" ]; do sleep 0.05; done'\n")
    let mark = bench.folder / "mark"
    let outcome = try bench.shell(
      "exec \"$PROGRAM\" dry-run \"$@\"",
      [
        app, "--releases-url", url, "--config=MARK=\(mark)", "--boot=web", Self.key,
        Self.connection, "--config=HOOP_VERSION=1.148.0",
      ]
    ) { output in
      if output.contains("restart-in=") { try? mark.makeFile([], mode: 0o644) }
    }
    #expect(outcome.status == .exited(1))
    #expect(outcome.output.contains("web.1 ended with exit status 0"))
    #expect(
      outcome.errors.contains(
        """
         !     Warning: The agent beside web does not stay up.
         !
         !     Its last line: {"level":"fatal","msg":"no gateway in sight"}

        """), "\(outcome.errors)")
  }

  /// An app that says which signals it gets, beside an agent.
  private static let procfile = """
    web: hoopstart -- sh -c 'sleep 1000 & trap "kill $!; echo TERM; exit 0" TERM; trap "echo INT" INT; echo up; wait'

    """

  @Test(arguments: [
    (SIGINT, Posix.ExitStatus.exited(0)), (SIGTERM, .killed(signal: SIGTERM)),
    (SIGQUIT, .killed(signal: SIGQUIT)),
  ])
  func `a signal ends the app as the platform would, and nothing is left`(
    signal: Int32, status: Posix.ExitStatus
  ) throws {
    let bench = try Bench()
    _ = try bench.app(Self.procfile)
    let outcome = try bench.signalled(
      signal, "dry-run app --offline --boot=web \(Self.key) \(Self.connection)"
    ) { $0.contains("publish x\n") && $0.contains("up\n") }
    #expect(outcome.status == status)
    #expect(outcome.output.contains("app[web.1]: TERM\n"))
    #expect(!outcome.output.contains("app[web.1]: INT"))
    #expect(bench.leftOver.isEmpty)
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGQUIT])
  func `a signal while another buildpack compiles leaves nothing`(signal: Int32) throws {
    let bench = try Bench()
    _ = try bench.app()
    try bench.write(
      "slow/bin/compile",
      "#!/bin/sh\nsleep 1000 &\necho \"sleeps $!\"\nsetsid sleep 1000 &\necho \"too $!\"\nwait\n",
      mode: 0o755)
    let outcome = try bench.signalled(signal, "dry-run app --offline --buildpack slow") {
      $0.contains("too ")
    }
    #expect(outcome.status == .killed(signal: signal))
    #expect(bench.leftOver.isEmpty)
    for line in outcome.output.split(separator: "\n") {
      guard let pid = line.split(separator: " ").last.flatMap({ pid_t($0) }) else { continue }
      #expect(kill(pid, 0) < 0, "\(line)")
    }
  }
}

extension Bench {
  /// Runs the program and sends it a signal as soon as `isReady` says so.
  fileprivate func signalled(
    _ signal: Int32, _ words: String, when isReady: @escaping (String) -> Bool
  ) throws -> Outcome {
    var isSent = false
    return try shell("ulimit -c 0; echo \"$$\"; exec \"$PROGRAM\" \(words)") { output in
      guard !isSent, isReady(output), let pid = pid_t(output.prefix { $0 != "\n" }) else { return }
      isSent = true
      // Ctrl-C and Ctrl-\ go to the whole foreground group.
      kill(signal == SIGTERM ? pid : -pid, signal)
    }
  }
}
