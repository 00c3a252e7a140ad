@testable import BuildpackKit

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzListing(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    do throws(ArchiveListing.Problem) { try ArchiveListing(input.text).check() } catch { return }
    let lines = input.lines
    let isAgent = lines.map { $0.drop { $0 == " " }.hasPrefix("-") && $0.holds("./hoop") }
    must(isAgent.contains(true), "Where is the agent?")
    // A line as tar writes them, taken apart from its other end.
    for line in lines where line.hasPrefix("-rwxr-xr-x 0/0 ") {
      guard let name = line.split(separator: " 2026-08-21 10:00 ", maxSplits: 1).last else {
        continue
      }
      guard line.split(separator: " ").count == 6 else { continue }
      must(!name.hasPrefix("/") || !line.holds(" 10:00 /"), "An absolute name")
      must(!name.split(separator: "/").contains(".."), "A name that leads out")
    }
  }
}
