import CPosix
import HoopAgent
import Output
import Posix

/// What this buildpack adds to a slug: `.hoop`, `.profile.d/hoop.sh`, and links in `bin` if the
/// Procfile names them. Everything is made in a staging folder and renamed to its place at the end.
final class Slug: Target {
  static let product = "slug"
  static let unverified = [
    "It is compared with the digest that was noted beside it. Whoever can write the cache, such as",
    "another buildpack, can have changed both.",
  ]

  let app: Path
  private(set) var warnings: [Problem] = []

  private let workspace: Workspace
  private let cacheFolder: Path
  /// The file of this program, which becomes hoopstart.
  private let executable: Path
  private let staging: Staging
  /// The archive, if it was downloaded.
  private var archive: Path?

  private static let script = ".profile.d/hoop.sh"
  private static let profile = """
    # Puts the Hoop agent on PATH. Written by the Hoop buildpack.
    case ":${PATH-}:" in
      *":${HOME:-/app}/.hoop/bin:"*) ;;
      *) export PATH="${HOME:-/app}/.hoop/bin${PATH:+:$PATH}" ;;
    esac

    """

  init(app: Path, cacheFolder: Path, executable: Path, _ workspace: Workspace) throws(Problem) {
    (self.app, self.cacheFolder) = (app, cacheFolder)
    (self.executable, self.workspace) = (executable, workspace)
    staging = try Problem.system(try Staging(in: app))
  }

  /// What becomes `.hoop`.
  private var folder: Path { staging.path / "hoop" }
  private var programs: Path { folder / AgentLayout.programs }

  /// - Throws: If the app has something of its own at a path that is needed, or a link that leads out.
  func prepare() throws(Problem) {
    for name in [".hoop", ".profile.d"] { _ = try end(of: name) }
    try Problem.system(try programs.makeFolders())
    if try !Problem.system(try hasOnlyOurFolder()) { throw Self.occupied(".hoop") }
    if try !Problem.system(try hasOnlyOurScript()) { throw Self.occupied(Self.script) }
  }

  private func cache(_ platform: Platform) -> ArchiveCache {
    ArchiveCache(in: cacheFolder, platform)
  }

  func lastRelease(_ platform: Platform) -> (version: AgentVersion, digest: Digest?)? {
    let cache = cache(platform)
    return cache.newest().map { version in
      (version, cache.note(of: AgentArchive(version: version, platform: platform)))
    }
  }

  func reuse(_ release: Release, _ source: AgentSource) throws(Problem) -> Bool {
    try source.unpackCached(release, from: cache(source.platform), into: folder)
  }

  func install(_ release: Release, _ source: AgentSource) throws(Problem) {
    let archive = staging.path / release.archive.file
    try source.download(release, to: archive)
    try source.unpack(release, from: archive, into: folder)
    self.archive = archive
  }

  func finish(_ release: Release?, _ procfile: Procfile) throws(Problem) -> [String] {
    let names = try Problem.system { () throws(SystemError) in
      try AgentLayout.makeLauncher(in: folder, of: executable, mode: 0o755)
      return try programs.names().map { $0.string }
    }
    let links = try links(names, procfile)
    try Problem.system { () throws(SystemError) in
      try (app / ".hoop").replace(with: folder)
      if try (app / ".profile.d").status() == nil { try (app / ".profile.d").makeFolder() }
      try (app / Self.script).replace(
        with: try staging.file("hoop.sh", Array(Self.profile.utf8)))
      for link in links {
        if try link.place.folder.status() == nil { try link.place.folder.makeFolder() }
        let staged = staging.path / link.place.name
        try staged.makeLink(to: link.target)
        try link.place.replace(with: staged)
      }
    }
    if let release { keep(release) }
    leaveExport()
    return names
  }

  /// The size of the agent's own files in bytes.
  var agentBytes: Int {
    AgentLayout.released.reduce(0) { sum, name in
      sum + ((try? (app / ".hoop/bin" / name).linkStatus())??.size ?? 0)
    }
  }

