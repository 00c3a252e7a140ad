import Posix

// What must end as a crash in the executable too, by the program's first argument: `.ci/build --check`
// builds this as it builds that, and runs it.

let arguments = Arguments.paths.map { $0.string }
// Known at run time alone.
let count = arguments.count
switch arguments[1] {
case "overflow": print(Int8(truncatingIfNeeded: 125 + count) + Int8(truncatingIfNeeded: count))
case "index": print([1, 2][count])
case "nil": print(Int(arguments[1])!)
default: break
}
