import CPosix
import HoopAgent
import Output
import Posix

/// What this buildpack adds to a slug: `.hoop`, `.profile.d/hoop.sh`, and links in `bin` if the
/// Procfile names them. Everything is made in a staging folder and renamed to its place at the end.
final class Slug: Target {
  let app: Path
  private let workspace: Workspace
  private let cache: ArchiveCache
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

  init(app: Path, cacheFolder: Path, executable: Path, _ workspace: Workspace) throws(SystemError) {
    (self.app, cache) = (app, ArchiveCache(in: cacheFolder))
    (self.executable, self.workspace) = (executable, workspace)
    staging = try Staging(in: app)
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

  func lastRelease(_ platform: Platform) -> Release? { cache.newest(for: platform) }

  func reuse(_ release: Release, _ source: AgentSource) throws(Problem) -> Bool {
    try source.installCached(release, from: cache, into: folder)
  }

  func install(_ release: Release, _ source: AgentSource) throws(Problem) {
    archive = try source.install(release, by: staging.path, into: folder)
  }

  func finish(
    _ release: Release?, _ procfile: Procfile, warn: (Problem) -> Void
  ) throws(Problem) -> [String] {
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
    do throws(SystemError) {
      if let release {
        try cache.store(release, archive)
        try cache.clean(but: release.archive)
      }
    } catch {
      warn(
        Self.warning(
          "cache-not-written", "The build cache could not be updated.", because: error,
          "The next deploy may download the agent again."))
    }
    do throws(SystemError) { try leaveExport() } catch {
      warn(
        Self.warning(
          "no-export", "The file “export” could not be written.", because: error,
          "The next buildpack will not find the Hoop agent."))
    }
    return names
  }

  /// The links in `bin` that the Procfile names and the app does not have.
  private func links(
    _ names: [String], _ procfile: Procfile
  ) throws(Problem) -> [(place: Path, target: String)] {
    var links: [(place: Path, target: String)] = []
    for name in names
    where procfile.processes.contains(where: { $0.calls(["bin/\(name)", "./bin/\(name)"]) }) {
      // `bin` may be a link to a deeper folder of the app.
      let depth = try end(of: "bin").bytes.split(separator: UInt8(ascii: "/")).count
      let place = app / "bin" / name
      if try Problem.system(try AgentLayout.isTaken(place)) { continue }
      links.append((place, String(repeating: "../", count: depth) + ".hoop/bin/\(name)"))
    }
    return links
  }

  /// Writes `BUILDPACK_DIR/export`, which the next buildpack's shell reads.
  private func leaveExport() throws(SystemError) {
    guard let folder = try BuildpackFolder.above(executable) else { return }
    let programs = (app / ".hoop" / AgentLayout.programs).shellQuoted
    let line = Array("export PATH=".utf8) + programs + Array(":\"$PATH\"\n".utf8)
    let staging = try Staging(in: folder)
    try (folder / "export").replace(with: try staging.file("export", line))
  }

  private static func warning(
    _ code: String, _ summary: String, because error: SystemError, _ result: String
  ) -> Problem {
    let cause = Problem(error)
    let meaning = [cause.summary] + cause.meaning + [result]
    return Problem(code, .warning, summary, meaning: meaning, cause.remedy)
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

/// `bin/compile`: puts a verified Hoop agent into the slug.
package enum Compile {
  /// Runs the build and tells the log what it does.
  ///
  /// - Parameter environmentFolder: ENV_DIR, or nil if an old caller does not name one.
  /// - Returns: What ended the build, which is in the log already, or nil for success.
  package static func run(
    buildFolder: Path, cacheFolder: Path, environmentFolder: Path?, environment: Environment
  ) -> Problem? {
    var report = BuildReport()
    let problem = Build<Slug>.run(
      in: buildFolder, "BUILD_DIR", environment, BuildLog(), &report,
      configVars: { () throws(Problem) in
        try ConfigVars(folder: environmentFolder, environment: environment)
      },
      target: { (workspace, executable) throws(SystemError) in
        // The next buildpack reads the path from `export`.
        try Slug(
          app: buildFolder.absolute(), cacheFolder: cacheFolder.absolute(), executable: executable,
          workspace)
      })
    if problem == nil {
      report.bytes = AgentLayout.released.reduce(0) { sum, name in
        sum + ((try? (buildFolder / ".hoop/bin" / name).linkStatus())??.size ?? 0)
      }
    }
    Report.leave(report)
    return problem
  }
}
