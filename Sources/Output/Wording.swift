import HoopAgent

/// For whom a remedy is written.
package enum Wording: Hashable, Sendable {
  /// An app on Heroku with classic buildpacks: `heroku config:set` and its siblings.
  case slug
  /// The build of an image: what the build reads is set by Heroku's or pack's command line.
  case imageBuild
  /// A process of an image: the platform is not known, so only the variable is named.
  case imageRun

  package func lines(for remedy: Remedy) -> [String] { remedy.steps.flatMap(lines) }

  private func lines(for step: Remedy.Step) -> [String] {
    switch step {
    case .set(let assignments): set(assignments)
    case .unset(let names): unset(names)
    case .rename(let name, let newName):
      self == .slug
        ? [
          "heroku config:set \(newName)=\"$(heroku config:get \(name))\"",
          "heroku config:unset \(name)",
        ] : ["\(name) -> \(newName)"]
    case .procfile(let line): [printable(line)]
    case .run(let command): [printable(command)]
    case .link(let address): [address]
    case .clearBuildCache:
      [self == .slug ? "heroku builds:cache:purge" : "pack build APP --clear-cache"]
    case .restart: [self == .slug ? "heroku ps:restart" : "restart the container"]
    case .listBuildpacks:
      [self == .slug ? "heroku buildpacks" : "see the buildpacks in project.toml"]
    case .checkInDyno:
      [self == .slug ? "heroku run --exit-code -- hoopstart --check" : "hoopstart --check"]
    }
  }

  private func set(_ assignments: [Remedy.Assignment]) -> [String] {
    let words = assignments.map { "\($0.name)=\(shellWord($0.value))" }
    switch self {
    case .slug: return ["heroku config:set \(words.joined(separator: " "))"]
    case .imageRun: return words
    case .imageBuild:
      let isForBuild = assignments.allSatisfy { Setting(rawValue: $0.name)?.isReadByBuild ?? true }
      return isForBuild
        ? ["pack build APP \(words.map { "--env \($0)" }.joined(separator: " "))"] : words
    }
  }

  private func unset(_ names: [String]) -> [String] {
    self == .slug
      ? ["heroku config:unset \(names.joined(separator: " "))"] : names.map { "unset \($0)" }
  }
}

extension Problem {
  /// What is printed below the summary of a remedy in a list: its sentence, then its steps.
  package func remedyLines(in wording: Wording) -> [String] {
    [remedy.text] + wording.lines(for: remedy).map { "  \($0)" }
  }
}

extension Row {
  /// A problem or a notice, with what to do about it.
  package init(_ label: String, _ problem: Problem, in wording: Wording) {
    self.init(label, [problem.summary] + problem.meaning + problem.remedyLines(in: wording))
  }
}
