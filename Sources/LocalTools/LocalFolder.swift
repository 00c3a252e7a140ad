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

  static var parent: Path {
    let named = Environment.current.bytes(of: "TMPDIR") ?? []
    return named.isEmpty ? Path("/tmp") : Path(bytes: named)
  }

  /// A private folder in TMPDIR, or in /tmp. It goes with its owner.
  static func temporary() throws(Problem) -> Staging {
    do throws(SystemError) { return try Staging(in: parent.absolute()) } catch {
      if error.code == ENOSPC { throw .temporaryDiskFull }
      throw .temporary(
        "no-temporary-folder", "Cannot make a folder in \(quoted(parent.string)).", error.reason)
    }
  }

  /// Makes sure that `app` is a folder with a Procfile.
  static func checkApp(_ app: Path, for command: String) throws(Problem) {
    guard (try? app.status())?.kind == .folder else {
      throw Problem(
        "no-app", "APP_DIR is not a folder: \(quoted(app.string)).",
        meaning: ["It must be the folder of an app, with a Procfile in it."],
        Remedy("Name one that exists:", .run("\(command) ../myapp")))
    }
    if try Procfile.isThere(in: app) { return }
    throw Problem(
      "no-procfile", "There is no Procfile in \(quoted(app.string)).",
      meaning: [
        "hoopstart starts the Hoop agent with a process, so a Procfile must name one.",
        "To try another folder, name it: \(command) ../myapp",
      ],
      Remedy(
        "Make a file `Procfile` in it, with your own command:",
        .procfile("web: hoopstart -- bundle exec puma -C config/puma.rb")))
  }
}

extension Problem {
  static var temporaryDiskFull: Problem {
    let folder = quoted(LocalFolder.parent.string)
    return .temporary("disk-full", "The disk of \(folder) is full.", "There is no space left")
  }

  fileprivate static func temporary(_ code: String, _ summary: String, _ why: String) -> Problem {
    Problem(
      code, summary,
      meaning: ["\(why). A dry run works on a copy of the app in TMPDIR, or in /tmp."],
      Remedy(
        "Make room, or name another folder that can be written to:",
        .run("TMPDIR=/path/with/room bin/dry-run APP_DIR")))
  }
}
