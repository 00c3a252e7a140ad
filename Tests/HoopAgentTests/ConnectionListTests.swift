import HoopAgent
import TestSupport
import Testing

struct ConnectionListTests {
  private static let variables = [
    "A": "Alpha", "B_2": " beta\n", "EMPTY": "", "BLANK": " \t", "LIST": "x,y", "NESTED": "Env.A",
    "QUOTED": "'x'", "BELL": "a\u{7}b", "HOOP_KEY": "s3cret", "HOOP_DSN": "s3cret",
    "a/../A": "file",
    "PROD_KEY": "grpcs://prod:s3cret@app.hoop.test:8443", "DATABASE_URL": "postgres://u:p@db/app",
    "OLD_KEY": "https://app.hoop.test/" + String(repeating: "0f", count: 32),
  ]

  private static func names(_ value: String) throws(ConnectionList.Malformed) -> [String] {
    try ConnectionList(value) { variables[$0] }.names
  }

  @Test(arguments: [
    ("myapp", ["myapp"]), ("a,b", ["a", "b"]), (" A ,\tB\r\n", ["a", "b"]), ("my app", ["my app"]),
    ("ÀÉ", ["àé"]), ("\u{a0}a\u{a0},b", ["a", "b"]), ("b,a", ["b", "a"]), ("-x", ["-x"]),
    ("env", ["env"]), ("o'brien", ["o'brien"]), ("environment.a", ["environment.a"]),
  ])
  func `names are split at commas, trimmed and lower-cased`(value: String, names: [String]) throws {
    #expect(try Self.names(value) == names)
  }

  @Test(arguments: [
    ("env.A", ["alpha"]), ("a, env.A", ["a", "alpha"]), (" env.B_2 ,b", ["beta", "b"]),
  ])
  func `a part that begins with env. stands for a variable's value`(value: String, names: [String])
    throws
  {
    #expect(try Self.names(value) == names)
  }

  @Test(
    arguments: [
      ("", .emptyName), (" ", .emptyName), (",", .emptyName), ("a,,b", .emptyName),
      ("a,", .emptyName),
      (",a", .emptyName), ("a, ,b", .emptyName), ("a,\u{a0}", .emptyName),
      ("env.C", .unsetVariable("C")), ("env.EMPTY", .unsetVariable("EMPTY")),
      ("env.BLANK", .unsetVariable("BLANK")), ("env.", .unsetVariable("")),
      ("env.a/../A", .unsetVariable("a/../A")), ("env. A", .unsetVariable(" A")),
      ("env.\u{301}A", .unsetVariable("\u{301}A")),
      ("env.LIST", .unusableVariable("LIST")), ("env.NESTED", .unusableVariable("NESTED")),
      ("env.HOOP_KEY", .secret(variable: "HOOP_KEY")),
      ("a,env.HOOP_DSN", .secret(variable: "HOOP_DSN")),
      ("env.PROD_KEY", .secret(variable: "PROD_KEY")),
      ("a,env.OLD_KEY", .secret(variable: "OLD_KEY")),
      ("a,env.DATABASE_URL", .secret(variable: "DATABASE_URL")),
      ("grpcs://prod:s3,cret@app.hoop.test", .secret(variable: nil)),
      ("a,https://app.hoop.test/" + String(repeating: "0f", count: 32), .secret(variable: nil)),
      ("“shop”", .quotes(without: "shop")), ("'a,b'", .quotes(without: "a,b")),
      ("a, \"Shop\" ", .quotes(without: "a,Shop")), ("‘env.A’", .quotes(without: "env.A")),
      ("\"\"", .quotes(without: "")), ("env.QUOTED", .unusableVariable("QUOTED")),
      ("ENV.A", .reservedName("ENV.A")), ("a,Env.b", .reservedName("Env.b")),
      ("a\0b", .controlCharacter("a\0b")), ("a\r\nb", .controlCharacter("a\r\nb")),
      ("a\u{7f}", .controlCharacter("a\u{7f}")), ("env.BELL", .controlCharacter("a\u{7}b")),
      ("a,b,A", .repeatedName("a")), ("alpha,env.A", .repeatedName("alpha")),
      ("\u{e9},e\u{301}", .repeatedName("é")),
    ] as [(String, ConnectionList.Malformed)])
  func `a list that breaks a rule is refused`(value: String, why: ConnectionList.Malformed) {
    #expect(throws: why) { try Self.names(value) }
  }

