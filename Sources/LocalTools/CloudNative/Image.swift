import BuildpackKit
import Posix

/// The image that a build with one buildpack comes to: its launch layers, and what is said of them.
/// It is made, and the next build begun, with the strictness of the lifecycle (buildpacks/lifecycle
/// 0.21.17, buildpack/build.go and phase/exporter.go).
package struct Image: Sendable {
  package struct Layer: Sendable {
    package let name: String
    /// `[metadata]` of its `NAME.toml`.
    package let metadata: [(key: String, value: String)]
    /// Whether the layer is the one of the previous image.
    package let isReused: Bool
    /// The media type and the content of each of its software bills.
    fileprivate let bills: [(file: String, content: [UInt8])]
  }

  package let buildpack: BuildpackDescriptor
  /// A folder for each layer's files.
  package let folder: Path
  package let layers: [Layer]
  package let labels: [(key: String, value: String)]

  private static let reserved = ["build", "launch", "store"]
  private static let billTypes = [
    "cdx.json": "application/vnd.cyclonedx+json", "spdx.json": "application/spdx+json",
    "syft.json": "application/vnd.syft+json",
  ]

  /// The folders for PATH.
  package var programs: [Path] { layers.map { folder / $0.name / "bin" } }

  /// Takes what a build has left in CNB_LAYERS_DIR.
  ///
  /// - Parameters:
  ///   - folder: to be made.
  ///   - previous: where a layer without files is taken from; it is not whole any more then.
  package init(
    exporting left: Path, of buildpack: BuildpackDescriptor, over previous: Image?, to folder: Path
  ) throws(LocalFailure) {
    (self.buildpack, self.folder) = (buildpack, folder)
    let names = try LocalFailure.system { () throws(SystemError) in
      _ = try folder.makeFolders()
      return try left.names().map { $0.string }
    }
    for name in Self.reserved where names.contains(name) { throw .lifecycle(.takenName(name)) }
    var layers: [Layer] = []
    for name in names.compactMap({ Self.layer($0) }) {
      let toml = try Self.document("\(name).toml", in: left)
      let bills = try Self.bills(of: name, among: names, in: left, buildpack)
      let hasFiles = names.contains(name)
      if toml.isOn("types", "cache"), !hasFiles { throw .lifecycle(.emptyCache(layer: name)) }
      if !toml.isOn("types", "launch") { continue }
      let source = hasFiles ? left : previous?.folder
      guard let source, hasFiles || previous?.layers.contains(where: { $0.name == name }) == true
      else { throw .lifecycle(.nothingToReuse(layer: name)) }
      try LocalFailure.system(try (source / name).rename(to: folder / name, .keep))
      layers.append(
        Layer(
          name: name, metadata: toml.texts(of: "metadata"), isReused: !hasFiles, bills: bills))
    }
    self.layers = layers
    labels = try Self.labels(among: names, in: left)
  }

  /// Begins a build over this image: the metadata of its layers is there, and their files are not.
  package func restore(to layersFolder: Path) throws(LocalFailure) {
    try LocalFailure.system { () throws(SystemError) in
      _ = try layersFolder.makeFolders()
      for layer in layers {
        // As the lifecycle's encoder writes it: no types, keys sorted and indented.
        let lines = layer.metadata.sorted { $0.key < $1.key }.map { key, value in
          "  \(key) = \(TOML.quoted(value))\n"
        }
        try (layersFolder / "\(layer.name).toml").makeFile(
          Array("[metadata]\n\(lines.joined())".utf8), mode: 0o644)
        for bill in layer.bills {
          try (layersFolder / bill.file).makeFile(bill.content, mode: 0o644)
        }
      }
    }
  }

  private static func layer(_ file: String) -> String? {
    guard file.hasSuffix(".toml") else { return nil }
    let name = String(file.dropLast(".toml".count))
    return reserved.contains(name) ? nil : name
  }

  private static func document(_ name: String, in folder: Path) throws(LocalFailure) -> TOML {
    guard let bytes = try? (folder / name).content(atMost: TOML.maximumBytes + 1),
      let toml = TOML(String(decoding: bytes, as: UTF8.self))
    else { throw .lifecycle(.malformed(file: name)) }
    return toml
  }

  private static func bills(
    of layer: String, among names: [String], in folder: Path, _ buildpack: BuildpackDescriptor
  ) throws(LocalFailure) -> [(file: String, content: [UInt8])] {
    let limit = 1 << 20
    var bills: [(file: String, content: [UInt8])] = []
    for file in names where file.hasPrefix("\(layer).sbom.") {
      let ending = String(file.dropFirst("\(layer).sbom.".count))
      guard let type = billTypes[ending], buildpack.billFormats.contains(type) else {
        throw .lifecycle(.undeclaredBill(file: file))
      }
      guard let content = try? (folder / file).content(atMost: limit),
        content.first == UInt8(ascii: "{"), content.contains(UInt8(ascii: "}"))
      else { throw .lifecycle(.malformed(file: file)) }
      bills.append((file, content))
    }
    return bills
  }

  private static func labels(
    among names: [String], in folder: Path
  ) throws(LocalFailure) -> [(key: String, value: String)] {
    guard names.contains("launch.toml") else { return [] }
    let toml = try document("launch.toml", in: folder)
    var labels: [(key: String, value: String)] = []
    for index in 0..<toml.count(of: "labels") {
      guard let key = toml["labels", index, "key"], let value = toml["labels", index, "value"]
      else { throw .lifecycle(.label) }
      labels.append((key, value))
    }
    return labels
  }
}
