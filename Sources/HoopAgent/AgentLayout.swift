/// Where the files of an installed agent lie beside each other: in a slug's `.hoop` as in a layer of
/// an image. Paths are relative to that folder.
///
///     bin/hoop        the agent, as published
///     bin/hoop_rs     its helper for RDP, which there is since 1.42
///     bin/hoopstart   this project's executable
///     version         the agent's version, one line
public enum AgentLayout {
  /// The folder for PATH.
  public static let programs = "bin"
  public static let agent = "bin/hoop"
  public static let launcher = "bin/hoopstart"
  public static let version = "version"

  /// The names in `programs` of the files that a release has, the agent first.
  public static let released = ["hoop", "hoop_rs"]
}
