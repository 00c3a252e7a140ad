import Glibc
import Posix

/// What the prober saw of how it was started.
struct State {
  /// A name and a value each, in the prober's order.
  let lines: [String]
  let pid: pid_t

  /// - Parameter hidden: Variables to leave out.
  init(of file: Path, without hidden: [String] = []) throws {
    lines = text(of: file).split(separator: "\n").map(String.init).filter { line in
      !hidden.contains { line.hasPrefix("variable \($0)=") }
    }
    let pid = lines.first { $0.hasPrefix("pid ") }.flatMap { pid_t($0.dropFirst(4)) }
    guard let pid else { throw Failed("\(file) does not hold a pid") }
    self.pid = pid
  }

  func values(_ name: String) -> [String] {
    lines.filter { $0.hasPrefix("\(name) ") }.map { String($0.dropFirst(name.utf8.count + 1)) }
  }

  /// The value of a name, or of a field of /proc/self/status.
  subscript(_ name: String) -> String? {
    lines.first { $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name):\t") }.map { line in
      String(line.dropFirst(name.utf8.count).drop { ": \t".contains($0) })
    }
  }

  /// The words after the program's name.
  var arguments: [String] { Array(values("word").dropFirst()) }

  func variable(_ name: String) -> String? {
    values("variable").first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.utf8.count + 1)) }
  }

  /// All but the pid, which no two processes share.
  var comparable: [String] { lines.filter { !$0.hasPrefix("pid ") } }
}
