# A build is killed at each of its system calls: nothing has its final name in part, and the next
# build succeeds and makes what an undisturbed one makes.
# shellcheck shell=bash

list_killed() {
  local scenario
  for scenario in cold cached update; do
    make_case
    begin $scenario
    build strace -o "$case/trace"
    moments "$case/trace" | sed "s/^/$scenario /"
    remove_case
  done
}

# `CALL INDEX` each.
moments() { # TRACE
  local call count index
  calls "$1" | while read -r call count; do
    for ((index = 1; index <= count; index++)); do echo "$call $index"; done
  done
}

try_killed() { # SCENARIO CALL INDEX
  local status=0
  begin "$1"
  build strace -o "$case/trace" -e "trace=$2" -e "inject=$2:signal=KILL:when=$3" || status=$?
  if [ $status -ne 137 ]; then judge "$1" $status; return; fi
  judge_next
}

# After a build that was killed: what has its final name is whole, and the next build clears up.
judge_next() {
  local name
  for name in .hoop .profile.d/hoop.sh bin/hoopstart; do whole $name || return; done
  build || { wrong 'The next build fails'; return; }
  same 'The slug' "$lab/slug" "$case/app" || return
  same 'The cache' "$lab/cache" "$case/cache" || return
  if compgen -G "$case/buildpack/.hoop.tmp.*" >/dev/null; then wrong 'Something is left'; return; fi
  [ -e "$case/buildpack/export" ] || wrong 'No export'
}

# What is at a path of the slug is what a build makes of it, or is not there.
whole() { # NAME
  local now
  now=$(at "$1" < <(snapshot "$case/app"))
  if [ -z "$now" ] || [ "$now" = "$(at "$1" <"$lab/slug")" ]; then return; fi
  wrong "$1 is there in part:"$'\n'"$now"
}

at() { grep -E " \./${1//./\\.}( |/|$)" || true; } # NAME
