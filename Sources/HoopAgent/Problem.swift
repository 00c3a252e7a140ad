/// Something the user should know, with what to do about it.
///
/// Every error, warning and notice of this project is one of these. It is made where the problem is
/// found; `Output` decides how it reads. Values in its texts go through `quoted` or `printable`.
public struct Problem: Error, Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable {
    /// Ends the build or the command.
    case error
    /// Something does not work as intended. The build goes on, and `bin/check` fails.
    case warning
    /// Everything works, and the user may want to know something about it.
    case notice
  }

  /// A short name for programs, such as `no-key`. It stays the same when the text changes.
  public let code: String
  public let severity: Severity
  /// What happened, in one sentence.
  public let summary: String
  /// What it means for the app or the build, in lines.
  public let meaning: [String]
  public let remedy: Remedy

  package init(
    _ code: String, _ severity: Severity, _ summary: String, meaning: [String] = [],
    _ remedy: Remedy
  ) {
    (self.code, self.severity, self.summary) = (code, severity, summary)
    (self.meaning, self.remedy) = (meaning, remedy)
  }

  /// An error.
  package init(_ code: String, _ summary: String, meaning: [String] = [], _ remedy: Remedy) {
    self.init(code, .error, summary, meaning: meaning, remedy)
  }

  /// What keeps the agent from starting.
  ///
  /// - Parameter reason: Why it matters, in a sentence.
  static func blocking(
    _ code: String, _ summary: String, because reason: String? = nil, _ remedy: String,
    _ steps: Remedy.Step...
  ) -> Problem {
    let meaning = (reason.map { [$0] } ?? []) + [notPublished]
    return Problem(code, summary, meaning: meaning, Remedy(remedy, steps: steps))
  }

  static let notPublished = "No connection is published until this is fixed."

  /// The same problem with another severity.
  package func with(_ severity: Severity) -> Problem {
    Problem(code, severity, summary, meaning: meaning, remedy)
  }
}

/// What to do about a problem: a sentence, and the steps as data. How a step reads depends on the
/// platform; see `Wording`.
public struct Remedy: Hashable, Sendable {
  package struct Assignment: Hashable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  package enum Step: Hashable, Sendable {
    case set([Assignment])
    case unset([String])
    /// Give the value of one config var to another, and unset the first.
    case rename(String, to: String)
    /// A line of the Procfile, such as `web: hoopstart -- bin/server`.
    case procfile(String)
    /// A command for the user's own shell.
    case run(String)
    case clearBuildCache
    case restart
    case listBuildpacks
    /// Run `hoopstart --check` where the app runs.
    case checkInDyno
    case link(String)
  }

  /// One sentence. It ends with a colon if steps follow.
  package let text: String
  package let steps: [Step]

  package init(_ text: String, _ steps: Step...) { (self.text, self.steps) = (text, steps) }

  package init(_ text: String, steps: [Step]) { (self.text, self.steps) = (text, steps) }
}

extension Remedy {
  package static let useNewestAgent = Remedy("Use the newest agent in the next build:", .useNewest)
}

extension Remedy.Step {
  package static func set(_ setting: Setting, to value: String) -> Remedy.Step {
    .set([Remedy.Assignment(setting.name, value)])
  }

  package static func unset(_ settings: Setting...) -> Remedy.Step {
    .unset(settings.map { $0.name })
  }

  static func set(_ name: String, to value: String) -> Remedy.Step {
    .set([Remedy.Assignment(name, value)])
  }

  /// What has the next build take the newest agent. A digest belongs to one version.
  static let useNewest = unset(.version, .sha256)
}
