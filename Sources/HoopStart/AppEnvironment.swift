import CPosix
import HoopAgent
import Posix

/// Words as exec takes them: they end with NULL.
typealias ArgumentVector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

extension UnsafeMutablePointer where Pointee == UnsafeMutablePointer<CChar>? {
  var words: [UnsafeMutablePointer<CChar>] {
    var (words, next) = ([UnsafeMutablePointer<CChar>](), self)
    while let word = next.pointee {
      words.append(word)
      next += 1
    }
    return words
  }
}

/// What the app gets of this process's environment: all but the secrets that are for the agents, every
/// byte and the order as they were.
enum AppEnvironment {
  /// - Parameter assignments: `NAME=VALUE`, which replace a variable or come last, as env(1) has it.
  static func make(_ assignments: [UnsafeMutablePointer<CChar>]) -> ArgumentVector {
    let all = cposix_environment()?.words ?? []
    // Most variables are not ours, and this is in the app's way.
    let secrets = Setting.hiddenFromApp(
      among: all.filter(isOurs).map(name), variable: Environment.value(of:))
    func isShown(_ entry: UnsafeMutablePointer<CChar>) -> Bool {
      !isOurs(entry) || !secrets.contains(name(of: entry))
    }
    var kept = all.filter(isShown)
    for assignment in assignments where isShown(assignment) {
      let length = strcspn(assignment, "=") + 1
      let index = kept.firstIndex { strncmp($0, assignment, length) == 0 } ?? kept.endIndex
      kept.replaceSubrange(index..<min(index + 1, kept.endIndex), with: [assignment])
    }
    // Not freed: it is there until exec.
    let vector = ArgumentVector.allocate(capacity: kept.count + 1)
    vector.initialize(repeating: nil, count: kept.count + 1)
    for (index, entry) in kept.enumerated() { vector[index] = entry }
    return vector
  }

  private static func isOurs(_ entry: UnsafeMutablePointer<CChar>) -> Bool {
    strncmp(entry, "HOOP_", 5) == 0
  }

  private static func name(of entry: UnsafeMutablePointer<CChar>) -> String {
    String(String(cString: entry).splitOnce(at: "=").before)
  }
}
