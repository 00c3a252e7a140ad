# Shows that each kind of trial catches a fault that is planted in a copy of the sources, which is built and
# tried with the case that has to find it. The kind `test` is the tests that a filter names.
# shellcheck shell=bash

# KIND, the file, what is replaced by what (¦ is a |), and the case, or the filter of the tests.
planted_faults() {
  cat <<'END'
syscalls|Sources/Posix/Files/Path+Files.swift|throw SystemError("write", self, code: error.code)|return|cold own write ENOSPC 8+
ended|Sources/Posix/Files/Staging.swift|where isName(name) {|where isName(name) && name.bytes.isEmpty {|KILL cold rename 1
hoopstart|Sources/HoopStart/AppProcess.swift|start.logMissingSupervisor(error)|start.refuse()|all pipe2 EMFILE 1
server|Sources/BuildpackKit/Release/AgentSource.swift|if found == digest { return }|if !found.hex.isEmpty { return }|length-short
environment|Sources/hoop-buildpack/main.swift|umask(0o022)|umask(umask(0o022))|umask_777
time|Sources/HoopStart/Agent.swift|next = min(2 * next, Self.longest)|next = 1000|restarts
trust|Sources/HoopAgent/Secrets.swift|-> String { known.masked(text) }|-> String { text }|dyno no-such-program
test|Sources/HoopAgent/ConnectionList.swift|static let maximumNameLength = 128|static let maximumNameLength = 1280|HoopAgentTests
test|Sources/CPosix/Protection.c|prctl(PR_SET_DUMPABLE, is_dumpable,|prctl(PR_SET_DUMPABLE, true,|HoopStartTests
END
}

# What a case prints about the planted fault: FAILED and why, if it finds it.
planted() { # KIND WORDS
  local log=$copy/log
  unset HOOP_BUILDPACK_UNDER_TEST
  if [ "$1" = test ]; then
    swift build --package-path "$copy" --build-tests >"$log" 2>&1 || { cat "$log" >&2 && exit 1; }
    # A test that ends in a crash, or never, does not pass either.
    if ! timeout 120 swift test --package-path "$copy" --skip-build --filter "$2" >"$log" 2>&1; then
      echo FAILED && { grep -m 1 -E '✘|error:' "$log" || tail -n 1 "$log"; }
    fi
  else
    "$copy/.ci/build" "$(uname -m)" >/dev/null 2>"$log" || { cat "$log" >&2 && exit 1; }
    # shellcheck disable=SC2086 # words
    "$copy/.ci/torture" --case $1 $2 >"$log" 2>&1 || true
    rm -rf "$(sed -n 's/^ *see \(.*\)\/cases.*/\1/p' "$log")"
    cat "$log"
  fi
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
    FROM=${from//¦/|} TO=${to//¦/|} awk '
      !done && (at = index($0, ENVIRON["FROM"])) {
        $0 = substr($0, 1, at - 1) ENVIRON["TO"] substr($0, at + length(ENVIRON["FROM"])); done = 1 }
      { print }' "$copy/original" >"$copy/$file"
    if cmp -s "$copy/original" "$copy/$file"; then found="STALE: there is no $from"; else found=$(planted "$kind" "$words"); fi
    case $found in
      FAILED*) caught=$((caught + 1)) && echo "caught by $kind $words: $(sed -n '2s/^ *//p' <<<"$found" | cut -c1-100)" ;;
      *) missed=$((missed + 1)) && echo "MISSED by $kind $words: $to in $file ${found%%$'\n'*}" ;;
    esac
    cp "$copy/original" "$copy/$file"
  done < <(planted_faults)
  echo "$caught caught, $missed missed"
  [ $missed = 0 ] && [ $caught -gt 0 ]
}
