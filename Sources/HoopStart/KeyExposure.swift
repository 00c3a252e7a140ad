import CPosix
import HoopAgent
import Posix

/// Who can read the key beside an app: sessions run as the app's user.
struct KeyExposure {
  /// Why the agent's environment can be read, or nil if it cannot.
  let reason: Reason?
  /// This user's other processes that show the key.
  let holders: [String]

  enum Reason {
    case root
    case weakness(AgentFile.Weakness, Path)
    case script
    case unknown
  }

  /// Looks into every process that this user may look into.
  ///
  /// - Parameters:
  ///   - reason: Why an agent can be read.
  ///   - key: The key as it is in an environment.
  init(_ reason: Reason?, key: [UInt8]) {
    self.reason = reason
    let own = [getpid(), getppid()]
    holders = ((try? Path("/proc").names()) ?? []).compactMap { name in
      guard let pid = pid_t(name.string), !own.contains(pid), Self.shows(pid, key) else {
        return nil
      }
      let program = (try? Path("/proc/\(pid)/comm").content(atMost: 32)) ?? []
      return "\(String(decoding: program, as: UTF8.self).trimmed()) (pid \(pid))"
    }
  }

  /// Why other processes of this user can read an agent's environment, or nil if they cannot.
  static func reason(of agent: pid_t, _ file: AgentFile) -> Reason? {
    let opened = environment(of: agent).withCString { open($0, O_RDONLY) }
    if opened < 0 { return nil }
    close(opened)
    if file.isScript { return .script }
    if geteuid() == 0 { return .root }
    return file.weakness.map { .weakness($0, file.path) } ?? .unknown
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

  /// How the row `Key` of a check ends.
  var description: String {
    if let reason { return "sessions can read it: \(reason.text)" }
    return holders.isEmpty
      ? "sessions cannot read it" : "sessions can read it in \(holders.asList)"
  }
}

extension KeyExposure.Reason {
  var text: String {
    switch self {
    case .root: "hoopstart runs as root"
    case .script: "the agent is a script"
    case .weakness(.mode(let error), let path):
      "\(path) cannot be made unreadable (\(error.reason))"
    case .weakness(.foreign, let path): "\(path) belongs to another user and can be read"
    case .unknown: "the kernel does not keep its processes apart"
    }
  }

  private var remedy: Remedy {
    switch self {
    case .root: Remedy("Run the app as another user than root.")
    case .weakness(_, let path):
      Remedy("When the image is built, run:", .run("chmod 0711 \(shellWord(path.string))"))
    case .script, .unknown: Remedy("See who can read it:", .checkInDyno)
    }
  }

  var problem: Problem {
    Problem("key-readable", .notice, "Sessions can read the key: \(text).", remedy)
  }
}
