// Calls that Swift does not import, such as variadic ones and those that need _GNU_SOURCE, and what
// runs in a child before exec, when no Swift may run.
#pragma once

#include "System.h"

// The arguments of main. The words are in the place where the kernel put them, and end with NULL.
int cposix_argument_count(void);
char **cposix_arguments(void);
// environ(7)
char **cposix_environment(void);

// How to start a program. The pointers belong to the caller and are only read.
struct cposix_launch {
  const char *path;          // passed to execve as it is: no search on PATH
  char *const *arguments;    // ends with NULL
  char *const *environment;  // ends with NULL
  const char *directory;     // working directory; NULL: the parent's
  const int *descriptors;    // the child's 0, 1, 2, …; negative: /dev/null
  int descriptor_count;      // every descriptor from here on is closed in the child
  bool own_session;          // and so in a process group of its own
  bool own_group;            // in a process group of its own
  bool dies_with_parent;     // SIGKILL when the parent's thread ends
  int niceness;              // added to the parent's
  size_t file_size_limit;    // RLIMIT_FSIZE in bytes, soft; 0: the parent's
  int program_descriptor;    // executed instead of path by execveat(2); -1: path
  const struct stat *program_status; // what its file must still be (ESTALE); NULL: whatever it is
};

// Starts a program with an empty signal mask and default dispositions. Returns its pid, or -errno
// when it could not be started or executed. No child is left behind in that case.
pid_t cposix_launch(const struct cposix_launch *launch);

// Whether an open file is what it was. Another name, other permissions, other content and its removal
// all change its time.
bool cposix_is_same(int file, const struct stat *before);

// What a process did with signals before it took them.
struct cposix_signals {
  unsigned long mask;
  bool ignores_children; // SIGCHLD was ignored
};

// Blocks every signal, and makes SIGCHLD one that keeps ended children.
void cposix_take_signals(struct cposix_signals *before);
void cposix_give_signals_back(const struct cposix_signals *before);

// Becomes another program as glibc's execvpe(3) does, but looks for it in the PATH of the new
// environment. Returns if that fails, and errno says why.
void cposix_execute(char *const *words, char *const *environment);

// Starts the command of a process that has taken the signals: in a process group of its own, which
// gets the terminal if the caller's had it, with the signals as they were before and the caller's
// descriptors. Executes it as cposix_execute does. Returns its pid, or -errno.
pid_t cposix_start_app(
    char *const *words, char *const *environment, const struct cposix_signals *before);

// Whether other processes of this user can read this process's memory and environment, trace it and
// have it dump core. Exec makes it so again.
void cposix_set_dumpable(bool is_dumpable);
// Opens a program's file: to read it, or if it may only be executed, with O_PATH.
int cposix_open_program(const char *path);
// While a read lease is held, whoever opens the file to write it has to wait. 0, or -1 and errno:
// EAGAIN if the file is open for writing already.
int cposix_take_lease(int descriptor);
void cposix_return_lease(int descriptor);

// Forks a process that is not a child of the caller: its parent is the process that adopts orphans.
// From its first moment on it leads a session of its own and has every signal blocked. The caller
// gets no child and no SIGCHLD. Returns 1 in the new process, 0 in the caller, or -errno.
int cposix_fork_apart(void);

// Makes this process the parent of its descendants' orphans.
int cposix_become_subreaper(void);

// poll(2) without a timeout. Meanwhile the program's code and constants are not in this process's
// resident memory. They are mapped again from the file as they are needed.
int cposix_poll_at_rest(struct pollfd *polls, nfds_t count);

// Returns the pid of a child that has ended and is not reaped yet, 0 if all of them are alive, or
// -ECHILD if there are none.
pid_t cposix_ended_child(void);
// Reaps that child and returns its wait status.
int cposix_reap(pid_t child);

// Whether the file system at `path` is mounted noexec.
bool cposix_is_noexec(const char *path);

int cposix_pipe(int ends[2]); // close-on-exec
int cposix_pidfd_open(pid_t pid);
int cposix_set_process_name(const char *name);
int cposix_close_range(unsigned first, unsigned last);

// write(2) without the signals it can cause: of a pipe without a reader, a file at its limit, a
// terminal that stops background processes.
int cposix_write_unharmed(int descriptor, const void *bytes, size_t length);

// Blocks the signals and returns a signalfd(2) for them. A count of 0 means all signals.
int cposix_signal_descriptor(const int *signals, int count);
// Takes the next signal from that descriptor. Returns its number, or 0 if there is none.
int cposix_next_signal(int descriptor);
