# What all trials share: the program under test, the files of a release server, an app, and how a build is judged.
# shellcheck shell=bash

readonly version=1.148.0 earlier=1.147.0 machine=$HOSTTYPE
readonly archive=hoop_${version}_Linux_${machine/aarch64/arm64}.tar.gz

# The folder that all cases share; they only read it.
make_lab() {
  if [ -n "${HOOP_TORTURE_LAB:-}" ]; then return; fi
  lab=$(mktemp -d "${TMPDIR:-/tmp}/hoop-torture.XXXXXX")
  export HOOP_TORTURE_LAB=$lab
  mkdir "$lab/buildpack" "$lab/cases"
  cp -r bin buildpack.toml "$lab/buildpack"
  if [ -n "${HOOP_BUILDPACK_UNDER_TEST-}" ]; then
    cp "$HOOP_BUILDPACK_UNDER_TEST" "$lab/buildpack/bin/linux-$machine/hoop-buildpack"
  fi
  make_release $earlier
  make_release $version
  printf %s $version >"$lab/site/latest.txt"
  echo 'int main(void) { for (;;) pause(); }' | cc -static -w -include unistd.h -x c -o "$lab/elf" -
  mkdir -p "$lab/app/bin"
  printf 'web: bin/hoopstart -- bundle exec puma\n' >"$lab/app/Procfile"
  printf '#!/bin/sh\n' >"$lab/app/bin/rails"
  make_scenarios
}

stop_servers() { if [ -e "$lab/server" ]; then kill "$(cat "$lab/server")" || true; fi; }

remove_lab() { stop_servers; rm -rf "$lab"; }

# A release whose agent is a script that answers `version`, of a size that takes a few turns of every pipe.
make_release() { # VERSION
  local agent=$lab/agent folder=$lab/site/$1
  mkdir -p "$agent" "$folder"
  {
    printf '#!/bin/sh\n[ "$1" != version ] || exec echo '\''{"version":"%s"}'\''\nexec sleep 1000\nexit\n' "$1"
    head -c 200000 /dev/urandom
  } >"$agent/hoop"
  cp "$agent/hoop" "$agent/hoop_rs"
  chmod 755 "$agent"/*
  tar -C "$agent" -czf "$folder/${archive/$version/$1}" .
  (cd "$folder" && sha256sum ./*.gz | sed 's|  \./|  ./dist/binaries/|' >checksums.txt)
}

# What a build may start from: `cold`, with no cache; `cached`; and `update`, after a build of an earlier
# version and one that was killed.
make_scenarios() {
  local scenario
  mkdir "$lab/cold" "$lab/cached" "$lab/update"
  cp -a "$lab/app" "$lab/cold/app"
  cp -a "$lab/app" "$lab/cached/app"
  make_case
  begin cold
  build >/dev/null 2>&1 || { echo 'An undisturbed build fails' >&2 && cat "$case/err" >&2 && exit 1; }
  cp -a "$case/cache" "$lab/cached/cache"
  keep_snapshots ''
  remove_case
  make_case
  begin cold
  printf %s $earlier >"$case/env/HOOP_VERSION"
  build
  keep_snapshots -$earlier
  rm "$case/env/HOOP_VERSION"
  build strace -o /dev/null -e 'trace=/^rename' -e 'inject=/^rename:signal=KILL:when=2' || true
  cp -a "$case/app" "$case/cache" "$lab/update"
  remove_case
  for scenario in cold cached update; do snapshot "$lab/$scenario/app" >"$lab/$scenario/before"; done
}

keep_snapshots() { snapshot "$case/app" >"$lab/slug$1" && snapshot "$case/cache" >"$lab/cache$1"; } # ENDING

# A case's own folder, with a checkout of the buildpack.
make_case() {
  lab=$HOOP_TORTURE_LAB
  case=$(mktemp -d "$lab/cases/XXXXXX")
  cp -al "$lab/buildpack" "$case/buildpack"
  mkdir "$case/env" "$case/home"
  printf %s "file://$lab/site" >"$case/env/HOOP_RELEASES_URL"
  printf 'grpcs://_default:xagt-Zm9v@app.hoop.dev:8443' >"$case/env/HOOP_KEY"
  printf myapp >"$case/env/HOOP_CONNECTION"
  program=$case/buildpack/bin/linux-$machine/hoop-buildpack
}

remove_case() { chmod -R u+rwx "$case" 2>/dev/null || true; rm -rf "$case"; }

# Puts the case's folders into the state that a scenario begins with.
begin() { cp -a "$lab/$1/." "$case" && rm -f "$case/before"; } # SCENARIO

# What Heroku gives a build, and the waits at a tenth. The words are run in it.
heroku() {
  env -i PATH="${build_path:-/usr/bin:/bin}" HOME="$case/home" STACK=heroku-24 \
    HOOP_BUILDPACK_TIME_SCALE="${time_scale:-0.1}" "$@"
}

# Builds, after the words of a program that watches it, such as strace.
build() { # [WATCHER…]
  heroku timeout -k 5 "${patience:-30}" "$@" "$program" compile "$case/app" "$case/cache" "$case/env" \
    >"$case/out" 2>"$case/err" </dev/null
}

# The code of what ended the last build, and of its warnings, as the report has them.
codes() {
  heroku "$program" report "$case/app" "$case/cache" "$case/env" | tr ',{' '\n\n' |
    sed -n -E 's/^ *"(code|failure)": "([^"]*)".*/\2/p'
}

