import HoopAgent
import Output

/// `NAME.sbom.cdx.json`: what a layer holds, as a CycloneDX document (cyclonedx.org, 1.5).
///
/// The same layer has the same document, byte for byte: without a time and a serial number.
struct SoftwareBill {
  let layer: LayerMetadata

  var text: String {
    JSON.text(
      .object([
        ("bomFormat", .text("CycloneDX")), ("specVersion", .text("1.5")), ("version", .number(1)),
        ("components", .list(components)),
      ])) + "\n"
  }

  private var components: [JSON.Value] {
    layer.programs.map { layer.layer == .launcher ? launcher : released($0) }
  }

  /// The digest is that of the archive, so it is beside the archive's URL.
  private func released(_ program: String) -> JSON.Value {
    let archive = JSON.Value.object([
      ("type", .text("distribution")), ("url", .text(layer[.source] ?? "")),
      ("hashes", hashes(.archive)),
    ])
    let version = layer[.version] ?? ""
    return component(
      program, version, purl: "pkg:github/hoophq/hoop@\(version)",
      [("externalReferences", .list([archive, Self.repository("hoop")]))])
  }

  private var launcher: JSON.Value {
    let version = layer[.buildpack] ?? ""
    return component(
      "hoopstart", version, purl: "pkg:github/hoophq/heroku-hoop-buildpack@v\(version)",
      [
        ("hashes", hashes(.launcher)),
        ("externalReferences", .list([Self.repository("heroku-hoop-buildpack")])),
      ])
  }

  private func component(
    _ name: String, _ version: String, purl: String, _ more: [(String, JSON.Value)]
  ) -> JSON.Value {
    // Both projects are under the MIT License: see LICENSE in each. A package's URL (purl) is not
    // masked as other texts are: its @ is not that of a password.
    let licence = JSON.Value.object([("license", .object([("id", .text("MIT"))]))])
    return .object(
      [
        ("type", .text("application")), ("bom-ref", .text(name)),
        ("supplier", .object([("name", .text("Hoop"))])), ("name", .text(name)),
        ("version", .text(version)), ("licenses", .list([licence])), ("purl", .raw("\"\(purl)\"")),
      ] + more)
  }

  private func hashes(_ key: LayerMetadata.Key) -> JSON.Value {
    .list([.object([("alg", .text("SHA-256")), ("content", .text(layer[key] ?? ""))])])
  }

  private static func repository(_ name: String) -> JSON.Value {
    .object([("type", .text("vcs")), ("url", .text("https://github.com/hoophq/\(name)"))])
  }
}
