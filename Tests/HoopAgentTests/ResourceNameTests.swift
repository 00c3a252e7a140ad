import HoopAgent
import Testing

struct ResourceNameTests {
  private func shown(_ name: String, by version: String) throws -> [String] {
    try plan(["HOOP_DSN": "grpcs://_default:s@h", "HOOP_CONNECTION": name], version).commands
      .flatMap(\.publishes)
  }

  @Test(arguments: [
    ("App", "app"), ("Ação", "acao"), ("e\u{301}te\u{301}", "ete"), ("ÅNGSTRÖM", "angstrom"),
    ("Việt", "viet"), ("straße", "straße"), ("øre", "øre"), ("a_b-c.d", "a_b-c.d"), ("İ", "i"),
    ("日本", "日本"), ("a\u{a0}b", "a\u{a0}b"),
  ])
  func `a name is lower-cased and loses its accents`(name: String, resource: String) throws {
    for version in ["1.20.0", "1.20.6", "1.148.0"] {
      #expect(try shown(name, by: version) == [resource])
    }
  }

  @Test(arguments: [
    ("1.20.0", "myapp"), ("1.20.5", "myapp"), ("1.20.6", "my__app"), ("1.21.5", "my__app"),
    ("1.148.0", "my__app"),
  ])
  func `spaces are dropped up to 1·20·5 and become underscores since`(
    version: String, resource: String
  ) throws {
    #expect(try shown("My  App", by: version) == [resource])
  }

  @Test func `an agent that splits the list keeps the names as they are`() throws {
    #expect(try shown("My Ação", by: "1.19.0") == ["my ação"])
  }
}
