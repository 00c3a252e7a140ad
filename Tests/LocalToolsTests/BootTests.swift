import Glibc
import Posix
import Testing

struct BootTests {
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
      outcome.output.hasSuffix("=====> web.1 ended with exit status 3, and nothing of it is left\n")
    )
    #expect(bench.leftOver.isEmpty)
  }

  /// An app that tells of its signals; the agent beside it is the practice agent.
  private static let procfile = """
    web: hoopstart -- sh -c 'sleep 1000 & trap "kill $!; echo TERM; exit 0" TERM; trap "echo INT" INT; echo up; wait'

    """

  private static let words = [
    "app", "--offline", "--boot=web", "--config=HOOP_KEY=grpcs://a:b@h:1",
    "--config=HOOP_CONNECTION=x",
  ]

  @Test(arguments: [
    ([], "Have that one run after ours, such as Heroku's for Ruby:"),
    (["--cloud-native"], "Try it as a slug, with that one after ours, such as Heroku's for Ruby:"),
  ])
  func `a runtime that is not here comes from another buildpack`(
    words: [String], remedy: String
  ) throws {
    let bench = try Bench()
    let app = try bench.app("web: hoopstart -- no-such-ruby app.rb\n")
    let outcome = try bench.run(
      "dry-run", [app, "--offline", "--config=HOOP_DISABLED=on", "--boot", "web"] + words)
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors.hasSuffix(
        """
         !     Warning: A program that web starts is not here.
         !
         !     What an app runs on, such as Ruby, comes from a buildpack of its own.
         !
         !     \(remedy)
         !
         !         git clone https://github.com/heroku/heroku-buildpack-ruby /tmp/ruby
         !         bin/dry-run APP_DIR --offline --buildpack /tmp/ruby --boot web


        """), "\(outcome.errors)")
  }

  @Test(arguments: [(SIGINT, Posix.ExitStatus.exited(0)), (SIGTERM, .killed(signal: SIGTERM))])
  func `a signal ends the app as the platform would, and nothing is left`(
    signal: Int32, status: Posix.ExitStatus
  ) throws {
    let bench = try Bench()
    _ = try bench.app(Self.procfile)
    let signalled = Once()
    let outcome = try bench.shell(
      "echo \"$$\"; exec \"$PROGRAM\" dry-run \"$@\"", Self.words
    ) { output in
      let text = String(decoding: output, as: UTF8.self)
      guard text.contains("publish x\n"), text.contains("up\n"), signalled.isFirst,
        let pid = pid_t(text.prefix { $0 != "\n" })
      else { return }
      // Ctrl-C goes to the whole foreground group.
      kill(signal == SIGINT ? -pid : pid, signal)
    }
    #expect(outcome.status == status)
    #expect(outcome.output.contains("app[web.1]: TERM\n"))
    #expect(!outcome.output.contains("app[web.1]: INT"))
    #expect(bench.leftOver.isEmpty)
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func `a signal while another buildpack compiles leaves nothing`(signal: Int32) throws {
    let bench = try Bench()
    _ = try bench.app()
    try bench.write(
      "slow/bin/compile",
      "#!/bin/sh\nsleep 1000 &\necho \"sleeps $!\"\nsetsid sleep 1000 &\necho \"too $!\"\nwait\n",
      mode: 0o755)
    let signalled = Once()
    let outcome = try bench.shell(
      "echo \"$$\"; exec \"$PROGRAM\" dry-run app --offline --buildpack slow"
    ) { output in
      let text = String(decoding: output, as: UTF8.self)
      guard text.contains("too "), signalled.isFirst, let pid = pid_t(text.prefix { $0 != "\n" })
      else { return }
      kill(signal == SIGINT ? -pid : pid, signal)
    }
    #expect(outcome.status == .killed(signal: signal))
    #expect(bench.leftOver.isEmpty)
    for line in outcome.output.split(separator: "\n") {
      guard let pid = line.split(separator: " ").last.flatMap({ pid_t($0) }) else { continue }
      #expect(kill(pid, 0) < 0, "\(line)")
    }
  }
}

/// Says yes once.
private final class Once {
  private var isOver = false
  var isFirst: Bool {
    defer { isOver = true }
    return !isOver
  }
}
