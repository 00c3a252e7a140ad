import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// The folders on a developer's machine that the commands use.
enum LocalFolder {
  /// Where agents are kept from one run to the next, by dry-run as CACHE_DIR and by check. Nil if the
  /// user has no folder for it that can be written to.
  static var cache: Path? {
    let environment = Environment.current
    let home = environment["HOME"].map { Path($0) / ".cache" }
    // A relative path does not count (XDG Base Directory Specification).
    let named = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? Path($0) : nil }
    guard let folder = (named ?? home).map({ $0 / "hoop-buildpack" }),
      (try? folder.makeFolders()) != nil, folder.withCString({ access($0, W_OK) }) == 0
    else { return nil }
    return folder
  }

  /// TMPDIR, or /tmp.
  fileprivate static var parent: Path {
    let named = Environment.current.bytes(of: "TMPDIR") ?? []
    return named.isEmpty ? Path("/tmp") : Path(bytes: named)
  }

  /// Runs `body` with a private folder in TMPDIR, or in /tmp. The folder and all programs that were
  /// started are gone when this returns.
  static func temporary(_ body: (Path, Signals) throws(Problem) -> Void) throws(Problem) {
    let signals = try Problem.system(try Signals())
    try Problem.system(try Children.adoptOrphans())
    let folder = try make()
    // What a program has left running must not outlive the folder that it runs in.
    defer { Processes.killDescendants() }
    try body(folder.path, signals)
  }

  private static func make() throws(Problem) -> Staging {
    do throws(SystemError) { return try Staging(in: parent.absolute()) } catch {
      throw .temporary(error.reason)
    }
  }

  /// Reads the Procfile of an app that must have one.
  static func procfile(of app: Path, for options: Options) throws(Problem) -> Procfile {
    guard (try? app.status())?.kind == .folder else {
      throw options.misuse("APP_DIR is not a folder: \(quoted(app.string)).")
    }
    if try Procfile.isThere(in: app) { return try Procfile(of: app) }
    throw Procfile.missing
  }
}

extension Problem {
  /// The folder for what is temporary cannot be used.
  static func temporary(_ reason: String) -> Problem {
    Problem(
      "no-temporary-folder", "Cannot write to \(quoted(LocalFolder.parent.string)): \(reason).",
      meaning: ["A dry run works on a copy of the app in TMPDIR, or in /tmp."],
      Remedy(
        "Make room, or name another folder that can be written to:",
        .run("TMPDIR=/path/with/room bin/dry-run APP_DIR")))
  }
}
