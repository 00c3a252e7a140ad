import Testing

/// What the user of a deploy reads, and what the slug holds then.
@Suite struct CompileTests {
  @Test func takesTheNewestAgentWhereNothingIsPinned() async {
    let site = ReleaseSite(.bare, .newest)
    let build = HerokuBuild(from: site)
    let outcome = await build.compile()
    #expect(
      outcome
        == Outcome(
          status: .exited(0),
          output: """
            -----> Hoop agent
                   Version 1.148.0, the newest (HOOP_VERSION is not set)
                   Downloading hoop_1.148.0_Linux_x86_64.tar.gz (1.5 MB)
                   SHA-256 verified: \(AgentRelease.newest.shortDigest)
                   Installed in 0.0 s: hoop, hoop_rs, hoopstart
                   Publishes myapp from every process that starts with hoopstart

            """, errors: ""))
    #expect(
      site.requests == [
        "latest.txt", "1.148.0/checksums.txt", "1.148.0/hoop_1.148.0_Linux_x86_64.tar.gz",
      ])
  }
}
