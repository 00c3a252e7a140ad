import Foundation
import Posix
import TestSupport
import Testing

/// What `--json` prints has the shape that docs/json.md describes, however a command ends.
struct JSONShapeTests {
  private static let key = "--config=HOOP_KEY=grpcs://_default:xagt-Zm9v@app.hoop.dev:8443"

  private static let runs: [([String], Int32)] = [
    (["check", "app", key, "--config=HOOP_CONNECTION=a,b", "--config=HOOP_DYNOS=web.2"], 0),
    (["check", "app"], 0),
    (["check", "none"], 64),
    (["check", "app", "--config=HOOP_VERSION=x"], 1),
    (["check", "app", key, "--config=HOOP_DISABLED=perhaps"], 1),
    (["check", "app", key, "--config=HOOP_CONECTION=a", "--config=HOOP_REQUIRED=1"], 1),
    (["check", "app", "--jsn"], 64),
    (["check", "odd", key], 1),
    (["dry-run", "app", "--offline", key, "--config=HOOP_CONNECTION=a"], 0),
    (["dry-run", "app", "--offline", "--config=HOOP_DISABLED=on"], 0),
    (["dry-run", "app", "--offline", "--config=HOOP_DISABLED=perhaps"], 1),
    (["dry-run", "app", "--offline"], 0),
    (["dry-run", "app", "--offline", "--cloud-native"], 0),
    (["dry-run", "app", "--offline", key], 1),
    (["dry-run", "app", "--offline", "--config=HOOP_VERSION=x"], 1),
    (["dry-run", "app", "--offline", "--boot", "none"], 64),
    (["dry-run", "odd", "--offline", "--boot", "clock"], 1),
    (["dry-run", "app", "--cloud-native", "--offline", key, "--config=HOOP_CONNECTION=a"], 0),
    (["dry-run", "app", "--cloud-native", "--offline", "--config=HOOP_VERSION=x"], 1),
    (["dry-run"], 0),
  ]

  @Test(arguments: runs)
  func `one object of one shape is printed`(words: [String], status: Int32) throws {
    let bench = try Bench()
    _ = try bench.app("web: hoopstart -- bin/server\nworker: rake\n")
    try bench.write("odd/Procfile", "web: hoopstart\nclock: hoopstart -- no-such-program\nx\n")
    let outcome = try bench.run(words[0], words.dropFirst() + ["--json"])
    #expect(outcome.status == .exited(status), "\(outcome.errors)")
    #expect(outcome.output.filter { $0 == "\n" }.count == 1)
    #expect(!outcome.output.contains("Zm9v"))
    let object = try #require(JSONObject(outcome.output))
    #expect(object.isTrue("succeeds") == (status == 0))
    #expect(object.isTrue("offline") == (words.contains("--offline") || words == ["dry-run"]))
    #expect(Shape.documented.problems(of: object.members) == [])
  }

  @Test func `a dry run lists its steps, what they added and what is wrong`() throws {
    let bench = try Bench()
    let app = try bench.app("web: puma\n")
    let outcome = try bench.run("dry-run", [app, "--offline", "--json"])
    let json = try #require(JSONObject(outcome.output))
    let steps = json.objects("steps").map { $0.text("step") }
    #expect(steps == ["detect", "compile", "release", "report"])
    #expect(json.objects("added").map { $0.text("path") } == [".hoop", ".profile.d"])
    #expect(json.objects("advice").map { $0.text("code") } == ["no-hoopstart", "no-config"])
    let warnings = json.object("build")?.objects("warnings") ?? []
    #expect(warnings.first?.text("code") == "no-hoopstart")
    #expect(outcome.errors.contains("-----> Hoop agent app detected"))
  }

  @Test(arguments: [("HOOP_VERSION=x", "malformed-version"), ("HOOP_DISABLED=x", "not-a-switch")])
  func `a config var that ends a build is reported in one place, in the same words`(
    variable: String, code: String
  ) throws {
    let bench = try Bench()
    let app = try bench.app()
    var summaries: Set<String?> = []
    for words in [
      ["check", app], ["dry-run", app, "--offline"],
      ["dry-run", app, "--offline", "--cloud-native"],
    ] {
      let outcome = try bench.run(words[0], words.dropFirst() + ["--json", "--config", variable])
      let object = try #require(JSONObject(outcome.output))
      #expect(object.object("failure")?.text("code") == code)
      let advice = object.objects("advice").map { $0.text("code") }
      #expect(!advice.contains(code) && advice.contains("no-key"))
      summaries.insert(object.object("failure")?.text("summary"))
    }
    #expect(summaries.count == 1 && !summaries.contains(nil), "\(summaries)")
  }
}

/// The members that an object has, and their types: the table of docs/json.md.
struct Shape {
  private let types: [String: Set<String>]

  static let documented: Shape = {
    let document = try? (Bench.repository / "docs/json.md").content(atMost: 1 << 20)
    var types: [String: Set<String>] = [:]
    for line in String(decoding: document ?? [], as: UTF8.self).split(separator: "\n") {
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count > 1, cells[0].hasPrefix("`") else { continue }
      types[cells[0].filter { $0 != "`" }] = Set(cells[1].components(separatedBy: " or "))
    }
    return Shape(types: types)
  }()

  /// What the value has that is not documented, or lacks.
  func problems(of value: Any, at path: String = "") -> [String] {
    switch value {
    case let object as [String: Any]:
      let prefix = path.isEmpty ? "" : "\(path)."
      let documented = types.keys.filter { name in
        name.hasPrefix(prefix) && !name.dropFirst(prefix.count).contains { ".[".contains($0) }
      }.map { String($0.dropFirst(prefix.count)) }
      let names = Set(object.keys)
      return names.symmetricDifference(documented).sorted().map { "\(prefix)\($0)" }
        + object.flatMap { problem(with: $1, at: prefix + $0) }
    case let list as [Any]: return list.flatMap { problem(with: $0, at: "\(path)[]") }
    default: return []
    }
  }

  private func problem(with value: Any, at path: String) -> [String] {
    let type: String
    switch value {
    case is NSNull: type = "null"
    case let number as NSNumber:
      type = isBoolean(number) ? "boolean" : "number"
    case is String: type = "text"
    case is [Any]: type = "list"
    default: type = "object"
    }
    // The members of an object in a list are documented by their own paths.
    let isDocumented = types[path]?.contains(type) ?? (type == "object" && path.hasSuffix("[]"))
    return (isDocumented ? [] : ["\(path) is \(type)"]) + problems(of: value, at: path)
  }

  private func isBoolean(_ number: NSNumber) -> Bool {
    String(cString: number.objCType) == "c"
  }
}
