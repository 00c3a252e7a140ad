/// A config var that is on or off, such as HOOP_DISABLED.
package enum Switch {
  /// The texts that turn a switch on and off; case and white space around them do not matter.
  package static let on = ["1", "true", "yes", "on"]
  package static let off = ["0", "false", "no", "off"]

  /// Parses the value of such a config var; unset and empty are off.
  ///
  /// - Returns: nil where the value is neither on nor off.
  package static func parse(_ value: String?) -> Bool? {
    let text = (value ?? "").trimmed().lowercased()
    if on.contains(text) { return true }
    return text.isEmpty || off.contains(text) ? false : nil
  }

  /// HOOP_REQUIRED: what is not off is on, since a guard that cannot be read is kept.
  package static func isRequired(_ value: String?) -> Bool { parse(value) != false }
}
