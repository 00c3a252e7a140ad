import BuildpackKit
import CPosix
import HoopStart
import Posix

// The name that the program was called by decides, then its first word.
if AgentTools.isCalled { AgentTools.main() }
if HoopStart.isCalled { HoopStart.main() }
exit(Buildpack.run(Array(Arguments.paths.dropFirst())))
