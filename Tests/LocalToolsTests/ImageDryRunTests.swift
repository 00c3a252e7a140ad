import HoopAgent
import Posix
import TestSupport
import Testing

/// `bin/dry-run --cloud-native`.
struct ImageDryRunTests {
  @Test func `the demonstration builds an image, and starts it`() throws {
    let bench = try Bench()
    let outcome = try bench.run("dry-run", ["--cloud-native"])
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
    let name = "app[web-12a34b56d-e78f9]: "
    #expect(outcome.output.contains("\(name)buildpack=hoop at=agent-start pid="))
  }

  @Test func `what is left to do is for an image`() throws {
    let bench = try Bench()
    try bench.write("vars", "HOOP_KEY=grpcs://_default:secret@app.hoop.dev:8443\n")
    let outcome = try bench.run(
      "dry-run",
      [
        try bench.app(), "--cloud-native", "--offline", "--env-file", "vars", "--keep", "kept",
        "--config", "HOOP_CONNECTION=myapp", "--config", "HOOP_VERSION=1.30.0",
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
                          heroku config:set HOOP_CONNECTION='…' HOOP_VERSION='…'
                          git push heroku HEAD:main, or pack build

        """), "\(outcome.output)")
    #expect(outcome.output.contains("       Agent      1.30.0\n"))
    #expect(!outcome.output.contains(":secret") && !outcome.errors.contains(":secret"))
    #expect(try (bench.folder / "kept/hoopstart/bin/hoopstart").status() != nil)
    #expect(bench.leftOver.isEmpty)
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
