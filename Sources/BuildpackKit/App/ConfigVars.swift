import CPosix
import HoopAgent
import Posix

/// The app's config vars: files in a folder, one a variable, or the process's environment.
package struct ConfigVars: Sendable {
  private let folder: Path?
  /// Where a variable is looked for that the folder does not have.
  private let environment: Environment

  /// The largest value taken, in bytes. Heroku holds all of an app's config vars to 64 KiB (Dev
  /// Center, "Config vars limits").
  package static let maximumBytes = 65_536

  /// Those of a classic build: the files of ENV_DIR, or the environment where an old caller names no
  /// ENV_DIR.
  ///
  /// - Throws: where `folder` is named and is no folder.
  package init(folder: Path?, environment: Environment) throws(BuildFailure) {
    if let folder {
      let status = try BuildFailure.system(try folder.status())
      guard status?.kind == .folder else { throw .slug(.noFolder("ENV_DIR", folder)) }
    }
    self.folder = folder
    self.environment = folder == nil ? environment : Environment()
  }

  /// Those of an image's build: the files of CNB_PLATFORM_DIR/env, byte for byte what the user gave,
  /// before the environment, where they are too and so are those that the builder's operator set.
  package init(platform: Path, environment: Environment) throws(BuildFailure) {
    let folder = platform / "env"
    let status = try BuildFailure.system(try folder.status())
    self.folder = status?.kind == .folder ? folder : nil
    self.environment = environment
  }

  /// The names of all that are set; without those of a folder that cannot be listed.
  package var names: [String] {
    let files = folder.flatMap { try? $0.names() }?.map { $0.string } ?? []
    return files + environment.names.filter { !files.contains($0) }
  }

  /// The value of a config var, nil where it is unset. Bytes that are no UTF-8 become U+FFFD.
  ///
  /// - Throws: where the value cannot be read, or is longer than `maximumBytes`.
  package func value(_ name: String) throws(BuildFailure) -> String? {
    // A name of HOOP_CONNECTION's own, `env.NAME`, must not lead out of the folder.
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
      return nil
    }
    guard let folder else { return try environmentValue(name) }
    do throws(SystemError) {
      let bytes = try (folder / name).content(atMost: Self.maximumBytes + 1)
      guard bytes.count <= Self.maximumBytes else {
        throw SystemError("read", folder / name, code: EFBIG)
      }
      return String(decoding: bytes, as: UTF8.self)
    } catch {
      if error.code == ENOENT || error.code == ENAMETOOLONG { return try environmentValue(name) }
      throw .slug(.unreadableConfigVar(name, error))
    }
  }

  private func environmentValue(_ name: String) throws(BuildFailure) -> String? {
    guard let value = environment[name] else { return nil }
    guard value.utf8.count <= Self.maximumBytes else {
      throw .slug(.unreadableConfigVar(name, SystemError("read", code: EFBIG)))
    }
    return value
  }
}
