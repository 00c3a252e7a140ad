# A hostile app, and a machine that gives too little or lies. Each case is a function that arranges
# it; `expect` is what the log must say, `ok` for a right slug, `any` for either.
# shellcheck shell=bash

list_environment() {
  declare -F | sed -n 's/^declare -f on_//p' | grep -v '^limited_\|^tmpfs_'
  local count
  # With 5 the folder that has to go cannot be looked into.
  # 7 to 9 are enough to make a staging folder, and too few to remove it: the next build does.
  for count in 3 4 6 {10..24}; do echo "limited_descriptors $count"; done
  for count in 4 8 16 24 32 48 64 96 128; do echo "limited_memory $((count * 1024))"; done
  for count in 1 100 199 1000 7000 7300 7600 20000; do echo "limited_files $count"; done
  for count in 16 64 256; do echo "limited_stack $count"; done
  for count in {1..8}; do echo "limited_processes $count"; done
  for count in 1 4 7 8 9 16; do
    echo "tmpfs_app $count"
    echo "tmpfs_cache $count"
  done
}

try_environment() { # NAME [WORD…]
  local expect=ok status=0 in=() locale=''
  begin cold
  "on_$1" "${@:2}" || { wrong 'It could not be arranged'; return; }
  if [ "$expect" = success ]; then return; fi
  build_with "${in[@]}" || status=$?
  if [ "$expect" != memory ]; then unmounted || return; fi
  case $expect in
    ok) judge_success cold ;;
    update) judge_success update ;;
    # Said here and not taken from another build, which may have the same fault.
    readable)
      judge_success cold || return
      [ -z "$(find "$case/app" \( -type d ! -perm 755 \) -o \( -type f ! -perm -444 \))" ] ||
        wrong 'Not everybody can read the slug'
      ;;
    whole) [ $status = 0 ] || judge_status $status ;;
    any) if [ $status = 0 ]; then judge_success cold; else judge_status $status; fi ;;
    # Without memory a process ends as if it had been killed; see syscalls.sh.
    memory) if [ $status -gt 1 ]; then judge_next; else try_either $status; fi ;;
    warning:*) [ $status = 0 ] && says "${expect#*:}" ;;
    *) judge_status $status && says "$expect" ;;
  esac
}

try_either() { if [ "$1" = 0 ]; then judge_success cold; else judge_status "$1"; fi; } # STATUS

# A failure, where what was there before is what the case has arranged.
judge_status() { # STATUS
  if [ "$1" != 1 ]; then wrong "exit status $1"; return; fi
  grep -q '^ !     Error: ' "$case/err" || { wrong 'An error without words'; return; }
  [ ! -e "$case/app/.hoop" ] || { wrong 'Something is in the slug'; return; }
  [ -z "$(find "$case/app" "$case/cache" -name '.hoop.tmp.*' 2>/dev/null)" ] || wrong 'Something is left'
}

build_with() { build "$@"; } # WATCHER…
unmounted() { :; }

# --- config vars

on_env_many() {
  local n
  for n in {1..10000}; do : >"$case/env/VARIABLE_$n"; done
}
on_env_odd_names() {
  : >"$case/env/A=B" && : >"$case/env/..." && : >"$case/env/"$'a\nb' && mkdir "$case/env/FOLDER"
  mkfifo "$case/env/PIPE" && ln -s /dev/zero "$case/env/ZERO" && ln -s LOOP "$case/env/LOOP"
}
unreadable_version() { expect='The config var HOOP_VERSION cannot be read.'; }
on_version_10_mb() { head -c 10000000 /dev/zero >"$case/env/HOOP_VERSION" && unreadable_version; }
on_version_pipe() { mkfifo "$case/env/HOOP_VERSION" && unreadable_version; }
on_version_folder() { mkdir "$case/env/HOOP_VERSION" && unreadable_version; }
on_version_endless() { ln -s /dev/zero "$case/env/HOOP_VERSION" && unreadable_version; }
on_version_loop() { ln -s HOOP_VERSION "$case/env/HOOP_VERSION" && unreadable_version; }
on_version_binary() {
  printf '\xff\xfe\x1b[2J' >"$case/env/HOOP_VERSION" && expect='which is no version.'
}
on_key_10_mb() {
  head -c 10000000 /dev/zero >"$case/env/HOOP_KEY"
  expect='warning:The config var HOOP_KEY cannot be read.'
}
on_connection_of_dots() {
  printf 'env...,env./etc/passwd,env.' >"$case/env/HOOP_CONNECTION" && expect=warning:Warning
}
on_curl_configuration() {
  printf 'https://localhost/"\nurl = "file:///etc/passwd' >"$case/env/HOOP_RELEASES_URL"
  expect='HOOP_RELEASES_URL is no URL'
}

