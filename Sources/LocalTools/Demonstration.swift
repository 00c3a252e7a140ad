import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// The app of the demonstration, with a web process that needs nothing but a shell, and a release of
/// an agent that connects to nothing.
enum Demonstration {
  /// The process type that is started.
  static let type = "web"

  private static let connections = ["myapp-redact", "myapp-review"]

  /// What the user would set with `heroku config:set`. The key is not valid anywhere.
  static let config = [
    (Setting.key, "grpcs://_default:demonstration@app.hoop.dev:8443"),
    (Setting.connection, connections.joined(separator: ",")),
  ]

  /// The ends of the lines that show that the app listens, and that every connection has its agent and
  /// the supervisor has said so.
  static let ends =
    ["Listening on port \(Environment.dynoPort)"]
    + connections.flatMap { [" would publish \($0)", " connections=\($0)"] }

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

  /// The agent that the demonstration and `--offline` install.
  static func agent(_ version: AgentVersion) -> String {
    """
    #!/bin/sh
    # The demonstration agent of the Hoop buildpack: it says its version, connects to nothing and waits.
    case "${1-}" in
      version) exec echo '{"version":"\(version)","platform":"demonstration"}' ;;
      run) name=$3 ;; # after --name
      *) name=${HOOP_CONNECTION:-what the dashboard says} ;;
    esac
    echo "demonstration agent: connects to nothing, would publish $name"
    exec sleep 2147483647

    """
  }

  /// Makes a release server's files in the layout of the real one.
  ///
  /// - Parameters:
  ///   - folder: Does not exist yet.
  ///   - agent: The text of a script.
  static func makeRelease(
    of version: AgentVersion, at folder: Path, agent: String, _ signals: Signals
  ) throws(Problem) {
    let archive = AgentArchive(version: version, platform: try Platform.current()).file
    try Problem.system { () throws(SystemError) in
      for name in ["agent", "\(version)"] { try (folder / name).makeFolders() }
      try (folder / "latest.txt").makeFile(Array("\(version)".utf8), mode: 0o644)
      try (folder / "agent/hoop").makeFile(Array(agent.utf8), mode: 0o755)
    }
    let script = """
      set -e
      tar --create --directory=agent --owner=0 --group=0 --numeric-owner --mtime=@0 . |
        gzip --no-name >"$0/$1"
      digest=$(openssl dgst -sha256 -r "$0/$1")
      echo "${digest%%[ *]*}  ./dist/binaries/$1" >"$0/checksums.txt"
      """
    let launch = Tools(environment: .current).launch(
      Path("/bin/sh"), ["-c", script, "\(version)", archive], in: folder)
    let result = try Problem.running { () throws(RunFailure) in
      try run(launch, signals: signals)
    }[0]
    if !result.status.isSuccess {
      throw .temporary(result.errorText.splitOnce(at: "\n").before.trimmed())
    }
  }
}
