/// Where the files of an installed agent lie beside each other: in a slug's `.hoop` as in a layer of
/// an image. Paths are relative to that folder.
///
///     bin/hoop        the agent, as published
///     bin/hoop_rs     its helper for RDP, which there is since 1.42
///     bin/hoopstart   this project's executable
///     version         the agent's version, one line
package enum AgentLayout {
  /// The folder for PATH.
  package static let programs = "bin"
  package static let agent = "bin/hoop"
  package static let launcher = "bin/hoopstart"
  package static let version = "version"

  /// The names in `programs` of the files that a release has, the agent first.
  package static let released = ["hoop", "hoop_rs"]
}
