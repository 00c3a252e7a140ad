# A build gets SIGTERM at each of its system calls: both folders are as before, or it had finished.
# shellcheck shell=bash

list_stopped() { list_killed; }

try_stopped() { # SCENARIO CALL INDEX
  local status=0
  begin "$1"
  build strace -o "$case/trace" -e "trace=$2" -e "inject=$2:signal=TERM:when=$3" || status=$?
  case $status in
    0) judge_success "$1" ;;
    # Before it takes signals, and after it has taken them.
    143) judge_unchanged "$1" ;;
    *) wrong "exit status $status" ;;
  esac
}
