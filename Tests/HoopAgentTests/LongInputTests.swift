import HoopAgent
import Testing

/// Ten million bytes in a config var are a mistake, and cost no more than one.
@Suite(.serialized) struct LongInputTests {
  private static let size = 10_000_000

  static let texts = ["a", ",", "@", "%41", "e\u{301}", "env.A,", "\0"]
    .flatMap { piece in
      let text = String(repeating: piece, count: size / piece.utf8.count)
      return [text, "grpcs://a:b@c/\(text)"]
    }

  @Test(arguments: ["HOOP_KEY", "HOOP_DSN", "HOOP_CONNECTION", "HOOP_KEY_NAME", "A"])
  func `a config var of ten million bytes is refused at once`(name: String) {
    for text in Self.texts {
      let start = ContinuousClock.now
      let outcome = LaunchPlan.make(for: AgentVersion(1, 148, 0)) {
        switch $0 {
        case name: text
        case "HOOP_KEY" where name != "HOOP_DSN": "grpcs://a:b@c"
        case "HOOP_CONNECTION": "env.A"
        default: nil
        }
      }
      guard case .impossible(let problems) = outcome else {
        Issue.record("\(name) was taken")
        continue
      }
      #expect(problems.allSatisfy { $0.advice.summary.utf8.count < 1_000 })
      #expect(ContinuousClock.now - start < .seconds(1))
    }
  }

  @Test func `a version of ten million bytes is refused at once`() {
    let start = ContinuousClock.now
    for text in Self.texts { #expect(VersionRequest(text) == nil) }
    #expect(ContinuousClock.now - start < .seconds(1))
  }
}
