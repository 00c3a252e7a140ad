import CPosix
import HoopAgent
import Output
import Posix

/// The agent's file, opened once for all of its starts.
///
/// A process whose executable its user may execute and not read cannot be looked into by that user's
/// other processes: not by /proc, not by ptrace, not by a core dump (ptrace(2), proc(5)). So an agent
/// that is this user's own loses the permission to be read. And since the user may change such a file,
/// it is started through the descriptor, and only if it has not changed.
///
/// A script, which tests and demonstrations use as the agent, has to be read by its interpreter: it is
/// started by its path.
final class AgentFile {
  let path: Path
  /// Why this user's processes can read the file, or nil if they cannot.
  let weakness: String?
  /// Nil for a script.
  private let file: Descriptor?
  private let isOwn: Bool
  private let status: stat?
  /// The helper that the agent starts with its own environment (hoop_rs, since 1.42).
  private let helper: (path: Path, status: stat)?

  /// Opens the agent. Takes away the permission to read it and its helper, if they are this user's own.
  init(_ path: Path) throws(SystemError) {
    self.path = path
    guard let opened = try Self.openProgram(path) else {
      file = nil
      (status, helper, isOwn, weakness) = (nil, nil, false, nil)
      return
    }
    weakness = Self.protect(opened, path)
    status = Self.status(of: opened.number)
    isOwn = status?.st_uid == geteuid()
    file = consume opened
    // A link may lead to the folder with both.
    let helper = ((try? path.resolved()) ?? path).folder / AgentLayout.helper
    if let opened = try? Self.openProgram(helper) {
      _ = Self.protect(opened, helper)
      self.helper = Self.status(of: opened.number).map { (helper, $0) }
    } else {
      self.helper = nil
    }
  }

  /// Its open file, or nil for a script.
  var descriptorNumber: Int32? { number(of: file) }

  var isScript: Bool { descriptorNumber == nil }

  /// The code of the error that the agent's file or its helper was changed.
  static let changed = ESTALE

  /// Starts the agent, and returns its pid.
  func start(_ configuration: ProcessConfiguration) throws(SystemError) -> pid_t {
    guard let number = descriptorNumber else { return try configuration.start() }
    // Whoever opens the file to write it now has to wait, and after the exec the kernel does not let
    // them. Only the owner gets a lease, and without it only the owner could write.
    if isOwn, cposix_take_lease(number) != 0, errno == EAGAIN {
      throw SystemError("exec", path, code: ETXTBSY)
    }
    defer { cposix_return_lease(number) }
    if let helper {
      var status = helper.status
      guard let now = try? Self.openProgram(helper.path), cposix_is_same(now.number, &status) else {
        throw SystemError("exec", helper.path, code: Self.changed)
      }
    }
    var configuration = configuration
    (configuration.programDescriptor, configuration.programStatus) = (number, status)
    return try configuration.start()
  }

  /// Opens an ELF file, or one that cannot be read: such a script could not be run. Returns nil for a
  /// script.
  private static func openProgram(_ path: Path) throws(SystemError) -> Descriptor? {
    let number = path.withCString { cposix_open_program($0) }
    if number < 0 { throw SystemError("open", path) }
    let file = try Descriptor(owning: number).awayFromStandardStreams()
    var magic: [UInt8] = [0, 0, 0, 0]
    let count = pread(file.number, &magic, magic.count, 0)
    if count < 0 || magic.elementsEqual([0x7f] + "ELF".utf8) { return file }
    return nil
  }

  /// Makes this executable one that may only be executed, if it is in a slug: those that it starts as
  /// later cannot be looked into from their first moment on.
  static func protectLauncher() {
    guard geteuid() != 0, let path = try? Path.executable(), Installation().wording == .slug,
      let file = try? openProgram(path)
    else { return }
    _ = protect(file, path)
  }

  private static func status(of number: Int32) -> stat? {
    var status = stat()
    return fstat(number, &status) == 0 ? status : nil
  }

