/// What the gateway said to an agent that was started to ask it, or why that is not known.
package enum GatewayAnswer: Hashable, Sendable {
  case takesKey
  /// It accepts the key, and another agent with this key is online.
  case onlineElsewhere
  /// The agent has asked for long enough to have an answer, and its version logs nothing while all is
  /// well.
  case silent
  case unknownKey
  case unreachable(String)
  /// Something answered with this HTTP status: a proxy, or another server than a gateway.
  case http(status: Int, fromProxy: Bool)
  case refused(String)
  /// The agent has ended: its status, and its last lines.
  case ended(String, last: [String])
  case notStarted(String)
  /// It said nothing about the gateway within the time, in seconds.
  case none(seconds: Int, last: [String])
}

/// The answer of the gateway, in words.
package struct GatewayReport: Sendable {
  package let answer: GatewayAnswer
  /// From the agent's start to the answer.
  package let milliseconds: Int
  private let plan: LaunchPlan

  package init(_ answer: GatewayAnswer, to plan: LaunchPlan, after milliseconds: Int) {
    (self.answer, self.plan, self.milliseconds) = (answer, plan, milliseconds)
  }

  package var takesKey: Bool { [.takesKey, .onlineElsewhere, .silent].contains(answer) }

  /// A name for programs.
  package var code: String { finding.code }

  package var row: Row { Row("Gateway", finding.words) }

  /// What to do about an answer that is not a yes.
  package var problem: Problem? {
    if takesKey { return nil }
    let (code, words, remedy) = finding
    let meaning =
      isUnsaid
      ? "Whether it connects is not known."
      : "The agent would keep trying, and the app would run without it."
    return Problem(
      code, isUnsaid ? .notice : .warning, words[0] + (words[0].hasSuffix(":") ? "" : "."),
      meaning: words.dropFirst() + [meaning], remedy)
  }

  /// What comes of the plan, in a sentence.
  package var result: String {
    if takesKey { return "\(plan.summary)." }
    return isUnsaid
      ? "The agent would start. Whether it would connect is not known."
      : "The agent would start and not connect."
  }

  /// Whether no answer can also mean that all is well.
  private var isUnsaid: Bool {
    guard case .none = answer else { return false }
    return plan.version.logsAnswers(of: plan.key) != true
  }

  /// A name for programs; a line, and below it the agent's own if they say more; what to do.
  private typealias Finding = (code: String, words: [String], remedy: Remedy)

  private var finding: Finding {
    let (key, gateway, source) = (plan.key, plan.key.address, plan.keySource)
    let takes = "\(gateway) accepts the key (\(milliseconds / 1000).\(milliseconds / 100 % 10) s)"
    let tellHoop = Remedy(
      "Try again, and tell Hoop if it does not go away:",
      .link("https://github.com/hoophq/hoop/issues"))
    let nothing = Remedy("There is nothing to do.")
    switch answer {
    case .takesKey: return ("takes-key", [takes], nothing)
    case .onlineElsewhere:
      return ("online-elsewhere", ["\(takes); an agent with this key is online"], nothing)
    case .silent:
      let why = "agent \(plan.version) logs only what is wrong, and logged nothing"
      return ("silent", ["\(takes): \(why)"], nothing)
    case .unknownKey:
      let command =
        key.form == .organisation
        ? "get orgkeys" : "create agent \(shellWord(key.name ?? "NAME")) --mode embedded"
      return (
        "unknown-key", ["\(gateway) does not know the key, or it was revoked"],
        Remedy(
          "Get the key again from the gateway, and set it:", .run("hoop admin \(command)"),
          .set(source, to: "grpcs://…"))
      )
    case .unreachable(let reason):
      // The agent says nothing about a proxy that is down: it says what it says of a gateway.
      let isOfProxy = [
        "connection refused", "no such host", "timeout", "unreachable", "no route to host",
      ].contains { reason.splitOnce(at: $0).after != nil }
      let why = "cannot be reached: \(printable(reason))"
      if isOfProxy, let proxy = plan.proxy { return self.proxy(proxy, why, "unreachable") }
      return ("unreachable", ["\(gateway) \(why)"], remedy(reason))
    case .http(let status, let fromProxy):
      let why = "answers with HTTP status \(status)"
      if fromProxy, let proxy = plan.proxy { return self.proxy(proxy, why, "proxy-refused") }
      let isOld = plan.version < AgentVersion.withoutLists
      return (
        "http-status", ["\(gateway) \(why)"],
        isOld
          ? Remedy(
            "Gateways from 1.20 on no longer serve this agent. Set a later HOOP_VERSION:",
            .useNewest)
          : Remedy(
            "Something else answers there. The key's port is the gateway's gRPC port, usually 8010 or"
              + " 8443:", .set(source, to: key.pattern("HOST:8010", key.mode)))
      )
    case .refused(let reason):
      return ("refused", ["\(gateway) refuses: \(printable(reason))"], tellHoop)
    case .ended(let status, let last):
      return ("agent-ended", quote("The agent ended with \(status)", last), tellHoop)
    case .notStarted(let why):
      return ("agent-not-started", ["The agent could not be started: \(printable(why))"], tellHoop)
    case .none(let seconds, let last):
      let words =
        plan.version.logsAnswers(of: key) == nil
        ? ["Not known: this check was not tried with agent \(plan.version)"]
        : quote("No answer within \(seconds) s", last)
      return (
        "no-answer", words,
        isUnsaid
          ? Remedy("Newer agents say it. Use the newest agent in the next build:", .useNewest)
          : Remedy("Try again; a gateway that runs answers within a second:", .checkInDyno)
      )
    }
  }

  private func quote(_ what: String, _ last: [String]) -> [String] {
    if last.isEmpty { return ["\(what); the agent logged nothing"] }
    return ["\(what); the agent's last lines:"] + last.map { "  \(printable($0))" }
  }

  /// What to do about a gateway that cannot be reached for this reason.
  private func remedy(_ reason: String) -> Remedy {
    let key = plan.key
    func says(_ text: String) -> Bool { reason.splitOnce(at: text).after != nil }
    func setScheme(_ scheme: String) -> Remedy.Step {
      .set(plan.keySource, to: key.pattern(key.address, key.mode, scheme: scheme))
    }
    if says("error reading server preface: EOF") {
      return Remedy("The gateway speaks TLS. Set the key with grpcs://:", setScheme("grpcs"))
    }
    if says("first record does not look like a TLS handshake") {
      return Remedy("The gateway does not speak TLS. Set the key with grpc://:", setScheme("grpc"))
    }
    if says("unknown authority") {
      return Remedy(
        "If the gateway has a certificate of its own, set HOOP_TLSCA to its authority's file in the"
          + " app, or to the certificate itself:",
        .set(GatewayConnection.authority, to: GatewayConnection.exampleOfFile))
    }
    // A host alone has the port of https.
    let port = Bytes(key.address.utf8).hasPort ? "" : ":443"
    return Remedy(
      "Check that the key has the gateway's address, and see what answers there:",
      .run("openssl s_client -brief -connect \(key.address)\(port) </dev/null"))
  }

  private func proxy(_ proxy: Proxy, _ why: String, _ code: String) -> Finding {
    let gateway = Bytes(plan.key.address.utf8)
    let colon = gateway.hasPort ? gateway.lastIndex(of: UInt8(ascii: ":")) : nil
    return (
      code, ["The proxy \(proxy.address) of \(proxy.variable) \(why)"],
      Remedy(
        "Correct the proxy, with a user and password if it needs them, or leave it out for the"
          + " gateway:", .set(proxy.variable, to: "http://USER:SECRET@\(proxy.address)"),
        .set("NO_PROXY", to: gateway[..<(colon ?? gateway.endIndex)].text))
    )
  }
}
