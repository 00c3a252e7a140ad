# Ten minutes with an agent that exits at once, a hundred times faster.
# shellcheck shell=bash

list_time() { echo restarts && echo deaf-agent; }

try_time() { # restarts|deaf-agent
  make_slug
  "time_${1/-/_}"
}

time_restarts() {
  local pid first last lines
  printf '#!/bin/sh\nexit 1\n' >"$slug/.hoop/bin/hoop"
  LIFE=6.3 dyno env HOOPSTART_TIME_SCALE=0.01 LIFE=6.3 &
  local dyno=$!
  sleep 1
  pid=$(ours_by_name)
  first=$(measure "$pid")
  sleep 5
  last=$(measure "$pid")
  wait $dyno
  nothing_left || return
  # Two connections: 1, 2, 4, 8, 16, 32 s, then each 60 s, give or take 20 %, are 14 to 18 restarts.
  lines=$(grep -c 'at=agent-exit' "$case/err")
  if [ "$lines" -lt 24 ] || [ "$lines" -gt 40 ]; then wrong "$lines restarts of two agents"; return; fi
  if [ "$(grep -c . "$case/err")" -gt $((lines + 2)) ]; then wrong 'More than a line a restart'; return; fi
  read -r memory descriptors processes <<<"$first"
  read -r memory_after descriptors_after processes_after <<<"$last"
  if [ "$memory_after" -gt $((memory + 128)) ] || [ "$descriptors_after" != "$descriptors" ] ||
    [ "$processes_after" -gt "$processes" ]; then
    wrong "kB, descriptors and children were $first and are $last"
  fi
}

ours_by_name() { pgrep -f "supervisor of pid" | while read -r pid; do
  if [ "$(readlink "/proc/$pid/cwd")" = "$slug" ]; then echo "$pid"; fi
done; }

# Resident memory in kB, open descriptors, children.
measure() { # PID
  echo "$(sed -n 's/^VmRSS:\s*\([0-9]*\) kB/\1/p' "/proc/$1/status")" \
    "$(find "/proc/$1/fd" -mindepth 1 | wc -l)" "$(wc -w <"/proc/$1/task/$1/children")"
}

# At full speed: an agent that ignores SIGTERM and leaves children is gone 6 s after the app.
time_deaf_agent() {
  printf '#!/bin/sh\ntrap "" TERM\n(setsid sleep 1000 &)\nwhile :; do sleep 1; done\n' >"$slug/.hoop/bin/hoop"
  local status=0 began
  dyno env HOOPSTART_TIME_SCALE=1 LIFE=1 || status=$?
  began=$SECONDS
  nothing_left || return
  [ $((SECONDS - began)) -le 6 ] || { wrong 'It took longer than 6 s'; return; }
  [ $status = 7 ] || wrong "exit status $status"
}
