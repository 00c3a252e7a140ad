import Glibc
import Posix

@testable import HoopStart

/// All pids of the machine.
func processes() -> [pid_t] {
  ((try? Path("/proc").names()) ?? []).compactMap { pid_t($0.string) }
}

/// Whether the process is there and has not ended. One that was not reaped yet has ended.
func isAlive(_ pid: pid_t) -> Bool { ProcessStatus(of: pid).map { !$0.isZombie } ?? false }

func children(of pid: pid_t) -> [pid_t] {
  processes().filter { ProcessStatus(of: $0)?.parent == pid }
}

/// Up to the first NUL: what a process has written over its arguments.
func commandLine(of pid: pid_t) -> String? {
  (try? Path("/proc/\(pid)/cmdline").content(atMost: 4096)).map {
    String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// What the kernel calls the program.
func name(of pid: pid_t) -> String? { status("Name", of: pid) }

/// The value of a field of /proc/PID/status.
func status(_ field: String, of pid: pid_t) -> String? {
  text(of: Path("/proc/\(pid)/status")).split(separator: "\n")
    .first { $0.hasPrefix("\(field):") }?
    .split(whereSeparator: { ":\t ".contains($0) }).dropFirst().first.map(String.init)
}

/// Waits until a process sleeps in poll with no time to wake at. If its call cannot be looked at, it
/// waits until the process sleeps.
func waitUntilItRests(_ pid: pid_t) async throws {
  try await eventually("\(pid) waits in poll without a timeout") {
    let words = text(of: Path("/proc/\(pid)/syscall")).split(separator: " ")
    guard words.count > 3 else { return status("State", of: pid) == "S" }
    return ["0xffffffff", "0xffffffffffffffff", "0x0"].contains(words[3])
  }
}

/// The open descriptors of a process and what they are.
func descriptors(of pid: pid_t) -> [Int: String] {
  let folder = Path("/proc/\(pid)/fd")
  let pairs = ((try? folder.names()) ?? []).compactMap { name in
    (try? (folder / name).linkTarget()).map { (Int(name.string) ?? -1, $0.string) }
  }
  return Dictionary(pairs) { first, _ in first }
}

/// The content of a file, or nothing if it cannot be read.
func text(of file: Path) -> String {
  String(decoding: (try? file.content(atMost: 1 << 20)) ?? [], as: UTF8.self)
}

/// Waits until a condition holds. That it does not in time is the test's failure, and only that.
func eventually(_ what: String, _ isSo: () async throws -> Bool) async throws {
  _ = try await found(what) { try await isSo() ? true : nil }
}

/// Waits until something is there, and returns it.
func found<Thing>(_ what: String, _ look: () async throws -> Thing?) async throws -> Thing {
  let deadline = Instant.now + 60_000
  while true {
    if let thing = try await look() { return thing }
    if Instant.now > deadline { throw Failed("not in time: \(what)") }
    try await Task.sleep(for: .milliseconds(20))
  }
}

/// Makes a folder in /tmp with a name that no other has.
func makeTemporaryFolder(_ name: String) throws -> Path {
  var template = Array("/tmp/\(name)-XXXXXX".utf8CString)
  guard mkdtemp(&template) != nil else { throw Failed("no temporary folder") }
  return try Path(cString: template).resolved()
}

/// Something that kept a test from being one.
struct Failed: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
