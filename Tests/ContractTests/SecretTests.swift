import HoopAgent
import LocalTools
import Posix
import Testing

/// Secrets are found in nothing that a build says or writes.
@Suite struct SecretTests {
  private static let secret = "xagt-hunter2recognisable"

  @Test(arguments: [
    "grpcs://prod:\(secret)@app.hoop.dev:8443", "grpcs://prod:\(secret)@app.hoop.dev:port",
    "grpcs://prod:\(secret)", "\(secret)://prod:secret@app.hoop.dev", secret,
    "grpcs://prod:x@\(secret)@host:8443?mode=\(secret)", "https://\(secret):@app.hoop.dev",
    "grpcs://prod:\(secret)@app.hoop.dev:8443?mode=embedded&more=\(secret)",
    "https://app.hoop.dev/\(secret)", "grpcs://prod:\(secret)@app.hoop.dev\n",
  ])
  func `a key is not shown`(_ key: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    // The older name of the two, and either of them is read alike.
    build.set("HOOP_KEY", nil)
    build.set("HOOP_DSN", key)
    await expectNoSecret(build, status: 0)
    build.set("HOOP_VERSION", "1.999.0")
    build.set("HOOP_KEY", key)
    await expectNoSecret(build, status: 1)
  }

  @Test(
    arguments: [
      "HOOP_VERSION", "HOOP_SHA256", "HOOP_DISABLED", "HOOP_REQUIRED", "HOOP_KEY_NAME",
      "HOOP_DYNOS", "HOOP_CONNECTION", "HOOP_COMMAND", "HOOP_REVIEW", "HOOP_DATA_MASKING",
      "HOOP_DATABASE", "HOOP_RELEASES_URL",
    ], ["grpcs://prod:\(secret)@app.hoop.dev:8443", secret])
  func `a key in the wrong config var is not shown`(_ name: String, _ value: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.set(name, value)
    let fails = ["HOOP_VERSION", "HOOP_SHA256", "HOOP_DISABLED", "HOOP_RELEASES_URL"]
    await expectNoSecret(build, status: fails.contains(name) ? 1 : 0)
    #expect(!(await build.check()).output.contains(Self.secret))
  }

  @Test(arguments: [
    "web: KEY=grpcs://prod:\(secret)@app.hoop.dev:8443 puma",
    "web: cd x && hoopstart -- a \(secret)",
    "web: hoopstart -- https://app.hoop.dev/\(String(repeating: "2f1c0b2f", count: 8))?\(secret)",
    "web: hoopstart\u{a0}-- postgres://u:\(secret)@db/app",
  ])
  func `a key in a line of the Procfile is not shown`(procfile: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write(procfile)
    let outcome = await build.compile()
    #expect(outcome.status == .exited(0))
    for text in [outcome.output, outcome.errors, await build.report().output] {
      #expect(!text.contains(Self.secret) && !text.contains("2f1c0b2f"))
    }
  }

  @Test func `a password of a mirror is not shown`() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site)
    build.scaleWaits(by: 0.05)
    build.set("HOOP_RELEASES_URL", site.url.replacing("//", with: "//user:\(Self.secret)@"))
    await expectNoSecret(build, status: 0)
    try! build.cache.removeTree()
    for file in [
      "\(AgentVersion.newestKnown)/\(AgentRelease.newest.file)",
      "\(AgentVersion.newestKnown)/checksums.txt", "latest.txt",
    ] {
      site.answer(file, .status(503))
      let outcome = await expectNoSecret(build, status: 1)
      #expect(outcome.errors.contains("http://***@127.0.0.1:1/release/\(file)"))
    }
  }

  @Test(arguments: [
    "https://user:\(secret)@host name/", "https://user:Pa/\(secret)@host/r",
    "https://user:\(secret)%40host/r", "https://user:1/\(secret)%40host/r",
    "https://user:1/\(secret)@host/r", "https:/user:\(secret)@host/r", "user:\(secret)@host/r",
    "file://user:\(secret)@host/r", "https://user:\(secret)@host:x/r", "https://\(secret):x@/r",
    "https://[user:\(secret)@]/r",
  ])
  func `a password in a malformed URL is not shown`(_ url: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.set("HOOP_RELEASES_URL", url)
    await expectNoSecret(build, status: 1)
  }

  @Test func `a password of a proxy is not shown`() async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.scaleWaits(by: 0.05)
    build.set("HOOP_RELEASES_URL", "https://user:\(Self.secret)@127.0.0.1:1/release")
    build.set("HTTPS_PROXY", "http://user:\(Self.secret)@127.0.0.1:1")
    await expectNoSecret(build, status: 1)
  }

  /// Every process of a machine can read the arguments of the others.
  @Test(.enabled(if: Machine.canMount)) func `a secret is not an argument`() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site)
    build.set("HOOP_RELEASES_URL", site.url.replacing("//", with: "//user:\(Self.secret)@"))
    build.set("HTTPS_PROXY", "http://user:\(Self.secret)@127.0.0.1:1")
    build.set("HOOP_KEY", "grpcs://prod:\(Self.secret)@app.hoop.dev:8443")
    let arguments = build.folder("arguments")
    let programs = ["curl", "tar", "gzip", "openssl", "sha256sum"]
    let (tools, real) = (build.folder("tools"), build.folder("real"))
    for name in programs {
      let program = real / name
      ProcessConfiguration("cp", ["/usr/bin/\(name)", program.string]).mustSucceed()
      let script =
        "#!/bin/sh\necho \"$0 $*\" >>'\(arguments)/\(name)'\nexec '\(program)' \"$@\"\n"
      (tools / name).write(script, mode: 0o755)
    }
    build.replace(programs.map { ($0, tools / $0) })
    await build.succeed()
    #expect((arguments / "curl").text.contains("--disable"))
    #expect(!FolderSnapshot(of: arguments).holds(Self.secret))
  }

  @Test func `neither key nor password is in an image`() async {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site)
    image.heroku.scaleWaits(by: 0.05)
    image.set("HOOP_KEY", "grpcs://prod:\(Self.secret)@app.hoop.dev:8443")
    image.set("HOOP_RELEASES_URL", site.url.replacing("//", with: "//user:\(Self.secret)@"))
    let first = await image.succeed()
    #expect(!FolderSnapshot(of: image.layers).holds(Self.secret))
    image.export()
    site.answer("latest.txt", .status(503))
    let second = await image.succeed()
    #expect(!FolderSnapshot(of: image.layers).holds(Self.secret))
    image.set("HOOP_VERSION", "1.30.0")
    let third = await image.build()
    #expect(third.status == .exited(1))
    for outcome in [first, second, third] {
      #expect(!outcome.output.contains(Self.secret) && !outcome.errors.contains(Self.secret))
    }
  }

  /// Builds, and looks into all that is said and written.
  @discardableResult
  private func expectNoSecret(
    _ build: HerokuBuild, status: Int32, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> Outcome {
    let outcome = await build.compile()
    #expect(outcome.status == .exited(status), "\(outcome)", sourceLocation: sourceLocation)
    for text in [outcome.output, outcome.errors, await build.report().output] {
      #expect(!text.contains(Self.secret), sourceLocation: sourceLocation)
    }
    for folder in [build.app, build.cache, build.buildpack] {
      #expect(!FolderSnapshot(of: folder).holds(Self.secret), sourceLocation: sourceLocation)
    }
    return outcome
  }
}
