import Posix
import Testing

/// Secrets are found in nothing that a build says or writes.
@Suite struct SecretTests {
  private static let secret = "xagt-hunter2recognisable"
  private static let key = "grpcs://prod:\(secret)@app.hoop.dev:8443"
  /// A part of a client key, which is 64 digits of a path.
  private static let clientSecret = "2f1c0b2f"

  @Test(arguments: [
    key, "grpcs://prod:\(secret)@app.hoop.dev:port", "grpcs://prod:\(secret)",
    "\(secret)://prod:secret@app.hoop.dev", secret, "https://\(secret):@app.hoop.dev",
    "grpcs://prod:x@\(secret)@host:8443?mode=\(secret)", "\(key)?mode=embedded&more=\(secret)",
    "https://app.hoop.dev/\(secret)", "\(key)\n",
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
    ], [key, secret])
  func `a key in the wrong config var is not shown`(_ name: String, _ value: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.set(name, value)
    let fails = ["HOOP_VERSION", "HOOP_SHA256", "HOOP_DISABLED", "HOOP_RELEASES_URL"]
    await expectNoSecret(build, status: fails.contains(name) ? 1 : 0)
    #expect(!(await build.check()).output.contains(Self.secret))
  }

  @Test(arguments: [
    "web: KEY=\(key) puma", "web: cd x && hoopstart -- a \(secret)",
    "web: hoopstart -- https://app.hoop.dev/\(String(repeating: clientSecret, count: 8))?\(secret)",
    "web: hoopstart\u{a0}-- postgres://u:\(secret)@db/app",
  ])
  func `a key in a line of the Procfile is not shown`(procfile: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    (build.app / "Procfile").write(procfile)
    await expectNoSecret(build, status: 0, in: [build.cache, build.buildpack])
  }

  @Test(arguments: [
    "https://user:\(secret)@host name/", "https://user:Pa/\(secret)@host/r",
    "https://user:\(secret)%40host/r", "https://user:1/\(secret)%40host/r",
    "https://user:1/\(secret)@host/r", "https:/user:\(secret)@host/r", "user:\(secret)@host/r",
    "file://user:\(secret)@host/r", "https://user:\(secret)@host:x/r", "https://\(secret):x@/r",
    "https://[user:\(secret)@]/r", "https://user:\(secret)@127.0.0.1:1/release",
  ])
  func `a password of a mirror or a proxy that cannot be used is not shown`(_ url: String) async {
    let build = HerokuBuild(from: ReleaseSite(.newest))
    build.scaleWaits(by: 0.05)
    build.set("HOOP_RELEASES_URL", url)
    build.set("HTTPS_PROXY", "http://user:\(Self.secret)@127.0.0.1:1")
    await expectNoSecret(build, status: 1)
  }

  @Test func `neither key nor password is in a slug or an image`() async {
    let site = ReleaseSite(.newest)
    let image = ImageBuild(from: site)
    let build = image.heroku
    build.scaleWaits(by: 0.05)
    build.set("HOOP_KEY", Self.key)
    build.set("HOOP_RELEASES_URL", site.url.replacing("//", with: "//user:\(Self.secret)@"))
    var outcomes = [await expectNoSecret(build, status: 0), await image.succeed()]
    #expect(!FolderSnapshot(of: image.layers).holds(Self.secret))
    image.export()
    try! build.cache.removeTree()
    for file in [
      "\(Log.version)/\(AgentRelease.newest.file)", "\(Log.version)/checksums.txt", "latest.txt",
    ] {
      site.answer(file, .status(503))
      let outcome = await expectNoSecret(build, status: 1)
      #expect(outcome.errors.contains("http://127.0.0.1:1/release/\(file)"))
    }
    outcomes.append(await image.succeed())
    image.set("HOOP_VERSION", "1.30.0")
    outcomes.append(await image.build())
    #expect(outcomes[3].status == .exited(1))
    #expect(!FolderSnapshot(of: image.layers).holds(Self.secret))
    #expect(!outcomes.contains { ($0.output + $0.errors).contains(Self.secret) })
  }

  /// Every process of a machine can read the arguments of the others.
  @Test(.enabled(if: Machine.canMount)) func `a secret is not an argument`() async {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site)
    build.set("HOOP_RELEASES_URL", site.url.replacing("//", with: "//user:\(Self.secret)@"))
    build.set("HTTPS_PROXY", "http://user:\(Self.secret)@127.0.0.1:1")
    build.set("HOOP_KEY", Self.key)
    let programs = ["curl", "tar", "gzip", "openssl", "sha256sum"]
    let (arguments, tools, real) = (
      build.folder("arguments"), build.folder("tools"), build.folder("real")
    )
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

  /// Builds, and looks into all that is said and written.
  @discardableResult
  private func expectNoSecret(
    _ build: HerokuBuild, status: Int32, in folders: [Path]? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async -> Outcome {
    let outcome = await build.compile()
    #expect(outcome.status == .exited(status), "\(outcome)", sourceLocation: sourceLocation)
    let said = await outcome.output + outcome.errors + build.report().output
    let written = (folders ?? [build.app, build.cache, build.buildpack]).map(FolderSnapshot.init)
    for secret in [Self.secret, Self.clientSecret] {
      #expect(!said.contains(secret), sourceLocation: sourceLocation)
      #expect(!written.contains { $0.holds(secret) }, sourceLocation: sourceLocation)
    }
    return outcome
  }
}
