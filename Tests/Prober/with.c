#include "prober.h"

// Has the kernel refuse a system call, as some sandboxes and old kernels do.
static void refuse(const char *name) {
  int number = strcmp(name, "waitid") == 0   ? SYS_waitid
               : strcmp(name, "execveat") == 0 ? SYS_execveat
                                               : SYS_pidfd_open;
  unsigned error = number == SYS_waitid ? EPERM : ENOSYS;
  struct sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)number, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof rules / sizeof *rules, rules};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0) _exit(99);
}

static void change(const char *what, const char *value) {
  int number = atoi(value);
  if (strcmp(what, "refuse") == 0) refuse(value);
  if (strcmp(what, "ignore") == 0) signal(number, SIG_IGN);
  if (strcmp(what, "close") == 0) close(number);
  if (strcmp(what, "umask") == 0) umask((mode_t)strtol(value, NULL, 8));
  if (strcmp(what, "nice") == 0) setpriority(PRIO_PROCESS, 0, number);
  if (strcmp(what, "subreaper") == 0) prctl(PR_SET_CHILD_SUBREAPER, number, 0, 0, 0);
  if (strcmp(what, "limit") == 0) {
    struct rlimit limit = {(rlim_t)number, (rlim_t)number};
    setrlimit(RLIMIT_NOFILE, &limit);
  }
  if (strcmp(what, "alarm") == 0) {
    struct itimerval timer = {.it_value.tv_sec = number};
    setitimer(ITIMER_REAL, &timer, NULL);
  }
  if (strcmp(what, "block") == 0) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, number);
    sigprocmask(SIG_BLOCK, &set, NULL);
  }
  if (strcmp(what, "pending") == 0) {
    change("block", value);
    kill(getpid(), number);
  }
  if (strcmp(what, "open") == 0) {
    int fd = open("/dev/zero", O_RDONLY);
    dup2(fd, number);
    if (fd != number) close(fd);
  }
  // A child that was there before, and lives as long as its parent.
  if (strcmp(what, "child") == 0 && fork() == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGCHLD, SIG_DFL);
    pause();
    _exit(0);
  }
  if (strcmp(what, "variable") == 0) putenv((char *)value);
}

int run_with(char **words) {
  for (; *words && strcmp(*words, "--") != 0; words++) {
    char *value = strchr(*words, '=');
    if (!value) return 64;
    *value++ = 0;
    change(*words, value);
  }
  if (!*words) return 64;
  execvp(words[1], words + 1);
  return 127;
}

int run_on_pty(char **command) {
  int terminal;
  pid_t child = forkpty(&terminal, NULL, NULL, NULL);
  if (child == 0) {
    execvp(command[0], command);
    _exit(127);
  }
  char text[4096];
  ssize_t length;
  while ((length = read(terminal, text, sizeof text)) > 0) {
    if (write(1, text, (size_t)length) != length) return 1;
    if (memmem(text, (size_t)length, "READY", 5) && write(terminal, "\003", 1) != 1) return 1;
  }
  int status;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static volatile sig_atomic_t counts[NSIG];

static void count(int number) { counts[number]++; }

int count_signals(void) {
  struct sigaction action = {.sa_handler = count};
  sigset_t all, none;
  sigfillset(&all);
  sigemptyset(&none);
  sigprocmask(SIG_BLOCK, &all, NULL);
  int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGUSR1};
  for (int i = 0; i < 4; i++) sigaction(numbers[i], &action, NULL);
  printf("READY\n");
  fflush(stdout);
  while (!counts[SIGUSR1]) sigsuspend(&none);
  printf("TERM %d INT %d HUP %d\n", counts[SIGTERM], counts[SIGINT], counts[SIGHUP]);
  return 0;
}

int print_signals(void) {
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_BLOCK, &all, NULL);
  printf("READY\n");
  fflush(stdout);
  while (1) {
    int number = sigwaitinfo(&all, NULL);
    if (number > 0) printf("%d\n", number);
    fflush(stdout);
  }
}

bool is_zombie(const char *pid) {
  char path[300], line[512];
  snprintf(path, sizeof path, "/proc/%s/stat", pid);
  FILE *file = fopen(path, "r");
  const char *end = file && fgets(line, sizeof line, file) ? strrchr(line, ')') : NULL;
  if (file) fclose(file);
  return end && end[2] == 'Z';
}

static int count_zombies(void) {
  int count = 0;
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; (entry = readdir(folder));)
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9') count += is_zombie(entry->d_name);
  closedir(folder);
  return count;
}

#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
// Their vfork cannot be called in a child of its own, and their fork takes a hundred times as long.
#define vfork fork
enum { part = 100 };
#else
enum { part = 1 };
#endif

int leave_orphans(const char *count) {
  for (int i = (atoi(count) + part - 1) / part; i > 0; i--) {
    pid_t between = vfork();
    if (between == 0) {
      if (vfork() == 0) _exit(0);
      _exit(0);
    }
    waitpid(between, NULL, 0);
  }
  while (count_zombies() > 0) usleep(1000);
  printf("all reaped\n");
  return 0;
}

int nest_sessions(const char *depth) {
  int left = atoi(depth);
  signal(SIGTERM, SIG_IGN);
  if (left > 0 && fork() == 0) {
    setsid();
    char next[16];
    snprintf(next, sizeof next, "%d", left - 1);
    return nest_sessions(next);
  }
  if (left == 0) printf("DEEPEST %d\n", getpid());
  fflush(stdout);
  while (1) pause();
}

int wait_for_children(void) {
  int count = 0;
  while (waitpid(-1, NULL, __WALL) > 0) count++;
  printf("children %d\n", count);
  return 0;
}

static void *wait_for_end(void *nothing) {
  sigset_t set;
  int number;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  printf("READY\n");
  fflush(stdout);
  sigwait(&set, &number);
  exit(0);
  return nothing;
}

int leave_to_thread(void) {
  sigset_t set;
  pthread_t thread;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR1);
  sigprocmask(SIG_BLOCK, &set, NULL);
  if (pthread_create(&thread, NULL, wait_for_end, NULL) != 0) return 1;
  pthread_exit(NULL);
}
