import HoopAgent
import Posix

/// What `tar --list --verbose --quoting-style=escape` says of an archive, a line a member:
///
///     -rwxr-xr-x 0/0  1234 2026-08-21 10:00 ./hoop
///     lrwxrwxrwx 0/0     0 2026-08-21 10:00 ./hoop.old -> ./hoop
///
/// Nothing but the agent's files is taken out of an archive, so what else is in it does no harm.
/// But an archive with members that lead out of its folder is not one that Hoop made.
package struct ArchiveListing {
  package enum Problem: Error, Hashable, Sendable {
    case noAgent
    case leadsOut(String)
    case tooLarge(String)
    case isNoFile(String, FileStatus.Kind)
  }

  private struct Member {
    let type: Character
    let size: Int
    let name: Substring
    let target: Substring?
  }

  private let members: [Member]

  init(_ text: String) {
    members = text.split(separator: "\n").compactMap(Self.member)
  }

  func check() throws(Problem) {
    for member in members {
      if Self.leadsOut(member.name) || member.target.map(Self.leadsOut) == true {
        throw .leadsOut(String(member.name))
      }
      if member.size > ArchiveFailure.maximumMemberBytes { throw .tooLarge(String(member.name)) }
    }
    guard let agent = members.last(where: { $0.name == "./hoop" || $0.name == "./hoop/" }) else {
      throw .noAgent
    }
    switch agent.type {
    case "-": break
    case "d": throw .isNoFile("./hoop", .folder)
    case "l", "h": throw .isNoFile("./hoop", .link)
    case "p": throw .isNoFile("./hoop", .pipe)
    default: throw .isNoFile("./hoop", .device)
    }
  }

  private static func member(_ line: Substring) -> Member? {
    let fields = line.split(separator: " ", maxSplits: 5)
    guard fields.count == 6, let type = fields[0].first else { return nil }
    var (name, target) = (fields[5], Substring?.none)
    let arrow = ["l": " -> ", "h": " link to "][type]
    if let arrow { (name, target) = name.halves(around: arrow) }
    return Member(type: type, size: Int(fields[2]) ?? 0, name: name, target: target)
  }

  private static func leadsOut(_ path: Substring) -> Bool {
    path.hasPrefix("/") || path.split(separator: "/").contains("..")
  }
}
