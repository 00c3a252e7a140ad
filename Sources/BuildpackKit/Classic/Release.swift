import Posix

/// `bin/release`: what the platform should set up. Config vars and process types are the app's
/// own, so it is a YAML document that adds nothing.
package enum Release {
  package static func run(log: BuildLog = BuildLog()) -> Int32 {
    log.plain("--- {}")
    return 0
  }
}
