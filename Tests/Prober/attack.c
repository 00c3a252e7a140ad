// What somebody with a session in the app tries in order to read the key. It runs as the app, and
// prints one line for each way that is open.
#include "prober.h"

static char secret[512];
// The folder in which agents leave their records.
static const char *records;

static bool holds_secret(const char *bytes, ssize_t length) {
  return length > 0 && memmem(bytes, (size_t)length, secret, strlen(secret)) != NULL;
}

// Files are looked through in pieces that overlap.
static bool file_holds_secret(const char *path) {
  static char bytes[1 << 20];
  int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return false;
  ssize_t kept = 0, length;
  bool found = false;
  while (!found && (length = read(fd, bytes + kept, sizeof bytes - (size_t)kept)) > 0) {
    found = holds_secret(bytes, kept + length);
    ssize_t rest = kept + length < (ssize_t)sizeof secret ? kept + length : (ssize_t)sizeof secret;
    memmove(bytes, bytes + kept + length - rest, (size_t)rest);
    kept = rest;
  }
  close(fd);
  return found;
}

// Whether there is something to be read. A process that is ending has no memory, and its files are
// open and empty.
static bool can_read(const char *path) {
  char bytes[4096];
  struct stat status;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || fstat(fd, &status) < 0) return false;
  bool is_memory = strstr(path, "/mem") != NULL;
  ssize_t length = is_memory ? pread(fd, bytes, 1, 0x400000) : read(fd, bytes, sizeof bytes);
  bool is_open = length > 0 || (is_memory && length < 0 && errno == EIO);
  close(fd);
  return is_open;
}

static void name_of(pid_t pid, char name[32]) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/comm", pid);
  FILE *file = fopen(path, "r");
  name[0] = 0;
  if (file && fgets(name, 32, file)) name[strcspn(name, "\n")] = 0;
  if (file) fclose(file);
}

static bool has_ended(pid_t pid) {
  char name[16];
  snprintf(name, sizeof name, "%d", pid);
  return kill(pid, 0) < 0 || is_zombie(name);
}

// Calls `act` with each other process of this user.
static void for_each_process(void (*act)(pid_t, const char *name)) {
  DIR *folder = opendir("/proc");
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    pid_t pid = atoi(entry->d_name);
    char path[64], name[32];
    struct stat status;
    snprintf(path, sizeof path, "/proc/%d", pid);
    if (pid <= 0 || pid == getpid() || stat(path, &status) < 0 || status.st_uid != getuid()) continue;
    name_of(pid, name);
    act(pid, name);
  }
  if (folder) closedir(folder);
}

static pid_t agent, supervisor, besides;

static void note(pid_t pid, const char *name) {
  if (strcmp(name, "hoop") == 0 && pid != besides && !has_ended(pid)) agent = pid;
  if (strcmp(name, "hoop-supervisor") == 0 && !has_ended(pid)) supervisor = pid;
}

static void look_around(void) {
  agent = supervisor = 0;
  for_each_process(note);
}

// A signal must not go to process 0, which is this one's group.
static void signal_process(pid_t pid, int number) {
  if (pid > 0) kill(pid, number);
}

// Looks around until there is an agent, or a file, so many times at most.
// Whether the agent has left the record of its start (agent.c).
static bool has_recorded(pid_t pid) {
  char with[PATH_MAX], without[PATH_MAX];
  snprintf(with, sizeof with, "%s/with-key-%d", records, pid);
  snprintf(without, sizeof without, "%s/without-key-%d", records, pid);
  return access(with, F_OK) == 0 || access(without, F_OK) == 0;
}

static void wait_for_agent(int times, const char *or_file) {
  for (int i = 0; i < times && agent == 0 && (!or_file || access(or_file, F_OK) < 0); i++) {
    usleep(5000);
    look_around();
  }
  for (int i = 0; i < times && agent != 0 && !has_recorded(agent); i++) usleep(5000);
}

static void read_memory(pid_t pid, const char *name) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/%d/maps", pid);
  FILE *maps = fopen(path, "r");
  snprintf(path, sizeof path, "/proc/%d/mem", pid);
  int memory = open(path, O_RDONLY | O_CLOEXEC);
  static char bytes[1 << 16];
  while (maps && memory >= 0 && fgets(line, sizeof line, maps)) {
    unsigned long start = 0, end = 0;
    if (sscanf(line, "%lx-%lx rw", &start, &end) != 2) continue;
    for (; start < end; start += sizeof bytes / 2)
      if (holds_secret(bytes, pread(memory, bytes, sizeof bytes, (off_t)start))) {
        printf("the memory of %s has the key\n", name);
        start = end;
      }
  }
  if (maps) fclose(maps);
  if (memory >= 0) close(memory);
}

