import Glibc
import Posix
import TestSupport

/// A PID namespace in which a program is pid 1, as in a container without an init.
enum Container {
  /// The words before that program; nil where this machine gives nobody a namespace.
  private static let words: [String]? = [
    ["-pf", "--mount-proc", "--kill-child"], ["-Urpf", "--mount-proc", "--kill-child"],
  ].first { words in
    let unshare = ProcessConfiguration("/usr/bin/unshare", words + ["true"], environment: .current)
    return (try? Children.reap(unshare.start())) == .exited(0)
  }

  static let isPossible = words != nil
  static let whyNot = "This machine forbids PID namespaces (unshare -pf --mount-proc)."

  static func command(_ words: [String]) -> [String] {
    ["/usr/bin/unshare"] + (self.words ?? []) + words
  }
}

/// What is pid 1: hoopstart, or one of the inits that people put before their apps.
enum Peer: String, Sendable {
  case tini
  case dumbInit = "dumb-init"
  case catatonit

  private var path: String { "/usr/bin/\(rawValue)" }
  var isInstalled: Bool { access(path, X_OK) == 0 }

  /// Without `-g` and the like: signals go to the app's process alone.
  var words: [String] {
    switch self {
    case .tini: [path, "--"]
    case .dumbInit: [path, "--single-child", "--"]
    case .catatonit: [path, "--"]
    }
  }
}

extension Slug {
  /// Starts a command with hoopstart as pid 1.
  func contain(_ command: [String], _ changes: [String: String?] = [:]) throws -> Running {
    try contain(by: [hoopstart.string, "--"], command, changes)
  }

  /// Starts a command by words that become pid 1.
  func contain(
    by first: [String], _ command: [String], _ changes: [String: String?] = [:]
  ) throws -> Running {
    let words = Container.command(first + command)
    return try Running(
      Path(words[0]), Array(words.dropFirst()), environment: variables.changed(changes), in: folder)
  }
}

extension Running {
  /// Pid 1 of the container, as it is called out here.
  func pidOne() async throws -> pid_t { try await onlyChild(of: pid) }

  /// The app in the container.
  func containedApp() async throws -> pid_t {
    let pidOne = try await pidOne()
    try await eventually("there is an app") { self.app(of: pidOne) != nil }
    return app(of: pidOne) ?? 0
  }

  /// The one that was started first is no agent.
  private func app(of pidOne: pid_t) -> pid_t? {
    children(of: pidOne).first { name(of: $0) != "hoop" }
  }

  private func onlyChild(of pid: pid_t) async throws -> pid_t {
    try await eventually("\(pid) has a child") { children(of: pid).count == 1 }
    return children(of: pid).first ?? 0
  }
}

/// What the kernel calls the program.
func name(of pid: pid_t) -> String? { status("Name", of: pid) }

/// The kernel's own list where it has one (CONFIG_PROC_CHILDREN): to look at every process takes long
/// where there are many.
func children(of pid: pid_t) -> [pid_t] {
  if let list = try? Path("/proc/\(pid)/task/\(pid)/children").content(atMost: 1 << 16) {
    return String(decoding: list, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
  }
  return processes().filter { ProcessStatus(of: $0)?.parent == pid }
}
