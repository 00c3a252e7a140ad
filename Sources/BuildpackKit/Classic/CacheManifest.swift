import HoopAgent

/// What a cached agent consists of: the file `manifest` beside the parts of its files.
///
///     hoop-buildpack cache 2
///     archive 2f1c…9ab0
///     stored 1787300000
///     part 8d0e…11aa 67108864 hoop
///     part 4b7c…90d2 62914560 hoop
///     end 1z141z3mxqke8
struct CacheManifest: Hashable {
  /// The digest of the archive that the agent came in.
  let archive: Digest
  /// When it was stored, in seconds since 1970.
  let stored: Int
  let files: [CachedFile]

  static let name = "manifest"
  /// The most bytes that one has.
  static let maximumBytes = 4096
  private static let anyHeading = "hoop-buildpack cache "
  private static let heading = "\(anyHeading)2"

  init(archive: Digest, stored: Int, files: [CachedFile]) {
    (self.archive, self.stored, self.files) = (archive, stored, files)
  }

  /// Whether it is the manifest of another version of this buildpack.
  static func isOfAnotherFormat(_ text: String) -> Bool {
    text.hasPrefix(anyHeading) && !text.hasPrefix("\(heading)\n")
  }

  /// Parses a manifest; nil where it is not whole, or names other files than an agent has.
  init?(_ text: String) {
    let allLines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let lines = allLines.dropLast(2)
    guard text == Self.ended(lines.map { "\($0)\n" }.joined()) else { return nil }
    let fields = lines.map { $0.split(separator: " ", omittingEmptySubsequences: false) }
    guard lines.first == Self.heading[...], fields.count >= 4,
      fields[1].count == 2, fields[1][0] == "archive", let archive = Digest(fields[1][1]),
      fields[2].count == 2, fields[2][0] == "stored", let stored = Int(fields[2][1])
    else { return nil }
    var files: [CachedFile] = []
    for fields in fields[3...] {
      guard let (name, part) = Self.part(fields) else { return nil }
      if files.last?.name != name { files.append(CachedFile(name: name, parts: [])) }
      files[files.count - 1].parts.append(part)
    }
    let names = files.map { $0.name }
    guard names == AgentLayout.released.filter(names.contains), names.first == "hoop" else {
      return nil
    }
    self.init(archive: archive, stored: stored, files: files)
  }

  var text: String {
    let parts = files.flatMap { file in
      file.parts.map { "part \($0.digest) \($0.size) \(file.name)\n" }
    }
    return Self.ended(
      "\(Self.heading)\narchive \(archive)\nstored \(stored)\n\(parts.joined())")
  }

  /// `lines` with the last one, by which a line that is missing, or one too many, is found out.
  static func ended(_ lines: String) -> String {
    "\(lines)end \(fingerprint(lines.utf8))\n"
  }

  private static func part(_ fields: [Substring]) -> (file: String, CachedFile.Part)? {
    guard fields.count == 4, fields[0] == "part", let digest = Digest(fields[1]),
      let size = Int(fields[2]), size > 0
    else { return nil }
    return (String(fields[3]), CachedFile.Part(size: size, digest: digest))
  }
}
