import HoopAgent

extension ConfigVars {
  /// What a user should know of config vars that nobody reads and that are nearly one that is read.
  var adviceOnNames: [Advice] {
    let mistakes = names.sorted().compactMap { name in
      ConfigVar.meant(by: name).map { (name: name, meant: $0) }
    }
    guard let first = mistakes.first else { return [] }
    let most = 5
    let isOne = mistakes.count == 1
    return [
      Advice(
        code: "unread-config-vars",
        summary: isOne
          ? "Nobody reads the config var \(first.name): it is nearly \(first.meant)."
          : "Nobody reads the config vars \(few(mistakes.map { $0.name })).",
        meaning: isOne
          ? ["What it was set for does not happen."]
          : ["Each is nearly one that is read: \(few(mistakes.map { $0.meant }))."],
        remedy: "Set what is read, and unset the other:",
        example: mistakes.prefix(most).flatMap { mistake in
          [
            "heroku config:set \(mistake.meant)=\"$(heroku config:get \(mistake.name))\"",
            "heroku config:unset \(mistake.name)",
          ]
        })
    ]
  }
}
