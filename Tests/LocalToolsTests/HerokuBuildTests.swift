import BuildpackKit
import LocalTools
import Posix
import Testing

struct HerokuBuildTests {
  private static let build = HerokuBuild(
    app: Path("/b"), cache: Path("/c"), configVars: Path("/e"), home: Path("/h"), path: "/bin")

  private static func names(_ environment: Environment) -> [String] {
    environment.entries.map {
      String(decoding: $0.prefix { $0 != UInt8(ascii: "=") }, as: UTF8.self)
    }
  }

  @Test func `a step gets its folders, and the environment of a build and no more`() {
    let launch = Self.build.launch(.compile, of: Path("/p"))
    #expect(launch.program == Path("/p/bin/compile"))
    #expect(launch.operands == [Path("/b"), Path("/c"), Path("/e")])
    #expect(
      Self.names(launch.environment) == ["PATH", "HOME", "STACK", "SOURCE_VERSION", "REQUEST_ID"])
    #expect(Self.build.launch(.detect, of: Path("/p")).operands == [Path("/b")])
    var old = Self.build
    old.configVars = nil
    #expect(old.folders(for: .testCompile) == [Path("/b"), Path("/c")])
  }

  @Test func `exports are sourced before the next buildpack`() throws {
    let launch = Self.build.launch(.compile, of: Path("/p"), after: [Path("/x/export")])
    #expect(launch.program == Path("/bin/bash"))
    #expect(
      launch.operands == ["/x/export", "--", "/p/bin/compile", "/b", "/c", "/e"].map { Path($0) })
  }

  @Test func `a dyno has the config vars, and they cannot change what the platform sets`() {
    let launch = HerokuBuild.dyno(
      "web.1", running: "x", slug: Path("/app"),
      configVars: [
        EnvFile.Variable(name: "HOME", value: [0x78]), EnvFile.Variable(name: "A", value: [0xff]),
        EnvFile.Variable(name: "DYNO", value: []),
      ], path: "/bin", port: 5000)
    #expect(launch.environment["HOME"] == "/app")
    #expect(launch.environment["DYNO"] == "web.1")
    #expect(launch.environment["PORT"] == "5000")
    #expect(launch.environment.entries.contains([0x41, 0x3d, 0xff]))
    #expect(launch.directory == Path("/app"))
  }
}
