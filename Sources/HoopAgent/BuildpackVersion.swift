/// The version of this buildpack.
public enum BuildpackVersion {
  /// Semantic Versioning; a release's tag is this with a `v` before it.
  public static let current = "1.0.0"
}
