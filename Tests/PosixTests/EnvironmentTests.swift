import Posix
import Testing

struct EnvironmentTests {
  private static func entry(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func `a variable changes in its place, and the rest keeps its order`() {
    var environment = Environment(
      entries: ["A=1", "B=2", "AB=3"].map(Self.entry) + [[0x41, 0xff]])
    environment["B"] = "x=y"
    environment["C"] = ""
    environment["AB"] = nil
    #expect(
      environment.entries == [
        Self.entry("A=1"), Self.entry("B=x=y"), [0x41, 0xff], Self.entry("C="),
      ])
    #expect(environment["B"] == "x=y")
    #expect(environment["C"] == "")
    #expect(environment["AB"] == nil)
    #expect(environment.keeping(["A", "D"]).entries == [Self.entry("A=1")])
  }

  @Test func `names are those of variables, and bytes are as they were given`() {
    var environment = Environment(entries: [
      Array("A=1".utf8), Array("=C:".utf8), Array("NOEQUALS".utf8), [0xff, 0x3d, 0x31],
      [0x42, 0x3d, 0xff], Array("A=2".utf8),
    ])
    #expect(environment.names == ["A", "B", "A"])
    #expect(environment.bytes(of: "B") == [0xff] && environment.bytes(of: "C") == nil)
    environment.remove { $0 == "A" }
    #expect(environment.names == ["B"] && environment.entries.count == 4)
  }
}
