@testable import BuildpackKit

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzManifest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    guard let manifest = CacheManifest(CacheManifest.ended(input.text)) else { return }
    must(CacheManifest(manifest.text) == manifest, "Another manifest when parsed again")
    let names = manifest.files.map(\.name)
    must(names == ["hoop"] || names == ["hoop", "hoop_rs"], "What files are these: \(names)")
    must(manifest.files.flatMap(\.parts).allSatisfy { $0.size > 0 }, "A part without bytes")
  }
}
