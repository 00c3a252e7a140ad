import BuildpackKit

extension DryRun {
  static let options = Options(
    command: "bin/dry-run", operand: "[APP_DIR]",
    about: [
      "Does to a copy of an app what a deploy to Heroku does, here, and shows the same.",
      "Without APP_DIR: a demonstration that needs no network and no configuration.",
    ],
    table: GivenConfig.options + [
      Options.Option(
        name: "--cloud-native", value: nil,
        help: ["Build an image, as Fir and pack do, not a slug."]),
      Options.Option(
        name: "--stack", value: "STACK",
        help: ["The stack to name to the build; \(HerokuBuild.stacks[0])."],
        choices: HerokuBuild.stacks),
      Options.Option(
        name: "--offline", value: nil, help: ["Install a practice agent, without network."]),
      Options.Option(
        name: "--releases-url", value: "URL", help: ["Take the agent from a mirror."]),
      Options.Option(
        name: "--buildpack", value: "DIR", help: ["Run this buildpack after ours. Repeatable."]),
      Options.Option(
        name: "--boot", value: "TYPE",
        help: ["Then start this process type as a dyno does,", "until it ends or Ctrl-C."]),
      Options.Option(name: "--keep", value: "DIR", help: ["Keep the slug in a new folder."]),
      Options.Option(
        name: "--json", value: nil,
        help: ["Print one JSON object alone; all else goes to", "stderr. Its shape: docs/json.md."]),
    ],
    examples: [
      "  heroku config --shell | bin/dry-run ../myapp --env-file - --boot web"
    ])
}
