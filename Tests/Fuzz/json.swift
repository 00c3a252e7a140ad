@testable import BuildpackKit

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    if let version = JSON.string("version", in: input.text) {
      must(input.text.holds(version) && !version.holds("\"") && !version.holds("\\"), "From where?")
    }
    let text = JSON.text(.object([("a", .text(input.text)), ("version", .text("1"))]))
    must(!text.utf8.contains { $0 < 32 || $0 == 127 }, "A line that is two")
    must(JSON.string("version", in: text) == "1", "Another member than the last: \(text)")
  }
}
