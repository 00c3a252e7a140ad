import Testing

@testable import HoopAgent

struct ConfigVarTests {
  @Test(arguments: [
    ("HOOP_CONECTION", "HOOP_CONNECTION"), ("HOOP_CONNECTIONS", "HOOP_CONNECTION"),
    ("HOOP_KEYNAME", "HOOP_KEY_NAME"), ("HOOP_DYNO", "HOOP_DYNOS"), ("HOOP_KYE", "HOOP_KEY"),
    ("HOOPKEY", "HOOP_KEY"), ("hoop_key", "HOOP_KEY"), ("HOOP_REQURIED", "HOOP_REQUIRED"),
    ("HOOP_RELEASE_URL", "HOOP_RELEASES_URL"), ("HOOPSTART_TRACE", "HOOPSTART_XTRACE"),
    ("HOOP_DATAMASKING", "HOOP_DATA_MASKING"), ("HOOP_REVEIW_MYAPP_DB", "HOOP_REVIEW_MYAPP_DB"),
    ("HOOP_DATABASES", "HOOP_DATABASE"),
  ])
  func `a name that is nearly one that is read was meant to be that`(
    name: String, meant: String
  ) {
    #expect(ConfigVar.meant(by: name) == meant)
  }

  @Test(arguments: [
    "HOOP_TLSCA", "HOOP_DB_URI", "HOOP_GATEWAY_URL", "HOOP_REVIEW_MYAPP", "HOOP_DATABASE_A_B",
    "HOOP_ENV", "HOOP_TOKEN", "HOOP", "HOOPS_PER_GAME", "PATH", "DATABASE_URL", "HOOP_DEV",
    String(repeating: "HOOP_KEY", count: 10_000), "",
  ])
  func `other names are the app's own, or the agent's`(name: String) {
    #expect(ConfigVar.meant(by: name) == nil)
  }

  @Test func `what is read is no mistake`() {
    for variable in ConfigVar.allCases { #expect(ConfigVar.meant(by: variable.name) == nil) }
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "", 3), ("kitten", "sitting", 3), ("--boot", "--bot", 1), ("ab", "ba", 1),
  ])
  func `the distance of two texts is how many bytes differ`(
    left: String, right: String, distance: Int
  ) {
    #expect(editDistance(left.utf8, right.utf8) == distance)
    #expect(editDistance(right.utf8, left.utf8) == distance)
  }
}
