# A release server, a man in the middle or a release that is out to do harm. Each case says how the
# build must end; whatever came, no control character of it is in the log.
# shellcheck shell=bash

prepare_server() {
  if [ -e "$lab/hostile/port" ]; then return; fi
  local site=$lab/hostile/site name
  mkdir -p "$site"
  cp -r "$lab/site/." "$site"
  python3 "$torture.d/hostile-archives.py" "$site" "$archive" "$lab/agent/hoop"
  hostile_server "$lab/hostile/port"
  make_certificates
  for name in expired self-signed other-host good; do
    hostile_server "$lab/hostile/$name.port" "$lab/hostile/$name.pem" "$lab/hostile/key.pem"
  done
  hostile_server "$lab/hostile/tls1.1.port" "$lab/hostile/good.pem" "$lab/hostile/key.pem" tls1.1
}

hostile_server() { # PORT-FILE [CERTIFICATE KEY [tls1.1]]
  python3 "$torture.d/hostile-server.py" "$lab/hostile/site" "$@" >/dev/null 2>>"$lab/hostile/log" &
  echo $! >>"$lab/servers"
  local tries
  for ((tries = 0; tries < 100; tries++)); do
    if [ -e "$1" ]; then return; fi
    sleep 0.1
  done
  echo 'The hostile server does not start' >&2 && exit 1
}

# An authority, and certificates of it that are good, too old, and for another host.
make_certificates() {
  (
    cd "$lab/hostile" || exit
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 30 -subj /CN=Torture
    openssl req -newkey rsa:2048 -nodes -keyout key.pem -out request.pem -subj /CN=localhost
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >here
    printf 'subjectAltName=DNS:elsewhere.example\n' >elsewhere
    sign() { openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial "$@"; }
    sign -days 30 -extfile here -out good.pem
    sign -days 30 -extfile elsewhere -out other-host.pem
    mkdir old
    : >old/index
    echo 1000 >old/serial
    printf '%s\n' '[ca]' default_ca=a '[a]' database=old/index serial=old/serial policy=p \
      '[p]' commonName=supplied >old/config
    openssl ca -batch -config old/config -in request.pem -cert ca.pem -keyfile ca.key -md sha256 \
      -outdir old -notext -extfile here -startdate 20200101000000Z -enddate 20200201000000Z \
      -out expired.pem
    openssl x509 -req -in request.pem -signkey key.pem -extfile here -days 30 -out self-signed.pem
  ) >/dev/null 2>&1
}

# `NAME CODE[|CODE…]`: what the report must say; `ok` for a build that succeeds with the right slug; `any`
# for either.
server_cases() {
  local name
  for name in 0 10 50 90 99; do echo "cut-$name transfer-failed"; done
  cat <<END
drip transfer-failed
silent transfer-failed
endless-headers transfer-failed
endless-latest malformed-latest
endless-checksums transfer-failed
endless-body transfer-failed
endless-redirects $no_answer
redirect-http $no_answer
redirect-file $no_answer
redirect-link-local $no_answer
redirect-ftp $no_answer
length-short wrong-digest
length-long transfer-failed
length-negative transfer-failed
length-huge any
html malformed-latest
html-archive wrong-digest
control-latest malformed-latest
control-status no-such-release
garbage transfer-failed
zeros $unusable
big-agent $unusable
big-other $unusable
no-agent $unusable
empty-agent $unusable
type-1 $unusable
type-2 $unusable
type-3 $unusable
type-5 $unusable
type-6 $unusable
absolute any
link-then-file any
truncated $unusable
truncated-gzip $unusable
trailing any
setuid any
tls-good ok
tls-expired $no_answer
tls-self-signed $no_answer
tls-other-host $no_answer
tls-tls1.1 $no_answer
END
  for name in newline escape invalid c1 carriage rtl; do
    echo "name-$name any"
    echo "out-$name any"
  done
}
no_answer='transfer-failed|no-latest'
unusable='too-large|no-agent|not-gzip|not-tar|empty-agent|agent-is-no-file|unusable-archive|disk-full'

list_server() { server_cases | cut -d' ' -f1; }

# HOOP_RELEASES_URL, and the authority whose certificates count.
at_server() { # URL
  printf %s "$1" >"$case/env/HOOP_RELEASES_URL"
  case $1 in https://127*)
    cp "$lab/hostile/ca.pem" "$case/ca.pem"
    printf %s "$case/ca.pem" >"$case/env/CURL_CA_BUNDLE"
    ;;
  esac
}

try_server() { # NAME
  local code status=0 began=$SECONDS time_scale=0.05 patience=120
  code=$(server_cases | grep -- "^$1 ") && code=${code#* }
  case $1 in
    tls-*) at_server "https://127.0.0.1:$(cat "$lab/hostile/${1#tls-}.port")/plain" ;;
    # Redirects are followed from https alone.
    *redirect*) at_server "https://127.0.0.1:$(cat "$lab/hostile/good.port")/$1" ;;
    *) at_server "http://127.0.0.1:$(cat "$lab/hostile/port")/$1" ;;
  esac
  case $1 in
    # Two gigabytes take their time to be unpacked.
    big-* | zeros) time_scale=0.2 ;;
    # Else latest.txt would be where it ends.
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
  if [ $status = 0 ]; then
    case $code in
      ok) judge_success ;;
      any) usable ;;
      *) wrong "It succeeds in place of $code" ;;
    esac
    return
  fi
  case $code in ok) wrong "exit status $status"; return ;; any) ;; *) has_code "$code" || return ;; esac
  printf %s "file://$lab/site" >"$case/env/HOOP_RELEASES_URL"
  judge_failure cold $status
}

# The slug has the right agent, whatever else its archive holds.
usable() {
  cmp "$lab/agent/hoop" "$case/app/.hoop/bin/hoop" || { wrong 'Another agent is in the slug'; return; }
  at .hoop/bin/hoop <"$lab/slug" | grep -qF " $(stat -c %a "$case/app/.hoop/bin/hoop") " ||
    wrong 'The agent has other permissions'
}
