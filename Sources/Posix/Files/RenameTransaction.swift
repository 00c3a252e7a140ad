import CPosix

/// Renames that belong together: all of them happen, or, after `undo`, none has.
package struct RenameTransaction {
  private enum Step {
    case made(folder: Path)
    case moved(from: Path, to: Path)
    case exchanged(Path, Path)
  }

  package init() {}

  private var steps: [Step] = []

  /// Makes a folder where there is none.
  package mutating func makeFolder(_ folder: Path) throws(SystemError) {
    if try folder.status() != nil { return }
    try folder.makeFolder()
    steps.append(.made(folder: folder))
  }

  /// Moves what is at `staged` to `place`. What is there already changes places with it, and goes
  /// with the staging folder.
  package mutating func put(_ staged: Path, at place: Path) throws(SystemError) {
    while true {
      do throws(SystemError) {
        try staged.rename(to: place, .keep)
        return steps.append(.moved(from: staged, to: place))
      } catch  where error.code == EEXIST {}
      do throws(SystemError) {
        try staged.rename(to: place, .exchange)
        return steps.append(.exchanged(staged, place))
      } catch  where error.code == ENOENT {}
      // Another build has just put something there, or just taken it away: look again.
    }
  }

  /// Moves something out of the way, into a staging folder.
  package mutating func take(_ place: Path, to staged: Path) throws(SystemError) {
    try place.rename(to: staged, .keep)
    steps.append(.moved(from: place, to: staged))
  }

  /// Takes back all that was done, the last first.
  package mutating func undo() {
    for step in steps.reversed() {
      insisting { () throws(SystemError) in
        switch step {
        case .made(let folder): try folder.removeFolder()
        case .moved(let from, let to): try to.rename(to: from, .keep)
        case .exchanged(let one, let other): try one.rename(to: other, .exchange)
        }
      }
    }
    steps = []
  }
}

/// Does what clears up. What fails once is tried once more: nobody comes after who would do it.
package func insisting(_ body: () throws(SystemError) -> Void) {
  do throws(SystemError) { try body() } catch { try? body() }
}
