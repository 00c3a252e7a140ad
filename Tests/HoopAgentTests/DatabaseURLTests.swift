import HoopAgent
import Testing

struct DatabaseURLTests {
  @Test(arguments: [
    ("postgres://u:s3cret@db.example.com/app", "postgres at db.example.com/app"),
    ("postgresql://u:s3cret@db.example.com:5432/app", "postgres at db.example.com/app"),
    ("POSTGRES://u:s3cret@db:6543/app?sslmode=require", "postgres at db:6543/app"),
    ("postgres://u:s3cret@db", "postgres at db"), ("mysql2://u:s3cret@db/app", "mysql at db/app"),
    ("mysql://u:s%40cret@10.0.0.1:3306/app", "mysql at 10.0.0.1/app"),
    ("mongodb://u:s3cret@[::1]:27017/my%20db", "mongodb at [::1]/my db"),
    ("sqlserver://u:s3cret@db:1433?database=app", "sqlserver at db/app"),
    ("postgres://u:a@b@db/app#s3cret", "postgres at db/app"),
    ("postgres://u:s3cret@db/a%E2%80%AEb", "postgres at db/a\\u{202e}b"),
  ])
  func `a URL is shown without its user and its password`(text: String, words: String) throws {
    #expect(try DatabaseURL(text).description == words)
  }

  @Test(
    arguments: [
      ("", .scheme), ("app", .scheme), ("postgresqlx://u:p@h", .scheme),
      ("postgres:u:p@h", .scheme),
      ("mongodb+srv://u:p@h/d", .scheme), ("grpcs://a:b@c", .scheme), ("oracle://u:p@h", .scheme),
      ("postgres://h/d", .credentials), ("postgres://u@h/d", .credentials),
      ("postgres://u:@h/d", .credentials), ("postgres://:p@h/d", .credentials),
      ("postgres://u:p%zz@h/d", .credentials), ("postgres://u:p\"@h/d", .credentials),
      ("postgres://u:p@/d", .host), ("postgres://u:p@h:0/d", .host),
      ("postgres://u:p@h:x/d", .host),
      ("mongodb://u:p@h:1,i:2/d", .host), ("postgres://u:p/w@h/d", .credentials),
      ("postgres://u:p@h/a/b", .database), ("postgres://u:p@h/%zz", .database),
      ("postgres://u:p@h/d\n", .unprintable), (" postgres://u:p@h/d", .unprintable),
      ("postgres://u:é@h/d", .unprintable), ("postgres://u:\u{fffd}@h", .unprintable),
    ] as [(String, DatabaseURL.Malformed)])
  func `what the agent could not use is refused`(text: String, why: DatabaseURL.Malformed) {
    #expect(throws: why) { try DatabaseURL(text) }
  }

  @Test(arguments: [
    ("postgresql://u:p@h/d?a=b:c", "postgres://u:p@h/d?a=b:c"),
    ("postgres://u:p@h/d", "postgres://u:p@h/d"), ("MySQL2://u:p@h/d", "mysql://u:p@h/d"),
    (" postgres://u:p@h/d\r\n", "postgres://u:p@h/d"),
  ])
  func `it is handed on with a scheme that the agent knows`(text: String, handed: String) throws {
    #expect(try DatabaseURL(text.trimmed()).handedOn(Array(text.utf8)) == Array(handed.utf8))
  }
}
