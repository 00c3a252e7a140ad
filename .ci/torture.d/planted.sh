# Shows that each kind of trial catches a fault that is planted in a copy of the sources, which is
# built and tried with the case that has to find it. The kind `test` stands for the tests: what is said
# in SECURITY.md is held by those of a pattern.
# shellcheck shell=bash

# KIND, the file, what is replaced by what, and the case, or the pattern of the tests.
planted_faults() {
  cat <<'END'
syscalls|Sources/Posix/Files/Descriptor+Copy.swift|default: throw SystemError("copy_file_range")|default: return|cold own copy_file_range ENOSPC 1
syscalls|Sources/Posix/Files/RenameTransaction.swift|catch { try? body() }|catch {}|cold own unlinkat EIO 6
stopped|Sources/BuildpackKit/Classic/Compile.swift|placement.undo()|_ = placement|cold renameat2 4
killed|Sources/Posix/Files/Staging.swift|where StagingName.isOne(name) {|where name.bytes.isEmpty {|cold renameat2 2
hoopstart|Sources/HoopStart/Start.swift|Self.tellNoSupervisor(error)|exit(EXIT_FAILURE)|app pipe2 EMFILE 1
hoopstart|Sources/HoopStart/Supervisor.swift|trace.step("SIGTERM: no more restarts")|kill(app.pid, SIGTERM)|stopped ppoll - 1
server|Sources/BuildpackKit/Agent/AgentArchive.swift|guard found == expected.digest else {|guard !found.hex.isEmpty else {|length-short
server|Sources/BuildpackKit/Agent/Curl.swift|limit: Self.maximumHeaderBytes, endsAll: true,|limit: Self.maximumHeaderBytes, endsAll: false,|endless-headers
environment|Sources/hoop-buildpack/Buildpack.swift|umask(0o022)|umask(0o077)|umask_777
time|Sources/HoopStart/Backoff.swift|next = min(2 * next, Self.longest)|next = Self.shortest|restarts
trust|Sources/BuildpackKit/Agent/ReleasesURL.swift|"***@")\(address)|"\(authority)")\(address)|secrets garbage
server|Sources/BuildpackKit/Agent/ArchiveFailure.swift|static let maximumMemory = 256 << 20|static let maximumMemory = 256 << 40|memory
environment|Sources/BuildpackKit/Agent/Tools.swift|name, path: ([Self.system] + folders.map { String($0) }).joined(separator: ":"))|name, path: path)|path_of_the_app
test|Sources/BuildpackKit/Classic/Compile.swift|do throws(BuildFailure) { return try source.digest(of: archive) } catch {|do throws(BuildFailure) { if let note = cache.note(of: archive) { return ExpectedDigest(note, by: .note) }; return try source.digest(of: archive) } catch {|CacheTests
test|Sources/BuildpackKit/App/Procfile.swift|let file = app / (try app.resolvedBeneath(Path("Procfile")))|let file = app / "Procfile"|aProcfileThatLeadsOutOfTheAppIsNotRead
test|Sources/HoopAgent/MisplacedSecret.swift|guard bytes.range(of: "://") != nil else { return false }|guard bytes.isEmpty else { return false }|MisplacedSecretTests
test|Sources/Posix/Files/Folder+Removal.swift|guard try place.status().owner == geteuid() else {|guard try place.status().size >= 0 else {|RemovalTests
test|Sources/Posix/Files/Folder.swift|flags ¦ O_CLOEXEC ¦ O_NOFOLLOW, mode)|flags ¦ O_CLOEXEC, mode)|RemovalTests
test|Sources/Posix/Files/Folder+Removal.swift|while try top.flatten(&problem) {}|_ = try top.flatten(&problem)|RemovalTests
test|Sources/CPosix/Launch.c|bit(SIGPIPE) ¦ bit(SIGXFSZ) ¦ bit(SIGTTOU);|bit(SIGPIPE) ¦ bit(SIGTTOU);|HostileTests
test|Sources/BuildpackKit/Agent/AgentSource.swift|if decompressor == .gzip { throw failure }|throw failure|DecompressorTests
test|Sources/BuildpackKit/Agent/ReleaseFailure.swift|if case .transfer = self { true } else { false }|true|CacheTests
test|Sources/BuildpackKit/Agent/ReleaseServer.swift|kind != .file { throw .failed(.notAFile) }|kind == .folder { throw .failed(.notAFile) }|UntrustedAppTests
test|Sources/BuildpackKit/Agent/AgentArchive.swift|try Curl.run(programs, until: deadline)|try Curl.run(programs, until: .now + 600_000)|TransferFailureTests
test|Sources/HoopAgent/DynoSelection.swift|guard !Self.isTooLong(value) else { return nil }|if value.isEmpty { return nil }|DynoSelectionTests
test|Sources/BuildpackKit/App/BuildAdvice.swift|Array(all.prefix(Self.maximumCount))|all + all.flatMap { [$0, $0, $0, $0, $0, $0, $0, $0, $0, $0, $0, $0] }|aProcfileOfMistakesIsReportedWhole
test|Sources/HoopStart/Supervisor.swift|for pid in Processes.descendants { kill(pid, SIGKILL) }|for pid in Processes.descendants.prefix(1) { kill(pid, SIGKILL) }|Sessions within sessions
test|Sources/HoopStart/OuterSupervisor.swift|static func pid(above app: pid_t) -> pid_t? {|static func pid(above app: pid_t) -> pid_t? { if app > 0 { return nil }|A hoopstart within
test|Sources/HoopStart/AgentGroup.swift|return agents.allSatisfy { $0.pid != nil }|return agents.count > 0|With HOOP_REQUIRED
test|Sources/Posix/TimeScale.swift|if value > 1000 { return nil }|if value < 0 { return nil }|TimeScaleTests
test|Sources/CPosix/Launch.c|core_is_forbidden = setrlimit(RLIMIT_CORE, &none) == 0;|core_is_forbidden = none.rlim_cur;|leaves no core
test|Sources/BuildpackKit/Classic/Slug.swift|return String(repeating: "../", count:|return String(repeating: "../", count: 0 *|linksLeadToThePrograms
test|Sources/HoopStart/WatchedApp.swift|} catch { reason = error }|} catch { reason = SystemError("pidfd_open", code: ENOSYS) }|no more descriptors can be opened
test|Sources/HoopAgent/LaunchPlan.swift|key.name?.utf8.elementsEqual(wanted.utf8) != true {|key.name != wanted {|LaunchPlanTests
test|Sources/Posix/Files/Staging.swift|return text == hex(number) + hex(~number)|return number != ~number|StagingTests
END
}

# What a case says of the planted fault.
planted_case() { # KIND WORDS
  "$copy/.ci/build" "$(uname -m)" >/dev/null 2>"$copy/log" || { cat "$copy/log" >&2 && exit 1; }
  # shellcheck disable=SC2086 # words
  env -u HOOP_BUILDPACK_UNDER_TEST "$copy/.ci/torture" --case $1 $2 >"$copy/found" 2>&1 || true
  rm -rf "$(sed -n 's/^ *see \(.*\)\/cases.*/\1/p' "$copy/found")"
  cat "$copy/found"
}

# FAILED and the first failure where tests do not pass: one that ends in a crash, or never, is none
# that passes.
planted_test() { # PATTERN
  swift build --package-path "$copy" --build-tests >"$copy/log" 2>&1 || { cat "$copy/log" >&2 && exit 1; }
  if ! env -u HOOP_BUILDPACK_UNDER_TEST timeout 120 swift test --package-path "$copy" --skip-build --filter "$1" \
    >"$copy/found" 2>&1; then
    echo FAILED
    grep -m 1 -E '✘|error:' "$copy/found" || tail -n 1 "$copy/found"
  fi
}

plant_all() { # KIND…
  local copy kind file from to words caught=0 missed=0 found
  copy=$(mktemp -d "${TMPDIR:-/tmp}/hoop-planted.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$copy'" EXIT
  cp -r Package.swift Sources Tests buildpack.toml bin .ci "$copy"
  while IFS='|' read -r kind file from to words; do
    from=${from//¦/|} to=${to//¦/|} # of an expression
    case " $* " in *" $kind "*) ;; *) continue ;; esac
    cp "$file" "$copy/original"
    FROM=$from TO=$to awk '
      { at = index($0, ENVIRON["FROM"]) }
      at { $0 = substr($0, 1, at - 1) ENVIRON["TO"] substr($0, at + length(ENVIRON["FROM"])) }
      { print }' "$copy/original" >"$copy/$file"
    if cmp -s "$copy/original" "$copy/$file"; then
      echo "STALE $kind: $file has no: $from"
      missed=$((missed + 1))
      continue
    fi
    if [ "$kind" = test ]; then found=$(planted_test "$words"); else found=$(planted_case "$kind" "$words"); fi
    case $found in
      FAILED*) echo "caught $kind: $to in $file: $(sed -n '2s/^ *//p' <<<"$found" | cut -c1-100)" && caught=$((caught + 1)) ;;
      *) echo "MISSED $kind: $to in $file" && missed=$((missed + 1)) ;;
    esac
    cp "$copy/original" "$copy/$file"
  done < <(planted_faults)
  echo
  echo "$caught caught, $missed missed"
  [ $missed = 0 ]
}
