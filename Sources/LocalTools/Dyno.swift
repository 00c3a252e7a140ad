import CPosix
import HoopAgent
import Posix

/// A process and all that it starts, run and stopped as the platform does it with a dyno (Dev Center,
/// "Dynos": startup and shutdown).
///
/// This process must adopt orphans and have no other children, so that it finds everything
/// that was started.
final class Dyno {
  /// The platform sends SIGKILL 30 s after SIGTERM.
  private static let shutdownGrace = 30_000
  /// How long the rest may take after the process has ended. The supervisor promises 6 s.
  private static let restGrace = 7_000

  /// How the process ended that the dyno was started for, or nil before that.
  private(set) var end: ExitStatus?
  /// The signal that stopped the dyno, or nil if it ended on its own or because of a line.
  private(set) var stop: Signals.Stop?
  /// The names of the processes that were left when the time was over and had to be killed.
  private(set) var leftOver: [String] = []

  private let signals: Signals
  /// Returns whether to stop the dyno.
  private let onLine: (String) -> Bool
  /// Whether SIGTERM was sent, or the process has ended.
  private var isEnding = false
  /// When to stop it, or to kill it if it is ending.
  private var due: Instant?
  private var lines = LineBuffer()

  /// - Parameters:
  ///   - deadline: When to stop it at the latest, or nil for never.
  ///   - onLine: Called with each line of its output. Returns whether to stop it.
  init(_ signals: Signals, until deadline: Instant? = nil, onLine: @escaping (String) -> Bool) {
    (self.signals, due, self.onLine) = (signals, deadline, onLine)
  }

  /// Runs a dyno until none of its processes is left.
  func run(_ launch: ProcessConfiguration) throws(SystemError) {
    let childEnds = try SignalQueue([SIGCHLD])
    let pid: pid_t
    let output: Descriptor
    do {
      let pipe = try Pipe()
      var launch = launch
      launch.descriptors = [-1, pipe.writeEnd.number, pipe.writeEnd.number]
      launch.isInOwnGroup = true
      launch.diesWithParent = true
      pid = try launch.start()
      output = pipe.withoutWriteEnd()
    }
    try output.doNotBlock()
    var isOpen = true
    repeat {
      let ready = Descriptor.waitToRead(
        [signals.descriptorNumber, childEnds.descriptor.number, isOpen ? output.number : -1],
        atMost: due.map { max(0, $0 - .now) })
      if ready[0] { checkSignals() }
      if ready[2] { isOpen = try read(output) }
      while childEnds.next() != nil {}
      if let due, due <= .now { hurry() }
    } while reap(pid)
    while isOpen, Descriptor.waitToRead([output.number], atMost: 0)[0] {
      isOpen = try read(output)
    }
    show(lines.rest())
  }

  private func checkSignals() {
    do throws(Signals.Stop) { try signals.check() } catch {
      // A second signal means that the user does not want to wait.
      if stop != nil || !isEnding { hurry() }
      stop = error
    }
  }

  /// Stops what is running, and kills what is left the second time.
  private func hurry() {
    let pids = Processes.descendants()
    if isEnding {
      leftOver = pids.compactMap(Processes.name)
      Processes.killDescendants()
      if end == nil { end = .killed(signal: SIGKILL) }
    } else {
      for pid in pids { _ = kill(pid, SIGTERM) }
      (isEnding, due) = (true, .now + Self.shutdownGrace)
    }
  }

  /// Reaps what has ended. Returns whether something is left.
  private func reap(_ pid: pid_t) -> Bool {
    while true {
      switch Children.next {
      case .none: return false
      case .allAlive: return true
      case .ended(let child):
        let end = Children.reap(child)
        guard child == pid else { continue }
        self.end = end
        (isEnding, due) = (true, .now + Self.restGrace)
      }
    }
  }

  /// Returns whether more can come.
  private func read(_ output: borrowing Descriptor) throws(SystemError) -> Bool {
    guard let bytes = try output.readAvailable(atMost: LineBuffer.maximumBytes) else { return true }
    show(lines.lines(in: bytes))
    return !bytes.isEmpty
  }

  private func show(_ lines: [String]) {
    for line in lines where onLine(line) && !isEnding { hurry() }
  }
}
