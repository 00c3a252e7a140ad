import Glibc
import Posix

@testable import HoopStart

/// All pids of the machine.
func processes() -> [pid_t] {
  ((try? Path("/proc").names()) ?? []).compactMap { pid_t($0.string) }
}

/// Whether the process is there and has not ended; one that nobody has reaped has ended.
func isAlive(_ pid: pid_t) -> Bool { ProcessStatus(of: pid).map { !$0.isZombie } ?? false }

/// Up to the first NUL: what a process has written over its arguments.
func commandLine(of pid: pid_t) -> String? {
  (try? Path("/proc/\(pid)/cmdline").content(atMost: 4096)).map {
    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// The value of a field of /proc/PID/status.
func status(_ field: String, of pid: pid_t) -> String? {
  let text = (try? Path("/proc/\(pid)/status").content(atMost: 8192)) ?? []
  return String(decoding: text, as: UTF8.self).split(separator: "\n")
    .first { $0.hasPrefix("\(field):") }?
    .split(whereSeparator: { ":\t ".contains($0) }).dropFirst().first.map(String.init)
}

/// Waits until a process sleeps in poll with no time to wake at. Where the call may not be looked at,
/// it sleeps.
func waitsForEver(_ pid: pid_t) async throws {
  try await eventually("\(pid) waits in poll without a timeout") {
    let call = (try? Path("/proc/\(pid)/syscall").content(atMost: 256)) ?? []
    let words = String(decoding: call, as: UTF8.self).split(separator: " ")
    guard words.count > 3 else { return status("State", of: pid) == "S" }
    return ["0xffffffff", "0xffffffffffffffff", "0x0"].contains(words[3])
  }
}

/// The open descriptors of a process and what they are.
func descriptors(of pid: pid_t) -> [Int: String] {
  let folder = Path("/proc/\(pid)/fd")
  let pairs = ((try? folder.names()) ?? []).compactMap { name in
    Int(name.string).flatMap { number in
      (try? (folder / name).linkTarget()).map { (number, $0.string) }
    }
  }
  return Dictionary(pairs) { first, _ in first }
}

extension Slug {
  /// The pids of the supervisors and agents of this slug that are alive.
  var processesAlive: [pid_t] {
    processes().filter { pid in
      guard let file = try? Path("/proc/\(pid)/exe").linkTarget() else { return false }
      return file == hoopstart || file == agent
    }
  }

  func nothingLeft() async throws {
    try await eventually("nothing of ours is left") { self.processesAlive.isEmpty }
  }
}
