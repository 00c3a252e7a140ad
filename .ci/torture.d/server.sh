# A release server or a release that is out to do harm. Whatever comes, no control character of it is in the log.
# shellcheck shell=bash

prepare_server() {
  if [ -e "$lab/hostile/port" ]; then return; fi
  mkdir -p "$lab/hostile/site"
  cp -r "$lab/site/." "$lab/hostile/site"
  python3 "$torture.d/hostile-archives.py" "$lab/hostile/site" "$archive" "$lab/agent/hoop"
  python3 "$torture.d/hostile-server.py" "$lab/hostile/site" "$lab/hostile/port" >/dev/null 2>>"$lab/hostile/log" &
  echo $! >"$lab/server"
  timeout 10 sh -c 'until [ -e "$1" ]; do sleep 0.1; done' sh "$lab/hostile/port"
}

# `CODE[|CODE…] NAME…`: what the report must say after these; `any` if the build may also succeed.
server_cases() {
  cat <<END
transfer-failed cut-0 cut-10 cut-50 cut-90 cut-99 drip silent endless-headers endless-checksums endless-body length-long length-negative garbage
transfer-failed|no-latest endless-redirects
no-latest endless-latest html control-latest
wrong-digest length-short html-archive
no-such-release control-status
not-unpacked|no-agent|agent-does-not-start|other-version|disk-full zeros big-agent no-agent empty-agent type-1 type-2 type-3 type-5 type-6 truncated truncated-gzip
any big-other length-huge absolute link-then-file trailing setuid name-newline name-escape name-invalid name-c1 name-carriage name-rtl out-newline out-escape out-invalid out-c1 out-carriage out-rtl
END
}

list_server() { server_cases | cut -d' ' -f2- | tr ' ' '\n'; }

try_server() { # NAME
  local code status=0 began=$SECONDS time_scale=0.05 patience=120
  code=$(server_cases | grep -w -- "$1" | cut -d' ' -f1)
  printf 'http://127.0.0.1:%s/%s' "$(cat "$lab/hostile/port")" "$1" >"$case/env/HOOP_RELEASES_URL"
  case $1 in
    # Two gigabytes take their time to be unpacked.
    big-* | zeros) time_scale=0.2 ;;
    # Else it would end at latest.txt.
    endless-[bch]* | garbage) printf %s $version >"$case/env/HOOP_VERSION" ;;
  esac
  begin cold
  build || status=$?
  if grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$case/out" "$case/err"; then
    wrong 'A control character reached the log' && return
  fi
  if ! iconv -f UTF-8 -t UTF-8 "$case/out" "$case/err" >/dev/null; then wrong 'The log is not UTF-8'; return; fi
  if [ -e /tmp/hoop-torture-was-here ]; then wrong 'A member was written outside'; return; fi
  if [ $((SECONDS - began)) -gt 60 ]; then wrong "It took $((SECONDS - began)) s"; return; fi
  if [ "$code" = any ] && [ $status = 0 ]; then usable; return; fi
  if [ "$code" != any ]; then has_code "$code" || return; fi
  printf %s "file://$lab/site" >"$case/env/HOOP_RELEASES_URL"
  judge_failure cold $status
}

# The slug has the right agent, whatever else its archive holds.
usable() {
  cmp "$lab/agent/hoop" "$case/app/.hoop/bin/hoop" || { wrong 'Another agent is in the slug'; return; }
  at .hoop/bin/hoop <"$lab/slug" | grep -qF " $(stat -c %a "$case/app/.hoop/bin/hoop") " ||
    wrong 'The agent has other permissions'
}
