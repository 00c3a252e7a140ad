import CPosix
import HoopAgent
import Posix

/// What is wrong with the folders that a build works in, or with the machine.
package enum SlugFailure: Error, Hashable, Sendable {
  /// An argument that should name a folder does not.
  case noFolder(String, Path)
  /// The app has something of its own where a file of ours must be.
  case occupied(String)
  /// A folder that we write into is a link to somewhere else.
  case leadsOut(String)
  case unreadableProcfile(SystemError)
  case hugeProcfile
  case unreadableConfigVar(String, SystemError)
  case notASwitch(name: String, value: String)
  case unsupportedMachine(String)
  case missingProgram(String, purpose: String)
  case notWritable(SystemError)
  case diskFull
  case system(SystemError)

  /// The failure in words.
  package var advice: Advice {
    switch self {
    case .noFolder(let argument, let path):
      Advice(
        code: "no-folder", summary: "\(argument) is no folder: \(quoted(path.string)).",
        meaning: ["Heroku passes the folders itself. By hand, they come in this order."],
        remedy: "Name folders that are there:",
        example: ["bin/compile BUILD_DIR CACHE_DIR ENV_DIR"])
    case .occupied(let name):
      Advice(
        code: "occupied", summary: "The app has a file of its own at \(name).",
        meaning: ["The Hoop agent needs this path, and no file of an app is ever overwritten."],
        remedy: "Move the file, or remove it from the repository:", example: ["git rm -r \(name)"])
    case .leadsOut(let name):
      Advice(
        code: "leads-out", summary: "\(name) is a link that leads out of the app.",
        meaning: ["What is written there would not be in the slug."],
        remedy: "Make it a folder, or remove it from the repository:", example: ["git rm \(name)"])
    case .unreadableProcfile(let error) where error.code == EXDEV:
      Advice(
        code: "procfile-leads-out", summary: "Procfile is a link that leads out of the app.",
        meaning: ["What is there is not the app's, and is not read."],
        remedy: "Put the file itself into the repository:",
        example: ["cp --remove-destination FILE Procfile && git add Procfile"])
    case .unreadableProcfile(let error):
      Advice(
        code: "unreadable-procfile", summary: "The app's Procfile cannot be read.",
        meaning: ["\(error.call): \(error.reason)"],
        remedy: "Give the build's user the right to read the app:",
        example: ["chmod -R u+rX BUILD_DIR"])
    case .hugeProcfile:
      Advice(
        code: "huge-procfile", summary: "The app's Procfile is too large to be one.",
        meaning: [
          "It is read up to \(Procfile.maximumBytes >> 20) MiB and \(Procfile.maximumProcesses) process types."
        ],
        remedy: "See what it is, and leave in it what the app runs:", example: ["wc Procfile"])
    case .unreadableConfigVar(let name, let error):
      Advice(
        code: "unreadable-config-var", summary: "The config var \(name) cannot be read.",
        meaning: ["Its file in ENV_DIR: \(error.reason). A value has at most 64 KiB."],
        remedy: "Set it again, or unset it:", example: ["heroku config:unset \(name)"])
    case .notASwitch(let name, let value):
      LaunchProblem.notASwitch(name: name, value: value).advice
    case .unsupportedMachine(let machine):
      Advice(
        code: "unsupported-machine", summary: "There is no Hoop agent for \(machine).",
        meaning: ["Agents are released for Linux on x86_64 and arm64."],
        remedy: "Build on such a machine, or in a container:",
        example: ["docker run --rm -it -v \"$PWD\":/app -w /app heroku/heroku:24-build bash"])
    case .missingProgram(let name, let purpose):
      Advice(
        code: "missing-program", summary: "There is no \(name) on PATH.",
        meaning: ["The build needs it to \(purpose). Every Heroku stack has it."],
        remedy: "On a machine of your own, install what the build uses:",
        example: ["apt-get install curl tar gzip openssl"])
    case .notWritable(let error):
      Advice(
        code: "not-writable",
        summary: "\(error.path.map { quoted($0.string) } ?? "A file") cannot be"
          + " written.",
        meaning: ["\(error.call): \(error.reason)"],
        remedy: "Give the build's user the right to write there:",
        example: ["chmod u+rwx BUILD_DIR"])
    case .diskFull:
      Advice(
        code: "disk-full", summary: "The disk is full.",
        meaning: ["An agent takes up to 400 MB while it is installed."],
        remedy: "Make the app smaller, or empty the build cache:",
        example: ["heroku builds:cache:purge"])
    case .system(let error):
      Advice(
        code: "system", summary: "The system refused: \(error).",
        meaning: ["This is no fault of the app."],
        remedy: "Deploy again. If it stays, tell us, with this log:",
        example: ["https://github.com/hoophq/heroku-hoop-buildpack/issues"])
    }
  }
}
