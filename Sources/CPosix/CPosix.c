#define _GNU_SOURCE
#include "CPosix.h"

#include <link.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

char **cposix_environment(void) { return environ; }

int cposix_close_range(unsigned first, unsigned last) {
  if (first > last || syscall(SYS_close_range, first, last, 0) == 0) return 0;
  // Kernels before 5.9 have no such call: close each number that the limit allows.
  long limit = sysconf(_SC_OPEN_MAX);
  for (long fd = first; fd < limit && fd <= (long)last; fd++) close((int)fd);
  return 0;
}

int cposix_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

// The segments of the program that are never written: its code and its constants.
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
  return 1; // the program comes first; its libraries are shared with other processes
}

int cposix_poll_at_rest(struct pollfd *polls, nfds_t count) {
  struct segments segments = {.count = 0};
  dl_iterate_phdr(find_segments, &segments);
  // Nothing but these calls from here on. With a page that is used the kernel maps many around it, as
  // far as they are in one mapping. So this function gets one of its own, with syscall(2), which
  // .ci/build puts behind it.
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), here = (uintptr_t)cposix_poll_at_rest;
  syscall(SYS_madvise, here - here % page, 2 * page, MADV_RANDOM);
  for (int i = 0; i < segments.count; i++)
    syscall(SYS_madvise, segments.all[i].start, segments.all[i].length, MADV_DONTNEED);
  return (int)syscall(SYS_ppoll, polls, count, NULL, NULL, 0);
}

// A child that had to be reaped to see that it has ended, and its status.
static pid_t reaped;
static int reaped_status;

pid_t cposix_ended_child(void) {
  if (reaped > 0) return reaped;
  siginfo_t info = {.si_pid = 0};
  if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) return info.si_pid;
  if (errno == ECHILD || errno == EINTR) return -errno;
  // Some sandboxes refuse waitid(2).
  reaped = waitpid(-1, &reaped_status, WNOHANG);
  return reaped < 0 ? -errno : reaped;
}

int cposix_reap(pid_t child) {
  if (child == reaped) {
    reaped = 0;
    return reaped_status;
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
  return status;
}

bool cposix_is_noexec(const char *path) {
  struct statvfs file_system;
  return statvfs(path, &file_system) == 0 && file_system.f_flag & ST_NOEXEC;
}

int cposix_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int cposix_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cposix_set_process_name(const char *name) {
  return prctl(PR_SET_NAME, (unsigned long)name, 0, 0, 0);
}

int cposix_signal_descriptor(const int *signals, int count) {
  sigset_t set;
  memset(&set, count == 0 ? 0xff : 0, sizeof set); // sigfillset(3) leaves some out
  for (int i = 0; i < count; i++) sigaddset(&set, signals[i]);
  if (sigprocmask(SIG_BLOCK, &set, NULL) < 0) return -1;
  return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int cposix_next_signal(int descriptor) {
  struct signalfd_siginfo info;
  ssize_t length = read(descriptor, &info, sizeof info);
  return length == sizeof info ? (int)info.ssi_signo : 0;
}
