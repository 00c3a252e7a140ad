import HoopAgent
import Posix

/// `bin/detect` of the Cloud Native contract (Buildpack Interface Specification, "Detection"):
/// whether this buildpack has something to do for the app in the working folder.
package enum ImageDetect {
  /// What tells the two contracts' `bin/detect` apart: the classic one has no such variable.
  private static let planPath = "CNB_BUILD_PLAN_PATH"

  /// The exit status that says that a buildpack has nothing to do; any other but 0 is an error.
  private static let notOurs: Int32 = 100

  package static var isCalled: Bool { !(Environment.value(of: planPath) ?? "").isEmpty }

  /// - Returns: the exit status.
  package static func run(in app: Path = Path(".")) -> Int32 {
    let log = BuildLog(.cloudNative)
    do throws(SystemError) {
      if try Procfile.isThere(in: app) { return 0 }
    } catch {
      log.error(SlugFailure.unreadableProcfile(error).advice)
      return 1
    }
    log.error(Procfile.missing)
    return notOurs
  }
}
