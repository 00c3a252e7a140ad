/// Who approves what is done in a connection: the value of HOOP_REVIEW.
package struct ApprovalGroups: Hashable, Sendable {
  /// The names of groups in the gateway. Never empty, none twice.
  package let names: [String]

  /// The value of `--review`.
  package var list: String { names.joined(separator: ",") }

  package init(_ value: String) throws(SettingMalformed) {
    // The agent reads the list as CSV, to which a quote is no letter (hoop 1.21.1: spf13/pflag,
    // StringSlice).
    names = try settingList(value) { $0 != UInt8(ascii: "\"") && !ASCII.isControl($0) }
  }
}
