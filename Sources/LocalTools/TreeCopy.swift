import BuildpackKit
import CPosix
import HoopAgent
import Posix

/// A folder copied with all it holds, by tar: links stay links, wherever they lead, and sockets are
/// left out. The original is only read.
struct TreeCopy {
  private let tools: Tools
  private let signals: Signals
  private let tar: Path

  init(_ tools: Tools, _ signals: Signals) throws(LocalFailure) {
    tar = try LocalFailure.build(try tools.require("tar", for: "copy the app"))
    (self.tools, self.signals) = (tools, signals)
  }

  /// - Parameters:
  ///   - copy: a folder that is there and is empty.
  ///   - exclusions: such as `./.git`.
  func run(_ folder: Path, to copy: Path, excluding exclusions: [String] = []) throws(LocalFailure)
  {
    let programs = Pipeline(signals: signals)
    // The first complaints tell enough; tar writes on to a pipe that is full of them, and must not
    // be stopped by that.
    let limit = 16 << 20
    var packing = launch(
      ["--create", "--file=-", "--anchored"] + exclusions.map { "--exclude=\($0)" } + ["."],
      in: folder)
    var unpacking = launch(["--extract", "--file=-", "--no-same-owner"], in: copy)
    let (unread, unwritten): (OutputCollector, OutputCollector)
    do throws(Pipeline.Failure) {
      try programs.join(&packing.descriptors[1], to: &unpacking.descriptors[0])
      unread = try programs.collect(from: &packing.descriptors[2], limit: limit)
      unwritten = try programs.collect(from: &unpacking.descriptors[2], limit: limit)
      try programs.start(packing, unpacking)
      try programs.run()
    } catch { throw .build(BuildFailure(error)) }
    if AgentArchive.isDiskFull(unwritten.text) { throw .diskFull(folder: copy) }
    guard programs.statuses[1]?.isSuccess == true else {
      throw .unreadableApp(folder, complaint: Self.first(of: unwritten))
    }
    // 1: a file changed while it was read, which is as good a moment as any.
    if programs.statuses[0] != .exited(0) && programs.statuses[0] != .exited(1) {
      throw .unreadableApp(folder, complaint: Self.first(of: unread))
    }
  }

  private func launch(_ words: [String], in folder: Path) -> ProcessConfiguration {
    var launch = tools.launch(tar, words, in: folder)
    launch.diesWithParent = true
    return launch
  }

  private static func first(of complaints: OutputCollector) -> String {
    let lines = complaints.text.split(separator: "\n")
    // That a socket is left out is as it should be.
    let line = lines.first { !$0.hasSuffix("socket ignored") }
    return line.map(String.init) ?? "tar does not say why."
  }
}
