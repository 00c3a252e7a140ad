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
    (self.configVars, self.environment) = (configVars, environment)
    (self.signals, self.log) = (signals, log)
  }

  package var tools: Tools { Tools(environment: environment) }

  var timeScale: TimeScale { TimeScale(environment["HOOP_BUILDPACK_TIME_SCALE"]) }
}

/// The programs of the stack that the build uses, and what they see of its environment.
package struct Tools: Sendable {
  private var environment: Environment

  package init(environment: Environment) {
    self.environment = environment
    self.environment.remove { !["PATH", "HOME"].contains($0) }
    self.environment["LC_ALL"] = "C"
  }

  /// A program's file: that of the system, else the first on PATH, or nil if there is none.
  ///
  /// Relative and empty folders on PATH are those of the app, whose code must not decide whether a
  /// digest is right.
  package func find(_ name: String) -> Path? {
    let folders = (environment["PATH"] ?? "").split(separator: ":").filter { $0.hasPrefix("/") }
    return Path.program(name, path: (["/usr/bin:/bin"] + folders).joined(separator: ":"))
  }

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
package enum Platform: String, Hashable, Sendable, CustomStringConvertible {
  case x8664 = "x86_64"
  case arm64

  /// This machine's platform.
  package static func current() throws(Problem) -> Platform {
    var name = utsname()
    uname(&name)
    func text(_ bytes: UnsafeRawBufferPointer) -> String {
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let system = withUnsafeBytes(of: name.sysname, text)
    let machine = withUnsafeBytes(of: name.machine, text)
    switch (system, machine) {
    case ("Linux", "x86_64"): return .x8664
    case ("Linux", "aarch64"): return .arm64
    default: break
    }
    throw Problem(
      "unsupported-machine", "There is no Hoop agent for \(system) \(machine).",
      meaning: ["Agents are released for Linux on x86_64 and arm64."],
      Remedy(
        "Build on such a machine, or in a container:",
        .run("docker run --rm -it -v \"$PWD\":/app -w /app heroku/heroku:24-build bash")))
  }

  /// Such as `Linux x86_64`.
  package var description: String { "Linux \(rawValue)" }
}
