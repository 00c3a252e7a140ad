import HoopAgent
import Testing

struct ResourceNameTests {
  private func shown(_ name: String, by version: String) throws -> [String] {
    let mode = version == "1.19.0" ? "embedded" : "multi-connection"
    return try plan(
      ["HOOP_DSN": "grpcs://prod:s@h?mode=\(mode)", "HOOP_CONNECTION": name], version
    ).commands.flatMap(\.publishes)
  }

  @Test(arguments: [
    ("App", "app"), ("Ação", "acao"), ("e\u{301}te\u{301}", "ete"), ("ÅNGSTRÖM", "angstrom"),
    ("Việt", "viet"), ("straße", "straße"), ("øre", "øre"), ("a_b-c.d", "a_b-c.d"), ("İ", "i"),
    ("日本", "日本"), ("a\u{a0}b", "a\u{a0}b"),
  ])
  func `a name is lower-cased and loses its accents`(name: String, resource: String) throws {
    for version in ["1.20.9", "1.148.0"] {
      #expect(try shown(name, by: version) == [resource])
    }
  }

  @Test func `spaces become underscores`() throws {
    #expect(try shown("My  App", by: "1.20.9") == ["my__app"])
  }

  @Test func `an agent that splits the list keeps the names as they are`() throws {
    #expect(try shown("My Ação", by: "1.19.0") == ["prod:my ação"])
  }
}
