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
    let secrets = Self.secrets(all)
    for index in 0..<count {
      guard let entry = all?[index], !isOne(of: secrets, entry) else { continue }
      end.initialize(to: entry)
      end += 1
    }
    for assignment in assignments where !isOne(of: secrets, assignment) {
      let length = strcspn(assignment, "=") + 1
      var place = kept
      while place < end, place.pointee.map({ strncmp($0, assignment, length) }) != 0 { place += 1 }
      place.initialize(to: assignment)
      if place == end { end += 1 }
    }
    end.initialize(to: nil)
    return kept
  }

  /// The names of the variables that are for the agents alone.
  private static func secrets(_ all: ArgumentVector?) -> Set<String> {
    var ours: [String] = []
    var next = all
    while let entry = next?.pointee {
      // Most variables are not ours, and this is in the app's way.
      if isOurs(entry) { ours.append(String(String(cString: entry).splitOnce(at: "=").before)) }
      next = next.map { $0 + 1 }
    }
    return Setting.hiddenFromApp(among: ours, variable: Environment.value(of:))
  }

  private static func isOurs(_ entry: UnsafePointer<CChar>) -> Bool {
    strncmp(entry, "HOOP_", 5) == 0
  }

  private static func isOne(of names: Set<String>, _ entry: UnsafePointer<CChar>) -> Bool {
    isOurs(entry) && names.contains(String(String(cString: entry).splitOnce(at: "=").before))
  }
}
