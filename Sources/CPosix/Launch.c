// How this process starts others.
#define _GNU_SOURCE
#include "CPosix.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

// The kernel's calls: the C library's leave out the signals of its own threads (32 to 34), and an app
// may have those blocked. Each returns what was before.
static unsigned long bit(int number) { return 1UL << (number - 1); }

static unsigned long mask_signals(int how, unsigned long mask) {
  unsigned long before = 0;
  syscall(SYS_rt_sigprocmask, how, &mask, &before, sizeof mask);
  return before;
}

static unsigned long pending_signals(void) {
  unsigned long pending = 0;
  syscall(SYS_rt_sigpending, &pending, sizeof pending);
  return pending;
}

// Takes away those of these blocked signals that were not pending before.
static void forget(unsigned long signals, unsigned long pending_before) {
  unsigned long none_before = signals & ~pending_before;
  struct timespec no_time = {0, 0};
  while (none_before &&
         syscall(SYS_rt_sigtimedwait, &none_before, NULL, &no_time, sizeof none_before) > 0) {}
}

// Returns where the program's descriptor is then: behind those that it gets. -1: an error.
static int place_descriptors(const struct cposix_launch *launch, int *program) {
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
  *program = launch->program_descriptor;
  if (*program >= 0 && (*program = fcntl(*program, F_DUPFD_CLOEXEC, count)) < 0) return -1;
  for (int i = 0; i < count; i++)
    if (dup2(high[i], i) < 0) return -1;
  if (*program < 0) return cposix_close_range((unsigned)count, UINT_MAX);
  if (*program > count && dup3(*program, count, O_CLOEXEC) < 0) return -1;
  *program = count;
  return cposix_close_range((unsigned)count + 1, UINT_MAX);
}

bool cposix_is_same(int file, const struct stat *before) {
  struct stat now;
  return fstat(file, &now) == 0 && now.st_dev == before->st_dev && now.st_ino == before->st_ino &&
         now.st_size == before->st_size && now.st_ctim.tv_sec == before->st_ctim.tv_sec &&
         now.st_ctim.tv_nsec == before->st_ctim.tv_nsec;
}

static int become(const struct cposix_launch *launch, pid_t parent) {
  if (launch->own_session && setsid() < 0) return errno;
  if (launch->own_group && setpgid(0, 0) < 0) return errno;
  if (launch->dies_with_parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return errno;
    if (getppid() != parent) _exit(0); // it ended before the request was in force
  }
  int niceness = getpriority(PRIO_PROCESS, 0) + launch->niceness;
  setpriority(PRIO_PROCESS, 0, niceness); // a wish: the program runs without it too
  struct rlimit size;
  size_t most = launch->file_size_limit;
  if (most > 0 && getrlimit(RLIMIT_FSIZE, &size) == 0 && size.rlim_cur > most) {
    size.rlim_cur = most;
    if (setrlimit(RLIMIT_FSIZE, &size) < 0) return errno;
  }
  if (launch->directory && chdir(launch->directory) < 0) return errno;
  int program;
  if (place_descriptors(launch, &program) < 0) return errno;
  // The kernel's call and structure: sigaction(3) leaves out the signals of glibc's own threads, and
  // those may have been ignored by whoever started this process.
  unsigned long standard[8] = {(unsigned long)SIG_DFL};
  for (int number = 1; number < NSIG; number++)
    syscall(SYS_rt_sigaction, number, standard, NULL, sizeof(unsigned long));
  mask_signals(SIG_SETMASK, 0);
  if (program >= 0) {
    // Here and not before the fork: whoever stops this process between the two could change the file.
    if (launch->program_status && !cposix_is_same(program, launch->program_status)) return ESTALE;
    syscall(SYS_execveat, program, "", launch->arguments, launch->environment, AT_EMPTY_PATH);
    // Kernels before 3.19, and sandboxes that do not know it.
    if (errno != ENOSYS) return errno;
  }
  execve(launch->path, launch->arguments, launch->environment);
  return errno;
}

// The end of a vfork: the child's pid, or -errno if it could not be started or executed.
static pid_t started(pid_t child, int error) {
  if (child < 0) return -errno;
  if (error == 0) return child;
  waitpid(child, NULL, 0);
  return -error;
}

pid_t cposix_launch(const struct cposix_launch *launch) {
  // The child borrows this memory until exec, so it can say here what went wrong. No signal may be
  // handled in it meanwhile.
  volatile int error = 0;
  unsigned long before = mask_signals(SIG_SETMASK, ~0UL);
  pid_t parent = getpid();
  pid_t child = vfork();
  if (child == 0) {
    error = become(launch, parent);
    _exit(127);
  }
  child = started(child, error);
  mask_signals(SIG_SETMASK, before);
  return child;
}

