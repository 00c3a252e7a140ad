import CPosix
import HoopAgent
import Posix

/// What the app gets of this process's environment: all but the secrets of the agents, every byte and
/// the order as they were.
enum AppEnvironment {
  /// - Parameter assignments: `NAME=VALUE`, which replace a variable or come last, as env(1) has it.
  static func make(_ assignments: ArraySlice<UnsafeMutablePointer<CChar>>) -> ArgumentVector {
    let all = cposix_environment()
    var count = 0
    while all?[count] != nil { count += 1 }
    // Kept until exec.
    let kept = ArgumentVector.allocate(capacity: count + assignments.count + 1)
    var end = kept
    for index in 0..<count {
      guard let entry = all?[index], !isSecret(entry) else { continue }
      end.initialize(to: entry)
      end += 1
    }
    for assignment in assignments where !isSecret(assignment) {
      let length = strcspn(assignment, "=") + 1
      var place = kept
      while place < end, place.pointee.map({ strncmp($0, assignment, length) }) != 0 { place += 1 }
      place.initialize(to: assignment)
      if place == end { end += 1 }
    }
    end.initialize(to: nil)
    return kept
  }

  /// Whether it is for the agents alone: the key, and the URL of a database in one of this project's
  /// own variables. What such a variable refers to, such as DATABASE_URL, is the app's.
  private static func isSecret(_ entry: UnsafeMutablePointer<CChar>) -> Bool {
    // Most variables are not ours, and this is in the app's way.
    guard strncmp(entry, "HOOP_", 5) == 0 else { return false }
    let (name, value) = String(cString: entry).splitOnce(at: "=")
    guard let value else { return false }
    return SecretVariable.isKeptFromApp(String(name), String(value), Environment.value(of:))
  }
}
