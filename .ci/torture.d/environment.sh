# A hostile app, and a machine that gives too little or lies. Each case is a function that arranges it;
# `expect` is how the build must end: `ok` with the right slug, `whole` with exit status 0, `any` with either,
# `warning CODE` and `failure CODE` with that in its report.
# shellcheck shell=bash

list_environment() {
  declare -F | sed -n 's/^declare -f on_//p' | grep -v '^limited_\|^tmpfs_'
  # 4 and 5 are enough to make a staging folder, and too few to remove it: the next build does.
  printf 'limited_descriptors %d\n' 3 {6..24}
  printf 'limited_memory %d\n' 4096 16384 32768 65536 131072
  printf 'limited_files %d\n' 1 100 199 1000 7000 7600 20000
  printf 'limited_stack %d\n' 16 64 256
  printf 'limited_processes %d\n' {1..8}
  printf 'tmpfs_%s\n' 'app 1' 'app 4' 'app 8' 'app 16' 'cache 1' 'cache 4' 'cache 8' 'cache 16'
}

try_environment() { # NAME [WORD…]
  local expect=ok status=0 in=()
  begin cold
  "on_$1" "${@:2}" || { wrong 'It could not be arranged'; return; }
  if [ "$expect" = tried ]; then return; fi
  build "${in[@]}" || status=$?
  after || return
  case $expect in
    ok) [ $status = 0 ] && judge_success || { wrong "exit status $status"; return; } ;;
    whole) [ $status = 0 ] || failed_well $status ;;
    any) if [ $status = 0 ]; then judge_success; else failed_well $status; fi ;;
    # Without memory a process ends as if it had been killed; see syscalls.sh.
    memory) if [ $status -gt 1 ]; then judge_next cold; else judge cold $status; fi ;;
    warning*) [ $status = 0 ] || { wrong "exit status $status"; return; } && has_code "${expect#* }" ;;
    failure*) failed_well $status && has_code "${expect#* }" ;;
  esac
}

# A failure, if what was there before is what the case has arranged.
failed_well() { # STATUS
  if [ "$1" != 1 ]; then wrong "exit status $1"; return; fi
  grep -q '^ !     Error: ' "$case/err" || { wrong 'An error without words'; return; }
  if [ -e "$case/app/.hoop/version" ]; then wrong 'An agent is in the slug'; return; fi
  nothing_temporary
}

after() { :; } # what a case does after its build

# --- config vars

on_env_many() { (cd "$case/env" && touch VARIABLE_{1..20000}); }
on_env_odd_names() { (cd "$case/env" && : >A=B && : >... && : >$'a\nb' && mkdir FOLDER && mkfifo PIPE && ln -s /dev/zero ZERO && ln -s LOOP LOOP); }
unreadable() { expect='failure unreadable-config-var'; }
on_version_10_mb() { head -c 10000000 /dev/zero >"$case/env/HOOP_VERSION" && unreadable; }
on_version_pipe() { mkfifo "$case/env/HOOP_VERSION" && unreadable; }
on_version_endless() { ln -s /dev/zero "$case/env/HOOP_VERSION" && unreadable; }
on_version_binary() { printf '\xff\xfe\x1b[2J' >"$case/env/HOOP_VERSION" && expect='failure malformed-version'; }
on_key_10_mb() { head -c 10000000 /dev/zero >"$case/env/HOOP_KEY" && expect='warning unreadable-config-var'; }
on_connection_of_dots() { printf 'env...,env./etc/passwd,env.' >"$case/env/HOOP_CONNECTION" && expect='warning .*connection.*'; }

# --- the app

on_procfile_10_mb() { { cat "$lab/app/Procfile"; yes 'type: command' | head -c 10000000; } >"$case/app/Procfile"; expect=whole; }
on_procfile_one_line() { { printf 'web: ' && head -c 10000000 /dev/zero | tr '\0' 'x'; } >"$case/app/Procfile" && expect=whole; }
on_procfile_many_types() { seq 300000 | sed 's/$/: c/' >"$case/app/Procfile" && expect=whole; }
on_procfile_endless() { ln -sf /dev/zero "$case/app/Procfile" && expect=whole; }
on_procfile_pipe() { rm "$case/app/Procfile" && mkfifo "$case/app/Procfile" && expect=whole; }
on_hoop_is_file() { : >"$case/app/.hoop" && expect='failure occupied'; }
on_profile_leads_out() { ln -s /tmp "$case/app/.profile.d" && expect='failure leads-out'; }
on_bin_leads_out() { rm -r "$case/app/bin" && ln -s /tmp "$case/app/bin" && expect='failure leads-out'; }
on_links_everywhere() { (cd "$case/app" && ln -s . here && ln -s .. up && ln -s here/here/here deep) && expect=whole; }

# --- the machine

