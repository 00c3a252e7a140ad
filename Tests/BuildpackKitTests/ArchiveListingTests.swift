import Posix
import Testing

@testable import BuildpackKit

struct ArchiveListingTests {
  private static let agent = "-rwxr-xr-x 0/0       130023424 2026-08-21 10:00 ./hoop\n"

  @Test(arguments: [
    "", "drwxr-xr-x 0/0 0 2026-08-21 10:00 ./\n", "-rw-r--r-- 0/0 3 2026-08-21 10:00 ./a b\n",
    "lrwxrwxrwx 0/0 0 2026-08-21 10:00 ./old -> ./hoop\n",
    "crw-rw-rw- 0/0 1,3 2026-08-21 10:00 ./null\n", "-rw-r--r-- 0/0 3 2026-08-21 10:00 ./..a\n",
  ])
  func `members that stay in their folder do no harm`(lines: String) throws {
    try ArchiveListing(Self.agent + lines).check()
    try ArchiveListing(lines + Self.agent).check()
  }

  @Test(arguments: [
    ("-rw-r--r-- 0/0 3 2026-08-21 10:00 ../x\n", "../x"),
    ("-rw-r--r-- 0/0 3 2026-08-21 10:00 ./a/../../x\n", "./a/../../x"),
    ("-rw-r--r-- 0/0 3 2026-08-21 10:00 /etc/passwd\n", "/etc/passwd"),
    ("lrwxrwxrwx 0/0 0 2026-08-21 10:00 ./l -> /etc\n", "./l"),
    ("lrwxrwxrwx 0/0 0 2026-08-21 10:00 ./l -> ../..\n", "./l"),
    ("hrw-r--r-- 0/0 0 2026-08-21 10:00 ./l link to /etc/passwd\n", "./l"),
  ])
  func `members that lead out are refused`(line: String, member: String) {
    #expect(throws: ArchiveListing.Problem.leadsOut(member)) {
      try ArchiveListing(Self.agent + line).check()
    }
  }

  @Test(arguments: [
    ("d", FileStatus.Kind.folder), ("l", .link), ("h", .link), ("p", .pipe), ("c", .device),
    ("b", .device),
  ])
  func `an agent that is no file is refused`(type: String, kind: FileStatus.Kind) {
    let ending = ["l": " -> ./x", "h": " link to ./x", "d": "/"][type] ?? ""
    #expect(throws: ArchiveListing.Problem.isNoFile("./hoop", kind)) {
      try ArchiveListing("\(type)rwxr-xr-x 0/0 0 2026-08-21 10:00 ./hoop\(ending)\n").check()
    }
  }

  @Test func `an archive without an agent, or with a giant, is refused`() {
    #expect(throws: ArchiveListing.Problem.noAgent) {
      try ArchiveListing("-rw-r--r-- 0/0 3 2026-08-21 10:00 ./dir/hoop\n").check()
    }
    #expect(throws: ArchiveListing.Problem.tooLarge("./big")) {
      try ArchiveListing(Self.agent + "-rw-r--r-- 0/0 1073741825 2026-08-21 10:00 ./big\n").check()
    }
  }
}
