extension Setting {
  package var isReadByBuild: Bool { description.moment != .start }
  package var isReadAtStart: Bool { description.moment != .build }

  package static let perConnection = allCases.filter { $0.description.isPerConnection }

  /// The setting's value without white space around it, or nil if it is unset or empty.
  package func value(in variable: (String) -> String?) -> String? {
    guard let value = variable(name)?.trimmed(), !value.isEmpty else { return nil }
    return value
  }

  /// A connection's suffix: what follows this setting's name and an underscore in `name`, or nil.
  func suffix(in name: String) -> String? {
    guard description.isPerConnection else { return nil }
    return Bytes(name.utf8).rest(after: "\(self.name)_")?.text
  }

  /// Whether `name` is a setting, or one with the name of a connection behind it.
  package static func isRead(_ name: String) -> Bool {
    allCases.contains { $0.name == name || $0.suffix(in: name) != nil }
  }

  /// No misspelled name of ours is longer, in bytes.
  private static let longestMisspelled = 300

  /// The setting that `name` was probably meant to be, and a connection's suffix behind it. So
  /// HOOP_CONECTION is nearly HOOP_CONNECTION, and HOOP_REVEIW_MYAPP nearly HOOP_REVIEW_MYAPP.
  ///
  /// - Returns: nil if `name` is a setting, or is not close to one.
  private static func nearest(to name: String) -> (setting: Setting, rest: String)? {
    let upper = name.utf8.prefix(longestMisspelled + 1).map { ASCII.uppercased($0) }
    guard upper.count <= longestMisspelled, upper.starts(with: "HOOP".utf8), !isRead(name),
      upper.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == ASCII.underscore })
    else { return nil }
    // A connection's suffix begins at an underscore.
    let ends = upper.indices.filter { upper[$0] == ASCII.underscore } + [upper.count]
    var nearest: (setting: Setting, end: Int)?
    var least = Int.max
    for setting in allCases {
      let name = Array(setting.name.utf8)
      // One letter in four behind `HOOP_` may differ, and at least one.
      let most = max(1, (name.count - "HOOP_".utf8.count) / 4)
      for end in setting.description.isPerConnection ? ends : [upper.count]
      where abs(end - name.count) <= min(most, least - 1) {
        let distance = editDistance(upper[..<end], name)
        if distance <= most, distance < least { (nearest, least) = ((setting, end), distance) }
      }
    }
    return nearest.map { ($0.setting, upper[$0.end...].text) }
  }

  /// A problem for each of `names` that is nearly a setting: an error if that setting protects
  /// something, else a warning.
  ///
  /// - Parameter isAtStart: Whether to leave out what only the build warns about.
  package static func misspellings(among names: [String], isAtStart: Bool = false) -> [Problem] {
    names.compactMap { name in
      guard let (setting, rest) = nearest(to: name) else { return nil }
      let consequence = setting.description.ifMisspelled
      if isAtStart, consequence == .warnsInBuild { return nil }
      let stops = consequence == .stopsAgent
      return Problem(
        "misspelled-setting", stops ? .error : .warning,
        "\(name) is not a known setting. Did you mean \(setting.name)\(rest)?",
        meaning: ["It has no effect." + (stops ? " So no connection is published." : "")],
        Remedy("Rename it:", .rename(name, to: setting.name + rest)))
    }
  }
}

extension Problem {
  package static func notASwitch(_ setting: Setting, _ value: String) -> Problem {
    let isRequired = setting == .required
    return Problem(
      "not-a-switch", isRequired ? .notice : .error,
      "\(setting.name) is \(quoted(value)), which is neither on nor off.",
      meaning: [
        isRequired ? "It counts as on: the app does not start without the agent." : notPublished
      ],
      Remedy(
        "Set it to one of \((Switch.on + Switch.off).joined(separator: ", ")), or unset it:",
        .unset(setting)))
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
