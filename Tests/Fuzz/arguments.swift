import Posix

@testable import HoopStart
@testable import LocalTools

/// Words with NUL between them: a command line of hoopstart and of dry-run.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzArguments(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let words = input.split(separator: 0, omittingEmptySubsequences: false).map(Array.init)
    checkHoopstart(words)
    let paths = words.map { Path(bytes: $0) }
    guard let parsed = try? DryRun.options.parse(paths) else { return }
    must(parsed.operand.map { paths.contains($0) } ?? true, "The operand is not a word")
    if !words.contains(where: { $0.first == UInt8(ascii: "-") }) {
      must(paths.count == 1 && parsed.operand == paths[0], "The operand is another word")
    }
  }
}

private func checkHoopstart(_ words: [[UInt8]]) {
  var storage = words.map { $0.map { CChar(bitPattern: $0) } + [0] }
  var pointers = storage.indices.map { index in
    storage[index].withUnsafeMutableBufferPointer { buffer in
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: buffer.count)
      copy.initialize(from: buffer.baseAddress!, count: buffer.count)
      return Optional(copy)
    }
  }
  defer { for pointer in pointers { pointer?.deallocate() } }
  pointers.append(nil)
  let count = words.count
  pointers.withUnsafeMutableBufferPointer { buffer in
    let arguments = buffer.baseAddress!
    let isOption = count > 1 && words[1].first == UInt8(ascii: "-") && words[1] != Array("--".utf8)
    switch Invocation(arguments) {
    case .run(let command, let assignments):
      let first = count > 1 && words[1] == Array("--".utf8) ? 2 : 1
      must(!isOption, "An option is a command")
      must(command == arguments + first + assignments.count, "Another command")
      must(
        words[first..<(first + assignments.count)].allSatisfy { $0.contains(UInt8(ascii: "=")) },
        "An assignment without =")
    case .check, .help, .version: must(isOption && count <= 3, "More than the option")
    case .wrong(let why):
      must(
        isOption
          || !words.dropFirst().contains {
            !$0.contains(UInt8(ascii: "=")) && !$0.starts(with: "--".utf8)
          },
        "Refused: \(why)")
      must(why.isPlain, "A control character")
    }
  }
}
