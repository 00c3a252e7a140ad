# Ten minutes with an agent that exits at once, a hundred times faster.
# shellcheck shell=bash

list_time() { echo restarts; }

try_time() { # restarts
  make_slug
  local supervisor first last lines dyno
  printf '#!/bin/sh\nexit 1\n' >"$slug/.hoop/bin/hoop"
  dyno env HOOPSTART_TIME_SCALE=0.01 LIFE=12 &
  dyno=$!
  sleep 1
  supervisor=$(pgrep -f 'supervisor of pid' | while read -r pid; do
    if [ "$(readlink "/proc/$pid/cwd")" = "$slug" ]; then echo "$pid"; fi
  done)
  first=$(measure "$supervisor")
  sleep 5
  last=$(measure "$supervisor")
  wait $dyno
  nothing_left || return
  # Two connections: after 1, 2, 4, 8, 16, 32 s, then each 60 s, give or take 20 %, are 21 to 31 restarts each,
  # and fewer on a busy machine.
  lines=$(grep -c 'at=agent-exit' "$case/err")
  if [ "$lines" -lt 16 ] || [ "$lines" -gt 64 ]; then wrong "$lines restarts of two agents"; return; fi
  if [ "$(grep -c . "$case/err")" -gt $((lines + 4)) ]; then wrong 'More than a line a restart'; return; fi
  # At most 128 kB more, as many descriptors, and no more children.
  awk '{ exit !($4 <= $1 + 128 && $5 == $2 && $6 <= $3) }' <<<"$first $last" ||
    wrong "kB, descriptors and children were $first and are $last"
}

# Resident memory in kB, open descriptors, children.
measure() { # PID
  echo "$(sed -n 's/^VmRSS:\s*\([0-9]*\) kB/\1/p' "/proc/$1/status")" \
    "$(find "/proc/$1/fd" -mindepth 1 | wc -l)" "$(wc -w <"/proc/$1/task/$1/children")"
}
