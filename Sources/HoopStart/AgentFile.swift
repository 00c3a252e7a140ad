import CPosix
import HoopAgent
import Posix

/// The agent's file, opened once for all of its starts.
///
/// A process whose executable its user may execute and not read cannot be looked into by that user's
/// other processes: not by /proc, not by ptrace, not by a core dump (ptrace(2), proc(5)). So an agent
/// that is this user's own loses the permission to be read. And since the user may change such a file,
/// it is started through the descriptor, and only as long as it is what it was.
///
/// A script, which tests and demonstrations have in the agent's place, needs to be read by its
/// interpreter: it is started by its path.
final class AgentFile {
  enum Failure: Error {
    /// The file is not the one that was opened, or not as it was then.
    case changed
    case system(SystemError)
  }

  let path: Path
  /// Why this user's processes can read the file, or nil if they cannot.
  let weakness: Weakness?
  /// Nil for a script.
  private let file: Descriptor?
  private let isOwn: Bool
  private let identity: Identity?
  /// The helper that the agent starts, with its own environment (hoop_rs, since 1.42).
  private let helper: (path: Path, identity: Identity)?

  /// What keeps a file readable.
  enum Weakness {
    /// The mode could not be set, and why.
    case mode(SystemError)
    /// It is another user's, who lets everyone read it.
    case foreign
  }

  /// Opens the agent and takes away the permission to read it and its helper, if they are this
  /// user's own.
  init(_ path: Path) throws(SystemError) {
    self.path = path
    let opened = try Self.open(path)
    guard Self.isProgram(opened) else {
      file = nil
      (identity, helper, isOwn, weakness) = (nil, nil, false, nil)
      return
    }
    weakness = Self.protect(opened)
    let status = Self.status(of: opened.number)
    isOwn = status?.st_uid == geteuid()
    identity = status.map { Identity($0) }
    file = consume opened
    // A link may lead to the folder with both.
    let helper = ((try? path.resolved()) ?? path).folder / AgentLayout.helper
    if let opened = try? Self.open(helper), Self.isProgram(opened) {
      _ = Self.protect(opened)
      self.helper = Self.status(of: opened.number).map { (helper, Identity($0)) }
    } else {
      self.helper = nil
    }
  }

  var isScript: Bool { descriptorNumber == nil }

  /// Its open file, or nil for a script.
  private var descriptorNumber: Int32? {
    switch file {
    case .some(let file): file.number
    case .none: nil
    }
  }

  /// Starts the agent, if it is unchanged.
  func start(_ configuration: ProcessConfiguration) throws(Failure) -> pid_t {
    guard let number = descriptorNumber else { return try execute(configuration) }
    // From here to the exec nobody can open the file to write it, and afterwards exec does not let
    // them. Only the owner can have a lease, and if it cannot be had only the owner could write.
    if isOwn, cposix_take_lease(number) != 0, errno == EAGAIN {
      throw .system(SystemError("exec", path, code: ETXTBSY))
    }
    defer { cposix_return_lease(number) }
    guard isUnchanged(number) else { throw .changed }
    var configuration = configuration
    configuration.programDescriptor = number
    return try execute(configuration)
  }

  private func execute(_ configuration: ProcessConfiguration) throws(Failure) -> pid_t {
    do throws(SystemError) { return try configuration.start() } catch { throw .system(error) }
  }

  private func isUnchanged(_ number: Int32) -> Bool {
    if Self.status(of: number).map({ Identity($0) }) != identity { return false }
    guard let helper else { return true }
    var status = stat()
    guard helper.path.withCString({ stat($0, &status) }) == 0 else { return false }
    return Identity(status) == helper.identity
  }

  /// What every change of a file changes: a new name or a removed one too, and new permissions.
  private struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t
    let size: Int
    let changedSeconds: Int
    let changedNanoseconds: Int

    init(_ status: stat) {
      (device, inode, size) = (status.st_dev, status.st_ino, Int(status.st_size))
      changedSeconds = Int(status.st_ctim.tv_sec)
      changedNanoseconds = Int(status.st_ctim.tv_nsec)
    }
  }

  private static func open(_ path: Path) throws(SystemError) -> Descriptor {
    let number = path.withCString { cposix_open_program($0) }
    if number < 0 { throw SystemError("open", path) }
    return try Descriptor(owning: number).awayFromStandardStreams()
  }

  /// Whether it is an ELF file, or one that cannot be read: a script could not be run then.
  private static func isProgram(_ file: borrowing Descriptor) -> Bool {
    var magic: [UInt8] = [0, 0, 0, 0]
    let count = pread(file.number, &magic, magic.count, 0)
    return count < 0 || magic.elementsEqual([0x7f] + "ELF".utf8)
  }

  private static func status(of number: Int32) -> stat? {
    var status = stat()
    return fstat(number, &status) == 0 ? status : nil
  }

  private static let mode: mode_t = 0o111

  private static func protect(_ file: borrowing Descriptor) -> Weakness? {
    var byte: UInt8 = 0
    guard pread(file.number, &byte, 1, 0) >= 0, let before = status(of: file.number) else {
      return nil
    }
    if before.st_mode & 0o7777 == mode { return nil }
    if before.st_uid != geteuid() { return .foreign }
    // A second chmod would be a change to a hoopstart beside this one, which may be doing the same.
    flock(file.number, LOCK_EX)
    defer { flock(file.number, LOCK_UN) }
    if let status = status(of: file.number), status.st_mode & 0o7777 == mode { return nil }
    return fchmod(file.number, mode) == 0 ? nil : .mode(SystemError("chmod"))
  }
}

extension Problem {
  static func agentChanged(_ agent: Path) -> Problem {
    Problem(
      "agent-changed", .warning,
      "\(printable(agent.string)) was changed after its start, so it is not started again.",
      meaning: ["Whoever can change it could read the key otherwise. There is no access anymore."],
      Remedy("Find out who changed it, and restart:", .restart))
  }
}
