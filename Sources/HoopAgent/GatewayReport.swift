/// What the gateway said to an agent that was started to ask it, or why that is not known.
package enum GatewayAnswer: Hashable, Sendable {
  case takesKey
  /// It takes the key, and another agent with this key is online.
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

  package init(_ answer: GatewayAnswer, after milliseconds: Int) {
    (self.answer, self.milliseconds) = (answer, milliseconds)
  }

  package var takesKey: Bool {
    switch answer {
    case .takesKey, .onlineElsewhere, .silent: true
    case .unknownKey, .unreachable, .http, .refused, .ended, .notStarted, .none: false
    }
  }

  /// A name for programs.
  package func code(of plan: LaunchPlan) -> String { finding(plan).code }

  package func rows(of plan: LaunchPlan) -> [Row] { [Row("Gateway", finding(plan).words)] }

  /// What to do about an answer that is not a yes: a problem at most.
  package func problems(of plan: LaunchPlan) -> [Problem] {
    if takesKey { return [] }
    let (code, words, remedy) = finding(plan)
    let meaning =
      isUnsaid(by: plan)
      ? "Whether it connects is not known."
      : "The agent would keep trying, and the app would run without it."
    return [
      Problem(
        code, isUnsaid(by: plan) ? .notice : .warning,
        words[0].utf8.last == UInt8(ascii: ":") ? words[0] : "\(words[0]).",
        meaning: words.dropFirst() + [meaning], remedy)
    ]
  }

  /// What comes of the plan, in a sentence.
  package func result(of plan: LaunchPlan) -> String {
    if takesKey { return "\(plan.summary)." }
    return isUnsaid(by: plan)
      ? "The agent would start. Whether it would connect is not known."
      : "The agent would start and not connect."
  }

  /// Whether no answer may as well mean that all is well.
  private func isUnsaid(by plan: LaunchPlan) -> Bool {
    guard case .none = answer else { return false }
    let isSaid = AgentCapabilities(plan.version).logsAnswers || plan.key.mode == .standard
    return !isSaid || isUntried(plan)
  }

  /// Whether it was never seen what such an agent says about an organisation's key.
  private func isUntried(_ plan: LaunchPlan) -> Bool {
    plan.key.form == .organisation && plan.version < AgentCapabilities.answeringForOrganisations
  }

  /// A name for programs; a line, and below it the agent's own if they say more; what to do.
  private typealias Finding = (code: String, words: [String], remedy: Remedy)

  private func finding(_ plan: LaunchPlan) -> Finding {
    let (key, gateway) = (plan.key, plan.key.address)
    let source = plan.keyVariable.source
    let takes = "\(gateway) takes the key (\(milliseconds / 1000).\(milliseconds / 100 % 10) s)"
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
    case .unreachable(let reason): return unreachable(printable(reason), plan)
    case .http(let status, fromProxy: true): return proxyAnswered(status, plan)
    case .http(let status, fromProxy: false):
      let isOld = plan.version < AgentCapabilities.withoutLists
      return (
        "http-status", ["\(gateway) answers with HTTP status \(status)"],
        isOld
          ? Remedy(
            "Gateways from 1.20 on no longer serve this agent. Set a later HOOP_VERSION:",
            .useNewest)
          : Remedy(
            "Something else answers there. The key's port is the gateway's gRPC port, usually 8010 or"
              + " 8443:", .set(source, to: key.pattern("SECRET", "HOST:8010", key.mode)))
      )
    case .refused(let reason):
      return ("refused", ["\(gateway) refuses: \(printable(reason))"], tellHoop)
    case .ended(let status, let last):
      return ("agent-ended", quote("The agent ended with \(status)", last), tellHoop)
    case .notStarted(let reason):
      return (
        "agent-not-started", ["The agent could not be started: \(printable(reason))"], tellHoop
      )
    case .none(let seconds, let last):
      let later = Remedy("A later agent says so; the next build takes the newest:", .useNewest)
      if isUntried(plan) {
        return (
          "no-answer", ["Not known: this check was not tried with agent \(plan.version)"], later
        )
      }
      let again = Remedy("Try again; a gateway that runs answers within a second:", .checkInDyno)
      let words = quote("No answer within \(seconds) s", last)
      return ("no-answer", words, isUnsaid(by: plan) ? later : again)
    }
  }

  private func quote(_ what: String, _ last: [String]) -> [String] {
    if last.isEmpty { return ["\(what); the agent logged nothing"] }
    return ["\(what); the agent's last lines:"] + last.map { "  \(printable($0))" }
  }

  private func unreachable(_ reason: String, _ plan: LaunchPlan) -> Finding {
    func says(_ texts: String...) -> Bool {
      texts.contains { Bytes(reason.utf8).range(of: $0) != nil }
    }
    let key = plan.key
    func setScheme(_ scheme: String) -> Remedy.Step {
      let rest = key.pattern("SECRET", key.address, key.mode).splitOnce(at: "://").after ?? ""
      return .set(plan.keyVariable.source, to: "\(scheme)://\(rest)")
    }
    // The agent says nothing about a proxy that is down: the words are those of a gateway that is.
    if let proxy = plan.proxy,
      says("connection refused", "no such host", "timeout", "unreachable", "no route to host")
    {
      return (
        "unreachable",
        ["The proxy \(proxy.address) of \(proxy.variable) cannot be reached: \(reason)"],
        Remedy(
          "Correct the proxy, or leave it out for the gateway:",
          .set(proxy.variable, to: "http://HOST:PORT"), .set("NO_PROXY", to: plan.hostOfGateway))
      )
    }
    let remedy: Remedy
    if says("error reading server preface: EOF") {
      remedy = Remedy("The gateway speaks TLS. Set the key with grpcs://:", setScheme("grpcs"))
    } else if says("first record does not look like a TLS handshake") {
      remedy = Remedy(
        "The gateway does not speak TLS. Set the key with grpc://:", setScheme("grpc"))
    } else if says("unknown authority") {
      remedy = Remedy(
        "If the gateway has a certificate of its own, set HOOP_TLSCA to its authority's file in the"
          + " app, or to the certificate itself:",
        .set(GatewayConnection.authority, to: GatewayConnection.exampleOfFile))
    } else {
      // A host alone has the port of https.
      let port = Bytes(key.address.utf8).hasPort ? "" : ":443"
      remedy = Remedy(
        "Check that the key has the gateway's address, and see what answers there:",
        .run("openssl s_client -brief -connect \(key.address)\(port) </dev/null"))
    }
    return ("unreachable", ["\(key.address) cannot be reached: \(reason)"], remedy)
  }

  private func proxyAnswered(_ status: Int, _ plan: LaunchPlan) -> Finding {
    let (name, address) = (
      plan.proxy?.variable ?? "HTTPS_PROXY", plan.proxy?.address ?? "HOST:PORT"
    )
    return (
      "proxy-refused", ["The proxy \(address) of \(name) answers with HTTP status \(status)"],
      status == 407
        ? Remedy(
          "Set the proxy's user and password in \(name):",
          .set(name, to: "http://USER:SECRET@\(address)"))
        : Remedy(
          "Have the proxy connect to \(plan.key.address), or leave it out:",
          .set("NO_PROXY", to: plan.hostOfGateway))
    )
  }
}

extension LaunchPlan {
  fileprivate var hostOfGateway: String {
    let bytes = Bytes(key.address.utf8)
    let colon = bytes.hasPort ? bytes.lastIndex(of: UInt8(ascii: ":")) : nil
    return bytes[..<(colon ?? bytes.endIndex)].text
  }
}
