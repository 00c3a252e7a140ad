import BuildpackKit
import CPosix
import HoopAgent
import Output
import Posix

/// Copies folders with all that they hold, by tar. Links stay links, wherever they lead, and sockets
/// are left out. The original is only read.
struct TreeCopy {
  let tools: Tools
  let signals: Signals

  /// - Parameters:
  ///   - copy: An empty folder.
  ///   - members: What to copy, with exclusions before it.
  func run(_ folder: Path, to copy: Path, _ members: [String] = ["."]) throws(Problem) {
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
    // 1: a file changed while it was read, which is as good a moment as any.
    let isRead = [.exited(0), .exited(1)].contains(results[0].status)
    if let failed = !results[1].status.isSuccess ? results[1] : isRead ? nil : results[0] {
      // That a socket is left out is as it should be.
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

  /// Copies this buildpack, as Heroku fetches it for a build. What a build writes there (`export`,
  /// the report) does not go to the repository, and two dry runs do not meet.
  func checkOut(at folder: Path) throws(Problem) {
    let executable = try Problem.system(try Path.executable())
    guard let repository = BuildpackFolder.above(executable) else {
      throw .noFolder("The buildpack's folder", executable)
    }
    try Problem.system(try folder.makeFolder())
    try run(repository, to: folder, ["buildpack.toml", "bin"])
    #if arch(arm64)
      let machine = "aarch64"
    #else
      let machine = "x86_64"
    #endif
    // The launchers look for this program under the machine's name.
    let program = folder / "bin/linux-\(machine)/hoop-buildpack"
    try Problem.system { () throws(SystemError) in
      try program.folder.makeFolders()
      if try program.linkStatus() != nil { try program.removeFile() }
      // Its own path may have another program by now.
      try program.makeFile(copying: Path("/proc/self/exe"), mode: 0o755)
    }
  }
}
