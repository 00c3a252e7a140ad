import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// The folders on a developer's machine that the commands use.
enum LocalFolder {
  /// Where agents are kept from one run to the next, by dry-run as CACHE_DIR and by check. Nil if the
  /// user has no home.
  static var cache: Path? {
    let environment = Environment.current
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
      return Path(folder) / "hoop-buildpack"
    }
    return environment["HOME"].map { Path($0) / ".cache/hoop-buildpack" }
  }

  /// A private folder in TMPDIR, or in /tmp. It goes with its owner.
  static func temporary() throws(Problem) -> Staging {
    let named = Environment.current.bytes(of: "TMPDIR") ?? []
    let parent = named.isEmpty ? Path("/tmp") : Path(bytes: named)
    do throws(SystemError) { return try Staging(in: parent.absolute()) } catch {
      if error.code == ENOSPC { throw .diskFull(parent) }
      throw Problem(
        "no-temporary-folder", "Cannot make a folder in \(quoted(parent.string)).",
        meaning: ["\(error.reason). A dry run works on a copy of the app in TMPDIR, or in /tmp."],
        Remedy(
          "Name a folder that can be written to:",
          .run("TMPDIR=/path/with/room bin/dry-run APP_DIR")))
    }
  }

  /// This buildpack's repository.
  static func repository() throws(Problem) -> Path {
    guard let executable = try? Path.executable(), let folder = buildpackFolder(above: executable)
    else { throw .noBuildpack(Path("bin")) }
    return folder
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
  static func diskFull(_ folder: Path) -> Problem {
    Problem(
      "disk-full", "The disk of \(quoted(folder.string)) is full.",
      meaning: ["A dry run works on a copy of the app in TMPDIR, or in /tmp."],
      Remedy(
        "Make room, or work on another disk:",
        .run("TMPDIR=/path/with/room bin/dry-run APP_DIR")))
  }

  /// That scripts of the app replace PATH when a dyno starts, so that hoopstart is not found.
  static func replacedPaths(in app: Path) -> [Problem] {
    let folder = app / ".profile.d"
    // They run in this order. What comes before ours does no harm.
    let scripts = ((try? folder.names()) ?? []).map { $0.string }.sorted()
      .filter { $0.hasSuffix(".sh") && $0 > "hoop.sh" }
    return (scripts.map { ".profile.d/\($0)" } + [".profile"]).compactMap { name in
      guard let bytes = try? (app / name).content(atMost: 1 << 16) else { return nil }
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      let isReplaced = lines.contains { line in
        let words = line.trimmed()
        let value = words.hasPrefix("export ") ? words.dropFirst(7).trimmed() : words[...]
        return value.hasPrefix("PATH=") && !value.contains("$PATH") && !value.contains("${PATH")
      }
      return isReplaced ? .hoopstartNotFound("\(quoted(name)) replaces PATH, so a dyno does not find hoopstart.") : nil
    }
  }

  static func hoopstartNotFound(_ summary: String) -> Problem {
    Problem(
      "hoopstart-not-found", .warning, summary,
      meaning: ["The process would end with exit status 127."],
      Remedy(
        "Keep the old value (PATH=…:$PATH), or call hoopstart by its path:",
        .procfile("web: .hoop/bin/hoopstart -- bundle exec puma -C config/puma.rb")))
  }
}
