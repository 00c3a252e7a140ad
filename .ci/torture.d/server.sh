# A release server, a man in the middle or a release that is out to do harm. Each case says how the
# build must end; whatever came, no control character of it is in the log.
# shellcheck shell=bash

prepare_server() {
  if [ -e "$lab/hostile/port" ]; then return; fi
  local site=$lab/hostile/site name
  mkdir -p "$site"
  cp -r "$lab/site/." "$site"
  python3 "$torture.d/hostile-archives.py" "$site" $version "$archive" "$lab/agent/hoop"
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

cut='the connection was cut before all had come (curl 18)'
slow='the server was too slow, or sent nothing (curl 28)'
elsewhere='it speaks no HTTP, or redirects to another kind of URL than https (curl 1)'
unusable='holds no agent that can be installed.'

# `NAME TEXT`: what the log must say; `ok` for a build that succeeds with the right slug; `any` for
# either, as long as it is whole.
server_cases() {
  local percent name
  for ((percent = 0; percent < 100; percent += 10)); do echo "cut-$percent $cut"; done
  cat <<END
cut-99 $cut
drip $slow
silent $slow
endless-headers it sent more than 65536 bytes
endless-latest has more than the 64 bytes that a version can have
endless-checksums it sent more than 65536 bytes
endless-body it sent more than 1073741824 bytes
endless-redirects it redirects too often (curl 47)
redirect-http $elsewhere
redirect-file $elsewhere
redirect-link-local $elsewhere
redirect-ftp $elsewhere
redirect-scp $elsewhere
length-short is not what it should be.
length-long $cut
length-negative the transfer failed (curl 8)
length-huge any
html which is no version
html-archive is not what it should be.
control-latest which is no version
control-status does not exist for Linux
garbage it speaks no HTTP
zeros $unusable
big-agent It unpacks to more than 2 GiB
big-other It unpacks to more than 2 GiB
big-helper It unpacks to more than 2 GiB
members It holds far more files than an agent has.
agents It holds far more files than an agent has.
folders It holds far more files than an agent has.
sparse any
sparse-agent $unusable
type-0 any
type-1 ./hoop in it is a link.
type-2 ./hoop in it is a link.
type-3 ./hoop in it is a device.
type-4 ./hoop in it is a device.
type-5 ./hoop in it is a folder.
type-6 ./hoop in it is a pipe.
absolute leads out of its folder.
hard-link-out leads out of its folder.
link-then-file leads out of its folder.
truncated $unusable
truncated-gzip $unusable
trailing any
memory Unpacking it takes more than 256 MiB of memory.
setuid any
tls-good ok
tls-expired its certificate is not trusted (curl 60)
tls-self-signed its certificate is not trusted (curl 60)
tls-other-host its certificate is not trusted (curl 60)
tls-tls1.1 no TLS connection could be made (curl 35)
END
  for name in 7 g x L K S V M N D Z; do echo "type-$name any"; done
  for name in 0 1 2 3 4 5 6 7 g x L K S V M N D Z; do echo "beside-$name any"; done
  for name in newline escape invalid c1 carriage backslash spaces empty dot quote rtl; do
    echo "name-$name any"
    echo "out-$name leads out of its folder."
  done
}

list_server() { server_cases | cut -d' ' -f1; }

try_server() { # NAME
  local text status=0 began=$SECONDS time_scale=0.05 patience=120 url
  text=$(server_cases | grep -- "^$1 ") && text=${text#* }
  case $1 in
    # Two gigabytes take their time to be unpacked.
    big-*) time_scale=0.2 ;;
  esac
  case $1 in
    tls-*)
      url=https://127.0.0.1:$(cat "$lab/hostile/${1#tls-}.port")/plain
      cp "$lab/hostile/ca.pem" "$case/ca.pem"
      printf %s "$case/ca.pem" >"$case/env/CURL_CA_BUNDLE"
      ;;
    # Redirects are followed from https alone.
    *redirect*)
      url=https://127.0.0.1:$(cat "$lab/hostile/good.port")/$1
      cp "$lab/hostile/ca.pem" "$case/ca.pem"
      printf %s "$case/ca.pem" >"$case/env/CURL_CA_BUNDLE"
      ;;
    *) url=http://127.0.0.1:$(cat "$lab/hostile/port")/$1 ;;
  esac
  printf %s "$url" >"$case/env/HOOP_RELEASES_URL"
  # Else latest.txt would be where it ends.
  case $1 in endless-[bchr]* | garbage) printf $version >"$case/env/HOOP_VERSION" ;; esac
  begin cold
  build || status=$?
  if grep -qP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]' "$case/out" "$case/err"; then
    wrong 'A control character reached the log'
    return
  fi
  if ! iconv -f UTF-8 -t UTF-8 "$case/out" "$case/err" >/dev/null; then
    wrong 'The log is no UTF-8'
    return
  fi
  if [ -e /tmp/hoop-torture-was-here ]; then wrong 'A member was written outside'; return; fi
  if [ $((SECONDS - began)) -gt 60 ]; then wrong "It took $((SECONDS - began)) s"; return; fi
  case $text in
    ok) judge_success cold ;;
    any) if [ $status = 0 ]; then usable; else judge_failure cold $status; fi ;;
    *) judge_failure cold $status && says "$text" ;;
  esac
}

# The slug has an agent that is the right one, whatever else its archive holds.
usable() {
  cmp "$lab/agent/hoop" "$case/app/.hoop/bin/hoop" || { wrong 'Another agent is in the slug'; return; }
  [ "$(stat -c %a "$case/app/.hoop/bin/hoop")" = 755 ] || wrong 'The agent has other permissions'
}
