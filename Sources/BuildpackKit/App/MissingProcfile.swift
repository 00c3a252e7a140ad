import HoopAgent

extension Procfile {
  /// What somebody should know whose app has none.
  static let missing = Advice(
    code: "no-procfile", summary: "The app has no Procfile.",
    meaning: ["hoopstart starts the Hoop agent with a process, so a Procfile must name one."],
    remedy: "Put a file `Procfile` at the top of the repository, with your own command:",
    example: ["web: hoopstart -- bundle exec puma -C config/puma.rb"])
}
