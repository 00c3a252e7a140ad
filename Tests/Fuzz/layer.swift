@testable import BuildpackKit

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzLayer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    guard let layer = LayerMetadata(input.text) else { return }
    must(LayerMetadata(layer.text) == layer, "Another layer when parsed again")
    must(layer.text.split(separator: "\n").allSatisfy(\.isPlain), "A line that is two")
  }
}
