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

  var timeScale: TimeScale { TimeScale(environment["HOOP_BUILDPACK_TIME_SCALE"]) }
}
