import CPosix
import HoopAgent
import Posix

/// The name under which `ps` shows a supervisor, and by which others know it.
enum ProcessTitle {
  /// What the kernel has as the program's name, of at most 15 bytes.
  enum Short: String {
    /// Keeps agents, or does not know yet whether it will.
    case supervisor = "hoop-supervisor"
    /// Pid 1 without agents.
    case initAlone = "hoop-init"
    /// Pid 1 before it knows.
    case undecided = "hoopstart"
  }

  private static let prefix = "hoopstart: supervisor of pid "

  /// Names this process the supervisor of an app.
  static func set(supervisorOf app: pid_t) {
    setShort(.supervisor)
    set("\(prefix)\(app)")
  }

  static func setShort(_ name: Short) { _ = cposix_set_process_name(name.rawValue) }

  /// The short name of a process, if it is one of these and this user's or root's: anybody may call
  /// a process of their own so.
  static func short(of pid: pid_t) -> Short? {
    guard let name = try? Path("/proc/\(pid)/comm").content(atMost: 32),
      let short = Short(rawValue: String(decoding: name, as: UTF8.self).trimmed()),
      let owner = try? Path("/proc/\(pid)").status()?.owner, owner == geteuid() || owner == 0
    else { return nil }
    return short
  }

  /// The app whose supervisor a process says it is.
  static func app(of supervisor: pid_t) -> pid_t? {
    guard let name = Processes.name(of: supervisor)?.utf8, name.starts(with: prefix.utf8) else {
      return nil
    }
    return pid_t(Substring(name.dropFirst(prefix.utf8.count).prefix(while: ASCII.isDigit)))
  }

  /// Sets what `ps` shows as the command line.
  ///
  /// It goes where the kernel looks for the arguments, and over the environment if it is longer than
  /// they are. After this the process has neither, so take copies before.
  private static func set(_ title: String) {
    guard let arguments = Arguments.words, let start = arguments[0] else { return }
    // The kernel puts them in one piece, the environment after the arguments.
    let endOfArguments = end(of: arguments.words, from: start)
    let environment = cposix_environment()
    let end = end(of: environment?.words ?? [], from: endOfArguments)
    let bytes = Array(title.utf8CString)
    guard bytes.count < end - start else { return }
    environment?.pointee = nil
    arguments[1] = nil
    // If this is not NUL, the kernel takes what comes before the first NUL.
    if endOfArguments > start { endOfArguments[-1] = 1 }
    for (index, byte) in bytes.enumerated() { start[index] = byte }
  }

  /// Where the strings end, as long as each follows on the one before.
  private static func end(
    of strings: [UnsafeMutablePointer<CChar>], from start: UnsafeMutablePointer<CChar>
  ) -> UnsafeMutablePointer<CChar> {
    strings.reduce(start) { end, string in string == end ? end + strlen(string) + 1 : end }
  }
}

/// A supervisor that keeps agents beside an app already, so that a hoopstart within it starts none.
///
/// Nothing of this is inherited by a dyno or a container from another, as a variable would be.
enum OuterSupervisor {
  /// How long one may take to say what it is, in milliseconds.
  private static let (patience, interval) = (500, 2)

  /// Looks for one: above the app, such as pid 1 or one whose agent's session this is; or one whose
  /// app is above this app or is this very process, if one hoopstart became another.
  static func pid(above app: pid_t) -> pid_t? {
    let deadline = Instant.now + patience
    while true {
      switch look(above: app) {
      case .found(let pid): return pid
      case .none: return nil
      case .undecided:
        if Instant.now >= deadline { return nil }
        _ = Descriptor.waitToRead([], atMost: interval)
      }
    }
  }

  private enum Answer {
    case found(pid_t)
    case none
    /// One has just started and does not say yet whose it is.
    case undecided
  }

  private static func look(above app: pid_t) -> Answer {
    var line = [app]
    var isUndecided = false
    while let parent = ProcessStatus(of: line[line.count - 1])?.parent, parent > 0 {
      switch ProcessTitle.short(of: parent) {
      case .supervisor: return .found(parent)
      case .undecided: isUndecided = parent == 1
      case .initAlone, nil: break
      }
      line.append(parent)
    }
    guard let own = ProcessStatus(of: getpid()) else { return .none }
    for name in (try? Path("/proc").names()) ?? [] {
      guard let other = pid_t(name.string), ![1, app, getpid()].contains(other),
        ProcessTitle.short(of: other) == .supervisor, let status = ProcessStatus(of: other)
      else { continue }
      let isEarlier = (status.startTime, other) < (own.startTime, getpid())
      guard let itsApp = ProcessTitle.app(of: other) else {
        if isEarlier, !status.isZombie { isUndecided = true }
        continue
      }
      if line.dropFirst().contains(itsApp) { return .found(other) }
      // Two of one app: the one that was first goes on.
      if itsApp == app, isEarlier { return .found(other) }
    }
    return isUndecided ? .undecided : .none
  }
}
