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
  static let maximumBytes = 1 << 30
  /// The most that one may unpack to, in bytes.
  private static let maximumUnpackedBytes = 2 << 30
  /// The most that the list of members may have, in bytes; ten members have less than one thousand.
  private static let maximumListing = 65_536

  /// Where an archive's bytes come from.
  enum Origin {
    /// - Parameters:
    ///   - keeping: a file, open for writing and empty, that gets them too; a file that cannot hold
    ///     them ends nothing.
    ///   - onSize: called with the archive's size in bytes, nil where the server does not say, once
    ///     the download has begun.
    case server(
      ReleasesURL, Curl, deadline: Instant, keeping: ArchiveFile?,
      onSize: (Int?) -> Void)
    /// A file whose digest is known to be right.
    case file(ArchiveFile, by: Decompressor)
  }

  /// A program that decompresses an archive.
  enum Decompressor: String {
    case gzip
    /// Half of gzip's time, where it was built to read gzip's format. It reads other formats too,
    /// and so gets to see only what is verified.
    case zstd
  }

  /// Unpacks the agent's files into `folder`: of a download while it arrives.
  ///
  ///     curl ─┬─ the cache
  ///           ├─ openssl: its digest
  ///           └─ gzip ─┬─ tar: takes the agent's files out
  ///                    └─ tar: lists what there is
  ///
  /// A file goes the same way, with cat where curl was, and zstd for gzip if that is asked for. What
  /// is in `folder` is good only when this returns. The digest is judged before the content, so
  /// whatever is said of the content is said of what was released. Until then gzip and tar have seen
  /// what nobody has verified, which is why their memory, files and output are bounded: waiting for
  /// the whole of a download would cost the time that it takes to unpack.
  func unpack(
    from origin: Origin, into folder: Path, expecting expected: ExpectedDigest,
    _ workspace: Workspace
  ) throws(TransferError) {
    let programs = Pipeline(signals: workspace.signals)
    let progress = Progress(workspace.log)
    let parts: Parts
    do throws(BuildFailure) {
      parts = try start(programs, origin, folder, workspace.tools, progress)
      if let progress {
        let compressed = parts.compressed
        programs.whileRunning = (Progress.interval, { progress.show(compressed.count) })
      }
    } catch { throw .build(error) }
    if case .server(_, _, let deadline, _, _) = origin {
      try Curl.run(programs, until: deadline)
    } else {
      do throws(Pipeline.Failure) { try programs.run() } catch { throw .build(BuildFailure(error)) }
    }
    if parts.compressed.isOverLimit { throw .failed(.tooLarge(limit: Self.maximumBytes)) }
    if let words = parts.words {
      do throws(TransferFailure) { try Curl.check(programs.statuses[4], words) } catch {
        throw .failed(error)
      }
    }
    if case .server(_, _, _, let file?, _) = origin { file.loss = parts.kept?.loss }
    do throws(BuildFailure) {
      try judge(parts, programs.statuses, expected)
      try checkFiles(in: folder)
    } catch { throw .build(error) }
  }

  /// What comes out of the programs beside the agent's files.
  private struct Parts {
    /// Of curl, where that is the source.
    let words: Curl.Words?
    let kept: Tee?
    let compressed: Tee
    let unpacked: Tee
    let digest: OutputCollector
    let listing: OutputCollector
    let complaints: OutputCollector
  }

  private func start(
    _ programs: Pipeline, _ origin: Origin, _ folder: Path, _ tools: Tools, _ progress: Progress?
  ) throws(BuildFailure) -> Parts {
    var digest = try DigestProgram(tools).launch
    let decompressor: Decompressor = if case .file(_, let chosen) = origin { chosen } else { .gzip }
    var decompressing = tools.launch(
      try tools.require(decompressor.rawValue, for: "unpack the agent"),
      ["--decompress", "--stdout"])
    let tar = try tools.require("tar", for: "unpack the agent")
    var taking = tools.launch(tar, Self.takingWords, in: folder)
    taking.fileSizeLimit = ArchiveFailure.maximumMemberBytes
    var listing = tools.launch(tar, Self.listingWords)
    decompressing.memoryLimit = ArchiveFailure.maximumMemory
    taking.memoryLimit = ArchiveFailure.maximumMemory
    listing.memoryLimit = ArchiveFailure.maximumMemory
    var source: ProcessConfiguration
    var (words, keeping) = (Curl.Words?.none, ArchiveFile?.none)
    switch origin {
    case .file(let file, _):
      try file.rewind()
      source = tools.launch(try tools.require("cat", for: "unpack the agent"), [])
      source.descriptors[0] = file.descriptor.number
    case .server(let url, let curl, _, let file, let onSize):
      keeping = file
      let last: Curl.Words
      do throws(Pipeline.Failure) {
        (source, last) = try curl.transfer(
          url, programs,
          onHeaders: sizeReader { size in
            onSize(size)
            progress?.begin(size)
          })
      } catch { throw BuildFailure(error) }
      words = last
    }
    let copy: Descriptor? = if let keeping { try keeping.emptied() } else { nil }
    do throws(Pipeline.Failure) {
      let unpacked = try programs.tee(
        from: &decompressing.descriptors[1], to: &taking.descriptors[0],
        and: &listing.descriptors[0],
        limit: Self.maximumUnpackedBytes)
      let (kept, compressed): (Tee?, Tee)
      if let copy {
        (kept, compressed) = try programs.tee(
          from: &source.descriptors[1], keeping: copy,
          to: &digest.descriptors[0], and: &decompressing.descriptors[0], limit: Self.maximumBytes)
      } else {
        kept = nil
        compressed = try programs.tee(
          from: &source.descriptors[1], to: &digest.descriptors[0],
          and: &decompressing.descriptors[0],
          limit: Self.maximumBytes)
      }
      let parts = Parts(
        words: words, kept: kept, compressed: compressed, unpacked: unpacked,
        digest: try programs.collect(
          from: &digest.descriptors[1], limit: DigestProgram.outputLimit),
        listing: try programs.collect(from: &listing.descriptors[1], limit: Self.maximumListing) {
          // Taking out a million members would take minutes.
          if $0.count == Self.maximumListing { unpacked.cut() }
        },
        complaints: try programs.collect(from: &taking.descriptors[2], limit: 4096))
      try programs.start(digest, decompressing, taking, listing, source)
      return parts
    } catch { throw BuildFailure(error) }
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
      throw .archive(.wrongDigest(file: file, expected: expected, found: found))
    }
    if Self.isDiskFull(parts.complaints.text) { throw .slug(.diskFull) }
    if parts.unpacked.isOverLimit { throw .archive(.tooLarge(file: file)) }
    // What tar, malloc and xmalloc say.
    if parts.complaints.text.halves(around: "emory exhausted").after != nil
      || parts.complaints.text.halves(around: "Cannot allocate memory").after != nil
    {
      throw .archive(.tooMuchMemory(file: file))
    }
    // A decompressor that was cut off by tar (SIGPIPE) is not the one to blame.
    if case .exited(let status) = statuses[1], status != 0 { throw .archive(.notGzip(file: file)) }
    if parts.listing.isOverLimit { throw .archive(.tooManyMembers(file: file)) }
    // What breaks off has a list too, and whatever is wrong with that says more.
    if parts.listing.text.isEmpty, statuses[3]?.isSuccess != true {
      throw .archive(.notTar(file: file))
    }
    do throws(ArchiveListing.Problem) {
      try ArchiveListing(parts.listing.text).check()
    } catch { throw .archive(.listing(file: file, error)) }
    guard statuses[2]?.isSuccess == true, statuses[3]?.isSuccess == true else {
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
