import Testing

@testable import HoopAgent

struct DynoSelectionTests {
  @Test(arguments: [nil, "", " ", "\r\n", "*"])
  func `unset, empty and a star select every dyno`(value: String?) throws {
    let selection = try DynoSelection(value)
    #expect(selection.selectsAll && selection.contains("scheduler.4859"))
    for dyno in [nil, ""] { #expect(try DynoSelection("web.1").contains(dyno)) }
  }

  @Test(arguments: [
    ("web.1", "web.1"), ("web.*", "web.1"), ("web.*", "web.12"), ("web", "web.1"),
    ("web", "web.12"),
    (" web.1 ,\tworker.* ", "worker.7"), ("*.1", "release.1"), ("w*.1", "web.1"),
    ("w*k*.*", "worker.2"),
    ("a,b,run", "run.4859"), ("my-type_2", "my-type_2.1"), ("**", "web.1"), ("web.1*", "web.10"),
    ("*b*b*c", "abbbc"), ("*.*1", "web.11"), ("*a*", "web-a.1"), ("w*w*b.1", "wweb.1"),
    ("web", "web-12a34b56d-e78f9"), ("web.*", "web-12a34b56d-e78f9"),
    ("web-api", "web-api-12a34b56d-e78f9"), ("web*", "web-api-12a34b56d-e78f9"),
    ("w*", "worker-23z34x56y-w78k9"), ("web-*.*", "web-api.3"),
    ("mail_worker", "mail-worker-12a34b56d-e78f9"), ("MailWorker", "mailworker-12a34b56d-e78f9"),
    ("mail_worker", "mail_worker.1"), ("MailWorker.2", "MailWorker.2"), ("WEB", "web.1"),
  ])
  func `a dyno that a pattern names is selected`(value: String, dyno: String) throws {
    #expect(try DynoSelection(value).contains(dyno))
  }

  @Test(arguments: [
    ("web.1", "web.10"), ("web.1", "web.2"), ("web.*", "web"), ("web", "worker.1"),
    ("web", "web2.1"),
    ("web.1,worker.2", "worker.1"), ("*.1", "web.11"), ("w*.1", "release.1"),
    ("web.1", "web.1\n"), ("web.1", "web.1\u{301}"), ("*b*b*c", "abc"), ("w*b.1*1", "web.1"),
    ("web*web.1", "web.1"),
    ("web", "web-api-12a34b56d-e78f9"), ("web.1", "web-12a34b56d-e78f9"),
    ("web-api", "web-12a34b56d-e78f9"), ("web", "web-12a34b56d"),
  ])
  func `another dyno is not`(value: String, dyno: String) throws {
    #expect(try !DynoSelection(value).contains(dyno))
  }

  @Test(arguments: [
    ",", "web,", ",web", "a,,b", "web 1", "web.1;id", "web/1", "wéb", "web.1\u{301}",
    "web,\u{301}a",
    "web.1\0", "web.", "web.?", "[web]",
  ])
  func `what is not a list of dynos is refused`(value: String) {
    let problem = #expect(throws: Problem.self) { try DynoSelection(value) }
    #expect(problem?.summary == "HOOP_DYNOS is \(quoted(value)), which is not a list of dynos.")
  }

  @Test(arguments: [
    ("web", DynoSelection.Share.all), ("web.*,worker.1", .all), ("w*", .all), ("*", .all),
    ("web.1,web.2", .some(["web.1", "web.2"])), ("worker", .none), ("web2.*", .none),
    ("Web", .all), ("WEB.1", .some(["WEB.1"])),
  ])
  func `the share of a process type is known`(value: String, share: DynoSelection.Share) throws {
    #expect(try DynoSelection(value).share(of: "web") == share)
  }

  @Test(arguments: [
    ("web.1", "web.1"), ("my-type_2.10", "my-type_2.10"), ("web", "web"),
    ("web-api-v2", "web-api-v2"),
    ("web-12a34b56d-e78f9", "web.12a34b56d-e78f9"), ("", ""),
    ("-12a34b56d-e78f9", ".12a34b56d-e78f9"),
    ("web-api-12a34b56d-e78f9", "web-api.12a34b56d-e78f9"),
  ])
  func `a dyno's name is a type and an id`(name: String, canonical: String) {
    #expect(DynoSelection.canonical(name) == canonical)
  }
}
