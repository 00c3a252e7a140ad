extension Setting {
  package var isReadByBuild: Bool { description.moment != .start }
  package var isReadAtStart: Bool { description.moment != .build }

  package static let perConnection = allCases.filter { $0.description.isPerConnection }

  /// The setting's value without white space around it, or nil if it is unset or empty.
  ///
  /// - Parameter variable: Looks up a config var.
  package func value(in variable: (String) -> String?) -> String? {
    guard let value = variable(name)?.trimmed(), !value.isEmpty else { return nil }
    return value
  }

  /// What follows this setting's name and an underscore in `name`: a connection's suffix. Nil if
  /// `name` is not such a name.
  func suffix(in name: String) -> String? {
    guard description.isPerConnection else { return nil }
    return Bytes(name.utf8).rest(after: "\(self.name)_")?.text
  }

  /// A setting's name for many comparisons.
  private struct Candidate {
    let setting: Setting
    let name: [UInt8]
    let isPerConnection: Bool
    /// How many letters a name may differ from this one and still be taken for it: one in four behind
    /// `HOOP_`, and at least one.
    let largestDistance: Int

    init(_ setting: Setting) {
      (self.setting, name) = (setting, Array(setting.name.utf8))
      isPerConnection = setting.description.isPerConnection
      largestDistance = max(1, (name.count - "HOOP_".utf8.count) / 4)
    }
  }

  private static let candidates = allCases.map { Candidate($0) }

  /// Whether `name` is a setting, or one with the name of a connection behind it.
  package static func isRead(_ name: String) -> Bool {
    let name = Array(name.utf8)
    return candidates.contains { candidate in
      guard name.starts(with: candidate.name) else { return false }
      return name.count == candidate.name.count
        || candidate.isPerConnection && name[candidate.name.count] == ASCII.underscore
    }
  }

  /// The setting that `name` was probably meant to be, with a connection's suffix if it has one. So
  /// HOOP_CONECTION is nearly HOOP_CONNECTION, and HOOP_REVEIW_MYAPP nearly HOOP_REVIEW_MYAPP.
  ///
  /// - Returns: nil if `name` is a setting, or is not close to one.
  package static func meant(by name: String) -> String? {
    nearest(to: name).map { $0.setting.name + $0.rest }
  }

  /// No misspelled name of ours is longer, in bytes.
  private static let longestMisspelled = 300

  private static func nearest(to name: String) -> (setting: Setting, rest: String)? {
    let upper = name.utf8.prefix(longestMisspelled + 1).map { ASCII.uppercased($0) }
    guard upper.count <= longestMisspelled, upper.starts(with: "HOOP".utf8), !isRead(name),
      upper.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == ASCII.underscore })
    else { return nil }
    var nearest: (setting: Setting, end: Int)?
    var least = Int.max
    func consider(_ end: Int, _ candidate: Candidate) {
      let most = min(candidate.largestDistance, least - 1)
      guard abs(end - candidate.name.count) <= most else { return }
      let distance = editDistance(upper[..<end], candidate.name)
      if distance <= most { (nearest, least) = ((candidate.setting, end), distance) }
    }
    for candidate in candidates { consider(upper.count, candidate) }
    for index in upper.indices where upper[index] == ASCII.underscore {
      for candidate in candidates where candidate.isPerConnection { consider(index, candidate) }
    }
    return nearest.map { ($0.setting, upper[$0.end...].text) }
  }

  /// A problem for each of `names` that is nearly a setting: an error if that setting protects
  /// something, else a warning.
  package static func misspellings(among names: [String]) -> [Problem] {
    misspellings(among: names) { _ in true }
  }

  /// Those of them that count when a dyno starts.
  static func misspelledGuards(among names: [String]) -> [Problem] {
    misspellings(among: names) { $0.description.ifMisspelled != .warnsInBuild }
  }

  private static func misspellings(
    among names: [String], of isWanted: (Setting) -> Bool
  ) -> [Problem] {
    names.compactMap { name in
      guard let (setting, rest) = nearest(to: name), isWanted(setting) else { return nil }
      let stops = setting.description.ifMisspelled == .stopsAgent
      let meant = setting.name + rest
      return Problem(
        "misspelled-setting", stops ? .error : .warning,
        "\(name) is not a known setting. Did you mean \(meant)?",
        meaning: ["It has no effect." + (stops ? " So no connection is published." : "")],
        Remedy("Rename it:", .rename(name, to: meant)))
    }
  }
}

extension Problem {
  package static func notASwitch(_ setting: Setting, _ value: String) -> Problem {
    let values = "\(Switch.on.joined(separator: ", ")), or \(Switch.off.joined(separator: ", "))"
    let isRequired = setting == .required
    return Problem(
      "not-a-switch", isRequired ? .notice : .error,
      "\(setting.name) is \(quoted(value)), which is neither on nor off.",
      meaning: [
        isRequired
          ? "It counts as on: the app does not start without the agent."
          : "No connection is published until this is fixed."
      ],
      Remedy("Set it to one of \(values), or unset it:", .unset(setting)))
  }
}

/// A setting that is on or off, such as HOOP_DISABLED.
package enum Switch {
  /// The texts that turn it on and off, in any case.
  package static let on = ["1", "true", "yes", "on"]
  package static let off = ["0", "false", "no", "off"]

  /// Parses the value of such a setting; unset and empty are off.
  ///
  /// - Returns: nil if the value is neither on nor off.
  package static func parse(_ value: String?) -> Bool? {
    let text = (value ?? "").trimmed().lowercased()
    if on.contains(text) { return true }
    return text.isEmpty || off.contains(text) ? false : nil
  }

  /// HOOP_REQUIRED: what is not off is on, since a guard does not fail open.
  package static func isRequired(_ value: String?) -> Bool { parse(value) != false }
}