# --- the app

on_procfile_10_mb() {
  { cat "$lab/app/Procfile" && yes 'type: command' | head -c 10000000; } >"$case/app/Procfile"
  expect=whole
}
on_procfile_one_line() {
  { printf 'web: ' && head -c 10000000 /dev/zero | tr '\0' 'x'; } >"$case/app/Procfile"
  expect=whole
}
on_procfile_many_types() {
  seq 300000 | sed 's/$/: c/' >"$case/app/Procfile"
  expect=whole
}
on_procfile_binary() { head -c 1000000 /dev/urandom >"$case/app/Procfile" && expect=whole; }
on_procfile_loop() { ln -sf Procfile "$case/app/Procfile" && expect=whole; }
on_procfile_endless() { ln -sf /dev/zero "$case/app/Procfile" && expect=whole; }
on_procfile_pipe() { rm "$case/app/Procfile" && mkfifo "$case/app/Procfile" && expect=whole; }
on_hoop_is_loop() { ln -s .hoop "$case/app/.hoop" && expect='.hoop is a link that leads out' && kept; }
on_hoop_is_file() { : >"$case/app/.hoop" && expect='file of its own at .hoop.' && kept; }
on_profile_leads_out() { ln -s /tmp "$case/app/.profile.d" && expect='.profile.d is a link that leads out'; }
on_profile_is_loop() { ln -s .profile.d "$case/app/.profile.d" && expect='.profile.d is a link that leads out'; }
on_bin_leads_out() { rm -r "$case/app/bin" && ln -s /tmp "$case/app/bin" && expect='bin is a link that leads out'; }
on_bin_is_loop() { rm -r "$case/app/bin" && ln -s bin "$case/app/bin" && expect='bin is a link that leads out'; }
on_links_everywhere() {
  (cd "$case/app" && ln -s . here && ln -s .. up && ln -s here/here/here deep) && expect=whole
}
# What the app has at .hoop is none of ours.
kept() { judge_status() { [ "$1" = 1 ] || wrong "exit status $1"; }; }

# --- the machine

on_umask_777() { in=(sh -c 'umask 777; exec "$@"' sh) && expect=readable; }
on_umask_0() { in=(sh -c 'umask 0; exec "$@"' sh) && expect=readable; }
on_limited_descriptors() { in=(prlimit "--nofile=$1") && expect=any; }
on_limited_memory() { in=(prlimit "--as=$(($1 * 1024))") && expect=memory; }
on_limited_files() { in=(prlimit "--fsize=$(($1 * 1024))") && expect=any; }
on_limited_stack() { in=(prlimit "--stack=$(($1 * 1024))") && expect=memory; }
# Of a user of its own, since the limit is on all that a user runs.
on_limited_processes() {
  local user=$((100000 + BASHPID % 100000))
  chmod 711 "$lab" "$lab/cases" "$case"
  mkdir "$case/cache"
  chown -R "$user" "$case/app" "$case/cache" "$case/env" "$case/home"
  in=(setpriv "--reuid=$user" --clear-groups prlimit "--nproc=$1") && expect=any
}
# As on file systems that know neither RENAME_NOREPLACE nor RENAME_EXCHANGE.
on_renames_without_rules() {
  in=(strace -o "$case/trace" -e trace=renameat2 -e inject=renameat2:error=EINVAL)
  rm -rf "$case/app" && begin update && expect=update
}
on_locales() { in=(env LANG=tr_TR.UTF-8 LC_ALL=xx_XX.KOI8-R LC_MESSAGES=$'\xff' TZ=../../etc); }
on_no_streams() { in=(sh -c 'exec "$@" <&- >&- 2>&-' sh); }
on_full_log() { in=(sh -c 'exec "$@" >/dev/full 2>/dev/full' sh); }
on_ignored_signals() { in=(env --ignore-signal=CHLD --ignore-signal=PIPE --block-signal=CHLD); }

