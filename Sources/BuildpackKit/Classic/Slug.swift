import CPosix
import HoopAgent
import Posix

/// What this buildpack adds to the app: `.hoop`, `.profile.d/hoop.sh`, and links in `bin` where the
/// Procfile names them. All is made in a staging folder and renamed to its place at the end.
struct Slug: ~Copyable {
  /// What becomes `.hoop`.
  let agent: AgentFolder

  private let app: Path
  private let staging: Staging
  private var links: [String] = []

  private static let profile = """
    # Puts the Hoop agent on PATH. Written by the Hoop buildpack.
    case ":${PATH-}:" in
      *":${HOME:-/app}/.hoop/bin:"*) ;;
      *) export PATH="${HOME:-/app}/.hoop/bin${PATH:+:$PATH}" ;;
    esac

    """

  /// - Throws: where the app has something of its own at a path that is needed, or a link that
  ///   leads out.
  init(_ context: BuildContext) throws(BuildFailure) {
    try Self.check(context.buildFolder)
    let staging = try BuildFailure.system { () throws(SystemError) in
      let staging = try Staging(in: context.buildFolder)
      try (staging.path / "links").makeFolder()
      _ = try staging.file("hoop.sh", Array(Self.profile.utf8))
      return staging
    }
    let agent = try BuildFailure.system(
      try AgentFolder(making: staging.path / "hoop", launcher: context.executable))
    app = context.buildFolder
    self.agent = agent
    self.staging = staging
  }

  /// A path for what may have to be thrown away.
  var scratch: Path { staging.path / "scratch" }

  /// Gets the links in `bin` ready that the Procfile names and the app does not have.
  mutating func addLinks(for procfile: Procfile) throws(BuildFailure) {
    for name in try BuildFailure.system(try agent.programNames())
    where procfile.processes.contains(where: { $0.calls(inBin: name) }) {
      try Self.checkInside("bin", of: app)
      // `bin` may itself be a link to a folder of the app that is deeper.
      let up = try Self.wayUp(from: "bin", of: app)
      let place = app / "bin" / name
      let link = staging.path / "links" / name
      let isTaken = try BuildFailure.system { () throws(SystemError) in
        guard let status = try place.linkStatus() else { return false }
        if status.kind != .link { return true }
        return try !Self.isOurs(place.linkTarget(), name)
      }
      if isTaken { continue }
      try BuildFailure.system(try link.makeLink(to: up + ".hoop/bin/\(name)"))
      links.append(name)
    }
  }

  /// Moves all to its place.
  func place(_ placement: inout RenameTransaction) throws(SystemError) {
    try placement.put(staging.path / "hoop", at: app / ".hoop")
    try placement.makeFolder(app / ".profile.d")
    try placement.put(staging.path / "hoop.sh", at: app / ".profile.d/hoop.sh")
    if links.isEmpty { return }
    try placement.makeFolder(app / "bin")
    for name in links {
      try placement.put(staging.path / "links" / name, at: app / "bin" / name)
    }
  }

  /// Makes sure that the links lead to the agent's programs.
  func prove() throws(SystemError) {
    for name in links {
      let end = try app.resolvedBeneath(Path("bin/\(name)"))
      if end != Path(".hoop/bin/\(name)") {
        throw SystemError("link", app / "bin" / name, code: EXDEV)
      }
    }
  }

  private static func isOurs(_ target: Path, _ name: String) -> Bool {
    var text = target.string[...]
    guard text.hasPrefix("../") else { return false }
    while text.hasPrefix("../") { text = text.dropFirst("../".count) }
    return text == ".hoop/bin/\(name)"
  }

  /// `../` for each folder from the top of the app down to where `name` leads.
  private static func wayUp(from name: String, of app: Path) throws(BuildFailure) -> String {
    do throws(SystemError) {
      let end = try app.resolvedBeneath(Path(name))
      return String(repeating: "../", count: end.bytes.split(separator: UInt8(ascii: "/")).count)
    } catch {
      if error.code == ENOENT { return "../" }  // it is made as a folder
      throw BuildFailure(error)
    }
  }

  private static func check(_ app: Path) throws(BuildFailure) {
    try checkInside(".hoop", of: app)
    try checkInside(".profile.d", of: app)
    let hoop = try BuildFailure.system { () throws(SystemError) in try (app / ".hoop").linkStatus()
    }
    if let hoop {
      let mark = try BuildFailure.system { () throws(SystemError) in
        try (app / ".hoop" / AgentLayout.launcher).linkStatus()
      }
      guard hoop.kind == .folder, mark?.kind == .file, try holdsOursAlone(app / ".hoop")
      else { throw .slug(.occupied(".hoop")) }
    }
    let script = app / ".profile.d/hoop.sh"
    let status = try BuildFailure.system { () throws(SystemError) in try script.linkStatus() }
    guard let status else { return }
    let ours = profile.utf8.prefix { $0 != UInt8(ascii: "\n") }
    let isOurs = try BuildFailure.system { () throws(SystemError) in
      guard status.kind == .file else { return false }
      return try script.content(atMost: ours.count) == Array(ours)
    }
    if !isOurs { throw .slug(.occupied(".profile.d/hoop.sh")) }
  }

  /// Whether a folder holds nothing that an earlier build has not put there.
  private static func holdsOursAlone(_ folder: Path) throws(BuildFailure) -> Bool {
    let programs = (AgentLayout.released + ["hoopstart"]).map { Path($0) }
    return try BuildFailure.system { () throws(SystemError) in
      let names = try folder.names() + (folder / AgentLayout.programs).names()
      return names.allSatisfy {
        programs.contains($0) || $0 == Path(AgentLayout.programs) || $0 == Path(AgentLayout.version)
      }
    }
  }

  /// Makes sure that a folder of the app is one, or not there, and no way out.
  private static func checkInside(_ name: String, of app: Path) throws(BuildFailure) {
    let status = try BuildFailure.system { () throws(SystemError) in try (app / name).linkStatus() }
    switch status?.kind {
    case nil, .folder: return
    case .link:
      let end: Path
      do throws(SystemError) { end = try app / app.resolvedBeneath(Path(name)) } catch {
        // It leads out, nowhere, or in circles.
        if [EXDEV, ENOENT, ELOOP].contains(error.code) { throw .slug(.leadsOut(name)) }
        throw BuildFailure(error)
      }
      let kind = try BuildFailure.system { () throws(SystemError) in try end.status()?.kind }
      if kind != .folder { throw .slug(.occupied(name)) }
    default: throw .slug(.occupied(name))
    }
  }
}
