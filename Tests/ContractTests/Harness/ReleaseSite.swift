/// Hoop's release server in its real layout, on loopback.
struct ReleaseSite: Sendable {
  let server = HTTPServer()

  /// - Parameter releases: Oldest first: latest.txt names the last.
  init(_ releases: AgentRelease...) {
    for release in releases { publish(release) }
  }

  /// Adds a release, which is the newest from now on.
  func publish(_ release: AgentRelease) {
    answer("\(release.version)/\(release.file)", .content(release.archive))
    answer("\(release.version)/checksums.txt", .text(Self.checksums(release)))
    answer("latest.txt", .text(release.version))
  }

  var url: String { "http://127.0.0.1:\(server.port)/release" }

  /// Says what to answer for a file of the site, such as `latest.txt`.
  func answer(_ file: String, _ answers: HTTPServer.Answer...) {
    server.answer("/release/\(file)", answers)
  }

  /// The files that were asked for, in order.
  var requests: [String] { server.requests.map { String($0.trimmingPrefix("/release/")) } }

  /// The lines of every platform's archive, as a release has them.
  static func checksums(_ release: AgentRelease) -> String {
    let others = ["Darwin_arm64", "Windows_x86_64"].map {
      "\(String(repeating: "0", count: 64))  ./dist/binaries/hoop_\(release.version)_\($0).tar.gz\n"
    }
    return others[0] + release.checksum + others[1]
  }
}
