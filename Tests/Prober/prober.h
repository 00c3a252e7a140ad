#pragma once
#define _GNU_SOURCE

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <pty.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

// Writes all that a process can see of how it was started to a file.
int print_state(const char *path, char **words);
// Records how it was started in the folder STANDIN_RECORD and does what STANDIN says.
int run_agent(int count, char **words);
// Changes what the words say about this process and executes the command after --.
int run_with(char **words);
// Runs a command on a terminal of its own, copies what it prints to stdout, and types Ctrl-C when it
// prints READY.
int run_on_pty(char **command);
// Prints READY, counts SIGTERM, SIGINT and SIGHUP until SIGUSR1 comes, and prints the counts.
int count_signals(void);
// Prints READY and then the number of each signal that comes, until it is killed.
int print_signals(void);
// Leaves so many orphans that end at once, and waits until none of them is a zombie.
int leave_orphans(const char *count);
// Starts a child in a session of its own that does the same, so many deep, and stays.
int nest_sessions(const char *depth);
// Tries to read the key: [--planted] KEY-BACKWARDS read|crash|rename|write|chmod|helper AGENT FOLDER…
int attack(char **words);
// Ends its main thread and prints READY; the other thread ends the process at SIGUSR1.
int leave_to_thread(void);
// Waits until there are no children, and prints how many there were.
int wait_for_children(void);

// Whether a process in /proc has ended and is not reaped yet.
bool is_zombie(const char *pid);