mounted() { # WHAT OPTIONS [ro]
  local folder=$case/$1
  mkdir -p "$folder"
  # A name space of its own: it is unmounted with its last process.
  in=(unshare -m sh -c '
    folder=$1 options=$2 access=$3 keep=$4; shift 4
    cp -a "$folder" "$keep" && mount -t tmpfs -o "$options" tmpfs "$folder" && cp -a "$keep/." "$folder" || exit 99
    [ "$access" != ro ] || mount -o remount,ro "$folder" || exit 99
    "$@"; status=$?
    rm -rf "$keep"; cp -a "$folder" "$keep"; umount "$folder"; exit $status' sh
    "$folder" "$2" "${3-}" "$case/mounted")
  eval "unmounted() { rm -rf '$folder'; mv '$case/mounted' '$folder'; }"
}
on_tmpfs_app() { mounted app "mode=755,size=${1}m" && expect=any; }
on_tmpfs_cache() { mounted cache "mode=755,size=$((${1} * 50))k" && expect=whole; }
on_app_read_only() { mounted app mode=755,size=50m ro && expect='cannot be written'; }
on_cache_read_only() { mounted cache mode=755,size=50m ro && expect=whole; }

# --- the cache

on_cache_link() { mkdir -p "$case/cache" && ln -s /proc/self/cwd "$case/cache/hoop"; }
on_cache_forged() {
  cp -a "$lab/cached/cache" "$case/cache"
  echo forged | gzip >"$case/cache/hoop/$archive"
  (cd "$case/cache/hoop" && sha256sum "$archive" >"$archive.sha256")
}
on_cache_pipe() {
  cp -a "$lab/cached/cache" "$case/cache"
  rm "$case/cache/hoop/$archive" && mkfifo "$case/cache/hoop/$archive"
}

# --- programs that lie

# In the place of the machine's own program, which the script finds as `$real`.
liar() { # NAME SCRIPT
  local real=$case/real-$1
  cp "/usr/bin/$1" "$real"
  printf '#!/bin/sh\nreal=%s\n%s\n' "$real" "$2" >"$case/liar"
  chmod 755 "$case/liar"
  in=(unshare -m sh -c 'mount --bind "$1" "/usr/bin/$2" && shift 2 && exec "$@"' sh "$case/liar" "$1")
}
on_curl_silent() { liar curl 'exit 0' && expect='is empty'; }
on_curl_chatty() { liar curl 'yes' && expect='Error: '; }
on_curl_says_22() { liar curl 'echo 1.148.0; exit 22' && expect='the server answered 0'; }
on_curl_killed() { liar curl 'kill -9 $$' && expect='the transfer failed'; }
on_curl_broken() { liar curl '' && : >"$case/liar" && expect='Error: '; }
on_curl_sends_bytes_and_fails() { liar curl '"$real" "$@"; exit 56' && expect='the connection was cut (curl 56)'; }
on_tar_fails() { liar tar 'cat >/dev/null; exit 2' && expect='What is in it is no tar archive.'; }
on_tar_does_nothing() { liar tar 'cat >/dev/null; exit 0' && expect='Error: '; }
on_tar_stops_at_once() { liar tar 'exit 0' && expect='Error: '; }
on_gzip_fails() { liar gzip 'cat >/dev/null; exit 1' && expect='It is not compressed by gzip'; }
on_gzip_cuts() { liar gzip 'head -c 5000; exit 0' && expect='Error: '; }
on_openssl_lies() { liar openssl 'cat >/dev/null; printf %064d 0' && expect='is not what it should be.'; }
on_openssl_fails() { liar openssl 'exit 1' && expect='openssl or sha256sum that works'; }
on_openssl_hangs_on() { liar openssl 'sleep 30 & exec "$real" "$@"'; }
on_no_path() { in=(env -u PATH) && expect=any; }
on_path_of_nothing() { in=(env PATH=:); }
on_path_of_the_app() {
  printf '#!/bin/sh\n: >%s\n' "$case/was-run" >"$case/app/openssl"
  chmod 755 "$case/app/openssl"
  in=(sh -c 'cd "$1" && shift && PATH=:/usr/bin:/bin && export PATH && exec "$@"' sh "$case/app")
  expect=whole
  unmounted() { rm -f "$case/app/openssl"; [ ! -e "$case/was-run" ] || wrong 'A program of the app was run'; }
}

on_fifty_at_once() {
  local n pids=() pid failed=0
  expect=success
  for n in {1..50}; do
    cp -a "$lab/app" "$case/app-$n"
    heroku timeout 60 "$program" compile "$case/app-$n" "$case/cache" "$case/env" \
      >"$case/out-$n" 2>"$case/err-$n" </dev/null &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || failed=$((failed + 1)); done
  [ $failed = 0 ] || { wrong "$failed of 50 failed"; return; }
  for n in {1..50}; do same "The slug $n" "$lab/slug" "$case/app-$n" || return; done
  same 'The cache' "$lab/cache" "$case/cache" || return
  if compgen -G "$case/buildpack/.hoop.tmp.*" >/dev/null; then wrong 'Something is left'; fi
}
