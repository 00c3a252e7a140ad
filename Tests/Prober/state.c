#include "prober.h"

extern char **environ;

static void print_relative(FILE *out, const char *name, pid_t number) {
  if (number == getpid())
    fprintf(out, "%s self\n", name);
  else
    fprintf(out, "%s %d\n", name, number);
}

static void print_bytes(FILE *out, const char *name, const char *text) {
  fprintf(out, "%s ", name);
  for (const unsigned char *byte = (const unsigned char *)text; *byte; byte++)
    fprintf(out, *byte < 0x20 || *byte > 0x7e ? "\\x%02x" : "%c", *byte);
  fprintf(out, "\n");
}

static void print_descriptors(FILE *out) {
  for (int fd = 0; fd < 1024; fd++) {
    struct stat status;
    int flags = fcntl(fd, F_GETFD);
    if (flags < 0 || fstat(fd, &status) < 0) continue;
    fprintf(out, "descriptor %d flags %d %d ", fd, flags, fcntl(fd, F_GETFL));
    if (isatty(fd))
      fprintf(out, "terminal\n");
    else
      fprintf(out, "file %lx:%lx at %ld\n", (long)status.st_dev, (long)status.st_ino,
              (long)lseek(fd, 0, SEEK_CUR));
  }
}

static void print_file(FILE *out, const char *path, const char *const *prefixes) {
  FILE *file = fopen(path, "r");
  char line[1024];
  while (file && fgets(line, sizeof line, file))
    for (const char *const *prefix = prefixes; *prefix; prefix++)
      if (strncmp(line, *prefix, strlen(*prefix)) == 0) fputs(line, out);
  if (file) fclose(file);
}

static void print_terminal(FILE *out) {
  int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  fprintf(out, "terminal %s\n", terminal < 0 ? strerror(errno) : "there");
  if (terminal < 0) return;
  print_relative(out, "foreground", tcgetpgrp(terminal));
  close(terminal);
}

int print_state(const char *path, char **words) {
  char *text = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&text, &length);
  print_descriptors(out);
  fprintf(out, "pid %d\n", getpid());
  fprintf(out, "parent %d\n", getppid());
  print_relative(out, "group", getpgrp());
  print_relative(out, "session", getsid(0));
  print_terminal(out);
  char folder[4096] = "";
  fprintf(out, "folder %s\n", getcwd(folder, sizeof folder));
  mode_t mask = umask(0);
  umask(mask);
  fprintf(out, "umask %o\n", mask);
  fprintf(out, "niceness %d\n", getpriority(PRIO_PROCESS, 0));
  fprintf(out, "scheduler %d\n", sched_getscheduler(0));
  for (int limit = 0; limit < RLIM_NLIMITS; limit++) {
    struct rlimit value;
    if (getrlimit(limit, &value) == 0)
      fprintf(out, "limit %d %lx %lx\n", limit, value.rlim_cur, value.rlim_max);
  }
  const char *const status[] = {"Name:",   "Threads:", "SigPnd:",       "ShdPnd:",
                                "SigBlk:", "SigIgn:",  "Cap",
                                "Seccomp:", "NoNewPrivs:", "Cpus_allowed:", NULL};
  print_file(out, "/proc/self/status", status);
  const char *const all[] = {"", NULL};
  fprintf(out, "oom_score_adj ");
  print_file(out, "/proc/self/oom_score_adj", all);
  int number = 0;
  prctl(PR_GET_CHILD_SUBREAPER, &number, 0, 0, 0);
  fprintf(out, "subreaper %d\n", number);
  prctl(PR_GET_PDEATHSIG, &number, 0, 0, 0);
  fprintf(out, "parent-death signal %d\n", number);
  fprintf(out, "dumpable %d\n", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
  fprintf(out, "timer slack %d\n", prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0));
  struct itimerval timer;
  getitimer(ITIMER_REAL, &timer);
  fprintf(out, "alarm %s\n", timer.it_value.tv_sec > 0 ? "set" : "not set");
  pid_t child = waitpid(-1, NULL, WNOHANG | __WALL);
  fprintf(out, "children %s\n", child < 0 ? strerror(errno) : child > 0 ? "ended" : "alive");
  for (; *words; words++) print_bytes(out, "word", *words);
  for (char **entry = environ; *entry; entry++) print_bytes(out, "variable", *entry);
  fclose(out);

  char hidden[4096];
  snprintf(hidden, sizeof hidden, "%s.part", path);
  FILE *file = fopen(hidden, "w");
  if (!file || fwrite(text, 1, length, file) != length || fclose(file) != 0) return 1;
  return rename(hidden, path) == 0 ? 0 : 1;
}