  /// The links in `bin` that the Procfile names and the app does not have.
  private func links(
    _ names: [String], _ procfile: Procfile
  ) throws(Problem) -> [(place: Path, target: String)] {
    var links: [(place: Path, target: String)] = []
    for name in names where procfile.processes.contains(where: { $0.calls(inBin: name) }) {
      // `bin` may be a link to a deeper folder of the app.
      let depth = try end(of: "bin").bytes.split(separator: UInt8(ascii: "/")).count
      let place = app / "bin" / name
      let isTaken = try Problem.system { () throws(SystemError) in
        guard let status = try place.linkStatus() else { return false }
        if status.kind != .link { return true }
        return try !place.linkTarget().string.hasSuffix("/.hoop/bin/\(name)")
      }
      if isTaken { continue }
      links.append((place, String(repeating: "../", count: depth) + ".hoop/bin/\(name)"))
    }
    return links
  }

  /// Stores the archive in the cache, and nothing else with it. A cache that cannot be used costs time
  /// at the next deploy, and no more.
  private func keep(_ release: Release) {
    let cache = cache(release.archive.platform)
    do throws(SystemError) {
      try cache.store(release, archive)
      try cache.clean(but: release.archive)
    } catch {
      let cause = Problem(error)
      warn(
        Problem(
          "cache-not-written", .warning, "The build cache could not be updated.",
          meaning: [cause.summary] + cause.meaning + [
            "The agent is in the slug all the same. The next deploy may download it again."
          ],
          Remedy("If this happens again, empty the cache:", .clearBuildCache)))
    }
  }

  /// Writes `BUILDPACK_DIR/export`, which the next buildpack's shell reads.
  private func leaveExport() {
    guard let folder = BuildpackFolder.above(executable) else { return }
    let programs = (app / ".hoop" / AgentLayout.programs).shellQuoted
    do throws(SystemError) {
      let line = Array("export PATH=".utf8) + programs + Array(":\"$PATH\"\n".utf8)
      let staging = try Staging(in: folder)
      try (folder / "export").replace(with: try staging.file("export", line))
    } catch {
      warn(
        Problem(
          "no-export", .warning, "The next buildpack will not find the Hoop agent.",
          meaning: [printable("\(error)")],
          Remedy(
            "Let the build's user write the buildpack's folder:",
            .run("chmod u+rwx \(shellWord(folder.string))"))))
    }
  }

  private func warn(_ problem: Problem) {
    warnings.append(problem)
    workspace.log.problem(problem)
  }
}

// What the app may have where this buildpack puts something.
extension Slug {
  /// Where a folder of the app leads, as a path below the app.
  ///
  /// - Throws: If that is out of the app, or not a folder.
  private func end(of name: String) throws(Problem) -> Path {
    let place = app / name
    do throws(SystemError) {
      guard let status = try place.linkStatus() else { return Path(name) }
      // An absolute link may lead here now, and does not when the app is in /app.
      if status.kind == .link, try place.linkTarget().bytes.first == UInt8(ascii: "/") {
        throw SystemError("open", place, code: EXDEV)
      }
      let end = try app.resolvedBeneath(Path(name))
      if try (app / end).status()?.kind == .folder { return end }
    } catch {
      throw Problem(
        "leads-out", "\(name) is a link that leads out of the app.",
        meaning: ["What is written there would not be in the slug."],
        Remedy("Make it a folder, or remove it from the repository:", .run("git rm \(name)")))
    }
    throw Self.occupied(name)
  }

  private static func occupied(_ name: String) -> Problem {
    Problem(
      "occupied", "The app has a file of its own at \(name).",
      meaning: ["The Hoop agent needs this path, and a file of the app is never overwritten."],
      Remedy("Move the file, or remove it from the repository:", .run("git rm -r \(name)")))
  }

  /// Whether `.hoop` is missing, or holds only what an earlier build put there.
  private func hasOnlyOurFolder() throws(SystemError) -> Bool {
    let folder = app / ".hoop"
    guard let status = try folder.linkStatus() else { return true }
    guard status.kind == .folder,
      try (folder / AgentLayout.launcher).linkStatus()?.kind == .file
    else { return false }
    let ours =
      AgentLayout.released + ["hoopstart", AgentLayout.programs, AgentLayout.tools]
      + [AgentLayout.version]
    let names = try folder.names() + (folder / AgentLayout.programs).names()
    return names.allSatisfy { ours.contains($0.string) }
  }

  private func hasOnlyOurScript() throws(SystemError) -> Bool {
    let script = app / Self.script
    let firstLine = Array(Self.profile.utf8.prefix { $0 != UInt8(ascii: "\n") })
    guard let status = try script.linkStatus() else { return true }
    guard status.kind == .file else { return false }
    return try script.content(atMost: firstLine.count) == firstLine
  }
}
