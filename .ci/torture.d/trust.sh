# Secrets are found nowhere, nothing is written outside the build's folders, and a build talks only to the release
# server and the proxy. strace sees every program that a build or a dyno starts.
# shellcheck shell=bash

readonly secret=Tr0ub4dor-S3cret

prepare_trust() { prepare_server; }

list_trust() {
  printf 'secrets %s\n' good cached pinned-digest no-such-version other-scheme cut-50 html garbage unreadable-key \
    malformed-key other-key-name no-tls proxy proxy-refuses disk-full killed stopped
  printf 'dyno %s\n' run check disabled required malformed no-agent no-such-program
  printf 'places %s\n' cold cached update
}

try_trust() { "trust_$1" "${@:2}"; } # secrets|dyno|places CASE

trust_secrets() { # CASE
  local watch=(strace -f -s 100000 -e 'trace=execve' -o "$case/trace") scenario=cold server port
  port=$(cat "$lab/hostile/port")
  server=http://user:$secret@127.0.0.1:$port
  printf %s "grpcs://prod:$secret@app.hoop.dev:8443" >"$case/env/HOOP_KEY"
  printf %s "https://dev:$secret@app.hoop.dev:8443" >"$case/env/HOOP_DSN"
  case $1 in
    cut-50 | html | garbage) server+=/$1 ;;
    no-tls) server=${server/http/https} ;;
    other-scheme) server=ftp://user:$secret@host ;;
    proxy*)
      server=https://user:$secret@nowhere.example/release
      if [ "$1" = proxy-refuses ]; then port=1; fi
      printf %s "http://user:$secret@127.0.0.1:$port" >"$case/env/HTTPS_PROXY"
      ;;
    *) server+=/plain ;;
  esac
  printf %s "$server" >"$case/env/HOOP_RELEASES_URL"
  case $1 in
    cached) scenario=cached ;;
    pinned-digest) printf %064d 0 >"$case/env/HOOP_SHA256" ;;
    no-such-version) printf 1.999.0 >"$case/env/HOOP_VERSION" ;;
    unreadable-key) head -c 70000 /dev/zero >>"$case/env/HOOP_KEY" ;;
    malformed-key) printf %s "grpcs//prod:$secret@" >"$case/env/HOOP_KEY" ;;
    other-key-name) printf other >"$case/env/HOOP_KEY_NAME" ;;
    disk-full) watch+=(-e 'inject=/^write$:error=ENOSPC:when=40+') ;;
    killed) watch+=(-e 'inject=/^rename:signal=KILL:when=2') ;;
    stopped) watch+=(-e 'inject=/^rename:signal=TERM:when=2') ;;
  esac
  begin $scenario
  build "${watch[@]}" || true
  heroku "$program" report "$case/app" "$case/cache" "$case/env" >"$case/report" 2>&1
  no_secret out err report app cache buildpack trace
}

no_secret() { # WHAT…
  local found
  found=$(cd "$case" && grep -r -a -l -- "$secret" "$@" 2>/dev/null) || return 0
  wrong "The secret is in $found"
}

trust_dyno() { # CASE
  local key=grpcs://_default:$secret@app.hoop.dev:8443 words=(-- sh -c 'exit 7') variables=() status=0
  make_slug
  case $1 in
    check) words=(--check) ;;
    disabled) variables=(HOOP_DISABLED=1) ;;
    required) variables=(HOOP_REQUIRED=1 HOOP_KEY_NAME=other) ;;
    malformed) key=grpcs//prod:$secret ;;
    no-agent) rm "$slug/.hoop/bin/hoop" ;;
    no-such-program) words=(-- "/no/such/$secret") ;;
  esac
  (
    cd "$slug" || exit
    env -i PATH=/usr/bin:/bin HOME="$slug" HOOPSTART_TIME_SCALE=0.01 HOOPSTART_XTRACE=1 \
      HOOP_KEY="$key" HOOP_DSN="$key" HOOP_CONNECTION="a,env.HOOP_KEY" "${variables[@]}" \
      strace -f -s 100000 -e trace=execve,execveat -o "$case/trace" .hoop/bin/hoopstart "${words[@]}" \
      >"$case/out" 2>"$case/err" </dev/null
  ) || status=$?
  # The program that was asked for is an argument of the one that looks for it.
  if [ "$1" = no-such-program ]; then : >"$case/trace"; fi
  nothing_left && no_secret out err slug trace
}

trust_places() { # SCENARIO
  local port
  port=$(cat "$lab/hostile/port")
  printf %s "http://127.0.0.1:$port/plain" >"$case/env/HOOP_RELEASES_URL"
  begin "$1"
  build strace -f -y -e 'trace=file,network' -o "$case/trace" || { wrong 'The build fails'; return; }
  # Calls that change something, and the absolute paths in them.
  grep -E '^[0-9]+ +((openat|open)\(.*(O_WRONLY|O_RDWR|O_CREAT|O_TRUNC)|mkdir|rename|unlink|rmdir|symlink|link|chmod|fchmodat|chown|fchownat|truncate|utime|mknod|setxattr)' \
    "$case/trace" | grep -v ' = -1 ' >"$case/changes"
  [ "$(wc -l <"$case/changes")" -gt 5 ] || { wrong 'strace saw nothing'; return; }
  if grep -oE '"[^"]*"' "$case/changes" | tr -d '"' | grep -E '^/|\.\.(/|$)' |
    grep -vE "^($case/(app|cache|buildpack)(/|\$)|/dev/(null|tty|fd/[0-9])|\.\./\.hoop/bin/|/proc/self/)" >"$case/outside"; then
    wrong "Written outside: $(sort -u "$case/outside")" && return
  fi
  if grep -E 'connect\(|sendto\(.*sin_addr' "$case/trace" | grep -v "sin_port=htons($port)" |
    grep -vE 'AF_UNSPEC|nscd/socket|AF_NETLINK' >"$case/talks"; then
    wrong "Talked to others: $(cat "$case/talks")"
  fi
}
