import HoopAgent

extension Procfile {
  private static let programs = ["hoopstart", "hoop"]

  /// What a user should know whose Procfile has a path that only a slug has: a layer's programs are
  /// on PATH, and not in the app.
  var adviceForImages: [Advice] {
    Self.programs.compactMap { name in
      guard let caller = processes.first(where: { $0.calls(inBin: name) }) else { return nil }
      return Advice(
        code: "in-bin",
        summary: "The process type \(caller.type) runs bin/\(name), which is not the buildpack's.",
        meaning: ["The agent has a layer of its own, and its programs are on PATH."],
        remedy: "Call it by its name alone:", example: [caller.calling(name).line])
    }
  }
}

extension Procfile.Process {
  /// The same with `bin/NAME` as `NAME`.
  fileprivate func calling(_ name: String) -> Procfile.Process {
    let words = command.split(separator: " ", omittingEmptySubsequences: false).map { word in
      word == "bin/\(name)" || word == "./bin/\(name)" ? name[...] : word
    }
    return Procfile.Process(type: type, command: words.joined(separator: " "))
  }
}

extension BuildAdvice {
  /// The same for an image, which has no links in `bin`. That no key is there is no warning: many
  /// platforms have it at run time alone.
  package func forImages(_ procfile: Procfile) -> [Advice] {
    let others = ["own-hoopstart", "own-hoop"]
    let ofKey = isKeyMissing ? [Self.noKey, Self.appWillNotStart] : []
    return procfile.adviceForImages + adviceOnNumbers
      + all.filter { !others.contains($0.code) && !ofKey.contains($0.code) }
  }

  /// Dynos of images have names such as `web-12a34b56d-e78f9` on Fir (Dev Center, "Dyno Startup
  /// Behavior").
  private var adviceOnNumbers: [Advice] {
    guard let first = numberedDynos.first else { return [] }
    return [
      Advice(
        code: "numbered-dynos",
        summary: "HOOP_DYNOS names dynos by number: \(few(numberedDynos)).",
        meaning: ["Dynos of an image have no numbers, so that none of these carries the agent."],
        remedy: "Name their process type:",
        example: ["heroku config:set HOOP_DYNOS=\(first.prefix { $0 != "." })"])
    ]
  }

  var isKeyMissing: Bool { all.contains { $0.code == Self.noKey } }

  private static let noKey = LaunchProblem.noKey.advice.code
}
