import CPosix
import HoopAgent
import Posix

/// A folder in the layout of `AgentLayout` while it is made, in a staging folder.
package struct AgentFolder: Sendable {
  package let path: Path

  /// Makes the folder, with hoopstart or nothing in it.
  ///
  /// - Parameters:
  ///   - path: in a staging folder, and not there yet.
  ///   - executable: this project's, which becomes hoopstart.
  package init(making path: Path, launcher executable: Path? = nil) throws(SystemError) {
    self.path = path
    try path.makeFolder()
    try (path / AgentLayout.programs).makeFolder()
    guard let executable else { return }
    let program = try Descriptor(opening: executable, O_RDONLY)
    try (path / AgentLayout.launcher).makeFile(copying: program, mode: 0o755)
  }

  /// The folder for PATH.
  package var programs: Path { path / AgentLayout.programs }

  /// The names of the programs that are there.
  package func programNames() throws(SystemError) -> [String] {
    try programs.names().map { $0.string }
  }

  /// The size of the agent's own files in bytes, hoopstart not counted.
  package func agentBytes() throws(SystemError) -> Int {
    var bytes = 0
    for name in AgentLayout.released { bytes += try (programs / name).linkStatus()?.size ?? 0 }
    return bytes
  }

  /// Takes over the agent's files from another folder of the staging folder, in the place of those
  /// of an earlier one.
  func take(_ version: AgentVersion, from folder: Path) throws(SystemError) {
    for name in AgentLayout.released { try (programs / name).removeTree() }
    try (path / AgentLayout.version).removeTree()
    for name in AgentLayout.released where try (folder / name).linkStatus() != nil {
      try (folder / name).rename(to: programs / name, .keep)
      try (programs / name).setMode(0o755)
    }
    try (path / AgentLayout.version).makeFile(Array("\(version)\n".utf8), mode: 0o644)
  }
}
