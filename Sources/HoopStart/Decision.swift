import CPosix
import HoopAgent
import Output
import Posix

/// What is started beside the app.
enum Decision {
  /// Start what the plan says with the agent at this path.
  case launch(LaunchPlan, agent: Path)
  /// Start none, as asked: why, as a sentence, and whether that is worth a line in the log.
  case without(String, isReported: Bool)
  /// Start none, because something is wrong. Never empty.
  case impossible([Problem])

  static func make(
    variable: @escaping (String) -> String?, installation: Installation
  ) -> Decision {
    switch installation.content() {
    case .agent(let version): make(version, variable, installation)
    case .problem(let problem):
      // If none is wanted none is missing: a build with HOOP_DISABLED on installs none.
      switch make(.oldestSupported, variable, installation) {
      case .without(let reason, let isReported): .without(reason, isReported: isReported)
      case .launch, .impossible: .impossible([problem])
      }
    }
  }

  private static func make(
    _ version: AgentVersion, _ variable: @escaping (String) -> String?, _ installation: Installation
  ) -> Decision {
    let place = LaunchPlan.Place.dyno { name in
      Path(name).withCString { access($0, R_OK) } == 0
    }
    switch LaunchPlan.make(
      for: version, at: place, variable: variable, names: { Environment.current.names })
    {
    case .launch(let plan): return .launch(plan, agent: installation.agent)
    case .disabled:
      // Whoever opens a console knows, or is told by --check.
      let isOneOff = ["run.", "run-"].contains { (variable("DYNO") ?? "").hasPrefix($0) }
      return .without("HOOP_DISABLED is on.", isReported: !isOneOff)
    case .otherDyno(let dyno):
      // That is what was asked for.
      return .without("HOOP_DYNOS does not name \(DynoName.shown(dyno)).", isReported: false)
    case .impossible(let problems): return .impossible(problems)
    }
  }

  /// Whether an agent was wanted, possible or not.
  var isWanted: Bool { if case .without = self { false } else { true } }

  var isReported: Bool {
    switch self {
    case .launch: false
    case .without(_, let isReported): isReported
    case .impossible: true
    }
  }

  /// Says in one line why no agent is started, if that is so and worth a line.
  func report(_ start: Start) {
    switch self {
    case .without(let reason, isReported: true):
      LogLine("disabled").with("reason", reason).write()
    case .impossible(let problems):
      let end = start.isRequired ? "HOOP_REQUIRED keeps the app from starting." : ""
      if let problem = problems.first {
        LogLine("no-agent").with(problem, end, in: start.wording).write()
      }
    case .launch, .without: return
    }
  }
}

/// The agent beside this executable: `bin/hoop` and `version` in a slug's `.hoop` or an image's layer.
struct Installation {
  /// The folder above `bin`.
  let folder: Path

  /// The one that this executable is in, whatever link it was called by.
  init() {
    let executable = try? Path.executable()
    folder = executable?.folder.folder ?? Path("/app/.hoop")
  }

  var agent: Path { folder / AgentLayout.agent }

  var wording: Wording { folder.name == Path(".hoop") ? .slug : .imageRun }

  enum Content {
    case agent(AgentVersion)
    case problem(Problem)
  }

  /// Reads the agent's version and sees that it can be executed.
  func content() -> Content {
    // A version has at most 64 bytes, and there is a newline.
    let limit = AgentVersion.maximumLength + 2
    let text: [UInt8]
    do throws(SystemError) {
      text = try (folder / AgentLayout.version).content(atMost: limit)
    } catch {
      if agent.withCString({ access($0, F_OK) }) != 0, errno == ENOENT { return missing }
      return problem(
        "no-version", "\(printable(folder.string))/version cannot be read: \(error.reason).")
    }
    guard let version = AgentVersion(String(decoding: text, as: UTF8.self).trimmed()) else {
      return problem(
        "no-version", "\(printable(folder.string))/version does not hold a version of the agent.")
    }
    if agent.withCString({ access($0, X_OK) }) == 0 { return .agent(version) }
    let reason = SystemError("").reason
    if errno == ENOENT || errno == ENOTDIR { return missing }
    return problem(
      "agent-not-executable",
      agent.isOnNoExecMount
        ? "\(printable(agent.string)) is on a file system that is mounted noexec."
        : "\(printable(agent.string)) cannot be executed: \(reason).")
  }

  private var missing: Content {
    problem("agent-missing", "There is no Hoop agent at \(printable(agent.string)).")
  }

  private func problem(_ code: String, _ summary: String) -> Content {
    .problem(
      Problem(
        code, summary,
        meaning: [
          "The Hoop buildpack puts it there when the app is built, unless HOOP_DISABLED is on then."
        ],
        Remedy(
          "Make sure that the buildpack is in the app's list, and deploy again:", .listBuildpacks)))
  }
}
