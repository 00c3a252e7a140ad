# Shows that each kind of trial catches a fault that is planted in a copy of the sources, which is
# built and tried with the case that has to find it.
# shellcheck shell=bash

# KIND, the file, what is replaced by what, and the case.
planted_faults() {
  cat <<'END'
syscalls|Sources/Posix/Files/Descriptor+Copy.swift|default: throw SystemError("copy_file_range")|default: return|cold own copy_file_range ENOSPC 1
syscalls|Sources/Posix/Files/RenameTransaction.swift|catch { try? body() }|catch {}|cold own unlinkat EIO 5
stopped|Sources/BuildpackKit/Classic/Compile.swift|placement.undo()|_ = placement|cold renameat2 4
killed|Sources/Posix/Files/Staging.swift|where StagingName.isOne(name) {|where name.bytes.isEmpty {|cold renameat2 2
hoopstart|Sources/HoopStart/Start.swift|LogLine("no-agent").with("reason", "No supervisor: \(error)").write()|exit(EXIT_FAILURE)|app pipe2 EMFILE 1
hoopstart|Sources/HoopStart/Supervisor.swift|trace.step("SIGTERM: no more restarts")|kill(app.pid, SIGTERM)|stopped ppoll - 1
server|Sources/BuildpackKit/Agent/AgentArchive.swift|guard found == expected.digest else {|guard !found.hex.isEmpty else {|length-short
server|Sources/BuildpackKit/Agent/Curl.swift|limit: Self.maximumHeaderBytes, endsAll: true,|limit: Self.maximumHeaderBytes, endsAll: false,|endless-headers
environment|Sources/hoop-buildpack/Buildpack.swift|umask(0o022)|umask(0o077)|umask_777
time|Sources/HoopStart/Backoff.swift|next = min(2 * next, Self.longest)|next = Self.shortest|restarts
trust|Sources/BuildpackKit/Agent/ReleasesURL.swift|"***@")\(address)|"\(authority)")\(address)|secrets garbage
server|Sources/BuildpackKit/Agent/ArchiveFailure.swift|static let maximumMemory = 256 << 20|static let maximumMemory = 256 << 40|memory
environment|Sources/BuildpackKit/Agent/Tools.swift|path: (["/usr/bin", "/bin"] + folders).joined(separator: ":"))|path: path)|path_of_the_app
END
}

plant_all() { # KIND…
  local copy kind file from to words caught=0 missed=0 found
  copy=$(mktemp -d "${TMPDIR:-/tmp}/hoop-planted.XXXXXX")
  # shellcheck disable=SC2064 # the folder of now
  trap "rm -rf '$copy'" EXIT
  cp -r Package.swift Sources Tests buildpack.toml bin .ci "$copy"
  while IFS='|' read -r kind file from to words; do
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
    "$copy/.ci/build" >/dev/null 2>"$copy/log" || { cat "$copy/log" && exit 1; }
    # shellcheck disable=SC2086 # words
    found=$(env -u HOOP_BUILDPACK_UNDER_TEST "$copy/.ci/torture" --case $kind $words 2>&1) || true
    rm -rf "$(sed -n 's/^ *see \(.*\)\/cases.*/\1/p' <<<"$found")"
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
