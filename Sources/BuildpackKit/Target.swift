import CPosix
import HoopAgent
import Output
import Posix

/// What differs between a slug and an image: where the agent goes, and what an earlier build has left.
///
/// `Build` calls the functions in this order.
protocol Target: AnyObject {
  var app: Path { get }

  /// Sees that the agent can be put in its place, before anything is downloaded for it.
  func prepare() throws(Problem)
  /// The release that the last build installed, if its files may be used again.
  func lastRelease(_ platform: Platform) -> Release?
  /// Makes the agent ready from what an earlier build left.
  ///
  /// - Returns: Whether that is this release. Otherwise nothing was changed.
  func reuse(_ release: Release, _ source: AgentSource) throws(Problem) -> Bool
  /// Downloads the agent and makes it ready.
  func install(_ release: Release, _ source: AgentSource) throws(Problem)
  /// Puts everything in its place.
  ///
  /// - Parameters:
  ///   - release: Nil if there is only hoopstart.
  ///   - warn: Gets what goes wrong without ending the build.
  /// - Returns: The names of the programs.
  func finish(
    _ release: Release?, _ procfile: Procfile, warn: (Problem) -> Void
  ) throws(Problem) -> [String]
}

/// `bin/detect`: whether this buildpack has something to do for an app.
package enum Detect {
  /// Tells the two contracts' `bin/detect` apart: the classic one does not have this variable.
  private static let planPath = "CNB_BUILD_PLAN_PATH"

  /// Whether the lifecycle of an image calls it (Buildpack Interface Specification, "Detection").
  package static var isForImage: Bool { !(Environment.value(of: planPath) ?? "").isEmpty }

  /// - Returns: The exit status: 0 if there is a Procfile. The lifecycle wants 100 if there is none,
  ///   and takes any other for an error.
  package static func run(_ app: Path, isForImage: Bool = false) -> Int32 {
    let log = BuildLog(isForImage ? .cloudNative : .classic)
    do throws(Problem) {
      guard try Procfile.isThere(in: app) else {
        log.problem(Procfile.missing)
        return isForImage ? 100 : 1
      }
      if !isForImage { log.plain("Hoop agent") }
      return 0
    } catch {
      log.problem(error)
      return 1
    }
  }
}

/// The folder that this buildpack is checked out in.
package enum BuildpackFolder {
  /// The nearest folder above a program that has a buildpack.toml, or nil if there is none.
  package static func above(_ executable: Path) throws(SystemError) -> Path? {
    var folder = executable.folder
    while folder != folder.folder {
      if try (folder / "buildpack.toml").status()?.kind == .file { return folder }
      folder = folder.folder
    }
    return nil
  }
}

extension AgentLayout {
  /// Whether the app has something of its own at `bin/NAME`, and not the link of an earlier build.
  static func isTaken(_ place: Path) throws(SystemError) -> Bool {
    guard let status = try place.linkStatus() else { return false }
    if status.kind != .link { return true }
    return try !place.linkTarget().string.hasSuffix("/.hoop/bin/\(place.name)")
  }

  /// Makes hoopstart, and the links to it that agents find before the system's programs.
  static func makeLauncher(
    in folder: Path, of executable: Path, mode: mode_t
  ) throws(SystemError) {
    try (folder / launcher).makeFile(copying: executable, mode: mode)
    try (folder / tools).makeFolder()
    for name in toolNames { try (folder / tools / name).makeLink(to: "../\(launcher)") }
  }
}
