import CPosix
import HoopAgent
import Posix

/// The agent as it lies beside this executable in the slug: `.hoop/bin/hoop` and `.hoop/version`.
struct Installation {
  /// `.hoop`.
  let folder: Path

  init(folder: Path) { self.folder = folder }

  /// The one that this executable is in, whatever link it was called by.
  init() {
    let executable = try? Path.executable()
    folder = executable?.folder.folder ?? Path("/app/.hoop")
  }

  var agent: Path { folder / AgentLayout.agent }

  /// What is in the slug.
  enum Content {
    case agent(AgentVersion)
    case problem(Advice)
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
      return problem("no-version", "\(folder)/version cannot be read: \(error.reason).")
    }
    guard let version = AgentVersion(String(decoding: text, as: UTF8.self).trimmed()) else {
      return problem("no-version", "\(folder)/version holds no version of the agent.")
    }
    if agent.withCString({ access($0, X_OK) }) == 0 { return .agent(version) }
    if errno == ENOENT || errno == ENOTDIR { return missing }
    return problem(
      "agent-not-executable", "\(agent) cannot be executed: \(SystemError("").reason).")
  }

  private var missing: Content { problem("agent-missing", "There is no Hoop agent at \(agent).") }

  private func problem(_ code: String, _ summary: String) -> Content {
    .problem(
      Advice(
        code: code, summary: summary,
        meaning: [
          "The Hoop buildpack puts it there when the app is built, unless HOOP_DISABLED is on then."
        ],
        remedy: "See that the buildpack is in the app's list, and deploy again:",
        example: ["heroku buildpacks"]))
  }
}
