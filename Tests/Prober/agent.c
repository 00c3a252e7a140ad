#include "prober.h"

static char record[4096];

// Async-signal-safe: one byte a signal, `A` for 1.
static void note(int number) {
  int fd = open(record, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  char byte = (char)('A' + number - 1);
  if (write(fd, &byte, 1) != 1) _exit(1);
  close(fd);
  const char *behaviour = getenv("STANDIN");
  if (!behaviour || strcmp(behaviour, "deaf") != 0) _exit(0);
}

static void leave_child(const char *folder, const char *name, int apart) {
  if (fork() != 0) return;
  if (apart) setsid();
  signal(SIGTERM, apart ? SIG_IGN : SIG_DFL);
  char path[4096], hidden[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  snprintf(hidden, sizeof hidden, "%s/%s.part", folder, name);
  FILE *file = fopen(hidden, "w");
  fprintf(file, "%d", getpid());
  fclose(file);
  rename(hidden, path);
  while (1) pause();
}

// It imitates only the agent's process: its signals, its children, its end. What an agent of a version
// takes, reads and says is the practice agent's (TestSupport).
int run_agent(int count, char **words) {
  (void)count;
  const char *folder = getenv("STANDIN_RECORD");
  const char *behaviour = getenv("STANDIN");
  if (!folder) return 1;
  if (!behaviour) behaviour = "stay";
  char path[4096];
  // Leaves nothing of its environment anywhere.
  if (strcmp(behaviour, "quiet") == 0) {
    const char *key = getenv("HOOP_KEY");
    snprintf(path, sizeof path, "%s/%s-%d", folder, key && *key ? "with-key" : "without-key", getpid());
    fclose(fopen(path, "w"));
    while (1) pause();
  }
  snprintf(path, sizeof path, "%s/agent-%d", folder, getpid());
  snprintf(record, sizeof record, "%s/signals-%d", folder, getpid());
  // Recorded before any disposition is changed.
  int status = print_state(path, words);
  if (status != 0 || strcmp(behaviour, "exit") == 0) return 1;
  struct sigaction action = {.sa_handler = note};
  int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
  for (int i = 0; i < 4; i++) sigaction(numbers[i], &action, NULL);
  if (strcmp(behaviour, "fork") == 0) {
    leave_child(folder, "child-in-group", 0);
    leave_child(folder, "child-apart", 1);
  }
  if (strcmp(behaviour, "double") == 0 && fork() == 0) {
    // A grandchild that its parent leaves behind, so the supervisor has to reap it.
    leave_child(folder, "orphan-parent", 0);
    _exit(0);
  }
  snprintf(path, sizeof path, "%s/ready-%d", folder, getpid());
  fclose(fopen(path, "w"));
  while (1) pause();
}
