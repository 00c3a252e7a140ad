import HoopAgent
import Posix

/// The programs of the stack that the build uses, and what they get to see of its environment.
package struct Tools: Sendable {
  private let path: String?
  private let environment: Environment

  package init(environment: Environment) {
    path = environment["PATH"]
    self.environment = Self.clean(environment)
  }

  /// A program's file: that of the system, else the first on PATH; nil where there is none.
  ///
  /// Folders on PATH that are relative, or empty, are those of the app, whose code has no say in
  /// whether a digest is right.
  package func find(_ name: String) -> Path? {
    let folders = (path ?? "").split(separator: ":").filter { $0.utf8.first == UInt8(ascii: "/") }
    return Path.program(
      name, path: ([Self.system] + folders.map { String($0) }).joined(separator: ":"))
  }

  /// A program that the system need not have, and that nobody else may put in its place: where every
  /// stack has a program, PATH has no say in it, and here it would.
  func findOptional(_ name: String) -> Path? { Path.program(name, path: Self.system) }

  private static let system = "/usr/bin:/bin"

  /// A program's file.
  package func require(_ name: String, for purpose: String) throws(BuildFailure) -> Path {
    guard let program = find(name) else {
      throw .slug(.missingProgram(name, purpose: purpose))
    }
    return program
  }

  /// How to start a program with nothing but PATH and HOME in its environment, and the messages of
  /// the C locale. Its output and errors go nowhere until pipes are laid.
  package func launch(_ program: Path, _ arguments: [String], in folder: Path? = nil)
    -> ProcessConfiguration
  {
    var launch = ProcessConfiguration(program, arguments, environment: environment, in: folder)
    launch.descriptors = [-1, -1, -1]
    return launch
  }

  private static func clean(_ environment: Environment) -> Environment {
    var clean = environment.keeping(["PATH", "HOME"])
    clean["LC_ALL"] = "C"
    return clean
  }
}
