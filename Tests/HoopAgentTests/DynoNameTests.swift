import Testing

@testable import HoopAgent

struct DynoNameTests {
  @Test(arguments: [
    ("web.1", "web", "1"), ("run.4859", "run", "4859"), ("my-type_2.10", "my-type_2", "10"),
    ("web-12a34b56d-e78f9", "web", "12a34b56d-e78f9"),
    ("web-api-12a34b56d-e78f9", "web-api", "12a34b56d-e78f9"),
    ("worker-23z34x56y-w78k9", "worker", "23z34x56y-w78k9"),
    ("web", "web", ""), ("web-api", "web-api", ""), ("web-api-v2", "web-api-v2", ""),
    ("-12a34b56d-e78f9", "", "12a34b56d-e78f9"), ("", "", ""),
  ])
  func `a dyno's name is a type and what tells its dynos apart`(
    name: String, type: String, id: String
  ) {
    let dyno = DynoName(name)
    #expect(dyno?.type == type)
    #expect(dyno?.id == id)
  }
}
