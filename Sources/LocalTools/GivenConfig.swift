import CPosix
import HoopAgent
import Output
import Posix

/// The config vars that a command line gives: those of `--env-file`, then those of `--config`, which
/// win.
struct GivenConfig {
  /// Each name once.
  private(set) var variables: [EnvFile.Variable]
  /// The names that were given by `--config`.
  private(set) var named: [String] = []

  static let options = [
    Options.Option(name: "--config", value: "KEY=VALUE", help: ["Set a config var. Repeatable."]),
    Options.Option(
      name: "--env-file", value: "FILE",
      help: ["Set those of a .env or `heroku config --shell`;", "- is standard input."]),
  ]

  init(_ parsed: Options.Parsed) throws(Problem) {
    var all: [EnvFile.Variable] = []
    for path in parsed.values("--env-file") { all += try Self.read(path).variables }
    for word in parsed.values("--config") {
      guard let variable = EnvFile.variable(word.bytes) else {
        throw Problem(
          "malformed-config", "--config number \(named.count + 1) is not KEY=VALUE.",
          meaning: [
            "A name has letters, digits and _. The value is not shown here because it may be a secret."
          ],
          Remedy(
            "Write the name, an equals sign and the value:", .run("--config HOOP_CONNECTION=myapp"))
        )
      }
      all.append(variable)
      named.append(variable.name)
    }
    // The last variable of a name counts.
    var names: Set<String> = []
    variables = all.reversed().filter { names.insert($0.name).inserted }.reversed()
    for variable in variables {
      Secrets.learn(name: variable.name, value: String(decoding: variable.value, as: UTF8.self))
    }
  }

  subscript(name: String) -> [UInt8]? {
    get { variables.first { $0.name == name }?.value }
    set {
      variables.removeAll { $0.name == name }
      if let newValue { variables.append(EnvFile.Variable(name: name, value: newValue)) }
    }
  }

  var isEmpty: Bool { variables.isEmpty }

  /// The variables as those of a process.
  var environment: Environment { Environment(entries: variables.map { $0.entry }) }

  /// Reads everything that is in a file or comes from a pipe.
  private static func read(_ path: Path) throws(Problem) -> EnvFile {
    let isInput = path == Path("-")
    var bytes: [UInt8] = []
    do throws(SystemError) {
      let input =
        if isInput { try Descriptor(duplicating: STDIN_FILENO) } else {
          try Descriptor(opening: path, O_RDONLY)
        }
      let limit = EnvFile.maximumBytes
      while case let part = try input.read(atMost: limit + 1 - bytes.count), !part.isEmpty {
        bytes += part
        if bytes.count > limit { throw SystemError("read", path, code: EFBIG) }
      }
    } catch {
      throw Problem(
        "unreadable-env-file",
        "\(isInput ? "Standard input" : "The env file \(quoted(path.string))") cannot be read.",
        meaning: ["\(error.reason). It must be a file of at most 1 MiB, or - for standard input."],
        Remedy(
          "Pass the app's config vars on:",
          .run("heroku config --shell | bin/check APP_DIR --env-file -")))
    }
    return try EnvFile(bytes, named: isInput ? "standard input" : quoted(path.string))
  }
}

extension Problem {
  /// The notice that no config vars were given. The app may have a key on Heroku.
  static func noConfig(for command: String) -> Problem {
    Problem(
      "no-config", .notice, "No config vars were given.",
      meaning: ["They are not read from Heroku, nor from your environment."],
      Remedy(
        "Pass those of the app:",
        .run("heroku config --shell | \(command) APP_DIR --env-file -")))
  }
}
