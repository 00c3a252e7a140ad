import Glibc
import Posix

extension Path {
  /// Makes or replaces a file, with the folders above it.
  func write(_ content: [UInt8], mode: mode_t = 0o644) {
    _ = try! folder.makeFolders()
    try! removeTree()
    try! makeFile(content, mode: mode)
  }

  func write(_ text: String, mode: mode_t = 0o644) { write(Array(text.utf8), mode: mode) }

  func makeFolders(mode: mode_t) {
    _ = try! makeFolders()
    try! setMode(mode)
  }

  /// The whole content of a file.
  var content: [UInt8] { try! content(atMost: .max) }

  var text: String { String(decoding: content, as: UTF8.self) }

  var isThere: Bool { try! linkStatus() != nil }

  /// Makes `self` another name of the file `path`.
  func makeHardLink(of path: Path) {
    let result = path.withCString { from in withCString { link(from, $0) } }
    precondition(result == 0, "link \(self): \(String(cString: strerror(errno)))")
  }
}
