import HoopAgent
import Posix
import TestSupport
import Testing

/// `bin/dry-run --cloud-native`.
@Suite struct ImageDryRunTests {
  /// What differs from run to run and from machine to machine, made the same.
  private func normalised(_ text: String) -> String {
    text.replacing(#/\d+ ms|\d+\.\d s/#, with: "1 ms")
      .replacing(#/finished in (< )?\d+\.\ds/#, with: "finished in 0.0s")
      .replacing(#/\d+\.\d [kM]B/#, with: "1.5 MB")
      .replacing(#/[0-9a-f]{6}…[0-9a-f]{4}/#, with: "012345…6789")
      .replacing(#/pid=\d+/#, with: "pid=1")
      .replacing(#/Linux_(x86_64|arm64)/#, with: "Linux_x86_64")
  }

  private static let build = """
    ===> BUILDING

    ## Hoop agent

    - Version \(AgentVersion.newestKnown), the newest (HOOP_VERSION is not set)

    """

  private static let publishes =
    "myapp-redact and myapp-review from every process that starts with hoopstart"

  @Test func `the demonstration builds an image twice, and starts it`() throws {
    let bench = try Bench()
    let outcome = try bench.run("dry-run", ["--cloud-native"])
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    let text = normalised(outcome.output)
    let url =
      "https://github.com/hoophq/heroku-hoop-buildpack/releases/download/v\(BuildpackVersion.current)"
      + "/hoop-buildpack-\(BuildpackVersion.current).tgz"
    #expect(
      text.section(from: "A practice", to: "=====> web") == """
        A practice deploy of a small app, with a practice agent that connects nowhere.
        ===> DETECTING
        hoophq/hoop \(BuildpackVersion.current)
        \(Self.build)- Downloading hoop_\(AgentVersion.newestKnown)_Linux_x86_64.tar.gz (1.5 MB)
          - SHA-256 verified: 012345…6789
        - Installed: hoop, hoopstart
        - Publishes \(Self.publishes)
        - Done (finished in 0.0s)
        ===> EXPORTING
        Adding layer 'hoophq/hoop:agent'
        Adding label 'dev.hoop.agent.version'
        ===> RESTORING
        Restoring metadata for "hoophq/hoop:agent" from app image
        \(Self.build)- Reusing the layer of the previous image: hoop, hoopstart
        - Publishes \(Self.publishes)
        - Done (finished in 0.0s)
        ===> EXPORTING
        Reusing layer 'hoophq/hoop:agent'
        Adding label 'dev.hoop.agent.version'
        =====> A deploy would succeed
               Steps      detect 1 ms, build 1 ms, build again 1 ms
               Agent      \(AgentVersion.newestKnown)
               Layers     hoophq/hoop:agent  1.5 MB, reused by the second build
               Processes  web     carries the agent
                          worker  no agent: its command has no hoopstart
               Publishes  \(Self.publishes)
               Warnings   none
               Next       in project.toml, before your language's buildpack and heroku/procfile:
                              [[io.buildpacks.group]]
                              uri = "\(url)"
        """)
    for name in ["myapp-redact", "myapp-review"] {
      #expect(text.contains("app[web-12a34b56d-e78f9]: buildpack=hoop at=agent-start pid=1"))
      #expect(text.contains(" connections=\(name)\n"))
    }
    #expect(text.hasSuffix("ended with exit status 0, and nothing of it is left\n"))
    #expect(bench.leftOver.isEmpty)
  }

  @Test func `an app is built with its variables, and JSON says what came of it`() throws {
    let bench = try Bench()
    let words = [
      try bench.app(), "--cloud-native", "--offline", "--json", "--keep", "kept", "--config",
      "HOOP_VERSION=1.30.0", "--config", "HOOP_KEY=grpcs://_default:secret@app.hoop.dev:8443",
      "--config", "HOOP_CONNECTION=myapp",
    ]
    let outcome = try bench.run("dry-run", words)
    #expect(outcome.status == .exited(0), "\(outcome)")
    #expect(!outcome.output.contains("secret") && !outcome.errors.contains("secret"))
    let json = try #require(JSONObject(outcome.output))
    #expect(json.text("version") == "1.30.0")
    #expect(json.objects("layers").first?.text("name") == "hoophq/hoop:agent")
    #expect(
      json.objects("steps").map { $0.text("step") } == ["detect", "build", "build again"])
    #expect(json.objects("processes").count == 1)
    #expect(try (bench.folder / "kept/agent/bin/hoopstart").status() != nil)
    #expect(bench.leftOver.isEmpty)
  }

  @Test func `a build that fails is a deploy that fails`() throws {
    let bench = try Bench()
    let words = [try bench.app(), "--cloud-native", "--releases-url", "file:///nowhere"]
    let outcome = try bench.run("dry-run", words)
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix("\n! Error: The newest version"))
    #expect(outcome.output.contains("Because    bin/build ended with exit status 1\n"))
  }

  @Test func `another buildpack is for slugs alone`() throws {
    let bench = try Bench()
    let outcome = try bench.run(
      "dry-run", [try bench.app(), "--cloud-native", "--buildpack", "other"])
    #expect(outcome.status == .exited(1))
    #expect(
      outcome.errors.contains("--buildpack is for slugs, and --cloud-native builds an image."))
  }
}
