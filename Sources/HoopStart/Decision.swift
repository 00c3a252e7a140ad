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
    do throws(Problem) { return make(try installation.version(), variable, installation) } catch {
      // If none is wanted none is missing: a build with HOOP_DISABLED on installs none.
      let decision = make(.oldestSupported, variable, installation)
      return decision.isWanted ? .impossible([error]) : decision
    }
  }

  private static func make(
    _ version: AgentVersion, _ variable: @escaping (String) -> String?, _ installation: Installation
  ) -> Decision {
    switch LaunchPlan.make(
      for: version, fileExists: { name in Path(name).withCString { access($0, R_OK) } == 0 },
      variable: variable, names: { Environment.current.names })
    {
    case .launch(let plan): return .launch(plan, agent: installation.agent)
    case .disabled:
      // Whoever opens a console knows, or is told by --check.
      let isOneOff = ["run.", "run-"].contains { (variable("DYNO") ?? "").hasPrefix($0) }
      return .without("HOOP_DISABLED is on.", isReported: !isOneOff)
    case .otherDyno(let dyno):
      // That is what was asked for.
      return .without("HOOP_DYNOS does not name \(printable(dyno)).", isReported: false)
    case .impossible(let problems): return .impossible(problems)
    }
  }

  /// Whether an agent was wanted, possible or not.
  var isWanted: Bool { if case .without = self { false } else { true } }

  /// The line that says why no agent is started, or nil if one is or that was asked for.
  func line(_ start: Start) -> LogLine? {
    switch self {
    case .without(let reason, isReported: true): return LogLine("disabled").with("reason", reason)
    case .impossible(let problems):
      let end = start.isRequired ? "HOOP_REQUIRED keeps the app from starting." : ""
      return problems.first.map { LogLine("no-agent").with($0, end, in: start.wording) }
    case .launch, .without: return nil
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

  /// The version of the agent, which can be executed.
  func version() throws(Problem) -> AgentVersion {
    let (file, shown) = (folder / AgentLayout.version, printable(agent.string))
    if agent.withCString({ access($0, F_OK) }) != 0, [ENOENT, ENOTDIR].contains(errno) {
      throw problem("agent-missing", "There is no Hoop agent at \(shown).")
    }
    // There is a newline.
    let text = (try? file.content(atMost: AgentVersion.maximumLength + 2)) ?? []
    guard let version = AgentVersion(String(decoding: text, as: UTF8.self).trimmed()) else {
      throw problem("no-version", "There is no version in \(printable(file.string)).")
    }
    if agent.withCString({ access($0, X_OK) }) == 0 { return version }
    let reason = SystemError("").reason
    let why = agent.isOnNoExecMount ? "its file system is mounted noexec" : reason
    throw problem("agent-not-executable", "\(shown) cannot be executed: \(why).")
  }

  private func problem(_ code: String, _ summary: String) -> Problem {
    let meaning = "The Hoop buildpack puts it there during the build, unless HOOP_DISABLED is on."
    return Problem(
      code, summary, meaning: [meaning],
      Remedy(
        "Make sure that the buildpack is in the app's list, and deploy again:", .listBuildpacks))
  }
}
