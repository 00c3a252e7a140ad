import HoopAgent
import Posix
import TestSupport
import Testing

/// The programs that every agent starts by name, with its own environment.
struct AgentToolsTests {
  private func slug(practice: Bool = false) throws -> Slug {
    let slug = practice ? try Slug(practice: AgentVersion.newestKnown.description) : try Slug()
    let tools = slug.folder / ".hoop" / AgentLayout.tools
    try tools.makeFolder()
    for name in AgentLayout.toolNames { try (tools / name).makeLink(to: "../bin/hoopstart") }
    return slug
  }

  @Test func `an agent finds them first, and its own helper`() async throws {
    let slug = try slug(practice: true)
    try Slug.copy(slug.agent, to: slug.folder / ".hoop/bin/hoop_rs")
    let run = try slug.start(["sleep", "1000"])
    #expect(try await slug.practiceAgents(1) == ["myapp"])
    let environment = try slug.practice("myapp", "environment")
    #expect(environment.contains("PATH=\(slug.folder)/.hoop/tools:/usr/bin:/bin"))
    #expect(environment.contains("HOOP_RS_BIN_PATH=\(slug.folder)/.hoop/bin/hoop_rs"))
    try await run.kill(in: slug)
  }

  @Test(.enabled(if: Container.isPossible, "Only root can replace a program of the system."))
  func `they become the system's programs without a secret`() async throws {
    let slug = try slug()
    let script = slug.folder / "script"
    try script.makeFile(Array("#!/bin/sh\necho \"$@\"\nenv\n".utf8), mode: 0o755)
    let mount = "mount --bind \(script) /usr/bin/uname && exec \(slug.folder)/.hoop/tools/uname -a"
    let run = try Running(
      ["/usr/bin/unshare", "-m", "sh", "-c", mount],
      environment: slug.variables.changed([
        "HOOP_DB_URI": "postgres://u:p@h/d", "LD_PRELOAD": "", "OTHER": "kept",
      ]), in: slug)
    #expect(try await run.end() == .exited(0), "\(run.errors)")
    #expect(run.output.hasPrefix("-a\n"))
    #expect(run.output.contains("OTHER=kept\n"))
    for name in ["HOOP_", "LD_", "s3cret"] { #expect(!run.output.contains(name)) }
  }
}
