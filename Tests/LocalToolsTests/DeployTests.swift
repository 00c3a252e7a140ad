import HoopAgent
import LocalTools
import Posix
import TestSupport
import Testing

struct DeployTests {
  /// Every file's kind, mode, times, size and target, and its content.
  private static let listing = """
    find "$1" -printf '%y %m %T@ %s %l %P\\0' | sort -z | sha256sum
    find "$1" -type f -exec sha256sum {} + | sort
    """

  private static let config = [
    "--config=HOOP_KEY=grpcs://_default:xagt-Zm9v@h.test:1", "--config=HOOP_CONNECTION=a",
  ]

  @Test func `the app is only read, whatever is in it`() throws {
    let bench = try Bench()
    let made = try bench.shell(
      #"""
      app=$(printf 'app-\377 x\n'); mkdir -p "$app/.git/objects" "$app/sub"
      printf 'web: hoopstart -- x\n' >"$app/Procfile"
      ln -s /etc/passwd "$app/out"; ln -s nowhere "$app/dangling"; ln -s / "$app/sub/root"
      mkfifo "$app/pipe"; printf x >"$app/sub/$(printf '\351')"; touch "$app/su"
      chmod 6777 "$app/su"
      ln -s "$app" "link to app"; rmdir app; mv "$app" "$(printf 'odd-\377')"
      """#)
    #expect(made.status == .exited(0), "\(made.errors)")
    let script = "cd \"$(printf 'odd-\\377')/..\" && set -- odd-*; " + Self.listing
    let before = try bench.shell(script).output
    let odd = Path(bytes: Array("odd-".utf8) + [0xff])
    let outcome = try bench.run(
      "dry-run", ["--offline", "--keep", "slug"] + Self.config, paths: [odd])
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    #expect(try bench.shell(script).output == before)

    let slug = bench.folder / "slug"
    #expect(try (slug / ".git").linkStatus() == nil)
    #expect(try (slug / "out").linkTarget() == Path("/etc/passwd"))
    #expect(try (slug / "sub/root").linkTarget() == Path("/"))
    #expect(try (slug / ".hoop/bin/hoop").status()?.mode == 0o755)
    // As root too: a copy that runs with root's rights, or that anybody may write, would be a gift.
    #expect(try (slug / "su").status()?.mode == 0o755)
    #expect(bench.leftOver.isEmpty)
  }

  @Test func `another buildpack runs after ours, with our export and nothing else`() throws {
    let bench = try Bench()
    try bench.write(
      "ruby/bin/compile",
      """
      #!/bin/sh
      env | cut -d= -f1 | grep -vE '^(PWD|OLDPWD|SHLVL|_)$' | LC_ALL=C sort | tr '\\n' ' '; echo
      echo "$STACK $(hoop version) $(cat "$3/NAME")"
      mkdir -p "$1/.profile.d" "$1/.ruby/bin" "$1/bin"
      printf '#!/bin/sh\\necho "ruby runs $*"\\n' >"$1/.ruby/bin/ruby"
      chmod 755 "$1/.ruby/bin/ruby"
      echo 'export PATH="$HOME/.ruby/bin:$PATH"' >"$1/.profile.d/ruby.sh"
      """, mode: 0o755)
    try bench.write("ruby/bin/detect", "#!/bin/sh\necho Ruby\n", mode: 0o755)
    try bench.write("ruby/bin/release", "#!/bin/sh\n", mode: 0o755)
    let app = try bench.app("web: hoopstart -- ruby app.rb\n")
    let outcome = try bench.run(
      "dry-run",
      [
        app, "--offline", "--buildpack", "ruby", "--stack=heroku-22", "--config=NAME=a b",
        "--config=HOOP_VERSION=1.148.0", "--boot", "web", "--verbose",
      ] + Self.config)
    #expect(outcome.status == .exited(0), "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines.contains("-----> Ruby app detected"))
    // PWD, OLDPWD, SHLVL and _ are the shells' own.
    #expect(
      lines.contains("HOME PATH REQUEST_ID SOURCE_VERSION STACK "), "\(outcome.output)")
    #expect(
      lines.contains { $0.hasPrefix("heroku-22 {\"version\":\"1.148.0\"") && $0.hasSuffix(" a b") })
    #expect(lines.contains { $0.hasPrefix("       Added      .hoop ") })
    #expect(lines.contains { $0.hasPrefix("       Steps      detect ") })
    #expect(lines.contains("app[web.1]: ruby runs app.rb"))
  }

  @Test func `the summary says what is left to do, and steps only if asked`() throws {
    let bench = try Bench()
    let app = try bench.app()
    let good = try bench.run("dry-run", [app, "--offline"] + Self.config)
    #expect(
      good.output.section(from: "=====>", to: "none") == """
        =====> A deploy would succeed
               Agent      \(AgentVersion.newestKnown), downloaded
               Processes  web  carries the agent
               Publishes  a from every process that starts with hoopstart
               Warnings   none
               Next       heroku buildpacks:add --index 1 https://github.com/hoophq/heroku-hoop-buildpack   (once)
                          heroku config:set HOOP_CONNECTION='…' HOOP_KEY='…'
                          git push heroku HEAD:main

        """)
    let bad = try bench.run("dry-run", [try bench.app("web: puma\n"), "--offline"])
    #expect(
      bad.output.hasSuffix("       Next       fix what is wrong, and run this again\n"))
    let unknown = try bench.run("dry-run", [try bench.app(), "--offline"])
    #expect(
      unknown.output.hasSuffix(
        "       Next       heroku config --shell | bin/dry-run APP_DIR --env-file -\n"))
  }

  @Test func `a deploy that would fail says so`() throws {
    let bench = try Bench()
    let outcome = try bench.run(
      "dry-run", [try bench.app(), "--offline", "--config", "HOOP_VERSION=1.2"])
    #expect(outcome.status == .exited(1))
    #expect(outcome.errors.hasPrefix(" !     Error: HOOP_VERSION is “1.2”"), "\(outcome.errors)")
    #expect(
      outcome.output.hasSuffix(
        "Because    bin/compile of Hoop ended with exit status 1, malformed-version\n"),
      "\(outcome.output)")
  }

  @Test func `the cache lasts, and an agent that connects to nothing does not get into it`() throws
  {
    let bench = try Bench()
    let app = try bench.app()
    _ = try bench.run("dry-run", [app, "--offline"])
    #expect(try (bench.folder / "home").names().isEmpty)
    let url = try bench.mirror(
      "#!/bin/sh\necho '{\"version\":\"1.22.3\"}'\n", AgentVersion(1, 22, 3))
    let words = [app, "--releases-url", url, "--config", "HOOP_VERSION=v1.22.3"]
    let first = try bench.run("dry-run", words)
    #expect(first.output.contains("Agent      1.22.3, downloaded"), "\(first)")
    let second = try bench.run("dry-run", words)
    #expect(second.output.contains("Agent      1.22.3, from the cache"), "\(second)")
    let homeless = try bench.shell(
      "XDG_CACHE_HOME=/proc/none exec \"$PROGRAM\" dry-run \"$@\"", words)
    #expect(homeless.output.contains("Agent      1.22.3, downloaded"), "\(homeless)")
  }
}
