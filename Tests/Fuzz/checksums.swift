import BuildpackKit

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzChecksums(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let (text, file) = (input.text, "hoop_1.148.0_Linux_x86_64.tar.gz")
    guard let digest = Checksums.digest(of: file, in: text) else { return }
    must(digest.hex.utf8.count == 64, "A digest of another length")
    must(
      digest.hex.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }, "No digest")
    // A line that has both, and no line with the file and another digest.
    let lines = input.lines.filter { $0.holds(file) }
    must(lines.contains { $0.lowercased().holds(digest.hex) }, "The digest is from elsewhere")
    must(Digest(digest.hex) == digest, "Another digest when parsed again")
  }
}
