# What all trials share: the program under test, a release server's files, an app, and the judgement
# of a build.
# shellcheck shell=bash

readonly version=1.148.0
machine=$(uname -m)
readonly archive=hoop_${version}_Linux_${machine/aarch64/arm64}.tar.gz

# The name of a staging folder that a killed build has left.
readonly left=.hoop.tmp.0123456789abcdeffedcba9876543210

# The folder that all cases share; they only read it.
make_lab() {
  if [ -n "${HOOP_TORTURE_LAB:-}" ]; then return; fi
  lab=$(mktemp -d "${TMPDIR:-/tmp}/hoop-torture.XXXXXX")
  export HOOP_TORTURE_LAB=$lab
  local program=${HOOP_BUILDPACK_UNDER_TEST:-bin/linux-$machine/hoop-buildpack}
  if [ ! -x "$program" ]; then
    echo "There is no $program: .ci/build makes it" >&2
    exit 1
  fi
  mkdir -p "$lab/buildpack/bin/linux-$machine" "$lab/cases"
  cp "$program" "$lab/buildpack/bin/linux-$machine/hoop-buildpack"
  cp buildpack.toml "$lab/buildpack"
  cp bin/* "$lab/buildpack/bin" 2>/dev/null || true
  make_release "$lab/site/$version"
  printf %s $version >"$lab/site/latest.txt"
  mkdir -p "$lab/app/bin"
  printf 'web: bin/hoopstart -- bundle exec puma\n' >"$lab/app/Procfile"
  printf '#!/bin/sh\n' >"$lab/app/bin/rails"
  make_scenarios
}

stop_servers() {
  local pid
  if [ ! -e "$lab/servers" ]; then return; fi
  while read -r pid; do kill "$pid" 2>/dev/null || true; done <"$lab/servers"
}

remove_lab() {
  stop_servers
  rm -rf "$lab"
}

# A release whose agent is a script that answers `version`.
make_release() { # FOLDER
  local agent=$lab/agent
  mkdir -p "$agent" "$1"
  {
    printf '#!/bin/sh\nif [ "$1" = version ]; then\necho '\''{"version":"%s"}'\''\nexit\nfi\n' $version
    printf 'exec sleep 1000\nexit\n'
    # A size that takes a few turns of every pipe, and that does not compress.
    head -c 200000 /dev/urandom
  } >"$agent/hoop"
  cp "$agent/hoop" "$agent/hoop_rs"
  chmod 755 "$agent"/*
  tar -C "$agent" -czf "$1/$archive" .
  (cd "$1" && sha256sum "$archive" | sed 's|  |  ./dist/binaries/|' >checksums.txt)
}

# Where a build may start from: `cold`, with no cache; `cached`; and `update`, on top of an earlier
# build's slug, with another version in the cache and what a killed build has left.
make_scenarios() {
  local scenario
  for scenario in cold cached update; do
    mkdir -p "$lab/$scenario"
    cp -a "$lab/app" "$lab/$scenario/app"
  done
  make_case
  begin cold
  build >/dev/null 2>&1 || { echo 'An undisturbed build fails' >&2 && exit 1; }
  cp -a "$case/cache" "$lab/cached/cache"
  cp -a "$case/cache" "$lab/update/cache"
  # An older archive, and what an earlier version of this buildpack has stored.
  mv "$lab/update/cache/hoop/$archive" "$lab/update/cache/hoop/${archive/$version/1.30.0}"
  rm "$lab/update/cache/hoop/$archive.sha256"
  mkdir "$lab/update/cache/hoop/1.29.0-linux-x86_64" "$lab/update/cache/$left" "$case/app/$left"
  rm -rf "$lab/update/app"
  cp -a "$case/app" "$lab/update/app"
  snapshot "$case/app" | grep -v "\\$left" >"$lab/slug"
  snapshot "$case/cache" >"$lab/cache"
  for scenario in cold cached update; do
    snapshot "$lab/$scenario/app" >"$lab/$scenario/app.before"
    snapshot "$lab/$scenario/cache" >"$lab/$scenario/cache.before"
  done
  remove_case
}

# A case's own folder, with a checkout of the buildpack.
make_case() {
  lab=$HOOP_TORTURE_LAB
  case=$(mktemp -d "$lab/cases/XXXXXX")
  cp -al "$lab/buildpack" "$case/buildpack"
  mkdir "$case/env" "$case/home"
  printf %s "file://$lab/site" >"$case/env/HOOP_RELEASES_URL"
  printf 'grpcs://prod:xagt-Zm9v@app.hoop.dev:8443' >"$case/env/HOOP_KEY"
  printf myapp >"$case/env/HOOP_CONNECTION"
  program=$case/buildpack/bin/linux-$machine/hoop-buildpack
}

remove_case() { chmod -R u+rwx "$case" 2>/dev/null || true; rm -rf "$case"; }

# Puts the case's folders into the state that a scenario begins with.
begin() { # SCENARIO
  cp -a "$lab/$1/app" "$case/app"
  if [ -d "$lab/$1/cache" ]; then cp -a "$lab/$1/cache" "$case/cache"; fi
}

# What Heroku gives a build, and the waits at a hundredth. Words before are run in it.
heroku() {
  env -i PATH="${build_path:-/usr/bin:/bin}" HOME="$case/home" STACK=heroku-24 \
    HOOP_BUILDPACK_TIME_SCALE="${time_scale:-0.01}" "$@"
}

# Builds, after the words of a program that watches it, such as strace.
build() { # [WATCHER…]
  heroku timeout -k 5 "${patience:-30}" "$@" "$program" compile "$case/app" "$case/cache" "$case/env" \
    >"$case/out" 2>"$case/err" </dev/null
}

# All that is in a folder: kinds, modes, where links lead, contents.
snapshot() { # FOLDER
  if [ ! -e "$1" ]; then echo absent && return; fi
  (
    cd "$1" || exit
    find . -printf '%y %m %p %l\n'
    find . -type f -exec sha256sum {} +
  ) | sort
}

# --- judgement: each says what is wrong, and fails

wrong() { echo "$*" && tail -n 20 "$case/out" "$case/err" 2>/dev/null && return 1; }

same() { # WHAT SNAPSHOT FOLDER
  local difference
  difference=$(snapshot "$3" | diff "$2" -) && return
  wrong "$1 is not as it should be:"$'\n'"$difference"
}

says() { # TEXT
  grep -qF -- "$1" "$case/err" || wrong "It does not say: $1"
}

# A build that failed must have said so in the house's form and changed nothing.
judge_failure() { # SCENARIO STATUS
  if [ "$2" != 1 ]; then wrong "exit status $2"; return; fi
  grep -q '^ !     Error: ' "$case/err" || { wrong 'An error without words'; return; }
  judge_unchanged "$1" || return
  [ ! -e "$case/buildpack/export" ] || wrong 'A failed build left an export'
}

judge_unchanged() { # SCENARIO
  without_killed "$lab/$1/app.before" same 'The app' "$case/app" &&
    without_killed "$lab/$1/cache.before" same 'The cache' "$case/cache" || return
  if compgen -G "$case/buildpack/.hoop.tmp.*" >/dev/null; then wrong 'Something is left'; fi
}

# What a killed build left may be gone or not, where a build failed.
without_killed() { # SNAPSHOT same WHAT FOLDER
  if same "$3" "$1" "$4" >"$case/difference"; then return; fi
  grep -v "\\$left" "$1" >"$case/without"
  same "$3" "$case/without" "$4" >/dev/null || { cat "$case/difference" && return 1; }
}

# A build that succeeded must have made the right slug; a cache or an export that is missing must
# have been said.
judge_success() { # SCENARIO
  same 'The slug' "$lab/slug" "$case/app" || return
  if grep -qE 'The agent could not be cached|An older agent could not be removed' "$case/err"; then
    # Half a change costs the next build a download, or room. What is there must be whole all the same.
    local unknown
    unknown=$(snapshot "$case/cache" | grep -vx absent |
      comm -13 <(sort -u "$lab/$1/cache.before" "$lab/cache") -)
    [ -z "$unknown" ] || { wrong "The cache holds what it should not:"$'\n'"$unknown"; return; }
  else
    same 'The cache' "$lab/cache" "$case/cache" || return
  fi
  if [ ! -e "$case/buildpack/export" ] && ! grep -q 'next buildpack will not find' "$case/err"; then
    wrong 'No export and no word of it'
    return
  fi
  if compgen -G "$case/buildpack/.hoop.tmp.*" >/dev/null; then wrong 'Something is left'; fi
}

judge() { # SCENARIO STATUS
  if [ "$2" = 0 ]; then judge_success "$1"; else judge_failure "$1" "$2"; fi
}
