import HoopAgent
import Posix

/// What a build says of its own work and goes on.
enum BuildWarning {
  /// The server could not say which version is the newest, and this one is in the cache.
  case cachedVersion(AgentVersion, BuildFailure)
  /// The cached archive of this version is compared with the digest that was noted beside it.
  case cachedDigest(AgentVersion, BuildFailure)
  case cacheNotWritten(SystemError)
  case cacheNotCleaned(SystemError)
  /// `BUILDPACK_DIR/export` could not be written.
  case noExport(SystemError)
  /// The server could not be asked for what this config var pins, and the previous image's layer will
  /// do.
  case previousLayer(LayerMetadata.Agent, BuildFailure, pin: ConfigVar)

  var advice: Advice {
    switch self {
    case .cachedVersion(let version, let failure):
      Advice(
        code: "cached-version", summary: failure.advice.summary, meaning: failure.advice.meaning,
        remedy: "This build takes \(version), the newest in the cache. To ask for no other:",
        example: ["heroku config:set HOOP_VERSION=\(version)"])
    case .cachedDigest(let version, let failure):
      Advice(
        code: "cached-digest",
        summary: "The cached agent cannot be verified against its release.",
        meaning: failure.advice.meaning + [
          "It is compared with the digest that was noted beside it when it was cached. Whoever can",
          "write the cache, such as another buildpack, can have changed both.",
        ],
        remedy: "Deploy again in a while, or pin the digest, which needs no checksums.txt:",
        example: ["heroku config:set HOOP_VERSION=\(version) HOOP_SHA256=DIGEST"])
    case .cacheNotWritten(let error):
      Self.ofCache(
        error, summary: "The agent could not be cached.",
        meaning: "The agent is in the slug all the same; the next deploy downloads it again.")
    case .cacheNotCleaned(let error):
      Self.ofCache(
        error, summary: "An older agent could not be removed from the cache.",
        meaning: "It takes up room there, and does no other harm.")
    case .noExport(let error):
      Advice(
        code: "no-export", summary: "The next buildpack will not find the Hoop agent.",
        meaning: ["\(error)"], remedy: "Let the build's user write the buildpack's folder:",
        example: ["chmod u+rwx BUILDPACK_DIR"])
    case .previousLayer(let agent, let failure, let pin):
      Advice(
        code: "previous-layer", summary: failure.advice.summary,
        meaning: failure.advice.meaning + [
          "The layer of the previous image is kept: agent \(agent.version), SHA-256"
            + " \(agent.archive.short)."
        ],
        remedy: "To ask for no other \(pin == .version ? "version" : "digest"):",
        example: [
          "heroku config:set \(pin.name)=\(pin == .version ? "\(agent.version)" : agent.archive.hex)"
        ])
    }
  }

  private static func ofCache(
    _ error: SystemError, summary: String, meaning: String
  ) -> Advice {
    let advice = BuildFailure(error).advice
    return Advice(
      code: "cache-not-written", summary: summary,
      meaning: [advice.summary] + advice.meaning + [meaning],
      remedy: "If this stays, empty the cache:", example: ["heroku builds:cache:purge"])
  }
}
