import Testing

/// Compares all that a program said, and how it ended, with what a user should see.
func expect(
  _ outcome: Outcome, status: Int32 = 0, output: String = "", errors: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(outcome.errors == errors, sourceLocation: sourceLocation)
  #expect(outcome.output == output, sourceLocation: sourceLocation)
  #expect(outcome.status == .exited(status), sourceLocation: sourceLocation)
}

extension HerokuBuild {
  /// Compiles, and expects nothing but success.
  func succeed(sourceLocation: SourceLocation = #_sourceLocation) async {
    let outcome = await compile()
    #expect(
      outcome.status == .exited(0), "\(outcome.output)\(outcome.errors)",
      sourceLocation: sourceLocation)
  }
}
