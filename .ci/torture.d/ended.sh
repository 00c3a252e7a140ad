# A build gets SIGKILL, or SIGTERM, at each of its system calls: nothing has its final name in part,
# and the next build succeeds and makes what an undisturbed one makes.
# shellcheck shell=bash

list_ended() { in_scenarios moments | sed -E 's/^([^ ]+) (.*)/KILL \1 \2\nTERM \1 \2/'; }

# `CALL INDEX` each.
moments() { # reads calls
  local call count index
  while read -r call count; do
    for ((index = 1; index <= count; index++)); do echo "$call $index"; done
  done
}

try_ended() { # KILL|TERM SCENARIO CALL INDEX
  local status=0
  begin "$2"
  build strace -o "$case/trace" -e "trace=$3" -e "inject=$3:signal=$1:when=$4" || status=$?
  case $status in
    137) judge_next "$2" ;;
    # It removes what it was making, unless the signal came before it takes signals.
    143) if [ -s "$case/err" ]; then nothing_temporary "$2" || return; fi && judge_next "$2" ;;
    *) judge "$2" $status ;;
  esac
}
