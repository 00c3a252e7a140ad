import BuildpackKit
import Glibc
import Output
import Posix

// bin/compile BUILD_DIR CACHE_DIR ENV_DIR
let folders = CommandLine.arguments.dropFirst().map { Path($0) }
let log = BuildLog()
log.step("Agent")
do {
  let version = try VerifiedAgent.install(
    at: folders[0] / "vendor" / "hoop", configVars: folders[2], log: log)
  log.detail("hoop \(version) is in vendor/hoop/bin")
} catch {
  log.problem(error)
  exit(EXIT_FAILURE)
}