static void read_process(pid_t pid, const char *name) {
  const char *const files[] = {"environ", "cmdline", "auxv"};
  const char *const closed[] = {"environ", "auxv", "maps", "mem", "io"};
  bool is_ours = strcmp(name, "hoop") == 0 || strncmp(name, "hoopstart", 9) == 0 ||
                 strcmp(name, "hoop-supervisor") == 0;
  char path[320];
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    snprintf(path, sizeof path, "/proc/%d/%s", pid, files[i]);
    if (file_holds_secret(path)) printf("/proc/PID/%s of %s has the key\n", files[i], name);
  }
  for (size_t i = 0; is_ours && i < sizeof closed / sizeof *closed; i++) {
    snprintf(path, sizeof path, "/proc/%d/%s", pid, closed[i]);
    if (can_read(path)) printf("/proc/PID/%s of %s can be read\n", closed[i], name);
  }
  snprintf(path, sizeof path, "/proc/%d/fd", pid);
  DIR *folder = opendir(path);
  for (struct dirent *entry; folder && (entry = readdir(folder));) {
    snprintf(path, sizeof path, "/proc/%d/fd/%s", pid, entry->d_name);
    if (is_ours && entry->d_name[0] != '.') printf("/proc/PID/fd of %s can be read\n", name);
    struct stat status;
    if (stat(path, &status) == 0 && S_ISREG(status.st_mode) && file_holds_secret(path))
      printf("an open file of %s has the key\n", name);
  }
  if (folder) closedir(folder);
  read_memory(pid, name);
  if (!is_ours) return;
  char byte;
  struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
  if (process_vm_readv(pid, &here, 1, &there, 1, 0) == 1 || errno == EFAULT)
    printf("process_vm_readv reads %s\n", name);
  if (ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0) {
    printf("ptrace attaches to %s\n", name);
    ptrace(PTRACE_INTERRUPT, pid, NULL, NULL);
    waitpid(pid, NULL, __WALL);
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
  }
}

// Folders of others are not entered: there is nothing of this user's in them.
static void read_files(const char *folder) {
  DIR *entries = opendir(folder);
  for (struct dirent *entry; entries && (entry = readdir(entries));) {
    char path[PATH_MAX];
    struct stat status;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
    snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
    if (lstat(path, &status) < 0 || status.st_uid != getuid()) continue;
    if (S_ISDIR(status.st_mode)) read_files(path);
    if (S_ISREG(status.st_mode) && file_holds_secret(path)) printf("%s has the key\n", path);
  }
  if (entries) closedir(entries);
}

// Ends the agent so that it would leave a core, and waits for the next one.
static void dump_core(void) {
  struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
  struct rlimit before;
  prlimit(agent, RLIMIT_CORE, NULL, &before);
  all.rlim_cur = all.rlim_max = before.rlim_max;
  prlimit(agent, RLIMIT_CORE, &all, NULL);
  besides = agent;
  signal_process(agent, SIGSEGV);
  agent = 0;
  wait_for_agent(4000, NULL);
  if (agent == 0) printf("the agent was not restarted after a crash\n");
}

static void write_spy(const char *path, const char *folder, int flags) {
  int fd = open(path, O_WRONLY | O_CLOEXEC | flags, 0755);
  if (fd < 0) return;
  dprintf(fd, "#!/bin/sh\nenv >'%s/stolen'\nexec sleep 1000\n", folder);
  close(fd);
}

static void replace(const char *path, const char *folder) {
  char draft[PATH_MAX];
  snprintf(draft, sizeof draft, "%s/draft", folder);
  write_spy(draft, folder, O_CREAT | O_TRUNC);
  if (rename(draft, path) < 0) unlink(draft);
}

// Changes the agent's file, ends the agent, and waits for what comes of it.
static void change_file(const char *how, const char *file, const char *folder) {
  char helper[PATH_MAX], stolen[PATH_MAX];
  look_around();
  besides = agent;
  if (strcmp(how, "write") == 0) {
    signal_process(supervisor, SIGSTOP);
    signal_process(agent, SIGKILL);
    while (!has_ended(agent)) usleep(5000);
    chmod(file, 0755);
    write_spy(file, folder, O_TRUNC);
    signal_process(supervisor, SIGCONT);
    // As pid 1 it cannot be stopped from inside, and may have started the next one before the change.
    look_around();
    if (supervisor == 1) signal_process(agent, SIGKILL);
  } else {
    snprintf(helper, sizeof helper, "%s_rs", file);
    if (strcmp(how, "rename") == 0) replace(file, folder);
    if (strcmp(how, "helper") == 0) replace(helper, folder);
    if (strcmp(how, "chmod") == 0) chmod(file, 0755);
    signal_process(agent, SIGKILL);
  }
  snprintf(stolen, sizeof stolen, "%s/stolen", folder);
  while (besides > 0 && kill(besides, 0) == 0) usleep(5000); // until it is reaped
  agent = 0;
  // The next start is due after some 10 ms (HOOPSTART_TIME_SCALE).
  wait_for_agent(100, stolen);
  if (file_holds_secret(stolen)) printf("a program in the agent's place got the key\n");
}

int attack(char **words) {
  bool is_planted = *words && strcmp(*words, "--planted") == 0;
  if (is_planted) words++;
  if (!words[0] || !words[1] || !words[2] || !words[3]) return 64;
  const char *how = words[1], *file = words[2], *folder = words[3];
  records = folder;
  // Given backwards, or this program's own words would show it.
  size_t length = strlen(words[0]);
  if (length >= sizeof secret) return 64;
  for (size_t i = 0; i < length; i++) secret[i] = words[0][length - 1 - i];
  setvbuf(stdout, NULL, _IOLBF, 0);
  pid_t app = is_planted ? fork() : -1;
  if (app == 0) {
    char variable[600];
    snprintf(variable, sizeof variable, "HOOP_KEY=%s", secret);
    execle("/bin/sleep", "sleep", "1000", NULL, (char *[]){variable, NULL});
    _exit(127);
  }
  wait_for_agent(4000, NULL);
  if (agent == 0) printf("there is no agent\n");
  for_each_process(read_process);
  if (strcmp(how, "crash") == 0) dump_core();
  if (strcmp(how, "read") != 0 && strcmp(how, "crash") != 0) change_file(how, file, folder);
  for_each_process(read_process);
  for (char **place = words + 3; *place; place++) read_files(*place);
  signal_process(app, SIGKILL);
  printf("done\n");
  return 0;
}
