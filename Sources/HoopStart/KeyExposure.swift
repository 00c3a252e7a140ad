import CPosix
import HoopAgent
import Posix

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
