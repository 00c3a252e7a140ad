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
      let corrected = process.corrected
      must(
        corrected.use == .proper || corrected.use == .question,
        "Not right when corrected: \(corrected.command)")
      must(corrected.corrected == corrected, "Corrected twice is something else")
    }
    let printed = processes.map { "\($0.type): \($0.command)\n" }.joined()
    must(Procfile(printed.utf8).processes == processes, "Another Procfile when parsed again")
  }
}
