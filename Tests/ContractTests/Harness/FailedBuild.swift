import Posix
import Testing

/// A build that cannot succeed: why, and what its user reads.
struct FailedBuild: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// The failure's name in what `bin/report` prints.
  let code: String
  /// The details that the log has before the failure.
  let details: [String]
  let said: Said
  /// Whether it concerns a slug only.
  let isOfSlug: Bool
  let arrange: @Sendable (HerokuBuild, ReleaseSite) -> Void

  /// - Parameter arrange: Makes a build fail that would have installed the newest agent, pinned.
  init(
    _ name: String, _ code: String, after details: [String] = [Log.pinned], _ said: Said,
    isOfSlug: Bool = false, arrange: @escaping @Sendable (HerokuBuild, ReleaseSite) -> Void
  ) {
    (testDescription, self.code, self.details, self.said) = (name, code, details, said)
    (self.isOfSlug, self.arrange) = (isOfSlug, arrange)
  }

  private func build() -> HerokuBuild {
    let site = ReleaseSite(.newest)
    let build = HerokuBuild(from: site, version: Log.version)
    build.scaleWaits(by: 0.05)
    (build.cache / "bundle/kept").write("another buildpack's")
    arrange(build, site)
    return build
  }

  /// Builds a slug and an image, and compares what that says and that it changes nothing.
  func check() async {
    let build = build()
    let before = [build.app, build.cache].map(FolderSnapshot.init)
    expect(await build.compile(), status: 1, output: Log.text(details), errors: said.text())
    #expect([build.app, build.cache].map(FolderSnapshot.init) == before)
    #expect(!(build.buildpack / "export").isThere)
    #expect(await build.report().output.contains(#""failure": "\#(code)"}"#))
    if isOfSlug { return }

    let image = ImageBuild(self.build())
    let layers = FolderSnapshot(of: image.layers)
    expect(
      await image.build(), status: 1, output: Log.text(details, forImage: true),
      errors: said.text(forImage: true))
    #expect(FolderSnapshot(of: image.layers) == layers)
  }
}