  @Test func `a comma separates even with a combining mark behind it`() throws {
    #expect(try Self.names("a,\u{301}b").count == 2)
  }

  @Test func `a list has at most 255 bytes, resolved or not`() throws {
    let (short, long) = (String(repeating: "a", count: 127), String(repeating: "b", count: 128))
    let tooLong = ConnectionList.Malformed.tooLong(bytes: 256)
    #expect(try Self.names("\(short.dropLast()),\(long)").count == 2)
    #expect(throws: tooLong) { try Self.names("\(short),\(long)") }
    #expect(throws: tooLong) { try Self.names("a" + String(repeating: " ", count: 255)) }
    #expect(throws: tooLong) { try ConnectionList("env.A,\(short)") { _ in long } }
  }

  @Test func `a name has at most 252 bytes`() throws {
    #expect(try Self.names(String(repeating: "é", count: 126)).count == 1)
    #expect(throws: ConnectionList.Malformed.nameTooLong(bytes: 253)) {
      try Self.names(String(repeating: "a", count: 253))
    }
    #expect(throws: ConnectionList.Malformed.nameTooLong(bytes: 10_000_000)) {
      try ConnectionList("env.A") { _ in String(repeating: "a", count: 10_000_000) }
    }
  }

  @Test func `random texts are lists only by the rules, and print as they are read`() {
    let texts = RandomText(
      pieces: [
        ",", ",", " ", "a", "B", "env.", "env.A", "ENV.", "LIST", String(repeating: "n", count: 90),
      ],
      valid: [
        "myapp-redact,myapp-review", "a, env.A ,b", "My App,É", "env.B_2,env.LIST", "a,env.NESTED",
        "env.A",
      ])
    #expect(
      texts.counterexample(seed: 6) { text in
        let list = try? ConnectionList(text) { Self.variables[$0] }
        guard list?.names == Self.oracle(text) else { return false }
        return list.map { (try? ConnectionList($0.joined) { _ in nil }) == $0 } ?? true
      } == nil)
  }

  /// The rules a second time, in the plainest words: over scalars, with the answers of `variables`
  /// known beforehand.
  private static func oracle(_ text: String) -> [String]? {
    let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r", "\u{a0}"]
    let quotes: Set<Unicode.Scalar> = Set("\"'`‘’‚‛“”„‟«»".unicodeScalars)
    var names: [String] = []
    for part in text.unicodeScalars.split(separator: ",", omittingEmptySubsequences: false) {
      var scalars = Array(part)
      while let first = scalars.first, blanks.contains(first) { scalars.removeFirst() }
      while let last = scalars.last, blanks.contains(last) { scalars.removeLast() }
      if [scalars.first, scalars.last].contains(where: { $0.map(quotes.contains) == true }) {
        return nil
      }
      var name = scalars.map { $0.properties.lowercaseMapping }.joined()
      if scalars.prefix(4) == ["e", "n", "v", "."] {
        switch scalars.dropFirst(4).map(String.init).joined() {
        case "A": name = "alpha"
        case "B_2": name = "beta"
        default: return nil
        }
      }
      let refused = name.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
      let isReserved = Array(name.unicodeScalars.prefix(4)) == ["e", "n", "v", "."]
      if name.isEmpty || refused || isReserved || names.contains(name) { return nil }
      if name.utf8.count > 252 { return nil }
      names.append(name)
    }
    let resolved = names.map(\.utf8.count).reduce(names.count - 1, +)
    return text.utf8.count <= 255 && resolved <= 255 ? names : nil
  }
}
