import HoopAgent

/// HOOP_CONNECTION on the first line, what its variables are on the second; HOOP_DYNOS and DYNO on
/// the next two.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzConnections(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let lines = input.lines + ["", "", ""]
    var asked: [String] = []
    let version = AgentVersion.newestKnown
    let list = try? ConnectionList(lines[0], for: version) { name in
      asked.append(name)
      return lines[1]
    }
    must(!asked.contains("HOOP_KEY") && !asked.contains("HOOP_DSN"), "A key was looked up")
    must(!asked.contains { $0.holds("/") || $0.holds(".") }, "A path was looked up")
    if let list {
      let (names, shown) = (list.names.map(\.name), list.names.map(\.shown))
      must(shown.allSatisfy { (1...128).contains($0.utf8.count) }, "A name is too long, or empty")
      must(Set(shown).count == shown.count, "A name is there twice")
      must(names.allSatisfy { !$0.holds(",") && !$0.hasPrefix("env.") }, "A name is a list")
      must(shown.allSatisfy(\.isPlain), "A control character")
      let again = (try? ConnectionList(list.joined, for: version) { _ in nil }).map { list in
        list.names.map(\.name)
      }
      must(again == names, "The list is another one when parsed again: \(list.joined)")
    }
    guard let dynos = try? DynoSelection(lines[2]) else { return }
    must(dynos.patterns.allSatisfy { !$0.isEmpty && !$0.holds(",") }, "A pattern is a list")
    must(dynos.contains(nil) && dynos.contains(""), "Without DYNO there is no choice")
    let dyno = lines[3]
    if dynos.selectsAll { must(dynos.contains(dyno), "All dynos carry the agent") }
    if lines[2] == dyno, !dyno.holds("*"), dyno.holds("."), !dyno.holds(",") {
      must(dynos.contains(dyno), "A dyno is named and not meant: \(dyno)")
    }
  }
}
