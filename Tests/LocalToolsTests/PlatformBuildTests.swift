import Posix
import Testing

@testable import LocalTools

struct PlatformBuildTests {
  private static let words = ["HOME=x", "A=1", "DYNO=", "STACK=x"].map { Array($0.utf8) }
  private static let variables = words.compactMap(EnvFile.variable)
  private static let slug = PlatformBuild(
    .slug, in: Path("/b"), path: "/bin", variables: variables)
  private static let image = PlatformBuild(
    .image, in: Path("/b"), path: "/bin", variables: variables)

  @Test func `a slug's programs get their folders, and no config var in their environment`() {
    let launch = Self.slug.launch("compile", of: Path("/p"))
    #expect(launch.program == Path("/p/bin/compile"))
    #expect(launch.operands == ["/b/app", "/b/cache", "/b/platform/env"].map { Path($0) })
    #expect(
      launch.environment.names == ["PATH", "HOME", "STACK", "SOURCE_VERSION", "REQUEST_ID"])
    #expect(Self.slug.launch("detect", of: Path("/p")).operands == [Path("/b/app")])
    let second = Self.slug.launch("release", of: Path("/p"), after: [Path("/x/export")])
    #expect(second.program == Path("/bin/bash"))
    #expect(second.operands == ["/x/export", "--", "/p/bin/release", "/b/app"].map { Path($0) })
  }

  @Test func `an image's programs get their folders twice, and the config vars`() {
    let launch = Self.image.launch("build", of: Path("/p"))
    let layers = "/b/layers/hoophq_hoop"
    #expect(launch.operands == [layers, "/b/platform", "/b/plan.toml"].map { Path($0) })
    #expect(launch.environment["CNB_LAYERS_DIR"] == layers)
    #expect(launch.environment["A"] == "1" && launch.environment["HOME"] == "/b/home")
    #expect(launch.directory == Path("/b/app"))
  }

  @Test(arguments: [slug, image])
  func `a dyno has the config vars, and they cannot change what the platform sets`(
    build: PlatformBuild
  ) {
    let launch = build.dyno("web.1", running: "x")
    #expect(launch.environment["HOME"] == "/b/app")
    #expect(launch.environment["DYNO"] == "web.1")
    #expect(launch.environment["PORT"] == "5000")
    #expect(launch.environment["A"] == "1")
    #expect(launch.directory == Path("/b/app"))
  }
}
