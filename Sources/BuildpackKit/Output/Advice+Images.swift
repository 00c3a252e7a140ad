import HoopAgent

extension Advice {
  /// The same advice for who builds an image: folders have other names there, and what the build
  /// reads is set by `heroku config:set` on Fir, by `--env` with pack.
  var forImages: Advice {
    Advice(
      code: code, summary: summary, meaning: meaning.map { $0.forImages }, remedy: remedy,
      example: example.flatMap { line in
        let setting = line.halves(around: "heroku config:set ").after
        guard let setting, Self.readByBuild.contains(where: { setting.hasPrefix("\($0)=") }) else {
          return [line.forImages]
        }
        return [line, "pack build APP --env \(setting)"]
      }
    ).with(severity)
  }

  /// The config vars that the build itself goes by; a platform has the others at run time alone.
  private static let readByBuild = [
    ConfigVar.version.name, ConfigVar.sha256.name, ConfigVar.releasesURL.name,
    ConfigVar.disabled.name, "HTTPS_PROXY",
    "CURL_CA_BUNDLE",
  ]
}

extension String {
  /// What is said in the classic contract's words, and what an image's builder knows instead.
  private static let words = [
    ("chmod u+rwx BUILD_DIR", "chmod u+rwx \"$CNB_LAYERS_DIR\""),
    ("chmod -R u+rX BUILD_DIR", "chmod -R u+rX ."),
    ("Its file in ENV_DIR:", "Its file in CNB_PLATFORM_DIR/env:"),
    ("Heroku passes the folders", "The lifecycle passes the folders"),
    ("bin/compile BUILD_DIR CACHE_DIR ENV_DIR", "bin/build LAYERS_DIR PLATFORM_DIR PLAN"),
    ("The build folder and the cache are as they were.", "The layers are as they were."),
    ("The agent is in the slug, and nothing", "The agent is in the image, and nothing"),
    ("heroku builds:cache:purge", "docker system prune"),
  ]

  fileprivate var forImages: String {
    for (classic, image) in Self.words {
      let (before, after) = halves(around: classic)
      if let after { return before + image + after }
    }
    return self
  }
}
