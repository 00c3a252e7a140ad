# Every system call of a build fails once, with each error that it can really give: the build succeeds with the
# right slug, or says why not, and the next one succeeds.
# shellcheck shell=bash

# What can fail, and how. Not close(2), which frees the descriptor whatever it returns, and not what cannot fail
# with the arguments that it gets here (getpid, rt_sigprocmask, uname, …).
errors_of() { # CALL
  case $1 in
    open | openat) echo EACCES EMFILE ENFILE ENOMEM EIO ENOSPC EINTR ;;
    write | pwrite64) echo ENOSPC EIO EDQUOT EINTR ;;
    copy_file_range) echo ENOSPC EIO EDQUOT ENOMEM EXDEV ENOSYS EINTR ;;
    stat | lstat | newfstatat | fstat | access | faccessat | faccessat2 | statfs | fstatfs) echo EACCES EIO ENOMEM EINTR ;;
    readlink | readlinkat | getcwd | chdir) echo EACCES EIO ENOMEM ;;
    read | pread64 | getdents64) echo EIO ENOMEM EINTR ;;
    mkdir | mkdirat | symlink | symlinkat) echo EACCES ENOSPC EDQUOT EIO ENOMEM EROFS EINTR ;;
    rename | renameat | renameat2) echo EACCES ENOSPC EIO ENOMEM EROFS EINTR ;;
    chmod | fchmod | fchmodat) echo EPERM EIO ENOMEM EROFS EINTR ;;
    unlink | unlinkat | rmdir) echo EACCES EBUSY EIO ENOMEM EINTR ;;
    # Not EAGAIN, which says that another build has the folder: then it is right to leave it.
    flock) echo ENOLCK EINTR ;;
    pipe2 | signalfd4) echo EMFILE ENFILE ENOMEM ;;
    pidfd_open) echo EMFILE ENFILE ENOMEM ENOSYS ;;
    dup2 | dup3 | fcntl) echo EMFILE EAGAIN ;;
    vfork | fork | clone | clone3) echo EAGAIN ENOMEM ;;
    execve | execveat) echo EACCES EIO ENOMEM EMFILE ;;
    setpgid | setsid | prlimit64) echo EPERM ;;
    prctl) echo EINVAL ;;
    close_range) echo ENOMEM ENOSYS ;;
    poll | ppoll) echo ENOMEM EINTR ;;
    wait4 | waitid | getrandom) echo EINTR ;;
    brk | mmap | mprotect | mremap) echo ENOMEM ;;
  esac
}

# The calls that a program makes, `CALL COUNT` each: those of its own process, or, with -f, of its
# children until they become other programs.
calls() { # TRACE
  sed -n -E 's/^([0-9]+ +)?([a-z0-9_]+)\(.*/\1\2/p' "$1" |
    awk '{ n = ++count[$0]; if (n > most[$NF]) most[$NF] = n } END { for (c in most) print c, most[c] }' |
    sort
}

# `CALL ERROR INDEX` each.
faults() { # reads calls
  local call count error index
  while read -r call count; do
    for error in $(errors_of "$call"); do
      for ((index = 1; index <= count; index++)); do echo "$call $error $index"; done
    done
  done
}

# Some lines for each scenario, from the calls of an undisturbed build of it.
in_scenarios() { # COMMAND: reads calls
  local scenario
  for scenario in cold cached update; do
    make_case
    begin $scenario
    build strace -o "$case/trace"
    calls "$case/trace" | "$1" | sed "s/^/$scenario /"
    remove_case
  done
}

own_faults() {
  faults >"$case/faults"
  sed 's/^/own /' "$case/faults"
  # A disk that is full stays full.
  sed -n -E 's/^((write|copy_file_range|mkdir|symlink) ENOSPC .*)/own \1+/p' "$case/faults"
  # One without locks never has any. What a killed build left stays then: it may be a running one's.
  if [ "$scenario" != update ]; then sed -n 's/^flock ENOLCK .*/own &+/p' "$case/faults"; fi
}

list_syscalls() {
  in_scenarios own_faults
  make_case
  begin cold
  build strace -f -b execve -o "$case/trace"
  local own
  own=$(head -n 1 "$case/trace" | cut -d' ' -f1)
  grep -v "^$own " "$case/trace" >"$case/children"
  # A child has every signal blocked until it is another program, so nothing interrupts it.
  calls "$case/children" | faults | grep -v ' EINTR ' | sed 's/^/cold children /'
  remove_case
}

try_syscalls() { # SCENARIO own|children CALL ERROR INDEX
  local status=0 watch=(strace -o "$case/trace" -e "trace=$3" -e "inject=$3:error=$4:when=$5")
  if [ "$2" = children ]; then watch+=(-f -b execve); fi
  begin "$1"
  build "${watch[@]}" || status=$?
  # Neither libc's start-up nor Swift can go on without memory, and neither can say so to its caller: the
  # process ends by a signal. That is as if it had been killed.
  case $3 in
    brk | mmap | mprotect | mremap) if [ $status -gt 1 ] && judge_next "$1"; then return; fi ;;
  esac
  if [ "$4" = EINTR ] && [ $status -ne 0 ]; then wrong 'Interrupted, it did not succeed'; return; fi
  # What could not be written to the log cannot be read there.
  if grep -q '^write([12], .*(INJECTED)' "$case/trace"; then
    if [ $status = 0 ]; then same 'The slug' "$lab/slug" "$case/app"; else judge_next "$1"; fi
    return
  fi
  judge "$1" $status
}
