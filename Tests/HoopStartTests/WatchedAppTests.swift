import Glibc
import Posix
import Testing

@testable import HoopStart

/// The app as it is watched on kernels without pidfd.
@Suite struct WatchedAppTests {
  @Test func `A process that lives has not ended`() throws {
    #expect(try !WatchedApp().hasEnded)
    #expect(try !WatchedApp(hasDescriptor: false).hasEnded)
  }

  @Test func `A zombie has ended`() async throws {
    let child = try ProcessConfiguration("/bin/true", [], environment: Environment()).start()
    try await eventually("it has ended") { ProcessStatus(of: child)?.isZombie == true }
    _ = Children.reap(child)
    #expect(ProcessStatus(of: child) == nil)
  }

  @Test func `A name with spaces and brackets does not mislead`() throws {
    let status = try #require(
      ProcessStatus(Array("7 (a) R 9) S 1 7 7 0 -1 4 1 0 0 0 0 0 0 0 20 0 1 0 42 9".utf8)))
    #expect(!status.isZombie)
    #expect(status.startTime == 42)
  }
}
