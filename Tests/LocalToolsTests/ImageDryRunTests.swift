import HoopAgent
import Posix
import TestSupport
import Testing

/// `bin/dry-run --cloud-native`.
struct ImageDryRunTests {
  @Test func `the demonstration builds an image, and starts it`() throws {
    let bench = try Bench()
    let outcome = try bench.run("dry-run", ["--cloud-native"])
    #expect(outcome.status == .exited(0))
    #expect(outcome.errors == "")
    #expect(outcome.output.contains("===> DETECTING\n===> BUILDING\n\n## Hoop agent\n"))
    #expect(
      outcome.output.section(from: "=====> A deploy", to: "none") == """
        =====> A deploy would succeed
               Agent      \(AgentVersion.newestKnown)
               Processes  web     carries the agent
                          worker  no agent: its command has no hoopstart
               Publishes  myapp-redact and myapp-review from every process that starts with hoopstart
               Warnings   none
               Next       heroku config --shell | bin/dry-run APP_DIR --env-file -

        """)
    for name in ["myapp-redact", "myapp-review"] {
      #expect(
        outcome.output.contains("app[web-12a34b56d-e78f9]: buildpack=hoop at=agent-start pid="))
      #expect(outcome.output.contains(" connections=\(name)\n"))
    }
    #expect(outcome.output.contains("ended with exit status 0, and nothing of it is left\n"))
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
    #expect(!outcome.output.contains(":secret") && !outcome.errors.contains(":secret"))
    let json = try #require(JSONObject(outcome.output))
    #expect(json.text("version") == "1.30.0")
    #expect(json.objects("added").contains { $0.text("path") == "agent" })
    #expect(json.objects("steps").map { $0.text("step") } == ["detect", "build"])
    #expect(json.objects("processes").count == 1)
    #expect(try (bench.folder / "kept/hoopstart/bin/hoopstart").status() != nil)
    #expect(bench.leftOver.isEmpty)
  }

  @Test func `what is left to do is for an image`() throws {
    let bench = try Bench()
    try bench.write("vars", "HOOP_KEY=grpcs://_default:secret@app.hoop.dev:8443\n")
    let outcome = try bench.run(
      "dry-run",
      [
        try bench.app(), "--cloud-native", "--offline", "--env-file", "vars", "--config",
        "HOOP_CONNECTION=myapp",
      ])
    let uri =
      "https://github.com/hoophq/heroku-hoop-buildpack/releases/download/v\(BuildpackVersion.current)"
      + "/hoop-buildpack-\(BuildpackVersion.current).tgz"
    // The key is set already: it came from there.
    #expect(
      outcome.output.hasSuffix(
        """
               Next       in project.toml, before your language's buildpack and heroku/procfile:
                              [[io.buildpacks.group]]
                              uri = "\(uri)"
                          heroku config:set HOOP_CONNECTION='…'
                          git push heroku HEAD:main, or pack build

        """), "\(outcome.output)")
  }

  @Test func `a build that fails is a deploy that fails`() throws {
    let bench = try Bench()
    let words = [try bench.app(), "--cloud-native", "--releases-url", "file:///nowhere"]
    let outcome = try bench.run("dry-run", words)
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix("\n! Error: "), "\(outcome.errors)")
    #expect(outcome.output.contains("Because    bin/build of Hoop ended with exit status 1\n"))
  }
}
