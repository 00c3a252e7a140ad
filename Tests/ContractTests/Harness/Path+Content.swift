import Glibc
import Posix

extension Path {
  /// Makes or replaces a file, with the folders above it.
  func write(_ content: [UInt8], mode: mode_t = 0o644) {
    try! folder.makeFolders()
    try! removeTree()
    try! makeFile(content, mode: mode)
  }

  func write(_ text: String, mode: mode_t = 0o644) { write(Array(text.utf8), mode: mode) }

  /// The whole content of a file.
  var content: [UInt8] { try! content(atMost: .max) }
  var text: String { String(decoding: content, as: UTF8.self) }
  var isThere: Bool { try! linkStatus() != nil }

  /// Makes it the file of a user who owns nothing else, if the tests run as root.
  func giveAway() { _ = chown(string, Machine.otherUser, Machine.otherUser) }
}
