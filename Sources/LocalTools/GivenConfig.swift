import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// The config vars that a command line gives: `--env-file` and `--config`, the later ones winning.
struct GivenConfig {
  private(set) var variables: [EnvFile.Variable] = []

  static let options = [
    Options.Option(
      name: "--config", value: "KEY=VALUE", help: ["Set a config var. Repeatable."]),
    Options.Option(
      name: "--env-file", value: "FILE",
      help: ["Set those of a .env, or of `heroku config --shell`;", "- is standard input."]),
  ]

  init() {}

  init(_ parsed: Options.Parsed) throws(LocalFailure) {
    var count = 0
    for (name, value) in parsed.values(["--config", "--env-file"]) {
      if name == "--config" {
        count += 1
        guard let variable = EnvFile.variable(value.bytes) else {
          throw .malformedConfig(argument: count)
        }
        self[variable.name] = variable.value
      } else {
        for variable in try Self.read(value).variables { self[variable.name] = variable.value }
      }
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

  /// That none were given. The app may well have a key: nobody has said.
  static func missing(for command: String) -> Advice {
    Advice(
      code: "no-config", summary: "No config vars were given, or none stand in what was.",
      meaning: ["The app's are asked of nobody, and none are taken from the environment here."],
      remedy: "Hand over those of the app, after a look at what this prints:",
      example: ["heroku config --shell | \(command) APP_DIR --env-file -"])
  }

  /// Says which config vars stand in this process's environment, where they are not looked for.
  var advice: [Advice] {
    let ignored = Environment.current.names.sorted().filter {
      ConfigVar.isRead($0) && self[$0] == nil
    }
    return ignored.isEmpty ? [] : [Self.exported(ignored)]
  }

  static func exported(_ names: [String]) -> Advice {
    Advice(
      code: "exported-config-vars",
      summary: "\(few(names)) \(names.count == 1 ? "is" : "are") exported here, and not taken.",
      meaning: ["An app has the config vars that are handed over, and no others."],
      remedy: "Hand over those that are meant:",
      example: [names.prefix(8).map { "--config \($0)=\"$\($0)\"" }.joined(separator: " ")]
    ).with(.notice)
  }

  /// The variables as those of a process.
  var environment: Environment {
    var environment = Environment()
    for variable in variables { environment.set(variable.name, variable.value) }
    return environment
  }

  private static func read(_ path: Path) throws(LocalFailure) -> EnvFile {
    let bytes: [UInt8]
    do throws(SystemError) {
      bytes = try content(path)
    } catch { throw .unreadableEnvFile(path, error) }
    do throws(EnvFile.Malformed) { return try EnvFile(bytes) } catch {
      throw .malformedEnvFile(path, error)
    }
  }

  /// All that is in a file, or comes from a pipe.
  private static func content(_ path: Path) throws(SystemError) -> [UInt8] {
    let limit = EnvFile.maximumBytes
    let input =
      try path == Path("-")
      ? Descriptor(duplicating: STDIN_FILENO) : Descriptor(opening: path, O_RDONLY)
    var bytes: [UInt8] = []
    while let part = try input.read(atMost: limit + 1 - bytes.count), !part.isEmpty {
      bytes += part
      if bytes.count > limit { throw SystemError("read", path, code: EFBIG) }
    }
    return bytes
  }
}
