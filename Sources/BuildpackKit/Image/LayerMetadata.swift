import HoopAgent
import Output

/// What a launch layer is made of: its metadata in `NAME.toml`, which the lifecycle keeps in the image
/// and restores at the next build (Buildpack Interface Specification, "Layer Content Metadata").
/// Layers of the same metadata are the same.
struct LayerMetadata: Hashable {
  enum Layer: String {
    case agent
    case launcher = "hoopstart"
  }

  enum Key: String, CaseIterable {
    /// How the layer's files are arranged, so that one of an older buildpack is not used again.
    case layout
    /// Such as `Linux x86_64`.
    case platform
    /// The names of the programs, sorted.
    case programs
    case version = "agent-version"
    /// The digest of the archive that the agent came in.
    case archive = "agent-sha256"
    /// Where that came from, without user and password.
    case source = "agent-source"
    /// The digest of hoopstart.
    case launcher = "hoopstart-sha256"
    case buildpack = "buildpack-version"
  }

  let layer: Layer
  /// Nothing in them is escaped: neither a release's URL nor what `TOML` reads holds a quote, a
  /// backslash or a control character.
  private let values: [Key: String]

  subscript(key: Key) -> String? { values[key] }

  var programs: [String] { (self[.programs] ?? "").split(separator: " ").map { String($0) } }

  /// Since 2 the agent's mode is 0711. Layers of before have no number.
  private static let layout = "2"

  init(agent release: Release, from source: String, _ programs: [String]) {
    layer = .agent
    values = [
      .layout: Self.layout, .platform: release.archive.platform.description,
      .programs: programs.joined(separator: " "), .version: release.version.description,
      .archive: release.digest.hex, .source: source,
    ]
  }

  init(launcher digest: Digest, _ platform: Platform) {
    layer = .launcher
    values = [
      .layout: Self.layout, .platform: platform.description, .programs: "hoopstart",
      .launcher: digest.hex, .buildpack: BuildpackVersion.current,
    ]
  }

  /// How much is read of a document, in bytes. What this buildpack writes has less than 1,000.
  static let maximumBytes = 16_384

  /// Reads what `text` wrote and the lifecycle restored.
  ///
  /// - Returns: Nil if it is something else, or of another layout.
  init?(_ layer: Layer, _ text: String) {
    guard let texts = TOML.texts(of: "metadata", in: text),
      texts[Key.layout.rawValue] == Self.layout
    else { return nil }
    var values: [Key: String] = [:]
    for key in Key.allCases { values[key] = texts[key.rawValue] }
    guard values[.programs]?.isEmpty == false else { return nil }
    (self.layer, self.values) = (layer, values)
  }

  /// Whether this is the layer of a release.
  func isAgent(_ release: Release) -> Bool {
    self[.version] == release.version.description && self[.archive] == release.digest.hex
      && self[.platform] == release.archive.platform.description
  }

  /// `NAME.toml`: the layer is for launch only. It needs no cache: the next image takes it from this
  /// one.
  var text: String {
    let lines = Key.allCases.compactMap { key in
      self[key].map { "\(key.rawValue) = \"\($0)\"\n" }
    }
    return "[types]\nlaunch = true\n\n[metadata]\n" + lines.joined()
  }
}

// What a layer holds.
extension LayerMetadata {
  /// `NAME.sbom.cdx.json`: a CycloneDX document (cyclonedx.org, 1.5).
  ///
  /// The same layer has the same document, byte for byte: without a time and a serial number.
  var softwareBill: String {
    JSON.text(
      .object([
        ("bomFormat", .text("CycloneDX")), ("specVersion", .text("1.5")), ("version", .number(1)),
        ("components", .list(programs.map(component))),
      ])) + "\n"
  }

  private func component(_ program: String) -> JSON.Value {
    let isLauncher = layer == .launcher
    let version = self[isLauncher ? .buildpack : .version] ?? ""
    let repository = isLauncher ? "heroku-hoop-buildpack" : "hoop"
    let digest = JSON.Value.text(self[isLauncher ? .launcher : .archive] ?? "")
    let hashes = (
      "hashes", JSON.Value.list([.object([("alg", .text("SHA-256")), ("content", digest)])])
    )
    // The digest is that of the archive, so it is beside the archive's URL.
    let archive = JSON.Value.object([
      ("type", .text("distribution")), ("url", .text(self[.source] ?? "")), hashes,
    ])
    // Both projects are under the MIT License: see LICENSE in each. A package's URL (purl) is not
    // masked as other texts are: its @ is not that of a password.
    return .object([
      ("type", .text("application")), ("bom-ref", .text(program)),
      ("name", .text(program)), ("version", .text(version)),
      ("licenses", .list([.object([("license", .object([("id", .text("MIT"))]))])])),
      ("purl", .raw("\"pkg:github/hoophq/\(repository)@\(isLauncher ? "v" : "")\(version)\"")),
      isLauncher ? hashes : ("externalReferences", .list([archive])),
    ])
  }
}

/// The little TOML (toml.io, v1.0.0) that a buildpack and the lifecycle tell each other.
package enum TOML {
  /// The values of a table that are texts without escapes, each on a line.
  ///
  /// - Returns: Nil if the table is missing, or has a name twice.
  package static func texts(of table: String, in text: String) -> [String: String]? {
    var texts: [String: String]?
    var isInTable = false
    for line in text.utf8.split(separator: UInt8(ascii: "\n")) {
      let line = String(decoding: line, as: UTF8.self).trimmed()
      if line.hasPrefix("[") {
        isInTable = line == "[\(table)]"
        if isInTable, texts == nil { texts = [:] }
        continue
      }
      let (key, after) = line.splitOnce(at: "=")
      let parts = (after ?? "").trimmed().split(separator: "\"", omittingEmptySubsequences: false)
      guard isInTable, parts.count == 3, parts[0].isEmpty, parts[2].isEmpty,
        parts[1].utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f && $0 != UInt8(ascii: "\\") })
      else { continue }
      if texts?.updateValue(String(parts[1]), forKey: key.trimmed()) != nil { return nil }
    }
    return texts
  }
}
