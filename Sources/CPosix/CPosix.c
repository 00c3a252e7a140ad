#define _GNU_SOURCE
#include "CPosix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <poll.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

char **cposix_environment(void) { return environ; }

int cposix_close_range(unsigned first, unsigned last) {
  if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return 0;
  // Kernels before 5.9: one by one, as far as the limit allows.
  long limit = sysconf(_SC_OPEN_MAX);
  for (long fd = first; fd < limit && fd <= (long)last; fd++) close((int)fd);
  return 0;
}

static int place_descriptors(const struct cposix_launch *launch) {
  int count = launch->descriptor_count;
  int high[count > 0 ? count : 1];
  // Out of the way first: a source may have the number of another's destination.
  for (int i = 0; i < count; i++) {
    int source = launch->descriptors[i];
    int opened = -1;
    if (source < 0) source = opened = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (source < 0) return -1;
    high[i] = fcntl(source, F_DUPFD_CLOEXEC, count);
    if (opened >= 0) close(opened);
    if (high[i] < 0) return -1;
  }
  for (int i = 0; i < count; i++)
    if (dup2(high[i], i) < 0) return -1;
  return cposix_close_range((unsigned)count, UINT_MAX);
}

static void write_text(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t ignored = write(fd, text, strlen(text));
  (void)ignored;
  close(fd);
}

static int become(const struct cposix_launch *launch, pid_t parent) {
  if (launch->own_group && setpgid(0, 0) < 0) return errno;
  if (launch->dies_with_parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return errno;
    if (getppid() != parent) _exit(0); // it ended before the request was in force
  }
  if (launch->niceness != 0) {
    int niceness = getpriority(PRIO_PROCESS, 0) + launch->niceness;
    setpriority(PRIO_PROCESS, 0, niceness); // a wish: the agent runs without it too
  }
  if (launch->oom_score_adj) write_text("/proc/self/oom_score_adj", launch->oom_score_adj);
  if (launch->file_size_limit > 0) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur > launch->file_size_limit) {
      limit.rlim_cur = launch->file_size_limit;
      if (setrlimit(RLIMIT_FSIZE, &limit) < 0) return errno;
    }
  }
  if (launch->directory && chdir(launch->directory) < 0) return errno;
  if (place_descriptors(launch) < 0) return errno;
  // The kernel's call and structure: sigaction(3) leaves out the signals of glibc's own threads, and
  // those may have been ignored by whoever started this process.
  unsigned long standard[8] = {(unsigned long)SIG_DFL};
  for (int number = 1; number < NSIG; number++)
    syscall(SYS_rt_sigaction, number, standard, NULL, sizeof(unsigned long));
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execve(launch->path, launch->arguments, launch->environment);
  return errno;
}

pid_t cposix_launch(const struct cposix_launch *launch) {
  // The child borrows this memory until exec, so it can say here what went wrong. No signal may be
  // handled in it meanwhile.
  volatile int error = 0;
  sigset_t all, before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  pid_t parent = getpid();
  pid_t child = vfork();
  if (child == 0) {
    error = become(launch, parent);
    _exit(127);
  }
  if (child < 0) error = errno;
  if (child > 0 && error != 0) waitpid(child, NULL, 0);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return error == 0 ? child : -error;
}

pid_t cposix_fork_guarded(void) {
  pid_t parent = getpid();
  pid_t child = fork();
  if (child != 0) return child;
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (getppid() != parent) kill(getpid(), SIGTERM); // it ended before the request was in force
  return 0;
}

// The process between the caller and the one apart. It runs in the caller's memory while the caller
// waits, and so costs no copy of it; only the one apart gets a copy, and goes on in that.
static int fork_between(void *start) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  setsid();
  pid_t apart = fork();
  if (apart == 0) {
    setsid();
    longjmp(*(jmp_buf *)start, 1);
  }
  return apart < 0 ? errno : 0;
}

