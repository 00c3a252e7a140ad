@testable import BuildpackKit

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzProcfile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let processes = Procfile(input).processes
    must(Set(processes.map(\.type)).count == processes.count, "A type is there twice")
    for process in processes {
      must(!process.type.isEmpty && !process.command.isEmpty, "Something is empty")
      must(process.type.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 }, "What type is that?")
      must(input.text.holds(process.type), "The type is not from the file")
      let suggested = process.suggested
      let call = HoopstartCall(in: suggested.command)
      must(
        call.use == .starts && !call.isBehindShell,
        "Not right as suggested: \(suggested.command)")
      must(suggested.suggested == suggested, "Suggested twice is something else")
    }
    // A NUL among the first bytes says UTF-16.
    guard !input.contains(0) else { return }
    let printed = processes.map { "\($0.line)\n" }.joined()
    must(Procfile(printed.utf8).processes == processes, "Another Procfile when parsed again")
  }
}
