import Glibc
import Posix

/// What the machine that runs the tests allows them to do.
enum Machine {
  /// The words before a program that make it see another machine.
  static let another = ["setarch", "i686"]
  static let canBeAnother = succeeds(another + ["true"])

  /// Whether a file system can be mounted in a private mount namespace.
  static let canMount = succeeds(["unshare", "-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"])

  static func has(_ program: String) -> Bool {
    Path.program(program, path: "/usr/bin:/bin") != nil
  }

  static let isRoot = geteuid() == 0
  /// The user 65534.
  static let otherUser: uid_t = 65534

  private static func succeeds(_ words: [String]) -> Bool {
    guard has(words[0]) else { return false }
    let outcome: Outcome = ProcessConfiguration(words[0], Array(words.dropFirst())).outcome()
    return outcome.status.isSuccess
  }
}

extension HerokuBuild {
  /// Runs everything as a user who owns nothing but BUILDPACK_DIR, so that permissions count.
  func runAsAnotherUser() {
    guard Machine.isRoot else { return }
    let user = Machine.otherUser
    wrapper = ["setpriv", "--reuid=\(user)", "--regid=\(user)", "--clear-groups"]
    buildpack.giveAway()
  }

  /// Hides programs of the machine from the build. This needs the right to mount.
  func hide(_ programs: [String]) { replace(programs.map { ($0, Path("/dev/null")) }) }

  /// Puts files in the place of programs of the machine, for the build alone.
  func replace(_ programs: [(name: String, by: Path)]) {
    let mounts = programs.map { name, file in
      let program = try! Path.program(name, path: "/usr/bin:/bin")!.resolved()
      return "mount --bind '\(file)' '\(program)' && "
    }
    wrapper = ["unshare", "-m", "sh", "-c", "\(mounts.joined())exec \"$@\"", "sh"] + wrapper
  }

  /// Puts a file in the place of a program of the machine.
  func stand(inFor program: String, _ content: String) {
    let file = folder("programs") / program
    file.write(content, mode: 0o755)
    replace([(program, file)])
  }
}
