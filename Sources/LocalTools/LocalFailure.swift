import BuildpackKit
import HoopAgent
import Posix

/// Why dry-run or check ended before a deploy was tried.
package enum LocalFailure: Error {
  case noApp(Path)
  case noProcfile(Path)
  case unreadableApp(Path, complaint: String)
  case noBuildpack(Path)
  case noProcess(type: String, of: [String])
  case keepIsTaken(Path)
  case malformedConfig(argument: Int)
  case unreadableEnvFile(Path, SystemError)
  case malformedEnvFile(Path, EnvFile.Malformed)
  case noTemporaryFolder(Path, SystemError)
  case diskFull(folder: Path)
  /// An option that is of no use for an image.
  case forSlugsAlone(option: String)
  case lifecycle(LifecycleRefusal)
  case build(BuildFailure)

  init(_ error: SystemError) {
    let failure = BuildFailure(error)
    self = failure == .slug(.diskFull) ? .diskFull(folder: DryRun.temporaryFolder) : .build(failure)
  }

  /// Runs `body` and throws what it throws as a failure of this kind.
  static func system<Result: ~Copyable>(
    _ body: @autoclosure () throws(SystemError) -> Result
  ) throws(LocalFailure) -> Result {
    do throws(SystemError) { return try body() } catch { throw LocalFailure(error) }
  }

  static func system<Result: ~Copyable>(
    _ body: () throws(SystemError) -> Result
  ) throws(LocalFailure) -> Result {
    do throws(SystemError) { return try body() } catch { throw LocalFailure(error) }
  }

  /// Runs `body` and throws what it throws as a failure of this kind.
  static func build<Result: ~Copyable>(
    _ body: @autoclosure () throws(BuildFailure) -> Result
  ) throws(LocalFailure) -> Result {
    do throws(BuildFailure) { return try body() } catch { throw .build(error) }
  }

  static func build<Result: ~Copyable>(
    _ body: () throws(BuildFailure) -> Result
  ) throws(LocalFailure) -> Result {
    do throws(BuildFailure) { return try body() } catch { throw .build(error) }
  }

  /// Makes sure that `app` is a folder with a Procfile.
  static func checkApp(_ app: Path) throws(LocalFailure) {
    guard (try? app.status())?.kind == .folder else { throw .noApp(app) }
    do throws(SystemError) {
      if try Procfile.isThere(in: app) { return }
    } catch { throw .build(.slug(.unreadableProcfile(error))) }
    throw .noProcfile(app)
  }

  /// The failure in words.
  ///
  /// - Parameter command: the one that was called, such as `bin/check`.
  func advice(for command: String) -> Advice { words(command).with(.error) }

  private func words(_ command: String) -> Advice {
    switch self {
    case .noApp(let path):
      Advice(
        code: "no-app", summary: "APP_DIR is no folder: \(quoted(path.string)).",
        meaning: ["It is the folder of an app, with a Procfile in it."],
        remedy: "Name one that is there:", example: ["\(command) ../myapp"])
    case .noProcfile(let path):
      Advice(
        code: "no-procfile", summary: "There is no Procfile in \(quoted(path.string)).",
        meaning: [
          "hoopstart starts the Hoop agent with a process, so a Procfile must name one.",
          "The app's folder is named behind the command: \(command) ../myapp",
        ],
        remedy: "Name that, or put a file `Procfile` at its top, with your own command:",
        example: ["web: hoopstart -- bundle exec puma -C config/puma.rb"])
    case .unreadableApp(let path, let complaint):
      Advice(
        code: "unreadable-app", summary: "The app cannot be read whole: \(quoted(path.string)).",
        meaning: [complaint, "Heroku gets the app from git; a dry run copies the folder."],
        remedy: "Get the right to read it, or take a clone of what you would deploy:",
        example: ["git clone . /tmp/myapp && bin/dry-run /tmp/myapp"])
    case .noBuildpack(let path):
      Advice(
        code: "no-buildpack", summary: "There is no bin/compile in \(quoted(path.string)).",
        meaning: ["--buildpack takes a folder with a buildpack that is on this machine."],
        remedy: "Clone the buildpack, and name its folder:",
        example: ["git clone https://github.com/heroku/heroku-buildpack-ruby /tmp/ruby"])
    case .noProcess(let type, let types):
      Advice(
        code: "no-process-type", summary: "The Procfile has no process type \(quoted(type)).",
        meaning: [types.isEmpty ? "It has none at all." : "It has \(types.asList)."],
        remedy: "Boot one that is there, or add it to the Procfile:",
        example: [types.first.map { "--boot \($0)" } ?? "web: hoopstart -- bundle exec puma"])
    case .keepIsTaken(let path):
      Advice(
        code: "keep-is-taken", summary: "\(quoted(path.string)) is there already.",
        meaning: ["--keep puts the slug in a new folder, and overwrites nothing."],
        remedy: "Name a folder that is not there:", example: ["--keep /tmp/slug-2"])
    case .malformedConfig(let argument):
      Advice(
        code: "malformed-config", summary: "The \(ordinal(argument)) --config is no KEY=VALUE.",
        meaning: [
          "A name has letters, digits and _. What was given is not shown: it may be secret."
        ],
        remedy: "Write the name, an equals sign and the value:",
        example: ["--config HOOP_CONNECTION=myapp"])
    case .unreadableEnvFile(let path, let error):
      Advice(
        code: "unreadable-env-file",
        summary:
          "\(path == Path("-") ? "Standard input" : "The env file \(name(path))") cannot be read.",
        meaning: ["\(error.reason). It is a file of at most 1 MiB, or - for standard input."],
        remedy: "Write one from the app's config vars:",
        example: ["heroku config --shell >.env"])
    case .malformedEnvFile(let path, let malformed):
      Advice(
        code: "malformed-env-file",
        summary:
          "Line \(malformed.line) of \(name(path)) cannot be read: \(malformed.why.rawValue).",
        meaning: ["A line is KEY='value'. What it says is not shown: it may be a secret."],
        remedy: "Correct the line, or take what the Heroku CLI writes:",
        example: ["heroku config --shell >.env"])
    case .noTemporaryFolder(let path, let error):
      Advice(
        code: "no-temporary-folder", summary: "No folder can be made in \(quoted(path.string)).",
        meaning: [
          "\(error.reason). A dry run works on a copy of the app, in TMPDIR, else in /tmp."
        ],
        remedy: "Name a folder that can be written:",
        example: ["TMPDIR=/path/with/room bin/dry-run APP_DIR"])
    case .diskFull(let folder):
      Advice(
        code: "disk-full", summary: "The disk of \(quoted(folder.string)) is full.",
        meaning: ["A dry run works on a copy of the app, in TMPDIR, else in /tmp."],
        remedy: "Make room, or work on another disk:",
        example: ["TMPDIR=/path/with/room bin/dry-run APP_DIR"])
    case .forSlugsAlone(let option):
      Advice(
        code: "for-slugs-alone",
        summary: "\(option) is for slugs, and --cloud-native builds an image.",
        meaning: ["For an image this buildpack is tried alone."],
        remedy: "Leave one of the two out:", example: ["bin/dry-run APP_DIR --cloud-native"])
    case .lifecycle(let refusal): refusal.advice
    case .build(let failure): failure.advice
    }
  }

  private func name(_ path: Path) -> String {
    path == Path("-") ? "standard input" : quoted(path.string)
  }

  private func ordinal(_ number: Int) -> String {
    switch number {
    case 1: "first"
    case 2: "second"
    case 3: "third"
    default: "\(number)th"
    }
  }
}
