import HoopAgent
import Testing

/// Two million bytes in a config var are a mistake, and cost no more than one: a parser that goes
/// over them again and again would not be done in hours.
@Suite(.serialized, .timeLimit(.minutes(1))) struct LongInputTests {
  private static let size = 2_000_000

  static let texts = ["a", ",", "@", "%41", "e\u{301}", "env.A,", "\0"]
    .flatMap { piece in
      let text = String(repeating: piece, count: size / piece.utf8.count)
      return [text, "grpcs://a:b@c/\(text)"]
    }

  @Test(arguments: [
    "HOOP_KEY", "HOOP_DSN", "HOOP_CONNECTION", "HOOP_KEY_NAME", "A", "HOOP_COMMAND",
    "HOOP_REVIEW_A", "HOOP_DATABASE",
  ])
  func `a config var of two million bytes is refused`(name: String) {
    for text in Self.texts {
      var variables = ["HOOP_CONNECTION": "env.A"]
      if name != "HOOP_DSN" { variables["HOOP_KEY"] = Keys.organisation }
      if name != "A" { variables["A"] = "a" }
      variables[name] = text
      let outcome = outcome(variables)
      guard case .impossible(let problems) = outcome else {
        Issue.record("\(name) was taken")
        continue
      }
      #expect(problems.allSatisfy { $0.summary.utf8.count < 1_000 })
    }
  }

  @Test func `a version of two million bytes is refused`() {
    for text in Self.texts { #expect(VersionRequest(text) == nil) }
  }
}