int cposix_fork_apart(void) {
  static _Alignas(16) char stack[16 * 1024];
  jmp_buf start;
  if (setjmp(start)) return 1;
  // A subreaper would get the new process back as its child.
  int reaps = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &reaps, 0, 0, 0);
  if (reaps) prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
  // No signal when it ends (the lowest byte of the flags): a SIGCHLD that the caller blocks would
  // stay pending and go on through exec, one that it ignores would take the exit status away.
  pid_t between = clone(fork_between, stack + sizeof stack, CLONE_VM | CLONE_VFORK, &start);
  int error = between < 0 ? errno : 0;
  if (between > 0) {
    int status = 0;
    while (waitpid(between, &status, __WALL) < 0 && errno == EINTR) {}
    error = WIFEXITED(status) ? WEXITSTATUS(status) : ECANCELED;
  }
  if (reaps) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  return -error;
}

int cposix_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// The program's segments that are only read: its code and its constants.
struct segments {
  struct { void *start; size_t length; } all[8];
  int count;
};

static int find_segments(struct dl_phdr_info *program, size_t size, void *found) {
  (void)size;
  struct segments *segments = found;
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < program->dlpi_phnum && segments->count < 8; i++) {
    const ElfW(Phdr) *segment = &program->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
    uintptr_t start = program->dlpi_addr + segment->p_vaddr;
    uintptr_t offset = start % page;
    segments->all[segments->count].start = (void *)(start - offset);
    segments->all[segments->count++].length = segment->p_memsz + offset;
  }
  return 1; // the program comes first, and its libraries are shared with others
}

int cposix_poll_at_rest(struct pollfd *polls, nfds_t count) {
  struct segments segments = {.count = 0};
  dl_iterate_phdr(find_segments, &segments);
  // From here on nothing but these calls: each page that is touched brings back up to fifteen
  // around it (fault-around), and poll(3) would touch more of them than syscall(2) does.
  for (int i = 0; i < segments.count; i++)
    syscall(SYS_madvise, segments.all[i].start, segments.all[i].length, MADV_DONTNEED);
  return (int)syscall(SYS_ppoll, polls, count, NULL, NULL, 0);
}

pid_t cposix_ended_child(void) {
  siginfo_t info = {.si_pid = 0};
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0) return -errno;
  return info.si_pid;
}

int cposix_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

void cposix_enlarge_pipe(int end) {
  fcntl(end, F_SETPIPE_SZ, 1 << 20); // the most that a user may (pipe(7)); less is only slower
}

int cposix_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_prctl(int option, unsigned long argument) {
  return prctl(option, argument, 0, 0, 0);
}

int cposix_set_process_name(const char *name) {
  return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

int cposix_signal_descriptor(const int *signals, int count) {
  sigset_t set;
  sigemptyset(&set);
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cposix_next_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t length = read(descriptor, &info, sizeof info);
  return length == sizeof info ? (int)info.ssi_signo : 0;
}

ssize_t cposix_tee(int from, int to, size_t length) {
  return tee(from, to, length, SPLICE_F_NONBLOCK);
}

ssize_t cposix_splice(int from, int to, size_t length) {
  return splice(from, NULL, to, NULL, length, SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
}

const unsigned cposix_rename_noreplace = 1 << 0; // RENAME_NOREPLACE, which musl has not
const unsigned cposix_rename_exchange = 1 << 1; // RENAME_EXCHANGE

const int cposix_here = AT_FDCWD;
const int cposix_place = O_PATH;

int cposix_open_in(int folder, const char *path, int flags, mode_t mode) {
  return openat(folder, path, flags, mode);
}

int cposix_rename(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  return (int)syscall(SYS_renameat2, from_folder, from, to_folder, to, flags);
}

ssize_t cposix_copy_file_range(int from, off_t offset, int to, size_t length) {
  return copy_file_range(from, &offset, to, NULL, length, 0);
}

bool cposix_exited(int status) { return WIFEXITED(status); }
int cposix_exit_status(int status) { return WEXITSTATUS(status); }
int cposix_term_signal(int status) { return WIFSIGNALED(status) ? WTERMSIG(status) : 0; }
