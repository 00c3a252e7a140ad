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
}
