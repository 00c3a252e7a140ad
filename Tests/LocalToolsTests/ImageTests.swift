import BuildpackKit
import CPosix
import LocalTools
import Posix
import Testing

/// What the lifecycle's stand-in takes of a build, and what it refuses as the lifecycle does.
@Suite struct ImageTests {
  private static let metadata = "[types]\nlaunch = true\n\n[metadata]\nkey = \"value\"\n"

  private let bench: Bench

  init() throws {
    bench = try Bench()
    try bench.write(
      "buildpack/buildpack.toml",
      """
      api = "0.10"
      [buildpack]
      id = "a/b"
      version = "1"
      sbom-formats = ["application/vnd.cyclonedx+json"]
      [[targets]]
      os = "linux"
      arch = "amd64"
      [[targets]]
      os = "linux"
      arch = "arm64"

      """)
    _ = try (bench.folder / "layers").makeFolders()
  }

  private func export(over previous: Image? = nil, as name: String = "image") throws -> Image {
    try Image(
      exporting: bench.folder / "layers",
      of: BuildpackDescriptor(of: bench.folder / "buildpack"), over: previous,
      to: bench.folder / name)
  }

  /// The words of the refusal; nil where the build is taken.
  private func refusal() -> String? {
    do throws(LocalFailure) {
      let descriptor: BuildpackDescriptor
      do throws(LifecycleRefusal) {
        descriptor = try BuildpackDescriptor(of: bench.folder / "buildpack")
      } catch { throw .lifecycle(error) }
      _ = try Image(
        exporting: bench.folder / "layers", of: descriptor, over: nil,
        to: bench.folder / "image")
      return nil
    } catch {
      guard case .lifecycle(let refusal) = error else { return "another failure" }
      return refusal.advice.meaning.joined()
    }
  }

  @Test func `a launch layer is taken, and one without a type is not`() throws {
    try bench.write("layers/one/bin/program", "content")
    try bench.write("layers/one.toml", Self.metadata)
    try bench.write("layers/two/file", "content")
    try bench.write("layers/two.toml", "[metadata]\nkey = \"value\"\n")
    try bench.write("layers/.hoop.tmp.x/file", "of a build that was killed")
    try bench.write("layers/launch.toml", "[[labels]]\nkey = \"k\"\nvalue = \"v\"\n")
    let image = try export()
    #expect(image.layers.map { $0.name } == ["one"])
    #expect(image.labels.map { $0.key + $0.value } == ["kv"])
    #expect(image.programs == [bench.folder / "image/one/bin"])
  }

  @Test func `the next build finds the metadata, the bill and no files`() throws {
    try bench.write("layers/one/bin/program", "content")
    try bench.write("layers/one.toml", Self.metadata)
    try bench.write("layers/one.sbom.cdx.json", "{}")
    let image = try export()
    try (bench.folder / "layers").removeTree()
    try image.restore(to: bench.folder / "layers")
    let names = try (bench.folder / "layers").names()
    #expect(names == [Path("one.sbom.cdx.json"), Path("one.toml")])
    let toml = try (bench.folder / "layers/one.toml").content(atMost: 1000)
    #expect(toml == Array("[metadata]\n  key = \"value\"\n".utf8))

    try (bench.folder / "layers/one.toml").removeFile()
    try bench.write("layers/one.toml", Self.metadata)
    let next = try export(over: image, as: "next")
    #expect(next.layers.map { $0.isReused } == [true])
    #expect(try (bench.folder / "next/one/bin/program").status() != nil)
  }

  @Test(arguments: [
    (
      ["one.toml": metadata],
      "The layer one has no files, and the previous image has no such layer."
    ),
    (["one.toml": "[types]\ncache = true\n"], "The layer one is to be cached and has no files."),
    (["one.toml": "launch"], "one.toml cannot be read."),
    (["launch.toml": "[[labels]]\nkey = 1\n"], "launch.toml cannot be read."),
    (
      ["launch.toml": "[[labels]]\nkey = \"a\"\n"],
      "launch.toml has a label without a key or a value."
    ),
    (["launch/bin/x": ""], "A layer cannot be called launch: launch.toml is no layer's."),
    (["store/x": ""], "A layer cannot be called store: store.toml is no layer's."),
    (
      ["one.toml": metadata, "one/x": "", "one.sbom.spdx.json": "{}"],
      "one.sbom.spdx.json is of a format that sbom-formats of buildpack.toml does not name."
    ),
    (
      ["one.toml": metadata, "one/x": "", "one.sbom.cdx.json": "{"],
      "one.sbom.cdx.json cannot be read."
    ),
  ])
  func `what the lifecycle would refuse is refused`(
    _ files: [String: String], _ words: String
  ) throws {
    for (name, text) in files { try bench.write("layers/\(name)", text) }
    #expect(refusal() == words)
  }

  @Test(arguments: [
    ("api = \"0.10\"", "api = \"0.2\"", "names no Buildpack API that lifecycles speak"),
    ("version = \"1\"\n", "", "has no id or no version"),
    ("os = \"linux\"", "os = \"windows\"", "has no target linux/\(machine)"),
  ])
  func `a buildpack that no lifecycle would run is refused`(
    _ line: String, _ other: String, _ words: String
  ) throws {
    let file = bench.folder / "buildpack/buildpack.toml"
    let text = String(decoding: try file.content(atMost: 1 << 16), as: UTF8.self)
    try file.removeFile()
    try bench.write("buildpack/buildpack.toml", text.replacing(line, with: other))
    #expect(refusal() == "buildpack.toml \(words).")
  }

  #if arch(arm64)
    private static let machine = "arm64"
  #else
    private static let machine = "amd64"
  #endif
}
