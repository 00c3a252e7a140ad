import HoopAgent
import Posix

/// The archive of one agent version for one platform, such as
/// `hoop_1.148.0_Linux_x86_64.tar.gz`.
package struct AgentArchive: Hashable, Sendable {
  package let version: AgentVersion
  package let platform: Platform

  package init(version: AgentVersion, platform: Platform) {
    (self.version, self.platform) = (version, platform)
  }

  /// The archive's name on the release server.
  package var file: String { "hoop_\(version)_Linux_\(platform.architecture.rawValue).tar.gz" }

  /// The largest archive taken, in bytes; those of today have 40 MB.
  private static let maximumBytes = 1 << 30
  /// The most that one may unpack to, in bytes.
  private static let maximumUnpackedBytes = 2 << 30
  /// The most that the list of members may have, in bytes; ten members have less than one thousand.
  private static let maximumListing = 65_536

  /// Downloads the archive and unpacks the agent's files from it into `folder` while it arrives.
  ///
  ///     curl ─┬─ openssl: its digest
  ///           └─ gzip ─┬─ tar: takes the agent's files out
  ///                    └─ tar: lists what there is
  ///
  /// What is in `folder` is good only when this returns. The digest is judged before the content,
  /// so whatever is said of the content is said of what was released.
  ///
  /// - Parameter onSize: called with the archive's size in bytes, nil where the server does not
  ///   say, once the download has begun.
  func unpack(
    from url: ReleasesURL, by curl: Curl, into folder: Path, expecting expected: ExpectedDigest,
    _ workspace: Workspace, onSize: @escaping (Int?) -> Void
  ) throws(TransferError) {
    let programs = Pipeline(signals: workspace.signals)
    let progress = Progress(workspace.log)
    let parts: Parts
    do throws(BuildFailure) {
      parts = try start(programs, url, curl, folder, workspace.tools) { size in
        onSize(size)
        progress?.begin(size)
      }
      if let progress {
        let compressed = parts.compressed
        programs.whileRunning = (Progress.interval, { progress.show(compressed.count) })
      }
      try BuildFailure.pipeline(try programs.run())
    } catch { throw .build(error) }
    if parts.compressed.isOverLimit { throw .failed(.tooLarge(limit: Self.maximumBytes)) }
    do throws(TransferFailure) {
      try Curl.check(programs.statuses[0], parts.words)
    } catch { throw .failed(error) }
    do throws(BuildFailure) {
      try judge(parts, programs.statuses, expected)
      try checkFiles(in: folder)
    } catch { throw .build(error) }
  }

  /// What comes out of the programs beside the agent's files.
  private struct Parts {
    let words: Curl.Words
    let compressed: Tee
    let unpacked: Tee
    let digest: OutputCollector
    let listing: OutputCollector
    let complaints: OutputCollector
  }

  private func start(
    _ programs: Pipeline, _ url: ReleasesURL, _ curl: Curl, _ folder: Path, _ tools: Tools,
    _ onSize: @escaping (Int?) -> Void
  ) throws(BuildFailure) -> Parts {
    let gzipProgram = try tools.require("gzip", for: "unpack the agent")
    let tarProgram = try tools.require("tar", for: "unpack the agent")
    var digest = try DigestProgram(tools).launch
    var gzip = tools.launch(gzipProgram, ["--decompress", "--stdout"])
    var taking = tools.launch(tarProgram, Self.takingWords, in: folder)
    taking.fileSizeLimit = ArchiveFailure.maximumMemberBytes
    var listing = tools.launch(tarProgram, Self.listingWords)
    return try BuildFailure.pipeline { () throws(Pipeline.Failure) in
      var (download, words) = try curl.transfer(url, programs, onHeaders: sizeReader(onSize))
      let unpacked = try programs.tee(
        from: &gzip.descriptors[1], to: &taking.descriptors[0], and: &listing.descriptors[0],
        limit: Self.maximumUnpackedBytes)
      let parts = Parts(
        words: words,
        compressed: try programs.tee(
          from: &download.descriptors[1], to: &digest.descriptors[0], and: &gzip.descriptors[0],
          limit: Self.maximumBytes),
        unpacked: unpacked,
        digest: try programs.collect(
          from: &digest.descriptors[1], limit: DigestProgram.outputLimit),
        listing: try programs.collect(from: &listing.descriptors[1], limit: Self.maximumListing) {
          // Taking out a million members would take minutes.
          if $0.count == Self.maximumListing { unpacked.cut() }
        },
        complaints: try programs.collect(from: &taking.descriptors[2], limit: 4096))
      try programs.start(download, digest, gzip, taking, listing)
      return parts
    }
  }

  /// GNU tar fails where no member fits a pattern, so one pattern has to fit both of the agent's
  /// files; what else it fits was shipped up to 1.21 and is not wanted.
  private static let takingWords = [
    "--extract", "--file=-", "--no-same-owner", "--no-same-permissions", "--anchored",
    "--exclude=./hoopstart", "--exclude=./hoopwrapper", "--wildcards", "--no-wildcards-match-slash",
    "./hoop*",
  ]

  private static let listingWords = [
    "--list", "--verbose", "--file=-", "--absolute-names", "--numeric-owner",
    "--quoting-style=escape",
  ]

  private func judge(
    _ parts: Parts, _ statuses: [ExitStatus?], _ expected: ExpectedDigest
  ) throws(BuildFailure) {
    guard let found = DigestProgram.digest(parts.digest) else {
      throw .slug(.missingProgram("openssl or sha256sum that works", purpose: "check digests"))
    }
    guard found == expected.digest else {
      throw .archive(
        .wrongDigest(
          file: file, expected: expected.digest, found: found, isPinned: expected.isPinned))
    }
    if Self.isDiskFull(parts.complaints.text) { throw .slug(.diskFull) }
    if parts.unpacked.isOverLimit { throw .archive(.tooLarge(file: file)) }
    // gzip that was cut off by tar (SIGPIPE) is not the one to blame.
    if case .exited(let status) = statuses[2], status != 0 { throw .archive(.notGzip(file: file)) }
    if parts.listing.isOverLimit { throw .archive(.tooManyMembers(file: file)) }
    // What breaks off has a list too, and whatever is wrong with that says more.
    if parts.listing.text.isEmpty, statuses[4]?.isSuccess != true {
      throw .archive(.notTar(file: file))
    }
    do throws(ArchiveListing.Problem) {
      try ArchiveListing(parts.listing.text).check()
    } catch { throw .archive(.listing(file: file, error)) }
    guard statuses[3]?.isSuccess == true, statuses[4]?.isSuccess == true else {
      throw .archive(.notTar(file: file))
    }
  }

  /// Whether tar's complaints say that the disk is full. Of the last write that fits in part it only
  /// says how much.
  package static func isDiskFull(_ complaints: String) -> Bool {
    ["No space left", "Disk quota exceeded", "Wrote only "].contains {
      complaints.halves(around: $0).after != nil
    }
  }

  /// Looks at what tar took out.
  private func checkFiles(in folder: Path) throws(BuildFailure) {
    for name in AgentLayout.released {
      let status = try BuildFailure.system(try (folder / name).linkStatus())
      guard let status else {
        if name == AgentLayout.released[0] { throw .archive(.listing(file: file, .noAgent)) }
        continue
      }
      if status.kind != .file {
        throw .archive(.listing(file: file, .isNoFile("./\(name)", status.kind)))
      }
      if status.size == 0 { throw .archive(.emptyAgent(file: file)) }
    }
  }
}

/// The digest that an archive must have.
package struct ExpectedDigest: Hashable, Sendable {
  package let digest: Digest
  /// Whether HOOP_SHA256 says so, and not the release.
  package let isPinned: Bool

  package init(digest: Digest, isPinned: Bool) {
    (self.digest, self.isPinned) = (digest, isPinned)
  }
}

/// Finds the size of the body in what the server says before it; redirects come with headers of
/// their own, so the last answer counts.
private func sizeReader(_ onSize: @escaping (Int?) -> Void) -> ([UInt8]) -> Void {
  { bytes in
    let lines = String(decoding: bytes, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: { $0.isNewline })
    guard lines.suffix(2).allSatisfy({ $0.isEmpty }), lines.count > 2 else { return }
    let answer = lines.lastIndex { $0.hasPrefix("HTTP/") } ?? 0
    let status = lines[answer].split(separator: " ").dropFirst().first
    guard status == "200" || !lines[answer].hasPrefix("HTTP/") else { return }
    let length = lines[answer...].first { $0.lowercased().hasPrefix("content-length:") }
    onSize(length.flatMap { Int($0.dropFirst("content-length:".count).trimmed()) })
  }
}
