import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

extension DryRun {
  /// Copies a folder with all that it holds, by tar. Links stay links, wherever they lead, and sockets
  /// are left out. The original is only read.
  ///
  /// - Parameters:
  ///   - copy: An empty folder.
  ///   - members: What to copy, with exclusions before it.
  func copy(_ folder: Path, to copy: Path, _ members: [String] = ["."]) throws(Problem) {
    let tar = try tools.require("tar", for: "copy the app")
    // Like git, and unlike a tar that root runs: no setuid bits, nothing that others may write.
    let results = try Problem.running { () throws(RunFailure) in
      try Posix.run(
        tools.launch(tar, ["--create", "--file=-", "--anchored"] + members, in: folder),
        tools.launch(
          tar, ["--extract", "--file=-", "--no-same-owner", "--no-same-permissions"], in: copy),
        signals: signals)
    }
    // What tar says for ENOSPC, and if a part of a block could be written.
    if ["No space left on device", "Wrote only"].contains(where: results[1].errorText.has) {
      throw .temporaryDiskFull
    }
    // 1: a file changed while it was read. That is not an error.
    let isRead = [.exited(0), .exited(1)].contains(results[0].status)
    if let failed = !results[1].status.isSuccess ? results[1] : isRead ? nil : results[0] {
      // Sockets are left out on purpose.
      let lines = failed.errorText.split(separator: "\n")
      let complaint = lines.first { !$0.hasSuffix("socket ignored") } ?? "tar does not say why."
      throw Problem(
        "unreadable-app", "The app cannot be read completely: \(quoted(folder.string)).",
        meaning: [
          String(complaint), "Heroku gets the app from git, and a dry run copies the folder.",
        ],
        Remedy(
          "Get permission to read it, or clone what you would deploy:",
          .run("git clone . /tmp/myapp && bin/dry-run /tmp/myapp")))
    }
  }

  /// Copies this buildpack, as Heroku fetches it for a build. So what a build writes there (`export`,
  /// the report) is not left in the repository, and two dry runs do not meet.
  func checkOutBuildpack() throws(Problem) {
    let executable = try Problem.system(try Path.executable())
    guard let repository = BuildpackFolder.above(executable) else {
      throw .noFolder("The buildpack's folder", executable)
    }
    try Problem.system(try buildpack.makeFolder())
    try copy(repository, to: buildpack, ["buildpack.toml", "bin"])
    // The launchers look for this program under the machine's name.
    let program = buildpack / "bin/linux-\(Machine.name)/hoop-buildpack"
    try Problem.system { () throws(SystemError) in
      try program.folder.makeFolders()
      if try program.linkStatus() != nil { try program.removeFile() }
      // The file at this process's own path may have been replaced by now.
      try program.makeFile(copying: Path("/proc/self/exe"), mode: 0o755)
    }
  }
}

/// Something that buildpacks have added to an app: a file, a link, or a folder with all that is in it.
struct Addition {
  let path: Path
  private let isFolder: Bool
  private var bytes = 0
  /// How many files a folder has, or 1.
  private var files = 0
  private var link: Path?

  /// Returns what is in `folder` and not in the original.
  static func find(
    in folder: Path, over original: Path, at part: Path? = nil
  ) throws(SystemError) -> [Addition] {
    var additions: [Addition] = []
    for name in try (part.map { folder / $0 } ?? folder).names() {
      let path = part.map { $0 / name } ?? name
      let isFolder = try (folder / path).linkStatus()?.kind == .folder
      if try (original / path).linkStatus() == nil {
        additions.append(try Addition(path, in: folder, isFolder))
      } else if isFolder {
        additions += try find(in: folder, over: original, at: path)
      }
    }
    return additions
  }

  private init(_ path: Path, in folder: Path, _ isFolder: Bool) throws(SystemError) {
    (self.path, self.isFolder) = (path, isFolder)
    var unseen = [folder / path]
    while let path = unseen.popLast(), let status = try path.linkStatus() {
      if status.kind == .folder {
        unseen += try path.names().map { path / $0 }
      } else {
        (files, bytes) = (files + 1, bytes + status.size)
        if status.kind == .link, !isFolder { link = try path.linkTarget() }
      }
    }
  }

  /// Its path, then its size or the target of the link.
  var row: (String, String) {
    if let link { return (path.string, "-> \(link)") }
    return isFolder ? ("\(path)/", "\(size(bytes)), \(files) files") : (path.string, size(bytes))
  }

  var json: JSON.Value {
    .object([
      ("path", .text(path.string)), ("bytes", .number(bytes)), ("files", .number(files)),
      ("link", .optional(link?.string)),
    ])
  }
}
