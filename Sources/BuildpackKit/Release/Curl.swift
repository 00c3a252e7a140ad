import CPosix
import HoopAgent
import Output
import Posix

/// How this project calls curl: without the user's own configuration, without secrets among the
/// arguments, and with a bound on everything.
struct Curl {
  private let launch: ProcessConfiguration
  private let workspace: Workspace
  /// The proxy that curl was told to use, without user and password.
  private let proxy: String?
  /// Config vars that name certificates that the build does not have.
  let notices: [Problem]

  /// Milliseconds until a connection must be made.
  private static let connectTime = 10_000
  /// A transfer has stalled if it has less than this many bytes a second for so many milliseconds.
  private static let stallBytes = 1000
  private static let stallTime = 20_000
  private static let maximumRedirects = 5

  init(_ workspace: Workspace) throws(Problem) {
    let curl = try workspace.tools.require("curl", for: "download the agent")
    // The first word keeps curl from reading ~/.curlrc. The rest comes on standard input, because a
    // URL may hold a password and every process can read another's arguments.
    var launch = workspace.tools.launch(curl, ["--disable", "--config", "-"])
    var notices: [Problem] = []
    for names in Self.proxies {
      for (name, value) in try Self.values(of: names, workspace) {
        launch.environment[name] = value
      }
    }
    for name in Self.certificates {
      guard let (_, value) = try Self.values(of: [name], workspace).first, !value.isEmpty else {
        continue
      }
      if (try? Path(value).status()) ?? nil == nil {
        notices.append(Self.missingCertificates(name, value))
      } else {
        launch.environment[name] = value
      }
    }
    self.launch = launch
    self.notices = notices
    proxy = (Self.proxies[0] + Self.proxies[1]).lazy.compactMap { launch.environment[$0] }.first
    self.workspace = workspace
  }

  /// The variables that curl itself reads, each a list of names that mean the same.
  private static let proxies = [
    ["https_proxy", "HTTPS_PROXY"], ["all_proxy", "ALL_PROXY"], ["no_proxy", "NO_PROXY"],
  ]
  private static let certificates = ["CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"]

  /// What the app's config vars say of a variable, under any of its names, else the machine.
  private static func values(
    of names: [String], _ workspace: Workspace
  ) throws(Problem) -> [(String, String)] {
    var values: [(String, String)] = []
    for name in names {
      if let value = try workspace.configVars.value(name) { values.append((name, value)) }
    }
    if !values.isEmpty { return values }
    return names.compactMap { name in workspace.environment[name].map { (name, $0) } }
  }

  private static func missingCertificates(_ name: String, _ value: String) -> Problem {
    Problem(
      "missing-certificates", .notice,
      "\(name) names \(quoted(value)), which the build does not have.",
      meaning: ["It may exist when the app runs. The build uses the system's certificates."],
      Remedy("If the release server needs it, name a file of the build image."))
  }

  /// Downloads a small file.
  func text(_ url: ReleasesURL, limit: Int, until deadline: Instant) throws(TransferError) -> String
  {
    let result = try transfer(url, launch, limit: limit, until: deadline)
    if result.isOverLimit { throw .failed(.tooLarge(limit: limit)) }
    return result.text
  }

  /// Downloads a file to `path`.
  func download(
    _ url: ReleasesURL, to path: Path, limit: Int, until deadline: Instant
  ) throws(TransferError) {
    let file: Descriptor
    do throws(SystemError) {
      file = try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
    } catch { throw .build(Problem(error)) }
    var launch = launch
    launch.descriptors[1] = file.number
    launch.fileSizeLimit = limit
    _ = try transfer(url, launch, limit: limit, until: deadline)
  }

  private func transfer(
    _ url: ReleasesURL, _ launch: ProcessConfiguration, limit: Int, until deadline: Instant
  ) throws(TransferError) -> ProgramResult {
    // curl would wait for the writer of a pipe.
    if let kind = try? url.localFile?.status()?.kind, kind != .file { throw .failed(.notAFile) }
    let lines = configuration(for: url, limit: limit, milliseconds: deadline - .now)
    let result: ProgramResult
    do throws(RunFailure) {
      result = try run(
        launch, input: Array(lines.map { "\($0)\n" }.joined().utf8), limit: limit,
        signals: workspace.signals)[0]
    } catch { throw .build(Problem(error)) }
    try check(result, limit: limit, isOver: deadline - .now <= 0)
    return result
  }

