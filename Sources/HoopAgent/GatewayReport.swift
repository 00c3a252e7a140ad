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
  case http(status: Int)
  case proxyAnswered(status: Int)
  case refused(String)
  /// The agent has ended: its status, and its last lines.
  case ended(String, last: [String])
  case notStarted(String)
  /// It said nothing about the gateway within the time, in seconds.
  case none(seconds: Int, last: [String])

  /// What a line of the agent answers, or nil if it does not answer anything.
  package init?(_ meaning: AgentLine.Meaning) {
    switch meaning {
    case .takesKey: self = .takesKey
    case .onlineElsewhere: self = .onlineElsewhere
    case .unknownKey: self = .unknownKey
    case .unreachable(let reason): self = .unreachable(reason)
    case .http(let status): self = .http(status: status)
    case .proxyAnswered(let status): self = .proxyAnswered(status: status)
    case .refused(let reason): self = .refused(reason)
    case .asking, .nothing: return nil
    }
  }

  package var takesKey: Bool {
    switch self {
    case .takesKey, .onlineElsewhere, .silent: true
    case .unknownKey, .unreachable, .http, .proxyAnswered, .refused, .ended, .notStarted, .none:
      false
    }
  }
}

/// The answer of the gateway, in words.
package struct GatewayReport: Sendable {
  package let answer: GatewayAnswer
  /// From the agent's start to the answer.
  package let milliseconds: Int

  package init(_ answer: GatewayAnswer, after milliseconds: Int) {
    (self.answer, self.milliseconds) = (answer, milliseconds)
  }

  package var takesKey: Bool { answer.takesKey }

  /// A name for programs.
  package var code: String {
    switch answer {
    case .takesKey: "takes-key"
    case .onlineElsewhere: "online-elsewhere"
    case .silent: "silent"
    case .unknownKey: "unknown-key"
    case .unreachable: "unreachable"
    case .http: "http-status"
    case .proxyAnswered: "proxy-refused"
    case .refused: "refused"
    case .ended: "agent-ended"
    case .notStarted: "agent-not-started"
    case .none: "no-answer"
    }
  }

  /// What comes of the plan, in a sentence.
  package func result(of plan: LaunchPlan) -> String {
    if takesKey { return "\(plan.summary)." }
    return isUnsaid(by: plan)
      ? "The agent would start. Whether it would connect is not known."
      : "The agent would start and not connect."
  }

  package func rows(of plan: LaunchPlan) -> [Row] { [Row("Gateway", words(of: plan))] }

  /// What to do about an answer that is not a yes: a problem at most.
  package func problems(of plan: LaunchPlan) -> [Problem] {
    if takesKey { return [] }
    let words = words(of: plan)
    let summary = words[0].utf8.last == UInt8(ascii: ":") ? words[0] : "\(words[0])."
    let isUnknown = isUnsaid(by: plan)
    let meaning =
      isUnknown
      ? "Whether it connects is not known."
      : "The agent would keep trying, and the app would run without it."
    return [
      Problem(
        code, isUnknown ? .notice : .warning, summary, meaning: words.dropFirst() + [meaning],
        remedy(plan))
    ]
  }

  /// A line, and below it the agent's own if they say more.
  private func words(of plan: LaunchPlan) -> [String] {
    let gateway = plan.key.address
    let time = "(\(milliseconds / 1000).\(milliseconds / 100 % 10) s)"
    switch answer {
    case .takesKey: return ["\(gateway) takes the key \(time)"]
    case .onlineElsewhere:
      return ["\(gateway) takes the key \(time); an agent with this key is online"]
    case .silent:
      return [
        "\(gateway) takes the key \(time): agent \(plan.version) logs only what is wrong, and logged"
          + " nothing"
      ]
    case .unknownKey: return ["\(gateway) does not know the key, or it was revoked"]
    case .unreachable(let reason):
      if let proxy = proxy(of: plan) {
        return [
          "The proxy \(proxy.address) of \(proxy.variable) cannot be reached: \(printable(reason))"
        ]
      }
      return ["\(gateway) cannot be reached: \(printable(reason))"]
    case .http(let status): return ["\(gateway) answers with HTTP status \(status)"]
    case .proxyAnswered(let status):
      let name = plan.proxy.map { "The proxy \($0.address) of \($0.variable)" } ?? "A proxy"
      return ["\(name) answers with HTTP status \(status)"]
    case .refused(let reason): return ["\(gateway) refuses: \(printable(reason))"]
    case .ended(let status, let last): return quote("The agent ended with \(status)", last)
    case .notStarted(let reason): return ["The agent could not be started: \(printable(reason))"]
    case .none(let seconds, let last):
      if isUntried(with: plan) {
        return ["Not known: this check was not tried with agent \(plan.version)"]
      }
      let lines = quote("No answer within \(seconds) s", last)
      return isUnsaid(by: plan)
        ? lines + ["Agent \(plan.version) may log nothing while all is well; 1.21.0 and later do."]
        : lines
    }
  }

  private func quote(_ what: String, _ last: [String]) -> [String] {
    if last.isEmpty { return ["\(what); the agent logged nothing"] }
    return ["\(what); the agent's last lines:"] + last.map { "  \(printable($0))" }
  }

  /// Whether no answer may as well mean that all is well.
  private func isUnsaid(by plan: LaunchPlan) -> Bool {
    guard case .none = answer, plan.key.mode != .standard else { return false }
    return isUntried(with: plan) || !AgentCapabilities(plan.version).logsAnswers
  }

  /// Whether it was never seen what such an agent says about an organisation's key.
  private func isUntried(with plan: LaunchPlan) -> Bool {
    plan.key.form == .organisation
      && plan.version < AgentCapabilities.answeringForOrganisations
  }

  // MARK: Remedies

  /// The proxy, if the connection failed on the way to it: the agent says nothing about a proxy that
  /// is down, so the words are those of a gateway that is down.
  private func proxy(of plan: LaunchPlan) -> Proxy? {
    says("connection refused", "no such host", "timeout", "unreachable", "no route to host")
      ? plan.proxy : nil
  }

  private func says(_ texts: String...) -> Bool {
    guard case .unreachable(let reason) = answer else { return false }
    let bytes = Bytes(reason.utf8)
    return texts.contains { bytes.range(of: $0) != nil }
  }

  private func remedy(_ plan: LaunchPlan) -> Remedy {
    let source = plan.keyVariable.source
    func setKey(_ value: String) -> Remedy.Step { .set([Remedy.Assignment(source, value)]) }
    switch answer {
    case .unknownKey:
      let name = plan.key.name.map { printable($0) } ?? "NAME"
      return Remedy(
        "Get the key again from the gateway, and set it:",
        .run(
          plan.key.form == .organisation
            ? "hoop admin get orgkeys"
            : "hoop admin create agent \(shellWord(name)) --mode embedded"),
        setKey("grpcs://…"))
    case .unreachable: return unreachable(plan, setKey)
    case .http(status: 404), .http(status: 415):
      if plan.version < AgentCapabilities.withoutLists {
        return Remedy(
          "Gateways from 1.20 on no longer serve this agent. Set a later HOOP_VERSION, or use the"
            + " newest:", .unset(.version, .sha256))
      }
      return Remedy(
        "Something else answers there. The key's port must be the gateway's gRPC port, usually 8010 or"
          + " 8443:", setKey(plan.key.pattern("SECRET", "HOST:8010", plan.key.mode)))
    case .proxyAnswered(let status):
      let proxy = plan.proxy.map { $0.variable } ?? "HTTPS_PROXY"
      return Remedy(
        status == 407
          ? "Set the proxy's user and password in \(proxy):"
          : "Have the proxy let the agent connect to \(plan.key.address), or leave it out:",
        .set([
          status == 407
            ? Remedy.Assignment(proxy, "http://USER:SECRET@\(plan.proxy?.address ?? "HOST:PORT")")
            : Remedy.Assignment("NO_PROXY", plan.hostOfGateway)
        ]))
    case .none where isUntried(with: plan), .none where isUnsaid(by: plan):
      return Remedy(
        "To know, use a later agent, which says so; the next build takes the newest:",
        .unset(.version, .sha256))
    case .none:
      return Remedy("Try again; a gateway that runs answers within a second:", .checkInDyno)
    case .refused, .ended, .notStarted, .http:
      return Remedy(
        "Try again, and tell Hoop if it does not go away:",
        .link("https://github.com/hoophq/hoop/issues"))
    case .takesKey, .onlineElsewhere, .silent: return Remedy("There is nothing to do.")
    }
  }

  private func unreachable(_ plan: LaunchPlan, _ setKey: (String) -> Remedy.Step) -> Remedy {
    let key = plan.key
    func withScheme(_ scheme: String) -> Remedy.Step {
      setKey("\(scheme)://\(Bytes(key.pattern("SECRET", key.address, key.mode).utf8).afterScheme)")
    }
    if says("error reading server preface: EOF") {
      return Remedy(
        "The gateway speaks TLS. Set the key with grpcs:// at its beginning:", withScheme("grpcs"))
    }
    if says("first record does not look like a TLS handshake") {
      return Remedy(
        "The gateway does not speak TLS. Set the key with grpc:// at its beginning:",
        withScheme("grpc"))
    }
    if says("unknown authority") {
      return Remedy(
        "If the gateway has a certificate of its own, set HOOP_TLSCA to the authority's file in the"
          + " app, or to its certificate:",
        .set([Remedy.Assignment(GatewayConnection.authority, "file:///app/config/ca.pem")]))
    }
    if let proxy = proxy(of: plan) {
      return Remedy(
        "Correct the proxy, or leave it out for the gateway:",
        .set([Remedy.Assignment(proxy.variable, "http://HOST:PORT")]),
        .set([Remedy.Assignment("NO_PROXY", plan.hostOfGateway)]))
    }
    // A host alone has the port of https.
    let port = Bytes(key.address.utf8).hasPort ? "" : ":443"
    return Remedy(
      "Check that the key has the gateway's address, and see what answers there:",
      .run("openssl s_client -brief -connect \(key.address)\(port) </dev/null"))
  }
}

extension LaunchPlan {
  fileprivate var hostOfGateway: String {
    let bytes = Bytes(key.address.utf8)
    guard bytes.hasPort, let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else {
      return key.address
    }
    return bytes[..<colon].text
  }
}

extension Bytes {
  fileprivate var afterScheme: String {
    range(of: "://").map { self[$0.upperBound...].text } ?? text
  }
}