void cposix_take_signals(struct cposix_signals *before) {
  before->mask = mask_signals(SIG_SETMASK, ~0UL);
  before->ignores_children = signal(SIGCHLD, SIG_DFL) == SIG_IGN;
}

void cposix_give_signals_back(const struct cposix_signals *before) {
  if (before->ignores_children) signal(SIGCHLD, SIG_IGN);
  mask_signals(SIG_SETMASK, before->mask);
}

static void execute_file(const char *file, char *const *words, char *const *environment) {
  execve(file, words, environment);
  if (errno != ENOEXEC) return;
  // A script without an interpreter line.
  size_t count = 0;
  while (words[count]) count++;
  const char *by_shell[count + 2];
  by_shell[0] = "/bin/sh";
  by_shell[1] = file;
  memcpy(by_shell + 2, words + 1, count * sizeof *words);
  execve(by_shell[0], (char *const *)by_shell, environment);
}

void cposix_execute(char *const *words, char *const *environment) {
  if (strchr(words[0], '/')) return execute_file(words[0], words, environment);
  const char *folder = "/bin:/usr/bin"; // what glibc takes if PATH is unset, and musl does not
  for (char *const *entry = environment; *entry; entry++)
    if (strncmp(*entry, "PATH=", 5) == 0) {
      folder = *entry + 5;
      break;
    }
  bool is_denied = false;
  size_t rest = strlen(words[0]) + 1;
  errno = ENOENT;
  for (; folder && rest > 1; ) {
    const char *end = strchrnul(folder, ':');
    size_t length = (size_t)(end - folder);
    char file[PATH_MAX];
    if (length + 2 + rest <= sizeof file) {
      // Not snprintf: it would be a tenth of what the executable has of the C library.
      char *next = length > 0 ? mempcpy(file, folder, length) : mempcpy(file, ".", 1);
      memcpy(mempcpy(next, "/", 1), words[0], rest);
      execute_file(file, words, environment);
    }
    if (errno == EACCES) is_denied = true;
    else if (errno != ENOENT && errno != ENOTDIR && errno != ESTALE && errno != ENODEV &&
             errno != ETIMEDOUT)
      return;
    folder = *end ? end + 1 : NULL;
  }
  if (is_denied) errno = EACCES;
}

// The group that had the terminal until now hands it on. A background group cannot take it.
static void take_foreground(pid_t before) {
  for (int stream = 0; stream <= 2; stream++)
    if (tcgetpgrp(stream) == before && tcsetpgrp(stream, getpgrp()) == 0) return;
}

pid_t cposix_start_app(
    char *const *words, char *const *environment, const struct cposix_signals *before) {
  // As in cposix_launch; every signal is blocked already, SIGTTOU of a background group too.
  volatile int error = 0;
  pid_t group = getpgrp();
  pid_t child = vfork();
  if (child == 0) {
    setpgid(0, 0);
    take_foreground(group);
    cposix_give_signals_back(before);
    cposix_execute(words, environment);
    error = errno;
    _exit(127);
  }
  return started(child, error);
}

int cposix_fork_apart(void) {
  // The process between runs in this memory while this one waits, so it needs no copy of it. Only the
  // one apart gets a copy, with the stack, and goes on in that.
  volatile int error = 0;
  unsigned long before = mask_signals(SIG_SETMASK, ~0UL), pending = pending_signals();
  // A subreaper would get the new process back as its child.
  int reaps = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &reaps, 0, 0, 0);
  if (reaps) prctl(PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
  pid_t between = vfork();
  if (between == 0) {
    setsid();
    pid_t apart = fork();
    if (apart == 0) {
      setsid();
      return 1;
    }
    if (apart < 0) error = errno;
    _exit(0);
  }
  if (between < 0) error = errno;
  if (between > 0) while (waitpid(between, NULL, 0) < 0 && errno == EINTR) {}
  if (reaps) prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
  // If it was blocked, it would stay pending, also after exec.
  if (before & bit(SIGCHLD)) forget(bit(SIGCHLD), pending);
  mask_signals(SIG_SETMASK, before);
  return -error;
}

int cposix_write_unharmed(int descriptor, const void *bytes, size_t length) {
  const unsigned long harmful = bit(SIGPIPE) | bit(SIGXFSZ) | bit(SIGTTOU);
  unsigned long pending = pending_signals(), before = mask_signals(SIG_BLOCK, harmful);
  ssize_t written = write(descriptor, bytes, length);
  if (written < 0) forget(harmful, pending);
  mask_signals(SIG_SETMASK, before);
  return written < 0 ? -1 : 0;
}
