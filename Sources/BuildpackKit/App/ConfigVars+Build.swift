import HoopAgent

/// The config vars that the build itself goes by.
extension ConfigVars {
  /// Throws what a build would end with.
  package func check() throws(BuildFailure) {
    _ = try versionRequest()
    _ = try pinnedDigest()
    _ = try releasesURL()
    _ = try isDisabled()
  }

  /// HOOP_DISABLED.
  package func isDisabled() throws(BuildFailure) -> Bool {
    let value = try value(ConfigVar.disabled.name)
    guard let isOn = Switch.parse(value) else {
      throw .slug(.notASwitch(name: ConfigVar.disabled.name, value: value ?? ""))
    }
    return isOn
  }

  /// HOOP_VERSION.
  package func versionRequest() throws(BuildFailure) -> VersionRequest {
    let value = try value(ConfigVar.version.name)
    guard let request = VersionRequest(value) else {
      throw .release(.malformedVersion(value ?? ""))
    }
    if case .exact(let version) = request, version < .oldestSupported {
      throw .release(.unsupportedVersion(version))
    }
    return request
  }

  /// HOOP_SHA256; nil where it is unset.
  package func pinnedDigest() throws(BuildFailure) -> Digest? {
    guard let value = try value(ConfigVar.sha256.name)?.trimmed(), !value.isEmpty else {
      return nil
    }
    guard let digest = Digest(value) else { throw .release(.malformedDigest(value)) }
    return digest
  }

  /// HOOP_RELEASES_URL, else Hoop's own server.
  package func releasesURL() throws(BuildFailure) -> ReleasesURL {
    guard let value = try value(ConfigVar.releasesURL.name), !value.trimmed().isEmpty else {
      return .standard
    }
    guard let url = ReleasesURL(value) else { throw .release(.malformedURL) }
    return url
  }
}
