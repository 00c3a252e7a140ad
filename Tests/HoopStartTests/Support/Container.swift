import Glibc
import Posix
import TestSupport

/// A PID namespace in which a program is pid 1, as in a container without an init.
enum Container {
  /// The words before that program, or nil if this machine forbids such a namespace.
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

extension Slug {
  /// Starts a command with hoopstart as pid 1, or after the prober has changed something.
  func contain(
    after changes: [String]? = nil, _ command: [String], _ variables: [String: String?] = [:]
  ) throws -> Running {
    try run(Container.command(beside(command, after: changes)), variables)
  }
}

extension Running {
  /// Pid 1 of the container, as it is called outside.
  func pidOne() async throws -> pid_t {
    try await found("pid 1") { children(of: self.pid).first }
  }

  /// The app in the container: the child of pid 1 that is not an agent.
  func containedApp() async throws -> pid_t {
    let pidOne = try await pidOne()
    return try await found("the app") { children(of: pidOne).first { name(of: $0) != "hoop" } }
  }

  /// Kills the app in the container, which takes all of it along.
  func killContained() async throws {
    Glibc.kill(try await containedApp(), SIGKILL)
    _ = try await end()
  }
}
