@testable import BuildpackKit
@testable import LocalTools

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    if let version = JSON.string("version", in: input.text) {
      must(input.text.holds(version) && !version.holds("\"") && !version.holds("\\"), "From where?")
    }
    guard let value = JSON.parse(input) else { return }
    let text = JSON.text(value)
    must(text.isPlain || !text.utf8.contains { $0 < 32 }, "A line that is two")
    guard let again = JSON.parse(text.utf8) else { return must(false, "No JSON: \(text)") }
    must(JSON.text(again) == text, "Another value when parsed again: \(text)")
  }
}
