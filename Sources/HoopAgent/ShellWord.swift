/// `word` as a shell needs it.
func shellWord(_ word: String) -> String {
  let plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/@%+="
  if !word.isEmpty, word.allSatisfy({ plain.contains($0) }) { return word }
  var quoted = "'"
  for character in printable(word) { quoted += character == "'" ? "'\\''" : String(character) }
  return quoted + "'"
}
