import Posix
import Testing

struct DemonstrationTests {
  @Test func `the session in the docs is what the program prints`() throws {
    let bench = try Bench()
    let document = try (Bench.repository / "docs/local.md").content(atMost: 1 << 20)
    let recorded = String(decoding: document, as: UTF8.self)
      .section(from: "<!-- session -->", to: "<!-- end -->")
    let outcome = try bench.shell(
      "exec \"$1\" \"$PROGRAM\" dry-run",
      [(Bench.repository / ".ci/session").string])
    #expect(outcome.status == .exited(0))
    #expect(recorded == "<!-- session -->\n\n\(outcome.output)")
    #expect(bench.leftOver.isEmpty)
  }

  @Test func `it needs nothing but a shell`() throws {
    let bench = try Bench()
    let outcome = try bench.run("dry-run")
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("ended with exit status 0, and nothing of it is left"))
    #expect(try (bench.folder / "home").names().isEmpty)
  }

  @Test func `a terminal shows colours, and a pipe or NO_COLOR no control character`() throws {
    let bench = try Bench()
    let onTerminal = "script -qec '\"$PROGRAM\" dry-run' /dev/null"
    #expect(try bench.shell(onTerminal).output.contains("\u{1b}[36m-----> Hoop agent\u{1b}[0m"))
    for script in ["NO_COLOR=1 \(onTerminal)", "TERM=dumb \(onTerminal)", "\"$PROGRAM\" dry-run"] {
      let outcome = try bench.shell(script)
      let controls = outcome.output.unicodeScalars.filter {
        $0.value < 0x20 && $0 != "\n" && $0 != "\r"
      }
      #expect(controls.isEmpty)
      #expect(outcome.output.contains("A deploy would succeed"))
    }
  }
}
