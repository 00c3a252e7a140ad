import CPosix
import HoopAgent
import Posix

/// The app's config vars: the files of ENV_DIR, one a variable, or the process's environment where
/// an old caller names no ENV_DIR.
public struct ConfigVars: Sendable {
  private enum Source: Sendable {
    case folder(Path)
    case environment(Environment)
  }

  private let source: Source

  /// The largest value taken, in bytes. Heroku holds all of an app's config vars to 64 KiB (Dev
  /// Center, "Config vars limits").
  public static let maximumBytes = 65_536

  /// - Throws: where `folder` is named and is no folder.
  public init(folder: Path?, environment: Environment) throws(BuildFailure) {
    guard let folder else {
      source = .environment(environment)
      return
    }
    let status = try BuildFailure.system(try folder.status())
    guard status?.kind == .folder else { throw .slug(.noFolder("ENV_DIR", folder)) }
    source = .folder(folder)
  }

  /// The value of a config var, nil where it is unset. Bytes that are no UTF-8 become U+FFFD.
  ///
  /// - Throws: where the value cannot be read, or is longer than `maximumBytes`.
  public func value(_ name: String) throws(BuildFailure) -> String? {
    switch source {
    case .environment(let environment): return environment[name]
    case .folder(let folder):
      // A name of HOOP_CONNECTION's own, `env.NAME`, must not lead out of the folder.
      guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
        return nil
      }
      do throws(SystemError) {
        let bytes = try (folder / name).content(atMost: Self.maximumBytes + 1)
        guard bytes.count <= Self.maximumBytes else {
          throw SystemError("read", folder / name, code: EFBIG)
        }
        return String(decoding: bytes, as: UTF8.self)
      } catch {
        if error.code == ENOENT || error.code == ENAMETOOLONG { return nil }
        throw .slug(.unreadableConfigVar(name, error))
      }
    }
  }
}
