/// The version of this buildpack, and so of hoopstart.
public enum BuildpackVersion {
  public static let current = "0.1.0"
}
