import BuildpackKit
import Glibc
import HoopStart
import Posix

// The name that the program was called by decides, then its first word.
if HoopStart.isCalled { HoopStart.main() }
let words = (0..<Int(CommandLine.argc)).compactMap { index in
  CommandLine.unsafeArgv[index].map { Path(cString: $0) }
}
exit(Buildpack.run(Array(words.dropFirst())))
