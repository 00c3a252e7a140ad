import HoopAgent
import Output

@testable import BuildpackKit

/// What an agent's `version` prints, and the TOML of a layer.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    if let version = Bytes(input.text.utf8).jsonText(of: "version"), !input.text.holds("\\") {
      must(input.text.holds(version) && !version.holds("\""), "From where?")
    }
    let text = JSON.text(.object([("a", .text(input.text)), ("version", .text("1"))]))
    must(text.isPlain, "A line that is two")
    must(Bytes(text.utf8).jsonText(of: "version") == "1", "Another member than the last: \(text)")
    for layer in [LayerMetadata.Layer.agent, .launcher] {
      guard let metadata = LayerMetadata(layer, input.text) else { continue }
      must(LayerMetadata(layer, metadata.text) == metadata, "Another layer when parsed again")
      must(metadata.text.split(separator: "\n").allSatisfy(\.isPlain), "A line that is two")
    }
  }
}
