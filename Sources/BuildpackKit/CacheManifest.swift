import HoopAgent

/// What a cached agent consists of: the file `manifest` beside its files.
///
///     hoop-buildpack cache 1
///     archive 2f1c…9ab0
///     stored 1787300000
///     file 8d0e…11aa 130023424 hoop
struct CacheManifest: Hashable {
  /// The digest of the archive that the agent came in.
  let archive: Digest
  /// When it was stored, in seconds since 1970.
  let stored: Int
  let files: [InstalledFile]

  static let name = "manifest"
  /// The most bytes that one has.
  static let maximumBytes = 4096
  private static let heading = "hoop-buildpack cache 1"

  init(archive: Digest, stored: Int, files: [InstalledFile]) {
    (self.archive, self.stored, self.files) = (archive, stored, files)
  }

  /// Parses a manifest; nil where it is not whole, or names other files than an agent has.
  init?(_ text: String) {
    guard text.hasSuffix("\n") else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let fields = lines.map { $0.split(separator: " ", omittingEmptySubsequences: false) }
    guard lines.first == Self.heading[...], fields.count >= 4,
      fields[1].count == 2, fields[1][0] == "archive", let archive = Digest(fields[1][1]),
      fields[2].count == 2, fields[2][0] == "stored", let stored = Int(fields[2][1])
    else { return nil }
    let files = fields[3...].map(Self.file)
    let names = files.map { $0?.name }
    guard names == AgentArchive.agentFiles.filter(names.contains), names.first == "hoop" else {
      return nil
    }
    self.init(archive: archive, stored: stored, files: files.compactMap { $0 })
  }

  var text: String {
    let files = self.files.map { "file \($0.digest) \($0.size) \($0.name)\n" }.joined()
    return "\(Self.heading)\narchive \(archive)\nstored \(stored)\n\(files)"
  }

  private static func file(_ fields: [Substring]) -> InstalledFile? {
    guard fields.count == 4, fields[0] == "file", let digest = Digest(fields[1]),
      let size = Int(fields[2]), size > 0
    else { return nil }
    return InstalledFile(name: String(fields[3]), size: size, digest: digest)
  }
}
