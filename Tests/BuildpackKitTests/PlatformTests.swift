import Testing

@testable import BuildpackKit

struct PlatformTests {
  @Test(arguments: [
    ("x86_64", "Linux x86_64"), ("amd64", "Linux x86_64"), ("aarch64", "Linux arm64"),
    ("arm64", "Linux arm64"),
  ])
  func `Linux on x86_64 and arm64 has agents`(machine: String, name: String) {
    #expect(Platform(system: "Linux", machine: machine)?.description == name)
  }

  @Test(arguments: [
    ("Linux", "i686"), ("Linux", "riscv64"), ("Linux", ""), ("Darwin", "arm64"),
    ("linux", "x86_64"),
  ])
  func `other machines have none`(system: String, machine: String) {
    #expect(Platform(system: system, machine: machine) == nil)
  }
}
