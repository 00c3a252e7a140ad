import CPosix
import HoopAgent
import Output
import Posix

/// How this project calls curl: without the user's own configuration, without secrets among the
/// arguments, and with a bound on everything.
struct Curl {
  private let launch: ProcessConfiguration
  private let workspace: Workspace

  /// Milliseconds until a connection must be made.
  private static let connectTime = 10_000
  /// A transfer has stalled if it has less than this many bytes a second for so many milliseconds.
  private static let stallBytes = 1000
  private static let stallTime = 20_000
  private static let maximumRedirects = 5

  /// Tells the log of config vars that name certificates that the build does not have.
  init(_ workspace: Workspace) throws(Problem) {
    let curl = try workspace.tools.require("curl", for: "download the agent")
    // The first word keeps curl from reading ~/.curlrc. The rest comes on standard input, because a
    // URL may hold a password and every process can read another's arguments.
    var launch = workspace.tools.launch(curl, ["--disable", "--config", "-"])
    // What the app's config vars say, else the machine.
    func value(_ names: String...) throws(Problem) -> String? {
      for name in names { if let value = try workspace.configVars.value(name) { return value } }
      return names.lazy.compactMap { workspace.environment[$0] }.first
    }
    for name in ["https_proxy", "all_proxy", "no_proxy"] {
      launch.environment[name] = try value(name, name.uppercased())
    }
    for name in ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"] {
      guard let file = try value(name), !file.isEmpty else { continue }
      if (try? Path(file).status()) ?? nil == nil {
        workspace.log.problem(
          Problem(
            "missing-certificates", .notice,
            "\(name) names \(quoted(file)), which the build does not have.",
            meaning: ["It may exist when the app runs. The build uses the system's certificates."],
            Remedy("If the release server needs it, name a file of the build image.")))
      } else {
        launch.environment[name] = file
      }
    }
    (self.launch, self.workspace) = (launch, workspace)
  }

  /// Fetches a file of at most `limit` bytes.
  ///
  /// - Parameter path: The file that is written. If it is nil, the content is returned.
  /// - Throws: What ends the build, whatever another attempt might bring.
  func fetch(
    _ url: ReleasesURL, to path: Path?, limit: Int, until deadline: Instant
  ) throws(Problem) -> Result<String, TransferFailure> {
    var launch = launch
    if let path {
      launch.arguments.append("--output")
      launch.operands = [path]
      launch.fileSizeLimit = limit
    }
    let lines = configuration(for: url, limit: limit, milliseconds: deadline - .now)
    let result = try Problem.running { () throws(RunFailure) in
      try run(
        launch, input: Array(lines.map { "\($0)\n" }.joined().utf8), limit: limit,
        signals: workspace.signals)[0]
    }
    // The last line of standard error: the status of the answer, and that of the proxy.
    let statuses = (result.errorText.split(separator: "\n").last ?? "").split(separator: " ")
    let (status, proxyStatus) = (Int(statuses.first ?? "") ?? 0, Int(statuses.last ?? "") ?? 0)
    switch result.status {
    // Only curl 8.4 and later end by themselves if the server does not say the length. SIGXFSZ: the
    // file would have become too large.
    case _ where result.isOverLimit, .exited(63), .killed(SIGXFSZ):
      return .failure(TransferFailure(reason: "it sent more than \(limit) bytes"))
    case .exited(0): return .success(result.text)
    case .exited where proxyStatus >= 300:
      return .failure(
        TransferFailure(
          reason: "the proxy \(quoted(proxyName)) answered \(proxyStatus)",
          isPassing: (502...504).contains(proxyStatus), remedy: TransferFailure.correctProxy))
    case .exited(22):
      return .failure(
        TransferFailure(
          reason: "the server answered \(status)",
          isPassing: status == 408 || status == 429 || (500...599).contains(status),
          isMissing: status == 404 || status == 410))
    // The disk is full, or the file is as large as it may be.
    case .exited(23): throw .diskFull
    case .exited(28) where deadline - .now <= 0: return .failure(.deadline)
    case .exited(let status): return .failure(.curl(status))
    case .killed: return .failure(.curl(-1))
    }
  }

  /// The proxy that curl was told to use, without user and password.
  private var proxyName: String {
    let proxy = launch.environment["https_proxy"] ?? launch.environment["all_proxy"] ?? ""
    let (all, address) = proxy.splitOnce(at: "://")
    return String((address ?? all).split(separator: "@").last ?? "").trimmed()
  }

  private func configuration(
    for url: ReleasesURL, limit: Int, milliseconds: Int
  ) -> [String] {
    [
      "url = \"\(url.secret)\"", "globoff", "silent", "fail", "location",
      "max-redirs = \(Self.maximumRedirects)", "proto = \"=https,http,file\"",
      "proto-redir = \"=https\"", "tlsv1.2",
      "connect-timeout = \(max(1, workspace.timeScale.scaled(Self.connectTime) / 1000))",
      "speed-limit = \(Self.stallBytes)",
      "speed-time = \(max(1, workspace.timeScale.scaled(Self.stallTime) / 1000))",
      "max-time = \(tenths(max(1, (milliseconds + 99) / 100)))",
      "max-filesize = \(limit)",
      "write-out = \"%{stderr}\\n%{http_code} %{http_connect}\"",
    ] + (url.isHTTPS ? [] : ["noproxy = \"*\""])
  }
}

/// Why a transfer by curl failed.
struct TransferFailure: Error, Hashable {
  /// What happened, in words that follow a URL and a colon.
  let reason: String
  /// Whether the same transfer may well succeed in a moment.
  var isPassing = false
  /// Whether the file is known not to exist.
  var isMissing = false
  /// What to do if the cause is on the way to the server, or nil if it is the server.
  var remedy: Remedy?

  /// All attempts together took longer than they may.
  static let deadline = TransferFailure(
    reason: "the transfer was not over after 10 minutes, all attempts together")

  /// curl's exit status (curl(1), EXIT CODES).
  static func curl(_ status: Int32) -> TransferFailure {
    let (reason, isPassing): (String, Bool) =
      switch status {
      case 1: ("it does not speak HTTP, or redirects to another kind of URL than https", false)
      case 5: ("the proxy's name does not resolve", true)
      case 6: ("the name does not resolve", true)
      case 7: ("no connection could be made", true)
      case 28: ("the server was too slow, or sent nothing", true)
      case 35: ("no TLS connection could be made", true)
      case 37: ("there is no such file", false)
      case 47: ("it redirects too often", false)
      case 18, 52, 55, 56: ("the connection was cut", true)
      case 60: ("its certificate is not trusted", false)
      case 77: ("the file of trusted certificates cannot be read", false)
      case 97: ("the proxy refused", false)
      // 16 and 92 are errors of HTTP/2.
      default: ("the transfer failed", [16, 92].contains(status))
      }
    return TransferFailure(
      reason: "\(reason) (curl \(status))", isPassing: isPassing, isMissing: status == 37,
      remedy: [60, 77].contains(status)
        ? nameCertificates : [5, 97].contains(status) ? correctProxy : nil)
  }

  private static let nameCertificates = Remedy(
    "If a proxy or a mirror has its own certificate, name the file that holds it:",
    .set([Remedy.Assignment("CURL_CA_BUNDLE", "/path/to/certificates.pem")]))
  fileprivate static let correctProxy = Remedy(
    "Correct the proxy:", .set([Remedy.Assignment("HTTPS_PROXY", "http://HOST:PORT")]))
}
