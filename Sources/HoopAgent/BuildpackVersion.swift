/// The version of this buildpack.
package enum BuildpackVersion {
  /// Semantic Versioning; a release's tag is this with a `v` before it.
  package static let current = "1.0.0"
}
