import CPosix

/// The variables of a process: every byte and the order as they were given.
public struct Environment: Hashable, Sendable {
  /// `NAME=VALUE` each, without NUL.
  package private(set) var entries: [[UInt8]]

  package init(entries: [[UInt8]] = []) { self.entries = entries }

  /// This process's environment.
  public static var current: Environment {
    var entries: [[UInt8]] = []
    guard var next = cposix_environment() else { return Environment() }
    while let entry = next.pointee {
      entries.append(Path(cString: entry).bytes)
      next += 1
    }
    return Environment(entries: entries)
  }

  /// Returns a variable of this process without copying all the others. Bytes that are not UTF-8 read
  /// as U+FFFD.
  package static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// A variable's value. If it is there twice, the first counts, as for getenv(3). Bytes that are not
  /// UTF-8 read as U+FFFD.
  ///
  /// Setting it changes the variable in its place, or adds it at the end. Setting nil removes it.
  public subscript(name: String) -> String? {
    get { bytes(of: name).map { String(decoding: $0, as: UTF8.self) } }
    set {
      guard let newValue else { return entries.removeAll { $0.isEntry(of: name) } }
      set(name, Array(newValue.utf8))
    }
  }

  /// All values by name, as the subscript has them. One subscript looks through all variables: use
  /// this to look up many.
  package var values: [String: String] {
    var values: [String: String] = [:]
    for entry in entries {
      guard let name = entry.variableName, values[name] == nil else { continue }
      values[name] = String(decoding: entry.dropFirst(name.utf8.count + 1), as: UTF8.self)
    }
    return values
  }

  /// The names, in the order of the variables. Leaves out what has no name or one that is not UTF-8.
  package var names: [String] { entries.compactMap { $0.variableName } }

  /// Returns a variable's value byte for byte. If it is there twice, the first counts.
  package func bytes(of name: String) -> [UInt8]? {
    entries.first { $0.isEntry(of: name) }.map { Array($0.dropFirst(name.utf8.count + 1)) }
  }

  /// Removes the variables with an unwanted name.
  package mutating func remove(_ isUnwanted: (String) -> Bool) {
    entries.removeAll { entry in
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return false }
      return isUnwanted(String(decoding: entry[..<equals], as: UTF8.self))
    }
  }

  /// Changes a variable in its place, or adds it at the end. Its value may be any bytes.
  package mutating func set(_ name: String, _ value: [UInt8]) {
    let entry = Array("\(name)=".utf8) + value
    if let index = entries.firstIndex(where: { $0.isEntry(of: name) }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }
}

extension [UInt8] {
  fileprivate func isEntry(of name: String) -> Bool {
    count > name.utf8.count && starts(with: name.utf8) && self[name.utf8.count] == UInt8(ascii: "=")
  }

  /// Nil if there is none, or if it is not UTF-8.
  fileprivate var variableName: String? {
    guard let equals = firstIndex(of: UInt8(ascii: "=")), equals > 0 else { return nil }
    return String(validating: self[..<equals], as: UTF8.self)
  }
}

/// Words as exec takes them: they end with NULL.
package typealias ArgumentVector = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

/// The words of this process's command line, beginning with the program's own name.
///
/// They are what main got. `CommandLine` is empty if /proc cannot be read.
package enum Arguments {
  /// The words as C has them, where the kernel put them.
  package static var words: ArgumentVector? { cposix_arguments() }

  /// The words as paths, which may hold any byte.
  package static var paths: [Path] {
    guard let words else { return [] }
    return (0..<Int(cposix_argument_count())).compactMap { words[$0].map { Path(cString: $0) } }
  }
}