# All that is in a folder: kinds, modes, where links lead, contents.
snapshot() { # FOLDER
  if [ ! -e "$1" ]; then echo absent && return; fi
  (cd "$1" && find . -printf '%y %m %p %l\n' && find . -type f -exec sha256sum {} +) | sort
}

# --- judgement: each says what is wrong, and fails

wrong() { echo "$*" && tail -n 20 "$case/out" "$case/err" 2>/dev/null && return 1; }

same() { # WHAT SNAPSHOT FOLDER
  local difference
  difference=$(snapshot "$3" | diff "$2" -) && return
  wrong "$1 is not as it should be:"$'\n'"$difference"
}

has_code() { # CODE[|CODE…]
  if codes | grep -qxE -- "$1"; then return; fi
  # A user who cannot write there leaves no report either.
  if [ ! -e "$case/buildpack/report.json" ] && grep -qE '^ !     (Error|Warning): ' "$case/err"; then return; fi
  wrong "Its report has other codes than $1: $(codes | tr '\n' ' ')"
}

# What a killed build left may still be there if this one failed.
nothing_temporary() { # [SCENARIO]
  local found
  found=$(comm -23 <(temporary "$case") <(temporary "$lab/${1:-cold}"))
  [ -z "$found" ] || wrong "Something is left: $found"
}

temporary() { find "$1" -name '.hoop?*' -printf '%f\n' | sort; } # FOLDER

# A build that succeeded has made the right slug. If the cache or the export could not be written, or the agent
# is still the earlier one, it has said so.
judge_success() {
  local of=''
  if grep -qsx $earlier "$case/app/.hoop/version"; then of=-$earlier && { has_code last-agent || return; }; fi
  # What a killed build left may still be there if a call failed. The next build removes it.
  temporary "$lab/update/app" | (cd "$case/app" && xargs -r rm -rf)
  same 'The slug' "$lab/slug$of" "$case/app" || return
  [ -e "$case/buildpack/export" ] || has_code no-export || return
  cached $of || has_code cache-not-written || return
  nothing_temporary update
}

# The cache is as it should be; what was there before may still be.
cached() { # [-EARLIER]
  [ -z "$(comm -3 <(snapshot "$case/cache") "$lab/cache${1-}" | grep -vxF -f <(snapshot "$lab/update/cache"))" ]
}

# A build that failed has said so in the form of all errors.
judge_failure() { # SCENARIO STATUS
  if [ "$2" != 1 ]; then wrong "exit status $2"; return; fi
  grep -q '^ !     Error: ' "$case/err" || { wrong 'An error without words'; return; }
  nothing_temporary "$1" && judge_next "$1"
}

# After a build that did not succeed: what has its final name is whole, and the next build succeeds.
judge_next() { # SCENARIO
  local name
  for name in .hoop .profile.d/hoop.sh bin/hoopstart; do whole "$1" $name || return; done
  { build && grep -qx $version "$case/app/.hoop/version"; } || { wrong 'The next build fails'; return; }
  nothing_temporary && judge_success
}

# What is at a path of the slug is what a build makes of it, or some of what was there before.
whole() { # SCENARIO NAME
  local now
  now=$(snapshot "$case/app" | at "$2")
  if [ "$now" = "$(at "$2" <"$lab/slug")" ]; then return; fi
  now=$(comm -23 <(printf '%s' "$now") "$lab/$1/before")
  [ -z "$now" ] || wrong "$2 is there in part:"$'\n'"$now"
}

at() { grep -E " \./${1//./\\.}( |/|$)" || true; } # NAME

judge() { if [ "$2" = 0 ]; then judge_success; else judge_failure "$1" "$2"; fi; } # SCENARIO STATUS
