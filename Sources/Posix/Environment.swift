import CPosix

/// The variables of a process: every byte and the order as they were given.
public struct Environment: Hashable, Sendable {
  /// `NAME=VALUE` each, without NUL.
  package private(set) var entries: [[UInt8]]

  package init(entries: [[UInt8]] = []) { self.entries = entries }

  /// This process's own.
  public static var current: Environment {
    var entries: [[UInt8]] = []
    guard var next = cposix_environment() else { return Environment() }
    while let entry = next.pointee {
      entries.append(Path(cString: entry).bytes)
      next += 1
    }
    return Environment(entries: entries)
  }

  /// A variable of this process, without a copy of all the others. Bytes that are no UTF-8 read as
  /// U+FFFD.
  package static func value(of name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// A variable's value, the first where it is there twice, as getenv(3) has it. Bytes that are no
  /// UTF-8 read as U+FFFD. Setting a value changes the variable in its place, or adds it at the
  /// end; setting nil removes it.
  public subscript(name: String) -> String? {
    get {
      entries.first { $0.isEntry(of: name) }.map {
        String(decoding: $0.dropFirst(name.utf8.count + 1), as: UTF8.self)
      }
    }
    set {
      guard let newValue else { return entries.removeAll { $0.isEntry(of: name) } }
      set(name, Array(newValue.utf8))
    }
  }

  /// The names, in the order of the variables. What has no name, or one that is no UTF-8, has none
  /// here.
  package var names: [String] {
    entries.compactMap { entry in
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")), equals > 0 else { return nil }
      return String(validating: entry[..<equals], as: UTF8.self)
    }
  }

  /// A variable's value, the first where it is there twice.
  package func bytes(of name: String) -> [UInt8]? {
    entries.first { $0.isEntry(of: name) }.map { Array($0.dropFirst(name.utf8.count + 1)) }
  }

  /// Removes every variable of a name that is not wanted.
  package mutating func remove(_ isUnwanted: (String) -> Bool) {
    entries.removeAll { entry in
      guard let equals = entry.firstIndex(of: UInt8(ascii: "=")) else { return false }
      return isUnwanted(String(decoding: entry[..<equals], as: UTF8.self))
    }
  }

  /// Gives the first variable named `name` the name `newName`, its value byte for byte the same,
  /// and removes every other variable of either name.
  package mutating func rename(_ name: String, to newName: String) {
    let value = entries.first { $0.isEntry(of: name) }?.dropFirst(name.utf8.count + 1)
    entries.removeAll { $0.isEntry(of: name) || $0.isEntry(of: newName) }
    if let value { entries.append(Array("\(newName)=".utf8) + value) }
  }

  /// Changes a variable in its place, or adds it at the end; its value may be any bytes.
  package mutating func set(_ name: String, _ value: [UInt8]) {
    let entry = Array("\(name)=".utf8) + value
    if let index = entries.firstIndex(where: { $0.isEntry(of: name) }) {
      entries[index] = entry
    } else {
      entries.append(entry)
    }
  }

  /// Only the variables with these names.
  package func keeping(_ names: [String]) -> Environment {
    Environment(entries: entries.filter { entry in names.contains { entry.isEntry(of: $0) } })
  }
}

extension [UInt8] {
  fileprivate func isEntry(of name: String) -> Bool {
    count > name.utf8.count && starts(with: name.utf8) && self[name.utf8.count] == UInt8(ascii: "=")
  }
}
