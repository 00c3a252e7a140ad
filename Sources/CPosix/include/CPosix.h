// The calls that Swift does not import: variadic ones, ones behind _GNU_SOURCE, and the few lines
// that run in a child before exec, where no Swift may run.
#pragma once

#include "System.h"

// What main got. The words end with NULL; they are the process's own, as the kernel put them.
int cposix_argument_count(void);
char **cposix_arguments(void);
// environ(7)
char **cposix_environment(void);

// How to start a program. All pointers are the caller's and are only read.
struct cposix_launch {
  const char *path;          // passed to execve as it is: no search on PATH
  char *const *arguments;    // ends with NULL
  char *const *environment;  // ends with NULL
  const char *directory;     // working directory; NULL: the parent's
  const int *descriptors;    // the child's 0, 1, 2, …; -1 stands for /dev/null
  int descriptor_count;      // every descriptor from here on is closed in the child
  bool own_session;          // and so in a process group of its own
  bool own_group;            // in a process group of its own
  bool dies_with_parent;     // SIGKILL when the parent's thread ends
  int niceness;              // added to the parent's
  size_t file_size_limit;    // RLIMIT_FSIZE in bytes, soft; 0: the parent's
  int program_descriptor;    // executed instead of path by execveat(2); -1: path
};

// Starts a program with an empty signal mask and default dispositions. Returns its pid, or -errno
// when it could not be started or executed. No child is left behind in that case.
pid_t cposix_launch(const struct cposix_launch *launch);

// Forks a child that leads a process group of its own and gets SIGTERM when the caller has ended,
// however that was. Returns as fork(2) does.
pid_t cposix_fork_guarded(void);

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

// Forks a process that is no child of the caller: its parent is whoever adopts orphans. It leads a
// session of its own and has every signal blocked, both from its first moment on. The caller is left
// as it was: no child, no SIGCHLD. Returns 1 in the new process, 0 in the caller, or -errno.
int cposix_fork_apart(void);

// Makes this process adopt what its descendants orphan.
int cposix_become_subreaper(void);

// poll(2) without a timeout, with the program's code and constants out of this process's resident
// memory meanwhile. They are read from the file's pages again as they are needed.
int cposix_poll_at_rest(struct pollfd *polls, nfds_t count);

// A child that has ended and is not reaped yet: its pid, which stays its own until then; 0 if all of
// them are alive; -ECHILD if there are none.
pid_t cposix_ended_child(void);
// Reaps that child and returns its wait status.
int cposix_reap(pid_t child);

// Whether the file system at `path` is mounted noexec.
bool cposix_is_noexec(const char *path);

int cposix_pipe(int ends[2]); // close-on-exec
int cposix_pidfd_open(pid_t pid);
int cposix_set_process_name(const char *name);
int cposix_close_range(unsigned first, unsigned last);

// write(2) that no signal comes of: not of a pipe without a reader, not of a file at its limit, not
// of a terminal that stops those in the background.
int cposix_write_unharmed(int descriptor, const void *bytes, size_t length);

// A descriptor that reads as struct signalfd_siginfo when one of the signals is pending; no signals
// stand for all of them.
int cposix_signal_descriptor(const int *signals, int count);
// The number of the next pending signal of that descriptor; 0 where there is none.
int cposix_next_signal(int descriptor);
