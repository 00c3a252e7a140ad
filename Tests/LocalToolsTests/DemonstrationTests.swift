import Posix
import Testing

struct DemonstrationTests {
  @Test(arguments: [[], ["--cloud-native"]])
  func `it needs nothing but a shell`(words: [String]) throws {
    let bench = try Bench()
    let outcome = try bench.run("dry-run", words)
    #expect(outcome.status == .exited(0) && outcome.errors == "")
    for end in [
      "connections=myapp-redact", "connections=myapp-review",
      "ended with exit status 0, and no process is left",
    ] { #expect(outcome.output.contains("\(end)\n")) }
    #expect(try (bench.folder / "home").names().isEmpty)
    #expect(bench.leftOver.isEmpty)
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