  private func check(
    _ result: ProgramResult, limit: Int, isOver: Bool
  ) throws(TransferError) {
    guard case .exited(let code) = result.status else {
      // SIGXFSZ: the file would have become too large.
      throw .failed(result.status == .killed(signal: SIGXFSZ) ? .tooLarge(limit: limit) : .curl(-1))
    }
    if code == 0 { return }
    // The last line of standard error: the status of the answer, and that of the proxy.
    let statuses = result.errorText.split(separator: "\n").last?.split(separator: " ") ?? []
    let (status, proxyStatus) = (
      statuses.first.flatMap { Int($0) }, statuses.last.flatMap { Int($0) }
    )
    if let proxyStatus, proxyStatus >= 300 {
      throw .failed(.proxy(name: proxyName, status: proxyStatus))
    }
    switch code {
    case 22: throw .failed(.status(status ?? 0))
    case 63: throw .failed(.tooLarge(limit: limit))
    // 23 is that the disk is full, or that the file is as large as it may be.
    case 23: throw .build(.diskFull)
    case 28 where isOver: throw .failed(.deadline)
    default: throw .failed(.curl(code))
    }
  }

  private var proxyName: String {
    let address = proxy?.splitOnce(at: "://").after ?? proxy.map { $0[...] } ?? ""
    return String(address.split(separator: "@").last ?? "").trimmed()
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

/// Why an attempt at a transfer ended.
enum TransferError: Error {
  case failed(TransferFailure)
  /// The build is over, whatever the next attempt might bring.
  case build(Problem)
}

/// Why a transfer by curl failed.
package enum TransferFailure: Error, Hashable, Sendable {
  /// The server answered with an HTTP status other than 200.
  case status(Int)
  /// The proxy answered with such a status.
  case proxy(name: String, status: Int)
  /// The server sent more than such a file can have.
  case tooLarge(limit: Int)
  /// All attempts together took longer than they may.
  case deadline
  /// A file:// URL names a folder, a pipe or a device.
  case notAFile
  /// curl's exit status (curl(1), EXIT CODES).
  case curl(Int32)

  /// Whether the file is known not to exist.
  var isMissing: Bool {
    // 37 is what curl says of a file:// URL that names nothing.
    self == .status(404) || self == .status(410) || self == .curl(37)
  }

  /// Whether the same transfer may well succeed in a moment.
  var isPassing: Bool {
    switch self {
    case .status(let status): status == 408 || status == 429 || (500...599).contains(status)
    case .proxy(_, let status): (502...504).contains(status)
    case .tooLarge, .deadline, .notAFile: false
    case .curl(let status): Self.passing.contains(status)
    }
  }

  /// Names that did not resolve, connections that were refused, reset or timed out, and transfers
  /// that were cut.
  private static let passing: Set<Int32> = [5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92]

  /// What happened, in words that follow a URL and a colon.
  var reason: String {
    switch self {
    case .status(let status): "the server answered \(status)"
    case .proxy(let name, let status): "the proxy \(quoted(name)) answered \(status)"
    case .tooLarge(let limit): "it sent more than \(limit) bytes"
    case .deadline: "the transfer was not over after 10 minutes, all attempts together"
    case .notAFile: "it is not a regular file"
    case .curl(let status): "\(Self.reason(status)) (curl \(status))"
    }
  }

  private static func reason(_ status: Int32) -> String {
    switch status {
    case 1: "it does not speak HTTP, or redirects to another kind of URL than https"
    case 5: "the proxy's name does not resolve"
    case 6: "the name does not resolve"
    case 7: "no connection could be made"
    case 18: "the connection was cut before all had come"
    case 28: "the server was too slow, or sent nothing"
    case 35: "no TLS connection could be made"
    case 37: "there is no such file"
    case 47: "it redirects too often"
    case 52, 56: "the connection was cut"
    case 60: "its certificate is not trusted"
    case 77: "the file of trusted certificates cannot be read"
    case 97: "the proxy refused"
    default: "the transfer failed"
    }
  }

  /// What to do if the cause is on the way to the server, or nil if it is the server.
  var remedy: Remedy? {
    switch self {
    case .curl(60), .curl(77):
      Remedy(
        "If a proxy or a mirror has its own certificate, name the file that holds it:",
        .set([Remedy.Assignment("CURL_CA_BUNDLE", "/path/to/certificates.pem")]))
    case .curl(5), .curl(97), .proxy:
      Remedy(
        "Correct the proxy:", .set([Remedy.Assignment("HTTPS_PROXY", "http://HOST:PORT")]))
    default: nil
    }
  }
}
