import CPosix
import HoopAgent
import Posix

/// The app of the demonstration: in the shape of Heroku's Ruby starter, with a web process that
/// needs nothing but a shell.
enum Demonstration {
  /// The process type that is started.
  static let type = "web"

  static let connections = ["myapp-redact", "myapp-review"]

  /// What the user would set with `heroku config:set`; the key lets nobody in anywhere.
  static let config = [
    (ConfigVar.key.name, "grpcs://_default:practice@app.hoop.dev:8443"),
    (ConfigVar.connection.name, connections.joined(separator: ",")),
  ]

  static func makeApp(at folder: Path) throws(SystemError) {
    for (name, mode, content) in files {
      let file = folder / name
      _ = try file.folder.makeFolders()
      try file.makeFile(Array(content.utf8), mode: mode)
    }
  }

  private static let files: [(name: String, mode: mode_t, content: String)] = [
    (
      "Procfile", 0o644,
      """
      web: hoopstart -- bin/server -C config/puma.rb
      worker: bundle exec rake jobs:work

      """
    ),
    ("Gemfile", 0o644, "source \"https://rubygems.org\"\ngem \"rails\"\ngem \"puma\"\n"),
    ("config/puma.rb", 0o644, "port ENV.fetch(\"PORT\", 3000)\n"),
    ("bin/rails", 0o755, "#!/usr/bin/env ruby\nrequire \"rails/commands\"\n"),
    (
      "bin/server", 0o755,
      """
      #!/bin/sh
      # Stands for puma: says that it listens, and finishes its work when it is told to stop.
      sleep 2147483647 &
      trap 'kill "$!"; echo "Got SIGTERM, finished the last request"; exit 0' TERM
      echo "Listening on port $PORT"
      exec 2>/dev/null # where the shell would tell that its sleep has ended
      wait "$!"

      """
    ),
  ]

  /// Whether the lines so far show that the app listens, and that every connection has its agent and
  /// the supervisor has said so.
  static func isComplete(_ lines: [String]) -> Bool {
    let ends = connections.flatMap { [" and publish \($0)", " connections=\($0)"] }
    return lines.contains { $0.hasPrefix("Listening") }
      && ends.allSatisfy { end in lines.contains { $0.hasSuffix(end) } }
  }
}
