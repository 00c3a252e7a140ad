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
    switch Invocation(arguments) {
    case .run(let command):
      must(words[1] == Array("--".utf8) && count > 2, "A command without --")
      must(command == arguments + 2, "Another command")
    case .check, .help, .version: must(count == 2, "More than one word")
    case .wrong(let why):
      must(!(count > 2 && words[1] == Array("--".utf8)), "Refused: \(why)")
      must(why.isPlain, "A control character")
    }
  }
}
