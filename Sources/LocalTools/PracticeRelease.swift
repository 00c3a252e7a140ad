import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// A release server's files, made on the spot in the layout of the real one, with the practice agent.
struct PracticeRelease {
  /// Where the files are.
  let folder: Path

  /// For HOOP_RELEASES_URL.
  var url: String {
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8
    let path = folder.bytes.map { byte in
      plain.contains(byte)
        ? String(Unicode.Scalar(byte)) : "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
    }
    return "file://\(path.joined())"
  }

  /// - Parameters:
  ///   - folder: to be made.
  ///   - version: the one that HOOP_VERSION asks for.
  init(
    in folder: Path, _ version: AgentVersion, _ tools: Tools, _ signals: Signals
  ) throws(LocalFailure) {
    self.folder = folder
    let platform = try LocalFailure.build { () throws(BuildFailure) in
      for name in ["tar", "gzip", "sed"] {
        _ = try tools.require(name, for: "make a practice release")
      }
      return try Platform.current()
    }
    let release = folder / version.description
    let archive = AgentArchive(version: version, platform: platform).file
    try LocalFailure.system { () throws(SystemError) in
      _ = try (folder / "agent").makeFolders()
      try release.makeFolder()
      try (folder / "latest.txt").makeFile(Array("\(version)".utf8), mode: 0o644)
      try (folder / "agent/hoop").makeFile(
        Array(PracticeAgent.script(for: version).utf8), mode: 0o755)
    }
    let script = """
      set -e
      tar --create --directory=agent --owner=0 --group=0 --numeric-owner --mtime=@0 . |
        gzip --no-name >"$1/$2"
      { sha256sum "$1/$2" 2>/dev/null || openssl dgst -sha256 -r "$1/$2"; } |
        sed "s|[ *].*|  ./dist/binaries/$2|" >"$1/checksums.txt"
      """
    var launch = tools.launch(
      Path("/bin/sh"), ["-c", script, "sh", version.description, archive], in: folder)
    // They were looked for there too.
    launch.environment["PATH"] = "/usr/bin:/bin:\(launch.environment["PATH"] ?? "")"
    launch.descriptors[2] = STDERR_FILENO
    launch.diesWithParent = true
    let programs = Pipeline(signals: signals)
    do throws(Pipeline.Failure) {
      try programs.start(launch)
      try programs.run()
    } catch { throw .build(BuildFailure(error)) }
    guard programs.statuses == [.exited(0)] else { throw .diskFull(folder: folder) }
  }
}
