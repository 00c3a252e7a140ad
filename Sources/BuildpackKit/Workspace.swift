import CPosix
import HoopAgent
import Output
import Posix

/// What a build works with, whichever contract it follows.
package struct Workspace: Sendable {
  package let configVars: ConfigVars
  package let environment: Environment
  package let signals: Signals
  package let log: BuildLog

  /// Learns the secrets among the config vars, so that none is printed.
  package init(
    configVars: ConfigVars, environment: Environment, signals: Signals, log: BuildLog
  ) {
    // The mirror's address is shown without its user and password: it is what to look at if it fails.
    for name in configVars.names where name != Setting.releasesURL.name {
      // One that cannot be read is a problem when it is needed, and not printed before.
      if let value = try? configVars.value(name) { Secrets.learn(name: name, value: value) }
    }
    self.configVars = configVars
    self.environment = environment
    self.signals = signals
    self.log = log
  }

  package var tools: Tools { Tools(environment: environment) }

  var timeScale: TimeScale { TimeScale(environment["HOOP_BUILDPACK_TIME_SCALE"]) }
}

/// The programs of the stack that the build uses, and what they see of its environment.
package struct Tools: Sendable {
  private let path: String?
  private let environment: Environment

  package init(environment: Environment) {
    path = environment["PATH"]
    var clean = environment.keeping(["PATH", "HOME"])
    clean["LC_ALL"] = "C"
    self.environment = clean
  }

  /// A program's file: that of the system, else the first on PATH, or nil if there is none.
  ///
  /// Relative and empty folders on PATH are those of the app, whose code must not decide whether a
  /// digest is right.
  package func find(_ name: String) -> Path? {
    let folders = (path ?? "").split(separator: ":").filter { $0.utf8.first == UInt8(ascii: "/") }
    return Path.program(
      name, path: ([Self.system] + folders.map { String($0) }).joined(separator: ":"))
  }

  /// A program that a system may lack. Here PATH does not count: every stack has the other programs,
  /// so what another buildpack puts on PATH is never asked, and this would be.
  func findOptional(_ name: String) -> Path? { Path.program(name, path: Self.system) }

  private static let system = "/usr/bin:/bin"

  /// A program's file.
  package func require(_ names: String..., for purpose: String) throws(Problem) -> Path {
    for name in names { if let program = find(name) { return program } }
    throw Problem(
      "missing-program", "There is no \(names.joined(separator: " or ")) on PATH.",
      meaning: ["The build needs it to \(purpose). Every Heroku stack has it."],
      Remedy(
        "On a machine of your own, install what the build uses:",
        .run("apt-get install curl tar gzip openssl")))
  }

  /// How to start a program with only PATH and HOME in its environment, and messages in the C locale.
  package func launch(
    _ program: Path, _ arguments: [String], in folder: Path? = nil
  ) -> ProcessConfiguration {
    ProcessConfiguration(program, arguments, environment: environment, in: folder)
  }
}

/// The machine that an agent is for, as the release server and the cache name it.
package struct Platform: Hashable, Sendable, CustomStringConvertible {
  package enum Architecture: String, Hashable, Sendable {
    case x8664 = "x86_64"
    case arm64
  }

  package let architecture: Architecture

  package init(_ architecture: Architecture) { self.architecture = architecture }

  /// The platform that uname(2) names so, or nil if Hoop does not release an agent for it.
  package init?(system: String, machine: String) {
    guard system == "Linux" else { return nil }
    switch machine {
    case "x86_64", "amd64": architecture = .x8664
    case "aarch64", "arm64": architecture = .arm64
    default: return nil
    }
  }

  /// This machine's platform.
  package static func current() throws(Problem) -> Platform {
    var name = utsname()
    uname(&name)
    let system = withUnsafeBytes(of: name.sysname) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    let machine = withUnsafeBytes(of: name.machine) {
      String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    if let platform = Platform(system: system, machine: machine) { return platform }
    throw Problem(
      "unsupported-machine", "There is no Hoop agent for \(system) \(machine).",
      meaning: ["Agents are released for Linux on x86_64 and arm64."],
      Remedy(
        "Build on such a machine, or in a container:",
        .run("docker run --rm -it -v \"$PWD\":/app -w /app heroku/heroku:24-build bash")))
  }

  /// Such as `Linux x86_64`.
  package var description: String { "Linux \(architecture.rawValue)" }
}
