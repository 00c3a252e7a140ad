# Every system call of hoopstart fails once, in the app's process, the one between and the supervisor; the
# supervisor is killed at each of its own, and each of them gets SIGTERM at each. The app always runs and ends with
# its own status, unless it is the one that gets SIGTERM, and nothing of hoopstart is there 6 s later.
# shellcheck shell=bash

make_slug() {
  slug=$case/slug
  mkdir -p "$slug/.hoop/bin"
  ln "$program" "$slug/.hoop/bin/hoopstart"
  cp "$lab/elf" "$slug/.hoop/bin/hoop"
  echo "$version" >"$slug/.hoop/version"
}

# Starts the app, which ends with 7 after a moment. The words before watch it.
dyno() { # [WATCHER…]
  (
    cd "$slug" || exit
    env -i PATH=/usr/bin:/bin HOME="$slug" HOOPSTART_TIME_SCALE=0.05 HOOP_CONNECTION=a,b \
      HOOP_KEY=grpcs://_default:xagt-Zm9v@app.hoop.dev:8443 \
      timeout -k 5 30 "$@" .hoop/bin/hoopstart -- \
      sh -c 'echo ran >>../ran; sleep "${LIFE:-0.3}"; exit 7' >"$case/out" 2>"$case/err" </dev/null
  )
}

# The processes that work in the case's slug, a line each.
ours() {
  local link
  find /proc -mindepth 2 -maxdepth 2 -name cwd -lname "$slug" 2>/dev/null | while read -r link; do
    tr '\0\n' '  ' <"${link%cwd}cmdline" 2>/dev/null && echo
  done | grep -v '^strace' || true
}

# Waits for the end of all that works in the slug.
nothing_left() {
  local tries
  for ((tries = 0; tries < 60; tries++)); do
    if [ -z "$(ours)" ]; then return; fi
    sleep 0.1
  done
  wrong "6 s later there is still: $(ours)"
}

list_hoopstart() {
  make_case
  make_slug
  dyno strace -D -b execve -o "$case/trace" || true
  nothing_left
  calls "$case/trace" >"$case/main"
  faults <"$case/main" | sed 's/^/app /'
  dyno strace -D -f -b execve -o "$case/trace" || true
  nothing_left
  calls "$case/trace" >"$case/all"
  faults <"$case/all" | sed 's/^/all /'
  # Killed: what only the supervisor calls.
  cut -d' ' -f1 "$case/main" >"$case/names"
  moments <"$case/all" | grep -v -w -F -f "$case/names" | grep -v -E '^(execve|exit_group|v?fork|clone|rt_sigprocmask)' |
    sed -E 's/^([^ ]+)/killed \1 -/'
  moments <"$case/all" | grep -v -E '^(execve|exit_group) ' | sed -E 's/^([^ ]+)/stopped \1 -/'
  remove_case
}

# The first line of the trace is how the app's process became hoopstart.
app_got_sigterm() { grep -q "^$(cut -d' ' -f1 "$case/trace" | head -n 1) *--- SIGTERM " "$case/trace"; }

try_hoopstart() { # app|all|killed|stopped CALL ERROR INDEX
  local watch=(strace -D -b execve -o "$case/trace" -e "trace=$2,execve") status=0
  case $1 in
    app) watch+=(-e "inject=$2:error=$3:when=$4") ;;
    all) watch+=(-f -e "inject=$2:error=$3:when=$4") ;;
    killed) watch+=(-f -e "inject=$2:signal=KILL:when=$4") ;;
    stopped) watch+=(-f -e "inject=$2:signal=TERM:when=$4") ;;
  esac
  make_slug
  dyno "${watch[@]}" || status=$?
  nothing_left || return
  # The app would have died of the signal without hoopstart too.
  if [ "$1" = stopped ] && [ $status = 143 ] && app_got_sigterm; then return; fi
  case $2 in
    # The app's own start, which fails as it would without hoopstart.
    execve) if grep -q 'at=command-error' "$case/err" && [ $status = 126 ]; then return; fi ;;
    # The first ones are the C library's, before main: without memory it cannot start a process. Nor
    # has Swift another way than to end by a signal (SIGILL, SIGTRAP).
    brk) if [ ! -e "$case/ran" ] && [ "$4" -le 4 ]; then return; fi ;;
    mmap) if [ ! -e "$case/ran" ] && { [ $status = 132 ] || [ $status = 133 ]; }; then return; fi ;;
  esac
  if [ "$(cat "$case/ran")" != ran ]; then wrong "The app did not run: status $status"; return; fi
  [ $status = 7 ] || wrong "exit status $status in place of the app's 7"
}
