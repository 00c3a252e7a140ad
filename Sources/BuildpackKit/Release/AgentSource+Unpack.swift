import CPosix
import HoopAgent
import Output
import Posix

extension AgentSource {
  /// The largest file that tar may write, in bytes, so that a mistake does not fill the disk. The
  /// agent of 1.148.0 has 104 MB.
  private static let maximumFileBytes = 1 << 30
  /// How long `hoop version` may take, in milliseconds.
  private static let patience = 10_000

  /// Unpacks the agent of an archive whose digest was verified, and proves that it runs.
  ///
  /// - Parameters:
  ///   - folder: Gets the files of `AgentLayout`, and is made if it is missing.
  ///   - mode: The permissions of the agent's programs.
  func unpack(
    _ release: Release, from archive: Path, into folder: Path, mode: mode_t
  ) throws(Problem) {
    let programs = folder / AgentLayout.programs
    try Problem.system { () throws(SystemError) in
      _ = try programs.makeFolders()
      try (folder / AgentLayout.version).makeFile(Array("\(release.version)\n".utf8), mode: 0o644)
    }
    let tar = try workspace.tools.require("tar", for: "unpack the agent")
    let gzip = try workspace.tools.require("gzip", for: "unpack the agent")
    // zstd takes half of gzip's time if it was built to read gzip's format.
    for decompressor in [workspace.tools.find("zstd") ?? gzip, gzip] {
      do throws(Problem) {
        try extract(archive, with: decompressor, tar, into: programs)
        try check(release.archive, in: programs, mode)
        break
      } catch {
        if decompressor == gzip || error.stop != nil || error == .diskFull { throw error }
        for name in AgentLayout.released {
          try Problem.system(try (programs / name).removeTree())
        }
      }
    }
    try prove(release.version, in: programs)
  }

  private func extract(
    _ archive: Path, with decompressor: Path, _ tar: Path, into folder: Path
  ) throws(Problem) {
    let file = try Problem.system(try Descriptor(opening: archive, O_RDONLY))
    var decompressing = workspace.tools.launch(decompressor, ["-dc"])
    decompressing.descriptors[0] = file.number
    // Words that the tar of GNU, of busybox and of BSD understand: -o keeps the owner out.
    var taking = workspace.tools.launch(
      tar, ["-xof", "-"] + AgentLayout.released.map { "./\($0)" }, in: folder)
    taking.fileSizeLimit = Self.maximumFileBytes
    let results = try Problem.running { () throws(RunFailure) in
      try run(decompressing, taking, signals: workspace.signals)
    }
    // If the last write fits in part, tar only says how much.
    let isDiskFull = ["No space left", "Disk quota exceeded", "Wrote only "].contains { words in
      results.contains { $0.errorText.splitOnce(at: words).after != nil }
    }
    if isDiskFull { throw .diskFull }
    // An archive without hoop_rs (up to 1.41) makes tar fail too. GNU's, busybox's and BSD's say it so.
    let isMissing = results[1].errorText.splitOnce(at: "ot found in archive").after != nil
    if results[0].status.isSuccess, results[1].status.isSuccess || isMissing { return }
    throw Self.unusable(
      "not-unpacked", "\(archive.name) could not be unpacked.",
      [
        "Its digest is right, so it is either released like this or one of these programs failed:"
      ]
        + zip([decompressor, tar], results).map { $1.end(of: $0) })
  }

  /// Looks at what tar took out, and makes it executable.
  private func check(
    _ archive: AgentArchive, in folder: Path, _ mode: mode_t
  ) throws(Problem) {
    for name in AgentLayout.released {
      let path = folder / name
      let status = try Problem.system(try path.linkStatus())
      if status == nil, name != AgentLayout.released[0] { continue }
      guard status?.kind == .file, status?.size != 0 else {
        let what = status.map { $0.kind == .file ? "empty" : "not a file" } ?? "missing"
        throw Self.unusable(
          "no-agent", "\(archive.file) does not hold an agent that can be installed.",
          ["./\(name) in it is \(what).", Self.rightDigest])
      }
      try Problem.system(try path.setMode(mode))
    }
  }

  /// Proves that the agent runs on this machine and is the version that it should be.
  private func prove(_ version: AgentVersion, in folder: Path) throws(Problem) {
    var launch = workspace.tools.launch(folder / AgentLayout.released[0], ["version"], in: folder)
    launch.isInOwnGroup = true
    launch.diesWithParent = true
    func doesNotStart(_ reason: String) -> Problem {
      Self.unusable(
        "agent-does-not-start", "Hoop agent \(version) does not start.",
        ["`hoop version` \(reason)."])
    }
    let result: ProgramResult
    do throws(RunFailure) {
      result = try run(
        launch, limit: 4096, until: .now + workspace.timeScale.scaled(Self.patience),
        signals: workspace.signals)[0]
    } catch {
      switch error {
      case .timedOut: throw doesNotStart("printed nothing for 10 s")
      case .system(let error) where error.code == EACCES && folder.isOnNoExecMount:
        throw Problem(
          "noexec", "\(quoted(folder.string)) is on a file system that is mounted noexec.",
          meaning: ["Programs cannot run there, so the agent cannot be tested."],
          Remedy(
            "Build in another folder, or let programs run there:",
            .run("mount -o remount,exec MOUNT_POINT")))
      case .system(let error) where ![ENOSPC, EMFILE, EAGAIN].contains(error.code):
        throw doesNotStart("could not be run: \(error.reason)")
      default: throw Problem(error)
      }
    }
    guard let found = Bytes(result.text.utf8).jsonText(of: "version") else {
      throw doesNotStart("ended with \(result.status) and printed no version")
    }
    if found == version.description { return }
    throw Self.unusable(
      "other-version", "Hoop agent \(version) says that it is \(quoted(found)).",
      [Self.rightDigest])
  }

  private static let rightDigest = "Its digest is right, so this is how it was released."

  private static func unusable(
    _ code: String, _ summary: String, _ meaning: [String]
  ) -> Problem {
    Problem(
      code, summary, meaning: meaning,
      Remedy("Set another version, and report it to Hoop:", .set(.version, to: "VERSION")))
  }
}
