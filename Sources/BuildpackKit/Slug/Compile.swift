import HoopAgent
import Output
import Posix

/// `bin/compile`: puts a verified Hoop agent into the slug.
package enum Compile {
  /// Runs the build and tells the log what it does.
  ///
  /// - Parameter environmentFolder: ENV_DIR, or nil if an old caller does not name one.
  /// - Returns: What ended the build, which is in the log already, or nil for success.
  package static func run(
    buildFolder: Path, cacheFolder: Path, environmentFolder: Path?, environment: Environment
  ) -> Problem? {
    let log = BuildLog()
    var report = BuildReport()
    defer { Report.leave(report) }
    do throws(Problem) {
      guard try Problem.system(try buildFolder.status())?.kind == .folder else {
        throw .noFolder("BUILD_DIR", buildFolder)
      }
      let workspace = Workspace(
        configVars: try ConfigVars(folder: environmentFolder, environment: environment),
        environment: environment, signals: try Problem.system(try Signals()), log: log)
      // Programs are started in other folders, and the next buildpack reads the path from `export`.
      let slug = try Slug(
        app: try Problem.system(try buildFolder.absolute()),
        cacheFolder: try Problem.system(try cacheFolder.absolute()),
        executable: try Problem.system(try Path.executable()), workspace)
      var build = Build(slug, workspace)
      defer { report = build.report }
      try build.run()
      build.report.bytes = slug.agentBytes
      return nil
    } catch {
      log.problem(error)
      report.failure = error.code
      return error
    }
  }
}