  /// Makes the file one that may only be executed.
  ///
  /// - Returns: Why it can be read all the same, or nil.
  private static func protect(_ file: borrowing Descriptor, _ path: Path) -> String? {
    let mode: mode_t = 0o111
    var byte: UInt8 = 0
    guard pread(file.number, &byte, 1, 0) >= 0, let before = status(of: file.number),
      before.st_mode & 0o7777 != mode
    else { return nil }
    if before.st_uid != geteuid() { return "\(path) belongs to another user and can be read" }
    // A second chmod would be a change to a hoopstart beside this one, which may be doing the same.
    flock(file.number, LOCK_EX)
    defer { flock(file.number, LOCK_UN) }
    if let status = status(of: file.number), status.st_mode & 0o7777 == mode { return nil }
    if fchmod(file.number, mode) == 0 { return nil }
    return "\(path) cannot be made unreadable (\(SystemError("chmod").reason))"
  }
}

extension Problem {
  static func agentChanged(_ agent: Path) -> Problem {
    Problem(
      "agent-changed", .warning,
      "\(printable(agent.string)) was changed after its start, so it is not started again.",
      Remedy("Find out who changed it, and restart:", .restart))
  }
}

/// Why sessions can read the key beside an app. They run as the app's user.
struct KeyExposure {
  /// The end of a sentence.
  let reason: String
  private var remedy: Remedy

  /// Nil if other processes of this user cannot read the agent's environment.
  init?(of agent: pid_t, _ file: AgentFile) {
    Self.waitForExec(of: agent)
    let opened = Self.environment(of: agent).withCString { open($0, O_RDONLY) }
    if opened < 0 { return nil }
    close(opened)
    remedy = Remedy("See who can read it:", .checkInDyno)
    if file.isScript {
      reason = "the agent is a script"
    } else if geteuid() == 0 {
      reason = "hoopstart runs as root"
      remedy = Remedy("Run the app as another user than root.")
    } else if let weakness = file.weakness {
      reason = weakness
      let command = "chmod 0711 \(shellWord(file.path.string))"
      remedy = Remedy("When the image is built, run:", .run(command))
    } else {
      reason = "the kernel does not keep its processes apart"
    }
  }

  var problem: Problem {
    Problem("key-readable", .notice, "Sessions can read the key: \(reason).", remedy)
  }

  /// This user's processes that show the key, except this one.
  ///
  /// - Parameter key: The key as it is in an environment.
  static func holders(of key: [UInt8]) -> [String] {
    return ((try? Path("/proc").names()) ?? []).compactMap { name in
      guard let pid = pid_t(name.string), pid != getpid(), shows(pid, key) else { return nil }
      let program = (try? Path("/proc/\(pid)/comm").content(atMost: 32)) ?? []
      return "\(String(decoding: program, as: UTF8.self).trimmed()) (pid \(pid))"
    }
  }

  /// Waits until an agent has its own name. The kernel lets its parent go on a moment before, and sets
  /// in between who may look into it.
  private static func waitForExec(of agent: pid_t) {
    func name(of process: String) -> [UInt8]? {
      try? Path("/proc/\(process)/comm").content(atMost: 32)
    }
    let own = name(of: "self")
    for _ in 0..<200 where name(of: "\(agent)") == own {
      _ = Descriptor.waitToRead([], atMost: 1)
    }
  }

  private static func environment(of pid: pid_t) -> Path { Path("/proc/\(pid)/environ") }

  private static func shows(_ pid: pid_t, _ key: [UInt8]) -> Bool {
    // The kernel takes no argument list and environment of more (execve(2)).
    guard !key.isEmpty, let all = try? environment(of: pid).content(atMost: 6 << 20) else {
      return false
    }
    return all.split(separator: 0).contains { entry in
      entry.count > key.count && entry.suffix(key.count).elementsEqual(key)
    }
  }
}
