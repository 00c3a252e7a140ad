/// The files of an installed agent, in a slug's `.hoop` as in a layer of an image. Paths are relative
/// to that folder.
///
///     bin/hoop        the agent, as published
///     bin/hoop_rs     its helper for RDP, from 1.42 on
///     bin/hoopstart   this project's executable
///     tools/          links to it, for the agent's PATH
///     version         the agent's version, one line
package enum AgentLayout {
  /// The folder for PATH.
  package static let programs = "bin"
  package static let agent = "bin/hoop"
  package static let launcher = "bin/hoopstart"
  package static let version = "version"

  package static let tools = "tools"
  package static let toolNames = ["hostname", "uname"]

  /// The name in `programs` of the agent's helper.
  package static let helper = "hoop_rs"
  /// The names in `programs` of the files that a release has, the agent first.
  package static let released = ["hoop", helper]
}
