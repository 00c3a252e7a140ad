import Glibc
import Posix
import Testing

/// Machines that lack something.
@Suite struct MachineFailureTests {
  @Test(arguments: programs)
  func endTheBuildWithWordsAndNothingElse(_ failure: FailedBuild) async { await failure.check() }

  static let programs: [FailedBuild] =
    !Machine.canMount
    ? []
    : [
      (["curl"], FailedBuild.pinned, "download the agent"),
      (["tar"], FailedBuild.pinned, "unpack the agent"),
      (["gzip"], FailedBuild.pinned, "unpack the agent"),
      (["openssl", "sha256sum"], FailedBuild.pinned, "check digests"),
    ].map { names, output, purpose in
      FailedBuild(
        "no \(names.joined(separator: " and no ")) on PATH", code: "missing-program",
        output: output,
        errors: """
           !     Error: There is no \(names.joined(separator: " or ")) on PATH.
           !
           !     The build needs it to \(purpose). Every Heroku stack has it.
           !
           !     On a machine of your own, install what the build uses:
           !
           !         apt-get install curl tar gzip openssl

          """
      ) { build, _ in build.hide(names) }
    }

  private static func refused(_ what: String) -> String {
    """
     !     Error: The system refused: \(what).
     !
     !     This is no fault of the app.
     !
     !     Deploy again. If it stays, tell us, with this log:
     !
     !         https://github.com/hoophq/heroku-hoop-buildpack/issues

    """
  }

  /// A file of more bytes than the limit is an error of the write, and not the end by SIGXFSZ.
  @Test func noFileMayBeAsLargeAsHoopstart() async {
    await FailedBuild(
      "a limit on the size of files", code: "system", output: "-----> Hoop agent\n",
      errors: Self.refused("copy_file_range: File too large")
    ) { build, _ in build.wrapper = ["sh", "-c", #"ulimit -f 100; exec "$@""#, "sh"] }.check()
  }

  @Test(.enabled(if: Machine.isRoot))
  func noMoreProcessesMayBeStarted() async {
    await FailedBuild(
      "a limit on the number of processes", code: "system", output: FailedBuild.pinned,
      errors: Self.refused("exec /usr/bin/curl: Resource temporarily unavailable")
    ) { build, _ in
      _ = build.app.withCString { chown($0, Machine.nobody, Machine.nobody) }
      build.runAsAnotherUser()
      build.wrapper += ["prlimit", "--nproc=1"]
    }.check()
  }

  @Test(.enabled(if: Machine.canBeAnother))
  func thereIsNoAgentForThisMachine() async {
    await FailedBuild(
      "a machine that no agent is released for", code: "unsupported-machine",
      output: "-----> Hoop agent\n",
      errors: """
         !     Error: There is no Hoop agent for Linux i686.
         !
         !     Agents are released for Linux on x86_64 and arm64.
         !
         !     Build on such a machine, or in a container:
         !
         !         docker run --rm -it -v "$PWD":/app -w /app heroku/heroku:24-build bash

        """
    ) { build, _ in build.wrapper = Machine.another }.check()
  }
}
