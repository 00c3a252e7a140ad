/// The digest that an archive must have.
package struct ExpectedDigest: Hashable, Sendable {
  /// Who says so.
  package enum Authority: Hashable, Sendable {
    /// The user, by HOOP_SHA256.
    case pin
    /// The release's checksums.txt, fetched in this build.
    case release
    /// What an earlier build has noted, where checksums.txt cannot be fetched.
    case note
  }

  package let digest: Digest
  package let authority: Authority

  package init(_ digest: Digest, by authority: Authority) {
    (self.digest, self.authority) = (digest, authority)
  }

  var isPinned: Bool { authority == .pin }

  /// Who says so, in words that stand before the digest, as wide as those before the other one.
  var says: String {
    switch authority {
    case .pin: "HOOP_SHA256 says       "
    case .release: "The release says       "
    case .note: "Noted in the cache is  "
    }
  }

  /// What the log says once an archive has this digest.
  var verified: String {
    switch authority {
    case .pin: "SHA-256 verified against HOOP_SHA256: \(digest.short)"
    case .release: "SHA-256 verified: \(digest.short)"
    case .note: "SHA-256 as noted when it was cached: \(digest.short)"
    }
  }
}
