import CPosix
import HoopAgent
import Posix

/// The app's config vars: files in a folder, one for each variable, or the process's environment.
package struct ConfigVars: Sendable {
  private let folder: Path?
  /// What the folder does not have is looked up here.
  private let variables: [String: String]
  /// The names of all that are set, sorted, without those of a folder that cannot be listed.
  package let names: [String]

  /// The largest value that is read, in bytes. Heroku limits all of an app's config vars to 64 KiB
  /// (Dev Center, "Config vars limits").
  package static let maximumBytes = 65_536

  /// Those of a classic build: the files of ENV_DIR, or the environment if an old caller names no
  /// ENV_DIR.
  ///
  /// - Throws: If `folder` is named and is not a folder.
  package init(folder: Path?, environment: Environment) throws(Problem) {
    if let folder, try Problem.system(try folder.status())?.kind != .folder {
      throw .noFolder("ENV_DIR", folder)
    }
    self.init(files: folder, folder == nil ? environment : Environment())
  }

  /// Those of an image's build: the files of CNB_PLATFORM_DIR/env, byte for byte what the user gave,
  /// before the environment, which also has those that the builder's operator set.
  package init(platform: Path, environment: Environment) throws(Problem) {
    let folder = platform / "env"
    let kind = try Problem.system(try folder.status())?.kind
    self.init(files: kind == .folder ? folder : nil, environment)
  }

  private init(files folder: Path?, _ environment: Environment) {
    (self.folder, variables) = (folder, environment.values)
    let files = folder.flatMap { try? $0.names() } ?? []
    names = Set(files.map { $0.string }).union(variables.keys).sorted()
  }

  /// Returns the value of a config var without the white space around it, or nil if it is unset. Bytes
  /// that are not UTF-8 become U+FFFD.
  ///
  /// - Throws: If the value cannot be read, or is longer than `maximumBytes`.
  package func value(_ name: String) throws(Problem) -> String? {
    // A name that HOOP_CONNECTION refers to, `env.NAME`, must not lead out of the folder.
    guard !name.isEmpty, !name.utf8.contains(UInt8(ascii: "/")), name != ".", name != ".." else {
      return nil
    }
    func unreadable(_ reason: String) -> Problem {
      Problem(
        "unreadable-config-var", .error, "The config var \(printable(name)) cannot be read.",
        meaning: [reason], Remedy("Set it again, or unset it:", .unset([shellWord(name)])))
    }
    var value = variables[name]
    if let folder {
      do throws(SystemError) {
        let content = try (folder / name).content(atMost: Self.maximumBytes + 1)
        value = String(decoding: content, as: UTF8.self)
      } catch {
        guard error.code == ENOENT || error.code == ENAMETOOLONG else {
          throw unreadable("\(error.call): \(error.reason)")
        }
      }
    }
    if let value, value.utf8.count > Self.maximumBytes {
      throw unreadable("A value has at most \(Self.maximumBytes >> 10) KiB.")
    }
    return value?.trimmed()
  }
}

/// The config vars that the build itself reads.
extension ConfigVars {
  /// Throws what a build would end with.
  package func check() throws(Problem) {
    _ = try (versionRequest(), pinnedDigest(), releasesURL(), isDisabled())
  }

  /// HOOP_DISABLED.
  package func isDisabled() throws(Problem) -> Bool {
    let value = try value(Setting.disabled.name)
    guard let isOn = Switch.parse(value) else { throw .notASwitch(.disabled, value ?? "") }
    return isOn
  }

  /// HOOP_VERSION.
  package func versionRequest() throws(Problem) -> VersionRequest {
    let value = try value(Setting.version.name)
    guard let request = VersionRequest(value) else {
      throw Problem(
        "malformed-version",
        "HOOP_VERSION is \(quoted(value ?? "")), which is not a version.",
        meaning: [
          "A version has three numbers, such as \(AgentVersion.newestKnown), or is `latest`."
        ],
        Remedy(
          "Set a version that was released, or take the newest:", .unset(.version, .sha256)))
    }
    if case .exact(let version) = request, version < .oldestSupported {
      throw .unsupportedVersion(version)
    }
    return request
  }

  /// HOOP_SHA256, or nil if it is unset.
  package func pinnedDigest() throws(Problem) -> Digest? {
    guard let value = try value(Setting.sha256.name), !value.isEmpty else { return nil }
    guard let digest = Digest(value) else {
      throw Problem(
        "malformed-digest", "HOOP_SHA256 is \(quoted(value)), which is not a digest.",
        meaning: [
          "A SHA-256 digest has 64 hexadecimal digits; this has \(value.count) characters."
        ],
        Remedy("Set the digest of the archive, or use the release's checksums:", .unset(.sha256)))
    }
    return digest
  }

  /// HOOP_RELEASES_URL, else Hoop's own server.
  package func releasesURL() throws(Problem) -> ReleasesURL {
    guard let value = try value(Setting.releasesURL.name), !value.isEmpty else { return .standard }
    guard let url = ReleasesURL(value) else { throw ReleasesURL.malformed }
    return url
  }
}
