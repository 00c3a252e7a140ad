import Glibc
import Posix

/// What the prober saw of how it was started.
struct State {
  /// A name and a value each, in the prober's order.
  let lines: [String]

  /// - Parameter hidden: Variables to leave out.
  init(of file: Path, without hidden: [String] = []) throws {
    let text = String(decoding: try file.content(atMost: 1 << 20), as: UTF8.self)
    lines = text.split(separator: "\n").map(String.init).filter { line in
      !hidden.contains { line.hasPrefix("variable \($0)=") }
    }
  }

  func values(_ name: String) -> [String] {
    lines.filter { $0.hasPrefix("\(name) ") }.map { String($0.dropFirst(name.utf8.count + 1)) }
  }

  func status(_ name: String) -> String? {
    lines.first { $0.hasPrefix("\(name):") }
      .map { String($0.dropFirst(name.utf8.count + 2)) }
  }

  subscript(_ name: String) -> String? { values(name).first }

  var pid: pid_t { self["pid"].flatMap { pid_t($0) } ?? 0 }

  /// The words after the program's name.
  var arguments: [String] { Array(values("word").dropFirst()) }

  func variable(_ name: String) -> String? {
    values("variable").first { $0.hasPrefix("\(name)=") }
      .map { String($0.dropFirst(name.utf8.count + 1)) }
  }

  /// All but the pid, which no two processes share.
  var comparable: [String] { lines.filter { !$0.hasPrefix("pid ") } }
}
