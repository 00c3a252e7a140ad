import CPosix

/// The machine that an agent is for, as the release server and the cache name it.
package struct Platform: Hashable, Sendable, CustomStringConvertible {
  package enum Architecture: String, Hashable, Sendable {
    case x8664 = "x86_64"
    case arm64
  }

  package let architecture: Architecture

  package init(_ architecture: Architecture) { self.architecture = architecture }

  /// The platform that uname(2) names so; nil where Hoop releases no agent for it.
  package init?(system: String, machine: String) {
    guard system == "Linux" else { return nil }
    switch machine {
    case "x86_64", "amd64": architecture = .x8664
    case "aarch64", "arm64": architecture = .arm64
    default: return nil
    }
  }

  /// This machine's platform.
  package static func current() throws(BuildFailure) -> Platform {
    var name = utsname()
    uname(&name)
    let system = withUnsafeBytes(of: name.sysname) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let machine = withUnsafeBytes(of: name.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    guard let platform = Platform(system: system, machine: machine) else {
      throw .slug(.unsupportedMachine("\(system) \(machine)"))
    }
    return platform
  }

  /// Such as `Linux x86_64`.
  package var description: String { "Linux \(architecture.rawValue)" }
}
