import Posix

/// The executables that the build put beside the tests.
public enum Products {
  /// The program under test: the one that was just built, or the one that
  /// HOOP_BUILDPACK_UNDER_TEST names.
  public static let underTest =
    Environment.current["HOOP_BUILDPACK_UNDER_TEST"].map { Path($0) } ?? folder / "hoop-buildpack"
  /// Whether it is for arm64 (elf(5): e_machine, EM_AARCH64).
  public static let isForARM = try! underTest.content(atMost: 64)[18] == 183
  /// The app and the agent that hoopstart's tests start.
  public static let prober = folder / "prober"

  /// The example of BuildpackKit's documentation.
  public static let example = folder / "example"

  private static let folder = try! Path.executable().folder
}
