import HoopAgent
import Posix

/// `bin/detect`: whether this buildpack has something to do for an app.
package enum Detect {
  /// - Parameter buildFolder: BUILD_DIR.
  /// - Returns: the exit status: 0 where there is a Procfile, else 1.
  package static func run(_ buildFolder: Path, log: BuildLog = BuildLog()) -> Int32 {
    do throws(SystemError) {
      if try Procfile.isThere(in: buildFolder) {
        log.plain("Hoop agent")
        return 0
      }
    } catch {
      log.error(SlugFailure.unreadableProcfile(error).advice)
      return 1
    }
    log.error(Procfile.missing)
    return 1
  }
}
