import HoopAgent
import Testing

struct EntrypointCommandTests {
  @Test(arguments: [
    ("bundle exec rails console", "bundle exec rails console"),
    (" bin/console\t-e  production ", "bin/console -e production"),
    ("env A=1 ./a_b@c%d+e=f:g,h~i^j", "env A=1 ./a_b@c%d+e=f:g,h~i^j"), ("python3", "python3"),
  ])
  func `plain words are taken`(value: String, line: String) throws {
    #expect(try EntrypointCommand(value).line == line)
  }

  @Test(
    arguments: [
      ("", .empty), (" ", .empty), ("exec 'rails console'", .notPlain("'rails")),
      ("a \"b\"", .notPlain("\"b\"")), ("a b\\ c", .notPlain("b\\")), ("a | b", .notPlain("|")),
      ("a; b", .notPlain("a;")), ("a && b", .notPlain("&&")), ("a >b", .notPlain(">b")),
      ("echo $HOME", .notPlain("$HOME")), ("a `b`", .notPlain("`b`")), ("a #b", .notPlain("#b")),
      ("a (b)", .notPlain("(b)")), ("a *", .notPlain("*")), ("a\nb", .notPlain("a\nb")),
      ("café", .notPlain("café")), ("a !b", .notPlain("!b")), ("A=1 rails c", .notACommand("A=1")),
      ("time rails c", .notACommand("time")), ("export A", .notACommand("export")),
    ] as [(String, SettingMalformed)])
  func `what the agent would make something else of is refused`(
    value: String, why: SettingMalformed
  ) {
    #expect(throws: why) { try EntrypointCommand(value) }
  }
}
