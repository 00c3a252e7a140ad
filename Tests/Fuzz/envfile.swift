import LocalTools

@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEnvFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  fuzz(start, count) { input in
    guard let file = try? EnvFile(input) else { return }
    for variable in file.variables {
      must(EnvFile.variable(Array("\(variable.name)=".utf8))?.name == variable.name, "What name?")
      must(!variable.value.contains(0), "A NUL byte")
      must(input.text.holds(variable.name), "The name is not from the file")
    }
    // As the Heroku CLI prints them.
    let printed = file.variables.flatMap { variable in
      Array("\(variable.name)='".utf8) + variable.value.flatMap(escaped) + Array("'\n".utf8)
    }
    // A quote cannot stand in single quotes, except between two such texts.
    guard !file.variables.contains(where: { $0.value.contains(UInt8(ascii: "'")) }) else { return }
    must((try? EnvFile(printed)) == file, "Other variables when parsed again")
  }
}

private func escaped(_ byte: UInt8) -> [UInt8] {
  byte == UInt8(ascii: "\\") ? [byte, byte] : [byte]
}
