import Testing

@testable import HoopAgent

struct ConnectionDatabaseTests {
  private func url(_ text: String) throws(Problem) -> ConnectionDatabase {
    let setting = MalformedSetting(setting: .database, source: "HOOP_DATABASE")
    return try ConnectionDatabase(text, setting) { _ in nil }
  }

  @Test(arguments: [
    ("postgres://u:s3cret@db.example.com/app", "postgres at db.example.com/app"),
    ("postgresql://u:s3cret@db.example.com:5432/app", "postgres at db.example.com:5432/app"),
    ("POSTGRES://u:s3cret@db:6543/app?sslmode=require", "postgres at db:6543/app"),
    ("postgres://u:s3cret@db", "postgres at db"), ("mysql2://u:s3cret@db/app", "mysql at db/app"),
    ("mysql://u:s%40cret@10.0.0.1:3306/app", "mysql at 10.0.0.1:3306/app"),
    ("mongodb://u:s3cret@[::1]:27017/my%20db", "mongodb at [::1]:27017/my db"),
    ("sqlserver://u:s3cret@db:1433?database=app", "sqlserver at db:1433"),
    ("postgres://u:a@b@db/app#s3cret", "postgres at db/app"),
    ("postgres://u:s3cret@db/a%E2%80%AEb", "postgres at db/a\\u{202e}b"),
  ])
  func `a URL is shown without its user and its password`(text: String, words: String) throws {
    #expect(try url(text).description == words)
  }

  @Test(
    arguments: [
      ("", "does not begin with postgres://"), ("app", "does not begin with postgres://"),
      ("postgresqlx://u:p@h", "does not begin with postgres://"),
      ("postgres:u:p@h", "does not begin with postgres://"),
      ("mongodb+srv://u:p@h/d", "does not begin with postgres://"),
      ("grpcs://a:b@c", "does not begin with postgres://"),
      ("oracle://u:p@h", "does not begin with postgres://"),
      ("postgres://h/d", "has no user or password"),
      ("postgres://u@h/d", "has no user or password"),
      ("postgres://u:@h/d", "has no user or password"),
      ("postgres://:p@h/d", "has no user or password"),
      ("postgres://u:p%zz@h/d", "has no user or password"),
      ("postgres://u:p\"@h/d", "has no user or password"),
      ("postgres://u:p@/d", "has no host"), ("postgres://u:p@h:0/d", "has no host"),
      ("postgres://u:p@h:x/d", "has no host"),
      ("mongodb://u:p@h:1,i:2/d", "has no host"),
      ("postgres://u:p/w@h/d", "has no user or password"),
      ("postgres://u:p@h/a/b", "has a malformed database"),
      ("postgres://u:p@h/%zz", "has a malformed database"),
      ("postgres://u:p@h/d\n", "holds white space"), (" postgres://u:p@h/d", "holds white space"),
      ("postgres://u:é@h/d", "holds white space"), ("postgres://u:\u{fffd}@h", "holds white space"),
    ])
  func `what the agent could not use is refused`(text: String, why: String) {
    let problem = #expect(throws: Problem.self) { try url(text) }
    #expect(problem?.summary.splitOnce(at: "read: the URL \(why)").after != nil)
  }

  @Test(arguments: [
    ("postgresql://u:p@h/d?a=b:c", "postgres://u:p@h/d?a=b:c"),
    ("postgres://u:p@h/d", "postgres://u:p@h/d"), ("MySQL2://u:p@h/d", "mysql://u:p@h/d"),
    (" postgres://u:p@h/d\r\n", "postgres://u:p@h/d"),
  ])
  func `it is handed on with a scheme that the agent knows`(text: String, handed: String) throws {
    #expect(try url(text.trimmed()).handedOn(Array(text.utf8)) == Array(handed.utf8))
  }
}
