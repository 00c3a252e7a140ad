import Posix

/// What a build has to work with, whichever contract it follows.
package struct Workspace: Sendable {
  package let configVars: ConfigVars
  package let environment: Environment
  package let signals: Signals
  package let log: BuildLog

  package init(
    configVars: ConfigVars, environment: Environment, signals: Signals, log: BuildLog
  ) {
    self.configVars = configVars
    self.environment = environment
    self.signals = signals
    self.log = log
  }

  package var tools: Tools { Tools(environment: environment) }

  /// How much longer or shorter than meant the waits are; tests ask for less than 1.
  var timeScale: Double {
    min(1, max(0.001, environment["HOOP_BUILDPACK_TIME_SCALE"].flatMap { Double($0) } ?? 1))
  }
}
