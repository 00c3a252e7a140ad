import CPosix
import Posix

/// A supervisor that keeps agents beside an app already, so that a hoopstart within it starts none.
enum OuterSupervisor {
  /// Looks for one: above the app, such as pid 1 or one whose agent's session this is; or one whose
  /// app is above this app or is this very process, where one hoopstart became another.
  ///
  /// Nothing of this is inherited by a dyno or a container from another, as a variable would be.
  static func pid(above app: pid_t) -> pid_t? {
    var line = [app]
    while let parent = ProcessStatus(of: line[line.count - 1])?.parent, parent > 0 {
      if ProcessTitle.isSupervisor(parent) { return parent }
      line.append(parent)
    }
    guard let own = ProcessStatus(of: getpid()) else { return nil }
    for name in (try? Path("/proc").names()) ?? [] {
      guard let other = pid_t(name.string), other != getpid(), ProcessTitle.isSupervisor(other),
        let itsApp = ProcessTitle.app(of: other), let status = ProcessStatus(of: other)
      else { continue }
      if line.dropFirst().contains(itsApp) { return other }
      // Two of one app: the one that was first goes on.
      if itsApp == app, (status.startTime, other) < (own.startTime, getpid()) { return other }
    }
    return nil
  }
}
