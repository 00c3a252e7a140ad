import BuildpackKit
import LocalTools
import Posix
import Testing

struct HerokuBuildTests {
  private static let build = HerokuBuild(
    app: Path("/b"), cache: Path("/c"), configVars: Path("/e"), home: Path("/h"), path: "/bin")

  @Test func `a step gets its folders and the environment of a build`() {
    let launch = Self.build.launch(.compile, of: Path("/p"))
    #expect(launch.program == Path("/p/bin/compile"))
    #expect(launch.operands == [Path("/b"), Path("/c"), Path("/e")])
    #expect(
      launch.environment.names == ["PATH", "HOME", "STACK", "SOURCE_VERSION", "REQUEST_ID"])
    #expect(Self.build.launch(.detect, of: Path("/p")).operands == [Path("/b")])
    let second = Self.build.launch(.compile, of: Path("/p"), after: [Path("/x/export")])
    #expect(second.program == Path("/bin/bash"))
    #expect(
      second.operands == ["/x/export", "--", "/p/bin/compile", "/b", "/c", "/e"].map { Path($0) })
  }

  @Test func `a dyno has the config vars, and they cannot change what the platform sets`() {
    let variables = [("HOME", [0x78]), ("A", [0xff]), ("DYNO", [])].map { (name, value: [UInt8]) in
      EnvFile.Variable(name: name, value: value)
    }
    let launch = HerokuBuild.dyno(
      "web.1", running: "x", app: Path("/app"), configVars: variables, path: "/bin", port: 5000)
    #expect(launch.environment["HOME"] == "/app")
    #expect(launch.environment["DYNO"] == "web.1")
    #expect(launch.environment["PORT"] == "5000")
    #expect(launch.environment.bytes(of: "A") == [0xff])
    #expect(launch.directory == Path("/app"))
  }
}
