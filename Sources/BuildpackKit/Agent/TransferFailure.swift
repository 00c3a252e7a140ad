import HoopAgent

/// Why a transfer by curl failed.
package enum TransferFailure: Error, Hashable, Sendable {
  /// The server answered with an HTTP status other than 200.
  case status(Int)
  /// More came than such a file can have.
  case tooLarge(limit: Int)
  /// All attempts together took longer than they may.
  case deadline
  /// What a file:// URL names is a folder, a pipe or a device.
  case notAFile
  /// curl's exit status (curl(1), EXIT CODES).
  case curl(Int32)

  /// Whether the file is known not to be there.
  var isMissing: Bool {
    // 37 is what curl says of a file:// URL that names nothing.
    self == .status(404) || self == .status(410) || self == .curl(37)
  }

  /// What the server says of a file that is missing, to stand behind a URL.
  var answer: String {
    if case .status(let status) = self { "answered \(status)" } else { "is not there" }
  }

  /// Whether the same transfer may well succeed in a moment.
  var isPassing: Bool {
    switch self {
    case .status(let status): status == 408 || status == 429 || (500...599).contains(status)
    case .tooLarge, .deadline, .notAFile: false
    case .curl(let status): Self.passing.contains(status)
    }
  }

  /// Names that did not resolve, connections that were refused, reset or timed out, and transfers
  /// that were cut.
  private static let passing: Set<Int32> = [5, 6, 7, 16, 18, 28, 35, 52, 55, 56, 92]

  /// What happened, to stand behind a URL and a colon.
  var words: String {
    switch self {
    case .status(let status): "the server answered \(status)"
    case .tooLarge(let limit): "it sent more than \(limit) bytes"
    case .deadline: "the transfer was not over after 10 minutes, all attempts together"
    case .notAFile: "it is no regular file"
    case .curl(let status): "\(Self.words(status)) (curl \(status))"
    }
  }

  private static func words(_ status: Int32) -> String {
    switch status {
    case 1: "it speaks no HTTP, or redirects to another kind of URL than https"
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

  var remedy: String {
    switch self {
    case .curl(60), .curl(77):
      "If a proxy or a mirror has a certificate of its own, name the file that holds it:"
    case .curl(5), .curl(97): "Correct the proxy:"
    case .curl(37), .notAFile: "Put the release there, or correct HOOP_RELEASES_URL:"
    default: "Deploy again in a while. If it stays, see whether the server is up:"
    }
  }

  /// - Parameter url: what was asked for, without secrets.
  func example(_ url: String) -> [String] {
    switch self {
    case .curl(60), .curl(77): ["heroku config:set CURL_CA_BUNDLE=/path/to/certificates.pem"]
    case .curl(5), .curl(97): ["heroku config:set HTTPS_PROXY=http://HOST:PORT"]
    case .curl(37), .notAFile: ["ls -l \(url.halves(around: "file://").after ?? url[...])"]
    default: ["curl -I \(url)"]
    }
  }
}
