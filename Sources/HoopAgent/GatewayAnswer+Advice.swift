extension GatewayAnswer {
  /// What to do about an answer that is no connection; nil where there is one.
  ///
  /// - Parameters:
  ///   - words: the answer in words.
  ///   - taken: the names that are, of all its connections.
  package func advice(of plan: LaunchPlan, _ words: [String], taken: [String]) -> Advice? {
    if isConnected { return nil }
    return Advice(
      code: code, summary: Self.sentence(words[0]),
      meaning: Array(words.dropFirst()) + [meaning(of: plan)],
      remedy: remedy(plan), example: example(of: plan, taken))
  }

  /// A line of a list as a sentence. An address or a name at its beginning stays as it is.
  private static func sentence(_ words: String) -> String {
    let isName = !["the ", "no "].contains { words.utf8.starts(with: $0.utf8) }
    let start = isName ? words : words.prefix(1).uppercased() + words.dropFirst()
    return start + (words.utf8.last == UInt8(ascii: ":") ? "" : ".")
  }

  private func meaning(of plan: LaunchPlan) -> String {
    switch self {
    case .ended, .notStarted: "The app would run without it, and hoopstart would try it again."
    case .none where isUnsaid(by: plan): "Whether it connects is not known."
    default: "The agent would go on trying, and the app would run without it."
    }
  }

  private func remedy(_ plan: LaunchPlan) -> String {
    switch self {
    case .none where isUnsaid(by: plan): "Take a later agent, which says so:"
    case .unknownKey: "Get the key anew from the gateway, and set it:"
    case .unreachable: "Check that the key has the gateway's address, and see what answers there:"
    case .nameTaken: "Choose a name that nothing in the dashboard has:"
    case .none: "Try again: a gateway that is there answers within a second:"
    default: "Try again, and tell Hoop if it stays:"
    }
  }

  private func example(of plan: LaunchPlan, _ taken: [String]) -> [String] {
    switch self {
    case .unknownKey:
      let name = plan.key.name.map { printable($0) } ?? "NAME"
      let command =
        plan.key.form == .organisation
        ? "hoop admin get orgkeys" : "hoop admin create agent \(name) --mode embedded"
      return [command, "heroku config:set \(plan.keyVariable.source)='grpcs://…'"]
    case .unreachable:
      // A host alone has the port of https.
      let address = plan.key.address
      let hasPort = address.utf8.last != UInt8(ascii: "]") && address.utf8.contains(0x3a)
      return ["openssl s_client -brief -connect \(address)\(hasPort ? "" : ":443") </dev/null"]
    case .nameTaken:
      let names = plan.commands.flatMap { $0.publishes }.map { taken.contains($0) ? "NAME" : $0 }
      return ["heroku config:set HOOP_CONNECTION=\(shellWord(names.joined(separator: ",")))"]
    case .none where isUnsaid(by: plan): return [Advice.takingTheNewest]
    case .none: return ["heroku run --exit-code -- hoopstart --check"]
    default: return ["https://github.com/hoophq/hoop/issues"]
    }
  }
}
