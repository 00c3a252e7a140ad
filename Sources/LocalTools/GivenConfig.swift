import BuildpackKit
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

  /// The last variable of a name counts.
  init(_ all: [EnvFile.Variable]) {
    var names: Set<String> = []
    variables = all.reversed().filter { names.insert($0.name).inserted }.reversed()
    Secrets.learn(variables.map { ($0.name, String(decoding: $0.value, as: UTF8.self)) })
  }

  init(_ parsed: Options.Parsed) throws(Problem) {
    var all: [EnvFile.Variable] = []
    var named: [String] = []
    for path in parsed.values("--env-file") { all += try Self.read(path).variables }
    for word in parsed.values("--config") {
      guard let variable = EnvFile.variable(word.bytes) else {
        throw .malformedConfig(number: named.count + 1)
      }
      all.append(variable)
      named.append(variable.name)
    }
    self.init(all)
    self.named = named
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
  var environment: Environment { Environment(variables) }

  /// A notice about the settings in this process's environment, if any: they are not used.
  var problems: [Problem] {
    let ignored = Environment.current.names.sorted().filter {
      Setting.isRead($0) && self[$0] == nil
    }
    return ignored.isEmpty ? [] : [.exported(ignored)]
  }

  private static func read(_ path: Path) throws(Problem) -> EnvFile {
    let isInput = path == Path("-")
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try content(isInput ? nil : path) } catch {
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

  /// Everything that is in a file or comes from a pipe.
  ///
  /// - Parameter path: Nil for standard input.
  private static func content(_ path: Path?) throws(SystemError) -> [UInt8] {
    let limit = EnvFile.maximumBytes
    let input =
      if let path { try Descriptor(opening: path, O_RDONLY) } else {
        try Descriptor(duplicating: STDIN_FILENO)
      }
    var bytes: [UInt8] = []
    while case let part = try input.read(atMost: limit + 1 - bytes.count), !part.isEmpty {
      bytes += part
      if bytes.count > limit { throw SystemError("read", path ?? Path("-"), code: EFBIG) }
    }
    return bytes
  }
}

extension Problem {
  fileprivate static func malformedConfig(number: Int) -> Problem {
    Problem(
      "malformed-config", "--config number \(number) is not KEY=VALUE.",
      meaning: [
        "A name has letters, digits and _. The value is not shown here because it may be a secret."
      ],
      Remedy(
        "Write the name, an equals sign and the value:", .run("--config HOOP_CONNECTION=myapp")))
  }

  /// The notice that no config vars were given. The app may have a key on Heroku.
  static func noConfig(for command: String) -> Problem {
    Problem(
      "no-config", .notice, "No config vars were given.",
      meaning: ["They are not read from Heroku, nor from your environment."],
      Remedy(
        "Pass those of the app:",
        .run("heroku config --shell | \(command) APP_DIR --env-file -")))
  }

  fileprivate static func exported(_ names: [String]) -> Problem {
    let verb = names.count == 1 ? "is" : "are"
    return Problem(
      "exported-config-vars", .notice,
      "\(few(names)) \(verb) set in your environment and \(verb) not used.",
      meaning: ["Only the config vars that are passed on the command line are used."],
      Remedy(
        "Pass those that you mean:",
        .run(names.prefix(8).map { "--config \($0)=\"$\($0)\"" }.joined(separator: " "))))
  }
}
