/// What is masked in the output of a connection: the value of HOOP_DATA_MASKING.
package struct MaskingTypes: Hashable, Sendable {
  /// Types of data such as `EMAIL_ADDRESS`. Never empty, none twice.
  package let names: [String]

  /// The value of `--data-masking`.
  package var list: String { names.joined(separator: ",") }

  package init(_ value: String) throws(SettingMalformed) {
    names = try settingList(value) {
      ASCII.isAlphanumeric($0) || $0 == ASCII.underscore || $0 == ASCII.hyphen
    }
  }
}
