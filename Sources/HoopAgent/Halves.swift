extension StringProtocol {
  /// What stands before and after the first `separator`, found byte by byte; all of it and nil
  /// where there is none.
  package func halves(around separator: String) -> (before: Substring, after: Substring?) {
    let text = Substring(self)
    var start = text.startIndex
    while start < text.endIndex {
      if text[start...].utf8.starts(with: separator.utf8) {
        let end = text.utf8.index(start, offsetBy: separator.utf8.count)
        return (text[..<start], text[end...])
      }
      start = text.utf8.index(after: start)
    }
    return (text, nil)
  }
}
