import CPosix
import HoopAgent
import Posix

/// Takes the place of the programs that every agent starts with its own environment, and so with the
/// key: `hostname` and `uname` (hoop 1.14.10 to 1.148.0, common/appruntime/runtime.go).
///
/// Every process of the app's user could read the key in them. So agents find this executable first under
/// their names. It cannot be looked into, removes the secrets, and becomes the system's program.
package enum AgentTools {
  package static var isCalled: Bool {
    guard let name = HoopStart.calledName else { return false }
    return AgentLayout.toolNames.contains { strcmp(name, $0) == 0 }
  }

  package static func main() -> Never {
    cposix_set_dumpable(false)
    guard let words = Arguments.words, let name = HoopStart.calledName.map({ String(cString: $0) }),
      let environment = cposix_environment()
    else { exit(EXIT_FAILURE) }
    var (kept, next) = (environment, environment)
    while let entry = next.pointee {
      if strncmp(entry, "HOOP_", 5) != 0, strncmp(entry, "LD_", 3) != 0 {
        kept.pointee = entry
        kept += 1
      }
      next += 1
    }
    kept.pointee = nil
    for folder in ["/usr/bin", "/bin"] {
      words[0] = strdup("\(folder)/\(name)")
      cposix_execute(words, environment)
    }
    exit(127)
  }

  /// Lets an agent find these programs first, and its own helper.
  ///
  /// - Parameter agent: The agent's file.
  static func add(to environment: inout Environment, besides agent: Path) {
    let folder = agent.folder.folder / AgentLayout.tools
    if (try? folder.status())?.kind == .folder {
      let path = environment.bytes(of: "PATH") ?? Array("/bin:/usr/bin".utf8)
      environment.set("PATH", folder.bytes + [UInt8(ascii: ":")] + path)
    }
    // A link leads to the layer with both.
    let helper = ((try? agent.resolved()) ?? agent).folder / AgentLayout.helper
    if (try? helper.status()) != nil { environment.set("HOOP_RS_BIN_PATH", helper.bytes) }
  }
}
