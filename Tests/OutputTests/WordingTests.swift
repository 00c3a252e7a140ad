import HoopAgent
import Output
import Testing

struct WordingTests {
  @Test func aRemedyReadsAsTheCommandsOfItsPlatform() {
    let cases: [(Remedy.Step, slug: [String], build: [String], run: [String])] = [
      (
        .set(.version, to: "1.148.0"), ["heroku config:set HOOP_VERSION=1.148.0"],
        ["pack build APP --env HOOP_VERSION=1.148.0"], ["HOOP_VERSION=1.148.0"]
      ),
      (
        .set(.connection, to: "my app"), ["heroku config:set HOOP_CONNECTION='my app'"],
        ["HOOP_CONNECTION='my app'"], ["HOOP_CONNECTION='my app'"]
      ),
      (
        .unset(.version, .sha256), ["heroku config:unset HOOP_VERSION HOOP_SHA256"],
        ["unset HOOP_VERSION", "unset HOOP_SHA256"], ["unset HOOP_VERSION", "unset HOOP_SHA256"]
      ),
      (
        .rename("HOOP_KEYS", to: "HOOP_KEY"),
        [
          "heroku config:set HOOP_KEY=\"$(heroku config:get HOOP_KEYS)\"",
          "heroku config:unset HOOP_KEYS",
        ], ["HOOP_KEYS -> HOOP_KEY"], ["HOOP_KEYS -> HOOP_KEY"]
      ),
    ]
    for (step, slug, build, run) in cases {
      let remedy = Remedy("Do this:", step)
      #expect(Wording.slug.lines(for: remedy) == slug)
      #expect(Wording.imageBuild.lines(for: remedy) == build)
      #expect(Wording.imageRun.lines(for: remedy) == run)
    }
  }
}
