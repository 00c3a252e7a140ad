import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// The app of the demonstration, with a web process that needs nothing but a shell.
enum Demonstration {
  /// The process type that is started.
  static let type = "web"

  static let connections = ["myapp-redact", "myapp-review"]

  /// What the user would set with `heroku config:set`. The key is not valid anywhere.
  static let config = [
    EnvFile.Variable(Setting.key.name, "grpcs://_default:demonstration@app.hoop.dev:8443"),
    EnvFile.Variable(Setting.connection.name, connections.joined(separator: ",")),
  ]

  static func makeApp(at folder: Path) throws(SystemError) {
    try (folder / "bin").makeFolders()
    try (folder / "Procfile").makeFile(
      Array("web: hoopstart -- bin/server\nworker: bundle exec rake jobs:work\n".utf8), mode: 0o644)
    try (folder / "bin/server").makeFile(Array(server.utf8), mode: 0o755)
  }

  private static let server = """
    #!/bin/sh
    # Does what puma would do: says that it listens, and finishes its work when it is told to stop.
    sleep 2147483647 &
    trap 'kill "$!"; echo "Got SIGTERM, finished the last request"; exit 0' TERM
    echo "Listening on port $PORT"
    exec 2>/dev/null # the shell would say there that its sleep has ended
    wait "$!"

    """

  /// Whether the lines so far show that the app listens, and that every connection has its agent and
  /// the supervisor has said so.
  static func isComplete(_ lines: [String]) -> Bool {
    let ends = connections.flatMap { [" would publish \($0)", " connections=\($0)"] }
    return lines.contains { $0.hasPrefix("Listening") }
      && ends.allSatisfy { end in lines.contains { $0.hasSuffix(end) } }
  }
}

/// A release server's files in the layout of the real one, with an agent that connects to nothing.
/// The demonstration and `--offline` install it.
struct DemonstrationRelease {
  /// The folder of the files.
  let folder: Path

  /// What `hoop` is there.
  static func agent(_ version: AgentVersion) -> String {
    """
    #!/bin/sh
    # The demonstration agent of the Hoop buildpack: it says its version, connects to nothing and waits.
    case "${1-}" in
      version) echo '{"version":"\(version)","platform":"demonstration"}' ;;
      start | run)
        name=${HOOP_CONNECTION:-what the dashboard says}
        while [ $# -gt 0 ]; do
          [ "$1" != --name ] || name=$2
          shift
        done
        echo "demonstration agent: connects to nothing, would publish $name"
        exec sleep 2147483647
        ;;
      *) echo "unknown command \\"${1-}\\"" >&2 && exit 1 ;;
    esac

    """
  }

  /// For HOOP_RELEASES_URL.
  var url: String {
    let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8
    let path = folder.bytes.map { byte in
      plain.contains(byte)
        ? String(Unicode.Scalar(byte)) : "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16))"
    }
    return "file://\(path.joined())"
  }

  /// - Parameters:
  ///   - folder: Does not exist yet.
  ///   - version: The one that HOOP_VERSION asks for.
  ///   - agent: The text of a script.
  init(
    in folder: Path, _ version: AgentVersion, agent: String, _ tools: Tools, _ signals: Signals
  ) throws(Problem) {
    self.folder = folder
    for name in ["tar", "gzip", "sed"] {
      _ = try tools.require(name, for: "make the demonstration's release")
    }
    let release = folder / version.description
    let archive = AgentArchive(version: version, platform: try Platform.current()).file
    try Problem.system { () throws(SystemError) in
      try (folder / "agent").makeFolders()
      try release.makeFolder()
      try (folder / "latest.txt").makeFile(Array("\(version)".utf8), mode: 0o644)
      try (folder / "agent/hoop").makeFile(Array(agent.utf8), mode: 0o755)
    }
    let script = """
      set -e
      PATH=/usr/bin:/bin:$PATH
      tar --create --directory=agent --owner=0 --group=0 --numeric-owner --mtime=@0 . |
        gzip --no-name >"$1/$2"
      { sha256sum "$1/$2" 2>/dev/null || openssl dgst -sha256 -r "$1/$2"; } |
        sed "s|[ *].*|  ./dist/binaries/$2|" >"$1/checksums.txt"
      """
    let launch = tools.launch(
      Path("/bin/sh"), ["-c", script, "sh", version.description, archive], in: folder)
    let results = try Problem.running { () throws(RunFailure) in try run(launch, signals: signals) }
    if !results.allSatisfy({ $0.status.isSuccess }) { throw .temporaryDiskFull }
  }
}
