import Posix
import TestSupport
import Testing

/// That a line which `bin/check` proposes for the Procfile does what was meant, run by bash as a dyno
/// does it.
struct CorrectionTests {
  /// Each of them is to start puma, beside an agent or not.
  private static let lines = [
    "hoopstart puma", "hoopstart — puma -p 1", "Hoopstart -- puma", "hoopstart-- puma",
    "hoopstart -- A=1 puma", "hoopstart -- A=1 B='c d' puma", "hoopstart -- A=1 exec puma",
    "hoopstart -- A=1 cd x && puma", "hoopstart -- A=$(printf 'x y') puma",
    "hoopstart -- A=1 'puma -p 3'", "hoopstart -- 'puma -p 3'", "hoopstart -- cd x && puma",
    "hoopstart -- exec puma", "exec hoopstart -- cd x && puma", "(hoopstart -- A=1 exec puma)",
    "{ hoopstart -- A=1 exec puma; }", "if true; then hoopstart -- A=1 exec puma; fi",
    "if true; then hoopstart puma; fi", "{ hoopstrat -- puma; }", "hoopstart -- hoopstrat -- puma",
    "hoopstart -- — puma", "hoopstart -- '' puma", "bash -c 'hoopstart puma'",
    "$(command -v hoopstart && echo --) A=1 exec puma",
    "$(command -v hoopstart && echo --) cd x && puma",
    "$(command -v hoopstart && echo --) time puma",
    "hoopstart -- true && puma", "$(command -v hoopstart && echo --) true && puma",
    "A=1 hoopstart -- true; puma",
  ]

  @Test(arguments: lines)
  func `a corrected line starts the app`(line: String) throws {
    let bench = try Bench()
    let app = try bench.app("web: \(line)\n")
    let config = ["--config=HOOP_KEY=grpcs://_default:xagt-Zm9v@h", "--config=HOOP_CONNECTION=a"]
    let said = try bench.run("check", [app] + config)
    let corrected = try #require(
      said.errors.split(separator: "\n").first { $0.hasPrefix(" !         web: ") }
    )
    .dropFirst(" !         web: ".count)
    try bench.write("mended/Procfile", "web: \(corrected)\n")
    let again = try bench.run("check", ["mended"] + config)
    #expect(again.status == .exited(0) && again.errors.isEmpty, "\(corrected): \(again.errors)")
    try bench.write("programs/puma", "#!/bin/sh\necho \"puma runs\"\n", mode: 0o755)
    // It starts what it is given, or does not.
    try bench.write(
      "programs/hoopstart", "#!/bin/sh\n[ \"$1\" = -- ] || exit 64\nshift\nexec \"$@\"\n",
      mode: 0o755)
    try bench.write("app/x/file", "")
    let run = try bench.shell(
      #"cd app && PATH=$PWD/../programs:/usr/bin:/bin && export PATH && exec bash -c "$1""#,
      [String(corrected)])
    #expect(run.status == .exited(0), "\(corrected): \(run.errors)")
    #expect(run.output.contains("puma runs\n"), "\(corrected): \(run.errors)")
  }
}
