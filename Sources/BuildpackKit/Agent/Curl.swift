import HoopAgent
import Posix

/// How this project calls curl: nothing from the user's own configuration, no secret among the
/// arguments, and a bound on everything.
struct Curl: Sendable {
  private let launch: ProcessConfiguration
  private let timeScale: TimeScale

  /// Milliseconds until a connection must be made.
  private static let connectTime = 10_000
  /// A transfer that has less than this many bytes a second, for so many milliseconds, has stalled.
  private static let stallBytes = 1000
  private static let stallTime = 20_000
  private static let maximumRedirects = 5
  /// The most that servers may say before the body, in bytes.
  private static let maximumHeaderBytes = 65_536

  init(_ workspace: Workspace) throws(BuildFailure) {
    let tools = workspace.tools
    let curl = try tools.require("curl", for: "download the agent")
    // The first word keeps curl from reading ~/.curlrc; the rest comes on standard input, since a
    // URL may hold a password and every process can read another's arguments.
    var launch = tools.launch(curl, ["--disable", "--config", "-"])
    for variables in Self.passedOn {
      // What the app's config vars say of a variable, in either case, comes before the machine's.
      var values: [(String, String)] = []
      for name in variables {
        if let value = try workspace.configVars.value(name) { values.append((name, value)) }
      }
      if values.isEmpty {
        values = variables.compactMap { name in workspace.environment[name].map { (name, $0) } }
      }
      for (name, value) in values { launch.environment[name] = value }
    }
    self.launch = launch
    timeScale = workspace.timeScale
  }

  /// The variables that curl itself reads: each a list of the names that mean the same.
  private static let passedOn = [
    ["https_proxy", "HTTPS_PROXY"], ["no_proxy", "NO_PROXY"], ["CURL_CA_BUNDLE"],
    ["SSL_CERT_FILE"], ["SSL_CERT_DIR"],
  ]

  /// Lays the pipes of a transfer among `programs`, all but the one for the body.
  ///
  /// - Parameter onHeaders: called with what the server said before the body, as it comes.
  /// - Returns: what to start, and what will be said beside the body.
  func transfer(
    _ url: ReleasesURL, _ programs: Pipeline, onHeaders: @escaping ([UInt8]) -> Void = { _ in }
  ) throws(Pipeline.Failure) -> (launch: ProcessConfiguration, words: Words) {
    var launch = launch
    launch.descriptors = [-1, -1, -1, -1]
    try programs.feed(Array(configuration(for: url).utf8), to: &launch.descriptors[0])
    let last = try programs.collect(from: &launch.descriptors[2], limit: 4096)
    // curl takes headers without end (up to 8.3), which neither stall nor are a body that is too
    // large.
    let headers = try programs.collect(
      from: &launch.descriptors[3], limit: Self.maximumHeaderBytes, endsAll: true,
      onChange: onHeaders)
    return (launch, Words(last: last, headers: headers))
  }

  /// What is said beside the body.
  struct Words {
    /// What curl writes last: the HTTP status.
    let last: OutputCollector
    /// What the server says before the body.
    let headers: OutputCollector
  }

  /// Runs the programs of a transfer to their end.
  static func run(_ programs: Pipeline, until deadline: Instant) throws(TransferError) {
    do throws(Pipeline.Failure) { try programs.run(until: deadline) } catch {
      if error == .timedOut { throw .failed(.deadline) }
      throw .build(BuildFailure(error))
    }
  }

  /// How a transfer ended.
  ///
  /// - Parameters:
  ///   - status: how curl ended.
  ///   - words: what was said beside the body.
  static func check(_ status: ExitStatus?, _ words: Words) throws(TransferFailure) {
    if words.headers.isOverLimit { throw .tooLarge(limit: maximumHeaderBytes) }
    guard case .exited(let code) = status else { throw .curl(-1) }
    let answer = words.last.text.split(separator: "\n").last.flatMap { Int($0) } ?? 0
    if code == 22 { throw .status(answer) }
    if code != 0 { throw .curl(code) }
  }

  private func configuration(for url: ReleasesURL) -> String {
    """
    url = "\(url.secret)"
    globoff
    silent
    fail
    location
    max-redirs = \(Self.maximumRedirects)
    proto = "=https,http,file"
    proto-redir = "=https"
    tlsv1.2
    connect-timeout = \(max(1, timeScale.scaled(Self.connectTime) / 1000))
    speed-limit = \(Self.stallBytes)
    speed-time = \(max(1, timeScale.scaled(Self.stallTime) / 1000))
    dump-header = "/dev/fd/3"
    write-out = "%{stderr}\\n%{http_code}"

    """
  }
}
