import Testing

@testable import BuildpackKit

struct PlatformTests {
  @Test(arguments: [
    ("Linux", "x86_64", "Linux x86_64"), ("Linux", "amd64", "Linux x86_64"),
    ("Linux", "aarch64", "Linux arm64"), ("Linux", "arm64", "Linux arm64"),
    ("Linux", "i686", nil), ("Linux", "", nil), ("Darwin", "arm64", nil), ("linux", "x86_64", nil),
  ])
  func `Linux on x86_64 and arm64 has agents`(system: String, machine: String, name: String?) {
    #expect(Platform(system: system, machine: machine)?.description == name)
  }
}
