import BuildpackKit
import Glibc
import HoopStart
import Posix

// The name that the program was called by decides, then its first word.
let words = (0..<Int(CommandLine.argc)).compactMap { index in
  CommandLine.unsafeArgv[index].map { Path(cString: $0) }
}
if words.first?.name == Path("hoopstart") { HoopStart.main() }
exit(Buildpack.run(Array(words.dropFirst())))