on_umask_777() { in=(sh -c 'umask 777; exec "$@"' sh); }
on_umask_0() { in=(sh -c 'umask 0; exec "$@"' sh); }
on_limited_descriptors() { in=(prlimit "--nofile=$1") && expect=any; }
on_limited_memory() { in=(prlimit "--as=$(($1 * 1024))") && expect=memory; }
on_limited_files() { in=(prlimit "--fsize=$(($1 * 1024))") && expect=any; }
on_limited_stack() { in=(prlimit "--stack=$(($1 * 1024))") && expect=memory; }
on_limited_processes() {
  local user=$((100000 + BASHPID % 100000)) # of its own, since the limit is on all that a user runs
  chmod 711 "$lab" "$lab/cases" "$case"
  mkdir "$case/cache"
  chown -R "$user" "$case/app" "$case/cache" "$case/env" "$case/home"
  in=(setpriv "--reuid=$user" --clear-groups prlimit "--nproc=$1") && expect=any
}
on_locales() { in=(env LANG=tr_TR.UTF-8 LC_ALL=xx_XX.KOI8-R LC_MESSAGES=$'\xff' TZ=../../etc); }
on_no_streams() { in=(sh -c 'exec "$@" <&- >&- 2>&-' sh); }
on_full_log() { in=(sh -c 'exec "$@" >/dev/full 2>/dev/full' sh); }
on_ignored_signals() { in=(env --ignore-signal=CHLD --ignore-signal=PIPE --block-signal=CHLD); }
on_no_path() { in=(env -u PATH) && expect=any; }

# Mounts, in a name space of their own, which ends with its last process.
mounted() { # FOLDER SCRIPT: mounts at $1, whose content is in $2
  local folder=$case/$1
  mkdir -p "$folder"
  in=(unshare -m sh -c "folder=\$1 keep=\$2; shift 2; cp -a \"\$folder\" \"\$keep\" || exit 99
    $2
    \"\$@\"; status=\$?; rm -rf \"\$keep\"; cp -a \"\$folder\" \"\$keep\"; umount \"\$folder\"; exit \$status" sh
    "$folder" "$case/mounted")
  eval "after() { rm -rf '$folder'; mv '$case/mounted' '$folder'; }"
}
tmpfs() { mounted "$1" "mount -t tmpfs -o mode=755,$2 tmpfs \"\$folder\" && cp -a \"\$keep/.\" \"\$folder\" && ${3-true} || exit 99"; }
on_tmpfs_app() { tmpfs app "size=${1}m" && expect=any; }
on_tmpfs_cache() { tmpfs cache "size=$((${1} * 50))k" && expect=whole; }
on_app_read_only() { tmpfs app size=50m "mount -o remount,ro \"\$folder\"" && expect='failure not-writable'; }
on_cache_read_only() { tmpfs cache size=50m "mount -o remount,ro \"\$folder\"" && expect=whole; }
# What an earlier build made is in the layer below, as in a Dockerfile that runs the build twice.
on_overlay() {
  rm -rf "$case/app" && begin update
  mounted app "over=\$keep.over && mkdir \$over && mount -t tmpfs tmpfs \$over && mkdir \$over/up \$over/work && cp -a \$keep \$over/low &&
    mount -t overlay -o lowerdir=\$over/low,upperdir=\$over/up,workdir=\$over/work overlay \"\$folder\" || exit 99"
}

# --- the cache

on_cache_link() { mkdir -p "$case/cache" && ln -s /proc/self/cwd "$case/cache/hoop" && expect=whole; }
on_cache_forged() { cp -a "$lab/cached/cache" "$case/cache" && echo forged | gzip >"$case/cache/hoop/$archive"; }
on_cache_pipe() { cp -a "$lab/cached/cache" "$case/cache" && rm "$case/cache/hoop/$archive" && mkfifo "$case/cache/hoop/$archive"; }
on_cache_of_everyone() { cp -a "$lab/cached/cache" "$case/cache" && chmod -R a+rwX "$case/cache" && expect=whole; }

# --- programs that lie

# In place of the machine's own program, which the script finds as `$real`.
liar() { # NAME SCRIPT [CODE]
  cp "/usr/bin/$1" "$case/real-$1"
  printf '#!/bin/sh\nreal=%s\n%s\n' "$case/real-$1" "$2" >"$case/liar"
  chmod 755 "$case/liar"
  in=(unshare -m sh -c 'mount --bind "$1" "/usr/bin/$2" && shift 2 && exec "$@"' sh "$case/liar" "$1")
  expect="failure ${3-.*}"
}
on_curl_silent() { liar curl 'exit 0'; }
on_curl_fails_at_its_end() { liar curl '"$real" "$@"; exit 56' 'transfer-failed|no-latest'; }
on_tar_does_nothing() { liar tar 'cat >/dev/null; exit 0'; }
on_zstd_fails() { liar zstd 'cat >/dev/null; exit 1' && expect=any; }
on_openssl_lies() { liar openssl 'cat >/dev/null; printf %064d 0' wrong-digest; }
on_openssl_hangs_on() { liar openssl 'sleep 30 & exec "$real" "$@"' && expect=any; }
on_path_of_the_app() {
  printf '#!/bin/sh\n: >%s\n' "$case/was-run" >"$case/app/openssl"
  chmod 755 "$case/app/openssl"
  in=(sh -c 'cd "$1" && shift && PATH=:/usr/bin:/bin && export PATH && exec "$@"' sh "$case/app")
  expect=whole
  after() { rm -f "$case/app/openssl"; [ ! -e "$case/was-run" ] || wrong 'A program of the app was run'; }
}

on_fifty_at_once() {
  local n time_scale=1 # with so many, `hoop version` may take a second
  expect=tried
  for n in {1..50}; do
    cp -a "$lab/app" "$case/app-$n"
    heroku timeout 60 "$program" compile "$case/app-$n" "$case/cache" "$case/env" >"$case/out" 2>"$case/err" </dev/null &
  done
  wait
  for n in {1..50}; do same "The slug $n" "$lab/slug" "$case/app-$n" || return; done
  same 'The cache' "$lab/cache" "$case/cache" && nothing_temporary
}
