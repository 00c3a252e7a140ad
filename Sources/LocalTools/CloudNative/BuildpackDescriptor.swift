import BuildpackKit
import Posix

/// What the lifecycle reads of `buildpack.toml`.
package struct BuildpackDescriptor: Sendable {
  package let id: String
  package let version: String
  /// The media types of software bills that it may leave.
  package let billFormats: [String]

  /// The Buildpack APIs that today's lifecycles speak (buildpacks/lifecycle 0.21.17).
  private static let interfaces = (7...12).map { "0.\($0)" }

  /// Its part of the name of what it has in an image.
  package var folderName: String { id.split(separator: "/").joined(separator: "_") }

  package init(of buildpack: Path) throws(LifecycleRefusal) {
    guard let bytes = try? (buildpack / "buildpack.toml").content(atMost: TOML.maximumBytes + 1),
      let toml = TOML(String(decoding: bytes, as: UTF8.self))
    else { throw .malformed(file: "buildpack.toml") }
    guard let interface = toml["", "api"], Self.interfaces.contains(interface) else {
      throw .descriptor("names no Buildpack API that lifecycles speak")
    }
    guard let id = toml["buildpack", "id"], let version = toml["buildpack", "version"] else {
      throw .descriptor("has no id or no version")
    }
    let targets = (0..<toml.count(of: "targets")).filter { index in
      toml["targets", index, "os"] == "linux"
        && toml["targets", index, "arch"] == Lifecycle.architecture
    }
    if targets.isEmpty { throw .descriptor("has no target linux/\(Lifecycle.architecture)") }
    (self.id, self.version) = (id, version)
    billFormats = toml.list("buildpack", "sbom-formats")
  }
}
