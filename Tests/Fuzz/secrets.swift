import HoopAgent

/// A variable's name, its value, and a text that is printed.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzSecrets(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    let lines = input.lines + ["", "", ""]
    var secrets = Secrets()
    secrets.learn(lines[0], lines[1])
    let value = lines[1].trimmed()
    if Setting.isSecret(lines[0]), value.utf8.count >= 8 {
      for text in [value, "\(lines[2])\(value)\(lines[2])"] {
        must(!secrets.masked(text).holds(value), "The value is shown in \(text)")
      }
    }
    for text in lines {
      must(printable(text).isPlain, "printable is not")
      must(quoted(text).isPlain && quoted(text).unicodeScalars.count < 1000, "quoted is not")
    }
  }
}
